"""Lines end neither before the number of a name nor after the one letter of a prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from svc_render.hyphens import kept, kept_in_parts
from svc_render.messages import spoken

if TYPE_CHECKING:
    from tests.unit.svc_render.conftest import Bench

STARTS = """() => {
  const node = document.querySelector('.text').firstChild, range = document.createRange(), starts = [];
  let last = -1e9;
  [...node.data].forEach((letter, at) => {
    range.setStart(node, at); range.setEnd(node, at + 1);
    const {top, width, height} = range.getBoundingClientRect();
    if (width && top > last + height / 2) { starts.push(node.data.slice(at, at + 3)); last = top; }
  });
  return starts;
}"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("GPT-4, COVID-19.", "GPT-|4, COVID-|19."),
        ("an e-mail, a T-shirt", "an e-|mail, a T-|shirt"),
        ("את ה-iPhone ב-2024", "את ה-|iPhone ב-|2024"),
        ("well-known state-of-the-art - 5 -5 a- b", "well-known state-of-the-art - 5 -5 a- b"),
        ("in-4k x_-4 978-123456", "in-4k x_-4 978-123456"),
    ],
)
def test_only_short_ends_are_kept(text: str, wanted: str) -> None:
    assert kept(text) == wanted.replace("|", "\u2060")
    assert "".join(kept_in_parts(list(text))) == kept(text)
    assert len(kept_in_parts(list(text))) == len(text)


@pytest.mark.parametrize("mode", [render_pb2.CAPTION_MODE_WORD, render_pb2.CAPTION_MODE_LINE])
def test_captions_keep_them_too(mode: Any) -> None:
    said = enumerate(["Try", "GPT", "4"])
    words = [core_pb2.Word(text=part, start_seconds=at, end_seconds=at + 0.5) for at, part in said]
    asked = render_pb2.RenderClipRequest(captions=mode, page=render_pb2.Page(text="Try GPT-4"))
    asked.narration.CopyFrom(core_pb2.Narration(duration_seconds=3.0, words=words))
    found = spoken(asked)
    assert found
    assert "".join(text for text, _ in found.parts) == "Try GPT-\u20604"


@pytest.mark.asyncio(loop_scope="module")
async def test_a_browser_ends_no_line_there(bench: Bench) -> None:
    cut = whole = 0
    for more in range(1, 14):
        text = "We asked " + "a" * more + " GPT-4 why COVID-19 made so many people write an e-mail about the F-16."
        for shown in (text, kept(text)):
            await bench.show("1080x1920/image_default.html", text=shown)
            ends = [start for start in await bench.ask(STARTS) if start[:2] in {"4 ", "19", "16"} or start == "mai"]
            cut, whole = (cut + len(ends), whole) if shown == text else (cut, whole + len(ends))
    assert cut > 0, "as browsers do it"
    assert whole == 0
