"""A recorded language model: it answers the questions of the script service out of one kept storyboard."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.recorded import Recording, recording
from tests.recorded.chat import saying
from tests.vendor import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ENVELOPES", "answer", "answering"]

ENVELOPES = (
    "openai/stream-padded",
    "openai/whole",
    "deepseek/thinking",
    "qwen/thinking",
    "moonshot/thinking",
    "ollama/thinking",
    "llama-server/stream",
)
"""Kept replies of vendors in which an answer can come. Azure's counts no tokens, for it was not asked to."""
_THOUGHT = 'They want JSON. Something like {"title": "?", "scenes": [{"narration": "?"}]} will do.'
_KEPT: dict[str, Any] = json.loads((Path(__file__).parent / "walking.json").read_text("utf-8"))


def answer(body: dict[str, Any]) -> Reply:
    """The kept reply to a request, cut to the number of scenes that it asks for."""
    turns: list[dict[str, str]] = body["messages"]
    asked = "\n".join(turn["content"] for turn in turns)
    if "of a long text. Condense it" in asked:
        return _json({"notes": _KEPT["notes"]})
    if "Find a title" in asked:
        return _json({"title": _KEPT["title"]})
    if found := re.search(r"each of the (\d+) narrations", asked):
        pictures = [scene["image_prompt"] for scene in _KEPT["scenes"]]
        few = [pictures[index % len(pictures)] for index in range(int(found[1]))]
        return _json({"style": _KEPT["style"], "cast": _KEPT["cast"], "image_prompts": few})
    if found := re.search(r"exactly (\d+) scenes", asked):
        return _json(
            {name: _KEPT[name] for name in ("title", "style", "cast")} | {"scenes": _scenes(asked, int(found[1]))}
        )
    return Reply("Walking is good for you.", usage=(5, 6))


def answering(name: str) -> Callable[[dict[str, Any]], Recording]:
    """`answer` in the recorded form of a vendor; models that think aloud do."""
    kept, thinking = recording(name), _THOUGHT if name.endswith("/thinking") else ""
    return lambda body: saying(kept, answer(body).text, thinking)


def _scenes(asked: str, count: int) -> list[dict[str, str]]:
    """Where long narrations are asked for, neighbours are joined."""
    low = int((re.search(r"has (\d+) to \d+ words", asked) or ["", "1"])[1])
    each = 1
    while each * 10 < low:
        each += 1
    kept = _KEPT["scenes"]
    return [
        {
            "narration": " ".join(scene["narration"] for scene in kept[index * each : (index + 1) * each]),
            "image_prompt": kept[index * each]["image_prompt"],
        }
        for index in range(count)
    ]


def _json(value: object) -> Reply:
    return Reply(json.dumps(value), usage=(300, 200))
