"""Texts that are made to be slow to read take no longer than others of their length."""

from __future__ import annotations

import asyncio
import time
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.client import call
from pixelle.runtime.testing import running
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from pixelle.text.pauses import without_pauses
from svc_script.engines.base import WordRange
from svc_script.extract import carrying_text
from svc_script.plain import plain, unmarked
from svc_script.server import build
from svc_script.settings import ScriptSettings
from svc_script.signs import undecorated
from svc_script.speech import spoken
from svc_script.splitting import split_script
from svc_script.wording import shorten

if TYPE_CHECKING:
    from collections.abc import Callable

N = 100_000
MOST = 2.0
"""Seconds of CPU: a tenth of it is needed, and whatever looks at the rest of the text from each of its characters takes
more, some a minute, and lets nobody else work meanwhile."""
PAGE = "<p>a</p>" * 4


def filled(unit: str, head: str = "", tail: str = "") -> str:
    return head + unit * ((N - len(head) - len(tail)) // len(unit)) + tail


def by_paragraph(text: str) -> list[str]:
    return split_script(text, "paragraph")


def by_sentence(text: str) -> list[str]:
    return split_script(text, "sentence")


def shortened(text: str) -> str | None:
    return shorten(text, WordRange(1, 3))


def carried(text: str) -> list[str]:
    return carrying_text(text, WordRange(600, 800))[0]


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (unmarked, filled("![")),
        (unmarked, filled("![](")),
        (unmarked, filled("<!--")),
        (unmarked, filled("[^")),
        (undecorated, filled("![a](")),
        (undecorated, filled("<!--")),
        (undecorated, filled(" ", "- ", "\na cat.")),
        (undecorated, filled(" ", "# a", "x\n")),
        (plain, filled('<a b="', PAGE)),
        (plain, filled("<a ", PAGE)),
        (plain, PAGE + "<nav>" * 9_000 + "</div>" * 9_000),
        (by_paragraph, filled(" ", "A cat", "sat.")),
        (by_paragraph, filled("am 1. ")),
        (by_sentence, filled("Dr. ")),
        (by_sentence, filled("\n\u2000", "中", "文。")),
        (carried, "A. " * 16_000),
        (spoken, filled(" #a", "The cat sat", " x!")),
        (spoken, "Scene " + "*" * 8_000 + " a cat."),
        (shortened, filled("!", "The old cat sat on the ", "x mat.")),
        (without_pauses, filled(" ", "A [ cat", "sat.")),
    ],
)
def test_no_text_is_slower_to_read_than_others(read: Callable[[str], Any], text: str) -> None:
    began = time.process_time()
    read(text)
    assert time.process_time() - began < MOST


async def test_a_long_text_is_read_beside_other_answers() -> None:
    """A service may share its event loop with the gateway, which would answer nobody meanwhile."""
    plan = script_pb2.NarrationPlan(text="A. " * 30_000, mode=script_pb2.SCRIPT_MODE_FIXED)
    asked = script_pb2.CheckStoryboardRequest(request=script_pb2.WriteStoryboardRequest(plan=plan))
    async with running(build(ScriptSettings(script_engine="outline"))) as channel:
        stub = script_pb2_grpc.ScriptServiceStub(channel)
        reading = asyncio.create_task(call(stub.CheckStoryboard, asked, timeout=60, service="script"))
        turns = [time.monotonic()]
        while not reading.done():
            await asyncio.sleep(0.001)
            turns.append(time.monotonic())
    assert reading.result().scene_count == 18
    longest = max(after - before for before, after in pairwise(turns))
    assert longest < (turns[-1] - turns[0]) / 2


def test_comments_go_and_what_stands_around_them_stays() -> None:
    assert unmarked("One <!-- a\nb --> two <!-- three") == "One  two <!-- three"
    assert undecorated("One <!-- a --> two ![map](m_(1).png) three.") == "One  two  three."
    page = "<p>1 < 2 <!-- <b> --> and</p><p>x</p><p><a title='a > b'>link</a></p>"
    assert plain(page) == "1 < 2 and\n\nx\n\nlink"
    shown = f"<p>One<img src='data:image/png;base64,{'QUJD' * 5_000}'></p><p>Two</p><p>Three</p>"
    assert plain(shown) == "One\n\nTwo\n\nThree"


def test_hashtags_at_an_end_go() -> None:
    for text, said in (
        ("We won! #go", "We won!"),
        ("We won! #go#team \n", "We won!"),
        ("We won #go", "We won #go"),
        ("We won #go #team", "We won"),
        ("#go #team #win", "#go"),
        ("Learn C#net #a #b", "Learn C#net"),
        ("We won #go#team #a #b", "We won #go#team"),
        ("We won #go #team now", "We won #go #team now"),
    ):
        assert spoken(text) == said, text
