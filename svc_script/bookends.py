"""First and last lines of a script about a topic, said by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svc_script.phrases import capital

if TYPE_CHECKING:
    from svc_script.topics import Topic

__all__ = ["closings", "openings"]


def openings(topic: Topic) -> list[str]:  # noqa: PLR0911 - one return per shape
    """First lines that fit the topic; each is a full sentence of 6 to 20 words for a short topic."""
    s, it, about = topic.subject, topic.agree("it", "them"), topic.clause
    if topic.asked:
        return [
            f"{topic.asked} Let us take a closer look.",
            f"{topic.asked} Let us find out together.",
            f"{topic.asked} It is a good question, so let us look into it.",
            topic.asked,
        ]
    if topic.shape == "grave":
        return [
            f"What do we really know about {s}? Let us take a closer look.",
            f"Everyone has heard of {s}. But what lies behind the words?",
            f"Why {topic.agree('does', 'do')} {s} still matter to us? Let us look closer.",
        ]
    if topic.shape == "habit":
        return [
            f"Why {topic.verb}? The answer is closer to your daily life than you may think.",
            f"Have you ever thought about {s}? It may be easier than you expect.",
            f"What could change if you decided to {topic.verb}? Let us find out.",
        ]
    if topic.shape == "advice":
        learning = capital(s) if topic.verb.startswith("learn ") else f"Learning to {topic.verb}"
        return [
            f"Would you like to {topic.verb}? Here is a good place to start.",
            f"{learning} is easier than it looks. Let us begin.",
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


def closings(topic: Topic) -> list[str]:  # noqa: PLR0911 - one return per shape
    """Last lines that fit the topic."""
    s, it, about = topic.subject, topic.agree("it", "them"), topic.clause
    if topic.asked:
        return [
            f"So the next time somebody asks about {s}, you will have something to say.",
            f"Now you know a little more about {s}. What will you be curious about next?",
            f"One good question about {s} leads to the next. Which one will be yours?",
        ]
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
    if topic.shape in {"grave", "name"}:
        return [
            f"Now you know a little more about {s}. Share it with someone who is curious.",
            f"The more we know about {s}, the better we understand our world.",
            f"There is always more to learn about {s}. Where will you look next?",
        ]
    if topic.shape == "animal":
        return [
            f"The next time you see {s}, take a moment to look more closely.",
            f"Now you know a little more about {s}. Share it with someone who is curious.",
            f"Keep watching, and let {s} surprise you again.",
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
