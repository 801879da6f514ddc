"""What callers do beside making a video: plan it, change a scene of it, go on with one that stopped."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Literal, Unpack

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.events import Story
from pixelle_video.options import VideoOptions, request_of_video
from pixelle_video.placing import writable
from pixelle_video.plans import planned
from pixelle_video.tasks import task_path

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from pixelle_video.events import ProgressEvent
    from pixelle_video.results import Storyboard, VideoGenerationResult
    from pixelle_video.tasks import Tasks

__all__ = ["Changing"]


class Changing(ABC):
    """The part of `PixelleVideoCore` that works with videos that are planned or made."""

    async def plan(
        self,
        text: str,
        pipeline: Literal["standard", "asset_based"] = "standard",
        **options: Unpack[VideoOptions],
    ) -> Storyboard:
        """
        Write the storyboard of a video and estimate what it would take (`estimate`); nothing is spoken or drawn.

        Edit its `frames` as you like and hand it to `generate_video(..., storyboard=...)`. Arguments as there: if both
        get the same, the estimate is of what will be made. Raises PixelleError.
        """
        request = await request_of_video(text, pipeline, options, self._ready())
        return planned(await self._ready().plan(request), request)

    async def regenerate_scene(
        self,
        task_id: str,
        n: int,
        *,
        narration: str | None = None,
        image_prompt: str | None = None,
        seed: int | None = None,
        voice: str | None = None,
        output_path: str | Path | None = None,
        progress_callback: Callable[[ProgressEvent], Awaitable[None] | None] | None = None,
        idempotency_key: str | None = None,
    ) -> VideoGenerationResult:
        """
        Make scene `n` of a finished task anew, and the video with it; everything else is taken over.

        n: the frame's `index`, from 0. Give what is to be different; with nothing, another picture is drawn.
        The result is of a new task; the old one stays as it is. Other arguments as in `generate_video`.
        Raises PixelleError: NotFound (TASK_NOT_FOUND, SCENE_NOT_FOUND), Conflict (TASK_NOT_FINISHED), and others.
        """
        given = {"narration": narration, "image_prompt": image_prompt, "seed": seed, "voice": voice}
        return await self._run(
            task_path(task_id, "scenes", n, "regenerate"),
            {name: value for name, value in given.items() if value is not None},
            Story.of_plan(),
            output_path=output_path,
            progress_callback=progress_callback,
            idempotency_key=idempotency_key,
        )

    async def retry(
        self,
        task_id: str,
        *,
        output_path: str | Path | None = None,
        progress_callback: Callable[[ProgressEvent], Awaitable[None] | None] | None = None,
        idempotency_key: str | None = None,
    ) -> VideoGenerationResult:
        """
        Go on with a failed or cancelled task where it stopped; its finished steps are kept.

        Raises PixelleError: NotFound (TASK_NOT_FOUND), Conflict (TASK_NOT_STOPPED), else what went wrong again.
        """
        return await self._run(
            task_path(task_id, "retry"),
            {},
            Story.of_plan(),
            output_path=output_path,
            progress_callback=progress_callback,
            idempotency_key=idempotency_key,
        )

    @abstractmethod
    def _ready(self) -> Tasks:
        """The gateway's tasks. Raises FailedPrecondition (NOT_INITIALIZED)."""

    async def _run(
        self,
        path: str,
        request: Mapping[str, object],
        story: Story,
        *,
        output_path: str | Path | None,
        progress_callback: Callable[[ProgressEvent], Awaitable[None] | None] | None,
        idempotency_key: str | None,
    ) -> VideoGenerationResult:
        """Start a task at `path`, tell what happens, and hand out its files."""
        tasks = self._ready()
        if progress_callback is not None and not callable(progress_callback):
            raise InvalidArgument(
                f"progress_callback is {progress_callback!r}. Give a function that takes a ProgressEvent.",
                reason="CALLBACK_INVALID",
            )
        target = None if output_path is None else writable(output_path, "video/mp4")

        async def tell(happened: dict[str, Any]) -> None:
            for event in story.heard(happened):
                told = progress_callback(event) if progress_callback else None
                if inspect.isawaitable(told):
                    await told

        return await tasks.collect(await tasks.run(request, tell, path=path, key=idempotency_key), target)
