"""Checks of prompts and pictures, as a deployment would plug them in."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Asleep", "Broken", "Careful", "Lacking", "YesOrNo"]


class Careful:
    """Refuses a word, and pictures of which the test has said so."""

    looked: int = 0
    dark_only: bool = False

    def prompt(self, text: str) -> str | None:
        return "it asks for weapons" if "sword" in text.lower() else None

    def picture(self, image: Image.Image) -> str | None:
        type(self).looked += 1
        assert image.mode == "RGB"
        return "it is not black" if self.dark_only and image.getextrema() != ((0, 0),) * 3 else None


class Broken:
    """Cannot tell."""

    def prompt(self, text: str) -> str | None:
        del text
        raise RuntimeError("the model is not there")

    def picture(self, image: Image.Image) -> str | None:
        del image
        return None


class YesOrNo:
    """Answers whether something is safe."""

    def prompt(self, text: str) -> bool:
        return "sword" not in text

    def picture(self, image: Image.Image) -> bool:
        return bool(image)


class Asleep:
    """Answers when it is let go."""

    awake = threading.Event()

    def prompt(self, text: str) -> str | None:
        del text
        self.awake.wait(30)
        return None

    def picture(self, image: Image.Image) -> str | None:
        del image
        return None


class Lacking:
    """No check at all."""
