"""One reading of a script: pieces from the engine, times for every word, one even track."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pixelle.runtime.batches import Batches
from pixelle.runtime.errors import Internal
from pixelle.text.tags import primary
from svc_tts.aligner import EnglishAligner
from svc_tts.engines.base import Part, batching, cloning
from svc_tts.listening import error_rate, plain_words
from svc_tts.timing import Source, times_of
from svc_tts.track import Track

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.engines import Loaded
    from pixelle.runtime.work import Report, Slots, Tick
    from svc_tts.asking import Job
    from svc_tts.cloning.learning import Learning
    from svc_tts.engines.base import BatchingEngine, Speech, SpokenWord
    from svc_tts.listening import Listener
    from svc_tts.timing import Align

    Heard = Callable[[bytes, int], None]

__all__ = ["Reading", "Speaker", "Understood"]

_REDONE = 2
"""How often a text that was not understood is spoken again."""


@dataclass(frozen=True)
class Understood:
    """What a listener made of a reading."""

    error: float
    """Edits divided by the words of the text."""
    attempts: int
    limit: float
    heard: str


@dataclass(frozen=True)
class Reading:
    """A script, spoken."""

    pcm: bytes
    """Mono, 16 bit little endian."""
    sample_rate: int
    words: tuple[SpokenWord, ...]
    source: Source
    likeness: float | None = None
    """Of a copied voice to its recording: `Speech.likeness` of all pieces, the long ones counting more."""
    understood: Understood | None = None
    """Set when it was listened to."""

    @property
    def seconds(self) -> float:
        """Length."""
        return len(self.pcm) / 2 / self.sample_rate


class Speaker:
    """Speaks jobs on the engines' slots, and listens where that is asked for."""

    def __init__(self, learning: Learning, listener: Listener, listening: Slots, *, limit: float) -> None:
        """listening: where the listener works. limit: word error above which a text is spoken again."""
        self._learning = learning
        self._listener = listener
        self._listening = listening
        self._limit = limit
        self._english = EnglishAligner()
        self._together: dict[str, Batches[Part, Speech]] = {}
        """By engine."""

    async def speak(self, job: Job, report: Report, heard: Heard) -> Reading:
        """
        Speak a job; `heard` receives PCM and its rate as soon as it is sure to stay.

        Raises Cancelled, ResourceExhausted (QUEUE_FULL) and what the engine raises.
        """
        if job.recording:
            learned = await self._learning.learned(job.recording, cloning(job.loaded), report, job.group)
            job = replace(job, voice=replace(job.voice, learned=learned))
        if not job.verify:
            return await self._read(job, report, job.seed, heard)
        features = job.loaded.engine.features
        # an engine that always says the same would say the same again
        tries = 1 + (_REDONE if features.seeded or not features.deterministic else 0)
        best: Reading | None = None
        for attempt in range(tries):
            reading = await self._read(job, report, job.seed + attempt, None)
            listened = await self._understood(job, reading, attempt + 1)
            if best is None or best.understood is None or listened.error < best.understood.error:
                best = replace(reading, understood=listened)
            best = replace(best, understood=replace(best.understood or listened, attempts=attempt + 1))
            if listened.error <= self._limit:
                break
        assert best is not None
        heard(best.pcm, best.sample_rate)
        return best

    async def close(self) -> None:
        """Give up what waits for batches."""
        for each in self._together.values():
            await each.close()

    async def _read(self, job: Job, report: Report, seed: int, heard: Heard | None) -> Reading:
        many = batching(job.loaded)
        if many:
            return await self._read_together(job, many, report, seed, heard)
        return await job.loaded.slots.run(
            lambda tick: self.read(job, tick, seed=seed, heard=heard), report=report, group=job.group
        )

    async def _understood(self, job: Job, reading: Reading, attempts: int) -> Understood:
        language = job.voice.language

        def listen(tick: Tick) -> Understood:
            tick(0.0, "listening")
            text = self._listener.hear(reading.pcm, reading.sample_rate, language, tick=tick)
            written = " ".join(unit.written for line in job.script.lines for unit in line.units)
            # a name is heard as it is written or as the caller had it pronounced
            pronounced = " ".join(line.text for line in job.script.lines)
            heard = plain_words(text, language)
            error = min(error_rate(plain_words(said, language), heard) for said in {written, pronounced})
            return Understood(error, attempts, self._limit, text)

        return await self._listening.run(listen, group=job.group)

    async def _read_together(
        self, job: Job, loaded: Loaded[BatchingEngine], report: Report, seed: int, heard: Heard | None
    ) -> Reading:
        """Speak a job line by line, each in a batch with lines of other jobs."""
        if loaded.name not in self._together:
            engine = loaded.engine
            self._together[loaded.name] = Batches(
                loaded.slots,
                lambda parts, tick: engine.synthesize_many(parts, tick=tick),
                size=engine.features.batch,
                queue=loaded.slots.queue,
            )
        made = _Growing(job, self._aligner(job.voice.language), heard)
        parts = [Part(line, job.voice, job.speed, seed) for line in job.script.lines]
        async with aclosing(self._together[loaded.name].run(parts, report=report, group=job.group)) as pieces:
            async for piece in pieces:
                await asyncio.to_thread(made.add, piece)
        return made.finish()

    def read(self, job: Job, tick: Tick, *, seed: int, heard: Heard | None = None) -> Reading:
        """
        Speak a job once. `heard` receives PCM and its rate as soon as it is made.

        Raises Cancelled and what the engine raises.
        """
        made = _Growing(job, self._aligner(job.voice.language), heard)
        for piece in job.loaded.engine.synthesize(
            job.script.lines, job.voice, speed=job.speed, tick=tick, seed=seed
        ):  # to the end, which lets the engine end by itself
            made.add(piece)
        return made.finish()

    def _aligner(self, language: str) -> Align | None:
        return self._english if primary(language) == "en" and EnglishAligner.installed() else None


