"""The RPCs of the script service: check, write in a slot, answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.fetch import sniff
from pixelle.runtime.metering import used
from pixelle.runtime.paging import page
from pixelle.runtime.work import stream
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from pixelle.text.detection import detect_language
from pixelle.text.tags import check_language
from svc_script import requests
from svc_script.engines.base import (
    BoardBrief,
    CompletionBrief,
    FirmEngine,
    Material,
    NarrationBrief,
    PictureBrief,
    ScriptEngine,
    TitleBrief,
    WordRange,
)
from svc_script.lengths import brief_of, planned
from svc_script.streaming import stream_pieces
from svc_script.wording import short_title
from svc_script.writing import (
    cast_messages,
    look_of,
    usage_message,
    write_narrations,
    write_pictures,
    write_storyboard,
    write_title,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import grpc.aio

    from pixelle.core.v1 import core_pb2
    from pixelle.runtime.artifacts import ArtifactStore
    from pixelle.runtime.engines import Engines, Loaded
    from pixelle.runtime.work import Report
    from svc_script.engines.base import Completion

    Context = grpc.aio.ServicerContext[object, object]

__all__ = ["ScriptServicer"]


@dataclass(frozen=True)
class _Wanted:
    """A storyboard as it is asked for, its defaults filled in."""

    language: str
    """ "" when the text does not tell."""
    count: int
    """Scenes; 0 when the given text decides."""
    words: WordRange
    lines: tuple[str, ...]
    """The narrations when they are given."""
    pictured: WordRange


class ScriptServicer(script_pb2_grpc.ScriptServiceServicer):
    """Writes scripts. Results are not cached: a new request deserves a new script."""

    def __init__(self, engines: Engines[ScriptEngine], store: ArtifactStore) -> None:
        """store: where pictures that scripts are written around are read."""
        self._engines = engines
        self._store = store

    async def WriteStoryboard(
        self, request: script_pb2.WriteStoryboardRequest, context: Context
    ) -> AsyncIterator[script_pb2.WriteStoryboardResponse]:
        """Narrations, title and image prompts in one."""
        del context
        wanted = await self._wanted(request)
        loaded = await self._engines.get(request.workflow)
        brief = BoardBrief(
            self._narrations(request, wanted),
            wanted.lines,
            short_title(request.title),
            wanted.pictured if request.with_image_prompts else None,
            request.prompt_prefix.strip(),
            tuple([await self._material(each) for each in request.material]),
        )

        async def work(report: Report, send: Callable[[core_pb2.Scene], None]) -> core_pb2.Storyboard:
            board = await loaded.slots.run(
                lambda tick: write_storyboard(loaded.engine, brief, send, tick), report=report
            )
            said = " ".join(scene.narration for scene in board.scenes)
            board.language = wanted.language or detect_language(said)
            board.engine, board.seed = loaded.name, request.seed
            used(loaded.name, board.usage)
            return board

        async for message in stream_pieces(
            work, script_pb2.WriteStoryboardResponse, piece="scene", result="storyboard"
        ):
            yield message

    async def CheckStoryboard(
        self, request: script_pb2.CheckStoryboardRequest, context: Context
    ) -> script_pb2.CheckStoryboardResponse:
        """Whether WriteStoryboard can do it."""
        del context
        asked = request.request
        wanted = await self._wanted(asked)
        engine = self._engines.peek(asked.workflow)
        if isinstance(engine, FirmEngine) and not (wanted.lines or asked.material):
            await asyncio.to_thread(engine.check, self._narrations(asked, wanted))
        known = not isinstance(engine, FirmEngine) or asked.plan.scene_count
        count = len(wanted.lines) or (wanted.count if known else 0)
        return script_pb2.CheckStoryboardResponse(scene_count=count, narrations=wanted.lines)

    def _narrations(self, request: script_pb2.WriteStoryboardRequest, wanted: _Wanted) -> NarrationBrief:
        model = self._engines.model(request.workflow)
        return brief_of(request.plan, (wanted.count, wanted.words), wanted.language, seed=request.seed, model=model)

    async def _wanted(self, request: script_pb2.WriteStoryboardRequest) -> _Wanted:
        """What is asked for. Raises InvalidArgument for everything that is wrong with it."""
        plan = request.plan
        plan.text = await requests.aside(plan.text, lambda: requests.plain_text(plan.text, "plan.text"))
        words = requests.check_plan(plan)
        requests.check_prefix(request.prompt_prefix)
        pictured = requests.check_range(request.image_prompt_words, requests.PICTURE_WORDS, "image_prompt_words")
        requests.check_material(request)
        fixed = requests.is_fixed(plan)
        lines = await requests.aside(plan.text, lambda: requests.split_plan(plan)) if fixed else []
        self._engines.peek(request.workflow)
        language = await requests.language_of(plan.language, plan.text)
        count, words = planned(plan, words, language)
        return _Wanted(language, count, words, tuple(lines), pictured)

    async def _material(self, given: script_pb2.Material) -> Material:
        """What an engine is told of a picture or clip. Raises InvalidArgument (MATERIAL_INVALID), NotFound."""
        picture = await self._store.read(given.preview) if given.HasField("preview") else b""
        if picture and sniff(picture) not in {"image/jpeg", "image/png"}:
            raise InvalidArgument(
                f"The preview of {given.name!r} is {sniff(picture)}. Send a small JPEG or PNG.",
                reason="MATERIAL_INVALID",
            )
        return Material(given.name.strip(), given.caption.strip(), given.duration_seconds, picture)

    async def GenerateNarrations(
        self, request: script_pb2.GenerateNarrationsRequest, context: Context
    ) -> AsyncIterator[script_pb2.GenerateNarrationsResponse]:
        """Narrations only; a fixed script is split without an engine."""
        del context
        plan = request.plan
        plan.text = await requests.aside(plan.text, lambda: requests.plain_text(plan.text, "plan.text"))
        words = requests.check_plan(plan)
        self._engines.peek(request.workflow)
        if requests.is_fixed(plan):
            lines = await requests.aside(plan.text, lambda: requests.split_plan(plan))
            yield script_pb2.GenerateNarrationsResponse(narrations=script_pb2.Narrations(narrations=lines))
            return
        language = await requests.language_of(plan.language, plan.text)
        count, words = planned(plan, words, language)
        loaded = await self._engines.get(request.workflow)
        brief = brief_of(plan, (count, words), language, seed=request.seed, model=loaded.model)

        async def work(report: Report) -> script_pb2.Narrations:
            written = await loaded.slots.run(lambda tick: write_narrations(loaded.engine, brief, tick), report=report)
            used(loaded.name, usage_message(written.usage))
            return script_pb2.Narrations(
                narrations=written.lines, usage=usage_message(written.usage), notice=written.notice
            )

        async for message in stream(work, script_pb2.GenerateNarrationsResponse, "narrations"):
            yield message

    async def GenerateImagePrompts(
        self, request: script_pb2.GenerateImagePromptsRequest, context: Context
    ) -> AsyncIterator[script_pb2.GenerateImagePromptsResponse]:
        """One picture description per narration."""
        del context
        requests.check_narrations(list(request.narrations))
        words = requests.check_range(request.words, requests.PICTURE_WORDS, "words")
        requests.check_prefix(request.prompt_prefix)
        loaded = await self._engines.get(request.workflow)
        prefix = request.prompt_prefix.strip()
        look = look_of("" if prefix else request.style.strip(), request.cast)
        brief = PictureBrief(tuple(request.narrations), words, request.seed, loaded.model, look, prefix)

        async def work(report: Report) -> script_pb2.ImagePrompts:
            drawn = await loaded.slots.run(lambda tick: write_pictures(loaded.engine, brief, tick), report=report)
            used(loaded.name, usage_message(drawn.usage))
            return script_pb2.ImagePrompts(
                image_prompts=drawn.prompts,
                style=prefix or drawn.look.style,
                cast=cast_messages(drawn.look),
                usage=usage_message(drawn.usage),
            )

        async for message in stream(work, script_pb2.GenerateImagePromptsResponse, "image_prompts"):
            yield message

    async def GenerateTitle(
        self, request: script_pb2.GenerateTitleRequest, context: Context
    ) -> AsyncIterator[script_pb2.GenerateTitleResponse]:
        """A title of at most 60 characters."""
        del context
        text = await requests.aside(request.text, lambda: requests.plain_text(request.text, "text"))
        self._engines.peek(request.workflow)
        if request.language:
            check_language(request.language, "language")
        language = await requests.language_of(request.language, text)
        loaded = await self._engines.get(request.workflow)
        brief = TitleBrief(text, language, request.style, request.seed, loaded.model)

        async def work(report: Report) -> Completion:
            found = await loaded.slots.run(lambda tick: write_title(loaded.engine, brief, tick), report=report)
            used(loaded.name, usage_message(found.usage))
            return found

        def answer(progress: core_pb2.Progress | None = None, found: Completion | None = None) -> Any:
            if found is None:
                return script_pb2.GenerateTitleResponse(progress=progress)
            notice.append(found.notice)
            return script_pb2.GenerateTitleResponse(title=found.text, usage=usage_message(found.usage))

        notice: list[str] = []
        async for message in stream(work, answer, "found"):
            if any(notice):
                yield script_pb2.GenerateTitleResponse(notice=notice[0])
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
                used(loaded.name, usage_message(piece.usage))
                done = script_pb2.Completion(
                    text=piece.text,
                    tokens_used=piece.tokens,
                    usage=usage_message(piece.usage),
                    truncated=piece.truncated,
                )
                yield script_pb2.CompleteResponse(completion=done)

    async def ListEngines(
        self, request: script_pb2.ListEnginesRequest, context: Context
    ) -> script_pb2.ListEnginesResponse:
        """The engines, available or not."""
        del context
        engines, following = page(self._engines.describe(), request.page_size, request.page_token)
        return script_pb2.ListEnginesResponse(engines=engines, next_page_token=following)


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
