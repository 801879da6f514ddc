"""What every RenderService must do, whoever wrote it: `pytest tests/contract/test_render.py --render grpc://host:port`."""

from __future__ import annotations

import asyncio
import hashlib
import io
import wave
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from google.protobuf.descriptor import FieldDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.client import call, result_of
from pixelle.runtime.errors import PixelleError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

SERVICE = "pixelle.render.v1.RenderService"
DEADLINE = 120.0
STATIC = "1080x1080/static_default.html"
SQUARE = "1080x1080/image_default.html"
TEXT = "Reading ten pages a day adds up to a dozen books a year, and each one changes how you think. Start tonight."


@pytest.fixture
def render(render_channel: grpc.aio.Channel) -> Any:
    make: Any = render_pb2_grpc.RenderServiceStub  # its type knows blocking channels only
    return make(render_channel)


def file(data: bytes, media_type: str) -> core_pb2.Artifact:
    return core_pb2.Artifact(inline=data, sha256=hashlib.sha256(data).hexdigest(), media_type=media_type)


def picture(color: str = "#3070b0", size: tuple[int, int] = (256, 256)) -> core_pb2.Visual:
    out = io.BytesIO()
    Image.new("RGB", size, color).save(out, "PNG")
    return core_pb2.Visual(artifact=file(out.getvalue(), "image/png"), kind=core_pb2.MEDIA_KIND_IMAGE)


