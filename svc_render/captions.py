"""Captions as SubRip and WebVTT, in phrases that break where the speaker pauses."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

from svc_render.written import LETTER, OPENING, UNITS, UNSPOKEN, SpokenWord, placed, shared_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Cue", "cues", "phrases", "srt", "vtt"]

_LINE = 42
_LINES = 2
_WIDE = re.compile(
    r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U0001f300-\U0003fffd]"
)
_SENTENCE_END = re.compile(r"[.!?…。！？।॥؟۔][\"'”’)\]」』]*$")
_SHORT = re.compile(
    r"(?:^|[\s(\"'“„«¿¡])(?:(?:[^\W\d_]\.)*[^\W\d_]|approx|bzw|ca|cf|col|dra?|evtl|gen|ggf|gov|hr|lt|mio|mme|mr|mrd|mrs|ms|mt"
    r"|prof|rep|rev|sen|sgt|sra?|srta|st|uds?|vs|(?:am|dem|den|der|im|vom|zum) \d{1,2})\.$",
    re.IGNORECASE,
)
"""A full stop after these is that of a short form, which a name or a number follows."""
_NUMBERED = re.compile(r"(?:^|\s)(?:art|figs?|nos?|nr|pp?|vol)\.$", re.IGNORECASE)
"""After these it is when a number follows: "No. 5"."""
_CLAUSE_END = re.compile(r"[,;:–—，、；：،؛][\"'”’)\]」』]*$")
_LONGEST_GAP = 1.0  # seconds a cue stays after its last word when the next one is far
_LONGEST_UNIT = 20


@dataclass(frozen=True)
class Cue:
    """What is shown from `start` to `end`, in seconds of the video."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues(text: str, words: Sequence[SpokenWord], *, begin: float, length: float) -> list[Cue]:
    """
    The captions of one scene: at most two lines of 42 columns each, a wide character counting as two.

    words: with times; when empty, the time is shared out by the length of the text.
    begin, length: of the scene, in seconds of the video.
    """
    groups = _groups(text, words, length)
    found: list[Cue] = []
    for number, group in enumerate(groups):
        following = groups[number + 1][0].start if number + 1 < len(groups) else length
        end = min(max(group[-1].end, min(following, group[-1].end + _LONGEST_GAP)), max(length, group[-1].end))
        lines = _wrapped(group)
        if lines:
            found.append(Cue(begin + group[0].start, begin + max(end, group[0].start + 0.05), lines))
    return found


def phrases(text: str, words: Sequence[SpokenWord], *, length: float) -> list[SpokenWord]:
    """The phrases of the captions of one scene, each on one line, in seconds of the scene."""
    found = [
        SpokenWord(" ".join("".join(piece.text for piece in group).split()), group[0].start, group[-1].end)
        for group in _groups(text, words, length)
    ]
    return [phrase for phrase in found if phrase.text]


def _groups(text: str, words: Sequence[SpokenWord], length: float) -> list[list[SpokenWord]]:
    groups: list[list[SpokenWord]] = []
    for piece in _pieces(text, words) if words else shared_out(text, length):
        if not groups or _full(groups[-1], piece):
            groups.append([])
        groups[-1].append(piece)
    for before, after in pairwise(groups):
        _even_out(before, after)
    return groups


def _even_out(before: list[SpokenWord], after: list[SpokenWord]) -> None:
    """Words of a sentence that was too long for one cue go on to the next, so that none is left with a word alone."""
    if _ends(before[-1].text, after[0].text):
        return
    whole = _columns("".join(piece.text for piece in before + after))
    while len(before) > 1 and not _CLAUSE_END.search(before[-1].text.rstrip()):
        moved = [before[-1], *after]
        columns = _columns("".join(piece.text for piece in moved))
        if columns > whole / 2 or len(_wrapped(moved)) > _LINES:
            return
        after.insert(0, before.pop())


def _pieces(text: str, words: Sequence[SpokenWord]) -> list[SpokenWord]:
    """The text in the pieces that its words are, each with the blanks that follow it; without a text the words."""
    if not text.strip():
        return [SpokenWord(f"{word.text} ", word.start, word.end) for word in words]
    pieces: list[SpokenWord] = []
    done = 0
    for place in placed(text, words):
        if place.stop <= done:  # a sign of its own, which stands beside the word before it
            pieces[-1] = replace(pieces[-1], end=max(pieces[-1].end, place.end))
            continue
        beside = UNSPOKEN.match(text, place.stop)
        stop = beside.end() if beside else place.stop
        # what stands before the word, an opening quote or something unspoken, goes along with it
        pieces.append(SpokenWord(text[done:stop].replace("\n", " "), place.start, place.end))
        done = stop
    if pieces and done < len(text):
        pieces[-1] = replace(pieces[-1], text=pieces[-1].text + text[done:])
    return _whole(pieces)


