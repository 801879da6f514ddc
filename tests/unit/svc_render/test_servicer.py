"""The servicer: results are remembered, nothing half-made is left, and the event loop stays free."""

from __future__ import annotations

import asyncio
import io
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.client import result_of
from pixelle.runtime.errors import FailedPrecondition, PixelleError
from pixelle.runtime.testing import running
from svc_render.browser import find_browser
from svc_render.server import build
from svc_render.settings import RenderSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

TINY = "512x384/static_tiny.html"
PAGE = """<!doctype html><style>body{margin:0;background:{{paper:color=#fff}}} p{font:40px sans-serif}</style>
<p data-fit=20>{{text}}</p><i>{{brand=}}</i>"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    try:
        find_browser("")
    except FailedPrecondition as error:
        pytest.skip(error.message)
    made = tmp_path_factory.mktemp("data")
    (made / "templates" / "512x384").mkdir(parents=True)
    (made / "templates" / TINY).write_text(PAGE)
    return made


@asynccontextmanager
async def serving(folder: Path, **settings: Any) -> AsyncGenerator[Any]:
    make: Any = render_pb2_grpc.RenderServiceStub
    async with running(build(RenderSettings(data_dir=folder, **settings))) as channel:
        yield make(channel)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def render(folder: Path) -> AsyncGenerator[Any]:
    async with serving(folder) as stub:
        yield stub


def request(text: str, seconds: float = 1.0, **page: Any) -> render_pb2.RenderClipRequest:
    return render_pb2.RenderClipRequest(
        request_id=str(time.monotonic_ns()),
        page=render_pb2.Page(template=page.pop("page_template", TINY), text=text, **page),
        narration=core_pb2.Narration(duration_seconds=seconds),
    )


async def clip(render: Any, asked: render_pb2.RenderClipRequest) -> tuple[core_pb2.Clip, list[str]]:
    """The clip and what was done for it."""
    done: list[str] = []
    made = await result_of(
        render.RenderClip, asked, timeout=60, service="render", report=lambda fraction, message="": done.append(message)
    )
    return made, done


async def test_the_same_request_is_answered_from_memory(render: Any, folder: Path) -> None:
    first, done = await clip(render, request("Remember me"))
    assert "drawing" in done
    again, done = await clip(render, request("Remember me"))
    assert (again, done) == (first, [])
    longer, done = await clip(render, request("Remember me", 2.0))
    assert longer.frame_count == 60
    assert "drawing" in done
    (folder / "templates" / TINY).write_text(PAGE + "<b>changed</b>")
    changed, done = await clip(render, request("Remember me"))
    assert "drawing" in done
    assert changed.artifact.sha256 != first.artifact.sha256


async def test_a_text_that_is_cut_is_said_unless_its_captions_show_all_of_it(render: Any, folder: Path) -> None:
    key = "512x384/static_small.html"
    (folder / "templates" / key).write_text(
        "<!doctype html><meta name=template:captions content=word><style>body{margin:0}.spoken{color:red}"
        "p,h1{margin:0;font:40px sans-serif;height:3lh;overflow:hidden}</style>"
        "<h1>{{title}}</h1><p data-fit=24>{{text}}</p>"
    )
    long, words = "every day of the year " * 9, (render_pb2.CAPTION_MODE_LINE, render_pb2.CAPTION_MODE_WORD)
    asked = request(long, page_template=key, title="short")
    first, _ = await clip(render, asked)
    (said,) = first.warnings
    assert said.startswith(f'Some texts are too long for the template {key!r} and end with "…"')
    assert "captions word" in said
    assert (await clip(render, asked)) == (first, [])
    for mode in words:
        asked.captions = mode
        assert not (await clip(render, asked))[0].warnings
    titled, _ = await clip(render, request("short", page_template=key, title=long))
    assert not titled.warnings


WORDS = '<meta name="template:captions" content="word"><style>.spoken{color:#f00}'


def shown(kind: core_pb2.MediaKind.ValueType) -> core_pb2.Visual:
    """A green picture, or a second of footage of it."""
    out = io.BytesIO()
    if kind == core_pb2.MEDIA_KIND_IMAGE:
        Image.new("RGB", (64, 48), "#00ff00").save(out, "PNG")
        return core_pb2.Visual(artifact=core_pb2.Artifact(inline=out.getvalue(), media_type="image/png"), kind=kind)
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        green = np.full((48, 64, 3), (0, 255, 0), np.uint8)
        for _ in range(30):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(green, "rgb24")))
        container.mux(stream.encode(None))
    return core_pb2.Visual(artifact=core_pb2.Artifact(inline=out.getvalue(), media_type="video/mp4"), kind=kind)


async def test_words_are_marked_on_a_solid_bar_over_footage(render: Any, folder: Path) -> None:
    """What the browser captures of such a bar has no alpha."""
    key = "512x384/video_bar.html"
    (folder / "templates" / key).write_text(
        WORDS + "body{margin:0}div{position:absolute;inset:184px 0 0;background:#00f}p{margin:70px;color:#00f;"
        "font:60px sans-serif}</style><div><p>{{text}}</p></div>"
    )
    asked = request("one two", page_template=key, visual=shown(core_pb2.MEDIA_KIND_VIDEO))
    asked.captions = render_pb2.CAPTION_MODE_WORD
    asked.narration.words.add(text="one", start_seconds=0.0)
    asked.narration.words.add(text="two", start_seconds=0.5)
    made, _ = await clip(render, asked)
    assert not made.warnings
    with av.open(io.BytesIO(made.artifact.inline), "r") as film:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in film.decode(video=0)]
    for frame in frames:
        assert np.abs(frame[:180] - (0, 255, 0)).max() < 12, "the footage"
        assert np.abs(frame[350:] - (0, 0, 255)).max() < 12, "the bar"
    red = [np.argwhere(frame[..., 0] > 150)[:, 1].mean() for frame in frames]
    assert red[0] == pytest.approx(red[14], abs=2)
    assert red[15] > red[14] + 50


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("video_solid", "<body style='background:#fff'>", "nothing is seen of the footage"),
        ("image_bare", "{{image_url=}}", "no {{image}}"),
    ],
)
async def test_a_template_that_hides_what_was_made_for_it_says_so(
    render: Any, folder: Path, name: str, body: str, said: str
) -> None:
    key = f"512x384/{name}.html"
    (folder / "templates" / key).write_text(body + "{{text}}")
    kind = core_pb2.MEDIA_KIND_VIDEO if name.startswith("video") else core_pb2.MEDIA_KIND_IMAGE
    made, _ = await clip(render, request("x", 0.2, page_template=key, visual=shown(kind)))
    assert len(made.warnings) == 1
    assert said in made.warnings[0]
    assert repr(key) in made.warnings[0]


async def test_captions_are_part_of_what_is_remembered(render: Any, folder: Path) -> None:
    (folder / "templates" / "512x384" / "static_said.html").write_text(
        PAGE + '<meta content="Word" name=template:captions><style>.spoken{color:red}</style>'
    )

    async def ask(mode: Any, start: float) -> tuple[core_pb2.Clip, bool]:
        asked = request("one two", page_template="512x384/static_said.html")
        asked.captions = mode
        asked.narration.words.add(text="one", start_seconds=0.1)
        asked.narration.words.add(text="two", start_seconds=start)
        made, done = await clip(render, asked)
        return made, "drawing" in done

    word, line, off = (render_pb2.CAPTION_MODE_WORD, render_pb2.CAPTION_MODE_LINE, render_pb2.CAPTION_MODE_OFF)
    first, drawn = await ask(word, 0.5)
    assert (first.state_count, drawn) == (3, True)
    assert await ask(word, 0.5) == (first, False)
    assert (await ask(word, 0.7))[1]
    assert (await ask(line, 0.5))[1]
    assert (await ask(off, 0.5))[1]
    assert not (await ask(off, 0.9))[1]
    assert not list((folder / "scratch" / "render").iterdir())


async def test_cancelled_captions_leave_nothing(render: Any, folder: Path) -> None:
    text = " ".join(f"w{number}" for number in range(40))
    asked = request(text, 900.0)
    asked.page.template = "1080x1080/static_default.html"
    asked.captions = render_pb2.CAPTION_MODE_WORD
    for wanted in ("drawing", "encoding"):
        asked.page.title = wanted
        call = render.RenderClip(asked, timeout=60)
        async for message in call:
            if message.progress.message == wanted:
                break
        call.cancel()
    async with asyncio.timeout(20):
        while list((folder / "scratch" / "render").iterdir()):
            await clip(render, request(f"wait {time.monotonic_ns()}", 0.1))
    made, _ = await clip(render, request("after captions", 0.1))
    assert made.state_count == 1


async def test_what_was_left_out_is_tried_again(folder: Path, render: Any) -> None:
    name = folder / "templates" / "512x384" / "static_back.html"
    name.write_text('<body style="background:url({{background}})">{{text}}')
    asked = request("x", params={"background": "https://127.0.0.1/x.png"})
    asked.page.template = "512x384/static_back.html"
    for _ in range(2):
        made, done = await clip(render, asked)
        assert "background" in made.warnings[0]
        assert "drawing" in done


async def test_nothing_half_made_is_left(render: Any, folder: Path) -> None:
    await clip(render, request("left"))
    calls = [render.RenderClip(request(f"cancel {number}", 900.0), timeout=60) for number in range(3)]
    for call in calls:
        async for message in call:
            if message.progress.message == "encoding":
                break
        call.cancel()
    # the answer to a further call comes after the threads of the three have ended or while they end
    await asyncio.gather(*(clip(render, request(f"after {number}", 0.1)) for number in range(4)))
    async with asyncio.timeout(20):
        while list((folder / "scratch" / "render").iterdir()):
            await clip(render, request(f"wait {time.monotonic_ns()}", 0.1))


async def test_the_event_loop_stays_free(render: Any) -> None:
    """Server, client and this watch share one loop: whatever blocks it is seen here."""
    gaps: list[float] = []
    stop = asyncio.Event()

    async def watch() -> None:
        while not stop.is_set():
            before = time.thread_time()
            await asyncio.sleep(0.002)
            gaps.append(time.thread_time() - before)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(clip(render, request(f"free {number}", 3.0)) for number in range(3)))
    stop.set()
    await watching
    assert len(gaps) > 20
    assert max(gaps) < 0.05, "seconds of work on the event loop's thread in one go"


async def test_page_values_are_checked_before_anything_is_drawn(render: Any) -> None:
    done: list[str] = []
    with pytest.raises(PixelleError) as caught:
        await result_of(
            render.RenderClip,
            request("x", params={"papper": "red"}),
            timeout=60,
            service="render",
            report=lambda fraction, message="": done.append(message),
        )
    assert (caught.value.reason, done) == ("PARAM_UNKNOWN", [])
    assert "paper" in caught.value.message


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"captions": render_pb2.CAPTION_MODE_WORD}, "CAPTIONS_NOT_SUPPORTED"),
        ({"motion": render_pb2.MOTION_PAN}, "MOTION_NOT_SUPPORTED"),
    ],
)
async def test_what_a_template_cannot_show_is_said(render: Any, change: dict[str, Any], reason: str) -> None:
    asked = request("x")
    asked.MergeFrom(render_pb2.RenderClipRequest(**change))
    with pytest.raises(FailedPrecondition) as caught:
        await clip(render, asked)
    assert caught.value.reason == reason
    if reason == "CAPTIONS_NOT_SUPPORTED":
        assert repr(TINY) in caught.value.message
        assert "'1080x1920/static_default.html'" in caught.value.message


async def test_without_a_browser_the_service_comes_up_and_says_so(folder: Path) -> None:
    async with serving(folder, render_browser="/nowhere/chromium") as lonely:
        assert (await lonely.ListTemplates(render_pb2.ListTemplatesRequest())).templates
        with pytest.raises(FailedPrecondition, match="apt-get install") as caught:
            await clip(lonely, request("never drawn before"))
    assert caught.value.reason == "BROWSER_MISSING"
