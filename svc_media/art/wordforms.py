"""The forms under which a word that stands in a text may be listed: its plural, its cases, its article taken off."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["COMPOUNDING", "bases", "folded", "tail"]

COMPOUNDING = frozenset({"de", "nl", "sv", "da"})
"""Languages that write several words as one, of which the last says what it is."""

_ADJECTIVES = {
    "ru": ("н ск ов", "ый ий ой ая яя ое ее ые ие ого его ому ему ым им ых их ую юю ом ем ыми ими"),
    "uk": ("н ськ ов", "ий ій а я е є і ого ього ому ьому им ім их іх у ю ої ою ими"),
    "pl": ("n sk ow", "y i a e ego emu ym im ej ą ych ich ymi imi"),
}
_ENDINGS = {
    # "ces>z" : what ends in -ces may be listed with -z
    "es": "s es ces>z ones>ón anes>án enes>én ines>ín unes>ún eses>és ito>o ita>a itos>o itas>a illo>o",
    "pt": "s es ões>ão ães>ão ãos>ão ais>al éis>el óis>ol ns>m inho>o inha>a inhos>o inhas>a zinho zinha",
    "it": "i>o e>a i>e i>a i>io he>a hi>o ci>co gi>go ce>cia ge>gia",
    "fr": "s x aux>al",
    "de": "e en n er ern s es nen in innen",
    "nl": "en s er e tje tjes je jes n",
    "sv": "n en et t ar er or r na arna erna orna s ens ets a or>a orna>a ar>e arna>e",
    "da": "n en et t e er r ne ene erne a s ens ets",
    "ru": "а я о е ё и й ы у ю ь ой ей ою ею ом ем ём ам ям ах ях ами ями ов ев ёв ий ье ья ью ия ии ию ием иях",
    "uk": "а я о е є і ї й и у ю ь ою ею єю ом ем єм ям ам ах ях ами ями ів їв ей ові еві єві ію ія ії ією ість",
    "pl": "a ą e ę i o u y ie ia ię ią iu io iom iach iami ów om owi em iem ach ami ze rze ce zie",
    "id": "nya ku mu lah kah pun",
    "hi": "े>ा ों>ा ो>ा ियां>ी ियों>ी ें ों ो ाएं>ा ाओं>ा ां",
    "ar": "ات ات>ة ان ين ون ية ة ه ها هم نا ي ك كم ا تي>ة ته>ة تها>ة تك>ة تنا>ة تهم>ة تين>ة تان>ة",
}
_TAILS = {
    # plural, whose, case, "is": each may be there
    "tr": re.compile(
        r"(l[ae]r)?([ıiuü]?m[ıiuü]z|[ıiuü]?n[ıiuü]z|s?[ıiuü]|[ıiuü]?m|[ıiuü]n)?"
        r"(n?[ıiuü]n|[yn]?[ıiuüae]|n?[dt][ae]n?|y?l[ae]|c[ae])?(ki)?([dt][ıiuü]r)?"
    ),
    "ko": re.compile(
        r"(들)?(은|는|이|가|을|를|의|에|에서|에게|로|으로|와|과|도|만|까지|부터|보다|처럼|이나|나|이랑|랑|이다|입니다|마다)?"
        r"(는|은|도|만|의)?"
    ),
}
_BEFORE = {
    # articles, "and", "with"; who does it
    "ar": re.compile(r"[وف]?(?:[بك]?ال|لل)(?=..)|[وف](?=...)|[بل](?=....)"),
}
_HINDI = str.maketrans({"\u093c": None, "\u200c": None, "\u200d": None, "\u0901": "\u0902"})
_UMLAUTS = str.maketrans("äöü", "aou")
_VOWELS = "aeiou"


def folded(word: str, tongue: str) -> str:
    """The word in small letters, without what its language may write or leave out."""
    if tongue == "tr":
        word = word.replace("İ", "i").replace("I", "ı")
    word = unicodedata.normalize("NFC", word).lower()
    return word.translate(_HINDI) if tongue == "hi" else word


def tail(tongue: str) -> re.Pattern[str] | None:
    """What may follow a word, in languages that append one ending to the other."""
    return _TAILS.get(tongue)


def bases(word: str, tongue: str) -> Iterator[str]:
    """The word, then what it may be a form of; of words that are not listed nothing is said."""
    yield word
    if (before := _BEFORE.get(tongue)) and (found := before.match(word)):
        yield from bases(word[found.end() :], tongue)
    endings = _endings(tongue)
    for size in range(min(6, len(word) - 2), 0, -1):
        for instead in endings.get(word[-size:], ()):
            base = word[:-size] + instead
            yield base
            if tongue == "de" and base != (plain := base.translate(_UMLAUTS)):
                yield plain
            if tongue in {"nl", "da", "sv"}:
                yield from _respelt(base)
    if tongue == "de" and word != (plain := word.translate(_UMLAUTS)):
        yield plain


def _respelt(base: str) -> Iterator[str]:
    """katt-en is kat, bom-en is boom, brev-en is brief, huiz-en is huis."""
    if len(base) > 2 and base[-1] == base[-2] and base[-1] not in _VOWELS:
        yield base[:-1]
    elif len(base) > 2 and base[-1] not in _VOWELS and base[-2] in _VOWELS and base[-3] not in _VOWELS:
        yield base[:-1] + base[-2:]
    if base[-1:] in {"v", "z"}:
        hard = base[:-1] + {"v": "f", "z": "s"}[base[-1]]
        yield hard
        if len(base) > 2 and base[-2] in _VOWELS and base[-3] not in _VOWELS:
            yield hard[:-1] + hard[-2:]


@cache
def _endings(tongue: str) -> dict[str, list[str]]:
    """By ending, what may stand instead of it."""
    found: dict[str, list[str]] = {}
    for rule in _ENDINGS.get(tongue, "").split():
        ending, _, instead = rule.partition(">")
        found.setdefault(ending, []).append(instead)
    if tongue in _ADJECTIVES:
        middles, ends = (part.split() for part in _ADJECTIVES[tongue])
        for middle, end in product(["", *middles], ends):
            if "" not in found.setdefault(middle + end, []):
                found[middle + end].append("")
    return found
