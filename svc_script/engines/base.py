"""What every script engine is: a writer of narrations, image prompts, titles and completions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from pixelle.runtime.engines import Engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.work import Tick

__all__ = [
    "Completion",
    "CompletionBrief",
    "NarrationBrief",
    "Narrations",
    "PictureBrief",
    "ScriptEngine",
    "TitleBrief",
    "WordRange",
]


@dataclass(frozen=True)
class WordRange:
    """An inclusive range of word counts."""

    low: int
    high: int

    def __contains__(self, count: int) -> bool:
        return self.low <= count <= self.high

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


@dataclass(frozen=True)
class NarrationBrief:
    """What narrations to write."""

    text: str
    """A topic of a few words, or source material."""
    count: int
    """Exactly so many narrations."""
    words: WordRange
    """Words of each narration."""
    language: str
    """BCP 47 tag of the language to write in; "" when it could not be told."""
    style: str = ""
    """Audience and tone, in free words."""
    seed: int = 0
    model: str = ""
    """Model named in the workflow key; "" means the engine's own."""


@dataclass(frozen=True)
class Narrations:
    """What an engine wrote; length and word range are checked by the caller."""

    lines: tuple[str, ...]
    notice: str = ""
    """Something the reader must know about these lines."""


@dataclass(frozen=True)
class PictureBrief:
    """Which narrations to describe as pictures, in English."""

    narrations: tuple[str, ...]
    words: WordRange
    seed: int = 0
    model: str = ""


@dataclass(frozen=True)
class TitleBrief:
    """What to find a title for."""

    text: str
    language: str = ""
    style: str = ""
    seed: int = 0
    model: str = ""


@dataclass(frozen=True)
class CompletionBrief:
    """A prompt to answer."""

    prompt: str
    temperature: float = 0.7
    max_tokens: int = 2000
    schema: str = ""
    """JSON Schema (as text) the answer must satisfy; "" means free text."""
    seed: int = 0
    model: str = ""


@dataclass(frozen=True)
class Completion:
    """An answer."""

    text: str
    tokens: int = 0
    """Tokens read and written; 0 when the engine does not say."""


class ScriptEngine(Engine, Protocol):
    """
    Writes scripts. Every method runs on a thread and calls `tick` so that a cancelled call ends soon.

    All raise PixelleError: FailedPrecondition where the engine cannot do it, Unavailable or ResourceExhausted
    where a vendor cannot now.
    """

    def narrate(self, brief: NarrationBrief, tick: Tick) -> Narrations:
        """Write `brief.count` narrations, each within `brief.words`, in `brief.language`."""
        ...

    def picture(self, brief: PictureBrief, tick: Tick) -> list[str]:
        """Describe one picture per narration, each within `brief.words`, in English."""
        ...

    def title(self, brief: TitleBrief, tick: Tick) -> str:
        """Find a title; longer ones are shortened by the caller."""
        ...

    def complete(self, brief: CompletionBrief, emit: Callable[[str], None], tick: Tick) -> Completion:
        """Answer a prompt; `emit` gets every piece of text as it is written."""
        ...
