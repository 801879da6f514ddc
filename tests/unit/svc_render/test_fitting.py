"""Texts shrink before their words are broken, and lines end where phrases do."""

from __future__ import annotations

import io
import unicodedata
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from svc_render import browser as browsing
from svc_render.catalog import base_style
from svc_render.sheets import Sheet

if TYPE_CHECKING:
    from svc_render.browser import Browser

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONG = "Donaudampfschifffahrtsgesellschaft"
# how many lines a word stands on, and the size of the text in pixels
MEASURE = """
word => {
  const text = document.querySelector('p').firstChild;
  const range = document.createRange();
  const at = text.data.indexOf(word);
  range.setStart(text, at);
  range.setEnd(text, at + word.length);
  return [range.getClientRects().length, parseFloat(getComputedStyle(text.parentElement).fontSize)];
}
"""


async def measured(browser: Browser, text: str, word: str, style: str, language: str) -> tuple[int, float]:
    tab = await browsing.open_tab(await browser._running())
    html = (
        f"<!doctype html><style>{base_style()}</style><style>body{{margin:0;width:800px;overflow-wrap:anywhere;"
        f"display:flex;flex-direction:column;{style}}}p{{margin:0;max-height:4lh;overflow:hidden;font-size:60px}}</style>"
        f'<p data-fit="20">{text}</p>'
    )
    await tab.draw(Sheet(html=html, width=800, height=600, language=language))
    found: Any = await tab.evaluate(MEASURE, word)
    await tab.close()
    return int(found[0]), float(found[1])


@pytest.mark.parametrize("style", ["", "align-items:flex-start", "align-items:center"])
async def test_a_long_word_is_made_smaller_and_not_broken(browser: Browser, style: str) -> None:
    lines, size = await measured(browser, f"Die {LONG} wurde 1829 gegründet.", LONG, style, "de")
    assert lines == 1
    assert 30 < size < 60


async def test_a_word_too_long_at_the_smallest_size_is_broken_at_the_largest_that_fits(browser: Browser) -> None:
    lines, size = await measured(browser, f"Oh {LONG * 3} oh.", LONG * 3, "", "de")
    assert lines > 1
    assert size > 40


async def test_words_of_usual_length_keep_their_size(browser: Browser) -> None:
    assert await measured(browser, "Water and time.", "Water", "", "en") == (1, 60.0)


@pytest.mark.parametrize(
    ("text", "word", "language"),
    [
        ("夜十時を過ぎたら、スマートフォンを置きましょう。", "スマートフォン", "ja"),
        ("오늘은 사랑하는 사람들에게 편지를 써 보세요.", "사람들에게", "ko"),
    ],
)
async def test_lines_end_between_words_that_are_written_together(
    browser: Browser, text: str, word: str, language: str
) -> None:
    lines, _ = await measured(browser, text, word, "", language)
    assert lines == 1


async def test_a_page_is_not_painted_before_everything_is_in_its_place(browser: Browser) -> None:
    tab = await browsing.open_tab(await browser._running())
    html = "<!doctype html><style>*{transition:all 9s 9s}body{background:#f00}</style><p>x"
    state = "() => getComputedStyle(document.querySelector('p')).visibility"
    opened: list[str] = []
    evaluate = tab.evaluate

    async def watched(script: str, *arguments: object) -> Any:
        if not opened:
            opened.append(await evaluate(state))
        return await evaluate(script, *arguments)

    tab.evaluate = watched  # the first script that the page's drawing runs
    drawing = await tab.draw(Sheet(html=html, width=64, height=64))
    assert opened == ["hidden"]
    assert await evaluate(state) == "visible", "a transition does not delay it"
    with Image.open(io.BytesIO(drawing.png)) as image:
        assert image.convert("RGB").getpixel((60, 60)) == (255, 0, 0)
    await tab.close()


@pytest.mark.parametrize(
    "text",
    ["हम पढ़ते हैं। " * 40, "نقرأ كل يوم، " * 40, "We read, “and — " * 40, "Read (a lot) - " * 40, "我们读书；" * 60],
)
async def test_an_ellipsis_stands_after_a_word(browser: Browser, text: str) -> None:
    tab = await browsing.open_tab(await browser._running())
    for width in range(300, 800, 50):
        style = f"margin:0;font-size:40px;width:{width}px;height:3lh;overflow:hidden"
        html = f'<!doctype html><p data-fit="40" style="{style}">{text}</p>'
        drawing = await tab.draw(Sheet(html=html, width=800, height=400, text=text))
        shown: Any = await tab.evaluate("() => document.querySelector('p').textContent")
        assert drawing.unseen == "cut"
        assert shown.endswith("…")
        assert unicodedata.category(shown[-2])[0] in "LMN" or shown[-2] == ")", shown
    await tab.close()


@pytest.mark.parametrize(
    ("html", "unseen"),
    [
        ("<div style='height:900px'></div><p>{}</p>", "away"),
        ("<div style='height:900px'></div><p>{}</p><h1 style='position:absolute;top:9px'>{}</h1>", ""),
        ("<div style='height:900px'></div><p style='display:none'>{}</p>", ""),
        ("<div style='height:390px'></div><p style='margin:0'>{}</p>", ""),
        ("<p style='position:absolute;left:-900px'>{}</p>", "away"),
        ("<p>another</p>", ""),
    ],
)
async def test_a_text_outside_of_the_page_is_told(browser: Browser, html: str, unseen: str) -> None:
    tab = await browsing.open_tab(await browser._running())
    drawing = await tab.draw(
        Sheet(html="<!doctype html>" + html.replace("{}", "few words"), width=800, height=400, text="few words")
    )
    await tab.close()
    assert drawing.unseen == unseen
