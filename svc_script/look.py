"""What all pictures of a video share: a style line and a cast, put into every image prompt word for word."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pixelle.text.detection import detect_language
from svc_script.engines.base import Look, Member, WordRange
from svc_script.pictures import fit_picture
from svc_script.wording import CJK, count_words, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CAST_SIZE", "dress", "joined", "not_english", "read_look", "room_for"]

CAST_SIZE = 6
_SURE = 8
"""Words from which on a text's language is told reliably."""
_ENGLISH = frozenset(
    "a an the of with and at on under behind over near into from beside through by is are her his".split()
)
"""Words that no English description goes without for long; names and loan words mislead the detection."""


def room_for(words: WordRange) -> tuple[int, int, WordRange]:
    """
    How the words of a prompt are shared out: most words of the style line, of one look, and the range to ask for.

    The description is asked for with room for the style and one look; more looks shorten it.
    """
    style = min(14, words.high // 5)
    look = min(12, words.high // 5)
    high = max(1, words.high - style - look)
    return style, look, WordRange(max(1, min(words.low - style, high)), high)


def read_look(head: dict[str, Any], given: Look, words: WordRange) -> Look:
    """The style and cast of an answer, cut to their share; what is given stays."""
    most_style, most_look, _ = room_for(words)
    style = head.get("style")
    found = given.style or (_clipped(style, most_style) if isinstance(style, str) and not not_english(style) else "")
    return Look(found, given.cast or _cast(head.get("cast"), most_look))


def _cast(value: Any, most: int) -> tuple[Member, ...]:
    pairs: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = [(item.get("name"), item.get("look") or item.get("description")) for item in value if _is_dict(item)]
    members: list[Member] = []
    for name, look in pairs:
        if isinstance(name, str) and isinstance(look, str) and re.search(r"\w", name) and re.search(r"\w", look):
            known = {member.name.lower() for member in members}
            if name.strip().lower() not in known and not not_english(look) and len(members) < CAST_SIZE:
                members.append(Member(re.sub(r"\s+", " ", name).strip()[:60], _clipped(look, most)))
    return tuple(members)


def _is_dict(item: Any) -> bool:
    return isinstance(item, dict)


def _clipped(text: str, most: int) -> str:
    line = re.sub(r"[\s*_`]+", " ", text).strip(" .,;:")
    if count_words(line) <= most:
        return line
    bounds = [m.start() for m in re.finditer(",", line) if 0 < count_words(line[: m.start()]) <= most]
    if bounds and count_words(line[: bounds[-1]]) * 2 >= most:
        return line[: bounds[-1]]
    end = 0
    for word in words_of(line)[:most]:
        end = line.index(word, end) + len(word)
    return line[:end]


def dress(description: str, look: Look, words: WordRange) -> str:
    """
    The image prompt of a scene: the description, the look of each member behind its first mention, the style line.

    Held to the range by cutting or filling the description alone, so that members and style are the same words in
    every scene; in ranges too narrow for them the style goes first, then the looks.
    """
    told = re.sub(r"\s+", " ", re.sub(r"[*_`#]+", "", description)).strip().rstrip(".,;: ")
    style = look.style if look.style.lower() not in told.lower() else ""
    seen = [member for member in look.cast if _mention(member.name).search(told)]
    most = words.high - max(3, words.high // 3)
    while True:
        fixed = count_words(style) + sum(_cost(member, told) for member in seen)
        if fixed > most:
            style, seen = ("", seen) if style else ("", seen[:-1])
            continue
        text = fit_picture(told, WordRange(max(1, words.low - fixed), words.high - fixed))
        left = [member for member in seen if _mention(member.name).search(text)]
        if left == seen:
            break
        seen = left  # a member that was cut away needs no look, which leaves room for more of the description
    for member in seen:
        text = _introduced(text, member)
    return f"{text}, {style}" if style else text


def _cost(member: Member, told: str) -> int:
    """Words that introducing a member adds."""
    found = _mention(member.name).search(told)
    again = found is not None and _owns(found)
    return count_words(member.look) + (count_words(member.name) if again else 0)


def _owns(mention: re.Match[str]) -> bool:
    return mention.group().lower().endswith(("'s", "’s"))


def _mention(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(name)}(?:['’]s)?(?!\w)", re.IGNORECASE)


def _introduced(text: str, member: Member) -> str:
    """The look behind the first mention; at the end when that is a possessive."""
    found = _mention(member.name).search(text)
    if not found or _owns(found):
        return f"{text}, {member.name}: {member.look}"
    rest = text[found.end() :]
    return f"{text[: found.end()]}, {member.look}{'' if not rest or rest[0] in ',.;:' else ','}{rest}"


def not_english(text: str) -> str:
    """Why a text is not taken for English; "" when it may be."""
    if re.search(rf"[{CJK}\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\uac00-\ud7af]", text):
        return "is not in English"
    words = [word.lower() for word in words_of(text)]
    common = sum(word in _ENGLISH for word in words)
    if len(words) >= _SURE and common < len(words) / 8 and detect_language(text) not in {"", "en"}:
        return "is not in English"
    return ""


def joined(cast: Sequence[Member]) -> str:
    """The cast on one line, for a prompt."""
    return "; ".join(f"{member.name}: {member.look}" for member in cast)
