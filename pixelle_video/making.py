"""What callers have made beside videos: answers, pictures, footage; and what they have made so far."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from pixelle_video.past import History
from pixelle_video.picturing import MediaGenerator
from pixelle_video.thinking import LanguageModel

if TYPE_CHECKING:
    from pixelle_video.tasks import Tasks

__all__ = ["Making"]


class Making(ABC):
    """The part of `PixelleVideoCore` that works without a video around it."""

    @property
    def llm(self) -> LanguageModel:
        """Answers prompts."""
        return LanguageModel(self._ready)

    @property
    def media(self) -> MediaGenerator:
        """Makes pictures and footage."""
        return MediaGenerator(self._ready)

    @property
    def image(self) -> MediaGenerator:
        """The same as `media`."""
        return self.media

    @property
    def history(self) -> History:
        """What has been made."""
        return History(self._ready)

    @abstractmethod
    def _ready(self) -> Tasks:
        """The gateway. Raises FailedPrecondition (NOT_INITIALIZED)."""
