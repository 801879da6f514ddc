"""What an image prompt says of how a picture is made, and not of what it shows."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re

__all__ = ["without_looks"]

_MADE = (
    "shot|view|photo|photograph|picture|image|sketch|drawing|painting|illustration|portrait|close-?up|footage|motion|"
    "representation|depiction|visualization|visualisation|rendering|render|scene|still|collage|time-?lapse"
)
_MADE_OF = re.compile(rf"^[^,.:;]{{0,60}}?\b(?:{_MADE})\s+of\s+", re.IGNORECASE)
"""Up to there a description says how the picture is made: "A wide cinematic shot of"."""
_CAMERA = re.compile(
    r"\b(?:drone|aerial|overhead|top-?down|bird'?s?[- ]eye|low[- ]angle|high[- ]angle|wide[- ]angle|slow|stop)[- ]"
    r"(?:view|shot|footage|angle|photo|motion)\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(r"\b(?:no|without(?: any)?)\s+[^,.:;]*", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:of|in|on|at|by|with|under|over|into|through|from|behind|beside|near)\b", re.IGNORECASE)
_STYLES = frozenset(
    """
    style styles illustration illustrations photography photo photograph photorealistic cinematic palette lighting
    minimalist watercolour watercolor sketch vector render rendering lines linework strokes aesthetic composition
    resolution bokeh tones tone colours colors lens art artwork painting drawing texture textures mood atmosphere
    subject background contrast shading grain realistic detailed animation
    """.split()
)
"""What parts of a prompt end in that say only how it looks: "flat vector", "muted palette"."""


def without_looks(prompt: str) -> str:
    """
    The parts of an English image prompt that show something; the prompt itself where that would be nothing.

    What must not be seen ("no people") goes, too.
    """
    parts = [_shown(part) for part in re.split(r"(?<=[,.:;])\s+", _ABSENT.sub("", prompt))]
    return " ".join(part for part in parts if part) or prompt


def _shown(part: str) -> str:
    """What a part shows; "" when it is about looks alone."""
    text = _CAMERA.sub("", _MADE_OF.sub("", part)).strip()
    words = re.findall(r"[\w'-]+", text.lower())
    return "" if words and words[-1] in _STYLES and not _PLACED.search(text) else text
