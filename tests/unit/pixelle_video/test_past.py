"""What a finished task was given, as `generate_video` takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import httpx

from pixelle_video.assets import Asset
from pixelle_video.past import History
from pixelle_video.tasks import Tasks, storyboard_of
from pixelle_video.transport import Transport

if TYPE_CHECKING:
    from pathlib import Path


async def test_requests_become_arguments(tmp_path: Path) -> None:
    given = {
        "text": "Reading",
        "voice_id": "tone/a",
        "callback_url": "https://example.com",
        "priority": 9,
        "loras": [{"path": "ink", "weight": 0.5}, {"path": "oil"}],
        "assets": ["a.png", {"path": "b.png", "caption": "the sea"}],
        "storyboard": {"title": "T", "scenes": [{"narration": "One.", "asset": 2}]},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        assert (request.method, request.url.raw_path) == ("POST", b"/api/history/20261123_ab/duplicate")
        return httpx.Response(200, json={"request": given})

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://gateway")
    tasks = Tasks(Transport(client), tmp_path, local=False)
    async with client:
        found = await History(lambda: tasks).duplicate_task("20261123_ab")
    board: Any = found.pop("storyboard")
    assert found == {
        "text": "Reading",
        "tts_voice": "tone/a",
        "loras": [("ink", 0.5), ("oil", 1.0)],
        "assets": ["a.png", Asset("b.png", "the sea")],
    }
    assert (board.title, board.frames[0].narration, board.frames[0].asset) == ("T", "One.", 2)


def test_the_storyboard_of_a_task_that_failed_is_not_complete() -> None:
    plan = {"title": "T", "scenes": [{"index": 0, "narration": "One."}]}
    moment = "2026-11-22T10:00:00+00:00"
    task = cast("dict[str, Any]", {"result": None, "created_at": moment, "completed_at": moment})
    board = storyboard_of(plan, task, None)
    assert (board.is_completed, board.total_duration, board.progress) == (False, 0.0, 0.0)
