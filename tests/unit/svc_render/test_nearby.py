"""A user's own templates: files beside them are served, nothing else is, and texts fit without being marked."""

from __future__ import annotations

import asyncio
import io
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.client import result_of
from pixelle.runtime.testing import running
from svc_render import browser as browsing
from svc_render.catalog import Catalog
from svc_render.drawing import Artist
from svc_render.nearby import NearFile, look_beside
from svc_render.server import build
from svc_render.settings import RenderSettings
from svc_render.sheets import ORIGIN, Sheet

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from svc_render.browser import Browser
    from svc_render.drawing import Drawn

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZE = (540, 960)
FOLDER = "540x960"
GREEN, BLUE, RED = (0, 200, 0), (0, 0, 250), (250, 0, 0)
WORDS_200 = " ".join(f"word{number}" for number in range(200))


class Studio:
    """A data folder with templates, and the artist that draws them."""

    def __init__(self, root: Path, browser: Browser) -> None:
        self.folder = root / "templates" / FOLDER
        self.folder.mkdir(parents=True)
        self.catalog = Catalog(root / "templates", default="")
        self.artist = Artist(self.catalog, ArtifactStore.open(RenderSettings(data_dir=root)), browser)

    def write(self, page: str, name: str = "static_own") -> None:
        (self.folder / f"{name}.html").write_text(page)

    def paint(self, place: str, color: tuple[int, int, int]) -> None:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (40, 40), color).save(path)

    async def draw(self, **page: Any) -> Drawn:
        return await self.artist.draw(render_pb2.Page(template=f"{FOLDER}/{page.pop('name', 'static_own')}", **page))


@pytest.fixture
def studio(tmp_path: Path, browser: Browser) -> Studio:
    return Studio(tmp_path, browser)


