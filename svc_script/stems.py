"""Beginnings of sentences about a topic: the frame that keeps a tiny model on its subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svc_script.topics import capital

if TYPE_CHECKING:
    from collections.abc import Callable

    from svc_script.topics import Topic

__all__ = ["closings", "openings", "stems"]


def openings(topic: Topic) -> list[str]:
    """First lines that fit the topic; each is a full sentence of 6 to 20 words for a short topic."""
    s, it, about = topic.subject, topic.agree("it", "them"), topic.clause
    if topic.shape == "habit":
        return [
            f"Why {topic.verb}? The answer is closer to your daily life than you may think.",
            f"Have you ever thought about {s}? It may be easier than you expect.",
            f"What could change if you decided to {topic.verb}? Let us find out.",
        ]
    if topic.shape == "advice":
        return [
            f"Would you like to {topic.verb}? Here is a good place to start.",
            f"Learning to {topic.verb} is easier than it looks. Let us begin.",
            f"Do you want to {topic.verb}? A few simple ideas will help you get started.",
        ]
    if topic.shape in {"process", "cause"}:
        word = "how" if topic.shape == "process" else "why"
        return [
            f"Have you ever wondered {word} {about}?",
            f"Many people wonder {word} {about}. Let us take a closer look.",
            f"Do you know {word} {about}? The answer is a small wonder.",
        ]
    if topic.shape == "benefit":
        why = about or f"{s} {topic.agree('matters', 'matter')}"
        return [
            f"Have you ever asked yourself why {why}?",
            f"It is easy to forget why {why}. Let us take a closer look.",
            f"What would life be like without {s}? Let us see why {why}.",
        ]
    if topic.shape == "history":
        return [
            f"Where {topic.agree('does', 'do')} {s} come from? Let us travel back to the beginning.",
            f"Behind {s} there is a long story. Let us follow it together.",
            f"How did {s} become part of our lives? Let us look back.",
        ]
    return [
        f"What makes {s} so special? Let us take a closer look.",
        f"How much do you really know about {s}? Let us find out.",
        f"There is more to {s} than meets the eye. Let us explore {it} together.",
    ]


def closings(topic: Topic) -> list[str]:
    """Last lines that fit the topic."""
    s, it, about = topic.subject, topic.agree("it", "them"), topic.clause
    if topic.shape in {"habit", "advice"}:
        return [
            f"So take one small step today, and see where {s} leads you.",
            f"Start small, be patient with yourself, and enjoy {s}.",
            f"The best moment to begin is now. Give {s} a try today.",
        ]
    if topic.shape in {"process", "cause"}:
        word = "how" if topic.shape == "process" else "why"
        return [
            f"Now you know {word} {about}. Share it with someone who is curious.",
            f"The next time someone asks {word} {about}, you will have an answer.",
            f"So that is {word} {about}. What will you be curious about next?",
        ]
    if topic.shape == "benefit":
        return [
            f"So give {s} the place {topic.agree('it deserves', 'they deserve')} in your life, starting today.",
            f"Think about {s} a little more today, and share what you learned.",
            f"Small choices add up, so make room for {s} today.",
        ]
    if topic.shape == "history":
        return [
            f"And the story of {s} is not over. It goes on with us, every day.",
            f"The next time you come across {s}, remember the long journey behind {it}.",
            f"So the story of {s} goes on, and each of us is part of it.",
        ]
    return [
        f"The next time you come across {s}, take a moment to look more closely.",
        f"Now you know a little more about {s}. Share it with someone who is curious.",
        f"Keep exploring, and let {s} surprise you again.",
    ]


def stems(topic: Topic) -> list[str]:
    """Beginnings to be completed by a model, in the order of the story, the surest first."""
    made = _BY_SHAPE[topic.shape](topic)
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
        f"without {s}, there would be",
        f"all over the world, {s} {is_}",
        f"{s} {topic.agree('needs', 'need')}",
        f"at their best, {s}" if topic.plural else f"at its best, {s}",
        f"up close, {s} {is_}",
        f"people admire {s} because",
        f"to see {s} up close is to",
        f"over time, {s} can",
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
        f"without {s}, there would be",
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
        f"people love {s} because",
        f"with {s}, you can",
        f"{s} can",
        f"all over the world, {s} {is_}",
        f"what makes {s} special is",
        f"for many people, {s} {is_}",
        f"every day, {s} {topic.agree('brings', 'bring')}",
        f"one of the joys of {s} is",
        f"behind {s} there is",
        f"thanks to {s}, we",
    ]


_BY_SHAPE: dict[str, Callable[[Topic], list[str]]] = {
    "habit": _habit,
    "advice": _advice,
    "process": _process,
    "cause": _cause,
    "benefit": _benefit,
    "history": _history,
    "thing": _thing,
}
