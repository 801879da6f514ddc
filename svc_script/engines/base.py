"""What every script engine is: a writer of storyboards, narrations, image prompts, titles and completions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from pixelle.runtime.engines import Engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.work import Tick

__all__ = [
    "Beat",
    "Board",
    "BoardBrief",
    "Completion",
    "CompletionBrief",
    "FirmEngine",
    "Look",
    "Material",
    "Member",
    "NarrationBrief",
    "Narrations",
    "PictureBrief",
    "Pictures",
    "ScriptEngine",
    "TitleBrief",
    "Usage",
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
class Usage:
    """What a language model read and wrote. Usages add up."""

    input_tokens: int = 0
    output_tokens: int = 0
    calls: int = 0
    """Questions asked; 0: no language model took part."""
    cost: float | None = None
    """None: no price is known, or not for every call."""
    currency: str = ""

    def __add__(self, other: Usage) -> Usage:
        if not (self.calls and other.calls):
            return self if self.calls else other
        known = self.cost is not None and other.cost is not None
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.calls + other.calls,
            (self.cost or 0.0) + (other.cost or 0.0) if known else None,
            self.currency if known else "",
        )


@dataclass(frozen=True)
class Member:
    """Someone or something seen in several pictures."""

    name: str
    look: str


@dataclass(frozen=True)
class Look:
    """What all pictures of a video share."""

    style: str = ""
    """One line on technique and colours; "" when none is set."""
    cast: tuple[Member, ...] = ()


@dataclass(frozen=True)
class NarrationBrief:
    """What narrations to write."""

    text: str
    """A topic of a few words, or source material."""
    count: int
    """Exactly so many narrations; with `open_count`, as many as suit the length."""
    words: WordRange
    """Words of each narration."""
    language: str
    """BCP 47 tag of the language to write in; "" when it could not be told."""
    style: str = ""
    """Audience and tone, in free words."""
    seed: int = 0
    model: str = ""
    """Model named in the workflow key; "" means the engine's own."""
    total: WordRange | None = None
    """Words of all narrations together, where a length was asked for and that of each narration was not: `words` is
    then how they are best shared out, and an engine that cannot write to measure may depart from it."""
    open_count: bool = False
    """Nobody said how many scenes there are to be: an engine may write fewer or more, 1 to 20."""


@dataclass(frozen=True)
class Narrations:
    """What an engine wrote; length and word range are checked by the caller."""

    lines: tuple[str, ...]
    notice: str = ""
    """Something the reader must know about these lines."""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class PictureBrief:
    """Which narrations to describe as pictures, in English."""

    narrations: tuple[str, ...]
    words: WordRange
    """Words of each prompt, the style line and the looks of the cast included."""
    seed: int = 0
    model: str = ""
    look: Look = field(default_factory=Look)
    """A style line and a cast that are given; what is empty is found by the engine."""
    prefix: str = ""
    """The caller's style, put in front of every prompt by the caller: no style line is wanted then."""


@dataclass(frozen=True)
class Pictures:
    """One description per narration, and what they share."""

    prompts: tuple[str, ...]
    look: Look = field(default_factory=Look)
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True)
class TitleBrief:
    """What to find a title for."""

    text: str
    language: str = ""
    style: str = ""
    seed: int = 0
    model: str = ""


@dataclass(frozen=True)
class Beat:
    """A scene that is complete."""

    narration: str
    image_prompt: str = ""
    """"" when no pictures are wanted."""


@dataclass(frozen=True)
class Material:
    """A picture or clip of the caller's."""

    name: str = ""
    """Its file name."""
    caption: str = ""
    """What it shows, in the caller's words."""
    seconds: float = 0.0
    """Of a clip; 0 for a picture."""
    picture: bytes = b""
    """A small JPEG or PNG of it; empty when there is none."""


@dataclass(frozen=True)
class BoardBrief:
    """What storyboard to write."""

    narration: NarrationBrief
    lines: tuple[str, ...] = ()
    """The narrations when they are given; nothing is written then but pictures and the title."""
    title: str = ""
    """The title when it is given."""
    pictures: WordRange | None = None
    """Words of each image prompt; None: none are wanted."""
    prefix: str = ""
    """The caller's style, put in front of every image prompt by the caller."""
    material: tuple[Material, ...] = ()
    """What the scenes show, one for each: the script is written around it; `Beat.image_prompt` says what is seen."""


@dataclass(frozen=True)
class Board:
    """A storyboard as written."""

    title: str
    beats: tuple[Beat, ...]
    look: Look = field(default_factory=Look)
    notice: str = ""
    usage: Usage = field(default_factory=Usage)


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
    usage: Usage = field(default_factory=Usage)
    truncated: bool = False
    """It ended at the token limit."""
    notice: str = ""
    """Something the reader must know of it."""

    @property
    def tokens(self) -> int:
        """Tokens read and written; 0 when the engine does not say."""
        return self.usage.input_tokens + self.usage.output_tokens


@runtime_checkable
class FirmEngine(Protocol):
    """An engine that can tell before any work which narrations it cannot write."""

    def check(self, brief: NarrationBrief) -> None:
        """Raises what `narrate` would raise for this brief, as far as that can be told without the model. Cheap."""
        ...


class ScriptEngine(Engine, Protocol):
    """
    Writes scripts. Every method runs on a thread and calls `tick` so that a cancelled call ends soon.

    All raise PixelleError: FailedPrecondition where the engine cannot do it, Unavailable or ResourceExhausted
    where a vendor cannot now.
    """

    def compose(self, brief: BoardBrief, emit: Callable[[int, Beat], None], tick: Tick) -> Board:
        """
        Write a storyboard. `emit` gets every scene (index, scene) once, in order, as soon as it is complete.

        An engine that writes narrations, pictures and title one after the other uses `svc_script.steps.compose`.
        """
        ...

    def narrate(self, brief: NarrationBrief, tick: Tick) -> Narrations:
        """Write `brief.count` narrations, each within `brief.words`, in `brief.language`."""
        ...

    def picture(self, brief: PictureBrief, tick: Tick) -> Pictures:
        """Describe one picture per narration, each within `brief.words`, in English."""
        ...

    def title(self, brief: TitleBrief, tick: Tick) -> Completion:
        """Find a title; longer ones are shortened by the caller."""
        ...

    def complete(self, brief: CompletionBrief, emit: Callable[[str], None], tick: Tick) -> Completion:
        """Answer a prompt; `emit` gets every piece of text as it is written."""
        ...
