"""Which language a text is in."""

# ruff: noqa: SIM905 - a long list of words reads better as running text

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from pixelle.runtime.errors import InvalidArgument

__all__ = ["PAUSE", "check_language", "detect_language", "speaks", "without_pauses"]

_SAMPLE = 2_000
PAUSE = re.compile(r"\[\s*pause\b([^\]\n]{0,40})\]", re.IGNORECASE)
"""A silence asked for inside a text, "[pause 0.5s]": neither read nor shown. Its group is what follows the word."""


# fmt: off
_LANGUAGES = (
    "ARABIC", "BENGALI", "BOKMAL", "BULGARIAN", "CATALAN", "CHINESE", "CROATIAN", "CZECH", "DANISH", "DUTCH",
    "ENGLISH", "FINNISH", "FRENCH", "GERMAN", "GREEK", "HEBREW", "HINDI", "HUNGARIAN", "INDONESIAN",
    "ITALIAN", "JAPANESE", "KOREAN", "PERSIAN", "POLISH", "PORTUGUESE", "ROMANIAN", "RUSSIAN", "SLOVAK",
    "SPANISH", "SWEDISH", "THAI", "TURKISH", "UKRAINIAN", "VIETNAMESE",
)
# fmt: on
# ISO 639-1, and those of three letters (ISO 639-3) that voices and writers know
_PRIMARY = frozenset(
    """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
    eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv
    ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne
    ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st
    su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    arz ast bho ceb ckb cmn dsb fil fur gsw haw hmn hsb ilo kab kok mai mni nan nds pap sah scn szl tpi wuu yue
    """.split()
)
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SHORT = 40
"""Below this many letters of Latin script, only a clear verdict counts: a topic of three words fits many languages."""


@lru_cache(maxsize=1)
def _detector() -> Any:
    from lingua import Language, LanguageDetectorBuilder

    known = [getattr(Language, name) for name in _LANGUAGES]
    # the exact mode takes ten times the memory and time, and our texts are seldom one word
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def detect_language(text: str) -> str:
    """
    BCP 47 tag of the text's language, such as "en" or "zh"; "" when it cannot be told.

    Looks at the first 2,000 characters (library: lingua). Knows 34 languages.
    """
    sample = PAUSE.sub(" ", text[:_SAMPLE])
    letters = sum(char.isalpha() for char in sample)
    if not letters:
        return ""
    best = _detector().compute_language_confidence_values(sample)[0]
    latin = all(char < "\u0250" for char in sample if char.isalpha())
    if best.value < (0.7 if latin and letters < _SHORT else 0.3):
        return ""
    return str(best.language.iso_code_639_1.name).lower()


def check_language(tag: str, name: str) -> str:
    """
    The tag of a language that exists, with "-" between its parts (BCP 47): "en", "zh-CN".

    name: of the field, for the error. Raises InvalidArgument (LANGUAGE_UNKNOWN).
    """
    given = tag.strip()
    if not _TAG.fullmatch(given) or re.split("[-_]", given)[0].lower() not in _PRIMARY:
        raise InvalidArgument(
            f"{name} is {tag[:40]!r}, which is no known language. Send a BCP 47 tag such as 'en', 'de' or 'zh-CN', "
            "or leave it out: the language of the text is then used.",
            reason="LANGUAGE_UNKNOWN",
        )
    return given.replace("_", "-")


def speaks(languages: tuple[str, ...] | list[str], wanted: str) -> bool:
    """Whether one of the tags covers the wanted one ("en" covers "en-GB"); an empty list covers all."""
    primary = wanted.partition("-")[0].lower()
    return not languages or not primary or any(tag.partition("-")[0].lower() == primary for tag in languages)


def without_pauses(text: str) -> str:
    """The text as it is shown: without its pause marks and the space they took."""
    return re.sub(r"[ \t]+(?=\n|$)|(?<=[ \t])[ \t]+", "", PAUSE.sub("", text)).strip() if "[" in text else text
