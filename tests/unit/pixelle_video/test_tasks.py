"""Ends of tasks as errors, and ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from pixelle.runtime.errors import (
    Cancelled,
    FailedPrecondition,
    Internal,
    NotFound,
    PixelleError,
    ResourceExhausted,
    Unavailable,
)
from pixelle_video.tasks import Tasks, failure, task_path
from pixelle_video.transport import Transport

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("detail", "kind"),
    [
        ({"reason": "SERVICE_DOWN", "retryable": True, "stage": "narrate", "scene": 0, "service": "tts"}, Unavailable),
        ({"reason": "ENGINE_NOT_INSTALLED", "retryable": False}, FailedPrecondition),
        ({"reason": "BUG", "retryable": False}, Internal),
        ({"reason": "STORE_FULL", "retryable": True, "status": 429}, ResourceExhausted),
        (None, Internal),
    ],
)
def test_a_failed_task_is_an_error_of_the_family(detail: dict[str, Any] | None, kind: type[PixelleError]) -> None:
    error = failure({"task_id": "t1", "status": "failed", "error": "It broke.", "error_detail": detail})
    assert type(error) is kind
    assert error.message == "It broke."
    assert error.details["task_id"] == "t1"
    if detail:
        assert error.reason == detail["reason"]
        assert error.details.get("scene") == ("0" if "scene" in detail else None)


def test_a_cancelled_task() -> None:
    assert isinstance(failure({"task_id": "t1", "status": "cancelled"}), Cancelled)


@pytest.mark.parametrize("bad", ["", ".", "..", "a/b", "a b", "a?b", None, 7])
def test_what_can_be_no_id_is_no_task(bad: Any) -> None:
    with pytest.raises(NotFound, match="not found") as caught:
        task_path(bad, "retry")
    assert caught.value.reason == "TASK_NOT_FOUND"
    assert task_path("20261123_1", "scenes", 2, of="/api/history") == "/api/history/20261123_1/scenes/2"


async def test_a_gateway_that_is_away_for_a_moment_is_asked_on_from_where_it_was(tmp_path: Path) -> None:
    asked: list[str] = []
    answers: list[dict[str, Any] | int] = [
        {"events": [{"sequence": 1}, {"sequence": 2}], "over": False},
        503,
        {"events": [{"sequence": 3}], "over": True},
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(200, json={"task_id": "t1"})
        if not request.url.path.endswith("/events"):
            return httpx.Response(200, json={"task_id": "t1", "status": "completed"})
        asked.append(request.url.params["since"])
        said = answers.pop(0)
        return httpx.Response(said) if isinstance(said, int) else httpx.Response(200, json=said)

    async def tell(event: dict[str, Any]) -> None:
        told.append(event["sequence"])

    told: list[int] = []
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://gateway") as client:
        task = await Tasks(Transport(client), tmp_path, local=False).run({}, tell)
    assert (task["status"], told, asked) == ("completed", [1, 2, 3], ["0", "2", "2"])
