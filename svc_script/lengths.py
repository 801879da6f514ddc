"""How many words a narration gets so that a video is as long as asked for."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pixelle.runtime.errors import InvalidArgument
from svc_script.engines.base import NarrationBrief, WordRange
from svc_script.narrating import unit

if TYPE_CHECKING:
    from pixelle.script.v1 import script_pb2

__all__ = ["TARGET_SECONDS", "brief_of", "per_second", "planned", "total_words", "widened"]

TARGET_SECONDS = (5.0, 1800.0)
_SCENE_SECONDS = 8.0
"""Length of a scene where nobody says how many there are to be."""
_SCENES = 20
_TOLERANCE = 0.2
_WORDS_MAX = 500
_USUAL = WordRange(5, 20)
_CHARACTERS_MAX = 45
"""Han and kana characters of an ordinary sentence: ten seconds."""
_PER_SECOND = {"words": 2.5, "characters": 4.5}
"""Words (or Han and kana characters) that voices of ordinary speed speak in a second."""


def per_second(language: str) -> float:
    """Words, or characters where words are not spaced, that are spoken in a second."""
    return _PER_SECOND[unit(language)]


def total_words(plan: script_pb2.NarrationPlan, language: str) -> WordRange | None:
    """Words of all narrations together; None where no length is asked for, or the words of each are, too."""
    if not plan.target_seconds or plan.words.min or plan.words.max:
        return None
    total = plan.target_seconds * per_second(language)
    return WordRange(math.ceil(total * (1 - _TOLERANCE)), int(total * (1 + _TOLERANCE)))


def widened(words: WordRange, language: str) -> WordRange:
    """
    The range that sentences have which are picked, not written.

    What nobody asked for otherwise is a range of words; as many characters are too few for a sentence.
    """
    usual = words == _USUAL and unit(language) == "characters"
    return WordRange(words.low, _CHARACTERS_MAX) if usual else words


def planned(plan: script_pb2.NarrationPlan, words: WordRange, language: str) -> tuple[int, WordRange]:
    """
    Number of scenes and words of each, so that the speech takes `plan.target_seconds` within a fifth.

    words: the range of the plan, its defaults filled in; without target_seconds it is returned as it is.
    Raises InvalidArgument (TARGET_UNREACHABLE).
    """
    if not plan.target_seconds:
        return plan.scene_count, words
    total = plan.target_seconds * per_second(language)
    given = bool(plan.words.min or plan.words.max)
    count = plan.scene_count
    if not count:
        wanted = (words.low + words.high) / 2 if given else _SCENE_SECONDS * per_second(language)
        count = min(_SCENES, max(1, round(total / wanted)))
    each = total / count
    low, high = max(1, round(each * (1 - _TOLERANCE))), max(2, round(each * (1 + _TOLERANCE)))
    if given:
        low, high = max(low, words.low), min(high, words.high)
    if low > high or high > _WORDS_MAX:
        most = words.high if given else _WORDS_MAX
        fewest, many = -(-total // most), total // (words.low if given else 1)
        raise InvalidArgument(
            f"target_seconds {plan.target_seconds:g} in {count} scenes would need about {each:.0f} {unit(language)} "
            f"each, and {words if given else WordRange(1, _WORDS_MAX)} are allowed. Ask for {fewest:.0f} to "
            f"{max(fewest, many):.0f} scenes, leave the word range out, or change the length.",
            reason="TARGET_UNREACHABLE",
        )
    return count, WordRange(low, high)


def brief_of(
    plan: script_pb2.NarrationPlan, shape: tuple[int, WordRange], language: str, *, seed: int, model: str
) -> NarrationBrief:
    """What an engine is asked. shape: scenes and words of each, as `planned`."""
    return NarrationBrief(
        plan.text.strip(),
        *shape,
        language,
        plan.style,
        seed,
        model,
        total=total_words(plan, language),
        open_count=not plan.scene_count,
    )
