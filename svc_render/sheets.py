"""What the browser is given to draw, and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from svc_render.video.patches import Patch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from svc_render.nearby import NearFile
    from svc_render.pictures import Picture
    from svc_render.spoken import Spoken
    from svc_render.video.motion import Pan

__all__ = ["ORIGIN", "Drawing", "Move", "Moving", "Sheet"]

ORIGIN = "https://page.pixelle"
"""Where pages live; the name resolves nowhere."""


@dataclass(frozen=True)
class Move:
    """A move that is asked for."""

    url: str
    """Of the picture, among those of the sheet."""
    seconds: float
    seed: int


@dataclass(frozen=True)
class Moving:
    """What a page with a moving picture has besides."""

    white: bytes
    """The page with a white picture, PNG; the drawing itself has a black one."""
    view: bytes
    """What is ever seen of the picture, PNG."""
    pan: Pan


@dataclass(frozen=True)
class Sheet:
    """A page to draw."""

    html: str
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    pictures: Mapping[str, Picture | NearFile] = field(default_factory=dict[str, "Picture | NearFile"])
    """What the page may load: URL, without percent-encoding, to picture or file."""
    address: str = f"{ORIGIN}/"
    """URL of the page itself, which relative ones refer to."""
    shown: tuple[str, ...] = ()
    """Texts that shrink to fit when the page has no data-fit, the first one first."""
    transparent: bool = False
    """Keep what the page does not paint transparent."""
    language: str = ""
    """BCP 47 tag, "" when unknown."""
    direction: str = "ltr"
    """"ltr" or "rtl"."""
    index: int = 0
    count: int = 1
    mark: str = ""
    """Stands in `html` where the captions go."""
    captions: Spoken | None = None
    move: Move | None = None
    """How its picture moves; None: it stands still."""
    aims: Mapping[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])
    """By URL: how much of what its place cuts of a picture goes at the left and at the top, where that is not half."""
    text: str = ""
    """The scene's, wherever the page shows it."""

    @property
    def longest(self) -> str:
        """The longest text that the page shows of the scene's at a time."""
        if self.captions and self.captions.kind == "line":
            return max((text for text, _ in self.captions.parts), key=len, default="")
        return self.text


@dataclass(frozen=True)
class Drawing:
    """A drawn page."""

    png: bytes
    """With captions: before the first word, or with the first phrase."""
    lost: int
    """Pictures of the page that could not be loaded."""
    patches: Mapping[int, Patch] = field(default_factory=dict[int, Patch])
    """What each number of the captions changes; the page as it is where one is missing."""
    moving: Moving | None = None
    """Set when the sheet asks for a move."""
    unseen: Literal["", "cut", "away"] = ""
    """Words of the scene's text are never seen: some, because it did not fit, or all, which lie outside of the page."""
    missing: str = ""
    """Letters of the page's texts that no font has."""
