"""One reading of a script: pieces from the engine, times for every word, one even track."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelle.runtime.errors import Internal
from svc_tts.aligner import EnglishAligner
from svc_tts.timing import Source, times_of
from svc_tts.track import Track

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.work import Tick
    from svc_tts.asking import Job
    from svc_tts.engines.base import SpokenWord
    from svc_tts.timing import Align

__all__ = ["Reading", "Speaker"]


@dataclass(frozen=True)
class Reading:
    """A script, spoken."""

    pcm: bytes
    """Mono, 16 bit little endian."""
    sample_rate: int
    words: tuple[SpokenWord, ...]
    source: Source

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.pcm) / 2 / self.sample_rate


class Speaker:
    """Speaks jobs, on the thread of whoever calls."""

    def __init__(self) -> None:
        self._english = EnglishAligner()

    def read(self, job: Job, tick: Tick, *, seed: int, heard: Callable[[bytes, int], None] | None = None) -> Reading:
        """
        Speak a job once. `heard` receives PCM and its rate as soon as it is made.

        Raises Cancelled and what the engine raises.
        """
        track = Track(lead=job.script.lead)
        parts: list[bytes] = []
        source = Source.MODEL
        align = self._aligner(job.voice.language)

        def take(pcm: bytes) -> None:
            parts.append(pcm)
            if heard:
                heard(pcm, track.sample_rate)

        pieces = iter(job.loaded.engine.synthesize(job.script.lines, job.voice, speed=job.speed, tick=tick, seed=seed))
        for line in job.script.lines:
            piece = next(pieces, None)
            if piece is None:
                raise Internal(f"Engine {job.loaded.name!r} did not speak every line.")
            try:
                words, origin = times_of(line, piece, align)
            except ValueError as error:
                raise Internal(f"Engine {job.loaded.name!r}: {error}.") from error
            source = max(source, origin)
            take(track.add(piece, words))
        for _ in pieces:  # lets the engine end by itself
            raise Internal(f"Engine {job.loaded.name!r} spoke more than it was asked to.")
        take(track.finish())
        return Reading(b"".join(parts), track.sample_rate, tuple(track.words), source)

    def _aligner(self, language: str) -> Align | None:
        return self._english if language.partition("-")[0] == "en" and EnglishAligner.installed() else None
