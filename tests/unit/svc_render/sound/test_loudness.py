"""Loudness and peaks against ffmpeg's own meter, and a level that lands on its target."""

from __future__ import annotations

import av
import numpy as np
import pytest
from av.error import EOFError as EndOfFile
from av.filter import Graph
from numpy.typing import NDArray

from svc_render.sound.limiter import level
from svc_render.sound.loudness import SILENCE, Meter

Samples = NDArray[np.float32]


def measured(sound: Samples) -> Meter:
    meter = Meter()
    for start in range(0, len(sound), 48_000):
        meter.feed(sound[start : start + 48_000])
    return meter


def judged(sound: Samples) -> tuple[float, float]:
    """LUFS and dBTP by ffmpeg's ebur128 filter."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=48_000, format="flt", layout="stereo")
    meter = graph.add("ebur128", "metadata=1:peak=true:framelog=quiet")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.reshape(1, -1)), "flt", "stereo")
    frame.sample_rate = 48_000
    source.push(frame)
    source.push(None)
    loudness, peak = SILENCE, 0.0
    while True:
        try:
            facts = sink.pull().metadata  # type: ignore[union-attr]
        except (EndOfFile, BlockingIOError):
            break
        loudness = float(facts.get("lavfi.r128.I", loudness))
        peak = max(peak, *(float(facts.get(f"lavfi.r128.true_peaks_ch{side}", 0)) for side in (0, 1)))
    return loudness, 20 * np.log10(peak)


def speechlike(seconds: float, seed: int = 0) -> Samples:
    """Noise bursts and tones with pauses and loud peaks."""
    random = np.random.default_rng(seed)
    time = np.arange(round(seconds * 48_000)) / 48_000
    envelope = np.clip(np.sin(2 * np.pi * 0.9 * time), 0, 1) ** 2 * (1 + np.sin(2 * np.pi * 0.23 * time))
    sound = envelope * (np.sin(2 * np.pi * 180 * time) + 0.4 * random.standard_normal(len(time)))
    return (0.12 * np.stack([sound, sound], axis=1)).astype(np.float32)


@pytest.mark.parametrize("seed", [1, 2])
def test_agrees_with_ffmpeg(seed: int) -> None:
    sound = speechlike(7.3, seed)
    meter = measured(sound)
    loudness, peak = judged(sound)
    assert meter.loudness == pytest.approx(loudness, abs=0.1)
    assert meter.true_peak == pytest.approx(peak, abs=0.15)


def test_a_peak_between_samples_is_seen() -> None:
    time = np.arange(48_000)
    wave = np.sin(2 * np.pi * time / 4 + np.pi / 4)  # samples at 0.707, crest at 1
    wave = (wave * np.clip(time / 4800, 0, 1)).astype(np.float32)
    assert measured(np.stack([wave, wave], axis=1)).true_peak == pytest.approx(0.0, abs=0.1)


def test_silence_and_very_short() -> None:
    assert measured(np.zeros((96_000, 2), np.float32)).loudness == SILENCE
    assert measured(speechlike(0.02)).loudness == SILENCE


def test_a_level_lands_on_its_target_under_its_ceiling() -> None:
    sound = speechlike(10)
    sound[::9999] *= 6
    meter = measured(sound)
    plan = level(meter.energies, meter.peaks, target=-14, ceiling=-1, most=30)
    after = measured((sound * plan.at(0, len(sound))).astype(np.float32))
    assert plan.curve.min() < 0.9, "the limiter must have something to do here"
    assert after.loudness == pytest.approx(-14, abs=0.2)
    assert after.true_peak <= -0.95
    assert np.abs(np.diff(plan.curve)).max() < 0.06


def test_silence_is_not_turned_up() -> None:
    meter = measured(np.zeros((96_000, 2), np.float32))
    assert level(meter.energies, meter.peaks, target=-14, ceiling=-1, most=30).gain == 1.0
