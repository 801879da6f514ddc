"""Footage of every kind: the narration's frames, each picture at its time, upright, in its colours."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.traps.conftest import Studio

    Pixels = NDArray[np.uint8]

PAGE = "512x384/video_film.html"
CORNERS = [(200, 40, 40), (40, 170, 60), (50, 60, 200), (210, 190, 40)]
"""Left and right above, left and right below."""
DARKEST, STEP = 30, 6
"""Brightness of the middle of film frame 0, and how much more each frame has."""
SLACK = 0.003  # seconds; containers keep times in whole ms


@dataclass(frozen=True)
class Film:
    """How a film is made; frame n says n by the brightness of its middle."""

    times: Sequence[float] = tuple(number / 30 for number in range(15))
    """Seconds at which its frames begin."""
    size: tuple[int, int] = (256, 192)
    ending: str = "mp4"
    codec: str = "libx264"
    pixels: str = "yuv420p"
    colours: Colorspace | None = Colorspace.ITU709
    """None: untagged, meant as `meant`."""
    meant: Colorspace = Colorspace.ITU709
    full: bool = False
    options: dict[str, str] = field(default_factory=dict[str, str])
    file: dict[str, str] = field(default_factory=dict[str, str])
    """Options of the container."""
    sound: float = 0.0
    """Seconds of sound; 0 for none."""
    alpha: bool = False
    """The middle of each side is transparent, and green where it cannot be seen."""


def still(number: int, size: tuple[int, int], *, alpha: bool = False) -> Pixels:
    """Film frame `number` as RGB or RGBA."""
    width, height = size
    pixels = np.full((height, width, 4 if alpha else 3), 255, np.uint8)
    pixels[:, :, :3] = DARKEST + STEP * number
    for corner, color in enumerate(CORNERS):
        rows = slice(0, height // 4) if corner < 2 else slice(height - height // 4, height)
        columns = slice(width - width // 4, width) if corner % 2 else slice(0, width // 4)
        pixels[rows, columns, :3] = color
    if alpha:
        pixels[: height // 4, width * 3 // 8 : width * 5 // 8] = (0, 255, 0, 0)
    return pixels


def make(path: Path, film: Film) -> Path:
    colours, reach = film.colours or film.meant, ColorRange.JPEG if film.full else ColorRange.MPEG
    with av.open(str(path.with_suffix(f".{film.ending}")), "w", options=film.file) as container:
        quality = {"crf": "8", "preset": "veryfast"} if film.codec == "libx264" else {}
        rate = Fraction(30)
        stream: Any = container.add_stream(film.codec, rate=rate, options={**quality, **film.options})
        stream.width, stream.height = film.size
        stream.pix_fmt = film.pixels
        stream.codec_context.time_base = Fraction(1, 90_000)
        if film.codec in {"prores_ks", "qtrle"}:
            stream.codec_context.time_base = Fraction(1, 30)
        grey = film.pixels.startswith(("rgb", "argb", "bgr"))
        if film.colours is not None and not grey:
            stream.codec_context.colorspace = int(film.colours)
        if not grey:
            stream.codec_context.color_range = int(reach)
        sound: Any = container.add_stream("aac", rate=44_100, layout="mono") if film.sound else None
        for number, time in enumerate(film.times):
            drawn = still(number, film.size, alpha=film.alpha)
            frame = av.VideoFrame.from_ndarray(drawn, "rgba" if film.alpha else "rgb24")
            if film.pixels not in {"rgb24", "argb"}:
                frame = frame.reformat(format=film.pixels, dst_colorspace=colours, dst_color_range=reach)
            else:
                frame = frame.reformat(format=film.pixels)
            if not grey:
                frame.color_range = reach
                if film.colours is not None:
                    frame.colorspace = film.colours
            base = stream.codec_context.time_base
            frame.pts, frame.time_base = round(time / base), base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound:
            tone = np.sin(np.arange(round(film.sound * 44_100)) / 20).astype(np.float32)[None] * 0.1
            for start in range(0, tone.shape[1], 1024):
                block = av.AudioFrame.from_ndarray(tone[:, start : start + 1024], "fltp", "mono")
                block.sample_rate, block.pts = 44_100, start
                container.mux(sound.encode(block))
            container.mux(sound.encode(None))
    return path.with_suffix(f".{film.ending}")


async def shown(studio: Studio, path: Path, seconds: float, fps: int = 30) -> list[Pixels]:
    """Every frame of the clip as RGB, and that there are exactly as many as the narration needs."""
    made = await studio.clip(seconds, fps=fps, template=PAGE, visual=await studio.footage(path))
    frames = studio.decoded(made.artifact, "rgb24")
    assert len(frames) == made.frame_count == ceil(seconds * fps - 1e-6)
    with av.open(studio.read(made.artifact), "r") as container:
        assert container.streams.video[0].average_rate == fps
        assert not container.streams.audio
    return frames


def number_of(frame: Pixels) -> float:
    """Which film frame is shown."""
    return (float(frame[150:234, 200:312].mean()) - DARKEST) / STEP


def in_time(frames: list[Pixels], times: Sequence[float], fps: int, *, length: float | None = None) -> None:
    """Every frame shows what the film shows at its time; a short film begins again after `length` seconds."""
    length = length or times[-1] + times[-1] - times[-2]
    for place, frame in enumerate(frames):
        number = number_of(frame)
        assert abs(number - round(number)) < 0.45, f"frame {place} shows {number:.2f}, which is no frame of the film"
        at = place / fps % length
        rights = {
            index
            for time in (at - SLACK, at + SLACK)
            for index in [max([n for n, begins in enumerate(times) if begins <= time % length], default=0)]
        }
        assert round(number) in rights, f"frame {place} at {at:.3f} s of the film shows {number:.2f}, not {rights}"


def corners(frame: Pixels) -> list[tuple[int, ...]]:
    height, width = frame.shape[:2]
    boxes = [(24, 24), (width - 56, 24), (24, height - 56), (width - 56, height - 56)]
    return [tuple(frame[y : y + 32, x : x + 32].mean(axis=(0, 1)).round().astype(int)) for x, y in boxes]


def true_colours(frame: Pixels, within: int = 4) -> None:
    for seen, color in zip(corners(frame), CORNERS, strict=True):
        assert np.abs(np.subtract(seen, color)).max() <= within, f"{seen} is not {color}"


def evenly(rate: float, count: int) -> tuple[float, ...]:
    return tuple(number / rate for number in range(count))


@pytest.mark.parametrize(
    ("rate", "fps"),
    [(24, 30), (30, 30), (60, 30), (24, 60), (25, 15), (30000 / 1001, 30), (60000 / 1001, 60), (12, 24), (50, 25)],
)
async def test_rates(studio: Studio, tmp_path: Path, rate: float, fps: int) -> None:
    times = evenly(rate, ceil(rate * 0.6))
    frames = await shown(studio, make(tmp_path / "a", Film(times)), 0.5, fps)
    in_time(frames, times, fps)


@pytest.mark.parametrize(
    ("film", "within"),
    [
        pytest.param(Film(options={"bf": "3", "g": "7"}), 4, id="B frames"),
        pytest.param(Film(ending="mkv", times=(0, 0.1, 0.11, 0.35, 0.36, 0.48, 0.6)), 4, id="variable rate"),
        pytest.param(Film(times=(0, 0.1, 0.11, 0.35, 0.36, 0.48, 0.6)), 4, id="variable rate in MP4"),
        pytest.param(Film(ending="ts", times=tuple(1.4 + n / 30 for n in range(15))), 4, id="begins late"),
        pytest.param(Film(size=(161, 121), codec="ffv1", ending="mkv"), 4, id="odd size"),
        pytest.param(Film(size=(163, 121), pixels="yuv444p"), 4, id="odd size 4:4:4"),
        pytest.param(Film(size=(1024, 768)), 4, id="larger"),
        pytest.param(Film(size=(64, 48)), 4, id="tiny"),
        pytest.param(Film(options={"x264-params": "tff=1"}), 4, id="interlaced flag"),
        pytest.param(Film(pixels="yuv420p10le"), 4, id="10 bits"),
        pytest.param(Film(pixels="yuv422p10le", codec="prores_ks", ending="mov"), 4, id="ProRes"),
        pytest.param(Film(codec="libx265", ending="mp4", options={"x265-params": "log-level=none"}), 6, id="H.265"),
        pytest.param(Film(codec="libvpx-vp9", ending="webm", options={"b": "2M", "deadline": "realtime"}), 6, id="VP9"),
        pytest.param(Film(pixels="yuvj420p", full=True), 4, id="full range"),
        pytest.param(Film(colours=Colorspace.SMPTE170M), 4, id="bt601"),
        pytest.param(Film(colours=Colorspace.SMPTE170M, size=(1024, 768)), 4, id="bt601 and large"),
        pytest.param(Film(colours=None, meant=Colorspace.ITU601), 4, id="untagged and small"),
        pytest.param(Film(colours=None, size=(1024, 768)), 4, id="untagged and large"),
        pytest.param(Film(colours=Colorspace.SMPTE170M, pixels="yuvj420p", full=True), 4, id="bt601 full range"),
        pytest.param(Film(codec="qtrle", ending="mov", pixels="rgb24"), 4, id="RGB"),
        pytest.param(Film(codec="qtrle", ending="mov", pixels="argb", alpha=True), 4, id="RGB with alpha"),
        pytest.param(
            Film(codec="prores_ks", ending="mov", pixels="yuva444p10le", alpha=True, options={"profile": "4444"}),
            4,
            id="ProRes with alpha",
        ),
        pytest.param(
            Film(codec="libvpx-vp9", ending="webm", pixels="yuva420p", alpha=True, options={"b": "2M"}),
            6,
            id="VP9 with alpha",
        ),
        pytest.param(Film(sound=0.5), 4, id="sound"),
        pytest.param(Film(sound=3.0), 4, id="sound that is longer"),
        pytest.param(Film(file={"movflags": "+faststart+frag_keyframe+empty_moov"}), 4, id="fragmented"),
    ],
)
async def test_kinds(studio: Studio, tmp_path: Path, film: Film, within: int) -> None:
    frames = await shown(studio, make(tmp_path / "a", film), 0.4)
    in_time(frames, [time - film.times[0] for time in film.times], 30)
    for place in (0, 6, 11):
        true_colours(frames[place], within)


def turned(data: bytes, degrees: int) -> bytes:
    """The MP4 with a display matrix (ISO 14496-12, 8.3.2) that turns it clockwise."""
    a, b, c, d = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}[degrees]
    at = data.index(b"tkhd") + 44
    one = [value.to_bytes(2, "big", signed=True) + bytes(2) for value in (a, b, c, d)]
    return data[:at] + one[0] + one[1] + bytes(4) + one[2] + one[3] + bytes(4) + data[at + 24 :]


@pytest.mark.parametrize("degrees", [90, 180, 270])
async def test_what_lies_on_its_side_is_put_upright(studio: Studio, tmp_path: Path, degrees: int) -> None:
    """A camera that was held otherwise writes its sensor's picture and how to turn it."""
    turns = degrees // 90
    size = (192, 256) if turns % 2 else (256, 192)
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "8"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(15):
            sensor = np.ascontiguousarray(np.rot90(still(number, (256, 192)), turns))
            frame = av.VideoFrame.from_ndarray(sensor, "rgb24").reformat(
                format="yuv420p", dst_colorspace=Colorspace.ITU709
            )
            frame.colorspace = Colorspace.ITU709
            stream.codec_context.colorspace = int(Colorspace.ITU709)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    path.write_bytes(turned(path.read_bytes(), degrees))
    frames = await shown(studio, path, 0.4)
    in_time(frames, evenly(30, 15), 30)
    true_colours(frames[3])


