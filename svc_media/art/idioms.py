"""Phrases that mean something else than their words, read before a text is matched."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["plainly"]


@cache
def _table() -> tuple[re.Pattern[str], list[str]]:
    """One pattern with a group for each phrase, longest first, and what to read instead."""
    raw: dict[str, str] = tomllib.loads(files("svc_media.art").joinpath("idioms.toml").read_text("utf-8"))
    phrases = sorted(raw, key=len, reverse=True)
    patterns = (re.escape(phrase).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for phrase in phrases)
    pattern = "|".join(rf"(\b{one}\b)" for one in patterns)
    return re.compile(pattern, re.IGNORECASE), [raw[phrase] for phrase in phrases]


def plainly(text: str) -> str:
    """The text with its figures of speech said plainly."""
    pattern, meant = _table()
    return pattern.sub(lambda match: meant[(match.lastindex or 1) - 1], text)
