"""Which voices there are, and which one speaks a text."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, nearest
from pixelle.text.detection import detect_language
from pixelle.text.tags import primary, speaks
from pixelle.tts.v1 import tts_pb2
from svc_tts.cloning.shelf import MADE
from svc_tts.listing import trouble

if TYPE_CHECKING:
    from pixelle.runtime.engines import Engines
    from svc_tts.engines.base import TtsEngine, VoiceInfo

__all__ = ["SAMPLES", "Named", "candidates", "choose", "installed", "spoken_by_copy", "usual_workflow", "workflow_for"]

SAMPLES = MappingProxyType({
    "ar": "هذا هو صوتي، وهكذا أقرأ قصتك.",
    "cs": "Tohle je můj hlas a takto čtu váš příběh.",
    "de": "Das ist meine Stimme, und so lese ich deine Geschichte.",
    "el": "Αυτή είναι η φωνή μου, και έτσι διαβάζω την ιστορία σου.",
    "en": "This is my voice, and this is how I read your story.",
    "es": "Esta es mi voz, y así es como leo tu historia.",
    "fr": "Voici ma voix, et voici comment je lis votre histoire.",
    "hi": "यह मेरी आवाज़ है, और मैं आपकी कहानी ऐसे पढ़ती हूँ।",
    "hu": "Ez az én hangom, és így olvasom a történetedet.",
    "id": "Ini suara saya, dan beginilah saya membacakan ceritamu.",
    "it": "Questa è la mia voce, ed è così che leggo la tua storia.",
    "ja": "これが私の声です。あなたの物語をこのように読みます。",
    "ko": "이것이 제 목소리이고, 이렇게 이야기를 읽습니다.",
    "nl": "Dit is mijn stem, en zo lees ik jouw verhaal.",
    "pl": "To jest mój głos i tak czytam twoją historię.",
    "pt": "Esta é a minha voz, e é assim que leio a sua história.",
    "ru": "Это мой голос, и вот так я читаю вашу историю.",
    "sv": "Det här är min röst, och så här läser jag din berättelse.",
    "tr": "Bu benim sesim ve hikayeni böyle okuyorum.",
    "uk": "Це мій голос, і ось так я читаю вашу історію.",
    "vi": "Đây là giọng của tôi, và tôi đọc câu chuyện của bạn như thế này.",
    "zh": "这是我的声音，我就是这样朗读你的故事的。",
})  # fmt: skip
"""A sentence in each language, for trying a voice."""


@dataclass(frozen=True)
class Named:
    """An engine that a request names, loaded or not."""

    name: str
    """In the table."""
    workflow: str
    """Its key, without a model."""
    model: str
    """What the request names beyond that."""
    engine: TtsEngine

    @classmethod
    def of(cls, engines: Engines[TtsEngine], workflow: str, engine: TtsEngine) -> Named:
        """Of a request's workflow key. engine: the one it names, with its model."""
        name = engines.name(workflow)
        key = next(entry.workflow for each, entry, _ in engines.each() if each == name)
        return cls(name, key, engines.model(workflow), engine)


def installed(engines: Engines[TtsEngine]) -> list[tts_pb2.Voice]:
    """Every voice that can be used now, sorted by id ("<engine>/<voice>")."""
    found = [
        tts_pb2.Voice(
            id=f"{name}/{voice.name}",
            name=voice.title,
            languages=voice.languages,
            gender=voice.gender,
            workflow=f"{entry.workflow}/{voice.model}" if voice.model else entry.workflow,
            sample_text=SAMPLES.get(primary(voice.languages[0]) if voice.languages else "en", ""),
        )
        for name, entry, engine in engines.each()
        if trouble(engine) is None
        for voice in engine.voices()
        if not voice.unusable
    ]
    return sorted(found, key=lambda voice: voice.id)


def workflow_for(engines: Engines[TtsEngine], workflow: str, voice_id: str) -> str:
    """
    The workflow key that speaks with a voice; the id of a voice begins with the name of its engine.

    workflow: as the caller sent it; "" leaves the choice to the voice.
    Raises NotFound (VOICE_NOT_FOUND), InvalidArgument (WORKFLOW_UNKNOWN).
    """
    for name, entry, engine in engines.each():
        if voice_id.startswith(name + "/"):
            voices = engine.voices()
            models = [each.model for each in voices if f"{name}/{each.name}" == voice_id]
            if not models and any(each.model for each in voices) and not voice_id.startswith(f"{name}/{MADE}"):
                raise _unknown(engines, voice_id)
            own = f"{entry.workflow}/{models[0]}" if any(models) else entry.workflow
            if (
                workflow
                and workflow not in {own, entry.workflow}
                and (any(models) or engines.peek(workflow) is not engine)
            ):
                raise NotFound(
                    f"Voice {voice_id!r} belongs to workflow {own!r}, not to {workflow!r}. Leave out one of them.",
                    reason="VOICE_NOT_FOUND",
                )
            return own if any(models) else workflow or own
    raise _unknown(engines, voice_id)


