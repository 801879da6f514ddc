"""What a speech engine is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.engines import Features, Loaded
    from pixelle.runtime.work import Tick

__all__ = [
    "BatchingEngine",
    "CloningEngine",
    "Line",
    "ModelEngine",
    "Part",
    "Speech",
    "SpokenWord",
    "TtsEngine",
    "Unit",
    "VoiceInfo",
    "VoiceSpec",
    "batching",
    "cloning",
]


@dataclass(frozen=True)
class Unit:
    """Written words that are read as one: usually one, several in "5 km" or "New York" with a pronunciation."""

    words: tuple[str, ...]
    """As written, punctuation included."""
    text: str
    """What is to be read: as written, but for the pronunciations of the caller."""
    said: tuple[str, ...]
    """Plain words that say it, numbers and signs spelled out where the language's rules do; never empty."""
    ipa: str = ""
    """How it sounds, in IPA, when the caller said so; "" when not."""

    @property
    def written(self) -> str:
        """The written words with spaces between them."""
        return " ".join(self.words)


@dataclass(frozen=True)
class Line:
    """What is spoken in one breath: a sentence, or a part of a long one."""

    units: tuple[Unit, ...]
    pause: float
    """Seconds of silence that follow, at the speed asked for."""
    text: str
    """What is to be read, as one string, for engines that know how numbers are said."""
    said: str
    """The same with numbers and signs spelled out."""


@dataclass(frozen=True)
class VoiceInfo:
    """A voice an engine offers."""

    name: str
    """Unique within the engine, for example "en_US-joe"."""
    title: str
    """Name for people."""
    languages: tuple[str, ...] = ()
    """BCP 47 tags; empty means any."""
    gender: str = ""
    """"female", "male" or "" when not known."""
    model: str = ""
    """The only one of the engine's models that has it; "" for all."""
    unusable: str = ""
    """Why the voice is installed but cannot be used, one sentence; "" when it can."""


@dataclass(frozen=True)
class VoiceSpec:
    """Which voice is to speak."""

    name: str
    """A `VoiceInfo.name` of the engine."""
    language: str = ""
    """BCP 47 tag of the text; "" when not known."""
    learned: bytes = b""
    """What `learn` made of the recording whose voice is to be copied; only for engines with `features.cloning`."""
    model: str = ""
    """What the workflow key names beyond the engine, where `features.models`; "" means the engine's default."""


@dataclass(frozen=True)
class SpokenWord:
    """A written word, or the words of a unit, and when they are spoken."""

    text: str
    start: float
    """Seconds from the start of the piece."""
    end: float
    """Seconds from the start of the piece."""


@dataclass(frozen=True)
class Speech:
    """A piece of speech, usually a sentence; level and silence around it are not the engine's business."""

    samples: NDArray[np.float32]
    """Mono, shape [n]."""
    sample_rate: int
    """Samples per second; the same for all pieces of a text."""
    words: tuple[SpokenWord, ...]
    """One for each unit of the line, in order, not overlapping, inside the samples; empty: the engine cannot tell."""
    pause: float = 0.0
    """Seconds of silence that follow, at the speed asked for."""
    likeness: float | None = None
    """
    Cosine of the speaker embeddings of a copied voice's recording and of these samples, -1 to 1, where
    `features.speaker_encoder`; None: no voice was copied, or too little was said to tell.
    """


@dataclass(frozen=True)
class Part:
    """A line of one request among those of others."""

    line: Line
    voice: VoiceSpec
    speed: float
    seed: int


class TtsEngine(Protocol):
    """Speaks. A plain synchronous object; one thread uses it at a time per slot."""

    version: str
    """Part of cache keys: changes whenever results change."""
    summary: str
    """One line for people."""
    features: Features

    def missing(self) -> str | None:
        """What must be installed or set before `load` works, with the command; None when ready. Cheap."""
        ...

    def load(self, device: str) -> None:
        """Load weights, ready for the default voice."""
        ...

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The installed voices, the default first. Cheap, works before `load`; a new file is seen at once."""
        ...

    def fingerprint(self, voice: str) -> str:
        """What decides the sound of a voice besides `version`: part of cache keys. May read the voice's file."""
        ...

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """
        Speak, one piece for each line.

        lines: at least one; each has something to say.
        speed: within the features' range.
        seed: another one gives another reading of the same text, where `features.seeded`.
        `tick` is called with the done fraction at least once per piece; it raises Cancelled.
        """
        ...

    def close(self) -> None:
        """Let go of everything `load` took."""
        ...


class ModelEngine(TtsEngine, Protocol):
    """An engine with `features.models`: what a workflow key names beyond it is one of its models."""

    def models(self) -> Sequence[str]:
        """Those that can be named now; empty when there is no such list."""
        ...

    def ailing(self) -> str | None:
        """Why a text would not be spoken just now although nothing is missing; None when it would. May ask a server."""
        ...

    def named(self, model: str) -> TtsEngine:
        """
        This engine with one of its models, "" for its default: its features and voices are the model's.

        May ask a server. Raises InvalidArgument (WORKFLOW_UNKNOWN) and FailedPrecondition.
        """
        ...


class CloningEngine(TtsEngine, Protocol):
    """An engine with `features.cloning`: it can speak with the voice of a recording."""

    def learn(self, recording: bytes, *, tick: Tick) -> bytes:
        """
        What the engine needs to know of a voice, for `VoiceSpec.learned`; the same on every machine.

        recording: a WAV file, mono, 16 bit, 24 kHz, 3 to 60 seconds of speech.
        """
        ...


class BatchingEngine(TtsEngine, Protocol):
    """An engine with `features.batch`: it speaks so many lines of several requests at once."""

    def synthesize_many(self, parts: Sequence[Part], *, tick: Tick) -> Sequence[Speech]:
        """
        One piece for each part, in order: what the part alone would give, whatever stands beside it.

        parts: 1 to `features.batch`, of any voices, languages and speeds. `tick` raises Cancelled when nobody waits
        any more.
        """
        ...


def cloning(loaded: Loaded[TtsEngine]) -> Loaded[CloningEngine]:
    """An engine that can copy voices, as one. Raises FailedPrecondition (ENGINE_CANNOT_CLONE)."""
    if not loaded.engine.features.cloning:
        raise FailedPrecondition(
            f"The engine of {loaded.workflow!r} cannot copy a voice. Choose one whose features say cloning.",
            reason="ENGINE_CANNOT_CLONE",
        )
    return cast("Loaded[CloningEngine]", loaded)


def batching(loaded: Loaded[TtsEngine]) -> Loaded[BatchingEngine] | None:
    """An engine that gains from batches, as one; None for others."""
    return cast("Loaded[BatchingEngine]", loaded) if loaded.engine.features.batch else None
