"""Counting words, cutting at clause bounds, and titles that end at whole words."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from svc_script.engines.base import WordRange

__all__ = [
    "CJK",
    "ENDS",
    "LOOSE",
    "TITLE_CHARACTERS",
    "count_words",
    "full_stop",
    "short_title",
    "shorten",
    "title_fits",
    "words_of",
]

TITLE_CHARACTERS = 60
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Kana and Han, for character classes: scripts that put no spaces between words."""
ENDS = ".!?…。！？．؟۔।॥։။។"
"""Marks that end a sentence, for character classes."""
_MARKS = "".join(chr(code) for code in range(0x300, 0x12000) if unicodedata.category(chr(code)).startswith("M"))
"""Vowel signs and accents that are written as signs of their own: of Indian scripts, Arabic, Hebrew, "é" as two."""
_SIGN = rf"[{_MARKS}\u200c\u200d]*"
_RUN = rf"(?:[^\W_{CJK}]{_SIGN})+"
_WORD = re.compile(
    rf"[{CJK}][\u3099\u309a]*|(?:[\u0e00-\u0eff]{_SIGN}){{1,4}}|(?:[\u1000-\u109f\u1780-\u17ff]{_SIGN}){{1,3}}|"
    rf"{_RUN}(?:[.,:'’\-–/&@]{_RUN})*[%°]?"
)
"""Thai, Lao, Burmese and Khmer put no spaces between words either: so many letters make a word on the whole."""
_CLAUSE = re.compile(
    r"[,;:，；、：،؛](?=\s|[^\x00-\x7f])|\s[–—-]{1,2}\s|—|\s(?=(?:because|so that|while|although|whereas)\b)"
)
LOOSE = frozenset(
    """
    a an the and or but nor of to in on at by for with from as into than that this these those which who whom
    whose is are was were be been being has have had do does did will would can could may might must shall
    should not very never always more most such some any each every your our their his her its my if when where
    while because so
    """.split()
)
"""Words that nothing should end with."""


def words_of(text: str) -> list[str]:
    """The words, without punctuation; each Han or kana character counts as one word, and about every Thai word."""
    return _WORD.findall(text)


def count_words(text: str) -> int:
    """Number of words; each Han or kana character counts as one."""
    return len(words_of(text))


_LOOSE_ELSEWHERE = frozenset(
    """
    de la el los las una y en del con por para su al lo se que un der die das den dem des ein eine einen einer und oder
    mit von vom zu zur zum im am auf für als le les une et du au aux dans sur pour avec il gli di della dei e o da do
    dos das em no na com het een van op voor och att av på til om i og
    über zwischen nach aus bei unter ohne entre sobre sin
    """.split()
)
"""What no title should end with in other languages."""
_ENDED = re.compile(r"(?:です|ます|でした|ました|ません|である|だった|だ)$")


def full_stop(text: str) -> str:
    """The mark that ends a sentence in the script that a text ends in; "" for Thai and Lao, which have none."""
    last = next((char for char in reversed(text) if char.isalpha()), "")
    return next((mark for first, end, mark in _STOPS if first <= last <= end), ".")


_STOPS = (
    ("\u3040", "\u30ff", "。"),
    ("\u3400", "\u9fff", "。"),
    ("\uf900", "\ufaff", "。"),
    ("\u0900", "\u0a7f", "।"),
    ("\u0e00", "\u0eff", ""),
    ("\u1000", "\u109f", "။"),
    ("\u1780", "\u17ff", "។"),
)


def shorten(sentence: str, words: WordRange) -> str | None:
    """
    The longest beginning of a sentence that ends at a clause bound and fits the range, closed with its mark.

    The sentence itself when it fits; None when no clause bound makes it fit.
    """
    count = count_words(sentence)
    if count in words:
        return sentence
    if count < words.low:
        return None
    ending = re.search(rf"(?<![{ENDS}])[{ENDS}]++[\"'”’»）)\]」』]*$", sentence)
    mark = ending.group().strip("\"'”’»）)]」』") if ending else full_stop(sentence)
    room = next(islice(_WORD.finditer(sentence), words.high, None)).start()  # no beginning that fits is longer
    for bound in reversed(list(_CLAUSE.finditer(sentence, 0, room + 1))):
        head = sentence[: bound.start()].rstrip(" ,;:–—-，；、：،؛")
        last = words_of(head)[-1:]
        japanese = bool(re.search(r"[\u3040-\u30ff]", head))
        if not _ENDED.search(head) if japanese else bound[0] == "、":
            continue  # before a Japanese comma is seldom a sentence, behind a Chinese "、" is the rest of a list
        if count_words(head) in words and last and last[0].lower() not in LOOSE and _balanced(head):
            return head + mark
    return None


def _balanced(text: str) -> bool:
    pairs = (("(", ")"), ("“", "”"), ("「", "」"), ("『", "』"), ("（", "）"), ("[", "]"), ("«", "»"))
    return text.count('"') % 2 == 0 and all(text.count(left) == text.count(right) for left, right in pairs)


_PART = re.compile(r"[,;:](?=\s)|[，；：。！？|]|\s[–—-]\s")
_WHOLE_PART = 24
"""Characters from which on the first part of a title may stand alone."""


def title_fits(text: str) -> bool:
    """Whether `short_title` leaves nothing of a title out."""
    return len(_bare_title(text)) <= TITLE_CHARACTERS


def _bare_title(text: str) -> str:
    line = re.sub(r"\s+", " ", text).strip()
    line = re.sub(r"^(?:#+\s*|title\s*:\s*)", "", line, flags=re.IGNORECASE).strip("*_` ")
    for left, right in (('"', '"'), ("“", "”"), ("'", "'"), ("「", "」"), ("《", "》")):
        if line.startswith(left) and line.endswith(right) and len(line) > 1:
            line = line[1:-1].strip()
    if not line.endswith(("...", "U.S.", "etc.")):
        line = line.rstrip(".。।")
    return line


def short_title(text: str) -> str:
    """A title of at most 60 characters, cut after a part or a whole word, without quotes, markup or a full stop."""
    line = _bare_title(text)
    if len(line) <= TITLE_CHARACTERS:
        return line
    cut = line[: TITLE_CHARACTERS + 1]
    if parts := [match.start() for match in _PART.finditer(cut) if match.start() >= _WHOLE_PART]:
        return cut[: parts[-1]].rstrip(" ,;:–—-，；、：。")
    bounds = [match.start() for match in re.finditer(r"\s|(?<=[,;:，；、：。！？])", cut) if match.start() >= 12]
    if not bounds and re.match(rf"[{CJK}]", cut[-1]):
        return cut[:TITLE_CHARACTERS]
    head = cut[: bounds[-1]] if bounds else cut[:TITLE_CHARACTERS]
    loose = LOOSE | _LOOSE_ELSEWHERE
    while head.split() and head.split()[-1].lower().strip(",;:") in loose and len(head.split()) > 2:
        head = head.rsplit(None, 1)[0]
    return head.rstrip(" ,;:–—-，；、：。")