def _is_sound(piece: Speech) -> bool:
    import numpy as np

    return bool(np.isfinite(piece.samples).all())


class _Growing:
    """A reading to which piece after piece is added."""

    def __init__(self, job: Job, align: Align | None, heard: Heard | None) -> None:
        """heard: receives PCM and its rate as soon as it is made."""
        self._name = job.loaded.name
        self._lines = iter(job.script.lines)
        self._track = Track(lead=job.script.lead, tail=job.tail)
        self._parts: list[bytes] = []
        self._source = Source.MODEL
        self._align = align
        self._heard = heard
        self._alike: list[tuple[float, int]] = []
        """Likeness and samples of the pieces that have one."""

    def add(self, piece: Speech) -> None:
        """The next line, spoken. Raises Internal when it does not fit the line."""
        line = next(self._lines, None)
        if line is None:
            raise Internal(f"Engine {self._name!r} spoke more than it was asked to.")
        if not _is_sound(piece):
            raise Internal(f"Engine {self._name!r} gave samples that are no numbers.")
        try:
            words, origin = times_of(line, piece, self._align)
        except ValueError as error:
            raise Internal(f"Engine {self._name!r}: {error}.") from error
        self._source = max(self._source, origin)
        if piece.likeness is not None:
            self._alike.append((piece.likeness, len(piece.samples)))
        self._take(self._track.add(piece, words))

    def finish(self) -> Reading:
        """All of it. Raises Internal when a line was not spoken."""
        if next(self._lines, None) is not None:
            raise Internal(f"Engine {self._name!r} did not speak every line.")
        self._take(self._track.finish())
        judged = sum(count for _, count in self._alike)
        alike = sum(likeness * count for likeness, count in self._alike) / judged if judged else None
        return Reading(b"".join(self._parts), self._track.sample_rate, tuple(self._track.words), self._source, alike)

    def _take(self, pcm: bytes) -> None:
        self._parts.append(pcm)
        if self._heard:
            self._heard(pcm, self._track.sample_rate)
