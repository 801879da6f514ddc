"""The RPCs of the script service: check, write in a slot, answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pixelle.runtime.language import detect_language
from pixelle.runtime.paging import page
from pixelle.runtime.work import stream
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from svc_script import requests
from svc_script.engines.base import CompletionBrief, NarrationBrief, PictureBrief, ScriptEngine, TitleBrief
from svc_script.wording import short_title
from svc_script.writing import build_storyboard, part, write_narrations, write_pictures, write_title

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import grpc.aio

    from pixelle.core.v1 import core_pb2
    from pixelle.runtime.engines import Engines, Loaded
    from pixelle.runtime.work import Report, Tick
    from svc_script.engines.base import Completion, WordRange

    Context = grpc.aio.ServicerContext[object, object]

__all__ = ["ScriptServicer"]


class ScriptServicer(script_pb2_grpc.ScriptServiceServicer):
    """Writes scripts. Results are not cached: a new request deserves a new script."""

    def __init__(self, engines: Engines[ScriptEngine]) -> None:
        self._engines = engines

    async def WriteStoryboard(
        self, request: script_pb2.WriteStoryboardRequest, context: Context
    ) -> AsyncIterator[script_pb2.WriteStoryboardResponse]:
        """Narrations, title and image prompts in one."""
        del context
        plan = request.plan
        words = requests.check_plan(plan)
        pictured = requests.check_range(request.image_prompt_words, requests.PICTURE_WORDS, "image_prompt_words")
        fixed = requests.split_plan(plan) if requests.is_fixed(plan) else []
        self._engines.peek(request.workflow)
        language = plan.language or await asyncio.to_thread(detect_language, plan.text)
        loaded = await self._engines.get(request.workflow)

        def write(tick: Tick) -> core_pb2.Storyboard:
            engine = loaded.engine
            lines, notice = tuple(fixed), ""
            if not fixed:
                brief = _narration_brief(plan, words, language, request.seed, loaded.model)
                written = write_narrations(engine, brief, part(tick, 0.0, 0.6))
                lines, notice = written.lines, written.notice
            title = short_title(request.title)
            if not title:
                what = TitleBrief(plan.text, language, plan.style, request.seed, loaded.model)
                title = write_title(engine, what, part(tick, 0.6, 0.7))
            prompts: list[str] = []
            if request.with_image_prompts:
                pictures = PictureBrief(lines, pictured, request.seed, loaded.model)
                prompts = write_pictures(engine, pictures, request.prompt_prefix, part(tick, 0.7, 1.0))
            return build_storyboard(
                title=title,
                language=language or detect_language(" ".join(lines)),
                style=request.prompt_prefix,
                narrations=lines,
                prompts=prompts,
                notice=notice,
                engine=loaded.name,
                seed=request.seed,
            )

        async def work(report: Report) -> core_pb2.Storyboard:
            return await loaded.slots.run(write, report=report)

        async for message in stream(work, script_pb2.WriteStoryboardResponse, "storyboard"):
            yield message

    async def GenerateNarrations(
        self, request: script_pb2.GenerateNarrationsRequest, context: Context
    ) -> AsyncIterator[script_pb2.GenerateNarrationsResponse]:
        """Narrations only; a fixed script is split without an engine."""
        del context
        plan = request.plan
        words = requests.check_plan(plan)
        self._engines.peek(request.workflow)
        if requests.is_fixed(plan):
            lines = requests.split_plan(plan)
            yield script_pb2.GenerateNarrationsResponse(narrations=script_pb2.Narrations(narrations=lines))
            return
        language = plan.language or await asyncio.to_thread(detect_language, plan.text)
        loaded = await self._engines.get(request.workflow)
        brief = _narration_brief(plan, words, language, request.seed, loaded.model)

        async def work(report: Report) -> script_pb2.Narrations:
            written = await loaded.slots.run(lambda tick: write_narrations(loaded.engine, brief, tick), report=report)
            return script_pb2.Narrations(narrations=written.lines)

        async for message in stream(work, script_pb2.GenerateNarrationsResponse, "narrations"):
            yield message

    async def GenerateImagePrompts(
        self, request: script_pb2.GenerateImagePromptsRequest, context: Context
    ) -> AsyncIterator[script_pb2.GenerateImagePromptsResponse]:
        """One picture description per narration."""
        del context
        requests.check_narrations(list(request.narrations))
        words = requests.check_range(request.words, requests.PICTURE_WORDS, "words")
        loaded = await self._engines.get(request.workflow)
        brief = PictureBrief(tuple(request.narrations), words, request.seed, loaded.model)

        async def work(report: Report) -> script_pb2.ImagePrompts:
            prompts = await loaded.slots.run(
                lambda tick: write_pictures(loaded.engine, brief, request.prompt_prefix, tick), report=report
            )
            return script_pb2.ImagePrompts(image_prompts=prompts)

        async for message in stream(work, script_pb2.GenerateImagePromptsResponse, "image_prompts"):
            yield message

    async def GenerateTitle(
        self, request: script_pb2.GenerateTitleRequest, context: Context
    ) -> AsyncIterator[script_pb2.GenerateTitleResponse]:
        """A title of at most 60 characters."""
        del context
        requests.check_text(request.text, "text")
        self._engines.peek(request.workflow)
        language = request.language or await asyncio.to_thread(detect_language, request.text)
        loaded = await self._engines.get(request.workflow)
        brief = TitleBrief(request.text, language, request.style, request.seed, loaded.model)

        async def work(report: Report) -> str:
            return await loaded.slots.run(lambda tick: write_title(loaded.engine, brief, tick), report=report)

        async for message in stream(work, script_pb2.GenerateTitleResponse, "title"):
            yield message

    async def Complete(
        self, request: script_pb2.CompleteRequest, context: Context
    ) -> AsyncIterator[script_pb2.CompleteResponse]:
        """Text as it is written, then the whole."""
        del context
        temperature, tokens = requests.check_completion(request)
        loaded = await self._engines.get(request.workflow)
        brief = CompletionBrief(
            request.prompt, temperature, tokens, request.response_schema, request.seed, loaded.model
        )
        async for piece in _deltas(loaded, brief):
            if isinstance(piece, str):
                yield script_pb2.CompleteResponse(delta=piece)
            else:
                done = script_pb2.Completion(text=piece.text, tokens_used=piece.tokens)
                yield script_pb2.CompleteResponse(completion=done)

    async def ListEngines(
        self, request: script_pb2.ListEnginesRequest, context: Context
    ) -> script_pb2.ListEnginesResponse:
        """The engines, available or not."""
        del context
        engines, following = page(self._engines.describe(), request.page_size, request.page_token)
        return script_pb2.ListEnginesResponse(engines=engines, next_page_token=following)


def _narration_brief(
    plan: script_pb2.NarrationPlan, words: WordRange, language: str, seed: int, model: str
) -> NarrationBrief:
    return NarrationBrief(plan.text.strip(), plan.scene_count, words, language, plan.style, seed, model)


async def _deltas(loaded: Loaded[ScriptEngine], brief: CompletionBrief) -> AsyncIterator[str | Completion]:
    """Every piece of a completion as the engine's thread emits it, then the whole."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[str | None] = asyncio.Queue()

    def emit(text: str) -> None:
        loop.call_soon_threadsafe(pieces.put_nowait, text)

    running = asyncio.create_task(loaded.slots.run(lambda tick: loaded.engine.complete(brief, emit, tick)))
    running.add_done_callback(lambda _: pieces.put_nowait(None))
    try:
        while (piece := await pieces.get()) is not None:
            yield piece
        yield running.result()
    finally:
        if not running.done():
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
