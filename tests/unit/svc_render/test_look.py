"""The rules of look that every built-in template keeps, measured in the real browser: safe areas, lines, contrast."""

from __future__ import annotations

import base64
import io
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from pixelle.runtime.errors import FailedPrecondition
from svc_render import browser as browsing
from svc_render.browser import Browser, find_browser
from svc_render.catalog import BUILT_IN, Catalog
from svc_render.pictures import Picture
from svc_render.tab import ORIGIN, Sheet

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from numpy.typing import NDArray

    from svc_render.template import Template

in_page = pytest.mark.asyncio(loop_scope="module")

KEYS = sorted(f"{path.parent.name}/{path.name}" for path in BUILT_IN.glob("*/*.html"))
FIRST = {f"1080x1920/{name}.html" for name in ("image_default", "static_default", "static_excerpt", "video_default")}
# what `make quick` measures of FIRST alone; it measures safe areas, lines, sizes, contrast and branding of every one
ALSO = [pytest.param(key, marks=() if key in FIRST else pytest.mark.slow) for key in KEYS]
TITLE = "The Power of Reading"
LONG_TITLE = "Why ten quiet pages every evening change the way you think"
SHORT = "Read every day."
FAIR = (
    "Reading ten pages a day adds up to a dozen books a year, and each one quietly changes how you think, speak "
    "and see other people."
)
WORDS_30 = FAIR.removesuffix(".") + ", even on the days that you forget."
WORDS_60 = f"{WORDS_30} {WORDS_30}"
CHINESE = "每天读十页书，一年就是十几本；它们会悄悄改变你思考、说话和看待他人的方式，让你更从容、更清醒。"
ARABIC = "كل كتاب باب إلى عالم آخر، والمفتاح في يدك اليوم، فلا تتأخر عن القراءة كل مساء."
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaften!"
NAMES = {"brand": "Pixelle", "author": "Ann Reader", "signature": "@pixelle", "describe": "A small habit, far reach"}

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
# First letter of each line of the spoken text.
LINE_STARTS = """() => {
  const node = document.querySelector('.text').firstChild, range = document.createRange(), starts = [];
  let last = -1e9;
  [...node.data].forEach((letter, at) => {
    range.setStart(node, at); range.setEnd(node, at + 1);
    const {top, height} = range.getBoundingClientRect();
    if (top > last + height / 2) { starts.push(letter); last = top; }
  });
  return starts;
}"""
SPEAK = """spoken => {
  const text = document.querySelector('.text'), words = text.textContent.split(' ');
  text.replaceChildren(...words.flatMap((word, at) => {
    const span = document.createElement('span');
    span.className = at === spoken ? 'word spoken' : 'word';
    span.textContent = word;
    return at ? [' ', span] : [span];
  }));
}"""
HIDE_TEXT = "*, ::before, ::after { color: transparent !important; transition: none !important }"


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
    ) -> Template:
        """Draw a page and leave it open."""
        template = self.catalog.get(key)
        known = {param.name for param in template.params}
        values = {name: value for name, value in (params or {}).items() if name in known}
        values |= {"title": title, "text": text, "index": str(index + 1), "count": str(count), "image": ""}
        pictures: dict[str, Picture] = {}
        if template.media == "image":
            values["image"] = f"{ORIGIN}/{color.strip('#')}"
            pictures[values["image"]] = _flat(color, template.media_width, template.media_height)
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
        return await self.tab.page.evaluate(script, *arguments)

    async def pixels(self, backdrop: str) -> NDArray[np.uint8]:
        """The open page as it is now over a colour: [height, width, 3]."""
        shot = await self.tab.session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        page = Image.open(io.BytesIO(base64.b64decode(shot["data"]))).convert("RGBA")
        over = Image.new("RGBA", page.size, backdrop)
        over.alpha_composite(page)
        return np.asarray(over.convert("RGB"))


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


def _flat(color: str, width: int, height: int) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (width, height), color).save(out, "PNG")
    return Picture(out.getvalue(), "image/png", width, height)


