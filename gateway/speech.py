"""The JSON of speech and voices."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import UploadFile  # noqa: TC002 - pydantic needs it when the class is made
from pydantic import BaseModel, ConfigDict, Field, model_validator

from gateway.boards import Strict
from gateway.fields import VoiceId, or_default

__all__ = [
    "Likeness",
    "Speech",
    "SpeechRequest",
    "SpokenWord",
    "Understood",
    "VoiceForm",
    "VoiceInfo",
    "VoiceList",
    "VoiceMade",
]

_LONGEST = 20_000


class SpeechRequest(Strict):
    """What is to be said, and how."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Hello, this is a test.", "speed": 1.0}]}
    )

    text: str = Field(min_length=1, max_length=_LONGEST, description='What to say; "[pause 0.5s]" is silence.')
    workflow: str | None = Field(default=None, max_length=500, description='Workflow key: "local/piper".')
    ref_audio: str | None = Field(
        default=None, max_length=2_000, description="A recording whose voice is copied: path or URL."
    )
    voice: VoiceId | None = Field(default=None, max_length=500, description="Voice id of GET /api/resources/voices.")
    voice_id: VoiceId | None = Field(default=None, max_length=500, description="Deprecated: use voice.")
    speed: Annotated[float, or_default(1.0)] = Field(default=1.0, ge=0.5, le=2)
    language: str | None = Field(default=None, max_length=35, description="BCP 47 tag. Null: that of the text.")
    pronunciations: dict[str, str] | None = Field(
        default=None, max_length=500, description='How words are to be read: {"Nguyen": "win"}.'
    )
    seed: Annotated[int, or_default(0)] = Field(
        default=0, ge=0, lt=2**32, description="Another one gives another reading, where the engine can."
    )
    verify: Annotated[bool, or_default(False)] = Field(
        default=False, description="Listen to what was spoken, and speak again what cannot be understood."
    )

    @model_validator(mode="after")
    def _one_voice(self) -> SpeechRequest:
        if not self.text.strip():
            raise ValueError("text is blank: send something to say.")
        if self.voice and self.voice_id and self.voice != self.voice_id:
            raise ValueError("voice and voice_id name different voices. Leave voice_id out.")
        return self


class SpokenWord(BaseModel):
    """A word and when it is spoken."""

    text: str
    start: float = Field(description="Seconds.")
    end: float = Field(description="Seconds.")


class Understood(BaseModel):
    """What a transcriber understood."""

    word_error: float = Field(description="Edits from the text to what was heard, divided by the length of the text.")
    attempts: int = Field(description="How often the text was spoken; the best reading was kept.")
    limit: float = Field(description="Above this it was spoken again.")
    heard: str


class Likeness(BaseModel):
    """How alike a copied voice is to its recording."""

    cosine: float = Field(
        description="Of the speaker embeddings, -1 to 1. What one person reaches depends on the encoder."
    )
    encoder: str = Field(description="What measured.")


class Speech(BaseModel):
    """Spoken text."""

    success: bool = True
    message: str = "Success"
    audio_path: str = Field(description="Below /api/files/.")
    audio_url: str
    duration: float = Field(description="Seconds.")
    words: list[SpokenWord]
    timing_source: Literal["model", "aligned", "proportional"] = Field(description="Where the words' times come from.")
    engine: str
    verification: Understood | None = Field(default=None, description="Set when `verify` was asked for.")
    voice_likeness: Likeness | None = Field(
        default=None, description="Set for copied voices of engines that have a speaker encoder."
    )


class VoiceInfo(BaseModel):
    """A voice that requests can name."""

    id: str = Field(description='What is sent as `tts_voice`, or as `voice` of a scene: "piper/en_US-joe".')
    name: str
    language: str = Field(description="The first of `languages`; empty when it speaks any.")
    languages: list[str] = Field(description="BCP 47 tags; empty: any.")
    gender: Literal["female", "male", ""] = Field(description="Empty when not known.")
    workflow: str = Field(description="Workflow key of its engine.")
    cloned: bool = Field(description="Made here from a recording; only such voices can be deleted.")
    sample_text: str
    sample_url: str | None = Field(
        description="The voice saying `sample_text`, made when first asked for; of a made voice, the recording. "
        "Null for voices of vendors: every sentence would be sent to them."
    )


class VoiceList(BaseModel):
    """The voices of this installation, as they are now."""

    success: bool = True
    message: str = "Success"
    voices: list[VoiceInfo]
    cloning_workflows: list[str] = Field(description="Workflow keys that can copy a voice now.")
    consent: str = Field(description="What has to be sent as `consent` to have a voice made; empty: anything.")


class VoiceForm(BaseModel):
    """A recording, and whose voice it is."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(max_length=1_000, description="Name for people.")
    consent: str = Field(default="", max_length=10_000, description="The sentence GET /api/resources/voices tells.")
    ref_audio: UploadFile | None = Field(
        default=None,
        description="The recording: at least 3 s of one person speaking; WAV, MP3, FLAC, M4A, OGG or WebM.",
    )
    ref_audio_url: str = Field(default="", max_length=2_000, description="Instead of the file, its URL or path.")
    workflow: str = Field(default="", max_length=500, description="Empty: the default engine that can copy voices.")
    language: str = Field(default="", max_length=35, description="BCP 47 tag of the recording. Empty: any.")
    gender: str = Field(default="", max_length=20, description="female, male or empty.")


class VoiceMade(BaseModel):
    """Answer to making a voice."""

    success: bool = True
    message: str = "Voice created successfully"
    voice: VoiceInfo
