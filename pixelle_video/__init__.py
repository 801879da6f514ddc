"""The Python interface of Pixelle-Video."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelle_video.assets import Asset
from pixelle_video.events import ProgressEvent
from pixelle_video.picturing import MediaResult
from pixelle_video.results import Estimate, Storyboard, StoryboardFrame, VideoGenerationResult, VideoResult, Voice
from pixelle_video.service import PixelleVideoCore

if TYPE_CHECKING:
    pixelle_video: PixelleVideoCore
    """An instance with the default settings, made when it is first asked for; it still has to be initialized."""

__all__ = [
    "Asset",
    "Estimate",
    "MediaResult",
    "PixelleVideoCore",
    "ProgressEvent",
    "Storyboard",
    "StoryboardFrame",
    "VideoGenerationResult",
    "VideoResult",
    "Voice",
    "pixelle_video",
]


def __getattr__(name: str) -> Any:
    if name == "pixelle_video":
        made = globals()[name] = PixelleVideoCore()
        return made
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
