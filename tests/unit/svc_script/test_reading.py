"""Answers of language models, read whole and while they are written."""

from __future__ import annotations

import json
import random

import pytest

from svc_script.reading import Entries, read_entries, read_text
from svc_script.thinking import Unthought, without_thinking

BOARD = {
    "title": "T",
    "cast": [{"name": "a"}],
    "scenes": [{"narration": 'Say "scenes": [ { ]', "n": 1}, {"narration": "ü"}],
}


@pytest.mark.parametrize("seed", range(5))
def test_entries_come_out_as_soon_as_they_are_complete_however_the_text_is_cut(seed: int) -> None:
    text = f"Sure {{it}}!\n```json\n{json.dumps(BOARD, indent=seed or None, ensure_ascii=seed % 2 == 0)}\n```"
    chance, reader, found, at = random.Random(seed), Entries("scenes"), list[object](), 0
    while at < len(text):
        size = chance.randint(1, 9)
        found += reader.feed(text[at : at + size])
        at += size
    assert found == BOARD["scenes"]
    assert reader.head == {"title": "T", "cast": [{"name": "a"}]}


def test_an_entry_is_not_there_before_it_is_closed() -> None:
    reader = Entries("lines")
    assert reader.feed('{"lines": ["one", "tw') == ["one"]
    assert reader.feed('o"') == ["two"]
    assert reader.feed("]}") == []


@pytest.mark.parametrize(
    "answer",
    [
        '{"scenes": ["a", "b"]}',
        '```json\n{"scenes": ["a", "b"],}\n```',
        '{\'scenes\': ["a", "b"]}',
        '{scenes: ["a", "b"]}',
        '{“scenes”: ["a", "b"]}',
        '["a", "b"]',
        '{"result": {"scenes": ["a", "b"]}}',
        '{"script": ["a", "b"], "cast": [{"name": "x"}]}',
        '{"scene_1": "a", "scene_2": "b"}',
        "Here:\n1. a\n2. b\n",
        "- a\n- b",
        '<think>{"scenes": ["x"]}</think>{"scenes": ["a", "b"]}',
        '{"scenes": [\n// the first\n"a", "b"]}',
        '{"scenes": {"1": "a", "2": "b"}}',
        '{"Scenes": {"scene_1": "a", "scene_2": "b"}}',
        '{"scenes": [["a", "b"]]}',
        '{"name": "answer", "arguments": {"result": {"scenes": ["a", "b"]}}}',
        '{"name": "answer", "arguments": "{\\"scenes\\": [\\"a\\", \\"b\\"]}"}',
        '[{"scenes": ["a", "b"]}]',
        "{'scenes': ['a', 'b']}",
        "{“scenes”: [“a”, “b”]}",
        '{"scenes": [\n"a"\n"b"\n]}',
        '{"scenes": ["a", /* then */ "b"',
        '{"scenes": ["a", "b"}',
        'Draft:\n```json\n{"scenes": ["x"]}\n```\nBetter:\n```json\n{"scenes": ["a", "b"]}\n```',
        '{"type": "object", "required": ["scenes"]}\n{"scenes": ["a", "b"]}',
        '[INST] {as asked} [/INST] {"scenes": ["a", "b"]}',
        '[THINK]{"scenes": ["x"]}[/THINK]{"scenes": ["a", "b"]}',
        '<seed:think>{"scenes": ["x"]}</seed:think>{"scenes": ["a", "b"]}',
    ],
)
def test_lists_are_found_in_what_models_make_of_them(answer: str) -> None:
    assert read_entries(answer, "scenes")[1] == ["a", "b"]


@pytest.mark.parametrize(
    "answer",
    [
        '{"title": "T", "scenes": [{"narration": "A"}, {"narration": "B"}]}',
        '{"TITLE": "T", "storyboard": {"scenes": [{"narration": "A"}, {"narration": "B"}]}}',
        '[{"title": "T"}, {"narration": "A"}, {"narration": "B"}]',
        '{"narration": "A"}\n{"narration": "B"}',
        '{"title": "T", "story": {"scenes": {"1": {"narration": "A"}, "2": {"narration": "B"}}}}',
    ],
)
def test_scenes_are_found_whatever_stands_round_them(answer: str) -> None:
    head, found = read_entries(answer, "scenes")
    assert found == [{"narration": "A"}, {"narration": "B"}]
    assert head.get("title") == ("T" if '"title"' in answer.lower() and answer[0] == "{" else None)


@pytest.mark.parametrize("answer", ["", "I cannot do that.", '{"scenes": ["a', "{}", "[]", "<think>1. a"])
def test_where_there_is_no_list_none_is_found(answer: str) -> None:
    assert read_entries(answer, "scenes")[1] == []


def test_texts() -> None:
    assert read_text('{"Title": "A"}', "title") == "A"
    assert read_text('{"headline": "A"}', "title") == "A"
    assert read_text("Just A", "title") == "Just A"
    assert read_text('{"title": ""}', "title") == ""
    assert read_text('{"title": "cut', "title") == ""


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<think>a</think>b", "b"),
        ("<THINKING>\na\n</THINKING>\n\nb", "b"),
        ("a</think>b", "b"),
        ("<think>never ends", ""),
        ("<reasoning>x</reasoning>b<think>y</think>c", "bc"),
        ("<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>b", "b"),
        ("◁think▷x◁/think▷b", "b"),
        ("1 < 2 <b>x</b>", "1 < 2 <b>x</b>"),
        ("[THINK]x[/THINK]b", "b"),
        ("<|START_THINKING|>x<|END_THINKING|><|START_RESPONSE|>b<|END_RESPONSE|>", "b"),
        ('<seed:think budget="1">x</seed:think>b', "b"),
        ("[think] again [THIN", "[think] again [THIN"),
        ("<|channel|>final <|constrain|>json<|message|>b<|return|>", "b"),
    ],
)
def test_thinking_is_taken_out(text: str, left: str) -> None:
    assert without_thinking(text) == left
    if "</think>" not in text or "<think>" in text:  # streamed, a missing opening tag is known too late
        for size in (1, 3, 100):
            live = Unthought()
            shown = "".join(live.feed(text[at : at + size]) for at in range(0, len(text), size)) + live.rest()
            assert shown.strip() == left
