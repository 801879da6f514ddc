"""When each word is spoken: what the engine says, else an alignment, else a fair share of the sound."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from svc_tts.engines.base import SpokenWord
from svc_tts.sound import frame_levels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from svc_tts.engines.base import Line, Speech

    Align = Callable[[Line, NDArray[np.float32], int], "list[tuple[float, float]] | None"]

__all__ = ["Source", "times_of"]

_FRAME = 0.02
_PAUSE = 0.1
"""Seconds of silence that are taken for a gap between two words, not for the inside of one."""
_NEAR = 0.1
"""Audible seconds by which an edge between words is moved into such a gap."""
_AUDIBLE_DB = 35.0
"""Frames this far below the loudest one are taken for silence."""
_RING = 0.1
"""Seconds that the last word may ring on below that."""


class Source(IntEnum):
    """Where times come from, the best first; the numbers are those of the contract."""

    MODEL = 1
    ALIGNED = 2
    PROPORTIONAL = 3


def times_of(line: Line, speech: Speech, align: Align | None) -> tuple[list[SpokenWord], Source]:
    """
    Times of the written words of a line, in seconds from the start of the piece.

    align: finds the units of a line in sound; None, or an answer of None, where it cannot.
    Raises ValueError when the engine gave times, but not one for each unit.
    """
    if speech.words:
        if [word.text for word in speech.words] != [unit.written for unit in line.units]:
            raise ValueError("the engine did not give a time to every word")
        spans, source = [(word.start, word.end) for word in speech.words], Source.MODEL
    else:
        found = align(line, speech.samples, speech.sample_rate) if align else None
        spans = found or _shared_out(line, speech.samples, speech.sample_rate)
        source = Source.ALIGNED if found else Source.PROPORTIONAL
    heard = _until(speech.samples, speech.sample_rate)
    words: list[SpokenWord] = []
    for unit, (start, end) in zip(line.units, spans, strict=True):
        # models count silence after the last word as a part of it
        words += _split(unit.words, start, max(start, min(end, heard)))
    return words, source


def _until(samples: NDArray[np.float32], rate: int) -> float:
    """Seconds until nothing can be heard any more, with a little time to ring on."""
    import numpy as np

    levels = frame_levels(samples, round(rate * _FRAME))
    loud = np.flatnonzero(levels > levels.max(initial=0.0) * 10 ** (-_AUDIBLE_DB / 20))
    return float(loud[-1] + 1) * _FRAME + _RING if len(loud) else len(samples) / rate


def _split(words: Sequence[str], start: float, end: float) -> list[SpokenWord]:
    """The words of a unit share its time by their length."""
    weights = [_weight(word) for word in words]
    found: list[SpokenWord] = []
    at = start
    for position, word in enumerate(words):
        until = start + (end - start) * sum(weights[: position + 1]) / sum(weights)
        found.append(SpokenWord(word, at, until))
        at = until
    return found


def _weight(text: str) -> float:
    """How long something takes to say: letters, a syllable's worth for digits and for characters that are one."""
    return 1.5 + sum(3.0 if c >= "\u0e00" or c.isdigit() else 1.0 for c in text if c.isalnum())


def _shared_out(line: Line, samples: NDArray[np.float32], rate: int) -> list[tuple[float, float]]:
    """The audible time, silences left out, in proportion to the length of what is said."""
    import numpy as np

    levels = frame_levels(samples, round(rate * _FRAME))
    loud = levels > max(levels.max(initial=0.0) * 10 ** (-_AUDIBLE_DB / 20), 1e-9)
    if not loud.any():
        loud[:] = True
    weights = np.array([sum(_weight(word) for word in unit.said) for unit in line.units])
    passed = np.concatenate([[0.0], np.cumsum(loud)])
    edges = np.concatenate([[0.0], np.cumsum(weights) / weights.sum()]) * passed[-1]
    total = len(samples) / rate
    edges[1:-1] = _snapped(edges[1:-1], _silences(loud, passed))
    # a word ends where its last audible frame ends and the next begins with the next audible one
    ends = np.interp(edges[1:], passed, np.arange(len(passed)) * _FRAME)
    first = np.searchsorted(passed, edges[:-1], side="right") - 1
    inside = edges[:-1] - passed[first]
    starts = (first + inside) * _FRAME
    spans: list[tuple[float, float]] = []
    at = 0.0
    for start, end in zip(starts, ends, strict=True):
        begin = max(at, min(float(start), total))
        at = max(begin, min(float(end), total))
        spans.append((begin, at))
    return spans


def _silences(loud: NDArray[np.bool_], passed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where, in audible frames, the long silences are."""
    import numpy as np

    changes = np.flatnonzero(np.diff(np.concatenate([[True], loud, [True]]).astype(np.int8)))
    begins, ends = changes[::2], changes[1::2]
    return passed[begins[(ends - begins) * _FRAME >= _PAUSE]]


def _snapped(edges: NDArray[np.float64], silences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges between words, in audible frames, moved to a silence that is near."""
    import numpy as np

    if not len(silences) or not len(edges):
        return edges
    nearest = silences[np.abs(edges[:, None] - silences[None, :]).argmin(axis=1)]
    moved = np.where(np.abs(nearest - edges) * _FRAME <= _NEAR, nearest, edges)
    # no word may be left without sound: two edges at one silence stay where they were
    return np.where(np.diff(moved, append=np.inf) > 1, moved, edges) if len(edges) > 1 else moved
