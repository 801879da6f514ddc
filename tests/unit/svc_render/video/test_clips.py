"""Clips: exact frames at an exact rate, right colours, joined without a byte of picture changed."""

from __future__ import annotations

import io
import itertools
import time
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Literal

import av
import numpy as np
import pytest
from PIL import Image

from pixelle.runtime.errors import Cancelled, InvalidArgument
from svc_render.clip import frames_for
from svc_render.sound.track import write_track
from svc_render.video.h264 import write_clip, write_states
from svc_render.video.join import ClipFile, join
from svc_render.video.planes import opaque, overlaid, rgb

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]

SIZE = (320, 256)
PATCHES = [
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (255, 255, 255),
    (0, 0, 0),
    (128, 128, 128),
    (230, 150, 40),
    (40, 90, 160),
]


def quiet_tick(fraction: float, message: str = "") -> None:
    del fraction, message


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def patches() -> bytes:
    image = Image.new("RGB", SIZE)
    for number, color in enumerate(PATCHES):
        image.paste(color, (number % 4 * 80, number // 4 * 128, number % 4 * 80 + 80, number // 4 * 128 + 128))
    return png(image)


def clip(
    folder: Path, name: str, count: int, *, fps: int = 30, kind: Literal["still", "moving"] = "still", seed: int = 0
) -> ClipFile:
    noise = np.random.default_rng(seed).integers(0, 255, (32, 40, 3), np.uint8)
    image = Image.fromarray(noise).resize(SIZE, Image.Resampling.BICUBIC)
    path = folder / f"{name}.mp4"
    picture = opaque(png(image))
    if kind == "moving":
        write_clip(path, itertools.repeat(picture), count=count, fps=fps, size=SIZE, tick=quiet_tick, kind="panning")
    else:
        write_states(path, [(picture, count)], count=count, fps=fps, size=SIZE, tick=quiet_tick)
    return ClipFile(path, count, fps, *SIZE, "clip of scene 0")


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def silence(folder: Path, total: int) -> Path:
    path = folder / "sound.m4a"
    write_track(path, [], None, total=total, loudness=-14, true_peak=-1, tick=quiet_tick)
    return path


@pytest.mark.parametrize(
    ("seconds", "fps", "frames"),
    [(0.0, 30, 1), (0.02, 30, 1), (1.0, 30, 30), (1.0000001, 30, 31), (0.1 * 3, 30, 9), (2.5, 24, 60), (1 / 3, 60, 20)],
)
def test_frame_counts_cover_the_narration(seconds: float, fps: int, frames: int) -> None:
    assert frames_for(seconds, fps) == frames


@pytest.mark.parametrize("fps", [15, 24, 30, 60])
@pytest.mark.parametrize("kind", ["still", "moving"])
def test_every_frame_has_its_exact_time(tmp_path: Path, kind: Literal["still", "moving"], fps: int) -> None:
    made = clip(tmp_path, "a", 37, fps=fps, kind=kind)
    with av.open(str(made.path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate == fps
        times = [
            frame.pts * frame.time_base
            for frame in container.decode(stream)
            if frame.pts is not None and frame.time_base
        ]
    assert times == [Fraction(number, fps) for number in range(37)]


def test_colours_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    write_states(path, [(opaque(patches()), 3)], count=3, fps=30, size=SIZE, tick=quiet_tick)
    with av.open(str(path)) as container:
        context = container.streams.video[0].codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (1, 1, 1, 1)
        shown = [rgb(frame) for frame in container.decode(video=0)]
    for picture in (shown[0], shown[-1]):
        for number, color in enumerate(PATCHES):
            middle = picture[number // 4 * 128 + 64, number % 4 * 80 + 40].astype(int)
            assert np.abs(middle - color).max() <= 2, f"{color} became {middle}"


def test_fifty_clips_are_joined_in_less_than_two_cpu_seconds(tmp_path: Path) -> None:
    clips = [clip(tmp_path, f"clip-{number}", 160, seed=number) for number in range(50)]
    sound = silence(tmp_path, 50 * 160 * 1600)
    before = time.process_time()
    join(tmp_path / "out.mp4", clips, sound, title="", language="", tick=quiet_tick)
    assert time.process_time() - before < 2


def test_join_copies_every_packet(tmp_path: Path) -> None:
    clips = [
        clip(tmp_path, "a", 31, seed=1),
        clip(tmp_path, "b", 2, seed=2),
        clip(tmp_path, "c", 45, kind="moving", seed=3),
    ]
    out = tmp_path / "out.mp4"
    title = 'A title 标题 "x" ' + "y" * 2000
    join(out, clips, silence(tmp_path, 78 * 1600), title=title, language="zho", tick=quiet_tick)
    assert packets(out) == [packet for one in clips for packet in packets(one.path)]
    with av.open(str(out)) as container:
        assert container.metadata["title"] == title
        assert container.streams.audio[0].metadata["language"] == "zho"
        stream = container.streams.video[0]
        assert (stream.average_rate, stream.frames) == (30, 78)
        context = stream.codec_context
        assert (context.color_primaries, context.color_trc, context.colorspace, context.color_range) == (1, 1, 1, 1)
        assert [frame.time for frame in container.decode(stream)] == pytest.approx(
            [n / 30 for n in range(78)], abs=1e-9
        )
    with av.open(str(out)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) == 78 * 1600
    data = out.read_bytes()
    assert data.find(b"moov") < data.find(b"mdat")


def test_join_refuses_what_does_not_fit(tmp_path: Path) -> None:
    first = clip(tmp_path, "a", 5)
    sound = silence(tmp_path, 16_000)
    short = ClipFile(first.path, 6, 30, *SIZE, "clip of scene 0")
    with pytest.raises(InvalidArgument, match="holds 5 frames, not 6"):
        join(tmp_path / "x.mp4", [first, short], sound, title="", language="", tick=quiet_tick)
    (tmp_path / "bad.mp4").write_bytes(b"no")
    with pytest.raises(InvalidArgument, match="scene 1"):
        join(
            tmp_path / "y.mp4",
            [first, ClipFile(tmp_path / "bad.mp4", 5, 30, *SIZE, "clip of scene 1")],
            sound,
            title="",
            language="",
            tick=quiet_tick,
        )


@pytest.mark.parametrize("kind", ["still", "moving"])
def test_cancel_stops_the_encoder(tmp_path: Path, kind: Literal["still", "moving"]) -> None:
    seen: list[float] = []

    def gone(fraction: float, message: str = "") -> None:
        seen.append(fraction)
        if len(seen) >= 3:
            raise Cancelled("gone")

    picture = opaque(patches())
    path = tmp_path / "a.mp4"
    moving = partial(
        write_clip, path, itertools.repeat(picture), count=100, fps=30, size=SIZE, tick=gone, kind="footage"
    )
    still = partial(write_states, path, [(picture, 100)], count=100, fps=30, size=SIZE, tick=gone)
    with pytest.raises(Cancelled):
        (moving if kind == "moving" else still)()
    assert len(seen) <= 3 + (kind == "moving")  # moving pictures are made and encoded by a thread each


def test_an_overlay_covers_mixes_and_leaves_alone() -> None:
    page = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    page.paste((255, 0, 0, 255), (0, 0, 80, 256))
    page.paste((255, 255, 255, 128), (80, 0, 160, 256))
    picture = np.asarray(opaque(png(Image.new("RGB", SIZE, (0, 0, 200)))).to_ndarray(), dtype=np.uint8).copy()
    shown = rgb(overlaid(np.asarray(page)[:, :, [2, 1, 0, 3]]).over(picture)).astype(int)
    assert np.abs(shown[128, 40] - (255, 0, 0)).max() <= 3
    assert np.abs(shown[128, 120] - (128, 128, 228)).max() <= 4
    assert np.abs(shown[128, 240] - (0, 0, 200)).max() <= 3
    empty = overlaid(np.asarray(Image.new("RGBA", SIZE, (9, 9, 9, 0))))
    assert np.array_equal(empty.over(picture).to_ndarray(), picture)
