"""Tags of languages (BCP 47): whether one exists, and whether one covers another."""

# ruff: noqa: SIM905 - a long list of words reads better as running text

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["check_language", "primary", "speaks"]

# ISO 639-1, and those of three letters (ISO 639-3) that voices and writers know
_KNOWN = frozenset(
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


def primary(tag: str) -> str:
    """The language of a tag, without country and script: "zh" of "zh-Hant-TW"; "" of ""."""
    return tag.partition("-")[0].lower()


def check_language(tag: str, name: str) -> str:
    """
    The tag of a language that exists, with "-" between its parts (BCP 47): "en", "zh-CN".

    name: of the field, for the error. Raises InvalidArgument (LANGUAGE_UNKNOWN).
    """
    given = tag.strip()
    if not _TAG.fullmatch(given) or primary(given.replace("_", "-")) not in _KNOWN:
        raise InvalidArgument(
            f"{name} is {tag[:40]!r}, which is no known language. Send a BCP 47 tag such as 'en', 'de' or 'zh-CN', "
            "or leave it out: the language of the text is then used.",
            reason="LANGUAGE_UNKNOWN",
        )
    return given.replace("_", "-")


def speaks(languages: Sequence[str], wanted: str) -> bool:
    """Whether one of the tags covers the wanted one ("en" covers "en-GB"); an empty list covers all."""
    spoken = _spoken(wanted)
    return not languages or not spoken or any(_spoken(tag) == spoken for tag in languages)


def _spoken(tag: str) -> str:
    return "no" if primary(tag) in {"nb", "nn"} else primary(tag)
