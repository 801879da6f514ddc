"""ISO 639-2 codes, the only ones an MP4 track can carry."""

from __future__ import annotations

import re

from pixelle.text.tags import primary

__all__ = ["iso_639_2"]

_CODES: dict[str, str] = dict(
    re.findall(
        r"(\w+):(\w+)",
        "ar:ara bg:bul bn:ben ca:cat cs:ces da:dan de:deu el:ell en:eng es:spa et:est eu:eus fa:fas fi:fin fr:fra "
        "ga:gle gl:glg gu:guj he:heb hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ja:jpn ka:kat kk:kaz kn:kan "
        "ko:kor lt:lit lv:lav mk:mkd ml:mal mr:mar ms:msa nb:nob ne:nep nl:nld nn:nno no:nor pa:pan pl:pol pt:por "
        "ro:ron ru:rus sk:slk sl:slv sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel th:tha tl:tgl tr:tur uk:ukr ur:urd "
        "uz:uzb vi:vie yue:zho zh:zho",
    )
)


def iso_639_2(tag: str) -> str:
    """The three-letter code of a BCP 47 tag; "" when there is none we know."""
    first = primary(tag)
    return _CODES.get(first, first if len(first) == 3 and first.isascii() and first.isalpha() else "")
