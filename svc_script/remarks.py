"""General remarks that are true of a topic whatever it is: they fill a draft that a tiny model cannot fill alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_script.topics import Topic

__all__ = ["among", "remarks"]


def remarks(topic: Topic) -> list[str]:
    """Full sentences of 7 to 15 words that claim nothing of the topic, each said once at most in a script."""
    if topic.shape in {"habit", "advice"} and not topic.asked:
        return _OF_DOING
    s = topic.subject
    it = s if topic.shape == "name" else topic.agree("it", "them")  # a name may be somebody's
    return [
        *_OF_KIND.get(topic.shape, _OF_THINGS),
        f"Take a moment and think of what you already know about {s}.",
        "The more closely we look, the more there is to see.",
        f"Talk about {it} with a friend, and see what both of you can learn.",
        "Behind every simple answer there is usually another good question.",
        "It is worth looking twice, because a first look rarely shows everything.",
        "Some of this may be new to you, and some you may have known all along.",
        "Nobody has all the answers, but asking is a good start.",
        f"Ask the people around you about {it}, and you will hear different stories.",
        "A good question is often worth more than a quick answer.",
        "Let us stay with that thought for a moment before we go on.",
        f"Whatever you think about {it} today, it is worth thinking again.",
    ]


_OF_DOING = [
    "You do not have to do everything at once.",
    "Pick one small thing, and do it today.",
    "Choose a time of day that suits you, and keep to it.",
    "If you miss a day, simply begin again on the next one.",
    "Progress is easier to see when you write it down.",
    "What matters is not how fast you go, but that you keep going.",
    "Ask a friend to join you, and it becomes easier for both.",
    "Be kind to yourself when it does not work at first.",
    "Take your time, because nobody is keeping score.",
    "Every beginner has good days and bad days.",
    "Look back after a week, and notice what has changed.",
    "Small steps, taken often, carry you a long way.",
    "Think of one thing that could get in your way, and plan for it.",
]
_OF_THINGS = [
    "We often notice only a small part of what is in front of us.",
    "A little curiosity is all it takes to see more.",
]
_OF_KIND: dict[str, Sequence[str]] = {
    "history": [
        "Much has changed since then, and much has stayed the same.",
        "Every generation added something of its own.",
        "Old stories are worth telling again, because they explain the present.",
    ],
    "grave": [
        "This is not an easy subject, and that is why it deserves our attention.",
        "Behind the big words there are always people like you and me.",
        "Listening is often the best way to begin.",
    ],
    "process": [
        "It looks simple from the outside, but there is a lot going on.",
        "Every step has its place, and one leads to the next.",
    ],
    "cause": [
        "What looks like one reason is often several at once.",
        "It looks simple from the outside, but there is a lot going on.",
    ],
    "benefit": [
        "You can see the difference in small, everyday moments.",
        "We often notice what is good for us only when it is missing.",
    ],
}


def among(sentences: Sequence[str], extra: Sequence[str]) -> list[str]:
    """The sentences in their order with the extra ones spread evenly between them, none at the very beginning."""
    made: list[str] = []
    placed = 0
    for index, sentence in enumerate(sentences, 1):
        made.append(sentence)
        due = round(index * len(extra) / len(sentences))
        made += extra[placed:due]
        placed = due
    return made
