"""What the benchmarks measure with, on things whose measure is known."""

from __future__ import annotations

import io
import subprocess
import sys
import wave
from typing import TYPE_CHECKING

import av
import numpy as np
import psutil
import pytest
from PIL import Image

from benchmarks.inputs import footage, load, picture, save, scene, speak
from benchmarks.measure import MemoryWatch, cpu_seconds, memory_mb
from benchmarks.quality import BT601, BT709, compared, luma, psnr, ssim

if TYPE_CHECKING:
    from pathlib import Path

BUSY = "import time\nwhile time.process_time() < 0.3: pass"
GRANDCHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}], check=True)"
LARGE = "import sys; held = bytearray(b'x') * 120_000_000; print('ready', flush=True); sys.stdin.read()"


def test_the_seconds_of_processes_that_have_ended_count() -> None:
    before = cpu_seconds()
    subprocess.run([sys.executable, "-c", GRANDCHILD], check=True)
    used = cpu_seconds() - before
    assert 0.3 <= used < 1.5


def test_the_seconds_of_a_living_child_count() -> None:
    before = cpu_seconds()
    code = GRANDCHILD + "\nprint('done', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        assert child.stdout
        child.stdout.readline()
        used = cpu_seconds() - before
        child.stdin.close()
    assert 0.25 <= used < 1.5  # the kernel counts others in steps of 10 ms


def test_memory_of_a_tree() -> None:
    with subprocess.Popen([sys.executable, "-c", LARGE], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        assert child.stdout
        child.stdout.readline()
        watch = MemoryWatch(child.pid)
        with watch.watching():
            pass
        assert 120 < watch.peak_mb < 180
        assert memory_mb(psutil.Process()) > watch.peak_mb
        child.stdin.close()


def test_speech_is_the_same_every_time(tmp_path: Path) -> None:
    seconds, words = speak(tmp_path / "a.wav", "One small step.")
    assert speak(tmp_path / "b.wav", "One small step.") == (seconds, words)
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()
    assert [text for text, _, _ in words] == ["One", "small", "step."]
    assert 0.2 < words[0][1] < words[0][2] <= words[1][1] < words[-1][2] <= seconds
    exact, _ = speak(tmp_path / "c.wav", "One small step.", length=7.5)
    with wave.open(str(tmp_path / "c.wav")) as file:
        assert file.getnframes() / file.getframerate() == exact == 7.5


def test_scenes_travel_through_a_file(tmp_path: Path) -> None:
    made = [scene(tmp_path, number, length=None, moving=False, size=(64, 48)) for number in range(2)]
    save(tmp_path / "scenes", made)
    assert load(tmp_path / "scenes") == made
    assert made[0].text != made[1].text
    assert 4 < made[0].seconds < 7
    with Image.open(made[0].visual) as image:
        assert image.size == (64, 48)


def test_footage_moves_and_has_its_length(tmp_path: Path) -> None:
    footage(tmp_path / "f.mp4", seed=1, size=(128, 96), seconds=0.5)
    with av.open(str(tmp_path / "f.mp4")) as container:
        shown = [frame.to_ndarray(format="gray").astype(int) for frame in container.decode(video=0)]
    assert len(shown) == 15
    assert np.abs(shown[0] - shown[7]).mean() > 3
    assert np.array_equal(picture(3, 64, 48), picture(3, 64, 48))


def test_luma_is_what_the_standards_say() -> None:
    out = io.BytesIO()
    Image.fromarray(np.array([[[255, 255, 255], [0, 0, 0], [0, 255, 0]]], np.uint8)).save(out, "PNG")
    assert luma(out.getvalue(), BT709)[0] == pytest.approx([235, 16, 16 + 219 * 0.7152], abs=1e-3)
    assert luma(out.getvalue(), BT601)[0] == pytest.approx([235, 16, 16 + 219 * 0.587], abs=1e-3)


def test_likeness() -> None:
    plane = picture(5, 128, 96)[:, :, 1].astype(np.float32)
    assert ssim(plane, plane) == pytest.approx(1.0, abs=1e-4)
    noisy = plane + np.random.default_rng(1).normal(0, 8, plane.shape).astype(np.float32)
    assert ssim(plane, noisy) < 0.97
    assert ssim(plane, np.full_like(plane, plane.mean())) < 0.5
    assert psnr(1.0) == pytest.approx(48.13, abs=0.01)
    assert psnr(0.0) == 100


def test_frames_are_compared_with_their_own_pages(tmp_path: Path) -> None:
    footage(tmp_path / "f.mp4", seed=1, size=(128, 96), seconds=0.5)
    with av.open(str(tmp_path / "f.mp4")) as container:
        planes = [frame.to_ndarray()[:96].astype(np.float32) for frame in container.decode(video=0)]
    assert compared(tmp_path / "f.mp4", {0: planes[0], 9: planes[9]})[0] > 60
    assert compared(tmp_path / "f.mp4", {0: planes[0], 9: planes[0]})[0] < 40
    with pytest.raises(ValueError, match="ends before"):
        compared(tmp_path / "f.mp4", {15: planes[0]})
