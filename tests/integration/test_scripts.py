"""What a caller asks of a script reaches the model and comes back, through gateway and service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.contract.recorded_model import answer
from tests.embedded import ENGINES, embedded
from tests.vendor import vendor

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ASKED = {
    "text": "Why walking is good for you",
    "style": "for tired commuters",
    "target_seconds": 24,
    "n_scenes": 5,
    "frame_template": "1080x1920/image_default.html",
}


async def test_a_planned_storyboard_is_as_it_was_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "script", "openai")
    monkeypatch.setenv("PIXELLE_LLM_MODEL", "recorded")
    monkeypatch.setenv("PIXELLE_LLM_PRICE_INPUT", "1")
    monkeypatch.setenv("PIXELLE_LLM_PRICE_OUTPUT", "2")
    with vendor(choose=answer) as said:
        monkeypatch.setenv("PIXELLE_LLM_BASE_URL", said.url)
        async with embedded(tmp_path) as http:
            got = await http.post("/api/storyboards", json=ASKED)
            assert got.status_code == 200, got.text
            board: dict[str, Any] = got.json()["storyboard"]
            assert "Audience and tone: for tired commuters." in said.asked
            assert "10 to 14 words" in said.asked

            bare = {**board, "scenes": [{**scene, "image_prompt": ""} for scene in board["scenes"][:2]]}
            again = await http.post("/api/storyboards", json={"text": "x", "storyboard": bare})
            assert again.status_code == 200, again.text
            impossible = await http.post("/api/storyboards", json=ASKED | {"max_narration_words": 6})
            assert impossible.status_code == 400
            assert impossible.json()["reason"] == "TARGET_UNREACHABLE"
            later = await http.post("/api/video/generate/async", json=ASKED | {"max_narration_words": 6})
            assert (later.status_code, later.json()["reason"]) == (400, "TARGET_UNREACHABLE")
    assert [scene["index"] for scene in board["scenes"]] == list(range(5))
    assert [member["name"] for member in board["cast"]] == ["Lee"]
    assert board["usage"] == {"input_tokens": 300, "output_tokens": 200, "calls": 1, "cost": 0.0007, "currency": "USD"}
    for made in (board, again.json()["storyboard"]):
        for scene in made["scenes"]:
            assert scene["image_prompt"].endswith(board["style"])
            assert ("Lee, slim man" in scene["image_prompt"]) == ("Lee" in scene["image_prompt"])
    assert f"do not describe technique in them: {board['style']}" in said.seen[1]["messages"][-1]["content"]
    assert len(said.seen) == 2  # the impossible one cost nothing
