"""The story of a task: a storyboard, scenes that are made side by side, one video."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gateway.workflow.assets import place
from gateway.workflow.characters import introduced
from gateway.workflow.usage import add_usage
from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2
from pixelle.render.v1 import render_pb2
from pixelle.script.v1 import script_pb2
from pixelle.text.pauses import without_pauses
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from collections.abc import Callable

    from gateway.services import Services
    from gateway.workflow.brief import Brief
    from gateway.workflow.publish import Publisher
    from gateway.workflow.steps import Asking, Place, Steps
    from gateway.workflow.tracker import Tracker

__all__ = ["SceneParts", "make_video", "plan"]

_SEEDS = 2**31
_TOLD_AT_ONCE = 100
"""Narrations that the script service takes in one call."""
_SLOWEST = 0.67
"""Share of its speed to which a clip that is shorter than its narration is slowed down at most."""
_CLOSING = 0.8
"""Seconds the last picture stays behind the last word: a film that stops with its voice seems cut off."""
_REPEATED = 3
"""A line that begins with the title is more than the title when it is longer than so many of it."""


@dataclass(frozen=True)
class SceneParts:
    """What a finished scene consists of."""

    narration: core_pb2.Narration
    visual: core_pb2.Visual | None
    clip: core_pb2.Clip


@dataclass(frozen=True)
class _Places:
    """A scene's steps; `illustrate` is None when the template shows neither pictures nor footage."""

    narrate: Place
    illustrate: Place | None
    clip: Place


async def make_video(brief: Brief, steps: Steps, services: Services, publisher: Publisher) -> dict[str, Any]:
    """Run every step of a task. Returns what `Publisher` says about the finished files. Raises PixelleError."""
    story = _Story(brief, services, steps.tracker)
    board = await steps.take("storyboard").message(story.storyboard, core_pb2.Storyboard)
    illustrated = bool(brief.image or brief.footage)
    names = ("narrate", "illustrate", "clip") if illustrated else ("narrate", "clip")
    texts = [scene.narration for scene in board.scenes]
    steps.tracker.planned(len(texts), names, board.notice, title=board.title, texts=texts)

    # Places are taken here, in one order; the scenes then fill them in whatever order they come to it.
    places = [
        _Places(steps.take("narrate", i), steps.take("illustrate", i) if illustrated else None, steps.take("clip", i))
        for i in range(len(board.scenes))
    ]
    assemble, publish = steps.take("assemble"), steps.take("publish")
    async with asyncio.TaskGroup() as group:
        making = [
            group.create_task(story.scene(board, scene, place))
            for scene, place in zip(board.scenes, places, strict=True)
        ]
    scenes = [task.result() for task in making]

    async def join(asking: Asking) -> core_pb2.Video:
        return await asking.ask(services.render.AssembleVideo, story.assembly(board, scenes), "render")

    video = await assemble.message(join, core_pb2.Video)

    async def lay_out(asking: Asking) -> dict[str, Any]:
        return await publisher.publish(steps.task_id, brief, board, scenes, video)

    result = await publish.json(lay_out)
    steps.tracker.done()
    return result


async def plan(brief: Brief, services: Services, asking: Asking) -> core_pb2.Storyboard:
    """The storyboard that a task for this brief would begin with, every seed drawn. Raises PixelleError."""
    return await _Story(brief, services).storyboard(asking)


