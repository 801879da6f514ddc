"""How much each word of a sentence may decide what is shown."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from svc_media.art.words import content_words, stem

if TYPE_CHECKING:
    from svc_media.art.words import Word

__all__ = ["denied", "in_senses", "weighed"]

_SHARED = 0.45
"""Weight of a word that the whole video is about: every scene says it, so it cannot tell them apart."""
_BACKDROP = 0.4
"""Of one that the light and the air of the picture show already: the rain on a trophy, the evening of a walk."""
_DENIED = 0.5
"""Of one that is said not to be there."""
_LIKENED = 0.5
"""Of one that somebody only moves or looks like."""
_RAISED = 0.6
"""Of weak words where none but such are left."""
_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*")
_NOT = re.compile(r"\b(?:not|never|without|cannot|no|\w+n['’]t)\b", re.IGNORECASE)
_LIKE = re.compile(r"(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\blike (?:an?|the) ([^,.;:!?]{2,24})", re.IGNORECASE)
_END = re.compile(r"[,.;:!?]")
_BEFORE_VERB = (
    r"(?:\b(?:i|you|he|she|it|we|they|who|to|will|would|can|could|must|should|did|does|not|never|then|please)\s+"
    r"|(?:^|[.!?:;,]\s+|\band\s+)(?=\w+\s+(?:the|an?|your|my|his|her|its|our|their|it|them|in|on|up|out|off|for|with)\b))"
)


@cache
def _lists() -> tuple[frozenset[str], re.Pattern[str], dict[str, str]]:
    """Stems of the backdrop's words; a pattern of verbs that are nouns too, and what to read instead of each."""
    raw = tomllib.loads(files("svc_media.art").joinpath("words.toml").read_text("utf-8"))
    always, placed = raw["acts_always"], raw["acts"]
    forms = "|".join(sorted(map(re.escape, placed), key=len, reverse=True))
    past = "|".join(sorted(map(re.escape, always), key=len, reverse=True))
    pattern = re.compile(rf"\b(?P<past>{past})\b|(?P<lead>{_BEFORE_VERB})(?P<act>{forms})\b", re.IGNORECASE)
    return frozenset(stem(word) for word in str(raw["backdrop"]).split()), pattern, {**placed, **always}


def in_senses(text: str) -> str:
    """The text, its verbs that are things as well ("she shot", "drop, cover, hold on") replaced by what they mean."""
    _, pattern, meant = _lists()
    return pattern.sub(
        lambda match: f"{match['lead'] or ''}{meant[(match['past'] or match['act']).lower()]}",
        text,
    )


def weighed(text: str, topic: str = "") -> list[Word]:
    """
    The content words of a sentence with their weights, 0 to 1, in order.

    topic: what the whole video is about; its words weigh less, unless nothing else is said.
    """
    words = content_words(text)
    shared = {word.stem for word in content_words(topic)}
    if all(word.stem in shared for word in words):
        shared = set()
    words = [replace(word, weight=word.weight * _SHARED) if word.stem in shared else word for word in words]
    others = [word for word in words if word.stem not in _lists()[0]]
    if max((word.weight for word in others), default=0) >= _SHARED:
        words = _lessened(words, _lists()[0], _BACKDROP)
    for stems, weight in ((denied(text), _DENIED), (_likened(text), _LIKENED)):
        words = _lessened(words, stems, weight)
    return words


def _lessened(words: list[Word], stems: frozenset[str], weight: float) -> list[Word]:
    """`words` with less weight on `stems`, where anything else is said; weak ones speak up where only they are left."""
    rest = [word for word in words if word.stem not in stems]
    if not rest or len(rest) == len(words):
        return words
    weak = max(word.weight for word in rest) < _SHARED
    return [
        replace(word, weight=word.weight * weight)
        if word.stem in stems
        else replace(word, weight=_RAISED)
        if weak
        else word
        for word in words
    ]


def denied(text: str) -> frozenset[str]:
    """Stems of what a "not" stands before: the next word that says something, and one more where that says little."""
    found: set[str] = set()
    for match in _NOT.finditer(text):
        clause = _END.split(text[match.end() :], maxsplit=1)[0]
        for word in content_words(clause)[:2]:
            found.add(word.stem)
            if word.weight == 1:
                break
    return frozenset(found)


def _likened(text: str) -> frozenset[str]:
    """Stems of what somebody is only like: "flew like a plane"; what something is like is how it is best shown."""
    return frozenset(stem(word) for match in _LIKE.finditer(text) for word in _WORD.findall(match[1])[:2])
