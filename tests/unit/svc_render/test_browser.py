"""The browser: pages cannot get out, texts fit their boxes, and a dead browser comes back."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
import pytest
import pytest_asyncio
from PIL import Image

from pixelle.runtime.errors import DeadlineExceeded, FailedPrecondition
from pixelle.runtime.priority import NICENESS
from svc_render import browser as browsing
from svc_render.browser import Browser
from svc_render.pictures import Picture
from svc_render.sheets import ORIGIN, Sheet

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZE = (512, 384)


def sheet(body: str, *, style: str = "", **options: Any) -> Sheet:
    html = f"<!doctype html><meta charset=utf-8><style>body{{margin:0;background:#fff}}{style}</style><body>{body}"
    return Sheet(html=html, width=SIZE[0], height=SIZE[1], **options)


def pixels(png: bytes) -> np.ndarray[Any, np.dtype[np.uint8]]:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGBA"))


def picture(color: str) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), color).save(out, "PNG")
    return Picture(out.getvalue(), "image/png", 64, 64)


@pytest_asyncio.fixture(loop_scope="module")
async def tab(browser: Browser) -> AsyncGenerator[Any]:
    """A page that stays open after drawing, to be asked about."""
    opened = await browsing.open_tab(await browser._running())
    yield opened
    await opened.close()


@asynccontextmanager
async def listener() -> AsyncGenerator[tuple[int, list[str]]]:
    """A port that notes who connects."""
    seen: list[str] = []

    async def note(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append("connected")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(note, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen


async def test_a_page_is_drawn_at_its_size(browser: Browser) -> None:
    drawing = await browser.draw(sheet("<p>x", style="body{background:#123456}"))
    shown = pixels(drawing.png)
    assert shown.shape[:2] == (SIZE[1], SIZE[0])
    assert tuple(shown[-1, -1]) == (0x12, 0x34, 0x56, 255)


async def test_transparent_pages_keep_their_alpha(browser: Browser) -> None:
    drawing = await browser.draw(sheet("<p>", style="body{background:none}", transparent=True))
    assert not pixels(drawing.png)[:, :, 3].any()
    assert pixels((await browser.draw(sheet(""))).png)[:, :, 3].all()


async def test_pictures_are_served_and_never_mixed_up(browser: Browser) -> None:
    for number, color in enumerate(["#ff0000", "#0000ff"] * 3):
        url = f"{ORIGIN}/{number}/media"
        body = f"<img src='{url}' width=64><div style='width:64px;height:64px;background:url({url})'>"
        drawing = await browser.draw(sheet(body, pictures={url: picture(color)}))
        red, _, blue, _ = pixels(drawing.png)[100, 30]
        assert (red > 200, blue > 200) == (color == "#ff0000", color == "#0000ff")
        assert pixels(drawing.png)[30, 30][0] == red


async def test_scripts_of_a_page_never_run(tab: Any) -> None:
    body = """<p id=x>as it was</p><script>document.getElementById('x').textContent='ran'</script>
      <img src="data:," onerror="document.getElementById('x').textContent='ran'">
      <svg onload="document.getElementById('x').textContent='ran'"></svg>
      <iframe srcdoc="<script>parent.document.getElementById('x').textContent='ran'</script>"></iframe>
      <a href="javascript:document.getElementById('x').textContent='ran'" autofocus onfocus="this.click()">a</a>
      <meta http-equiv=refresh content="0;url=javascript:alert(1)"><object data="data:text/html,<script>1</script>">"""
    await tab.draw(sheet(body))
    assert await tab.evaluate("() => document.getElementById('x').textContent") == "as it was"


async def test_a_page_reaches_neither_files_nor_the_network(browser: Browser, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture("#00ff00").data)
    async with listener() as (port, seen):
        here = f"http://127.0.0.1:{port}"
        body = f"""<link rel=preconnect href="{here}"><link rel=prefetch href="{here}/a">
          <link rel=dns-prefetch href="{here}">
          <link rel=preload as=image href="{here}/p"><link rel=stylesheet href="{here}/s.css"><base href="{here}/">
          <img src="{here}/i.png"><img src="file://{secret}"><img srcset="{here}/2x 2x"><iframe src="{here}/f"></iframe>
          <video src="{here}/v.mp4" autoplay></video><object data="{here}/o"></object><embed src="file://{secret}">
          <img src="//127.0.0.1:{port}/j.png"><form action="{here}/x"><button autofocus>go</button></form>
          <meta http-equiv=refresh content="0;url={here}/r"><div class=b></div><p style="font-family:f">text</p>"""
        style = f"""@import url("{here}/i.css"); .b{{width:9px;height:9px;background:url("{here}/b.png"), url("file://{secret}")}}
          @font-face{{font-family:f;src:url("{here}/f.woff2")}}"""
        drawing = await browser.draw(sheet(body, style=style))
        assert drawing.lost >= 2
        await browser.draw(sheet("after"))
        assert seen == []
    green = (pixels(drawing.png)[:, :, :3] == (0, 255, 0)).all(axis=2)
    assert not green.any()


async def test_a_lost_picture_leaves_no_broken_icon(browser: Browser) -> None:
    lost = await browser.draw(sheet("<img src='https://nowhere.example/x.png' alt='words' width=200 height=200>"))
    assert lost.lost == 1
    assert (pixels(lost.png)[:, :, :3] == 255).all()


BOX = "p{margin:20px;width:400px;max-height:150px;font:48px/1.1 sans-serif;overflow:hidden}"
FIT = """() => { const p = document.querySelector('p'), range = document.createRange(); range.selectNodeContents(p);
  const box = p.getBoundingClientRect(), rects = [...range.getClientRects()];
  const base = parseFloat(getComputedStyle(p).fontSize);
  return {size: base, text: p.textContent, wide: Math.max(...rects.map(r => r.right)) - box.right,
          tall: Math.max(...rects.map(r => r.bottom)) - box.bottom - 0.15 * base}; }"""


@pytest.mark.parametrize(
    ("text", "size", "cut"),
    [
        ("Short.", 48, False),
        ("A sentence that needs to be a little smaller than it was to fit into its box here", 48, None),
        ("word " * 200, 20, True),
        ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaften", 48, None),
        ("读" * 300, 20, True),
        ("👩‍👩‍👧‍👦" * 150, 20, True),
        ("مرحبا بالعالم " * 60, 20, True),
        ("ไม่มีช่องว่างระหว่างคำ" * 30, 20, True),
        ("y" * 2000, 20, True),
    ],
)
async def test_texts_fit_their_boxes(tab: Any, text: str, size: int, cut: bool | None) -> None:
    await tab.draw(sheet(f"<p data-fit=20>{text}</p>", style=BOX))
    facts = await tab.evaluate(FIT)
    assert facts["wide"] <= 1
    assert facts["tall"] <= 1
    assert 20 <= facts["size"] <= size
    if cut is not None:
        assert facts["text"].endswith("…") is cut
        assert cut or facts["size"] == size
    assert text.startswith(facts["text"].removesuffix("…"))


async def test_text_of_a_tight_line_height_is_not_shrunk_for_nothing(tab: Any) -> None:
    await tab.draw(sheet("<p data-fit=20>Two lines jpq of a title</p>", style=BOX.replace("48px/1.1", "48px/1")))
    assert (await tab.evaluate(FIT))["size"] == 48


async def test_fit_works_in_a_flex_column(tab: Any) -> None:
    style = """body{height:384px;display:flex;flex-direction:column} .a{height:300px;flex:none}
      p{margin:0;flex:1;min-height:0;font:48px sans-serif}"""
    await tab.draw(sheet(f"<div class=a></div><p data-fit=12>{'words and ' * 12}</p>", style=style))
    facts = await tab.evaluate(FIT)
    assert facts["tall"] <= 1
    assert 12 <= facts["size"] < 48


async def test_language_direction_and_scene_are_marked(tab: Any) -> None:
    await tab.draw(sheet("<p>x", language="ar", direction="rtl", index=2, count=5))
    marks = await tab.evaluate(
        "() => [document.documentElement.lang, document.documentElement.dir, {...document.body.dataset}]"
    )
    assert marks == ["ar", "rtl", {"index": "2", "count": "5"}]


async def test_what_begins_with_a_foreign_name_is_written_in_the_pages_direction(tab: Any) -> None:
    names = "<p dir=auto>OpenAI הכריזה<h1 dir=auto>OpenAI</h1><b dir=ltr>OpenAI הכריזה</b>"
    dirs = "() => [...document.querySelectorAll('[dir]')].slice(1).map(each => getComputedStyle(each).direction)"
    await tab.draw(sheet(names, language="he", direction="rtl"))
    assert await tab.evaluate(dirs) == ["rtl", "ltr", "ltr"]
    await tab.draw(sheet(names, language="en", direction="ltr"))
    assert await tab.evaluate(dirs) == ["ltr", "ltr", "ltr"]


async def test_animations_are_at_their_end(browser: Browser) -> None:
    style = (
        "@keyframes f{from{background:#f00}to{background:#0f0}} div{width:99px;height:99px;animation:f 60s forwards}"
    )
    assert tuple(pixels((await browser.draw(sheet("<div>", style=style))).png)[50, 50][:3]) == (0, 255, 0)


async def test_the_same_page_gives_the_same_bytes(browser: Browser) -> None:
    first, second = await asyncio.gather(*(browser.draw(sheet("<h1>Same</h1>")) for _ in range(2)))
    assert first.png == second.png


def browsers() -> list[psutil.Process]:
    """Main processes of the browsers that this process started."""
    found: list[psutil.Process] = []
    for process in psutil.Process().children(recursive=True):
        words = process.cmdline()
        if any("--headless" in word for word in words) and not any(word.startswith("--type=") for word in words):
            found.append(process)
    return found


async def test_a_killed_browser_is_started_again() -> None:
    own = Browser(pages=1)
    before = {process.pid for process in browsers()}
    await own.draw(sheet("one"))
    mine = [process for process in browsers() if process.pid not in before]
    assert mine
    for process in mine:
        with suppress(ProcessLookupError):  # its children end with the first one
            os.kill(process.pid, signal.SIGKILL)
    assert (await own.draw(sheet("two"))).png
    await own.close()
    assert {process.pid for process in browsers()} <= before


async def test_the_browser_goes_after_those_who_answer() -> None:
    began = Browser()
    try:
        await began.draw(sheet("<p>hello"))
        theirs = browsers()
        assert theirs
        mine = os.getpriority(os.PRIO_PROCESS, 0)
        for process in theirs:
            assert os.getsid(process.pid) == os.getsid(0), "Linux would give it as many cores as all of us"
            assert os.getpgid(process.pid) != os.getpgid(0), "Ctrl-C would end it in the middle of its work"
            if process.name() != "sh":  # the shell waits
                assert os.getpriority(os.PRIO_PROCESS, process.pid) >= mine + NICENESS
    finally:
        await began.close()


async def test_a_slow_page_is_given_up_and_the_next_one_drawn() -> None:
    own = Browser(pages=1, seconds=0.001)
    with pytest.raises(DeadlineExceeded) as caught:
        await own.draw(sheet("x"))
    assert caught.value.reason == "PAGE_SLOW"
    own._seconds = 30
    assert (await own.draw(sheet("x"))).png
    await own.close()


class Asked(dict[str, Picture]):
    """Pictures of a sheet that tell when the page has asked for one."""

    def __init__(self) -> None:
        super().__init__()
        self.event = asyncio.Event()

    def get(self, key: str, default: Any = None) -> Any:
        if key.endswith("/x"):
            self.event.set()
        return super().get(key, default)


async def contexts(browser: Browser) -> int:
    """Contexts that pages live in."""
    assert browser._chromium is not None
    return len((await browser._chromium.root.send("Target.getBrowserContexts"))["browserContextIds"])


async def test_cancel_leaves_no_page_behind() -> None:
    own = Browser(pages=1)
    await own.draw(sheet("x"))
    asked = Asked()
    task = asyncio.create_task(own.draw(sheet(f"<img src={ORIGIN}/x>", pictures=asked)))
    await asked.event.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await contexts(own) == 0
    assert (await own.draw(sheet("y"))).png
    await own.close()


async def test_a_missing_browser_is_named() -> None:
    with pytest.raises(FailedPrecondition, match="apt-get install chromium-headless-shell") as caught:
        await Browser(executable="/nowhere/chromium").draw(sheet("x"))
    assert caught.value.reason == "BROWSER_MISSING"
