"""What callers do with voices alone: hear a text, list voices, make one from a recording."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pixelle.runtime.errors import NotFound
from pixelle_video.placing import writable
from pixelle_video.results import Voice
from pixelle_video.workflows import WORKING, Maker, sent_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pixelle_video.tasks import Tasks

__all__ = ["Speaking", "TextToSpeech", "Voices"]

_VOICES = "/api/resources/voices"


class TextToSpeech(Maker):
    """Speaks texts: `await pixelle.tts("Hello")`."""

    kind = "tts"

    async def __call__(  # noqa: PLR0917 - the documented signature
        self,
        text: str,
        workflow: str | None = None,
        voice: str | None = None,
        speed: float | None = None,
        ref_audio: str | Path | None = None,
        output_path: str | Path | None = None,
        *,
        language: str | None = None,
        pronunciations: dict[str, str] | None = None,
        seed: int | None = None,
        verify: bool = False,
    ) -> str:
        """
        The path of a WAV file (mono, 16 bit) in which `text` is spoken.

        voice: an id of `voices.list`. speed: 0.5 to 2. ref_audio: a recording whose voice is copied: path or URL.
        output_path: where to put it; None: below the output folder. seed: another one gives another reading.
        verify: listen to what was spoken, and speak again what cannot be understood.
        Raises PixelleError: InvalidArgument before anything is spent, else what went wrong.
        """
        gateway = self._ready()
        target = None if output_path is None else writable(output_path, "audio/wav")
        given: dict[str, Any] = {
            "text": text,
            "workflow": workflow,
            "voice": voice,
            "speed": speed,
            "ref_audio": await gateway.reachable(ref_audio),
            "language": language,
            "pronunciations": pronunciations,
            "seed": seed,
            "verify": verify or None,
        }
        said = await gateway.transport.ask("POST", "/api/tts/synthesize", body=sent_only(given), seconds=WORKING)
        target = target or gateway.output_dir / said["audio_path"]
        await gateway.fetch(f"/api/files/{quote(said['audio_path'])}", target)
        return str(target)


class Voices:
    """The voices of an installation: `await pixelle.voices.list()`."""

    def __init__(self, ready: Callable[[], Tasks]) -> None:
        """ready: gives the gateway, or raises FailedPrecondition (NOT_INITIALIZED)."""
        self._ready = ready

    async def list(self, workflow: str = "", language: str = "") -> Sequence[Voice]:
        """The voices that can be named now: of one workflow, that speak one language (BCP 47), or all."""
        query = {name: value for name, value in (("workflow", workflow), ("language", language)) if value}
        said = await self._ready().transport.ask("GET", _VOICES, query=query)
        return [_voice(each, self._ready()) for each in said["voices"]]

    async def consent(self) -> str:
        """What has to be said as `consent` to have a voice made, as this installation words it; "" for anything."""
        return str((await self._ready().transport.ask("GET", _VOICES))["consent"])

    async def create(
        self,
        name: str,
        ref_audio: str | Path,
        *,
        consent: str,
        workflow: str = "",
        language: str = "",
        gender: str = "",
    ) -> Voice:
        """
        A voice made from a recording; its `id` can be used in any request from now on.

        ref_audio: a sound file of this machine, or a URL: at least 3 s of one person speaking.
        consent: the sentence of `consent()`, if it is true. language: of the recording; "": any of the engine's.
        Raises PixelleError: InvalidArgument (REF_AUDIO_*), FailedPrecondition (CONSENT_MISSING, ENGINE_CANNOT_CLONE).
        """
        form = {"name": name, "consent": consent, "workflow": workflow, "language": language, "gender": gender}
        transport = self._ready().transport
        if str(ref_audio).lower().startswith(("http://", "https://")):
            form["ref_audio_url"] = str(ref_audio)
            said = await transport.send(_VOICES, form=form, seconds=WORKING)
        else:
            path = Path(ref_audio)
            if not await asyncio.to_thread(path.is_file):
                raise NotFound(f"There is no file {str(path)!r} to make a voice of.", reason="FILE_NOT_FOUND")
            said = await transport.send(_VOICES, form=form, files={"ref_audio": path}, seconds=WORKING)
        return _voice(said["voice"], self._ready())

    async def delete(self, voice_id: str) -> None:
        """Forget a voice that was made here. Raises NotFound (VOICE_NOT_FOUND)."""
        await self._ready().transport.ask("DELETE", f"{_VOICES}/{quote(voice_id)}")

    async def sample(self, voice_id: str, output_path: str | Path) -> str:
        """The path of a WAV file in which the voice is heard. Raises NotFound (VOICE_NOT_FOUND, SAMPLE_NOT_FOUND)."""
        target = writable(output_path, "audio/wav")
        await self._ready().fetch(f"{_VOICES}/{quote(voice_id)}/sample", target)
        return str(target)


class Speaking(ABC):
    """The part of `PixelleVideoCore` that works with voices alone."""

    @property
    def tts(self) -> TextToSpeech:
        """Speaks texts."""
        return TextToSpeech(self._ready)

    @property
    def voices(self) -> Voices:
        """Lists, makes and deletes voices."""
        return Voices(self._ready)

    @abstractmethod
    def _ready(self) -> Tasks:
        """The gateway. Raises FailedPrecondition (NOT_INITIALIZED)."""


def _voice(said: dict[str, Any], gateway: Tasks) -> Voice:
    return Voice(
        id=said["id"],
        name=said["name"],
        languages=list(said["languages"]),
        gender=said["gender"],
        workflow=said["workflow"],
        cloned=said["cloned"],
        sample_url=None if gateway.local else said["sample_url"],
    )
