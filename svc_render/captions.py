"""Captions as SubRip and WebVTT, in phrases that break where the speaker pauses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Cue", "SpokenWord", "cues", "phrases", "shared_out", "srt", "vtt"]

_LINE = 42
_LINES = 2
_WIDE = re.compile(
    r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\U00020000-\U0003fffd]"
)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’)\]」』]*$")
_SHORT = re.compile(
    r"(?:^|[\s(\"'“„«¿¡])(?:(?:[^\W\d_]\.)*[^\W\d_]|approx|bzw|ca|cf|col|dra?|evtl|gen|ggf|gov|hr|lt|mio|mme|mr|mrd|mrs|ms|mt"
    r"|prof|rep|rev|sen|sgt|sra?|srta|st|uds?|vs|(?:am|dem|den|der|im|vom|zum) \d{1,2})\.$",
    re.IGNORECASE,
)
"""A full stop after these is that of a short form, which a name or a number follows."""
_NUMBERED = re.compile(r"(?:^|\s)(?:art|figs?|nos?|nr|pp?|vol)\.$", re.IGNORECASE)
"""After these it is when a number follows: "No. 5"."""
_CLAUSE_END = re.compile(r"[,;:–—，、；：][\"'”’)\]」』]*$")
_LONGEST_GAP = 1.0  # seconds a cue stays after its last word when the next one is far
_UNITS = re.compile(r"\s*(?:" + _WIDE.pattern + r"[^\w\s]*|[^\s\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff]+)")


@dataclass(frozen=True)
class SpokenWord:
    """A word and its time in seconds from the start of its scene."""

    text: str
    start: float
    end: float


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
        lines = _wrapped("".join(piece.text for piece in group).strip())
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
        if columns > whole / 2 or len(_wrapped("".join(piece.text for piece in moved).strip())) > _LINES:
            return
        after.insert(0, before.pop())


def _pieces(text: str, words: Sequence[SpokenWord]) -> list[SpokenWord]:
    """The words with the blanks that follow them in the text."""
    pieces: list[SpokenWord] = []
    place = 0
    for number, word in enumerate(words):
        at = text.find(word.text, place)
        if at < 0:  # the text was read differently from how it is written: single blanks, none between wide letters
            following = words[number + 1].text if number + 1 < len(words) else ""
            wide = _WIDE.match(word.text[-1:]) and _WIDE.match(following)
            pieces.append(SpokenWord(word.text + ("" if wide else " "), word.start, word.end))
            continue
        stop = at + len(word.text)
        while stop < len(text) and not text[stop].isalnum() and not text[stop].isspace():
            stop += 1
        while stop < len(text) and text[stop].isspace():
            stop += 1
        # what stands before the word, an opening quote or something unspoken, goes along with it
        pieces.append(SpokenWord(text[place:stop].replace("\n", " "), word.start, word.end))
        place = stop
    if pieces and place < len(text):
        pieces[-1] = SpokenWord(pieces[-1].text + text[place:], pieces[-1].start, pieces[-1].end)
    return pieces


def shared_out(text: str, length: float) -> list[SpokenWord]:
    """The units of a text without times: `length` seconds shared out by their numbers of characters."""
    parts = _UNITS.findall(text) or ([text] if text.strip() else [])
    whole = sum(map(len, parts)) or 1
    found: list[SpokenWord] = []
    done = 0
    for part in parts:
        start, done = done, done + len(part)
        found.append(SpokenWord(part, length * start / whole, length * done / whole))
    return found


def _columns(text: str) -> int:
    return sum(2 if _WIDE.match(char) else 1 for char in text)


def _full(group: Sequence[SpokenWord], piece: SpokenWord) -> bool:
    """True when `piece` begins a new cue."""
    so_far = "".join(part.text for part in group)
    if len(_wrapped((so_far + piece.text).strip())) > _LINES:
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


def _wrapped(text: str) -> tuple[str, ...]:
    """Lines of at most 42 columns; two lines are made about equally long."""
    text = " ".join(text.split())
    if _columns(text) <= _LINE:
        return (text,) if text else ()
    lines = _filled(text, _LINE)
    if len(lines) == _LINES:
        for width in range((_columns(text) + 1) // 2, _LINE):
            even = _filled(text, width)
            if len(even) == _LINES and all(_columns(line) <= _LINE for line in even):
                return even
    return lines


def _filled(text: str, width: int) -> tuple[str, ...]:
    lines = [""]
    for unit in _UNITS.findall(text):
        part = unit
        while part:
            if _columns((lines[-1] + part).strip()) <= width:
                lines[-1] += part
                break
            if lines[-1].strip():
                lines.append("")
                part = part.lstrip()
                continue
            # a word longer than a line is cut
            lines[-1], part = part[:width], part[width:]
    return tuple(line.strip() for line in lines if line.strip())


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
