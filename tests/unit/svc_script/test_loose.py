from __future__ import annotations

import json
from typing import Any

import pytest

from svc_script.loose import values_in

SAID = {"narration": 'She said "wait", and left: "now"', "n": 2, "ok": True, "none": None}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "She said "wait", and left."}', {"a": 'She said "wait", and left.'}),
        ('{"a": "x "y"", "b": "z"}', {"a": 'x "y"', "b": "z"}),
        ("{'a': 'It\\'s a dog', 'b': \"It's mine\"}", {"a": "It's a dog", "b": "It's mine"}),
        ("{'a': 'The dog's bone'}", {"a": "The dog's bone"}),
        ("{“a”: “b, c”, “d”: “e”}", {"a": "b, c", "d": "e"}),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
        ("{a: 1, b: [true, None, -2.5e1,],}", {"a": 1, "b": [True, None, -25.0]}),
        ('{"a": 1 // first\n, /* then */ "b": 2}', {"a": 1, "b": 2}),
        ('{"a": "b" "c": "d"}', {"a": "b", "c": "d"}),
        ('{"a": "b"\n"c": "d"}', {"a": "b", "c": "d"}),
        ('{"a": [{"b": "c"}{"b": "d"}]}', {"a": [{"b": "c"}, {"b": "d"}]}),
        ('{"a": [{"b": "c"}, {"b": "cut o', {"a": [{"b": "c"}]}),
        ('{"a": ["b", "c"', {"a": ["b", "c"]}),
        ('{"a": ["b", "c}', {"a": ["b"]}),
        ('{"a": [{"b": "c"}}', {"a": [{"b": "c"}]}),
        ('{"a": [{"b": "c"}], that is all}', {"a": [{"b": "c"}]}),
        ('{"a": [{"b": "c"}, {"b": as above}]}', {"a": [{"b": "c"}]}),
        ('{"a": "\\u00fc\\ud83d\\ude00 \\x",}', {"a": "ü😀 x"}),
        ("see [1] {and so on}: {'a': 'b'} [end]", {"a": "b"}),
    ],
)
def test_slips_of_models_are_read_as_they_were_meant(text: str, value: object) -> None:
    assert [found for found in values_in(text) if isinstance(found, dict)] == [value]


@pytest.mark.parametrize(
    "text", ["", "nothing", "{", "[", "{}", "[[]]", "[note]", "[5 words]", "[1]", "{as asked}", "{" * 5000, "[" * 5000]
)
def test_what_holds_nothing_is_nothing(text: str) -> None:
    assert not [found for found in values_in(text) if found != [[]]]


@pytest.mark.parametrize("indent", [None, 2])
def test_every_beginning_of_an_answer_gives_whole_entries_only(indent: int | None) -> None:
    text = json.dumps({"scenes": [SAID] * 3}, indent=indent)
    for end in range(len(text)):
        found: list[Any] = values_in(text[:end] + ",,")  # not what a strict reader takes
        assert all(entry == SAID for value in found for entry in value["scenes"])
