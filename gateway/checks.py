"""What can be asked before any work is spent: does everything a request names exist, and can it be done?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gateway.assets import check_scenes, match_of, scene_count, take_assets
from gateway.convert import brief_of, plan_of
from gateway.costs import Costs
from gateway.lookup import default_engine
from gateway.making import MediaChecks
from gateway.questions import Questions
from gateway.showing import PageChecks, unused
from gateway.sounds import SoundChecks
from gateway.together import together
from gateway.voicing import VoiceChecks
from pixelle.render.v1 import render_pb2
from pixelle.runtime.client import unknown
from pixelle.runtime.errors import InvalidArgument, NotFound, PixelleError
from pixelle.script.v1 import script_pb2
from pixelle.text.detection import detect_language
from pixelle.text.tags import check_language

if TYPE_CHECKING:
    from gateway.callbacks import Callbacks
    from gateway.files import Intake
    from gateway.schemas import VideoGenerateRequest
    from gateway.services import Services
    from gateway.settings import GatewaySettings
    from gateway.workflow.brief import Brief

__all__ = ["Checks"]


class Checks:
    """Turns requests into briefs, or says what is wrong with them."""

    def __init__(self, services: Services, intake: Intake, callbacks: Callbacks, settings: GatewaySettings) -> None:
        """settings: how long a question may take, and what requests mean that leave something out."""
        self.questions = Questions(services, settings.question_seconds)
        """What is asked of the services."""
        self._services = services
        self._intake = intake
        self.pages = PageChecks(self.questions)
        """What it is shown on."""
        self.sounds = SoundChecks(self.questions, intake)
        """What requests name that is heard."""
        self.media = MediaChecks(self.questions)
        """What is seen."""
        self.voices = VoiceChecks(self.questions, self.sounds, usual=settings.tts_voice)
        """Who speaks."""
        self.costs = Costs(self.questions, settings)
        """What it takes."""
        self._callbacks = callbacks
        self._settings = settings

    def changed(self) -> None:
        """What services list has changed through this gateway: nothing of it is taken as it was."""
        self.questions.changed()

    async def brief(self, request: VideoGenerateRequest) -> Brief:
        """
        What a task for this request will ask of the services.

        Raises InvalidArgument, FailedPrecondition and, when a service does not answer, Unavailable naming it.
        """
        return await self.questions.sure(lambda: self._brief(request))

    async def _brief(self, request: VideoGenerateRequest) -> Brief:
        check_scenes(request)
        if request.callback_url:
            await self._callbacks.check(request.callback_url)
        count = 0
        try:
            template, language = await asyncio.gather(
                self.pages.template(request.frame_template or ""), self._language(request)
            )
            assets = await take_assets(request, self._intake, self.questions)
            if assets:
                template = await self.pages.showing(template, assets, chosen=bool(request.frame_template))
                count = await scene_count(request, assets, lambda: self._lines(request))
            warnings = unused(request, template)
            request = _filled(request, template, self._settings)
            brief = brief_of(request, template, language=language)
            if assets:
                brief.bring(assets, match_of(request), written=_written_around(request))
            await self.pages.able(brief.clip, template)
            brief.warnings += warnings
            spoken = [scene.narration for scene in request.storyboard.scenes] if request.storyboard else []
            await together(
                self.pages.takes(brief.clip.page),
                self._script(request, brief, spoken),
                self.voices.voice(request, brief, language),
                self.voices.scene_voices(request, language),
                self._media(brief, needed=not assets or len(assets) < count),
                self.sounds.music(request, brief),
            )
            where = "storyboard.scenes[{}].narration" if request.storyboard else "Scene {} of the script, from 0"
            await self.voices.sayable(brief.speak, spoken, where=where)
        except NotFound as error:
            # what is missing was named in the body: the endpoint itself was found
            raise InvalidArgument(error.message, reason=error.reason, details=error.details) from error
        return brief

    async def _language(self, request: VideoGenerateRequest) -> str:
        given = request.language or (request.storyboard.language if request.storyboard else "")
        if given:
            return check_language(given, "language")
        text = "\n".join(s.narration for s in request.storyboard.scenes) if request.storyboard else request.text
        return await asyncio.to_thread(detect_language, text)

    async def _script(self, request: VideoGenerateRequest, brief: Brief, spoken: list[str]) -> None:
        """spoken: filled with what the scenes will say, where that is known before they are written."""
        if request.storyboard and all(scene.image_prompt for scene in request.storyboard.scenes):
            return
        script = self._services.script
        listing = script_pb2.ListEnginesRequest()
        default_engine(await self.questions.every(script.ListEngines, listing, "engines", "script"), "script")
        if not request.storyboard:
            try:
                spoken += (await self._planned(brief.write)).narrations
            except PixelleError as error:
                if not unknown(error):  # else the task's first step will say what is wrong
                    raise

    async def _lines(self, request: VideoGenerateRequest) -> int:
        """Scenes of a script that is spoken as it is."""
        return (await self._planned(script_pb2.WriteStoryboardRequest(plan=plan_of(request)))).scene_count

    async def _planned(self, asked: script_pb2.WriteStoryboardRequest) -> script_pb2.CheckStoryboardResponse:
        """What the script service says beforehand; its errors name fields as our callers know them."""
        method = self._services.script.CheckStoryboard
        try:
            return await self.questions.ask(method, script_pb2.CheckStoryboardRequest(request=asked), "script")
        except PixelleError as error:
            error.message = error.message.removeprefix("plan.")
            raise

    async def _media(self, brief: Brief, *, needed: bool) -> None:
        """The workflow exists and makes what the template shows."""
        part = brief.image or brief.footage
        if part is None or not needed:
            return
        shows = "images" if brief.image else "videos"
        template = brief.clip.page.template
        await self.media.able(
            part,
            but=f"but the template {template!r} shows {shows}. Choose another media_workflow or frame_template.",
            instead="Choose another frame_template.",
        )
        await self.media.makeable(part)


def _written_around(request: VideoGenerateRequest) -> bool:
    """The script is written around the assets."""
    return request.pipeline == "asset_based" and request.mode == "generate" and not request.storyboard


def _filled(
    request: VideoGenerateRequest, template: render_pb2.Template, settings: GatewaySettings
) -> VideoGenerateRequest:
    """The request with this installation's choices where it makes none."""
    footage = template.media == render_pb2.TEMPLATE_MEDIA_VIDEO
    voice = request.tts_voice or request.voice_id
    usual = "" if voice or request.tts_workflow or request.ref_audio else settings.tts_voice
    defaults = {
        "tts_voice": usual,
        "tts_workflow": "" if voice or usual else settings.tts_workflow,
        "media_workflow": settings.video_workflow if footage else settings.image_workflow,
        "prompt_prefix": settings.video_prompt_prefix if footage else settings.image_prompt_prefix,
    }
    chosen: dict[str, Any] = {name: getattr(request, name) or value for name, value in defaults.items()}
    if "tts_speed" not in request.model_fields_set:
        chosen["tts_speed"] = settings.tts_speed
    return request.model_copy(update=chosen)