async def usual_workflow(engines: Engines[TtsEngine], *, text: str, language: str) -> str:
    """
    The workflow key for a text whose caller names neither workflow nor voice; "" means the default engine.

    Where that has no voice for the language, it is the first engine of this machine that has one. Engines that send the
    text elsewhere, or are for tests, are used only when they are named. language: as the caller sent it.

    That it may be another engine is promised by the contract (`SynthesizeRequest.workflow`); which one, is decided here
    alone. Callers that read the promise, as the gateway does before it takes a task, ask less: whether anybody can be.
    """
    default = engines.peek()
    if not any(voice.languages for voice in default.voices()) or trouble(default):
        return ""
    spoken = language or await asyncio.to_thread(detect_language, text)
    for name, entry, engine in sorted(engines.each(), key=lambda each: each[0] != engines.default):
        ours = name == engines.default or (entry.workflow.startswith("local/") and not engine.features.for_tests)
        if ours and any(speaks(v.languages, spoken) for v in engine.voices() if not v.unusable) and not trouble(engine):
            return "" if name == engines.default else entry.workflow
    return ""


async def choose(
    engines: Engines[TtsEngine], named: Named, *, voice_id: str, text: str, language: str
) -> tuple[VoiceInfo, str]:
    """
    The voice that is to speak `text`, and the text's language ("" when it cannot be told).

    voice_id: as the caller sent it; "" means the first voice of the engine that speaks the language.
    language: as the caller sent it; "" means to detect it.
    Raises InvalidArgument (LANGUAGE_UNSUPPORTED), and as `candidates`.
    """
    usable = candidates(engines, named, voice_id=voice_id)
    # who speaks everything need not be asked, and detection costs memory
    spoken = language or (await asyncio.to_thread(detect_language, text) if any(v.languages for v in usable) else "")
    for voice in usable:
        if speaks(voice.languages, spoken):
            return voice, spoken
    one = voice_id or (f"{named.name}/{usable[0].name}" if len(usable) == 1 and named.model else "")
    who = f"voice {one!r}" if one else f"any voice of {named.workflow!r}"
    guess = "" if language else " If it is in another language, say so in `language`."
    raise InvalidArgument(
        f"The text is in {spoken!r}, which is not spoken by {who}.{guess} Installed voices: {_listed(engines)}.",
        reason="LANGUAGE_UNSUPPORTED",
        details={"language": spoken},
    )


def candidates(engines: Engines[TtsEngine], named: Named, *, voice_id: str) -> list[VoiceInfo]:
    """
    The voices of which one is to speak.

    voice_id: as the caller sent it; "" means any of the engine, or the one that its workflow key names.
    Raises NotFound (VOICE_NOT_FOUND), FailedPrecondition (VOICE_UNUSABLE, VOICE_NEEDED).
    """
    voices = named.engine.voices()
    if not voices and not voice_id and named.engine.features.cloning:
        raise FailedPrecondition(
            f"{named.workflow!r} has no voice of its own. Send ref_audio, or make a voice with CreateVoice and send "
            "its voice_id.",
            reason="VOICE_NEEDED",
        )
    wanted = voice_id or (f"{named.name}/{named.model}" if named.model and not named.engine.features.models else "")
    if wanted:
        voices = tuple(voice for voice in voices if f"{named.name}/{voice.name}" == wanted)
        if not voices:
            raise _unknown(engines, wanted)
        if voices[0].unusable:
            raise FailedPrecondition(f"Voice {wanted!r} cannot be used: {voices[0].unusable}", reason="VOICE_UNUSABLE")
    return [voice for voice in voices if not voice.unusable]


async def spoken_by_copy(named: Named, made: tts_pb2.Voice | None, *, text: str, language: str) -> tuple[str, str]:
    """
    The stock voice that a copied one replaces ("" when there is none), and the text's language.

    made: the voice of CreateVoice; None for a recording sent along.
    Raises InvalidArgument (LANGUAGE_UNSUPPORTED).
    """
    languages = tuple(made.languages) if made and made.languages else named.engine.features.languages
    spoken = language or (await asyncio.to_thread(detect_language, text) if languages else "")
    if not speaks(languages, spoken):
        who = f"voice {made.id!r}" if made else f"the engine of {named.workflow!r}"
        guess = "" if language else " If it is in another language, say so in `language`."
        more = ""
        if made and speaks(named.engine.features.languages, spoken):
            more = (
                " Its engine would: delete the voice and make it again without `language`, which leaves it all of them."
            )
        raise InvalidArgument(
            f"The text is in {spoken!r}, which is not spoken by {who}.{guess} It speaks: {', '.join(languages)}.{more}",
            reason="LANGUAGE_UNSUPPORTED",
            details={"language": spoken},
        )
    stock = next((voice.name for voice in named.engine.voices() if not voice.unusable), "")
    return stock, spoken or (languages[0] if languages else "")


def _unknown(engines: Engines[TtsEngine], voice_id: str) -> NotFound:
    known = [voice.id for voice in installed(engines)]
    return NotFound(f"There is no voice {voice_id[:100]!r}.{nearest(voice_id[:100], known)}", reason="VOICE_NOT_FOUND")


def _listed(engines: Engines[TtsEngine]) -> str:
    voices = installed(engines)
    parts = [f"{voice.id} ({', '.join(voice.languages) or 'any language'})" for voice in voices[:12]]
    return ", ".join(parts) + (", ..." if len(voices) > 12 else "")
