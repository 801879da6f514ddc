"""
How much the voices cost: `python -m benchmarks.tts [engine ...]`, one JSON line per engine.

CPU seconds per second of audio, seconds until the first sound can be heard, and for engines that speak several lines
at once how much that gains over one at a time, measured in the same run. `--xtts FOLDER` adds XTTS with those weights,
at 1, 8 and 32 lines; `--device cuda` runs it on a GPU.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pixelle.runtime.settings import ServiceSettings
from svc_tts.engines.base import VoiceSpec
from svc_tts.reading.lines import lines_of
from svc_tts.track import wav

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_tts.engines.base import Line

TEXT = (
    "Reading every day changes how you think, and it costs you only twenty minutes. Opening a book is like opening a "
    "door. In 2026, curious readers sleep better, and worry less. Start small, stay patient, and let the habit grow."
)
_BATCHES = (1, 8, 32)


def measure(engine: Any, lines: Sequence[Line], voice: VoiceSpec) -> dict[str, float]:
    """
    One reading: CPU and wall seconds per second of audio, and those until the first piece is there.

    CPU seconds mean something on a busy machine too.
    """
    before, start = spent(), time.perf_counter()
    first, first_cpu, seconds = 0.0, 0.0, 0.0
    for piece in engine.synthesize(lines, voice, speed=1.0, tick=unheard):
        first, first_cpu = first or time.perf_counter() - start, first_cpu or spent() - before
        seconds += len(piece.samples) / piece.sample_rate
    wall = time.perf_counter() - start
    return {
        "cpu_per_audio": round((spent() - before) / seconds, 3),
        "wall_per_audio": round(wall / seconds, 3),
        "first_audio": round(first, 3),
        "first_audio_cpu": round(first_cpu, 3),
        "audio": round(seconds, 2),
    }


def spent() -> float:
    """CPU seconds of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def unheard(fraction: float, message: str = "") -> None:
    """Progress that nobody follows."""
    del fraction, message


def hum() -> bytes:
    """A recording of no voice: what is learned from it costs what a voice costs."""
    sound = 0.3 * np.sin(np.arange(6 * 24_000) * (2 * np.pi * 140 / 24_000))
    return wav(np.rint(sound * 32767).astype("<i2").tobytes(), 24_000)


def batch_gain(folder: Path, device: str, *, lines: int = 33) -> dict[str, Any]:
    """XTTS at several batch sizes over the same lines, and how much faster than one line at a time."""
    from svc_tts.engines.coqui import CoquiEngine

    text = lines_of(TEXT, language="en").lines
    said = (text * (lines // len(text) + 1))[:lines]
    found: dict[str, Any] = {}
    for batch in _BATCHES:
        engine = CoquiEngine(model_dir=folder, terms_accepted=True, batch=batch)
        engine.load(device)
        voice = VoiceSpec("", "en", engine.learn(hum(), tick=unheard))
        measure(engine, said[:2], voice)
        found[f"batch_{batch}"] = measure(engine, said, voice)
        engine.close()
    alone = found["batch_1"]["wall_per_audio"]
    gains = {f"gain_{batch}": round(alone / found[f"batch_{batch}"]["wall_per_audio"], 2) for batch in _BATCHES[1:]}
    return {"engine": "xtts", "device": device, **found, **gains}


def main() -> None:
    """Measure the engines that are installed, or those named."""
    from svc_tts.engines.kokoro import KokoroEngine
    from svc_tts.engines.piper import PiperEngine

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", default=["piper", "kokoro"])
    parser.add_argument("--xtts", type=Path, help="folder of XTTS weights")
    parser.add_argument("--device", default="cpu")
    given = parser.parse_args()
    packs = ServiceSettings().packs_dir
    none = Path("/nonexistent")
    made: dict[str, Any] = {
        "piper": PiperEngine(packs_dir=packs, voices_dir=none),
        "kokoro": KokoroEngine(packs_dir=packs, own_dir=none),
    }
    lines = lines_of(TEXT, language="en").lines
    for name in given.engines:
        engine = made[name]
        missing = engine.missing()
        if missing:
            print(json.dumps({"engine": name, "skipped": missing}))
            continue
        start = time.perf_counter()
        engine.load("cpu")
        loaded = time.perf_counter() - start
        voice = VoiceSpec(engine.voices()[0].name, "en")
        measure(engine, lines[:1], voice)  # the first call is slower
        print(json.dumps({"engine": name, "load": round(loaded, 2), **measure(engine, lines, voice)}), flush=True)
        engine.close()
    if given.xtts:
        print(json.dumps(batch_gain(given.xtts, given.device)))


if __name__ == "__main__":
    main()
