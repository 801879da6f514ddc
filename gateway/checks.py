"""What can be asked before any work is spent: does everything a request names exist, and can it be done?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gateway.assets import check_scenes, match_of, scene_count, take_assets
from gateway.convert import brief_of, music_of, plan_of
from gateway.lookup import default_engine, engine_of, fits, not_ready, workflows_of
from gateway.together import together
from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.client import call, result_of, unknown
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PixelleError, nearest
from pixelle.runtime.language import check_language, detect_language, speaks
from pixelle.script.v1 import script_pb2
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.callbacks import Callbacks
    from gateway.files import Intake
    from gateway.schemas import VideoGenerateRequest
    from gateway.services import Services
    from gateway.settings import GatewaySettings
    from gateway.workflow.assets import Asset
    from gateway.workflow.brief import Brief

__all__ = ["Checks"]

_AUDIO = ("audio/", "video/")
_SHOWING = frozenset({render_pb2.TEMPLATE_MEDIA_IMAGE, render_pb2.TEMPLATE_MEDIA_VIDEO})


class Checks:
    """Turns requests into briefs, or says what is wrong with them."""

    def __init__(self, services: Services, intake: Intake, callbacks: Callbacks, settings: GatewaySettings) -> None:
        """settings: how long a question may take, and what requests mean that leave something out."""
        self._services = services
        self._intake = intake
        self._callbacks = callbacks
        self._settings = settings

    async def brief(self, request: VideoGenerateRequest) -> Brief:
        """
        What a task for this request will ask of the services.

        Raises InvalidArgument, FailedPrecondition and, when a service does not answer, Unavailable naming it.
        """
        check_scenes(request)
        if request.callback_url:
            await self._callbacks.check(request.callback_url)
        count = 0
        try:
            template = await self._template(request.frame_template or "")
            assets = await take_assets(request, self._intake, self._ask, self._services.render.Probe)
            if assets:
                template = await self._showing(template, assets, chosen=bool(request.frame_template))
                count = await scene_count(request, assets, lambda: self._lines(request))
            request = _filled(request, template, self._settings)
            language = await self._language(request)
            brief = brief_of(request, template, language=language)
            if assets:
                brief.bring(assets, match_of(request), written=_written_around(request))
            await self._shown(brief.clip, template)
            brief.warnings += _unknown_params(request, template)
            await together(
                self._script(request, brief),
                self._voice(request, brief, language),
                self._scene_voices(request, language),
                self._media(brief, needed=not assets or len(assets) < count),
                self._music(request, brief),
            )
        except NotFound as error:
            # what is missing was named in the body: the endpoint itself was found
            raise InvalidArgument(error.message, reason=error.reason, details=error.details) from error
        return brief

    async def _ask(self, method: Any, request: Any, service: str) -> Any:
        return await call(method, request, timeout=self._settings.question_seconds, service=service)

    async def _every(self, method: Any, request: Any, field: str, service: str) -> list[Any]:
        """All pages of a list."""
        request.page_size = 1000
        found: list[Any] = []
        while True:
            answer = await self._ask(method, request, service)
            found += getattr(answer, field)
            if not answer.next_page_token:
                return found
            request.page_token = answer.next_page_token

    async def _template(self, key: str) -> render_pb2.Template:
        request = render_pb2.GetTemplateRequest(template=key)
        return (await self._ask(self._services.render.GetTemplate, request, "render")).template

    async def _language(self, request: VideoGenerateRequest) -> str:
        given = request.language or (request.storyboard.language if request.storyboard else "")
        if given:
            return check_language(given, "language")
        text = "\n".join(s.narration for s in request.storyboard.scenes) if request.storyboard else request.text
        return await asyncio.to_thread(detect_language, text)

    async def _shown(self, clip: render_pb2.RenderClipRequest, template: render_pb2.Template) -> None:
        """The template can show such captions and such a movement."""
        if clip.motion == render_pb2.MOTION_PAN and template.media != render_pb2.TEMPLATE_MEDIA_IMAGE:
            footage = template.media == render_pb2.TEMPLATE_MEDIA_VIDEO
            raise FailedPrecondition(
                f"The template {template.key!r} shows {'footage, which moves by itself' if footage else 'no picture'}. "
                "Leave motion out, or choose an image_ template with frame_template.",
                reason="MOTION_NOT_SUPPORTED",
            )
        if clip.captions != render_pb2.CAPTION_MODE_OFF and clip.captions not in template.captions:
            listing = render_pb2.ListTemplatesRequest()
            templates = await self._every(self._services.render.ListTemplates, listing, "templates", "render")
            size = (template.width, template.height)
            able = [each.key for each in templates if clip.captions in each.captions]
            near = [key for key in able if key.startswith("{}x{}/".format(*size))]
            raise FailedPrecondition(
                f"The template {template.key!r} cannot show such captions. Leave captions out, or choose one of these "
                f"with frame_template: {', '.join(near or able) or 'none here can'}.",
                reason="CAPTIONS_NOT_SUPPORTED",
            )

    async def _script(self, request: VideoGenerateRequest, brief: Brief) -> None:
        if request.storyboard and all(scene.image_prompt for scene in request.storyboard.scenes):
            return
        listing = script_pb2.ListEnginesRequest()
        default_engine(await self._every(self._services.script.ListEngines, listing, "engines", "script"), "script")
        if not request.storyboard:
            asked = script_pb2.CheckStoryboardRequest(request=brief.write)
            try:
                await self._ask(self._services.script.CheckStoryboard, asked, "script")
            except PixelleError as error:
                if not unknown(error):  # else the task's first step will say what is wrong
                    raise

    async def _voice(self, request: VideoGenerateRequest, brief: Brief, language: str) -> None:
        tts = self._services.tts
        engines = await self._every(tts.ListEngines, tts_pb2.ListEnginesRequest(), "engines", "tts")
        wanted = request.tts_voice or request.voice_id
        if wanted:
            voices = await self._every(tts.ListVoices, tts_pb2.ListVoicesRequest(), "voices", "tts")
            voice = next((each for each in voices if each.id == wanted), None)
            if voice is None:
                known = [each.id for each in voices]
                raise InvalidArgument(f"Unknown voice {wanted!r}.{nearest(wanted, known)}", reason="VOICE_NOT_FOUND")
            if request.tts_workflow and not fits(request.tts_workflow, voice.workflow):
                raise InvalidArgument(
                    f"The voice {wanted!r} belongs to {voice.workflow!r}, not to {request.tts_workflow!r}. "
                    "Leave one of the two out.",
                    reason="VOICE_OF_OTHER_WORKFLOW",
                )
            brief.speak.voice_id = voice.id
            brief.speak.workflow = request.tts_workflow or voice.workflow
        engine = engine_of(engines, brief.speak.workflow, "tts")
        if request.verify:
            answer = await self._ask(tts.ListEngines, tts_pb2.ListEnginesRequest(page_size=1), "tts")
            if answer.verify_reason:
                raise FailedPrecondition(
                    f"verify cannot be asked for: {answer.verify_reason}.", reason="VERIFY_NOT_INSTALLED"
                )
        if request.ref_audio:
            if not engine.features.cloning:
                raise FailedPrecondition(
                    f"The engine {engine.name!r} cannot copy a voice. Leave ref_audio out, or choose a tts_workflow "
                    "whose engine can.",
                    reason="ENGINE_CANNOT_CLONE",
                )
            brief.speak.ref_audio.CopyFrom(await self.recording(request.ref_audio, field="ref_audio"))
        elif language:
            await self._spoken(language, engine, brief.speak.voice_id)

    async def recording(self, path: str, *, field: str) -> core_pb2.Artifact:
        """
        A recording with sound in it, in the store. path: or a URL. field: that named it.

        Raises InvalidArgument (FILE_*, URL_*), PermissionDenied (URL_FORBIDDEN), NotFound (FILE_NOT_FOUND).
        """
        sample = await self._intake.must_take(path, field=field, accept=_AUDIO)
        await self._must_sound(render_pb2.MediaSource(artifact=sample), field, path)
        return sample

    async def scene_voice(self, voice_id: str, language: str) -> None:
        """
        A voice of this id exists and speaks the language ("" is not checked).

        Raises InvalidArgument (VOICE_NOT_FOUND, LANGUAGE_NOT_SPOKEN), FailedPrecondition (ENGINE_NOT_INSTALLED).
        """
        tts = self._services.tts
        voices = await self._every(tts.ListVoices, tts_pb2.ListVoicesRequest(), "voices", "tts")
        voice = next((each for each in voices if each.id == voice_id), None)
        if voice is None:
            known = [each.id for each in voices]
            raise InvalidArgument(f"Unknown voice {voice_id!r}.{nearest(voice_id, known)}", reason="VOICE_NOT_FOUND")
        engines = await self._every(tts.ListEngines, tts_pb2.ListEnginesRequest(), "engines", "tts")
        engine = engine_of(engines, voice.workflow, "tts")
        if language:
            await self._spoken(language, engine, voice_id)

    async def _scene_voices(self, request: VideoGenerateRequest, language: str) -> None:
        scenes = request.storyboard.scenes if request.storyboard else []
        for voice_id in {scene.voice: None for scene in scenes if scene.voice}:
            await self.scene_voice(voice_id, language)

    async def _spoken(self, language: str, engine: core_pb2.Engine, voice_id: str) -> None:
        """Refuse a language that the voices of the engine, or the one that was chosen, do not speak."""
        listing = tts_pb2.ListVoicesRequest(workflow=engine.workflow)
        voices = await self._every(self._services.tts.ListVoices, listing, "voices", "tts")
        chosen = [voice for voice in voices if voice.id == voice_id] if voice_id else voices
        able = any(speaks(list(voice.languages), language) for voice in chosen)
        if able or (not chosen and speaks(list(engine.features.languages), language)):
            return
        everyone = await self._every(self._services.tts.ListVoices, tts_pb2.ListVoicesRequest(), "voices", "tts")
        known = ", ".join(f"{voice.id} ({', '.join(voice.languages) or 'any'})" for voice in everyone)
        who = f"The voice {voice_id!r} does not speak" if voice_id else f"No voice of {engine.workflow!r} speaks"
        raise InvalidArgument(
            f"{who} {language!r}, which the text seems to be in. Voices: {known or 'none is installed'}. If the text "
            "is in another language, say so with `language`.",
            reason="LANGUAGE_NOT_SPOKEN",
        )

    async def _showing(
        self, template: render_pb2.Template, assets: Sequence[Asset], *, chosen: bool
    ) -> render_pb2.Template:
        """
        The template if it can show the assets, else (unless the caller has chosen it) one of its size that can.

        Raises FailedPrecondition (ASSETS_NOT_SHOWN).
        """
        moving = any(each.visual.kind == core_pb2.MEDIA_KIND_VIDEO for each in assets)
        able = {render_pb2.TEMPLATE_MEDIA_VIDEO} if moving else _SHOWING
        if template.media in able:
            return template
        listing = render_pb2.ListTemplatesRequest()
        templates = await self._every(self._services.render.ListTemplates, listing, "templates", "render")
        size = (template.width, template.height)
        found = [each for each in templates if each.media in able and (each.width, each.height) == size]
        found.sort(key=lambda each: not each.key.endswith("_default.html"))
        if found and not chosen:
            return found[0]
        what = "clips" if moving else "pictures"
        raise FailedPrecondition(
            f"The template {template.key!r} cannot show {what}, and some assets are {what}. Choose one of these with "
            f"frame_template: {', '.join(each.key for each in found) or 'none of its size is here'}.",
            reason="ASSETS_NOT_SHOWN",
        )

    async def _lines(self, request: VideoGenerateRequest) -> int:
        """Scenes of a script that is spoken as it is."""
        plan = plan_of(request)
        asked = script_pb2.GenerateNarrationsRequest(plan=plan)
        method = self._services.script.GenerateNarrations
        said = await result_of(method, asked, timeout=self._settings.question_seconds, service="script")
        return len(said.narrations)

    async def _media(self, brief: Brief, *, needed: bool) -> None:
        """The workflow exists and makes what the template shows."""
        media = self._services.media
        part = brief.image or brief.footage
        if part is None or not needed:
            return
        kind = "images" if brief.image else "videos"
        engines = await self._every(media.ListEngines, media_pb2.ListEnginesRequest(), "engines", "media")
        if not part.workflow:
            able = [each for each in engines if getattr(each.features, kind)]
            if not any(each.available for each in able):
                default = default_engine(able or engines, "media")
                raise FailedPrecondition(
                    f"No installed engine makes {kind}; {default.name!r} does not. Choose another frame_template.",
                    reason="ENGINE_CANNOT_VIDEO" if brief.footage else "ENGINE_CANNOT_IMAGE",
                )
            await self._makeable(brief)
            return
        listing = media_pb2.ListWorkflowsRequest()
        workflows = await self._every(media.ListWorkflows, listing, "workflows", "media")
        found = workflows_of(workflows, part.workflow, engines)
        wanted = core_pb2.MEDIA_KIND_IMAGE if brief.image else core_pb2.MEDIA_KIND_VIDEO
        right = [each for each in found if each.kind in {core_pb2.MEDIA_KIND_UNSPECIFIED, wanted}]
        if found and not right:
            makes = "videos" if brief.image else "images"
            raise InvalidArgument(
                f"The workflow {part.workflow!r} makes {makes}, but the template {brief.clip.page.template!r} shows "
                f"{kind}. Choose another media_workflow or frame_template.",
                reason="WORKFLOW_WRONG_KIND",
            )
        if right and not right[0].available:
            raise not_ready(right[0].key, right[0].reason, "media")
        await self._makeable(brief)

    async def _makeable(self, brief: Brief) -> None:
        """The media service can do what is asked of the model. Raises what it says."""
        asked = media_pb2.CheckMediaRequest(image=brief.image, video=brief.footage)
        try:
            await self._ask(self._services.media.CheckMedia, asked, "media")
        except PixelleError as error:
            if not unknown(error):  # else the task's first picture will say what is wrong
                raise

    async def _music(self, request: VideoGenerateRequest, brief: Brief) -> None:
        path = request.bgm_path
        if not path:
            return
        artifact = await self._intake.take(path, field="bgm_path", accept=_AUDIO)
        name = path.removeprefix("bgm/")
        if artifact:
            source = render_pb2.MediaSource(artifact=artifact)
        elif name and "/" not in name and "\\" not in name:
            source = render_pb2.MediaSource(music_name=name)
        else:
            raise self._intake.missing(path, "bgm_path")
        await self._must_sound(source, "bgm_path", path)
        brief.assemble.music.CopyFrom(music_of(request, source))

    async def _must_sound(self, source: render_pb2.MediaSource, field: str, path: str) -> None:
        probed = await self._ask(self._services.render.Probe, render_pb2.ProbeRequest(source=source), "render")
        if not probed.has_audio:
            raise InvalidArgument(f"{field} names {path!r}, which has no sound in it.", reason="FILE_HAS_NO_AUDIO")


def _written_around(request: VideoGenerateRequest) -> bool:
    """The script is written around the assets."""
    return request.pipeline == "asset_based" and request.mode == "generate" and not request.storyboard


def _filled(
    request: VideoGenerateRequest, template: render_pb2.Template, settings: GatewaySettings
) -> VideoGenerateRequest:
    """The request with this installation's choices where it makes none."""
    footage = template.media == render_pb2.TEMPLATE_MEDIA_VIDEO
    voice = request.tts_voice or request.voice_id
    defaults = {
        "tts_workflow": "" if voice else settings.tts_workflow,
        "media_workflow": settings.video_workflow if footage else settings.image_workflow,
        "prompt_prefix": settings.video_prompt_prefix if footage else settings.image_prompt_prefix,
    }
    return request.model_copy(update={name: getattr(request, name) or value for name, value in defaults.items()})


def _unknown_params(request: VideoGenerateRequest, template: render_pb2.Template) -> list[str]:
    """One line for each value that the template has no use for."""
    known = [param.name for param in template.params]
    return [
        f"The template {template.key!r} has no parameter {name!r}.{nearest(name, known) if known else ''}"
        for name in request.template_params or {}
        if name not in known
    ]