@pytest.mark.parametrize("seconds", [0.02, 0.3, 0.5, 1.3])
async def test_shorter_and_longer_than_the_narration(studio: Studio, tmp_path: Path, seconds: float) -> None:
    """A film that ends begins again."""
    frames = await shown(studio, make(tmp_path / "a", Film(evenly(30, 15))), seconds)
    in_time(frames, evenly(30, 15), 30)


async def test_one_frame(studio: Studio, tmp_path: Path) -> None:
    frames = await shown(studio, make(tmp_path / "a", Film((0.0,))), 0.5)
    assert {round(number_of(frame)) for frame in frames} == {0}
    true_colours(frames[-1])


@pytest.mark.parametrize("ending", ["ts", "mkv", "mp4"])
async def test_cut_off_in_the_middle(studio: Studio, tmp_path: Path, ending: str) -> None:
    """What can be read is shown in its time, and the clip is as long as it must be."""
    fast = {"movflags": "+faststart"} if ending == "mp4" else {}
    path = make(tmp_path / "a", Film(evenly(30, 30), ending=ending, options={"bf": "0"}, file=fast))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    frames = await shown(studio, path, 1.0)
    numbers = [round(number_of(frame)) for frame in frames]
    whole = numbers.index(0, 1) if 0 in numbers[1:] else len(numbers)
    assert numbers[: whole - 1] == list(range(whole - 1)), "until the cut, frame by frame"
    assert whole > 8
    true_colours(frames[2])


