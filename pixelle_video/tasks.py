"""Following one task of a gateway from request to finished file."""

from __future__ import annotations

import asyncio
import re
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pixelle.runtime.errors import (
    Cancelled,
    DeadlineExceeded,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    NotFound,
    PixelleError,
    Unavailable,
    from_http,
)
from pixelle_video.assets import sent
from pixelle_video.placing import aside, put_at
from pixelle_video.results import Storyboard, StoryboardFrame, VideoGenerationResult

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from pixelle_video.assets import Asset
    from pixelle_video.transport import Transport

__all__ = ["Tasks", "failure", "storyboard_of", "task_path"]

_WAIT = 20.0
"""Seconds one question about a task may be held open by the gateway."""
_WRITING = 900.0
"""Seconds that the writing of a storyboard is waited for."""
_AS_JSON = {"Accept": "application/json"}
_OUTAGE = 60.0
"""Seconds a gateway may be away while it works for us, for example to restart."""

_ID = re.compile(r"[A-Za-z0-9_-]+")
"""What an id is made of."""

Tell = "Callable[[dict[str, Any]], Awaitable[None]]"


class Tasks:
    """Tasks of one gateway, and where their files go."""

    def __init__(self, transport: Transport, output_dir: Path, *, local: bool) -> None:
        """
        output_dir: where finished videos are. local: the gateway writes there itself; else they are fetched.
        """
        self.transport = transport
        self.output_dir = output_dir
        self.local = local
        """The gateway runs in this process, and its files are on this machine."""

    async def run(
        self,
        request: Mapping[str, object],
        tell: Callable[[dict[str, Any]], Awaitable[None]],
        *,
        path: str = "/api/video/generate/async",
        key: str | None = None,
    ) -> dict[str, Any]:
        """
        Start a task and wait for its end; `tell` is given every event on the way, each once and in order.

        path: where it is asked for. key: sent as Idempotency-Key.
        A cancelled wait, or an error out of `tell`, cancels the task. Raises PixelleError.
        """
        headers = None if key is None else {"Idempotency-Key": _checked_key(key)}
        starting = asyncio.ensure_future(self.transport.ask("POST", path, body=request, headers=headers))
        try:
            task_id: str = (await asyncio.shield(starting))["task_id"]
        except asyncio.CancelledError:
            with suppress(PixelleError):
                await self._cancel((await starting)["task_id"])
            raise
        try:
            return await self._follow(task_id, tell)
        except _Ended as ended:
            raise ended.error from None
        except BaseException:
            await asyncio.shield(self._cancel(task_id))
            raise

    async def sent(self, assets: Iterable[str | Path | Asset]) -> list[dict[str, str]]:
        """Own pictures and clips as the gateway takes them; files of this machine are uploaded. Raises PixelleError."""
        return await sent(assets, self.transport)

    async def reachable(self, path: str | Path | None) -> str | None:
        """What the gateway knows a file by: one of this machine is uploaded where the gateway runs elsewhere."""
        if path is None or str(path).lower().startswith(("http://", "https://")):
            return None if path is None else str(path)
        here = Path(path)
        if self.local and not _hidden(here):
            return str(path)
        known = await asyncio.to_thread(here.is_file)
        return str((await self.transport.upload(here))["path"]) if known else str(path)

    async def plan(self, request: Mapping[str, object]) -> dict[str, Any]:
        """What POST /api/storyboards answers; a small machine may write for minutes. Raises PixelleError."""
        return await self.transport.ask("POST", "/api/storyboards", body=request, seconds=_WRITING)

    async def _cancel(self, task_id: str) -> None:
        with suppress(PixelleError):  # it may have ended by itself
            await self.transport.ask("DELETE", task_path(task_id))

    async def _follow(self, task_id: str, tell: Callable[[dict[str, Any]], Awaitable[None]]) -> dict[str, Any]:
        # a long poll and no stream: it works the same in this process and through any proxy, and since the gateway
        # keeps and numbers the events, nothing is lost between two questions
        path = task_path(task_id)
        since = 0
        away_since: float | None = None
        while True:
            query: dict[str, str | float] = {"since": since, "wait": _WAIT}
            try:
                said = await self.transport.ask("GET", f"{path}/events", query=query, headers=_AS_JSON)
                task = await self.transport.ask("GET", path) if said["over"] else None
            except (Unavailable, DeadlineExceeded) as error:
                away_since = away_since or time.monotonic()
                if time.monotonic() - away_since > _OUTAGE:
                    error.add_note(f"task {task_id}")
                    raise
                await asyncio.sleep(1.0)
                continue
            away_since = None
            for event in said["events"]:
                since = event["sequence"]
                await tell(event)
            if task and task["status"] in {"failed", "cancelled"}:
                raise _Ended(failure(task))
            if task and task["status"] == "completed":
                return task

    async def collect(self, task: dict[str, Any], target: Path | None) -> VideoGenerationResult:
        """The finished files of a completed task; the video is also put at `target`, whole or not at all."""
        task_id = task["task_id"]
        plan = await self.transport.ask("GET", task_path(task_id, "storyboard"))
        if self.local:
            video = self.output_dir / task_id / "final.mp4"
            if target is not None:
                await asyncio.to_thread(put_at, video, target)
                video = target
        else:
            video = target or self.output_dir / f"{task_id}.mp4"
            await self.fetch(task_path(task_id, "final.mp4", of="/api/files"), video)
        result = task["result"]
        completed = _moment(task.get("completed_at"))
        storyboard = storyboard_of(plan, task, self.output_dir / task_id if self.local else None)
        storyboard.final_video_path = str(video)
        return VideoGenerationResult(
            video_path=str(video),
            storyboard=storyboard,
            duration=result["duration"],
            file_size=result["file_size"],
            created_at=completed or datetime.now(UTC),
            task_id=task_id,
            warnings=list(result.get("warnings", ())),
            credits=list(result.get("credits", ())),
            spent=list(result.get("spent", ())),
        )

    async def fetch(self, path: str, target: Path) -> None:
        """Put what the gateway serves at `path` at `target`, whole or not at all. Raises PixelleError."""
        with aside(target) as beside:
            async with self.transport.stream(path) as answer:
                with beside.open("wb") as out:
                    async for piece in answer.aiter_bytes(1 << 20):
                        await asyncio.to_thread(out.write, piece)