def _safe(template: Template, bottom: float) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what may hold text that reaches down to `bottom`."""
    match template.width, template.height:
        case 1080, 1920:
            return 72, 150, 960 if bottom > 900 else 1008, 1560
        case 1920, 1080:
            return 96, 54, 1824, 1026
        case _:
            return 64.8, 64.8, 1015.2, 1015.2


def _luminance(color: NDArray[np.float64]) -> NDArray[np.float64]:
    """Relative luminance (WCAG 2.2) of sRGB values 0 to 1, last axis."""
    linear = np.where(color <= 0.04045, color / 12.92, ((color + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def _contrast(run: dict[str, Any], ground: NDArray[np.uint8]) -> float:
    """Contrast of a run of text against what is painted behind it; all but the worst hundredth of the pixels."""
    # down to the baseline: below it lies the bar that marks a spoken word, which skips the ink of descenders
    base = run["top"] + 0.79 * (run["bottom"] - run["top"])
    behind = ground[int(run["top"]) : int(base) + 1, int(run["left"]) : int(run["right"]) + 1].reshape(-1, 3) / 255
    *color, alpha = [*run["color"], 1.0][:4]
    alpha *= run["opacity"]
    ink = _luminance(alpha * np.array(color) / 255 + (1 - alpha) * behind)
    paper = _luminance(behind)
    ratio = (np.maximum(ink, paper) + 0.05) / (np.minimum(ink, paper) + 0.05)
    return float(np.percentile(ratio, 1))


def _lines(runs: list[dict[str, Any]], kind: str) -> int:
    tops = sorted((run["top"] + run["bottom"]) / 2 for run in runs if run["kind"] == kind)
    size = max(run["size"] for run in runs if run["kind"] == kind)
    return 1 + sum(after - before > size / 2 for before, after in itertools.pairwise(tops))


async def _check(bench: Bench, template: Template) -> list[dict[str, Any]]:
    """Safe areas, no overflow, nothing on top of anything else, at most four lines, no smaller than 40 px."""
    runs = await bench.ask(READ)
    boxes = await bench.ask(BOXES)
    assert any(run["kind"] == "text" for run in runs)
    for run in runs:
        left, top, right, bottom = _safe(template, run["bottom"])
        inside = run["left"] >= left - 0.5 and run["right"] <= right + 0.5
        assert inside, f"{run['kind']} from {run['left']:.0f} to {run['right']:.0f} px, safe is {left} to {right}"
        inside = run["top"] >= top - 0.5 and run["bottom"] <= bottom + 0.5
        assert inside, f"{run['kind']} from {run['top']:.0f} to {run['bottom']:.0f} px, safe is {top} to {bottom}"
    assert _lines(runs, "text") <= 4
    for box in boxes:
        if box["fit"]:
            assert box["wide"] <= 1, f"{box['kind']} is {box['wide']} px wider than its box"
            assert _lines(runs, box["kind"]) * box["lead"] <= box["room"] + 1, f"{box['kind']} is cut"
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


def test_the_promised_templates_are_there() -> None:
    portrait = "book cartoon chalk default elegant excerpt full healing long_text magazine modern neon note purple"
    wide = "book default film full ultrawide_minimal wide_darktech"
    wanted = {f"1080x1920/image_{name}.html" for name in portrait.split()}
    wanted |= {f"1920x1080/image_{name}.html" for name in wide.split()}
    wanted |= {f"1080x1080/image_{name}.html" for name in ("default", "minimal_framed")}
    wanted |= {
        f"1080x1920/{name}.html" for name in ("static_default", "static_excerpt", "video_default", "video_healing")
    }
    wanted |= {"1920x1080/static_default.html", "1920x1080/video_default.html", "1080x1080/static_default.html"}
    assert wanted <= set(KEYS)


@pytest.mark.parametrize("key", KEYS)
def test_a_template_is_self_contained_and_tells_its_parameters(key: str) -> None:
    source = (BUILT_IN / key).read_text()
    for foreign in ("http://", "https://", "<script", "@import", "<link"):
        assert foreign not in source
    template = Catalog(BUILT_IN, default=key).get(key)
    params = {param.name: param for param in template.params}
    assert set(NAMES) <= set(params)
    assert all(params[name].default == "" for name in NAMES)
    assert params["accent_color"].kind == "color"
    assert params["title_font_size"].kind == "number"
    assert 72 <= float(params["title_font_size"].default) <= 96
    assert '<meta name="template:captions" content="word">' in source
    if template.media == "video":
        assert (template.media_width, template.media_height) == (template.width, template.height)


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_thirty_words_and_a_long_title_keep_the_rules(bench: Bench, key: str, index: int) -> None:
    template = await bench.show(key, text=WORDS_30, title=LONG_TITLE, index=index, params=NAMES)
    await _check(bench, template)


@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_any_length_fits(bench: Bench, key: str) -> None:
    cases = ((SHORT, False), (FAIR, False), (WORDS_60, True), (LONG_WORD, False))
    for count, (text, cut) in enumerate(cases, start=1):
        template = await bench.show(key, text=text, index=count - 1 if count > 1 else 0, count=max(count, 1))
        boxes = await _check(bench, template)
        shown = next(box["text"] for box in boxes if box["kind"] == "text")
        assert shown.endswith("…") is cut, text
        assert cut or shown == text


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_chinese_is_set_as_chinese(bench: Bench, key: str, index: int) -> None:
    template = await bench.show(key, text=CHINESE, title="阅读的力量", index=index, language="zh")
    boxes = await _check(bench, template)
    text = next(box for box in boxes if box["kind"] == "text")
    assert text["lead"] >= 1.4 * text["size"] - 0.5
    assert text["text"] == CHINESE
    assert all(box["synthesis"] == "none" for box in boxes)
    starts = await bench.ask(LINE_STARTS)
    assert not set(starts) & set("，。；、！？：”）》…")


@pytest.mark.parametrize("key", ALSO)
@in_page
async def test_arabic_starts_at_the_right(bench: Bench, key: str) -> None:
    template = await bench.show(key, text=ARABIC, title="قوة القراءة", language="ar")
    boxes = await _check(bench, template)
    text = next(box for box in boxes if box["kind"] == "text")
    runs = [run for run in await bench.ask(READ) if run["kind"] == "text"]
    if await bench.ask("() => getComputedStyle(document.querySelector('.text')).textAlign") != "center":
        assert all(abs(run["right"] - text["right"]) < 24 for run in runs)
    assert text["text"] == ARABIC


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_text_stands_out_from_bright_and_dark_pictures(bench: Bench, key: str, index: int) -> None:
    static = key.rpartition("/")[2].startswith("static")
    for color in ("#808080",) if static else ("#ffffff", "#000000"):
        await bench.show(key, text=FAIR, index=index, params=NAMES, color=color)
        await bench.ask(SPEAK, 9)
        runs = await bench.ask(READ)
        await bench.tab.page.add_style_tag(content=HIDE_TEXT)
        ground = await bench.pixels(color)
        spoken = [run for run in runs if "spoken" in run["word"]]
        coming = [run for run in runs if run["opacity"] <= 0.61]
        assert spoken
        assert coming
        for run in runs:
            least = 3.0 if run in coming else 4.5
            found = _contrast(run, ground)
            assert found >= least, f"{run['kind']} {run['word']} on {color}: {found:.2f}"


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_empty_branding_takes_no_space(bench: Bench, key: str, index: int) -> None:
    await bench.show(key, text=FAIR, index=index)
    with_empty = await bench.ask(BOXES)
    await bench.ask("document.querySelectorAll('.brand,.author,.describe,.signature,.deck').forEach(e => e.remove())")
    assert await bench.ask(BOXES) == with_empty
    assert {box["kind"] for box in with_empty} <= {"title", "kicker", "text", "folio"}


@pytest.mark.parametrize("key", ALSO)
@in_page
async def test_scene_one_has_the_title_and_later_ones_only_a_small_reminder(bench: Bench, key: str) -> None:
    await bench.show(key, text=SHORT, index=0)
    first = {box["kind"]: box for box in await bench.ask(BOXES)}
    await bench.show(key, text=SHORT, index=3)
    later = {box["kind"]: box for box in await bench.ask(BOXES)}
    assert 72 <= first["title"]["size"] <= 96
    assert first["title"]["size"] > first["text"]["size"]
    assert "title" not in later
    assert "kicker" not in later or later["kicker"]["size"] <= 34
    assert later["text"]["size"] >= first["text"]["size"]


@pytest.mark.parametrize("key", ALSO)
@in_page
async def test_marking_a_word_moves_nothing(bench: Bench, key: str) -> None:
    await bench.show(key, text=FAIR)
    before = await bench.ask(BOXES)
    await bench.ask(SPEAK, -1)
    assert all(run["opacity"] == 1 for run in await bench.ask(READ) if run["word"] == "word")
    plain = await bench.ask(READ)
    await bench.ask(SPEAK, 4)
    marked = await bench.ask(READ)
    assert await bench.ask(BOXES) == before
    places = ("left", "top", "right", "bottom")
    assert [[run[at] for at in places] for run in marked] == [[run[at] for at in places] for run in plain]
    assert len({run["opacity"] for run in marked if run["word"] == "word"}) == 2