def pixels(png: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == SIZE
        return np.asarray(image.convert("RGB"))


def shows(drawn: Drawn, color: tuple[int, int, int]) -> int:
    """How many pixels have that colour, as JPEG leaves it."""
    return int((np.abs(pixels(drawn.png).astype(int) - color).max(axis=2) <= 6).sum())


async def test_files_beside_a_template_are_served(studio: Studio) -> None:
    studio.paint("my logo.png", GREEN)
    studio.paint("art/back.jpg", BLUE)
    studio.paint("art/deep/mark.webp", RED)
    (studio.folder / "art" / "style.css").write_text(
        "/* url(gone.png) */ @import 'more.css'; .back{width:60px;height:60px;background:url('back.jpg?v=2')}"
    )
    (studio.folder / "art" / "more.css").write_text(".mark{width:50px;height:50px;background:url(./deep/mark.webp)}")
    (studio.folder / "line.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30"><path fill="#fa00fa" d="M0 0h30v30H0z"/></svg>'
    )
    studio.write(
        "<!doctype html><link rel=stylesheet href='art/style.css'><style>body{background:#fff}</style>"
        "<img src='my%20logo.png'><div class=back></div><div class=mark></div><img src=line.svg>"
        "<p style='background:url(&quot;my logo.png&quot;);width:40px;height:40px'><img src='{{badge=my logo.png}}'>"
    )
    drawn = await studio.draw(text="x")
    assert drawn.warnings == ()
    assert shows(drawn, GREEN) == 2 * 40 * 40
    assert shows(drawn, BLUE) == 60 * 60
    assert shows(drawn, RED) == 50 * 50
    assert shows(drawn, (250, 0, 250)) == 30 * 30


@pytest.fixture
def font() -> str:
    """A font file of this machine."""
    found = subprocess.run(["fc-match", "-f", "%{file}", "monospace"], check=True, capture_output=True, text=True)
    return found.stdout


async def test_a_font_beside_a_template_is_used(studio: Studio, font: str) -> None:
    page = "<!doctype html><style>@font-face{{font-family:near;src:url({})}}p{{font:40px {},serif}}</style><p>Will it"
    shutil.copy(font, studio.folder / "own.ttf")
    studio.write(page.format("own.ttf", "near"))
    drawn = await studio.draw()
    assert drawn.warnings == ()
    studio.write(page.format("own.ttf", "other"))
    assert (await studio.draw()).png != drawn.png
    studio.write(page.format("none.ttf", "near"))
    lost = await studio.draw()
    assert "'none.ttf'" in lost.warnings[0]
    assert lost.png != drawn.png


async def test_a_changed_file_is_another_template(studio: Studio) -> None:
    studio.write("<!doctype html><link rel=stylesheet href=s.css><img src=logo.png>")
    seen: list[str] = []

    def look() -> str:
        seen.append(studio.catalog.get(f"{FOLDER}/static_own").sha256)
        return seen[-1]

    assert look() == look()
    studio.paint("logo.png", GREEN)
    assert look() != seen[-2]
    assert shows(await studio.draw(), GREEN) == 1600
    studio.paint("logo.png", RED)
    os.utime(studio.folder / "logo.png", ns=(1, 1))
    assert look() != seen[-2]
    assert shows(await studio.draw(), RED) == 1600
    (studio.folder / "s.css").write_text("body{background:url(far.png)}")
    assert look() != seen[-2]
    studio.paint("far.png", BLUE)
    assert look() != seen[-2]
    assert shows(await studio.draw(), BLUE) > 100_000
    (studio.folder / "unnamed.png").write_bytes(b"x")
    assert look() == seen[-2]


async def test_nothing_but_the_templates_own_folder_is_served(studio: Studio, tmp_path: Path) -> None:
    studio.paint("../secret.png", GREEN)
    studio.paint("../../secret.png", GREEN)
    studio.paint(".hidden.png", GREEN)
    studio.paint(".git/x.png", GREEN)
    (studio.folder / "way.png").symlink_to(tmp_path / "secret.png")
    (studio.folder / "out").symlink_to(tmp_path)
    (studio.folder / "shown.png").symlink_to(studio.folder / ".hidden.png")
    (studio.folder / "text.txt").write_text("secret")
    (studio.folder / "named.png").symlink_to(studio.folder / "text.txt")
    names = [
        "../secret.png",
        "%2e%2e/secret.png",
        "x/../../secret.png",
        "..\\secret.png",
        "/secret.png",
        str(tmp_path / "secret.png"),
        ".hidden.png",
        ".git/x.png",
        "way.png",
        "out/secret.png",
        "shown.png",
        "named.png",
        "text.txt",
        "a%00.png",
        "x" * 300 + ".png",
    ]
    studio.write("<!doctype html><body style='background:#fff'>" + "".join(f"<img src='{name}'>" for name in names))
    drawn = await studio.draw()
    assert shows(drawn, GREEN) == 0
    assert (pixels(drawn.png) == 255).all()
    beside = look_beside("".join(f"<img src='{name}'>" for name in names), studio.folder)
    assert not beside.found
    assert beside.missing == tuple(names)


async def test_a_page_cannot_become_a_file_beside_it(studio: Studio, browser: Browser) -> None:
    (studio.folder / "run.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="540" height="960"><rect width="99" height="99" fill="red"/>'
        "<script>document.documentElement.lastChild.setAttribute('fill', 'green')</script></svg>"
    )
    page = "<!doctype html><object data=run.svg></object><iframe src=run.svg></iframe><p id=x>as it was"
    tried: list[str] = []
    tab = await browsing.open_tab(await browser._running())
    answer, post = tab.answer, tab.session.post

    def note(event: Any) -> None:
        def told(method: str, params: Any = None) -> None:
            tried.append(("answered " if method == "Fetch.fulfillRequest" else "") + event["request"]["url"])
            post(method, params)

        tab.session.post = told
        answer(event)
        tab.session.post = post

    tab.session.on["Fetch.requestPaused"] = note
    address = f"{ORIGIN}/x/"
    files = {f"{address}run.svg": NearFile((studio.folder / "run.svg").read_bytes(), "image/svg+xml")}
    await tab.draw(Sheet(html=page, width=SIZE[0], height=SIZE[1], pictures=files, address=address))
    tab._sheet = Sheet(html=page, width=SIZE[0], height=SIZE[1], pictures=files, address=address)
    await tab.evaluate("url => { location.href = url }", f"{address}run.svg")
    async with asyncio.timeout(20):
        while f"{address}run.svg" not in tried:
            await tab.evaluate("() => new Promise(done => requestAnimationFrame(done))")
    assert await tab.evaluate("() => location.href") == address
    await tab.close()


async def test_what_lies_elsewhere_is_named_once_and_hidden(studio: Studio) -> None:
    studio.paint("logo.png", GREEN)
    studio.write(
        "<!doctype html><link rel=preconnect href='https://fonts.example'><base href='https://cdn.example/'>"
        "<link rel=stylesheet href='https://fonts.example/css2?family=Inter'><script src=//cdn.example/t.js></script>"
        "<style>@import url(https://cdn.example/a.css);body{background:#fff url('http://cdn.example/b.png')}</style>"
        "<img src=https://cdn.example/i.png alt=broken width=300 height=300><img src=logo.png>"
    )
    drawn = await studio.draw()
    elsewhere, scripts = drawn.warnings
    for name in ("css2?family=Inter", "//cdn.example/t.js", "a.css", "b.png", "i.png"):
        assert name in elsewhere
    assert "scripts" in scripts
    assert not drawn.passing
    shown = pixels(drawn.png)
    assert shows(drawn, GREEN) == 1600
    assert ((shown == 255).all(axis=2) | (shown == GREEN).all(axis=2)).all()


async def test_what_a_page_always_lacks_does_not_make_it_drawn_again(tmp_path: Path, studio: Studio) -> None:
    studio.write("<!doctype html><link rel=stylesheet href=https://cdn.example/x.css>{{text}}")
    make: Any = render_pb2_grpc.RenderServiceStub
    asked = render_pb2.RenderFrameRequest(page=render_pb2.Page(template=f"{FOLDER}/static_own.html", text="x"))
    async with running(build(RenderSettings(data_dir=tmp_path))) as channel:
        done: list[list[str]] = []
        for number in range(2):
            asked.request_id = str(number)
            steps: list[str] = []
            frame: core_pb2.Frame = await result_of(
                make(channel).RenderFrame,
                asked,
                timeout=60,
                service="render",
                report=lambda fraction, message="", steps=steps: steps.append(message),
            )
            assert "x.css" in frame.warnings[0]
            done.append(steps)
    assert "drawing" in done[0]
    assert done[1] == []


REFERENCE = """<!DOCTYPE html>
<html><head><meta charset="UTF-8">
<meta name="template:media-width" content="512"><meta name="template:media-height" content="288">
<style>
* { margin: 0; padding: 0; box-sizing: border-box; }
html, body { width: 540px; height: 960px; overflow: hidden; }
body { position: absolute; background: #fff; font-family: 'PingFang SC', 'Source Han Sans', sans-serif; }
.page-container { position: relative; width: 540px; height: 960px; }
.title { position: absolute; top: 60px; left: 40px; right: 40px; font-size: 52px; line-height: 1.3; font-weight: 700 }
.picture { position: absolute; top: 220px; left: 20px; width: 500px; height: 300px; overflow: hidden }
.picture img { width: 100%; height: 100%; object-fit: cover }
TEXTSTYLE
.author { position: absolute; bottom: 30px; left: 40px; font-size: 22px; color: #0000fa }
</style></head>
<body><div class="page-container">
<div class="title">{{ title }}</div><div class="picture"><img src="{{ image }}"></div>
<div class="text">{{ text }}</div><div class="author">{{ author = @nobody }}</div>
</div></body></html>"""
# ways in which existing templates place their text
PLACED = {
    "absolute": ".text { position: absolute; top: 560px; left: 40px; right: 40px; font-size: 40px; line-height: 1.6 }",
    "upwards": ".text { position: absolute; bottom: 90px; left: 40px; right: 40px; font-size: 40px }",
    "cut": ".text { position: absolute; top: 560px; left: 40px; width: 460px; height: 200px; overflow: hidden;"
    " font-size: 40px; line-height: 64px }",
    "one line": ".text { position: absolute; top: 560px; left: 40px; width: 460px; overflow: hidden; font-size: 40px;"
    " white-space: nowrap; text-overflow: ellipsis }",
}
INK = """() => {
  const found = [], range = document.createRange();
  for (const name of ['title', 'text', 'author']) {
    const element = document.querySelector('.' + name);
    range.selectNodeContents(element);
    const box = range.getBoundingClientRect(), style = getComputedStyle(element), own = element.getBoundingClientRect();
    found.push({left: box.left, top: box.top, right: box.right, bottom: box.bottom, size: parseFloat(style.fontSize),
                said: element.textContent, floor: own.bottom, edge: own.right, cut: style.overflow !== 'visible'});
  }
  return found;
}"""


@pytest.mark.parametrize("placed", PLACED)
@pytest.mark.parametrize(
    "case",
    [("Short.", False, False), (" ".join(["word"] * 45), True, False), (WORDS_200, True, True), ("W" * 90, True, None)],
    ids=["short", "45 words", "200 words", "90 letters"],
)
async def test_texts_without_marks_fit(
    studio: Studio, browser: Browser, placed: str, case: tuple[str, bool, bool | None]
) -> None:
    text, shrinks, cuts = case
    studio.write(REFERENCE.replace("TEXTSTYLE", PLACED[placed]), "image_old")
    picture = io.BytesIO()
    Image.new("RGB", (512, 288), GREEN).save(picture, "PNG")
    visual = core_pb2.Visual(kind=core_pb2.MEDIA_KIND_IMAGE, artifact=core_pb2.Artifact(inline=picture.getvalue()))
    drawn = await studio.draw(name="image_old", title="A title of some length", text=text, visual=visual)
    template = drawn.template
    assert (template.media_width, template.media_height, template.width, template.height) == (512, 288, *SIZE)
    if placed != "upwards" or text != WORDS_200:  # that many words reach the picture even when small
        assert shows(drawn, GREEN) == 500 * 300
    title, line, author = await browser._idle[-1].evaluate(INK)
    assert title["size"] == 52
    assert author["said"] == "@nobody"
    assert ["too long" in said for said in drawn.warnings] == [True] * line["said"].endswith("…")
    assert (line["size"] < 40) is shrinks
    assert line["size"] >= 20
    if placed == "one line":
        cuts = shrinks
    if cuts is not None:
        assert line["said"].endswith("…") is cuts
    assert line["left"] >= 0
    assert line["right"] <= (line["edge"] if line["cut"] else SIZE[0]) + 1.5
    assert line["top"] >= title["bottom"] - 20
    assert line["bottom"] <= (line["floor"] + 12 if line["cut"] else author["top"] + 12)


async def test_marks_of_an_author_are_left_alone(studio: Studio, browser: Browser) -> None:
    studio.write("<!doctype html><p data-fit=20>{{title}}</p><p class=text style='font-size:90px'>{{text}}</p>")
    await studio.draw(title="t", text=WORDS_200)
    size = "() => getComputedStyle(document.querySelector('.text')).fontSize"
    assert await browser._idle[-1].evaluate(size) == "90px"


async def test_captions_fit_without_marks(tmp_path: Path, studio: Studio, browser: Browser) -> None:
    from svc_render.spoken import by_word

    page = REFERENCE.replace("TEXTSTYLE", PLACED["absolute"]).replace("{{ image }}", "")
    studio.write(page.replace("<head>", '<head><meta name="template:captions" content="word">'), "static_said")
    page_asked = render_pb2.Page(template=f"{FOLDER}/static_said", title="A title", text=" ".join(["word"] * 45))
    captions = by_word(page_asked.text, [], length=5.0)
    drawn = await studio.artist.draw(page_asked, captions)
    _, line, author = await browser._idle[-1].evaluate(INK)
    assert drawn.png
    assert 20 <= line["size"] < 40
    assert line["bottom"] <= author["top"] + 12
