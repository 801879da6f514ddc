"""A text as the lines an engine speaks, with what is to be said for every written word."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pixelle.text.tags import primary
from svc_tts.engines.base import Line, Unit
from svc_tts.reading.english import in_full
from svc_tts.reading.english import said as said_in_english
from svc_tts.reading.english_numbers import COUNTED
from svc_tts.reading.pauses import cut_at_pauses
from svc_tts.reading.symbols import PLAIN_SIGNS
from svc_tts.words import Sentence, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_tts.reading.pronunciations import Pronunciations

__all__ = ["Script", "lines_of"]

_VARIETIES = {"pt-pt": "pt_PT", "fr-be": "fr_BE", "fr-ch": "fr_CH"}
"""Tags whose numbers have names of their own."""
_SAME = {"iw": "he", "nn": "nb", "no": "nb"}
"""Languages whose numbers are those of another tag."""
_CEDILLAS = str.maketrans("şţŞŢ", "șțȘȚ")
"""Romanian letters as many keyboards have them, and as they are."""
_LONGEST = 500
"""Characters that are looked at in one go; sentences of words are shorter."""
_MARKS = '.,;:!?…"”’)]'


@dataclass(frozen=True)
class Script:
    """What is to be spoken."""

    lines: tuple[Line, ...]
    lead: float
    """Seconds of silence asked for before the first line."""


@dataclass(frozen=True)
class _Edit:
    """A stretch of a sentence that is read in another way."""

    start: int
    end: int
    text: str
    said: str
    ipa: str = ""


def lines_of(text: str, *, language: str, speed: float = 1.0, pronunciations: Pronunciations | None = None) -> Script:
    """
    Cut a text into lines.

    language: BCP 47 tag; "" leaves numbers and signs as they are. speed: natural pauses shrink with it, asked for ones
    do not. The words of all units are `written_words(text)` of the text without its `[pause ...]` marks, in order.
    Raises InvalidArgument (PAUSE_INVALID).
    """
    found: list[Line] = []
    lead = 0.0
    spoken = _SAME.get(primary(language), primary(language))
    variety = _VARIETIES.get(language.lower(), spoken)
    for stretch, pause in cut_at_pauses(text):
        spaces = _Spaces(stretch)
        inside = [
            _line(each, spaces.joined(each.words), speed, variety, pronunciations)
            for each in sentences(stretch, language=spoken)
        ]
        found += inside
        if pause is None:
            continue
        if found:
            # the second of two pauses in a row is added to the first
            found[-1] = replace(found[-1], pause=pause if inside else found[-1].pause + pause)
        else:
            lead += pause
    return Script(tuple(found), lead)


def _found(text: str, language: str) -> list[tuple[int, int, str]]:
    """The stretches of a sentence that are not said as they are written; none for a language without rules."""
    text = text.translate(PLAIN_SIGNS)
    text = text.translate(_CEDILLAS) if language == "ro" else text
    found: list[tuple[int, int, str]] = []
    # only what nobody can say is longer: a word of thousands of letters, whose cost would grow by its square
    for at in range(0, len(text), _LONGEST):
        found += [(at + start, at + end, said) for start, end, said in _rewritten(text[at : at + _LONGEST], language)]
    return found


def _rewritten(text: str, language: str) -> list[tuple[int, int, str]]:
    if language == "zh":
        from svc_tts.reading.chinese import rewritten as in_chinese

        return in_chinese(text)
    from svc_tts.reading.general import LANGUAGES, rewritten

    return rewritten(text, language) if language in LANGUAGES else []


def _line(
    sentence: Sentence,
    joined: tuple[str, list[int]],
    speed: float,
    language: str,
    pronunciations: Pronunciations | None,
) -> Line:
    text, starts = joined
    edits = [_Edit(s, e, read, read, ipa) for s, e, read, ipa in pronunciations.find(text)] if pronunciations else []
    asked = tuple(edits)
    for start, end, said in _found(text, language):
        if all(end <= edit.start or edit.end <= start for edit in asked):
            edits.append(_Edit(start, end, text[start:end], said))
    edits.sort(key=lambda edit: edit.start)
    units = _units(sentence.words, text, starts, edits)
    spelled = re.sub(r" {2,}", " ", _applied(text, edits, said=True)).strip()
    if language == "en":
        units = _in_english(units)
        spelled = " ".join(" ".join(unit.said) + _tail(unit, last=unit is units[-1]) for unit in units)
    return Line(tuple(units), sentence.pause / speed, _applied(text, edits), spelled)


def _in_english(units: Sequence[Unit]) -> list[Unit]:
    """With the plain words of the English rules, but for what the caller or a date rule has said already."""
    plain = said_in_english([unit.text if _spelled(unit.text) == unit.said else " ".join(unit.said) for unit in units])
    return [replace(unit, said=tuple(words)) for unit, words in zip(units, plain, strict=True)]


def _spelled(text: str) -> tuple[str, ...]:
    """The words of a text that can be said."""
    return tuple(part for part in text.split() if any(c.isalnum() for c in part))


def _tail(unit: Unit, *, last: bool) -> str:
    """The punctuation a unit ends with, unless it has been said with it: a dot inside a line is of a short form."""
    word = unit.words[-1]
    tail = word[len(word.rstrip(_MARKS)) :]
    tail = tail.replace('"', "").replace("”", "")  # as those before a word: they are not heard, and may mean inches
    in_words = not last or in_full(word) or COUNTED.get(word.lower()) == unit.said[-1]
    return tail[1:] if tail[:1] == "." != tail[1:2] and (unit.said[-1].endswith(".") or in_words) else tail


class _Spaces:
    """Remembers where the text has white space between words; scripts without spaces have none."""

    def __init__(self, text: str) -> None:
        self._text = " ".join(text.split())
        self._at = 0

    def joined(self, words: Sequence[str]) -> tuple[str, list[int]]:
        """The next words of the text as they stand in it, and where each begins."""
        text, starts = "", list[int]()
        for word in words:
            found = self._text.find(word, self._at)
            if text and (found != self._at or found < 0):
                text += " "
            self._at = found + len(word) if found >= 0 else self._at
            starts.append(len(text))
            text += word
        return text, starts


def _applied(text: str, edits: Sequence[_Edit], *, said: bool = False, start: int = 0, end: int | None = None) -> str:
    """The text from `start` to `end` with every edit inside made."""
    parts: list[str] = []
    at = start
    for edit in edits:
        parts += [text[at : edit.start], edit.said if said else edit.text]
        at = edit.end
    parts.append(text[at:end])
    return "".join(parts)


def _units(words: Sequence[str], text: str, starts: Sequence[int], edits: Sequence[_Edit]) -> list[Unit]:
    """Words that an edit reaches over are one unit; one that begins with the space before a word is that word's."""
    found: list[Unit] = []
    first = before = 0
    while first < len(words):
        last = first
        inside: list[_Edit] = []
        for edit in edits:
            end = starts[last] + len(words[last])
            if before <= edit.start < end:
                inside.append(edit)
                while edit.end > starts[last] + len(words[last]):
                    last += 1
        start, end = starts[first], starts[last] + len(words[last])
        plain = _spelled(_applied(text, inside, said=True, start=start, end=end))
        alone = len(inside) == 1 and inside[0].ipa
        found.append(
            Unit(
                words=tuple(words[first : last + 1]),
                text=_applied(text, inside, start=start, end=end),
                said=plain or (words[first],),
                ipa=inside[0].ipa if alone else "",
            )
        )
        first, before = last + 1, end
    return found
