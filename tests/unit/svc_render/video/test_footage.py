"""Footage of every kind gives exactly the frames that are asked for."""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from pixelle.runtime.errors import InvalidArgument
from svc_render.video.footage import footage, speed_for
from svc_render.video.planes import framed, rgb

if TYPE_CHECKING:
    from collections.abc import Sequence


def film(path: Path, times: Sequence[float], *, size: tuple[int, int] = (160, 120)) -> Path:
    """Frame n is grey of brightness 20 + 10 n, with a red left upper quarter, shown from times[n]."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(times):
            pixels = np.full((size[1], size[0], 3), 20 + 10 * number, np.uint8)
            pixels[: size[1] // 2, : size[0] // 2] = (200, 0, 0)
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
            frame.pts, frame.time_base = round(time * 1000), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def brightness(path: Path, count: int, *, fps: int = 30, size: tuple[int, int] = (160, 120)) -> list[int]:
    """Which film frame each of the first `count` frames shows."""
    shown = islice(footage(path, width=size[0], height=size[1], fps=fps), count)
    return [round((float(rgb(framed(picture))[-20, -20].mean()) - 20) / 10) for picture in shown]


def test_the_same_rate_gives_every_frame(tmp_path: Path) -> None:
    assert brightness(film(tmp_path / "a.mp4", [n / 30 for n in range(6)]), 6) == [0, 1, 2, 3, 4, 5]


def test_slower_and_faster_rates_keep_the_pace(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [n / 30 for n in range(6)])
    assert brightness(path, 12, fps=60) == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert brightness(path, 3, fps=15) == [0, 2, 4]


@pytest.mark.skipif(sys.platform != "linux", reason="threads have names in /proc")
def test_a_film_is_read_by_two_threads_on_any_machine(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [n / 30 for n in range(6)])
    pictures = footage(path, width=160, height=120, fps=30)
    next(pictures)
    names = [name.read_text() for name in Path("/proc/self/task").glob("*/comm")]
    assert sum(name.startswith("av:h264") for name in names) == 2


def test_a_variable_rate_is_held(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", [0.0, 0.1, 0.4, 0.5])
    assert brightness(path, 15) == [0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2]


def test_a_short_film_begins_again(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [n / 30 for n in range(3)])
    assert brightness(path, 8) == [0, 1, 2, 0, 1, 2, 0, 1]


def test_a_film_that_is_too_short_is_slowed_down_first(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", [n / 30 for n in range(6)])
    assert speed_for(path, 0.1, slowest=0.5) == 1.0, "longer films keep their speed"
    assert speed_for(path, 9.0, slowest=0.5) == 0.5
    assert speed_for(path, 9.0, slowest=1.0) == 1.0
    speed = speed_for(path, 8 / 30, slowest=0.5)
    assert speed == pytest.approx(0.75, abs=0.01)
    shown = islice(footage(path, width=160, height=120, fps=30, speed=speed), 8)
    numbers = [round((float(rgb(framed(picture))[-20, -20].mean()) - 20) / 10) for picture in shown]
    assert sorted(numbers) == numbers, "it does not begin again"
    assert (numbers[0], numbers[-1]) == (0, 5)


@pytest.mark.parametrize("size", [(120, 160), (256, 256), (322, 100)])
def test_any_shape_is_covered(tmp_path: Path, size: tuple[int, int]) -> None:
    path = film(tmp_path / "a.mp4", [0.0, 0.1], size=(162, 120))
    picture = next(footage(path, width=size[0], height=size[1], fps=30))
    assert picture.shape == (size[1] * 3 // 2, size[0])
    assert rgb(framed(picture))[:4, :4].mean(axis=(0, 1))[0] > 150


def with_matrix(film: bytes, matrix: tuple[int, int, int, int]) -> bytes:
    """The MP4 with a display matrix (ISO 14496-12, 8.3.2) in its track header."""
    at = film.index(b"tkhd") + 4 + 40  # version and flags, times, ids, layer, volume come before it
    a, b, c, d = (struct.pack(">i", value << 16) for value in matrix)
    zero = bytes(4)
    return film[:at] + a + b + zero + c + d + zero + film[at + 24 :]


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="the ffmpeg command is the player to compare with")
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_rotation_is_applied_as_players_do(tmp_path: Path, turn: int) -> None:
    path = film(tmp_path / "a.mp4", [0.0, 0.1])
    turned = tmp_path / "turned.mp4"
    ffmpeg = ["ffmpeg", "-v", "error"]
    matrix = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[turn]
    turned.write_bytes(with_matrix(path.read_bytes(), matrix))
    size = (160, 120) if turn == 180 else (120, 160)
    seen = subprocess.run(
        [*ffmpeg, "-i", turned, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
        check=True,
        capture_output=True,
    )
    player = np.frombuffer(seen.stdout, np.uint8).reshape(size[1], size[0], 3).astype(int)
    ours = rgb(framed(next(footage(turned, width=size[0], height=size[1], fps=30)))).astype(int)
    assert np.abs(player - ours).mean() < 8


@pytest.mark.parametrize("content", [b"", b"no film at all" * 50])
def test_what_is_no_film_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.mp4"
    path.write_bytes(content)
    with pytest.raises(InvalidArgument) as caught:
        next(footage(path, width=320, height=256, fps=30))
    assert caught.value.reason == "FOOTAGE_INVALID"
