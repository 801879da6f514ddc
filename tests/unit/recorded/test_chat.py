"""Other words of a model leave everything else of a kept reply as it is."""

from __future__ import annotations

import json
import re

import pytest

from tests.recorded import Recording, recording
from tests.recorded.chat import cut_into, saying

STREAMS = (
    "openai/stream",
    "openai/stream-padded",
    "azure/stream",
    "deepseek/stream",
    "deepseek/thinking",
    "qwen/stream",
    "qwen/thinking",
    "moonshot/thinking",
    "claude/stream-gateway",
    "ollama/thinking",
    "vllm/stream",
    "vllm/length",
    "llama-server/stream",
    "llama-server/length",
)
THINKING = tuple(name for name in STREAMS if name.endswith("thinking"))
TEXT = 'He said: "Ä \\ 走 <b>"\nand left.' * 9


def said(kept: Recording, *fields: str) -> str:
    """What a client makes of the events."""
    events = [
        json.loads(event.removeprefix("data:"))
        for event in kept.content.decode().split("\n\n")
        if event.startswith("data:") and "[DONE]" not in event
    ]
    deltas = [choice["delta"] for event in events for choice in event["choices"]]
    return "".join(delta.get(field) or "" for delta in deltas for field in fields)


@pytest.mark.parametrize("name", STREAMS)
def test_other_words_are_said_in_the_recorded_form(name: str) -> None:
    kept = recording(name)
    other = saying(kept, TEXT)
    assert said(other, "content") == TEXT
    assert said(other, "reasoning", "reasoning_content") == ""
    assert len(other.chunks) > len(kept.chunks)
    bare = {re.sub(r'"(content|reasoning\w*)": ?"(\\.|[^"\\])*"', r'"\1":_', chunk) for chunk in kept.chunks}
    assert {re.sub(r'"(content|reasoning\w*)": ?"(\\.|[^"\\])*"', r'"\1":_', chunk) for chunk in other.chunks} <= bare


@pytest.mark.parametrize("name", STREAMS)
def test_the_recorded_words_give_the_recorded_bytes(name: str) -> None:
    kept = recording(name)
    assert saying(kept, said(kept, "content"), said(kept, "reasoning", "reasoning_content")).chunks == kept.chunks


@pytest.mark.parametrize("name", THINKING)
def test_other_thoughts(name: str) -> None:
    other = saying(recording(name), None, TEXT, finish="length")
    assert said(other, "content") == ""
    assert said(other, "reasoning", "reasoning_content") == TEXT
    assert '"length"' in other.content.decode()
    assert '"stop"' not in other.content.decode()


@pytest.mark.parametrize("name", ["openai/stream", "openai/whole"])
def test_no_thoughts_where_none_are_recorded(name: str) -> None:
    with pytest.raises(ValueError, match=r"thoughts|nothing is said"):
        saying(recording(name), "a", "b")


@pytest.mark.parametrize(("name", "text"), [("openai/whole", TEXT), ("llama-server/whole", None)])
def test_a_whole_answer(name: str, text: str | None) -> None:
    other = json.loads(saying(recording(name), text, finish="length").content)["choices"][0]
    assert (other["message"]["content"], other["finish_reason"]) == (text, "length")


def test_chunks_may_be_cut_anywhere() -> None:
    kept = recording("qwen/thinking")
    small = cut_into(kept, 7)
    assert small.content == kept.content
    assert {len(chunk) for chunk in small.chunks[:-1]} == {7}
