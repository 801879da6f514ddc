"""What the drawings of the pack mean to us, read from `lexicon.toml`."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["digest", "lexicon"]


def _text(name: str) -> str:
    return files("svc_media.art").joinpath(name).read_text("utf-8")


@cache
def lexicon() -> dict[str, Any]:
    """The tables of the file: exclude, include, panels, half_figures, words."""
    return tomllib.loads(_text("lexicon.toml"))


@cache
def digest() -> str:
    """Changes with the lexicon and the word lists."""
    return hashlib.sha256((_text("lexicon.toml") + _text("words.toml")).encode()).hexdigest()