def _hidden(file: Path) -> bool:
    """It lies below a hidden folder; names in requests do not reach into those."""
    return any(part.startswith(".") for part in file.absolute().parts)


def task_path(task_id: str, *below: str | int, of: str = "/api/tasks") -> str:
    """The gateway's path of a task, or of something of it. Raises NotFound (TASK_NOT_FOUND) for what can be no id."""
    if not isinstance(task_id, str) or not _ID.fullmatch(task_id):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise NotFound(f"Task {task_id!r} not found.", reason="TASK_NOT_FOUND")
    return "/".join([of, task_id, *(quote(str(each), safe="") for each in below)])


def _checked_key(key: str) -> str:
    if isinstance(key, str) and key.isascii() and key.isprintable():  # pyright: ignore[reportUnnecessaryIsInstance]
        return key
    raise InvalidArgument(
        f"idempotency_key is {key!r}; give 1 to 255 printable ASCII characters, for example a UUID.",
        reason="IDEMPOTENCY_KEY_INVALID",
    )


class _Ended(Exception):
    """The task itself ended badly: there is nothing to cancel any more."""

    def __init__(self, error: PixelleError) -> None:
        super().__init__(error.message)
        self.error = error


def failure(task: dict[str, Any]) -> PixelleError:
    """Why a task failed, as one of the family."""
    if task["status"] == "cancelled":
        return Cancelled(f"Task {task['task_id']} was cancelled.")
    detail: dict[str, Any] = task.get("error_detail") or {}
    reason = str(detail.get("reason") or "")
    if status := detail.get("status"):
        kind = from_http(int(status))
    elif detail.get("retryable"):
        kind = Unavailable
    else:
        kind = Internal if reason in {"", "BUG"} else FailedPrecondition
    facts = {name: str(detail[name]) for name in ("stage", "scene", "service") if detail.get(name) not in (None, "")}
    message = task.get("error") or f"Task {task['task_id']} failed without saying why."
    return kind(message, reason=reason, details={"task_id": task["task_id"], **facts})


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def storyboard_of(plan: dict[str, Any], task: dict[str, Any], folder: Path | None) -> Storyboard:
    """
    The documented shape of what GET /api/tasks/{id}/storyboard says; of a task that failed, as far as it came.

    folder: the task's folder when it is on this machine; the files of the scenes are then named.
    """
    frames = [_frame(scene, folder) for scene in plan.get("scenes", ())]
    return Storyboard(
        title=plan.get("title", ""),
        config=dict(task.get("request_params") or {}),
        frames=frames,
        total_duration=task["result"]["duration"] if task["result"] else 0.0,
        created_at=_moment(task.get("created_at")),
        completed_at=_moment(task.get("completed_at")) if task["result"] else None,
        language=plan.get("language", ""),
        style=plan.get("style", ""),
        seed=plan.get("seed", 0),
        engine=plan.get("engine", ""),
        notice=plan.get("notice", ""),
    )


def _frame(scene: dict[str, Any], folder: Path | None) -> StoryboardFrame:
    index = int(scene.get("index", 0))

    def file(kind: str) -> str | None:
        if folder is None:
            return None
        found = sorted((folder / "frames").glob(f"{index + 1:02d}_{kind}.*"))
        return str(found[0]) if found else None

    image, video = file("image"), file("video")
    return StoryboardFrame(
        index=index,
        narration=scene.get("narration", ""),
        image_prompt=scene.get("image_prompt") or None,
        audio_path=file("audio"),
        media_type="video" if video else "image" if image else None,
        image_path=image,
        video_path=video,
        composed_image_path=file("composed"),
        video_segment_path=file("segment"),
        duration=float(scene.get("duration", 0.0)),
        seed=int(scene.get("seed", 0)),
        voice=scene.get("voice", ""),
        asset=int(scene.get("asset", 0)),
        attribution=scene.get("attribution", ""),
    )
