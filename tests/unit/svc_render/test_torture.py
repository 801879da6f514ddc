"""Texts that break pages: in every built-in template they fit, are shown as they are, and run and load nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from svc_render.sheets import ORIGIN
from svc_render.values import clean
from tests.unit.svc_render.conftest import KEYS, Bench, check, safe

if TYPE_CHECKING:
    from numpy.typing import NDArray

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.slow]

FAMILY = "👩‍👩‍👧‍👦"
ZALGO = "Z\u0351\u036b\u0343\u036a\u0302A\u0334\u0335\u031c\u0330\u0354L\u0341\u033b\u0323G\u0323\u0331\u0316O\u0327"
HAN = f"“一年之计在于春”——读书、写字……每天十页。{FAMILY * 6} 日本語のひらがな。한국어 문장 🇨🇳🇯🇵🇰🇷👍🏽"
BOTH = 'كل كتاب باب إلى عالم آخر (باب) "The Power" שלום עולם, 1984 ספרים ו־20% יותר. \u202eabc\u202c ثم עברית.'
MARKS = f"การอ่านหนังสือวันละสิบหน้าทำให้เราเปลี่ยนวิธีคิด ผู้ใหญ่ที่ดี {ZALGO} Tiếng Việt có dấu: ẫ ổ ữ. "
MARKUP = (
    "<b>1 < 2 && 3 > 2</b> \"double\" 'single' {{text}} {{title=x}} a\x00b\x1b </p></style></title>"
    "<script>window.ran=1</script><img src=https://pixelle.example/x.png onerror=window.ran=2> &lt;i&gt; `x` -->"
)
CASES = {
    "200 words": ("en", " ".join(f"word{number}," for number in range(200))),
    "80 letters": ("de", "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"),
    "cjk and emoji": ("zh", HAN * 2),
    "both directions": ("ar", BOTH),
    "marks": ("th", MARKS * 3),
    "markup": ("en", MARKUP),
}
FOREIGN = """() =>
  document.querySelectorAll('script,b,i:not([class]),iframe,img:not([src^="https://page.pixelle/"])').length"""
HIDE = "*, ::before, ::after { color: transparent !important; text-shadow: none !important }"
PLAIN = "*, ::before, ::after { text-shadow: none !important }"


def edges(changed: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is true."""
    rows, columns = np.flatnonzero(changed.any(axis=1)), np.flatnonzero(changed.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("key", KEYS)
async def test_any_text_fits_and_stays_text(bench: Bench, key: str, case: str) -> None:
    language, text = CASES[case]
    asked: list[str] = []

    answer = bench.tab.session.on["Fetch.requestPaused"]

    def note(event: Any) -> None:
        asked.append(event["request"]["url"])
        answer(event)

    bench.tab.session.on["Fetch.requestPaused"] = note
    try:
        names: dict[str, str] = dict.fromkeys(("brand", "author", "signature", "describe"), text[:200])
        template = await bench.show(key, text=clean(text), title=clean(text), index=0, language=language, params=names)
    finally:
        bench.tab.session.on["Fetch.requestPaused"] = answer
    assert asked
    assert all(url.startswith((ORIGIN, "data:")) for url in asked)
    assert await bench.own("window.ran === undefined")
    assert await bench.ask(FOREIGN) == 0
    boxes = await check(bench, template)
    for box in boxes:
        if box["kind"] in {"text", "title"}:
            shown = box["text"].removesuffix("…")
            assert clean(text).startswith(shown)
            assert len(shown) >= 12
            assert shown == clean(text) or box["text"].endswith("…")
    if case == "marks":  # what a letter paints may be larger than its box
        await bench.restyle(PLAIN)
        with_text = await bench.pixels("#7a8a99")
        await bench.restyle(HIDE)
        painted = (with_text != await bench.pixels("#7a8a99")).any(axis=2)
        for first, last in ((0, 900), (900, template.height)):  # the apps' buttons lie in the lower part
            if painted[first:last].any():
                left, top, right, bottom = edges(painted[first:last])
                inner = safe(template, last)
                assert left >= inner[0] - 8
                assert first + top >= inner[1] - 8
                assert right <= inner[2] + 8
                assert first + bottom <= inner[3] + 8
