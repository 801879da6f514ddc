"""Beginnings of sentences about a topic: the frame that keeps a tiny model on its subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svc_script.phrases import capital

if TYPE_CHECKING:
    from collections.abc import Callable

    from svc_script.topics import Topic

__all__ = ["stems"]


def stems(topic: Topic) -> list[str]:
    """Beginnings to be completed by a model, in the order of the story, the surest first."""
    made = _BY_SHAPE[topic.shape](topic)
    if topic.asked:  # what a question is about is not to be claimed in its answer's place
        made = [stem for stem in made if stem != f"{topic.subject} {topic.agree('is', 'are')}"]
    return list(dict.fromkeys(capital(stem) for stem in made))


def _habit(topic: Topic) -> list[str]:
    g, v = topic.subject, topic.verb
    return [
        f"{g} helps you",
        f"when you {v}, you learn to",
        f"step by step, {g} makes you",
        f"{g} gives your mind",
        f"best of all, {g} lets you",
        f"if you {v}, you will soon",
        f"by {g}, you can",
        f"at the end of the day, {g} is",
        f"with time, {g} can",
        f"one of the joys of {g} is",
        f"the more you {v}, the more",
        f"{g} is a way to",
    ]


def _advice(topic: Topic) -> list[str]:
    g, v = topic.subject, topic.verb
    return [
        f"to {v}, start with",
        f"when you {v}, take your time to",
        f"the best way to {v} is to",
        f"before you {v}, make sure you",
        f"if you want to {v}, try to",
        f"{g} becomes easier when you",
        f"as you {v}, remember to",
        f"with practice, {g} becomes",
        f"one of the joys of {g} is",
        f"{g} helps you",
        f"a good way to enjoy {g} is to",
        f"people who {v} often",
    ]


def _process(topic: Topic) -> list[str]:
    s, is_, own = topic.subject, topic.agree("is", "are"), topic.agree("its", "their")
    rest = topic.clause.removeprefix(s).split()[1:]
    if rest:
        start = [f"{topic.clause} by", f"for {s}, {' '.join(rest)} is", f"day after day, {s}", f"thanks to {s}, we can"]
    else:
        start = [
            f"{topic.clause} when",
            f"{s} {is_} known for {own}",
            f"when we look at {s}, we",
            f"up close, {s} {is_}",
        ]
    return [
        *start,
        f"{s} {is_} known for {own}",
        f"in the end, {s}",
        f"all over the world, {s} {is_}",
        f"people find {s}",
        f"at their best, {s}" if topic.plural else f"at its best, {s}",
        f"up close, {s} {is_}",
        f"people admire {s} because",
        f"to see {s} up close is to",
        f"over time, {s} can",
        f"every day, {s}",
    ]


def _cause(topic: Topic) -> list[str]:
    s, is_ = topic.subject, topic.agree("is", "are")
    return [
        f"{topic.clause} because",
        f"for many of us, {s} {is_}",
        f"when {topic.clause}, {topic.agree('it is', 'they are')} often",
        f"up close, {s} {is_}",
        f"{s} {topic.agree('has', 'have')} a way of",
        f"people love {s} because",
        f"every day, {s}",
        f"all over the world, {s} {is_}",
        f"often, {s}",
        f"people find {s}",
        f"{s} can",
        f"to watch {s} is to",
    ]


def _benefit(topic: Topic) -> list[str]:
    s = topic.subject
    return [
        f"{s} {topic.agree('helps', 'help')} you",
        f"without {s}, it is hard to",
        f"thanks to {s}, you can",
        f"{s} {topic.agree('gives', 'give')} your body and mind"
        if len(s.split()) < 3
        else f"{s} {topic.agree('gives', 'give')} us",
        f"in daily life, {s} {topic.agree('makes', 'make')} it easier to",
        f"{s} {topic.agree('is', 'are')} one of the best ways to",
        f"when life gets busy, {s} {topic.agree('lets', 'let')} you",
        f"little by little, {s} {topic.agree('makes', 'make')} you",
        f"for the whole family, {s} {topic.agree('brings', 'bring')}",
        f"people value {s} because",
        f"with enough {s}, you" if not topic.plural else f"with {s}, you",
        f"above all, {s} {topic.agree('reminds', 'remind')} us to",
    ]


def _history(topic: Topic) -> list[str]:
    s, is_, has = topic.subject, topic.agree("is", "are"), topic.agree("has", "have")
    return [
        f"long ago, people began to use {s} to",
        f"over time, {s} became",
        f"today, {s} {is_} enjoyed",
        f"from one generation to the next, {s} {has} been",
        f"in many homes, {s} {is_}",
        "people learned to",
        f"all over the world, {s} {has} become",
        f"for many families, {s} {is_}",
        f"at first, {s} {topic.agree('was', 'were')}",
        f"step by step, {s} spread",
        f"the story of {s} shows us how",
        f"even now, {s} {is_}",
    ]


def _thing(topic: Topic) -> list[str]:
    s, is_ = topic.subject, topic.agree("is", "are")
    return [
        f"{s} {is_}",
        f"in daily life, {s} {topic.agree('helps', 'help')} us",
        f"people care about {s} because",
        f"with {s}, you can",
        f"{s} can",
        f"all over the world, {s} {is_}",
        f"what makes {s} special is",
        f"for many people, {s} {is_}",
        f"every day, {s} {topic.agree('brings', 'bring')}",
        f"learning about {s} helps you",
        f"people find {s}",
        f"thanks to {s}, we",
    ]


def _animal(topic: Topic) -> list[str]:
    s, is_, own = topic.subject, topic.agree("is", "are"), topic.agree("its", "their")
    return [
        f"{s} {is_} known for {own}",
        f"up close, {s} {is_}",
        f"in nature, {s}",
        f"every day, {s}",
        f"people admire {s} because",
        f"{s} {topic.agree('uses', 'use')} {own}",
        f"people find {s}",
        f"to watch {s} is to",
        f"{s} can",
        f"at {own} best, {s}",
        f"when {s} {topic.agree('rests', 'rest')}, {topic.agree('it', 'they')}",
        f"learning about {s} helps us",
    ]


def _name(topic: Topic) -> list[str]:
    s, is_ = topic.subject, topic.agree("is", "are")
    return [
        f"{s} {is_} known for",
        f"when people think of {s}, they think of",
        f"{s} {is_}",
        f"what makes {s} special is",
        f"learning about {s} helps us",
        f"people talk about {s} because",
        f"there is something about {s} that",
        f"for many people, {s} {is_}",
        f"the story of {s} reminds us",
        f"those who look closely at {s} find",
        f"many people remember {s} for",
        f"to understand {s}, it helps to",
        f"all over the world, {s} {is_}",
    ]


def _grave(topic: Topic) -> list[str]:
    s, is_ = topic.subject, topic.agree("is", "are")
    return [
        f"{s} {is_}",
        f"people talk about {s} because",
        f"to understand {s}, we have to",
        f"when we look at {s}, we see",
        f"learning about {s} helps us",
        f"{s} {topic.agree('shows', 'show')} us",
        f"behind {s} there are",
        f"talking about {s} can",
        f"the more we know about {s}, the more we",
        f"{s} {topic.agree('reminds', 'remind')} us",
        f"together, people can face {s} by",
        f"for many people, {s} {is_}",
    ]


_BY_SHAPE: dict[str, Callable[[Topic], list[str]]] = {
    "habit": _habit,
    "advice": _advice,
    "process": _process,
    "cause": _cause,
    "benefit": _benefit,
    "history": _history,
    "thing": _thing,
    "animal": _animal,
    "name": _name,
    "grave": _grave,
}
