"""Ends of tasks as errors, and output paths checked before work is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.errors import (
    Cancelled,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    PixelleError,
    ResourceExhausted,
    Unavailable,
)
from pixelle_video.tasks import failure, put_at, writable

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


def test_output_paths(tmp_path: Path) -> None:
    target = tmp_path / "new" / "video.mp4"
    assert writable(target) == target
    assert target.parent.is_dir()
    assert not list(target.parent.iterdir())
    for bad in (tmp_path, tmp_path / "new" / "video.mp4" / ".."):
        with pytest.raises(InvalidArgument, match="is a folder"):
            writable(bad)
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidArgument, match="Cannot write"):
        writable(tmp_path / "file" / "video.mp4")


def test_a_copy_is_whole_or_not_there(tmp_path: Path) -> None:
    source, target = tmp_path / "final.mp4", tmp_path / "out" / "video.mp4"
    source.write_bytes(b"video")
    put_at(source, target)
    assert target.read_bytes() == b"video"
    put_at(source, source)
    assert source.read_bytes() == b"video"
    with pytest.raises(PixelleError):
        put_at(tmp_path / "gone.mp4", target)
    assert target.read_bytes() == b"video"
    assert list(target.parent.iterdir()) == [target]
