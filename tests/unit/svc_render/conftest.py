"""A bench for measuring built-in templates in the real browser."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import FailedPrecondition
from svc_render import browser as browsing
from svc_render.browser import Browser, find_browser
from svc_render.catalog import BUILT_IN, Catalog
from svc_render.drawing import Artist
from svc_render.pictures import Picture
from svc_render.settings import RenderSettings
from svc_render.sheets import ORIGIN, Sheet

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from svc_render.template import Template


def artist_with(pages: Mapping[str, str], folder: Path, browser: Browser, *, default: str) -> Artist:
    """An artist who has, beside the built-in templates, pages of 512x384 by name."""
    own = folder / "templates" / "512x384"
    own.mkdir(parents=True)
    for name, html in pages.items():
        (own / f"{name}.html").write_text(html)
    catalog = Catalog(folder / "templates", default=default)
    return Artist(catalog, ArtifactStore.open(RenderSettings(data_dir=folder)), browser)


KEYS = sorted(f"{path.parent.name}/{path.name}" for path in BUILT_IN.glob("*/*.html"))
TITLE = "The Power of Reading"

# What can be read: each run of text by line, clipped to the boxes that cut it, with its colour as painted.
READ = """() => {
  const runs = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, parent = node.parentElement;
    if (!node.data.trim() || parent.closest('script,style')) continue;
    const range = document.createRange(), block = parent.closest('p,h1,span.number') ?? parent;
    const box = block.getBoundingClientRect();
    range.selectNodeContents(node);
    let opacity = 1;
    for (let up = parent; up; up = up.parentElement) opacity *= Number(getComputedStyle(up).opacity);
    const style = getComputedStyle(parent);
    for (const rect of range.getClientRects()) {
      const left = Math.max(rect.left, box.left), right = Math.min(rect.right, box.right);
      const top = Math.max(rect.top, box.top), bottom = Math.min(rect.bottom, box.bottom);
      if (right - left < 1 || bottom - top < 1) continue;
      runs.push({kind: block.className, word: parent.className, left, top, right, bottom, opacity,
                 color: style.color.match(/[\\d.]+/g).map(Number), size: parseFloat(style.fontSize)});
    }
  }
  return runs;
}"""
# Boxes of texts, and whether anything inside sticks out.
BOXES = """() => [...document.querySelectorAll('p,h1')].filter(e => e.getClientRects().length).map(e => {
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return {kind: e.className, left: box.left, top: box.top, right: box.right, bottom: box.bottom,
          wide: e.scrollWidth - e.clientWidth, fit: 'fit' in e.dataset, text: e.textContent,
          size: parseFloat(style.fontSize), lead: parseFloat(style.lineHeight), synthesis: style.fontSynthesis,
          room: e.clientHeight};
})"""


@dataclass
class Bench:
    """A tab of the real browser that keeps the last page for measuring."""

    tab: Any
    catalog: Catalog

    async def show(
        self,
        key: str,
        *,
        text: str,
        title: str = TITLE,
        index: int = 2,
        count: int = 5,
        language: str = "en",
        color: str = "#7a8a99",
        params: dict[str, str] | None = None,
        background: str = "",
    ) -> Template:
        """Draw a page and leave it open. color: of its picture. background: colour of that parameter's picture."""
        template = self.catalog.get(key)
        known = {param.name for param in template.params}
        values = {name: value for name, value in (params or {}).items() if name in known}
        values |= {"title": title, "text": text, "index": str(index + 1), "count": str(count), "image": ""}
        pictures: dict[str, Picture] = {}
        if template.media == "image":
            values["image"] = f"{ORIGIN}/{color.strip('#')}"
            pictures[values["image"]] = flat(color, template.media_width, template.media_height)
        if background:
            values["background"] = f"{ORIGIN}/{background.strip('#')}/background"
            pictures[values["background"]] = flat(background, template.width, template.height)
        sheet = Sheet(
            html=template.fill(values, served=pictures.keys()),
            width=template.width,
            height=template.height,
            pictures=pictures,
            transparent=template.media == "video",
            language=language,
            direction="rtl" if language == "ar" else "ltr",
            index=index,
            count=count,
        )
        drawing = await self.tab.draw(sheet)
        assert drawing.lost == 0
        return template

    async def ask(self, script: str, *arguments: object) -> Any:
        """Run a measuring script in the open page."""
        return await self.tab.evaluate(script, *arguments)

    async def own(self, expression: str) -> Any:
        """An expression's value where scripts of the open page would run."""
        asked = {"expression": expression, "returnByValue": True}
        return (await self.tab.session.send("Runtime.evaluate", asked))["result"]["value"]

    async def restyle(self, css: str) -> None:
        """Add a style to the open page."""
        script = "css => void document.head.append(Object.assign(document.createElement('style'), {textContent: css}))"
        await self.tab.evaluate(script, css)

    async def pixels(self, backdrop: str) -> NDArray[np.uint8]:
        """The open page as it is now over a colour: [height, width, 3]."""
        page = Image.open(io.BytesIO(await self.tab.capture())).convert("RGBA")
        over = Image.new("RGBA", page.size, backdrop)
        over.alpha_composite(page)
        return np.asarray(over.convert("RGB"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncGenerator[Browser]:
    """One that runs, for the tests of a module."""
    try:
        find_browser("")
    except FailedPrecondition as error:
        pytest.skip(error.message)
    made = Browser(pages=2)
    yield made
    await made.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bench(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Bench]:
    try:
        find_browser("")
    except FailedPrecondition as error:
        pytest.skip(error.message)
    browser = Browser()
    chromium = await browser._running()
    own: Path = tmp_path_factory.mktemp("templates")
    yield Bench(await browsing.open_tab(chromium), Catalog(own, default=KEYS[0]))
    await browser.close()


def flat(color: str, width: int, height: int) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return Picture(out.getvalue(), "image/png", width, height)


def safe(template: Template, bottom: float) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what may hold text that reaches down to `bottom`."""
    match template.width, template.height:
        case 1080, 1920:
            return 72, 150, 960 if bottom > 900 else 1008, 1560
        case 1920, 1080:
            return 96, 54, 1824, 1026
        case _:
            return 64.8, 64.8, 1015.2, 1015.2


def lines(runs: list[dict[str, Any]], kind: str) -> int:
    tops = sorted((run["top"] + run["bottom"]) / 2 for run in runs if run["kind"] == kind)
    size = max(run["size"] for run in runs if run["kind"] == kind)
    return 1 + sum(after - before > size / 2 for before, after in itertools.pairwise(tops))


async def check(bench: Bench, template: Template) -> list[dict[str, Any]]:
    """Safe areas, no overflow, nothing on top of anything else, at most four lines, no smaller than 40 px."""
    runs = await bench.ask(READ)
    boxes = await bench.ask(BOXES)
    assert any(run["kind"] == "text" for run in runs)
    for run in runs:
        left, top, right, bottom = safe(template, run["bottom"])
        inside = run["left"] >= left - 0.5 and run["right"] <= right + 0.5
        assert inside, f"{run['kind']} from {run['left']:.0f} to {run['right']:.0f} px, safe is {left} to {right}"
        inside = run["top"] >= top - 0.5 and run["bottom"] <= bottom + 0.5
        assert inside, f"{run['kind']} from {run['top']:.0f} to {run['bottom']:.0f} px, safe is {top} to {bottom}"
    assert lines(runs, "text") <= 4
    for box in boxes:
        if box["fit"]:
            assert box["wide"] <= 1, f"{box['kind']} is {box['wide']} px wider than its box"
            assert lines(runs, box["kind"]) * box["lead"] <= box["room"] + 1, f"{box['kind']} is cut"
        if box["kind"] == "text":
            assert box["size"] >= 40
    for one, other in itertools.combinations(boxes, 2):
        apart = (
            one["right"] <= other["left"] + 1
            or other["right"] <= one["left"] + 1
            or one["bottom"] <= other["top"] + 1
            or other["bottom"] <= one["top"] + 1
        )
        assert apart, f"{one['kind']} lies on {other['kind']}"
    return boxes
