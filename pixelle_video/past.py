"""What has been made: tasks that have ended, listed, looked at, deleted, made again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.assets import Asset
from pixelle_video.plans import board_of
from pixelle_video.tasks import storyboard_of, task_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pixelle_video.tasks import Tasks

__all__ = ["History"]

_PATH = "/api/history"
_NOT_HERE = frozenset({"callback_url", "priority", "voice_id"})
"""What a request of the gateway may say and `generate_video` may not."""


class History:
    """Tasks that have ended: `await pixelle.history.get_task_list()`."""

    def __init__(self, ready: Callable[[], Tasks]) -> None:
        """ready: gives the gateway, or raises FailedPrecondition (NOT_INITIALIZED)."""
        self._ready = ready

    async def get_task_list(
        self,
        page: int = 1,
        page_size: int = 20,
        status: Literal["completed", "failed", "cancelled"] | None = None,
        sort_by: Literal["created_at", "completed_at", "title", "duration"] = "created_at",
        sort_order: Literal["asc", "desc"] = "desc",
    ) -> dict[str, Any]:
        """
        One page: `tasks`, `total`, `page`, `page_size`, `total_pages`.

        page: from 1. page_size: 1 to 200. Each task has `task_id`, `title`, `status`, `created_at`, `completed_at`
        (ISO 8601), `duration` (seconds), `file_size` (bytes), `n_frames`, `video_path`, `input`, `error` and more.
        Raises PixelleError.
        """
        if sort_order not in {"asc", "desc"}:
            raise InvalidArgument(f"sort_order is {sort_order!r}; give 'asc' or 'desc'.", reason="SCHEMA")
        query: dict[str, str | float] = {
            "page": page,
            "page_size": page_size,
            "sort": f"-{sort_by}" if sort_order == "desc" else sort_by,
            "statistics": "false",
        }
        if status is not None:
            query["status"] = status
        said = await self._ready().transport.ask("GET", _PATH, query=query)
        names = ("total", "page", "page_size", "total_pages")
        return {"tasks": [self._shown(each) for each in said["tasks"]], **{name: said[name] for name in names}}

    async def get_task_detail(self, task_id: str) -> dict[str, Any]:
        """
        `metadata`, as in the list, and `storyboard`, a `Storyboard` or None when it ended before there was one.

        Raises PixelleError: NotFound (TASK_NOT_FOUND), Conflict (TASK_NOT_FINISHED).
        """
        gateway = self._ready()
        said = await gateway.transport.ask("GET", task_path(task_id, of=_PATH))
        task, board = said["task"], said["storyboard"]
        folder = gateway.output_dir / task_id if gateway.local else None
        return {"metadata": self._shown(task), "storyboard": storyboard_of(board, task, folder) if board else None}

    async def get_statistics(self) -> dict[str, Any]:
        """
        Of all tasks that have ended: `total_tasks`, `completed`, `failed`, `cancelled`, `total_duration` (seconds),
        `total_size` (bytes).
        """
        query = {"page_size": 1}
        return dict((await self._ready().transport.ask("GET", _PATH, query=query))["statistics"])

    async def delete_task(self, task_id: str) -> bool:
        """
        Delete a task that has ended, with its files; True.

        Raises PixelleError: NotFound (TASK_NOT_FOUND), Conflict (TASK_NOT_FINISHED, TASK_IN_USE).
        """
        await self._ready().transport.ask("DELETE", task_path(task_id, of=_PATH))
        return True

    async def duplicate_task(self, task_id: str) -> dict[str, Any]:
        """
        What a task was given, for `await pixelle.generate_video(**given)`, changed or not. Nothing is begun.

        Raises PixelleError: NotFound (TASK_NOT_FOUND), Conflict (TASK_NOT_FINISHED).
        """
        said = await self._ready().transport.ask("POST", task_path(task_id, "duplicate", of=_PATH))
        given: dict[str, Any] = said["request"]
        kept = {name: value for name, value in given.items() if name not in _NOT_HERE}
        if voice := given.get("voice_id"):
            kept.setdefault("tts_voice", voice)
        if "storyboard" in kept:
            kept["storyboard"] = board_of(kept["storyboard"])
        if "loras" in kept:
            kept["loras"] = [(each["path"], each.get("weight", 1.0)) for each in kept["loras"]]
        if "assets" in kept:
            kept["assets"] = [
                each if isinstance(each, str) else Asset(each["path"], each.get("caption", ""))
                for each in kept["assets"]
            ]
        return kept

    def _shown(self, task: dict[str, Any]) -> dict[str, Any]:
        """A task with what callers of the documented interface look for at its top."""
        gateway = self._ready()
        if gateway.local:
            task = _as_files(task, gateway.output_dir / task["task_id"])
        result = task["result"] or {}
        return {
            **task,
            "input": task["request_params"],
            "duration": result.get("duration", 0.0),
            "file_size": result.get("file_size", 0),
            "n_frames": task["n_scenes"],
            "video_path": result.get("video_url"),
        }


def _as_files(task: dict[str, Any], folder: Path) -> dict[str, Any]:
    """A task of a gateway in this process, whose addresses nobody serves: its files are named instead."""
    result = task["result"] and {**task["result"], "video_url": str(folder / "final.mp4")}
    captions = task["captions_url"] and {kind: str(folder / f"captions.{kind}") for kind in task["captions_url"]}
    return {**task, "result": result, "captions_url": captions, "storyboard_url": None}