def _whole(pieces: Sequence[SpokenWord]) -> list[SpokenWord]:
    """The pieces, those put together that are parts of one word: some voices tell the times of Korean syllables."""
    found: list[SpokenWord] = []
    for piece in pieces:
        if found and LETTER.match(found[-1].text[-1:]) and LETTER.match(piece.text):
            before = found.pop()
            found.append(SpokenWord(before.text + piece.text, before.start, piece.end))
        else:
            found.append(piece)
    return found


def _columns(text: str) -> int:
    return sum(2 if _WIDE.match(char) else unicodedata.category(char) not in {"Mn", "Me", "Cf"} for char in text)


def _full(group: Sequence[SpokenWord], piece: SpokenWord) -> bool:
    """True when `piece` begins a new cue."""
    so_far = "".join(part.text for part in group)
    if len(_wrapped([*group, piece])) > _LINES:
        return True
    used = _columns(so_far.strip())
    if _ends(so_far, piece.text):
        return used >= _LINE // 4
    return bool(_CLAUSE_END.search(so_far.rstrip())) and used >= _LINE


def _ends(so_far: str, following: str) -> bool:
    """Whether a sentence ends between the two."""
    so_far, first = so_far.rstrip(), following.lstrip(" \"'“„«(¿¡")[:1]
    if not _SENTENCE_END.search(so_far) or first.islower():
        return False
    return not (_SHORT.search(so_far) or (first.isdigit() and _NUMBERED.search(so_far)))


def _wrapped(pieces: Sequence[SpokenWord]) -> tuple[str, ...]:
    """Lines of at most 42 columns; where two are enough, they part at a pause or in the middle."""
    units = [unit for piece in pieces for unit in _parted(piece.text)]
    text = " ".join("".join(units).split())
    if _columns(text) <= _LINE:
        return (text,) if text else ()
    lines = _filled(units)
    return _halved(units) if len(lines) == _LINES else lines


def _parted(text: str) -> list[str]:
    """The units of a piece; a word that was given with its time is not broken."""
    text = re.sub(r"\s+", " ", text)
    if _columns(text) <= _LONGEST_UNIT:
        return [text]
    units = UNITS.findall(text)
    return [*units, text[len("".join(units)) :]]


def _halved(units: Sequence[str]) -> tuple[str, ...]:
    """Two lines: near the middle, rather after a sentence or a clause, and not after "Dr."."""
    found: list[tuple[float, tuple[str, str]]] = []
    for place in range(1, len(units)):
        lines = "".join(units[:place]).strip(), "".join(units[place:]).strip()
        columns = [_columns(line) for line in lines]
        if not all(0 < count <= _LINE for count in columns):
            continue
        between = units[place - 1].endswith(" ") or units[place].startswith(" ")
        clause = _CLAUSE_END.search(lines[0]) or lines[1].startswith(tuple(OPENING))
        pause = 0.0 if _ends(*lines) else 0.1 if clause else 0.4 if between else 0.55
        pause += 0.3 if _SHORT.search(lines[0]) else 0.0
        found.append((abs(columns[0] - columns[1]) / sum(columns) + pause, lines))
    return min(found)[1] if found else _filled(units)


def _filled(units: Sequence[str]) -> tuple[str, ...]:
    lines = [""]
    for unit in units:
        part = unit
        while part:
            if _columns((lines[-1] + part).strip()) <= _LINE:
                lines[-1] += part
                break
            if lines[-1].strip():
                lines.append("")
                part = part.lstrip()
                continue
            lines[-1], part = _cut(part)
    return tuple(line.strip() for line in lines if line.strip())


def _cut(word: str) -> tuple[str, str]:
    """A word that is longer than a line in two, marks and the vowels of Thai and Lao beside their letters."""
    place = next(place for place in range(len(word), 0, -1) if _columns(word[:place]) <= _LINE)
    whole = place
    while place > 1 and (unicodedata.category(word[place])[0] == "M" or word[place - 1] in "เแโใไເແໂໃໄ"):
        place -= 1
    return (word[:place], word[place:]) if place > 1 else (word[:whole], word[whole:])


def srt(found: Iterable[Cue]) -> str:
    """SubRip. "-->" inside a text is written "->", which no reader takes for a time line."""
    return "".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n"
        + "\n".join(line.replace("-->", "->") for line in cue.lines)
        + "\n\n"
        for number, cue in enumerate(found, 1)
    )


def vtt(found: Iterable[Cue], *, language: str) -> str:
    """WebVTT, the text escaped."""
    head = f"WEBVTT\nLanguage: {language}\n\n" if language.replace("-", "").isalnum() else "WEBVTT\n\n"
    return head + "".join(
        f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n"
        + "\n".join(escape(line, quote=False) for line in cue.lines)
        + "\n\n"
        for cue in found
    )


def _clock(seconds: float, mark: str) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{mark}{ms % 1000:03d}"
