"""Long texts are read whole, part by part, before anything is written about them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import SecretStr

from pixelle.runtime.errors import FailedPrecondition
from svc_script.condensing import parts_of, tokens_of
from svc_script.engines.base import BoardBrief, NarrationBrief, WordRange
from svc_script.engines.openai import OpenaiEngine
from tests.contract.recorded_model import answer
from tests.vendor import Reply, vendor

BOOK = "\n\n".join(
    f"Chapter {number}. In that year the walkers of the valley built bridge {number}. It stood for many winters."
    for number in range(1, 3000)
)[:100_000]
DENSE = "".join(f"第{number}章讲述了人们怎样在山谷里修桥。" for number in range(6000))[:100_000]


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


@pytest.mark.parametrize(
    "text", [BOOK, DENSE, "x" * 100_000, "word " * 20_000], ids=["book", "dense", "one word", "no stop"]
)
def test_parts_hold_the_whole_text_and_are_never_too_large(text: str) -> None:
    parts = parts_of(text, 3000)
    assert all(tokens_of(part) <= 3100 for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", text)


def test_a_hundred_thousand_characters_are_shown_in_parts_and_the_notes_alone_are_written_about() -> None:
    with vendor(choose=answer) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr("k"), context=16_000)
        made.load("cpu")
        plan = NarrationBrief(BOOK, 5, WordRange(5, 20), "en")
        board = made.compose(BoardBrief(plan), lambda _index, _beat: None, silent)
        made.close()
    asked = [body["messages"][-1]["content"] for body in said.seen]
    reading, writing = asked[:-1], asked[-1]
    assert len(reading) == len(parts_of(BOOK, 6400))
    assert f"part 1 of {len(reading)} of a long text" in reading[0]
    last = re.findall(r"bridge (\d+)\.", BOOK)[-1]
    for number in (1, int(last) // 2, int(last)):
        assert sum(f"built bridge {number}." in told for told in reading) == 1
    assert "bridge" not in writing
    assert "wakes the body, clears the mind" in writing
    assert len(board.beats) == 5
    assert board.usage.calls == len(said.seen)


def test_what_the_model_reads_at_once_is_not_condensed() -> None:
    with vendor(choose=answer) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr("k"), context=120_000)
        made.load("cpu")
        made.narrate(NarrationBrief(BOOK, 5, WordRange(5, 20), "en"), silent)
        made.close()
    assert len(said.seen) == 1
    assert BOOK[-200:].strip() in said.asked


def test_a_model_that_condenses_nothing_is_an_error_not_a_loop() -> None:
    def useless(body: dict[str, Any]) -> Reply:
        del body
        return Reply("{}")

    with vendor(choose=useless) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr("k"))
        made.load("cpu")
        with pytest.raises(FailedPrecondition, match=r"Part 1 of \d+ of the long text") as caught:
            made.narrate(NarrationBrief(BOOK, 5, WordRange(5, 20), "en"), silent)
        made.close()
    assert caught.value.reason == "SCRIPT_UNUSABLE"
    assert len(said.seen) == 3
