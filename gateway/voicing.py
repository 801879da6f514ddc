"""The voices that speak a video: they exist, speak its language, and can be copied where that is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.lookup import engine_of, fits, not_ready
from pixelle.runtime.client import unknown
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PixelleError, nearest
from pixelle.text.tags import speaks
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.questions import Questions
    from gateway.schemas import VideoGenerateRequest
    from gateway.sounds import SoundChecks
    from gateway.workflow.brief import Brief
    from pixelle.core.v1 import core_pb2

__all__ = ["VoiceChecks"]


class VoiceChecks:
    """Asks the tts service about its voices and engines."""

    def __init__(self, questions: Questions, sounds: SoundChecks, *, usual: str = "") -> None:
        """usual: voice of requests that name none, by the settings."""
        self._usual = usual
        self._questions = questions
        self._tts = questions.services.tts
        self._sounds = sounds

    async def voice(self, request: VideoGenerateRequest, brief: Brief, language: str) -> None:
        """Put the voice of a request into its brief. language: "" when unknown. Raises as `scene_voice`."""
        tts = self._tts
        engines = await self._questions.every(tts.ListEngines, tts_pb2.ListEnginesRequest(), "engines", "tts")
        wanted = request.tts_voice or request.voice_id
        if wanted:
            voices = await self._questions.every(tts.ListVoices, tts_pb2.ListVoicesRequest(), "voices", "tts")
            voice = next((each for each in voices if each.id == wanted), None)
            if voice is None:
                raise self._no_voice(wanted, voices, engines)
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
            answer = await self._questions.ask(tts.ListEngines, tts_pb2.ListEnginesRequest(page_size=1), "tts")
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
            brief.speak.ref_audio.CopyFrom(await self._sounds.recording(request.ref_audio, field="ref_audio"))
        elif language:
            await self._spoken(language, engine, brief.speak, engines)

    async def scene_voice(self, voice_id: str, language: str) -> None:
        """
        A voice of this id exists and speaks the language ("" is not checked).

        Raises InvalidArgument (VOICE_NOT_FOUND, LANGUAGE_NOT_SPOKEN), FailedPrecondition (ENGINE_NOT_INSTALLED).
        """
        await self._questions.sure(lambda: self._scene_voice(voice_id, language))

    async def _scene_voice(self, voice_id: str, language: str) -> None:
        tts = self._tts
        voices = await self._questions.every(tts.ListVoices, tts_pb2.ListVoicesRequest(), "voices", "tts")
        engines = await self._questions.every(tts.ListEngines, tts_pb2.ListEnginesRequest(), "engines", "tts")
        voice = next((each for each in voices if each.id == voice_id), None)
        if voice is None:
            raise self._no_voice(voice_id, voices, engines)
        engine = engine_of(engines, voice.workflow, "tts")
        if language:
            await self._spoken(language, engine, tts_pb2.SynthesizeRequest(voice_id=voice_id), engines)

    def _no_voice(
        self, wanted: str, voices: Sequence[tts_pb2.Voice], engines: Sequence[core_pb2.Engine]
    ) -> PixelleError:
        """Nobody is called so here, or the engine is not ready whose voices are called so."""
        named, slash, _ = wanted.partition("/")
        error: PixelleError = InvalidArgument(
            f"Unknown voice {wanted!r}.{nearest(wanted, [each.id for each in voices])}", reason="VOICE_NOT_FOUND"
        )
        for engine in engines:
            if slash and not engine.available and engine.workflow.rpartition("/")[2] == named:
                error = not_ready(engine.workflow, engine.reason, "tts")
                error.message = f"The voice {wanted!r} cannot speak. {error.message}"
        if wanted == self._usual:
            error.message = (
                f"{error.message.removesuffix('.')}. It is the usual voice here: PIXELLE_TTS_VOICE, or "
                "comfyui.tts.local.voice in config.yaml."
            )
        return error

    async def scene_voices(self, request: VideoGenerateRequest, language: str) -> None:
        """Those that scenes of a given storyboard name. Raises as `scene_voice`."""
        scenes = request.storyboard.scenes if request.storyboard else []
        for voice_id in {scene.voice: None for scene in scenes if scene.voice}:
            await self._scene_voice(voice_id, language)

    async def sayable(self, speak: tts_pb2.SynthesizeRequest, texts: Sequence[str], *, where: str) -> None:
        """
        The texts can be spoken as `speak` says. where: names one of them in errors, given its position.

        Raises InvalidArgument (TEXT_..., PAUSE_INVALID, PRONUNCIATION_INVALID, SPEED_OUT_OF_RANGE), FailedPrecondition.
        """
        if not (texts or speak.pronunciations or speak.speed != 1.0):
            return
        asked = tts_pb2.CheckSpeechRequest(request=speak, texts=texts)
        try:
            await self._questions.ask(self._tts.CheckSpeech, asked, "tts")
        except PixelleError as error:
            if unknown(error):  # an older service: the step that speaks it will say what is wrong
                return
            if (position := error.details.pop("text", "")).isdecimal():
                error.message = f"{where.format(position)}: {error.message}"
            raise

    async def _spoken(
        self,
        language: str,
        engine: core_pb2.Engine,
        speak: tts_pb2.SynthesizeRequest,
        engines: Sequence[core_pb2.Engine],
    ) -> None:
        """
        Refuse a language that none of the voices speaks among which the service may choose.

        Which one will speak is the service's to decide. Here only its promise is read (`SynthesizeRequest.workflow`):
        where nothing is named, an engine of its own machine may speak for the default one.
        """
        listing = tts_pb2.ListVoicesRequest()
        everyone = await self._questions.every(self._tts.ListVoices, listing, "voices", "tts")
        if speak.voice_id:
            chosen = [voice for voice in everyone if voice.id == speak.voice_id]
        else:
            chosen = [voice for voice in everyone if fits(voice.workflow, engine.workflow)]
        if any(speaks(voice.languages, language) for voice in chosen):
            return
        if not chosen and speaks(engine.features.languages, language):
            return
        others = [
            v for v in everyone if v.workflow.startswith("local/") and v.languages and speaks(v.languages, language)
        ]
        if others and not (speak.voice_id or speak.workflow):
            return
        raise _unspoken(language, f"The voice {speak.voice_id!r}" if speak.voice_id else "", engine, everyone, engines)


def _unspoken(
    language: str,
    voice: str,
    engine: core_pb2.Engine,
    voices: Sequence[tts_pb2.Voice],
    engines: Sequence[core_pb2.Engine],
) -> InvalidArgument:
    who = f"{voice} does not speak" if voice else f"No voice of {engine.workflow!r} speaks"
    known = ", ".join(f"{each.id} ({', '.join(each.languages) or 'any'})" for each in voices)
    lacking = [
        f"{each.workflow} would ({each.reason})"
        for each in engines
        if not each.available and each.features.languages and speaks(each.features.languages, language)
    ]
    more = "; ".join([*lacking, "docs/engines.md tells how to add voices"])
    return InvalidArgument(
        f"{who} {language!r}, which the text seems to be in. Voices: {known or 'none is installed'}. {more}. "
        "If the text is in another language, say so with `language`.",
        reason="LANGUAGE_NOT_SPOKEN",
    )
