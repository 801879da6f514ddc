"""The built-in loop is what the script composes, joins without a seam and leaves room for a voice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from av.error import BlockingIOError as NothingYet
from av.error import EOFError as AtEnd
from av.filter import Graph

from svc_render.music.synth import LOOP, RATE, compose, encode

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Wave = NDArray[np.float64]


def _decoded(path: Path) -> Wave:
    """Stereo samples [n, 2], -1 to 1."""
    with av.open(path) as container:
        stream = container.streams.audio[0]
        assert (stream.rate, stream.channels) == (RATE, 2)
        parts = [frame.to_ndarray().reshape(-1, 2) for frame in container.decode(stream)]
    return np.concatenate(parts).astype(np.float64) / 32768


def _power(wave: Wave, low: float, high: float) -> float:
    """Share of the power between two frequencies in Hz."""
    power = np.abs(np.fft.rfft(wave, axis=0)) ** 2
    hertz = np.fft.rfftfreq(len(wave), 1 / RATE)
    return float(power[(hertz >= low) & (hertz < high)].sum() / power.sum())


@pytest.fixture(scope="module")
def loop() -> Wave:
    return _decoded(LOOP)


@pytest.fixture(scope="module")
def composed() -> NDArray[np.float32]:
    return compose()


def test_the_file_is_what_the_script_composes(loop: Wave, composed: NDArray[np.float32], tmp_path: Path) -> None:
    assert len(loop) == len(composed) == 24 * RATE
    # 16-bit steps and one step of dither; mathematics libraries differ far below that
    assert np.abs(loop - composed).max() < 3 / 32768
    encode(composed, tmp_path / "again.flac")
    assert np.abs(_decoded(tmp_path / "again.flac") - loop).max() <= 1.01 / 32768
    assert LOOP.stat().st_size < 2_000_000


def test_the_end_joins_the_beginning(loop: Wave) -> None:
    twice = np.concatenate([loop, loop])
    seam = len(loop)
    step = np.abs(np.diff(twice, axis=0))
    bend = np.abs(np.diff(twice, n=2, axis=0))
    around = slice(seam - RATE // 50, seam + RATE // 50)
    assert step[seam - 1].max() <= np.percentile(step[around], 99)
    assert bend[seam - 2 : seam].max() <= np.percentile(bend[around], 99.9)
    # the music does not stop there either: the tails of the last bar ring into the first
    level = np.sqrt(np.mean(twice[seam - 2400 : seam + 2400] ** 2))
    assert level > 0.25 * np.sqrt(np.mean(loop**2))


def test_no_sample_jumps(loop: Wave) -> None:
    bend = np.abs(np.diff(loop, n=2, axis=0)).max(axis=1)
    assert bend.max() < 40 * np.median(bend)


def test_levels(loop: Wave) -> None:
    peak = 20 * np.log10(np.abs(loop).max())
    assert -12 < peak <= -3
    assert np.abs(loop.mean(axis=0)).max() < 1e-4
    assert _loudness(loop) == pytest.approx(-20, abs=0.7)
    left, right = loop.T
    correlation = np.mean(left * right) / (left.std() * right.std())
    assert 0.2 < correlation < 0.98  # wide, and still there in mono


def test_there_is_room_for_a_voice(loop: Wave) -> None:
    assert _power(loop, 1_000, 4_000) < 0.02
    assert _power(loop, 200, 1_000) > 0.4  # heard on a phone, not only on large speakers
    assert _power(loop, 0, 35) < 0.001


def _loudness(wave: Wave) -> float:
    """Integrated loudness in LUFS (EBU R 128), as FFmpeg measures it."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="flt", layout="stereo")
    meter = graph.add("ebur128", "metadata=1")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    found = float("nan")
    for start in range(0, len(wave), RATE // 10):
        block = np.ascontiguousarray(wave[start : start + RATE // 10], dtype=np.float32)
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="flt", layout="stereo")
        frame.sample_rate, frame.pts = RATE, start
        graph.push(frame)
        while True:
            try:
                found = float(graph.pull().metadata["lavfi.r128.I"])
            except (NothingYet, AtEnd):
                break
    return found
