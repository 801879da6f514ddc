"""Scenes are equally loud to the ear, whatever they say and at whatever level the engine said it."""

from __future__ import annotations

import numpy as np
import pytest

from pixelle.runtime.settings import ServiceSettings
from svc_render.sound.loudness import Meter
from svc_tts.engines.base import Speech, VoiceSpec
from svc_tts.engines.piper import PiperEngine
from svc_tts.reading.lines import lines_of
from svc_tts.sound import resampled
from svc_tts.track import Track

PACKS = ServiceSettings().packs_dir
SCENES = (
    "Stop!",
    "It rains. We wait. It stops.",
    "Reading every day changes how you think, and it costs you only twenty minutes.",
    "Shh, she sees six silver ships slip past the misty shore.",
    "Mom and Dad are gone now, and nobody knows where the old brown dog may be lying around.",
    "Fifteen thousand people queued at the gates; none of them complained, because the music had already begun.",
)


def quiet(fraction: float, message: str = "") -> None:
    assert 0 <= fraction <= 1, message


@pytest.mark.skipif(not (PACKS / "voice-en-joe").is_dir(), reason="the voice pack is not there; `pixelle setup`")
def test_scenes_differ_by_one_lu_at_most(tmp_path_factory: pytest.TempPathFactory) -> None:
    piper = PiperEngine(packs_dir=PACKS, voices_dir=tmp_path_factory.mktemp("voices"))
    piper.load("cpu")
    loudness: dict[str, float] = {}
    for number, scene in enumerate(SCENES):
        track = Track()
        pcm = b""
        for piece in piper.synthesize(
            lines_of(scene, language="en").lines, VoiceSpec("en_US-joe"), speed=1.0, tick=quiet
        ):
            # an engine whose level wanders from scene to scene
            samples = piece.samples * np.float32(0.25 + 0.15 * number)
            pcm += track.add(Speech(samples, piece.sample_rate, piece.words, piece.pause))
        sound = resampled(np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768), track.sample_rate, 48_000)
        meter = Meter()
        meter.feed(np.stack([sound, sound]))
        loudness[scene] = meter.loudness
    middle = float(np.median(list(loudness.values())))
    assert all(abs(each - middle) <= 1.0 for each in loudness.values()), loudness
