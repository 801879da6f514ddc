"""Loudness and peaks against ffmpeg's own meter, and a level that lands on its target."""

from __future__ import annotations

import av
import numpy as np
import pytest
from av.error import EOFError as EndOfFile
from av.filter import Graph
from numpy.typing import NDArray

from svc_render.sound.limiter import limited
from svc_render.sound.loudness import SILENCE, Meter

Samples = NDArray[np.float32]


def measured(sound: Samples) -> Meter:
    meter = Meter()
    for start in range(0, len(sound), 48_000):
        meter.feed(np.ascontiguousarray(sound[start : start + 48_000].T))
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


def test_speech_that_becomes_music_and_speech_again_is_measured_throughout() -> None:
    # the same on both sides, then not, then again: the filter's memory goes along
    sound = speechlike(6.5, 3)
    sound[96_000:150_000, 1] *= -0.3
    assert measured(sound).loudness == pytest.approx(judged(sound)[0], abs=0.1)


@pytest.mark.parametrize("length", [10.0, 3.0007, 1.02, 0.03])
def test_the_limiter_keeps_every_peak_below_its_ceiling_without_a_step(length: float) -> None:
    sound = np.clip(speechlike(length) * 2, -1, 1)
    sound[::9999] += 0.7
    sound[:1], sound[-3:] = 0.99, 0.99
    sound[47_990:48_010] = 0.95  # across two blocks
    top = 10 ** (-6 / 20)
    blocks = [np.ascontiguousarray(sound[at : at + 48_000].T) for at in range(0, len(sound), 48_000)]
    after = np.concatenate(list(limited(blocks, top)), axis=1).T
    assert after.shape == sound.shape
    assert np.abs(after).max() <= top
    assert measured(after).true_peak <= -5.95
    audible = np.abs(sound[:, 0]) > 1e-3
    factor = np.where(audible, after[:, 0] / np.where(audible, sound[:, 0], 1), np.nan)
    assert np.nanmin(factor) < 0.6
    assert np.nanmax(np.abs(np.diff(factor)), initial=0.0) < 0.002


def test_what_is_below_the_ceiling_is_not_touched() -> None:
    blocks = [np.ascontiguousarray((0.5 * speechlike(1.0, seed)).T) for seed in (1, 2)]
    assert all(np.array_equal(one, other) for one, other in zip(blocks, limited(blocks, 0.99), strict=True))
