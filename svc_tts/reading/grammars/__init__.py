"""Which languages bend their numbers, and how."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from svc_tts.reading.grammars.germanic import GERMAN
from svc_tts.reading.grammars.others import ARABIC, GREEK, HUNGARIAN, SWEDISH
from svc_tts.reading.grammars.romance import FRENCH, ITALIAN, PORTUGUESE, SPANISH
from svc_tts.reading.grammars.slavic import CZECH, POLISH, RUSSIAN
from svc_tts.reading.grammars.ukrainian import UKRAINIAN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from svc_tts.reading.grammars.base import Grammar

__all__ = ["GRAMMARS"]

GRAMMARS: Mapping[str, Grammar] = MappingProxyType(
    {"ar": ARABIC, "cs": CZECH, "de": GERMAN, "el": GREEK, "es": SPANISH, "fr": FRENCH, "hu": HUNGARIAN, "it": ITALIAN,
     "pl": POLISH, "pt": PORTUGUESE, "ru": RUSSIAN, "sv": SWEDISH,
     "uk": UKRAINIAN}
)  # fmt: skip
