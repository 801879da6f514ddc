"""Catalan ordinals, which num2words does not know from thirty on."""

from __future__ import annotations

import re

__all__ = ["ordinal"]

_IRREGULAR = {"un": "primer", "dos": "segon", "tres": "tercer", "quatre": "quart"}
_STEMS = (("cinc", "cinqu"), ("nou", "nov"), ("deu", "des"))


def ordinal(cardinal: str) -> str:
    """Masculine ordinal of a cardinal in words; only its last part changes."""
    if cardinal in _IRREGULAR:
        return _IRREGULAR[cardinal]
    for old, new in _STEMS:
        if cardinal.endswith(old) and not cardinal.endswith("dinou"):
            return cardinal.removesuffix(old) + new + "è"
    return re.sub(r"dinou$", "dinov", re.sub(r"[ae]$", "", cardinal)) + "è"
