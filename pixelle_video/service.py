"""The documented Python interface: one HTTP client of a gateway, in this process or elsewhere."""

from __future__ import annotations

import functools
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pixelle.runtime.errors import FailedPrecondition
from pixelle_video.blocking import blocking
from pixelle_video.changing import Changing
from pixelle_video.events import Story
from pixelle_video.kept import Kept
from pixelle_video.making import Making
from pixelle_video.options import VideoOptions, request_of_video
from pixelle_video.plans import request_of
from pixelle_video.speaking import Speaking
from pixelle_video.tasks import Tasks
from pixelle_video.transport import Transport, over_network

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from types import TracebackType
    from typing import Self

    from pixelle_video.assets import Asset
    from pixelle_video.events import ProgressEvent
    from pixelle_video.results import Storyboard, VideoGenerationResult

__all__ = ["PixelleVideoCore"]


class PixelleVideoCore(Changing, Speaking, Making):
    """Makes videos. Use it as `async with`, or call `initialize` and `cleanup`."""

    def __init__(
        self,
        config_path: str | Path = "config.yaml",
        *,
        gateway_url: str | None = None,
        api_key: str | None = None,
    ) -> None:
        """
        config_path: settings of everything that runs in this process; may not exist. Unused with a gateway.
        gateway_url: address of a running gateway, for example "http://127.0.0.1:8000"; None runs all in this process.
        api_key: the gateway's key, if it asks for one.
        """
        self._config_path = Path(config_path)
        self._gateway_url = gateway_url
        self._api_key = api_key
        self._kept: Kept[Tasks] | None = None
        self._tasks: Tasks | None = None

    async def initialize(self) -> None:
        """
        Start what is needed, once; further calls do nothing. It belongs to the running event loop and ends with it.

        Raises FailedPrecondition (DATABASE_IN_USE) when another process works in the same data folder, (OTHER_LOOP)
        when this object is in use in another event loop.
        """
        if self._kept is None or self._kept.over:
            self._kept = Kept(self._opened())
        _of_this_loop(self._kept)
        self._tasks = await self._kept.value()

    @asynccontextmanager
    async def _opened(self) -> AsyncGenerator[Tasks]:
        async with AsyncExitStack() as stack:
            if self._gateway_url is None:
                from pixelle_video import embedded

                running = await stack.enter_async_context(embedded.running(self._config_path))
                transport, output_dir, local = Transport(running.client), running.output_dir, True
            else:
                transport = Transport(over_network(self._gateway_url, self._api_key))
                output_dir, local = Path("output"), False
            stack.push_async_callback(transport.close)
            yield Tasks(transport, output_dir, local=local)

    async def cleanup(self) -> None:
        """
        Stop and close everything that `initialize` started; `initialize` may be called again.

        Raises FailedPrecondition (OTHER_LOOP).
        """
        if self._kept is None or self._kept.over:
            self._kept = self._tasks = None
            return
        _of_this_loop(self._kept)
        kept, self._kept, self._tasks = self._kept, None, None
        await kept.leave()

    async def __aenter__(self) -> Self:
        """Initialize."""
        await self.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Clean up."""
        await self.cleanup()

    async def generate_video(
        self,
        text: str,
        pipeline: Literal["standard", "asset_based"] = "standard",
        *,
        mode: Literal["generate", "fixed"] = "generate",
        title: str | None = None,
        n_scenes: int = 5,
        split_mode: Literal["paragraph", "line", "sentence"] = "paragraph",
        tts_workflow: str | None = None,
        tts_voice: str | None = None,
        tts_speed: float | None = None,
        ref_audio: str | Path | None = None,
        pronunciations: dict[str, str] | None = None,
        verify: bool = False,
        media_workflow: str | None = None,
        media_width: int | None = None,
        media_height: int | None = None,
        frame_template: str | None = None,
        template_params: dict[str, Any] | None = None,
        prompt_prefix: str | None = None,
        bgm_path: str | Path | None = None,
        bgm_volume: float = 0.3,
        bgm_mode: Literal["loop", "once"] = "loop",
        footage_volume: float = 0.0,
        video_fps: int = 30,
        min_narration_words: int = 5,
        max_narration_words: int = 20,
        min_image_prompt_words: int = 30,
        max_image_prompt_words: int = 60,
        language: str | None = None,
        style: str | None = None,
        target_seconds: float | None = None,
        captions: Literal["off", "line", "word"] | None = None,
        motion: Literal["none", "pan"] | None = None,
        transition: Literal["none", "fade"] | None = None,
        footage_fit: Literal["auto", "cover", "contain"] = "auto",
        seed: int | None = None,
        negative_prompt: str | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        sampler: str | None = None,
        loras: list[str | tuple[str, float]] | None = None,
        assets: list[str | Path | Asset] | None = None,
        asset_match: Literal["order", "caption"] = "order",
        metadata: dict[str, Any] | None = None,
        storyboard: Storyboard | None = None,
        idempotency_key: str | None = None,
        output_path: str | Path | None = None,
        progress_callback: Callable[[ProgressEvent], Awaitable[None] | None] | None = None,
    ) -> VideoGenerationResult:
        """
        Make a video and wait for it. Cancelling the awaiting task cancels the making.

        text: a topic, source material or (mode "fixed") the script. tts_speed: 0.5 to 2;
        None: that of the settings, else 1.
        ref_audio: a recording whose voice is copied, path or URL. pronunciations: how words are to be read. verify:
        listen to what was spoken, and speak again what cannot be understood. bgm_path: name of a built-in
        piece, a path or a URL. bgm_volume: 0 to 1. footage_volume: of the footage's own sound, 0 to 1.
        style: audience and tone of the script, in free words. target_seconds: how long it is spoken, 5 to 1800, within
        a fifth; n_scenes and the words of a narration then follow from it, unless they differ from their defaults.
        assets: your own pictures and clips, one for each scene, which n_scenes then follows unless it differs from its
        default; files of this machine are uploaded. asset_match: by their order, or by what their captions and names
        say. pipeline: "asset_based" has the script written around them.
        negative_prompt, steps, guidance (0 to 50), sampler, loras (names, or names with weights): for the model that
        makes the pictures; what it cannot take is refused.
        storyboard: a plan to be made as it is, for example an edited one of `plan`; nothing is written then.
        idempotency_key: up to 255 characters; for a day the same call with the same key gives the same video.
        output_path: the finished file is also put there, whole or not at all; through a gateway it is what
        `video_path` then names. media_width, media_height: pixels; the template states them, so they are not used and
        `warnings` says so.
        progress_callback: told every event; may be a coroutine function. An error it raises cancels the making.
        Raises PixelleError: InvalidArgument before anything is spent, else what went wrong in the making.
        """
        options = VideoOptions(
            mode=mode,
            title=title,
            n_scenes=n_scenes,
            split_mode=split_mode,
            tts_workflow=tts_workflow,
            tts_voice=tts_voice,
            tts_speed=tts_speed,
            ref_audio=ref_audio,
            pronunciations=pronunciations,
            verify=verify,
            media_workflow=media_workflow,
            media_width=media_width,
            media_height=media_height,
            frame_template=frame_template,
            template_params=template_params,
            prompt_prefix=prompt_prefix,
            bgm_path=bgm_path,
            bgm_volume=bgm_volume,
            bgm_mode=bgm_mode,
            footage_volume=footage_volume,
            video_fps=video_fps,
            min_narration_words=min_narration_words,
            max_narration_words=max_narration_words,
            min_image_prompt_words=min_image_prompt_words,
            max_image_prompt_words=max_image_prompt_words,
            language=language,
            style=style,
            target_seconds=target_seconds,
            captions=captions,
            motion=motion,
            transition=transition,
            footage_fit=footage_fit,
            seed=seed,
            negative_prompt=negative_prompt,
            steps=steps,
            guidance=guidance,
            sampler=sampler,
            loras=loras,
            assets=assets,
            asset_match=asset_match,
            metadata=metadata,
        )
        request = await request_of_video(text, pipeline, options, self._ready())
        if storyboard is not None:
            request["storyboard"] = request_of(storyboard)
        story = Story(
            fixed=mode == "fixed",
            title_given=bool(title),
            with_media=not str(frame_template or "").rpartition("/")[2].startswith("static_"),
        )
        result = await self._run(
            "/api/video/generate/async",
            request,
            Story.of_plan() if storyboard else story,
            output_path=output_path,
            progress_callback=progress_callback,
            idempotency_key=idempotency_key,
        )
        if media_width or media_height:
            result.warnings.append("media_width and media_height were not used: the template states the size.")
        return result

    def _ready(self) -> Tasks:
        if self._kept is None or self._kept.over or self._tasks is None:
            ended = " What was started has ended with its event loop." if self._kept and self._kept.over else ""
            raise FailedPrecondition(
                f"Not started: call `await pixelle.initialize()` first, or wrap your calls in "
                f"`async with PixelleVideoCore() as pixelle`.{ended}",
                reason="NOT_INITIALIZED",
            )
        _of_this_loop(self._kept)
        return self._tasks

    async def _generate_once(self, *args: Any, **kwargs: Any) -> VideoGenerationResult:
        if self._kept is not None and not self._kept.over:
            raise FailedPrecondition(
                "This object was initialized in an event loop: use `await pixelle.generate_video(...)` there, or call "
                "generate_video_sync on an object that was not initialized.",
                reason="INITIALIZED",
            )
        async with self:
            return await self.generate_video(*args, **kwargs)

    generate_video_sync = blocking(functools.wraps(generate_video)(_generate_once))
    """`generate_video` that blocks: starts everything, makes the video and stops everything again."""


def _of_this_loop(kept: Kept[Tasks]) -> None:
    if not kept.here:
        raise FailedPrecondition(
            "This object was initialized in another event loop, which still runs. Use it there, or make another "
            "PixelleVideoCore with a data folder of its own, or a gateway_url.",
            reason="OTHER_LOOP",
        )
