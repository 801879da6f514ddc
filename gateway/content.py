"""The JSON of asking for words: answers to prompts, narrations, image prompts, titles."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from gateway.boards import Strict
from gateway.fields import Keepable, bounded, check_words, or_default

__all__ = [
    "Chat",
    "ChatRequest",
    "ImagePrompts",
    "ImagePromptsRequest",
    "Narrations",
    "NarrationsRequest",
    "Title",
    "TitleRequest",
]

_LONGEST = 100_000
_Said = Annotated[str, Field(min_length=1, max_length=20_000)]


class _Written(Strict):
    """What every request for words may say."""

    workflow: str | None = Field(default=None, max_length=500, description='Workflow key: "local/gguf", "api/openai".')
    seed: int | None = Field(default=None, ge=0, lt=2**32, description="Makes it repeatable where the engine can.")


class ChatRequest(_Written):
    """A prompt for the language model."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"prompt": "Name three colours.", "temperature": 0.2}]}
    )

    prompt: str = Field(min_length=1, max_length=_LONGEST, description="What to answer.")
    temperature: Annotated[float, or_default(0.7)] = Field(default=0.7, ge=0, le=2, allow_inf_nan=False)
    max_tokens: Annotated[int, or_default(2000)] = bounded(2000, 1, 32_000, "Most tokens to write.")
    response_schema: Keepable | None = Field(
        default=None, max_length=500, description="A JSON Schema that the answer is to satisfy. Null: free text."
    )

    @field_validator("prompt")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        return _said(value, "prompt")


class Chat(BaseModel):
    """What a language model answered."""

    success: bool = True
    message: str = "Success"
    content: str
    tokens_used: int | None = Field(description="Read and written; null when the engine does not count.")
    truncated: bool = Field(default=False, description="It ended at max_tokens.")


class NarrationsRequest(_Written):
    """What narrations to write."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Why develop a reading habit", "n_scenes": 3}]}
    )

    text: str = Field(min_length=1, max_length=_LONGEST, description="A topic or source material.")
    n_scenes: Annotated[int, or_default(5)] = bounded(5, 1, 20, "Exactly so many narrations.")
    min_words: Annotated[int, or_default(5)] = bounded(5, 1, 100, "Fewest words of each.")
    max_words: Annotated[int, or_default(20)] = bounded(20, 1, 200, "Most words of each.")
    language: str | None = Field(default=None, max_length=35, description="BCP 47 tag. Null: that of the text.")
    style: str | None = Field(default=None, max_length=2_000, description="Audience and tone: children, dry humour.")

    @model_validator(mode="after")
    def _sound(self) -> NarrationsRequest:
        _said(self.text, "text")
        check_words(self.min_words, self.max_words, "words")
        return self


class Narrations(BaseModel):
    """Narrations, in order."""

    success: bool = True
    message: str = "Success"
    narrations: list[str] = Field(description="As many as were asked for, each within the range.")
    notice: str = Field(default="", description="Something the reader must know; empty mostly.")


class ImagePromptsRequest(_Written):
    """Which narrations to describe as pictures."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"narrations": ["Ten pages a day are enough."]}]}
    )

    narrations: list[_Said] = Field(min_length=1, max_length=100, description="One picture is described for each.")
    min_words: Annotated[int, or_default(30)] = bounded(30, 10, 100, "Fewest words of each prompt.")
    max_words: Annotated[int, or_default(60)] = bounded(60, 10, 200, "Most words of each prompt.")

    @model_validator(mode="after")
    def _sound(self) -> ImagePromptsRequest:
        for index, narration in enumerate(self.narrations):
            _said(narration, f"narrations[{index}]")
        check_words(self.min_words, self.max_words, "words")
        return self


class ImagePrompts(BaseModel):
    """Descriptions of pictures, one for each narration."""

    success: bool = True
    message: str = "Success"
    image_prompts: list[str] = Field(description="In English, each within the range.")
    style: str = Field(default="", description="The line on technique and colours that they share.")


class TitleRequest(_Written):
    """What to find a title for."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Reading every day changes how you think."}]}
    )

    text: str = Field(min_length=1, max_length=_LONGEST, description="A script or a topic.")
    style: str | None = Field(default=None, max_length=2_000, description="Audience and tone of the title.")
    language: str | None = Field(default=None, max_length=35, description="BCP 47 tag. Null: that of the text.")

    @field_validator("text")
    @classmethod
    def _not_blank(cls, value: str) -> str:
        return _said(value, "text")


class Title(BaseModel):
    """A title."""

    success: bool = True
    message: str = "Success"
    title: str = Field(description="At most 60 characters, ending at a whole word.")
    notice: str = Field(default="", description="Something the reader must know; empty mostly.")


def _said(text: str, name: str) -> str:
    if not text.strip():
        raise ValueError(f"{name} is blank.")
    return text
