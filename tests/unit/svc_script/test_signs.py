"""Markdown of pasted scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pixelle.script.v1 import script_pb2
from svc_script.requests import split_plan
from svc_script.signs import undecorated
from svc_script.splitting import split_script

if TYPE_CHECKING:
    from svc_script.splitting import SplitMode


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# The Interview\n\nHello.", "The Interview\n\nHello."),
        ("## Method ##\nHeat the oven.", "Method.\nHeat the oven."),
        ("- First, I slept\n- Then I ate!\n* [x] Done", "First, I slept.\nThen I ate!\nDone."),
        ("> Quoted **words**\n> again", "Quoted words\nagain"),
        ("**The end** \u2014 or _is_ it? ***Yes***, *really*.", "The end \u2014 or is it? Yes, really."),
        ("\u8fd9\u662f**\u91cd\u70b9**\u5185\u5bb9\n- \u8336", "\u8fd9\u662f\u91cd\u70b9\u5185\u5bb9\n\u8336\u3002"),
        ('See [the *boats*](https://a.b/c_(d)?x=1 "t") or <https://e.f>.', "See the boats or https://e.f."),
        ("| Name | Age |\n|------|:---:|\n| Mia | 9 |", "Name, Age.\nMia, 9."),
        ("```python\nprint(1)\n```\nuse `ls`", "print(1)\nuse ls"),
        ("1\\. Not a list, ~~old~~ new <!-- hidden -->", "1. Not a list, old new "),
    ],
)
def test_the_signs_go_and_the_words_stay(text: str, shown: str) -> None:
    assert undecorated(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4 is 24, 5 * 3 * 2 is 30, and snake_case_name stays.",
        "#1 of 3: C# and F# are fine. -5 \u00b0C, too.",
        "\u2014 Hola, dijo.\n\u2013 Adi\u00f3s.",
        "She said [quietly]: a < b > c | d.",
        "1. One\n2. Two",
        "Wait... * * *",
        "[pause 0.5s] Go.",
    ],
)
def test_what_is_no_markdown_stays(text: str) -> None:
    assert undecorated(text) == text


@pytest.mark.parametrize("mode", ["paragraph", "line", "sentence"])
def test_no_word_of_a_script_is_lost(mode: SplitMode) -> None:
    text = '# A day\n\n**Morning** came.\n- We ate\n- We *ran* home\n\n> "Stop!" he said. See [it](http://x.y).\n\n---\n\nEnd'
    scenes = split_script(undecorated(text), mode)
    said = " ".join(re.findall(r"\w+", " ".join(scenes)))
    assert said == "A day Morning came We ate We ran home Stop he said See it End"
    assert not re.search(r"[*#>\[\]]", " ".join(scenes))


def test_a_script_that_is_nothing_but_signs_is_said_all_the_same() -> None:
    plan = script_pb2.NarrationPlan(text="```python", mode=script_pb2.SCRIPT_MODE_FIXED)
    assert split_plan(plan) == ["```python"]


def test_items_of_a_list_are_sentences_of_their_own() -> None:
    text = "What we saw:\n- A red boat\n- Two gulls\n"
    assert split_script(undecorated(text), "sentence") == ["What we saw: A red boat.", "Two gulls."]
