"""Pictures that stand still: written by hand, decoded strictly, the same samples from the first frame to the last."""

from __future__ import annotations

import asyncio
import base64
import io
import random
import shutil
import subprocess
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from av.codec.context import Flags
from av.logging import WARNING, Capture, get_level, set_level
from PIL import Image

from pixelle.runtime.errors import FailedPrecondition
from svc_render.browser import find_browser
from svc_render.sound.track import write_track
from svc_render.video import h264
from svc_render.video.bits import Reader, aligned, byte_stream, nal, u, ue, units
from svc_render.video.h264 import write_clip, write_states
from svc_render.video.join import ClipFile, join
from svc_render.video.planes import framed, opaque
from svc_render.video.skip import CannotSkip, Skips

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from av.container import InputContainer
    from numpy.typing import NDArray

    Planes = NDArray[np.uint8]

SIZE = (320, 256)


def quiet_tick(fraction: float, message: str = "") -> None:
    del fraction, message


def page(seed: int = 0, size: tuple[int, int] = SIZE) -> av.VideoFrame:
    """Smooth colours and hard edges, different for every seed."""
    noise = np.random.default_rng(seed).integers(0, 255, (16, 20, 3), np.uint8)
    image = Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)
    for line in range(8, size[1] - 16, 32):
        image.paste((255 - 8 * seed % 256, 250, 240), (seed, line, size[0] // 2 + seed, line + 5))
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=1)
    return opaque(out.getvalue())


def write(
    path: Path, states: Sequence[tuple[av.VideoFrame, int]], *, fps: int = 30, size: tuple[int, int] = SIZE
) -> ClipFile:
    count = sum(length for _, length in states)
    write_states(path, states, count=count, fps=fps, size=size, tick=quiet_tick)
    return ClipFile(path, count, fps, *size, path.name)


def planes(frame: av.VideoFrame) -> Planes:
    return np.asarray(frame.to_ndarray(format="yuv420p"), dtype=np.uint8)


def opened(source: Path | bytes) -> InputContainer:
    return av.open(io.BytesIO(source), "r", format="h264") if isinstance(source, bytes) else av.open(str(source))


def decoded(source: Path | bytes) -> list[Planes]:
    """Every frame, through a decoder that conceals nothing and must have nothing to say."""
    before = get_level()
    set_level(WARNING)
    try:
        with Capture() as said, opened(source) as container:
            stream = container.streams.video[0]
            stream.codec_context.options = {"err_detect": "crccheck+bitstream+buffer+explode"}
            frames = [planes(frame) for frame in container.decode(stream)]
    finally:
        set_level(before)
    assert not said
    return frames


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def keys(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        sizes = (packet for packet in container.demux(video=0) if packet.size)
        return [number for number, packet in enumerate(sizes) if packet.is_keyframe]


def likeness(left: Planes, right: Planes) -> float:
    """PSNR in dB over all planes."""
    return float(10 * np.log10(255**2 / max(np.mean((left.astype(float) - right) ** 2), 1e-9)))


def encoded(picture: av.VideoFrame, params: str) -> tuple[bytes, bytes]:
    """One IDR picture as a byte stream, and its parameter sets."""
    context = av.CodecContext.create("libx264", "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = picture.width, picture.height, "yuv420p"
    context.time_base, context.framerate, context.thread_count = Fraction(1, 30), Fraction(30), 1
    context.flags |= int(Flags.global_header)
    context.options = {"preset": "veryfast", "qp": "20", "x264-params": params}
    picture.pts, picture.time_base = 0, Fraction(1, 30)
    data = b"".join(bytes(packet) for packet in [*context.encode(picture), *context.encode(None)])
    return data, bytes(context.extradata or b"")


@pytest.mark.parametrize(("fps", "count"), [(15, 1), (24, 250), (30, 251), (60, 600)])
def test_every_frame_of_a_state_is_its_first(tmp_path: Path, fps: int, count: int) -> None:
    picture = page()
    path = write(tmp_path / "a.mp4", [(picture, count)], fps=fps).path
    frames = decoded(path)
    assert len(frames) == count
    assert all(np.array_equal(frame, frames[0]) for frame in frames)
    assert likeness(frames[0], planes(picture)) > 40
    assert keys(path) == list(range(0, count, 250))
    assert all(len(packet) < 16 for number, packet in enumerate(packets(path)) if number % 250)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.average_rate, stream.frames) == (fps, count)
        assert stream.duration is not None
        assert stream.time_base is not None
        assert stream.duration * stream.time_base == Fraction(count, fps)
        times = [packet.pts * packet.time_base for packet in container.demux(stream) if packet.pts is not None]
    assert times == [Fraction(number, fps) for number in range(count)]


@pytest.mark.parametrize("size", [(1080, 1920), (1080, 1080), (1920, 1080), (258, 270)])
def test_sizes_that_are_not_whole_macroblocks(tmp_path: Path, size: tuple[int, int]) -> None:
    picture = page(size=size)
    frames = decoded(write(tmp_path / "a.mp4", [(picture, 4)], size=size).path)
    assert [frame.shape for frame in frames] == [(size[1] * 3 // 2, size[0])] * 4
    assert all(np.array_equal(frame, frames[0]) for frame in frames)
    assert likeness(frames[0], planes(picture)) > 40


def test_states_follow_each_other(tmp_path: Path) -> None:
    lengths = [7, 1, 1, 0, 251, 2]
    pages = [page(seed) for seed in range(len(lengths))]
    path = write(tmp_path / "a.mp4", list(zip(pages, lengths, strict=True))).path
    frames = decoded(path)
    assert len(frames) == sum(lengths)
    start = 0
    for number, length in enumerate(lengths):
        alone = decoded(write(tmp_path / f"{number}.mp4", [(page(number), 1)]).path)
        state = frames[start : start + length]
        assert all(np.array_equal(frame, state[0]) for frame in state)
        if state:
            picture = planes(page(number))
            assert likeness(state[0], picture) > likeness(alone[0], picture) - 0.3, "what came before it costs nothing"
        start += length
    assert keys(path) == [0, 9, 259]


def test_a_state_costs_what_differs_from_the_one_before(tmp_path: Path) -> None:
    """The rest stays the same samples, through key pictures too, for any number of states."""
    before = page(5)
    boxes: list[av.VideoFrame] = []
    for number in range(40):
        shown = planes(before).copy()
        shown[96:128, 64 : 64 + 4 * number] = 40
        boxes.append(framed(shown))
    path = write(tmp_path / "a.mp4", [(before, 1), *((box, 7) for box in boxes)]).path
    frames = decoded(path)
    assert keys(path) == [0, 246]
    data = packets(path)
    sizes = [len(data[1 + 7 * number]) for number in range(len(boxes)) if number != 35]
    assert max(sizes) < len(data[0]) / 10
    for number, box in enumerate(boxes):
        state = frames[1 + 7 * number : 8 + 7 * number]
        assert all(np.array_equal(frame, state[0]) for frame in state)
        assert likeness(state[0], planes(box)) > 40
    outside = [np.delete(frame[: SIZE[1]], slice(80, 144), axis=0) for frame in frames[:246]]
    assert all(np.array_equal(part, outside[0]) for part in outside)


def test_only_a_p_picture_can_be_placed() -> None:
    coded, heads = encoded(page(), h264._SHARED)
    with pytest.raises(CannotSkip, match="no P picture"):
        Skips.read(heads).changed(coded, 1)


def test_neighbouring_key_frames_have_other_numbers(tmp_path: Path) -> None:
    ends_in_a_key = write(tmp_path / "a.mp4", [(page(1), 251), (page(2), 1), (page(3), 1)])
    heads = [packet[4:9] for packet in packets(ends_in_a_key.path)]
    for number, head in enumerate(heads[1:], 1):
        assert head != heads[number - 1] or head[0] & 31 != 5
    first = packets(write(tmp_path / "b.mp4", [(page(3), 5)]).path)[0][4:9]
    assert heads[-1] != first


def test_plain_x264_shows_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    states = [(page(1), 12), (page(2), 5)]
    quick = write(tmp_path / "quick.mp4", states).path
    monkeypatch.setattr(h264, "_SHARED", h264._SHARED.replace("cabac=0", "cabac=1"))
    plain = write(tmp_path / "plain.mp4", [(page(1), 12), (page(2), 5)]).path
    with av.open(str(quick)) as left, av.open(str(plain)) as right:
        profiles = [one.streams.video[0].profile for one in (left, right)]
    assert profiles == ["Constrained Baseline", "Main"], "what cannot be skipped goes through the encoder"
    wanted = [planes(picture) for picture, length in states for _ in range(length)]
    for ours, theirs, right in zip(decoded(quick), decoded(plain), wanted, strict=True):
        assert likeness(ours, right) == pytest.approx(likeness(theirs, right), abs=0.1)


def test_joined_with_other_clips(tmp_path: Path) -> None:
    moving = tmp_path / "moving.mp4"
    pages = [page(seed) for seed in range(20)]
    write_clip(moving, pages, count=20, fps=30, size=SIZE, tick=quiet_tick, kind="footage")
    clips = [
        write(tmp_path / "a.mp4", [(page(1), 251)]),
        write(tmp_path / "b.mp4", [(page(2), 9), (page(3), 4)]),
        ClipFile(moving, 20, 30, *SIZE, moving.name),
        write(tmp_path / "c.mp4", [(page(4), 30)]),
    ]
    sound, out = tmp_path / "sound.m4a", tmp_path / "out.mp4"
    write_track(sound, [], None, total=314 * 1600, loudness=-14, true_peak=-1, tick=quiet_tick)
    join(out, clips, sound, title="", language="", tick=quiet_tick)
    apart = [frame for clip in clips for frame in decoded(clip.path)]
    together = decoded(out)
    assert len(together) == len(apart) == 314
    assert all(np.array_equal(left, right) for left, right in zip(together, apart, strict=True))


@pytest.mark.skipif(not shutil.which("ffmpeg"), reason="ffmpeg is not installed: apt-get install ffmpeg")
def test_ffmpeg_finds_no_fault(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", [(page(1), 251), (page(2), 1), (page(3), 40)]).path
    command = ["ffmpeg", "-v", "warning", "-err_detect", "explode", "-xerror", "-i", str(path), "-f", "null", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "params",
    [
        "cabac=0:bframes=0:weightp=0:ref=1",
        "cabac=0:bframes=2:weightp=0:ref=3",  # pic_order_cnt_type 0, num_ref_idx override
        "cabac=0:bframes=0:weightp=0:ref=2:8x8dct=1",  # High profile
        "cabac=0:bframes=0:weightp=0:ref=1:cqm=jvt",
        "cabac=0:bframes=0:weightp=0:ref=1:no-deblock=1:qp=1",
    ],
)
def test_streams_of_other_settings_continue(params: str) -> None:
    data, headers = encoded(page(), params)
    skips = Skips.read(headers)
    stream = headers + skips.still(data, 3) + b"".join(skips.repeat(number) for number in range(1, 40))
    frames = decoded(stream)
    assert len(frames) == 40
    assert np.array_equal(frames[0], decoded(headers + data)[0])
    assert all(np.array_equal(frame, frames[0]) for frame in frames)


@pytest.mark.parametrize(
    ("params", "why"),
    [
        ("cabac=1", "entropy_coding_mode_flag"),
        ("cabac=0:interlaced=1", "frame_mbs_only_flag"),
        ("cabac=0:weightp=2:bframes=0", "weighted_pred_flag"),
    ],
)
def test_streams_that_need_other_slices_are_refused(params: str, why: str) -> None:
    _, headers = encoded(page(), params)
    with pytest.raises(CannotSkip, match=why):
        Skips.read(headers)


def test_what_no_encoder_here_writes_is_refused() -> None:
    high = u(100, 8) + u(0, 16) + ue(0)
    _, headers = encoded(page(), "cabac=0:bframes=0:weightp=0:ref=1")
    pps = nal(units(headers)[1])
    for fields, why in [
        (high + ue(3) + "1", "separate_colour_plane_flag"),
        (high + ue(1) + ue(0) + ue(0) + "0" + "1", "seq_scaling_matrix_present_flag"),
        (u(66, 8) + u(0, 16) + ue(0) + ue(0) + ue(1), "pic_order_cnt_type 1"),
        (u(66, 8) + u(0, 16) + ue(0) + ue(0) + ue(2) + ue(0), "max_num_ref_frames 0"),
        (u(66, 8) + u(0, 16) + ue(1) + ue(0) + ue(2) + ue(1) + "0" + ue(9) + ue(9) + "1", "another SPS"),
    ]:
        bits = u(0x67, 8) + fields + "1"
        with pytest.raises(CannotSkip, match=why):
            Skips.read(nal(aligned(bits + "0" * (-len(bits) % 8))) + pps)


def test_headers_that_are_broken_are_refused() -> None:
    data, headers = encoded(page(), "cabac=0:bframes=0:weightp=0:ref=1")
    sps, pps = units(headers)
    for broken in (b"", nal(sps), nal(sps) + nal(pps) + nal(pps), nal(sps[:5]) + nal(pps), nal(sps) + nal(pps[:1])):
        with pytest.raises(CannotSkip):
            Skips.read(broken)
    skips = Skips.read(headers)
    for picture in (b"", headers, skips.repeat(1), data + skips.repeat(1)):
        with pytest.raises(CannotSkip, match="no IDR picture"):
            skips.still(picture, 0)


def test_a_slice_holds_every_field_its_parameter_sets_ask_for() -> None:
    least = Skips(9, 0, 4, 0, field_order=False, references=1, deblocking=False, redundant=False)
    # frame_num 17 modulo 16; the header byte, then 7.3.3 field by field
    header = ["01000001", "1", "00110", "1", "0001"]
    fields = [*header, "0", "0", "0", "1", "0001010", "1"]
    assert units(least.repeat(17)) == [aligned("".join(fields).ljust(32, "0"))]
    most = Skips(9, 0, 4, 5, field_order=True, references=2, deblocking=True, redundant=True)
    # pic_order_cnt_lsb 34 modulo 32, delta_pic_order_cnt_bottom, redundant_pic_cnt, one reference instead of two
    fields = [*header, "00010", "1", "1", "1", "1", "0", "0", "1", "010", "0001010", "1"]
    assert units(most.repeat(17)) == [aligned("".join(fields).ljust(48, "0"))]


def test_no_start_code_appears_inside_a_unit() -> None:
    values = random.Random(1)
    made = [b"\x65" + bytes(values.choice((0, 0, 0, 1, 2, 3, 4)) for _ in range(60)) + b"\x80" for _ in range(400)]
    stream = b"".join(nal(unit) for unit in made)
    assert units(stream) == made
    for unit in made:
        inside = nal(unit)[4:]
        assert not any(code in inside for code in (b"\0\0\0", b"\0\0\1", b"\0\0\2"))


_PLAYER = """async ([url, times]) => {
  const video = document.createElement('video');
  const next = name => new Promise((done, fail) => {
    video.addEventListener(name, done, {once: true});
    video.addEventListener('error', () => fail(new Error(video.error.message)), {once: true});
  });
  const ready = next('loadeddata');
  video.muted = true; video.src = url;
  await ready;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const seen = [];
  for (const time of times) {
    // 'seeked' may come before the frame is on screen; this waits for the one that holds the time asked for
    const there = new Promise(done => {
      const look = (now, {mediaTime}) =>
        mediaTime <= time && time < mediaTime + 1 / 30 ? done() : video.requestVideoFrameCallback(look);
      video.requestVideoFrameCallback(look);
    });
    video.currentTime = time;
    await there;
    pen.drawImage(video, 0, 0);
    seen.push(pen.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0]);
  }
  const back = next('seeked'); video.currentTime = 0; await back;
  const ended = next('ended'); video.playbackRate = 4; await video.play(); await ended;
  return {seen, size: [video.videoWidth, video.videoHeight], seconds: video.duration};
}"""


async def test_chromium_plays_and_seeks(tmp_path: Path) -> None:
    from playwright.async_api import async_playwright

    try:
        program = find_browser("")
    except FailedPrecondition as error:
        pytest.skip(error.message)
    greys, length = [20, 60, 100, 140, 180, 220], 50
    pictures = [page_of(grey) for grey in greys]
    path = write(tmp_path / "a.mp4", [(picture, length) for picture in pictures]).path
    url = "data:video/mp4;base64," + base64.b64encode(path.read_bytes()).decode()
    frames = random.Random(2).sample(range(len(greys) * length), k=20)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox"])
        try:
            tab = await chromium.new_page()
            if not await tab.evaluate(
                "document.createElement('video').canPlayType('video/mp4; codecs=\"avc1.42c01e\"')"
            ):
                pytest.skip(f"{program} has no H.264 decoder")
            async with asyncio.timeout(60):
                told = await tab.evaluate(_PLAYER, [url, [(number + 0.5) / 30 for number in frames]])
        finally:
            await chromium.close()
    assert told["size"] == list(SIZE)
    assert told["seconds"] == pytest.approx(len(greys) * length / 30)
    assert told["seen"] == pytest.approx([greys[number // length] for number in frames], abs=3)


def page_of(grey: int) -> av.VideoFrame:
    out = io.BytesIO()
    Image.new("RGB", SIZE, (grey, grey, grey)).save(out, "PNG")
    return opaque(out.getvalue())


def test_key_pictures_of_clips_next_to_each_other_are_told_apart(tmp_path: Path) -> None:
    clips = [write(tmp_path / f"{n}.mp4", [(page(n), 1)]) for n in range(4)]
    clips.append(write(tmp_path / "long.mp4", [(page(9), 3)]))
    total = sum(each.frame_count for each in clips)
    sound, video = tmp_path / "sound.m4a", tmp_path / "video.mp4"
    write_track(sound, [], None, total=round(total * 1600), loudness=-14, true_peak=-1, tick=quiet_tick)
    join(video, clips, sound, title="", language="", tick=quiet_tick)
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        bits = Skips.of_mp4(bytes(stream.codec_context.extradata or b"")).frame_num_bits
        ids: list[int] = []
        for packet in container.demux(stream):
            for unit in units(byte_stream(bytes(packet), 4)):
                if unit[0] & 31 != 5:
                    continue
                head = Reader(unit[:32])
                head.u(8)
                head.skip(3, bits)
                ids.append(head.ue())
    assert len(ids) == 5
    assert all(one != other for one, other in pairwise(ids))
    frames = decoded(video)
    for number, each in enumerate(clips[:4]):
        assert np.array_equal(frames[number], decoded(each.path)[0])