class _Story:
    """What is asked of whom, for one brief."""

    def __init__(self, brief: Brief, services: Services, tracker: Tracker | None = None) -> None:
        """tracker: told every scene as it is written."""
        self._brief = brief
        self._services = services
        self._tracker = tracker

    async def storyboard(self, asking: Asking) -> core_pb2.Storyboard:
        """Written by the service or brought by the caller; every seed is drawn here, once, and kept."""
        brief = self._brief
        seed = secrets.randbelow(_SEEDS - 1) + 1 if brief.seed is None else brief.seed
        if brief.storyboard is None:
            request = script_pb2.WriteStoryboardRequest()
            request.CopyFrom(brief.write)
            request.seed = seed
            written = {"scene": self._draft()}
            method = self._services.script.WriteStoryboard
            board: core_pb2.Storyboard = await asking.ask(method, request, "script", pieces=written)
            place(board, brief.assets, brief.match)
            if not board.cast:
                board.cast.extend(introduced(scene.narration for scene in board.scenes))
        else:
            board = core_pb2.Storyboard()
            board.CopyFrom(brief.storyboard)
            place(board, brief.assets, brief.match)
            await self._prompt(board, asking, seed)
        board.title = brief.write.title or board.title
        board.seed = board.seed or seed
        for index, scene in enumerate(board.scenes):
            scene.index = index
            scene.seed = scene.seed or (board.seed + index) % _SEEDS
        return board

    def _draft(self) -> Callable[[core_pb2.Scene], None]:
        """Tells the scenes of one try at writing. Another try writes others, so it has another number."""
        tracker = self._tracker
        if tracker is None:
            return lambda _: None
        draft = tracker.next_draft

        def told(scene: core_pb2.Scene) -> None:
            tracker.written(draft, scene.index, narration=scene.narration, image_prompt=scene.image_prompt)

        return told

    async def _prompt(self, board: core_pb2.Storyboard, asking: Asking, seed: int) -> None:
        """Write the image prompts that a storyboard of the caller's leaves out."""
        bare = [scene for scene in board.scenes if not (scene.image_prompt or scene.asset)]
        if not bare or not self._brief.write.with_image_prompts:
            return
        for start in range(0, len(bare), _TOLD_AT_ONCE):
            await self._prompt_some(board, bare[start : start + _TOLD_AT_ONCE], asking, seed)

    async def _prompt_some(
        self, board: core_pb2.Storyboard, bare: list[core_pb2.Scene], asking: Asking, seed: int
    ) -> None:
        request = script_pb2.GenerateImagePromptsRequest(
            workflow=self._brief.write.workflow,
            narrations=[scene.narration for scene in bare],
            words=self._brief.write.image_prompt_words,
            prompt_prefix=self._brief.write.prompt_prefix,
            seed=seed,
            style=board.style,
            cast=board.cast,
        )
        said = await asking.ask(self._services.script.GenerateImagePrompts, request, "script")
        for scene, prompt in zip(bare, said.image_prompts, strict=True):
            scene.image_prompt = prompt
        if said.HasField("usage"):
            add_usage(board, said.usage)

    async def scene(self, board: core_pb2.Storyboard, scene: core_pb2.Scene, places: _Places) -> SceneParts:
        """Voice and picture side by side, the clip when both are there. Footage is made to the voice's length."""

        async def narrate(asking: Asking) -> core_pb2.Narration:
            request = tts_pb2.SynthesizeRequest()
            request.CopyFrom(self._brief.speak)
            request.text = scene.narration
            request.language = request.language or board.language
            if scene.voice:
                request.voice_id, request.workflow = scene.voice, ""
                request.ClearField("ref_audio")
            return await asking.ask(self._services.tts.Synthesize, request, "tts")

        async with asyncio.TaskGroup() as group:
            speaking = group.create_task(places.narrate.message(narrate, core_pb2.Narration))
            drawing = group.create_task(self._illustrate(board, scene, places.illustrate, speaking))
        narration, visual = speaking.result(), drawing.result()

        async def film(asking: Asking) -> core_pb2.Clip:
            request = render_pb2.RenderClipRequest()
            request.CopyFrom(self._brief.clip)
            page = request.page
            page.title, page.language = self._headline(board, scene), board.language
            page.text = without_pauses(scene.narration)
            page.index, page.count = scene.index, len(board.scenes)
            if visual:
                page.visual.CopyFrom(visual)
                if scene.asset and not self._brief.footage_volume:  # what is heard with it keeps its speed
                    request.slowest = _SLOWEST
            request.narration.CopyFrom(narration)
            own_clip = scene.asset and visual and visual.kind == core_pb2.MEDIA_KIND_VIDEO
            if not own_clip:  # it may be too short for more, and would begin again
                request.narration.duration_seconds += _rest(board, scene)
            request.seed = scene.seed
            return await asking.ask(self._services.render.RenderClip, request, "render")

        return SceneParts(narration, visual, await places.clip.message(film, core_pb2.Clip))

    def _headline(self, board: core_pb2.Storyboard, scene: core_pb2.Scene) -> str:
        """The title of a scene's page; none above a line that only repeats it: a script's own first words."""
        title, said = _letters(board.title), _letters(scene.narration)
        repeated = title and said.startswith(title) and len(said) <= _REPEATED * len(title)
        return "" if repeated and not self._brief.write.title else board.title

    async def _illustrate(
        self,
        board: core_pb2.Storyboard,
        scene: core_pb2.Scene,
        place: Place | None,
        speaking: asyncio.Task[core_pb2.Narration],
    ) -> core_pb2.Visual | None:
        if place is None:
            return None
        image, footage = self._brief.image, self._brief.footage
        series = media_pb2.Series(seed=board.seed, index=scene.index, count=len(board.scenes), title=board.title)
        series.cast.extend(board.cast)
        own = self._brief.assets[scene.asset - 1].visual if scene.asset else None
        narration = await speaking if footage and not own else None

        async def draw(asking: Asking) -> core_pb2.Visual:
            if own:
                return own
            request: Any
            if footage and narration:
                request, method = media_pb2.GenerateVideoRequest(), self._services.media.GenerateVideo
                request.CopyFrom(footage)
                request.duration_seconds = narration.duration_seconds + _rest(board, scene)
            else:
                request, method = media_pb2.GenerateImageRequest(), self._services.media.GenerateImage
                request.CopyFrom(image)
            what = request.prompt
            what.prompt, what.narration, what.seed = scene.image_prompt or scene.narration, scene.narration, scene.seed
            what.series.CopyFrom(series)
            return await asking.ask(method, request, "media")

        return await place.message(draw, core_pb2.Visual)

    def assembly(self, board: core_pb2.Storyboard, scenes: list[SceneParts]) -> render_pb2.AssembleVideoRequest:
        """What the finished scenes are joined by."""
        request = render_pb2.AssembleVideoRequest()
        request.CopyFrom(self._brief.assemble)
        request.title, request.language = board.title, board.language
        for scene, parts in zip(board.scenes, scenes, strict=True):
            track = request.scenes.add(clip=parts.clip, narration=parts.narration, text=scene.narration)
            if self._brief.footage_volume and parts.visual and parts.visual.kind != core_pb2.MEDIA_KIND_IMAGE:
                track.footage.CopyFrom(parts.visual.artifact)
                track.footage_volume = self._brief.footage_volume
        return request


def _rest(board: core_pb2.Storyboard, scene: core_pb2.Scene) -> float:
    """Seconds for which the picture of a scene stays when all is said: the last one does, and the music fades."""
    return _CLOSING if scene.index == len(board.scenes) - 1 else 0.0


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())
