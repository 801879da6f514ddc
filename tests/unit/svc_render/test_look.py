"""The rules of look that every built-in template keeps, measured in the real browser: safe areas, lines, contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from svc_render.catalog import BUILT_IN, Catalog
from tests.unit.svc_render.conftest import BOXES, KEYS, READ, Bench, check

if TYPE_CHECKING:
    from numpy.typing import NDArray


in_page = pytest.mark.asyncio(loop_scope="module")

FIRST = {f"1080x1920/{name}.html" for name in ("image_default", "static_default", "static_excerpt", "video_default")}
# what `make quick` measures of FIRST alone; it measures safe areas, lines, sizes, contrast and branding of every one
ALSO = [pytest.param(key, marks=() if key in FIRST else pytest.mark.slow) for key in KEYS]
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


def test_the_promised_templates_are_there() -> None:
    portrait = "book cartoon chalk default elegant excerpt full healing ink list long_text magazine modern mono neon"
    portrait += " note purple timeline"
    wide = "book default film full news postcard ultrawide_minimal wide_darktech"
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
    await check(bench, template)


@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_any_length_fits(bench: Bench, key: str) -> None:
    cases = ((SHORT, False), (FAIR, False), (WORDS_60, True), (LONG_WORD, False))
    for count, (text, cut) in enumerate(cases, start=1):
        template = await bench.show(key, text=text, index=count - 1 if count > 1 else 0, count=max(count, 1))
        boxes = await check(bench, template)
        shown = next(box["text"] for box in boxes if box["kind"] == "text")
        assert shown.endswith("…") is cut, text
        assert cut or shown == text


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_chinese_is_set_as_chinese(bench: Bench, key: str, index: int) -> None:
    template = await bench.show(key, text=CHINESE, title="阅读的力量", index=index, language="zh")
    boxes = await check(bench, template)
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
    boxes = await check(bench, template)
    text = next(box for box in boxes if box["kind"] == "text")
    runs = [run for run in await bench.ask(READ) if run["kind"] == "text"]
    if await bench.ask("() => getComputedStyle(document.querySelector('.text')).textAlign") != "center":
        assert all(abs(run["right"] - text["right"]) < 24 for run in runs)
    assert text["text"] == ARABIC


WRITTEN = {
    "he": "קריאה", "hi": "पढ़ना", "bn": "পড়া", "pa": "ਪੜ੍ਹਨਾ", "gu": "વાંચન", "ta": "படித்தல்", "te": "చదవడం",
    "kn": "ಓದುವುದು", "ml": "വായന", "si": "කියවීම", "th": "การอ่าน", "lo": "ການອ່ານ", "km": "ការអាន", "my": "ဖတ်ခြင်း",
    "ka": "კითხვა", "hy": "ընթերցում", "am": "ንባብ", "ar": "القراءة",
}  # fmt: skip
WIDTHS = """word => {
  const put = (face, weight) => {
    const one = document.body.appendChild(document.createElement('span'));
    Object.assign(one.style, {font: `${weight} 90px sans-serif`, fontFamily: face, position: 'absolute'});
    one.textContent = word;
    return one.getBoundingClientRect().width;
  };
  return [put('var(--sans)', 400), put('var(--sans)', 700), put('var(--serif)', 400)];
}"""


@pytest.mark.parametrize("language", WRITTEN)
@in_page
async def test_scripts_have_a_bold_face_and_one_with_serifs(bench: Bench, language: str) -> None:
    await bench.show(KEYS[0], text=WRITTEN[language], language=language)
    widths = await bench.ask(WIDTHS, WRITTEN[language])
    assert len({round(width, 1) for width in widths}) == 3, widths
    lead = await bench.ask("() => parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--lead'))")
    assert (lead > 1.4) is (language not in {"he", "ka", "hy", "am"})


async def legible(bench: Bench, backdrop: str) -> None:
    """Every text of the open page stands out by 4.5:1, words to come by 3:1."""
    await bench.ask(SPEAK, 9)
    runs = await bench.ask(READ)
    await bench.restyle(HIDE_TEXT)
    ground = await bench.pixels(backdrop)
    coming = [run for run in runs if run["opacity"] <= 0.61]
    assert coming
    assert any("spoken" in run["word"] for run in runs)
    for run in runs:
        least = 3.0 if run in coming else 4.5
        found = _contrast(run, ground)
        assert found >= least, f"{run['kind']} {run['word']} on {backdrop}: {found:.2f}"


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_text_stands_out_from_bright_and_dark_pictures(bench: Bench, key: str, index: int) -> None:
    static = key.rpartition("/")[2].startswith("static")
    for color in ("#808080",) if static else ("#ffffff", "#000000"):
        await bench.show(key, text=FAIR, index=index, params=NAMES, color=color)
        await legible(bench, color)


@pytest.mark.parametrize("index", [0, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_text_stands_out_from_any_background(bench: Bench, key: str, index: int) -> None:
    if not bench.catalog.get(key).loads("background"):
        assert "background" not in (BUILT_IN / key).read_text().partition("<body>")[2]
        return
    for background in ("#ffffff", "#000000"):
        await bench.show(key, text=FAIR, index=index, params=NAMES, background=background)
        await legible(bench, "#7a8a99")


@pytest.mark.parametrize("index", [0, 2])
@pytest.mark.parametrize("key", KEYS)
@in_page
async def test_empty_branding_takes_no_space(bench: Bench, key: str, index: int) -> None:
    await bench.show(key, text=FAIR, index=index)
    with_empty = await bench.ask(BOXES)
    await bench.ask(
        "() => document.querySelectorAll('.brand,.author,.describe,.signature,.deck').forEach(e => e.remove())"
    )
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
    assert {run["opacity"] for run in await bench.ask(READ) if run["word"] == "word"} == {0.6}, "all are to come"
    plain = await bench.ask(READ)
    await bench.ask(SPEAK, 4)
    marked = await bench.ask(READ)
    assert await bench.ask(BOXES) == before
    places = ("left", "top", "right", "bottom")
    assert [[run[at] for at in places] for run in marked] == [[run[at] for at in places] for run in plain]
    assert {run["opacity"] for run in marked if run["word"] == "word"} == {0.6, 1}
