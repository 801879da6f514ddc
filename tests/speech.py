"""Speech to copy, spoken by the packaged voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pixelle.runtime.settings import ServiceSettings
from svc_tts.engines.base import VoiceSpec
from svc_tts.engines.piper import PiperEngine
from svc_tts.reading.lines import lines_of
from svc_tts.sound import resampled
from svc_tts.track import wav

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["recorded", "spoken"]

SPEECH = "Reading every day changes how you think, and it costs you only twenty minutes. Opening a book is like a door."


def spoken(folder: Path) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    """About eight seconds of one person speaking, mono, 24 kHz, peak about 0.5. folder: an empty one."""
    packs = ServiceSettings().packs_dir
    if not (packs / "voice-en-joe").is_dir():
        pytest.skip("the voice pack is not there; `pixelle setup` fetches it")
    piper = PiperEngine(packs_dir=packs, voices_dir=folder)
    piper.load("cpu")
    lines = lines_of(SPEECH, language="en").lines
    pieces = piper.synthesize(lines, VoiceSpec("en_US-joe"), speed=1.0, tick=lambda fraction, message="": None)
    sound = resampled(np.concatenate([piece.samples for piece in pieces]), 22_050, 24_000)
    return (sound * np.float32(0.5 / np.abs(sound).max())).astype(np.float32)


def recorded(samples: np.ndarray[tuple[int], np.dtype[np.float32]]) -> bytes:
    """As a WAV file, 24 kHz, 16 bit."""
    return wav(np.rint(samples * 32767).astype("<i2").tobytes(), 24_000)