def narration(seconds: float, text: str = TEXT, hertz: float = 220.0) -> core_pb2.Narration:
    rate = 22_050
    time = np.arange(round(seconds * rate)) / rate
    sound = 0.1 * np.sin(2 * np.pi * hertz * time) * (1 + np.sin(2 * np.pi * 3 * time))
    out = io.BytesIO()
    with wave.open(out, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(rate)
        wav.writeframes((sound * 32767).astype("<i2").tobytes())
    parts = text.split()
    step = seconds / len(parts)
    words = [core_pb2.Word(text=w, start_seconds=n * step, end_seconds=(n + 0.9) * step) for n, w in enumerate(parts)]
    return core_pb2.Narration(
        audio=file(out.getvalue(), "audio/wav"), duration_seconds=len(sound) / rate, words=words, sample_rate=rate
    )


def footage(count: int = 10, *, hertz: float = 0.0) -> core_pb2.Visual:
    """hertz: of a tone of half a second; 0 for footage without sound."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 128, 96, "yuv420p"
        if hertz:
            track = container.add_stream("aac", rate=48_000, layout="mono")
            tone = 0.3 * np.sin(2 * np.pi * hertz * np.arange(24_000) / 48_000)
            heard = av.AudioFrame.from_ndarray(tone.astype(np.float32)[None], "fltp", "mono")
            heard.sample_rate, heard.pts = 48_000, 0
            container.mux([*track.encode(heard), *track.encode(None)])
        for number in range(count):
            pixels = np.full((96, 128, 3), 20 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    return core_pb2.Visual(artifact=file(out.getvalue(), "video/mp4"), kind=core_pb2.MEDIA_KIND_VIDEO)


async def frame(render: Any, **fields: Any) -> core_pb2.Frame:
    request = render_pb2.RenderFrameRequest(page=render_pb2.Page(**fields))
    return await result_of(render.RenderFrame, request, timeout=DEADLINE, service="render")


async def clip(render: Any, seconds: float = 0.5, **fields: Any) -> core_pb2.Clip:
    how = {name: fields.pop(name) for name in ("captions", "motion", "seed", "transition", "fit") if name in fields}
    fps = fields.pop("fps", 30)
    words = [core_pb2.Word(text=text, start_seconds=start) for text, start in fields.pop("words", ())]
    spoken = core_pb2.Narration(duration_seconds=seconds, words=words)
    request = render_pb2.RenderClipRequest(page=render_pb2.Page(**fields), narration=spoken, fps=fps, **how)
    return await result_of(render.RenderClip, request, timeout=DEADLINE, service="render")


async def video(render: Any, **fields: Any) -> core_pb2.Video:
    request = render_pb2.AssembleVideoRequest(**fields)
    return await result_of(render.AssembleVideo, request, timeout=DEADLINE, service="render")


def read(artifact: core_pb2.Artifact) -> io.BytesIO:
    """The bytes of an artifact; this suite runs where the store is readable."""
    from pathlib import Path

    data = artifact.inline or Path(artifact.uri.removeprefix("file://")).read_bytes()
    assert hashlib.sha256(data).hexdigest() == artifact.sha256
    assert len(data) == artifact.size_bytes
    return io.BytesIO(data)


def texts(message: Any) -> Iterator[str]:
    """Every string in a message."""
    for field, value in message.ListFields():
        if field.type == FieldDescriptor.TYPE_STRING and isinstance(value, str):
            yield value


async def refused(work: Any, reason: str, *said: str) -> PixelleError:
    with pytest.raises(PixelleError) as caught:
        await work
    assert caught.value.reason == reason, caught.value.message
    for words in said:
        assert words in caught.value.message
    return caught.value


async def test_health(render_channel: grpc.aio.Channel) -> None:
    make: Any = health_pb2_grpc.HealthStub
    answer = await make(render_channel).Check(health_pb2.HealthCheckRequest(service=SERVICE))
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_music_is_listed_in_pages_and_can_be_named(render: Any) -> None:
    asked = render_pb2.ListMusicRequest(page_size=1)
    found: list[str] = []
    while True:
        answer = await call(render.ListMusic, asked, timeout=DEADLINE, service="render")
        assert len(answer.pieces) <= 1
        found += [each.name for each in answer.pieces]
        if not answer.next_page_token:
            break
        asked.page_token = answer.next_page_token
    assert found == sorted(found)
    for name in found:
        source = render_pb2.MediaSource(music_name=name)
        assert (
            await call(render.Probe, render_pb2.ProbeRequest(source=source), timeout=DEADLINE, service="render")
        ).has_audio


async def test_templates_are_listed_in_pages(render: Any) -> None:
    whole = await call(render.ListTemplates, render_pb2.ListTemplatesRequest(), timeout=DEADLINE, service="render")
    keys = [template.key for template in whole.templates]
    assert keys == sorted(keys)
    assert {STATIC, SQUARE, "1080x1920/image_default.html", "1920x1080/video_default.html"} <= set(keys)
    token, seen = "", []
    while True:
        request = render_pb2.ListTemplatesRequest(page_size=2, page_token=token)
        part = await call(render.ListTemplates, request, timeout=DEADLINE, service="render")
        seen += [template.key for template in part.templates]
        token = part.next_page_token
        if not token:
            break
    assert seen == keys
    for template in whole.templates:
        assert len(template.sha256) == 64
        assert template.display_name
        assert (template.media_width > 0) == (template.media != render_pb2.TEMPLATE_MEDIA_STATIC)
        assert all(param.name and param.type for param in template.params)
        assert list(texts(template))


async def test_a_template_is_described(render: Any) -> None:
    async def ask(key: str) -> render_pb2.Template:
        request = render_pb2.GetTemplateRequest(template=key)
        return (await call(render.GetTemplate, request, timeout=DEADLINE, service="render")).template

    assert (await ask("")).key == "1080x1920/image_default.html"
    assert (await ask("static_excerpt")).key == "1080x1920/static_excerpt.html"
    square = await ask(SQUARE.removesuffix(".html"))
    assert (square.key, square.width, square.height) == (SQUARE, 1080, 1080)
    params = {param.name: param for param in (await ask("image_default")).params}
    assert params["accent_color"].type == render_pb2.PARAM_TYPE_COLOR
    assert "background" in params
    await refused(ask("1080x1080/image_defualt"), "TEMPLATE_UNKNOWN", f"Did you mean {SQUARE!r}")
    await refused(ask("../../pyproject"), "TEMPLATE_INVALID")


async def test_a_template_says_which_values_it_takes(render: Any) -> None:
    async def ask(**params: str) -> render_pb2.Template:
        request = render_pb2.GetTemplateRequest(template=SQUARE, params=params)
        return (await call(render.GetTemplate, request, timeout=DEADLINE, service="render")).template

    assert (await ask(accent_color="#ff5733")).key == SQUARE
    await refused(ask(acent_color="#ff5733"), "PARAM_UNKNOWN", "Did you mean 'accent_color'")
    await refused(ask(accent_color="redd"), "PARAM_INVALID", "redd")
    await refused(ask(title="x"), "PARAM_UNKNOWN", "own field")


async def test_a_frame(render: Any) -> None:
    drawn = await frame(render, template=SQUARE, title="Why read", text=TEXT, visual=picture("#ff0000"), count=3)
    assert (drawn.width, drawn.height, list(drawn.warnings)) == (1080, 1080, [])
    with Image.open(read(drawn.artifact)) as image:
        assert (image.format, image.size) == ("PNG", (1080, 1080))
        shown = np.asarray(image.convert("RGB")).astype(int)
    assert ((shown - (255, 0, 0)) ** 2).sum(axis=2).min() < 900, "the picture is not to be seen"


async def test_a_value_is_text_and_nothing_else(render: Any) -> None:
    """Markup, braces and quotes look like themselves: as wide as other text of the kind, never like a tag."""
    plain = await frame(render, template=STATIC, text="1 and 2")
    marked = await frame(render, template=STATIC, text='<b>1</b> < "2" {{title}} </style><script>x</script>', title="T")
    again = await frame(render, template=STATIC, text='<b>1</b> < "2" {{title}} </style><script>x</script>', title="T")
    assert marked.artifact.sha256 == again.artifact.sha256
    assert marked.artifact.sha256 != plain.artifact.sha256


async def test_a_background_that_cannot_be_fetched_is_left_out(render: Any) -> None:
    params = {"accent_color": "#ff5733", "background": "https://127.0.0.1/custom-bg.jpg"}
    fields = {"text": "Hello", "visual": picture()}
    drawn = await frame(render, template="1080x1920/image_default.html", params=params, **fields)
    assert len(drawn.warnings) == 1
    assert "background" in drawn.warnings[0]
    without = {"accent_color": "#ff5733"}
    plain = await frame(render, template="1080x1920/image_default.html", params=without, **fields)
    assert plain.artifact.sha256 == drawn.artifact.sha256


@pytest.mark.parametrize(
    ("fields", "reason", "said"),
    [
        ({"template": "1080x1080/nothing"}, "TEMPLATE_UNKNOWN", "Known"),
        ({"template": "../x"}, "TEMPLATE_INVALID", "key"),
        ({"template": STATIC, "params": {"nope": "1"}}, "PARAM_UNKNOWN", "nope"),
        (
            {"template": SQUARE, "params": {"accent_color": "red;x"}, "visual": picture()},
            "PARAM_INVALID",
            "accent_color",
        ),
        ({"template": SQUARE}, "VISUAL_MISSING", "picture"),
        ({"template": STATIC, "text": "x" * 20_001}, "TEXT_TOO_LONG", "20001"),
        ({"template": STATIC, "index": 3, "count": 3}, "INDEX_INVALID", "3"),
        ({"template": SQUARE, "visual": core_pb2.Visual(artifact=file(b"x", "image/png"))}, "IMAGE_INVALID", "PNG"),
        (
            {"template": SQUARE, "visual": core_pb2.Visual(artifact=core_pb2.Artifact(uri="file:///etc/passwd"))},
            "ARTIFACT_OUTSIDE_STORE",
            "store",
        ),
    ],
)
async def test_bad_pages(render: Any, fields: dict[str, Any], reason: str, said: str) -> None:
    await refused(frame(render, **fields), reason, said)
    await refused(clip(render, **fields), reason, said)


@pytest.mark.parametrize("fps", [0, 15, 24, 60])
async def test_a_clip_has_exactly_its_frames(render: Any, fps: int) -> None:
    made = await clip(render, 0.71, template=STATIC, text="Frames", fps=fps)
    rate = fps or 30
    assert (made.fps, made.width, made.height) == (rate, 1080, 1080)
    assert made.frame_count == int(np.ceil(0.71 * rate))
    assert made.state_count == 1
    with av.open(read(made.artifact), "r") as container:
        assert not container.streams.audio
        times = [shown.time for shown in container.decode(video=0)]
    assert times == pytest.approx([number / rate for number in range(made.frame_count)], abs=1e-9)


async def test_footage_moves_behind_the_page(render: Any) -> None:
    made = await clip(render, 0.5, template="1920x1080/video_default.html", text="Moving", visual=footage())
    with av.open(read(made.artifact), "r") as container:
        shown = [picture.to_ndarray(format="gray")[300, 960] for picture in container.decode(video=0)]
    assert len(shown) == made.frame_count == 15
    assert int(shown[9]) > int(shown[0]) + 60
    still = await clip(render, 0.2, template="1920x1080/video_default.html", text="Still", visual=picture("#c00000"))
    assert still.state_count == 1
    await refused(clip(render, template=SQUARE, visual=footage()), "VISUAL_WRONG_KIND", "video_")
    bad = core_pb2.Visual(artifact=file(b"no film", "video/mp4"), kind=core_pb2.MEDIA_KIND_VIDEO)
    await refused(clip(render, template="1920x1080/video_default.html", visual=bad), "FOOTAGE_INVALID")


def decoded(artifact: core_pb2.Artifact) -> list[Any]:
    """Every frame of a film as RGB."""
    film: Any = av.open(read(artifact))
    with film as container:
        return [frame.to_ndarray(format="rgb24").astype(int) for frame in container.decode(video=0)]


async def test_a_picture_pans_by_seed(render: Any) -> None:
    shot = picture(size=(320, 320))
    out = io.BytesIO()
    stripes = np.repeat(np.arange(320) // 16 % 2 * 255, 320).reshape(320, 320).T.astype(np.uint8)
    Image.fromarray(stripes).convert("RGB").save(out, "PNG")
    shot.artifact.CopyFrom(file(out.getvalue(), "image/png"))
    fields = {"template": SQUARE, "text": "Moving", "visual": shot, "motion": render_pb2.MOTION_PAN}
    made = [await clip(render, 0.5, **fields, seed=seed) for seed in (1, 1, 2)]
    assert made[0].artifact.sha256 == made[1].artifact.sha256 != made[2].artifact.sha256
    assert (made[0].frame_count, made[0].state_count) == (15, 15)
    frames = decoded(made[0].artifact)
    assert len(frames) == 15
    assert np.abs(frames[0] - frames[14]).max(axis=2).mean() > 2
    with Image.open(read(made[0].frame)) as first:
        assert np.abs(np.asarray(first.convert("RGB")).astype(int) - frames[0]).mean() < 2
    for template in (STATIC, "1920x1080/video_default.html"):
        moving = clip(render, template=template, text="x", visual=footage(), motion=render_pb2.MOTION_PAN)
        await refused(moving, "MOTION_NOT_SUPPORTED", "image_")


async def test_scenes_fade_into_each_other(render: Any) -> None:
    fields: dict[str, Any] = {"template": STATIC, "transition": render_pb2.TRANSITION_FADE}
    clips = [await clip(render, 1.0, text=text, **fields) for text in ("One", "Two and more")]
    voice = narration(1.0)
    scenes = [render_pb2.SceneTrack(clip=each, narration=voice, text="x") for each in clips]
    cut = await video(render, scenes=scenes)
    faded = await video(render, scenes=scenes, transition=render_pb2.TRANSITION_FADE)
    assert cut.frame_count == faded.frame_count == 60
    hard, soft = decoded(cut.artifact), decoded(faded.artifact)
    assert len(soft) == 60
    change = [float(np.abs(a - b).mean()) for a, b in zip(hard, soft, strict=True)]
    assert max(change[:30]) < 0.5, "the first scene is as it was"
    assert min(change[30:40]) > 0.01, "then comes the fade"
    assert max(change[42:]) < 0.5, "then the second scene"
    plain = await clip(render, 1.0, text="Two and more", template=STATIC)
    scenes[1].clip.CopyFrom(plain)
    await refused(video(render, scenes=scenes, transition=render_pb2.TRANSITION_FADE), "TRANSITION_MISSING", "scene 1")


async def test_footage_is_seen_whole_when_asked_or_when_little_of_it_would_be_left(render: Any) -> None:
    fields: dict[str, Any] = {"template": "1080x1920/video_default.html", "text": "Whole", "visual": footage(1)}
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 320, 96, "yuv420p"
        pixels = np.zeros((96, 320, 3), np.uint8)
        pixels[:, :40] = (255, 0, 0)
        pixels[:, 280:] = (0, 0, 255)
        container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        container.mux(stream.encode(None))
    fields["visual"].artifact.CopyFrom(file(out.getvalue(), "video/mp4"))
    fits = {render_pb2.FIT_COVER: False, render_pb2.FIT_CONTAIN: True, render_pb2.FIT_AUTO: True}
    for fit, whole in fits.items():
        (shown,) = decoded((await clip(render, 0.03, **fields, fit=fit)).artifact)
        row = shown[960]
        assert bool(row[20, 0] > 120 > row[20, 2]) is whole
        assert bool(row[-20, 2] > 120 > row[-20, 0]) is whole


async def test_the_spoken_word_is_marked_in_its_time(render: Any) -> None:
    word = render_pb2.CAPTION_MODE_WORD
    text = "Read <b>ten</b> {{title}} pages 每天"
    words = [(part, 0.2 + 0.3 * number) for number, part in enumerate([*text.split()[:4], "每", "天"])]
    fields: dict[str, Any] = {"template": STATIC, "text": text, "fps": 25, "words": words}
    made = await clip(render, 2.5, captions=word, **fields)
    assert (made.frame_count, made.state_count) == (63, 7)
    with av.open(read(made.artifact), "r") as container:
        shown = [picture.to_ndarray(format="gray") for picture in container.decode(video=0)]
    assert len(shown) == 63
    changes = [number for number in range(1, 63) if not np.array_equal(shown[number], shown[number - 1])]
    assert len(changes) == 6
    assert all(abs(at / 25 - start) <= 1 / 25 for at, (_, start) in zip(changes, words, strict=True))
    later = [(part, start + 0.1) for part, start in words]
    assert (await clip(render, 2.5, captions=word, **fields | {"words": later})).artifact.sha256 != made.artifact.sha256
    plain = await clip(render, 2.5, **fields)
    assert plain.state_count == 1
    assert plain.artifact.sha256 != made.artifact.sha256


async def test_phrases_take_turns(render: Any) -> None:
    text = "The first phrase is here. The second one follows it. A third."
    words = [(part, 0.1 + 0.2 * number) for number, part in enumerate(text.split())]
    made = await clip(render, 3, template=STATIC, text=text, words=words, captions=render_pb2.CAPTION_MODE_LINE)
    with av.open(read(made.artifact), "r") as container:
        shown = [picture.to_ndarray(format="gray") for picture in container.decode(video=0)]
    changes = [number for number in range(1, 90) if not np.array_equal(shown[number], shown[number - 1])]
    assert changes == [33, 63]
    assert made.state_count == 3


async def test_bad_clips(render: Any) -> None:
    word = render_pb2.CAPTION_MODE_WORD
    bad = [("word", float("nan"))]
    await refused(clip(render, template=STATIC, text="word", words=bad, captions=word), "NARRATION_INVALID", "nan")
    await refused(clip(render, template=STATIC, fps=14), "FPS_INVALID", "14")
    await refused(clip(render, template=STATIC, fps=61), "FPS_INVALID", "61")
    await refused(clip(render, float("nan"), template=STATIC), "NARRATION_INVALID")
    await refused(clip(render, -1.0, template=STATIC), "NARRATION_INVALID")
    page = render_pb2.Page(template=STATIC)
    missing = render_pb2.RenderClipRequest(page=page)
    await refused(result_of(render.RenderClip, missing, timeout=9, service="render"), "NARRATION_MISSING")


async def test_a_video(render: Any) -> None:
    lengths = [0.83, 1.21, 0.02]
    spoken = [narration(seconds) for seconds in lengths]
    clips = [
        await clip(render, one.duration_seconds, template=STATIC, text=TEXT, index=n, count=3)
        for n, one in enumerate(spoken)
    ]
    scenes = [
        render_pb2.SceneTrack(clip=seen, narration=heard, text=TEXT) for seen, heard in zip(clips, spoken, strict=True)
    ]
    music = render_pb2.Music(source=render_pb2.MediaSource(music_name="default"), volume=0.3)
    title = "A very long title " * 100
    made = await video(render, scenes=scenes, music=music, title=title, language="en-GB")
    frames = sum(one.frame_count for one in clips)
    assert (made.frame_count, made.fps, made.width, made.height) == (frames, 30, 1080, 1080)
    assert made.duration_seconds == pytest.approx(frames / 30)
    assert made.loudness.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert made.loudness.true_peak_dbtp <= -1
    assert not made.warnings
    data = read(made.artifact)
    with av.open(data, "r") as container:
        assert container.metadata["title"] == title.strip() or container.metadata["title"] == title
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.codec_context.name, picture.average_rate) == ("h264", 30)
        assert (sound.codec_context.name, sound.rate, sound.channels) == ("aac", 48_000, 2)
        assert sound.metadata["language"] == "eng"
        assert picture.start_time == sound.start_time == 0
        times = [shown.time for shown in container.decode(picture)]
    assert times == pytest.approx([number / 30 for number in range(frames)], abs=1e-9)
    data.seek(0)
    with av.open(data, "r") as container:
        samples = sum(heard.samples for heard in container.decode(audio=0))
    assert samples == round(frames * 48_000 / 30)
    srt = read(made.captions_srt).read().decode()
    assert srt.startswith("1\n00:00:00,000 --> ")
    assert read(made.captions_vtt).read().startswith(b"WEBVTT")
    again = await video(render, scenes=scenes, music=music, title=title, language="en-GB")
    assert again.artifact.sha256 == made.artifact.sha256


async def test_the_sound_of_footage_is_kept_at_its_volume(render: Any) -> None:
    seen = await clip(render, 1.0, template=STATIC, text="a")
    spoken = narration(1.0)
    shown = footage(12, hertz=2000.0).artifact

    async def tones(**fields: Any) -> list[float]:
        first = render_pb2.SceneTrack(clip=seen, narration=spoken, text="a")
        second = render_pb2.SceneTrack(clip=seen, narration=spoken, text="a", **fields)
        made = await video(render, scenes=[first, second])
        with av.open(read(made.artifact), "r") as container:
            sound = np.concatenate([each.to_ndarray()[0] for each in container.decode(audio=0)])
        wave = np.exp(-2j * np.pi * 2000 * np.arange(24_000) / 48_000)
        return [float(2 * np.abs(np.mean(sound[at : at + 24_000] * wave))) for at in (12_000, 60_000)]

    none = await tones(footage=shown)
    loud = await tones(footage=shown, footage_volume=0.5)
    soft = await tones(footage=shown, footage_volume=0.1)
    assert max(none) < 2e-3
    assert loud[0] < 2e-3, "it belongs to the second scene"
    assert loud[1] > 0.02
    assert loud[1] / soft[1] == pytest.approx(5, rel=0.15)
    assert (await tones(footage=footage().artifact, footage_volume=1.0))[1] < 2e-3


async def test_progress_never_goes_back(render: Any) -> None:
    page = render_pb2.Page(template=STATIC, text="Progress")
    spoken = core_pb2.Narration(duration_seconds=6.0)
    kinds: list[str] = []
    fractions: list[float] = []
    async for message in render.RenderClip(render_pb2.RenderClipRequest(page=page, narration=spoken), timeout=DEADLINE):
        kinds.append(message.WhichOneof("event"))
        if kinds[-1] == "progress":
            fractions.append(message.progress.fraction)
    assert kinds == ["progress"] * len(fractions) + ["clip"]
    assert all(0 <= one <= two <= 1 for one, two in pairwise([0, *fractions]))


async def test_bad_videos(render: Any) -> None:
    spoken = narration(0.2)
    small = await clip(render, 0.2, template=STATIC, text="a")
    wide = await clip(render, 0.2, template="1920x1080/static_default.html", text="a")
    scene = render_pb2.SceneTrack(clip=small, narration=spoken, text="a")
    await refused(video(render), "SCENES_EMPTY")
    other = render_pb2.SceneTrack(clip=wide, narration=spoken, text="a")
    await refused(video(render, scenes=[scene, other]), "CLIPS_DIFFER", "1920x1080")
    await refused(video(render, scenes=[render_pb2.SceneTrack(clip=small)]), "NARRATION_MISSING", "Scene 0")
    await refused(video(render, scenes=[render_pb2.SceneTrack(narration=spoken)]), "CLIP_INVALID", "Scene 0")
    for start, end in ((float("nan"), 0.1), (0.0, float("-inf"))):
        timed = narration(0.2)
        timed.words.add(text="a", start_seconds=start, end_seconds=end)
        wrong = render_pb2.SceneTrack(clip=small, narration=timed, text="a")
        await refused(video(render, scenes=[scene, wrong]), "NARRATION_INVALID", "scene 1")
    long = core_pb2.Clip()
    long.CopyFrom(small)
    long.frame_count = 1_000_000
    endless = render_pb2.SceneTrack(clip=long, narration=spoken, text="a")
    await refused(video(render, scenes=[endless]), "CLIP_INVALID", "scene 0")
    bad = render_pb2.SceneTrack(clip=small, narration=core_pb2.Narration(audio=file(b"no", "audio/wav")))
    await refused(video(render, scenes=[bad]), "MEDIA_UNREADABLE", "scene 0")

    shown: dict[str, Any] = {"clip": small, "narration": spoken, "footage": file(b"no film", "video/mp4")}
    for volume, reason in ((1.5, "VOLUME_INVALID"), (-0.1, "VOLUME_INVALID"), (float("nan"), "VOLUME_INVALID")):
        loud = render_pb2.SceneTrack(**shown, footage_volume=volume)
        await refused(video(render, scenes=[scene, loud]), reason, "scene 1", f"{volume}")
    unreadable = render_pb2.SceneTrack(**shown, footage_volume=0.5)
    await refused(video(render, scenes=[scene, unreadable]), "FOOTAGE_INVALID", "scene 1")
    without = render_pb2.SceneTrack(clip=small, narration=spoken, footage_volume=0.5)
    await refused(video(render, scenes=[without]), "FOOTAGE_MISSING", "Scene 0")

    def music(volume: float = 0.3, **source: Any) -> render_pb2.Music:
        return render_pb2.Music(source=render_pb2.MediaSource(**source), volume=volume)

    await refused(video(render, scenes=[scene], music=music(music_name="defualt.flac")), "MUSIC_NOT_FOUND", "Did you")
    await refused(video(render, scenes=[scene], music=music(music_name="../x.mp3")), "MUSIC_NOT_FOUND")
    await refused(video(render, scenes=[scene], music=music(artifact=file(b"no", "audio/mpeg"))), "MEDIA_UNREADABLE")
    await refused(video(render, scenes=[scene], music=music(1.5, music_name="default")), "VOLUME_INVALID", "1.5")
    await refused(video(render, scenes=[scene], music=render_pb2.Music(volume=0.3)), "SOURCE_MISSING")


async def test_probe(render: Any) -> None:
    async def ask(**source: Any) -> render_pb2.ProbeResponse:
        request = render_pb2.ProbeRequest(source=render_pb2.MediaSource(**source))
        return await call(render.Probe, request, timeout=DEADLINE, service="render")

    heard = await ask(artifact=narration(0.5).audio)
    assert (heard.has_audio, heard.has_video, heard.sample_rate, heard.channels) == (True, False, 22_050, 1)
    assert heard.duration_seconds == pytest.approx(0.5, abs=0.01)
    assert heard.media_type == "audio/wav"
    film = await ask(artifact=footage().artifact)
    assert (film.has_audio, film.has_video, film.width, film.height, film.fps) == (False, True, 128, 96, 24)
    seen = await ask(artifact=picture(size=(30, 20)).artifact)
    assert (seen.has_video, seen.width, seen.height, seen.duration_seconds) == (True, 30, 20, 0)
    assert (await ask(music_name="default")).has_audio
    await refused(ask(music_name="nothing.mp3"), "MUSIC_NOT_FOUND", "Known")
    await refused(ask(artifact=file(b"hello world", "audio/mpeg")), "MEDIA_UNREADABLE")
    await refused(ask(), "SOURCE_MISSING")


async def test_hanging_up_frees_the_service(render: Any) -> None:
    page = render_pb2.Page(template=STATIC, text="Hang up")
    request = render_pb2.RenderClipRequest(page=page, narration=core_pb2.Narration(duration_seconds=3000))
    calls = [render.RenderClip(request, timeout=DEADLINE) for _ in range(4)]
    for one in calls:
        async for message in one:
            if message.progress.message == "encoding" or message.progress.fraction > 0:
                break
        one.cancel()
    # encoding 3000 s would take minutes: this answer comes only if the four have stopped
    async with asyncio.timeout(60):
        assert (await clip(render, 0.1, template=STATIC, text="after")).frame_count == 3
