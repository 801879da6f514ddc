"""Endings written after a number, a unit or letters: one word with them when said."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from svc_tts.reading import finnish_endings, scandinavian
from svc_tts.reading.numbers import ascii_number, in_words, number_pattern, ordinal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

__all__ = ["compounds", "suffixes"]

_AFTER = r"(?:[\d%‰€$°²³]|\bFt|\d\s?(?:°C|km|cm|mm|m|kg|g|dl|ml|l|Ft|GB|TB|MB|TL))"
_JOINTS = {
    "hu": re.compile(
        rf"{_AFTER}(-)(?=(?:[aáeéoóöőuúüű]?[bcdfghjklmnprstvzaáeéiíoóöőuúüű]{{1,7}})(?!\w))(?=[a-záéíóöőúüű])"
    ),
    "da": re.compile(
        r"\d%?(-)(?=(?:tallet|tals|årig|åring|års|dages|timers|minutters|procents|kroners|kronesed|tommer|dørs|"
        r"værelses|meters|graders|personers|kilos|delt|mands|stjern)\w*)"
    ),
    "nb": re.compile(
        r"\d%?(-)(?=(?:tallet|talls|årig|åring|års|årene|dagers|timers|minutters|prosents|kroners|kroneses|"
        r"tommer|meters|graders|personers|kilos|delt|manns|toppen|stjern)\w*)"
    ),
    "fi": re.compile(r"\d(-)(?=[a-zäö]{3})"),
    "id": re.compile(r"\d(-)(?=an(?!\w))"),
    "sv": re.compile(r"\d(-)(?=(?:tal|årig|årsålder|åring|årsjubil|procentig|dagars|timmars)\w*)"),
    "tr": re.compile(rf"{_AFTER}(['’])(?=[a-zçğıöşü]{{1,8}}(?!\w))"),
}
_AFTER_LIRA = re.compile(r"(?:₺\s?\d[\d.,]*|\d\s?(?:TL|₺))(['’][a-zçğıöşü]{1,6})(?!\w)")
_BACK_VOWELS = str.maketrans("eiöü", "aıou")
"""Endings are written as after the letters, "TL'den", and said as after "lira"."""
_SHORT_STEMS = (
    ("kettő", "kett"),
    ("három", "hárm"),
    ("hét", "het"),
    ("ezer", "ezr"),
    ("húsz", "husz"),
    ("négy", "négy"),
)
"""Hungarian numbers before an ending that begins with one of these vowels."""
_SHORTENING = r"-(?:[aeoö]s|[ae]n(?!\w)|[aeoö]d)"
_BEFORE_NOUN = r"-(?:sz[eoö]r|éves|fős|napos|hetes|hónapos|órás|perces|szobás|személyes|féle|szeres)"
_COMPOUND_TAILS = {
    "ru": "лет|этаж|процент|метр|градус|дневн|часов|минутн|кратн|битн|ядерн|дюймов|тысячн|миллионн|местн|килограмм|"
          "километр|сантиметр|миллиметр|страничн|комнатн|секундн|месячн|недельн|балльн|ступенчат|звёздочн|звездочн|дверн|цилиндров|канальн|колёсн",
    "uk": "річ|літ|поверх|відсотк|метров|градус|денн|годин|хвилин|кратн|біт|ядерн|дюймов|тисячн|мільйонн|місн|"
          "кілограм|кілометр|сантиметр|міліметр|кімнатн|секунд|місяч|тижнев|бальн|зірков|сторінков|разов|двер",
    "pl": "lec|letni|letn|procent|metrow|dniow|godzinn|minut|krotn|bit|rdzeniow|calow|osobow|piętrow|stopniow|"
          "kilometr|kilogram|"
          "punktow|sekundow|tygodniow|miesięczn|stronicow|milimetr|centymetr|latek|latk|gwiazdkow|drzwiow",
    "sk": "ročn|percent|metrov|dňov|hodinov|minútov|násobn|bitov|jadrov|palcov|člen|poschod|stupňov|kilometr|stranov|"
          "sekundov|týždňov|mesačn|hviezdičkov|dverov|izbov",
    "cs": "let|procent|metrov|denn|hodinov|minutov|násobn|bit|jádrov|palcov|člen|patrov|stupňov|kilometr|stránkov|"
          "sekundov|týdenn|měsíčn|hvězdičkov|dveřov",
}  # fmt: skip
_PER_CENT = {"pl": ("ow", "procent"), "ru": ("н", "процент"), "uk": ("ов", "відсотк")}
"""The endings of "5%-owy", and the word that is joined before them."""
_POLISH_STEMS = (("dwóch", "dwu"), ("trzech", "trzy"), ("czterech", "cztero"), ("jeden", "jedno"))


_OWN: Mapping[str, tuple[Callable[[str], Iterator[tuple[int, int, str]]], ...]] = MappingProxyType(
    {
        "da": (scandinavian.decades,),
        "fi": (finnish_endings.inflected_units, finnish_endings.letters, finnish_endings.compounds),
    }
)


def suffixes(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """The mark between a number and its ending is not said; Hungarian numbers change before some endings."""
    if language == "hu":
        for match in re.finditer(r"(?<![\w.,])([12]?\d|3[01])-j?(?=(?:[éá]n|[éá]ig|[éá]t[őó]l)(?!\w))", text):
            yield match.start(), match.end(), "elsej" if match[1] == "1" else ordinal(int(match[1]), "hu")
    for rule in _OWN.get(language, ()):
        yield from rule(text)
    if language == "tr":
        for match in _AFTER_LIRA.finditer(text):
            yield match.start(1), match.end(1), match[1][1:].translate(_BACK_VOWELS)
        for match in re.finditer(r"(?<![\d.,:])(\d*4)['’](?=[aeıioöuü])", text):
            yield match.start(), match.end(), re.sub("t$", "d", in_words(match[1], "tr"))
    ending, percent = _PER_CENT.get(language, (r"(?!)", ""))
    for match in re.finditer(rf"(?<![\w.,])(\d{{1,3}})\s?%-(?={ending})", text):
        yield match.start(), match.end(), _joined(match[1], language) + percent
    joint = _JOINTS.get(language)
    for match in joint.finditer(text) if joint else ():
        yield match.start(1), match.end(1), ""
    if language == "hu":
        for match in re.finditer(rf"(?<![\w.,]){number_pattern('hu')}(?={_SHORTENING})", text):
            said = in_words(ascii_number(match[0], "hu"), "hu")
            stem = next((said.removesuffix(old) + new for old, new in _SHORT_STEMS if said.endswith(old)), said)
            yield match.start(), match.end(), stem
        for match in re.finditer(rf"(?<![\w.,])\d*2(?={_BEFORE_NOUN})", text):
            yield match.start(), match.end(), re.sub("kettő$", "két", in_words(match[0], "hu"))


def compounds(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Adjectives that begin with a number, as "20-летний": one word, the number in the genitive."""
    tails = _COMPOUND_TAILS.get(language)
    dash = "-?" if language in {"cs", "sk"} else "-"
    for match in re.finditer(rf"(?<![\w.,])(\d{{1,4}}){dash}(?=(?:{tails})\w*)", text) if tails else ():
        yield match.start(), match.end(), _joined(match[1], language, text[match.end() :])


def _joined(number: str, language: str, following: str = "") -> str:
    from svc_tts.reading.agreement import genitive

    if language == "ru" and number in {"1", "90", "100"}:
        return {"1": "одно", "90": "девяносто", "100": "сто"}[number]
    if language == "uk" and number in {"1", "90", "100"}:
        return {"1": "одно", "90": "дев'яносто", "100": "сто"}[number]
    if language in {"cs", "sk"} and number in {"1", "100"}:
        return {"1": "jedno", "100": "sto"}[number]
    if language == "sk":
        return {"2": "dvoj", "3": "troj", "4": "štvor"}.get(number, in_words(number, language).replace(" ", ""))
    said = genitive(number, language)
    if language == "pl" and number == "100":
        return "stu" if following.startswith("lec") else "sto"
    if language == "pl":
        said = re.sub(r"u\b", "o", said)
        for old, new in _POLISH_STEMS:
            said = re.sub(rf"{old}$", new, said)
    return said.replace(" ", "")
