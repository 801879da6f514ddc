"""Which languages bend their numbers, and how."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from svc_tts.reading.grammars.germanic import DANISH, GERMAN, NORWEGIAN
from svc_tts.reading.grammars.others import ARABIC, GREEK, HEBREW, HUNGARIAN, SWEDISH
from svc_tts.reading.grammars.romance import CATALAN, FRENCH, ITALIAN, PORTUGUESE, ROMANIAN, SPANISH
from svc_tts.reading.grammars.slavic import CZECH, POLISH, RUSSIAN, SLOVAK
from svc_tts.reading.grammars.ukrainian import UKRAINIAN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from svc_tts.reading.grammars.base import Grammar

__all__ = ["GRAMMARS"]

GRAMMARS: Mapping[str, Grammar] = MappingProxyType(
    {"ar": ARABIC, "ca": CATALAN, "cs": CZECH, "da": DANISH, "de": GERMAN, "el": GREEK, "es": SPANISH,
    "fr": FRENCH, "he": HEBREW,
     "hu": HUNGARIAN, "it": ITALIAN, "nb": NORWEGIAN, "pl": POLISH, "pt": PORTUGUESE, "ro": ROMANIAN, "ru": RUSSIAN,
     "sk": SLOVAK, "sv": SWEDISH, "uk": UKRAINIAN}
)  # fmt: skip