def junk(kind: str, path: Path) -> bytes:
    if kind == "empty":
        return b""
    if kind == "no index":
        return make(path, Film()).read_bytes()[:-2000]
    if kind == "sound alone":
        with av.open(str(path.with_suffix(".m4a")), "w") as container:
            stream = container.add_stream("aac", rate=44_100, layout="mono")
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 44_100), np.float32), "fltp", "mono")
            silence.sample_rate = 44_100
            container.mux([*stream.encode(silence), *stream.encode(None)])
        return path.with_suffix(".m4a").read_bytes()
    if kind == "no frames":
        with av.open(str(path.with_suffix(".mkv")), "w") as container:
            stream: Any = container.add_stream("libx264", rate=30)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            container.start_encoding()
        return path.with_suffix(".mkv").read_bytes()
    return b"This is no film. " * 100


@pytest.mark.parametrize("kind", ["empty", "no index", "sound alone", "no frames", "text"])
async def test_what_is_no_film_is_refused(studio: Studio, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "bad"
    data = junk(kind, path)
    path.write_bytes(data)
    with pytest.raises(InvalidArgument) as caught:
        await studio.clip(0.3, template=PAGE, visual=await studio.footage(path))
    assert caught.value.reason == "FOOTAGE_INVALID", caught.value.message
    assert not studio.scratch()
