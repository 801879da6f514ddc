"""How money, units and large numbers in short are said, with the names of the Unicode CLDR (Babel)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from svc_tts.reading import hebrew
from svc_tts.reading.agreement import case_before, counted, one_of
from svc_tts.reading.grammars import GRAMMARS
from svc_tts.reading.hundredths import HUNDREDTHS, NAMED_AFTER_WHOLE_ONES
from svc_tts.reading.numbers import ascii_number, full_stop, in_words, number_pattern
from svc_tts.reading.symbols import CURRENCIES, LETTER, UNITS
from svc_tts.reading.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["currency_of_many", "large_money", "measure", "money", "scaled", "units", "units_of_many"]

_UNNAMED = {("ar", "%"): "بالمئة", ("ko", "%"): "퍼센트", ("ko", "‰"): "퍼밀", ("vi", "%"): "phần trăm",
            ("vi", "‰"): "phần nghìn", ("th", "min"): "นาที", ("th", "kcal"): "กิโลแคลอรี"}  # fmt: skip
_TURKISH_SPEEDS = {"km/h": "saatte {} kilometre", "m/s": "saniyede {} metre"}
_PART = {"cs": "2.5", "sk": "2.5", "fi": "2.5", "pl": "2.5", "ru": "2.5", "uk": "2.5"}
"""Count with which the CLDR writes a unit as it is after a part of one; elsewhere one."""
_NAMED = {("pl", "%"): "procent|procent|procent|procenta", ("ja", "°C"): "度", ("ja", "℃"): "度",
          ("ja", "km/s"): "キロメートル毎秒", ("vi", "km/s"): "ki lô mét trên giây",
          ("vi", "km/h"): "ki lô mét trên giờ", ("vi", "m/s"): "mét trên giây", ("vi", "km/giờ"): "ki lô mét trên giờ",
          ("hu", "km/s"): "kilométer per másodperc", ("fi", "km/s"): "kilometri sekunnissa|kilometriä "
                                                                     "sekunnissa", ("ro", "%"): "la sută",
          ("ro", "GB"): "gigabait|gigabaiți|de gigabaiți",
          ("ro", "MB"): "megabait|megabaiți|de megabaiți", ("ro", "TB"): "terabait|terabaiți|de terabaiți",
          ("da", "GB"): "gigabyte", ("da", "MB"): "megabyte", ("da", "TB"): "terabyte", ("he", "%"): "אחוז|אחוזים|אחוז",
          ("uk", "%"): "відсоток|відсотки|відсотків|відсотка"}  # fmt: skip
"""Units that the CLDR names otherwise than people do; forms as in `Table.scales`."""
_LARGE = (
    r"mil|mill?i?[oó]n(?:es)?|milh(?:ão|ões)|bilh(?:ão|ões)|trilh(?:ão|ões)|bill?[oó]n(?:es)?|m?ill?iardi?o?s?|millions?|"
    r"milliards?|billions?|milion[ie]|miliard[io]|[Mm]illion(?:en)?|[Mm]illiarden?|miljoen|miljard|biljoen|тысяч[аи]?|"
    r"миллион(?:а|ов)?|миллиард(?:а|ов)?|milion(?:y|ów|ů|u)?|miliard(?:y|ów|a)?|tysi[ąę]c[ey]?|tisíce?|millió|milliárd|"
    r"тисячі|мільйон(?:и|ів|а)?|мільярд(?:и|ів|а)?|miljoner|miljarder|miljon|juta|miliar|triliun|ribu|triệu|tỷ|nghìn|"
    r"χιλιάδες|εκατομμύρι[οα]|δισεκατομμύρι[οα]|"
    r"milions|milió|miliónov|millioner|milliarder|miljoonaa?|miljardia?|milioane|miliarde|mii|מיליון|מיליארד|אלף|ล้าน|พันล้าน|แสน|หมื่น|"
    r"milyon|milyar|trilyon|bin|लाख|करोड़|अरब|हज़ार|हजार|مليون|مليار|ألف"
)
_SPACELESS = frozenset({"ja", "th"})
_WORDS_FOR_MANY = frozenset({"milioane", "miliarde"})
"""Romanian ones, after which no "de" is said yet."""
_OF = {"ca": "de ", "es": "de ", "pt": "de ", "it": "di ", "fr": "de "}
_LAST = frozenset({"บาท", r"บ\.", "lei", "leu", "Lei", "שקלים", 'ש"ח', "שח"})
"""Patterns of signs that are words and follow their number."""
_ALONE = rf"(?<!{LETTER})(?<![\d.,])"
"""What does not stand before an amount."""
_NUMBER_IN_NAME = re.compile(r"\d(?:[\d.,\s\u00a0\u202f]*\d)?")
_SHORT_THOUSANDS = {"k": 1_000, "K": 1_000, "M": 1_000_000}
_SWEDISH_PRICE = re.compile(r"(?<![\w.,:])(\d{1,4}):(?:(\d\d)\s?(?:kr|kronor)(?!\w)|[-–—])")
_GREEK_OBJECT = re.compile(r"(?:[Σσ]τους|τους|[Σσ]ε|από|έως|στο|για|με)\s$")
"""Words after which degrees are in the accusative."""
_PLAIN_K = re.compile(r"[2458]|10|12|16")
"""Before K these are sizes of a picture or lengths of a run: "4K"."""


def money(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Amounts with the sign of their currency."""
    table = TABLES[language]
    number, sign = number_pattern(language), _signs(language)
    first = "|".join(each for each in sign.split("|") if each not in _LAST)
    scale = "|".join(map(re.escape, sorted(table.scales, key=len, reverse=True))) or r"(?!)"
    if language == "sv":
        for match in _SWEDISH_PRICE.finditer(text):
            said = _money(f"{match[1]}.{(match[2] or '0').strip('-')}".rstrip("."), None, "kr", "", language)
            yield match.start(), match.end(), said
    for pattern in (
        rf"(?P<sign>{first})\s?(?P<number>{number})(?:,[-–—]+|/-)?(?:\s?(?P<scale>{scale})(?!\w))?",
        rf"(?P<number>{number})(?:,[-–—]+)?\s?(?P<scale>{scale})?\s?(?P<sign>{sign})(?!\w)",
    ):
        for match in re.finditer(rf"{_ALONE}{pattern}", text):
            value = ascii_number(match["number"], language)
            parted = language != "tr" or re.match("['’]", text[match.end() :]) is None
            said = _money(value, match["scale"], match["sign"], text[: match.start()], language, parted=parted)
            yield match.start(), match.end(), said + full_stop(text, match.start(), match.end(), language)


def large_money(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """ "$2,5 millones": the currency is said after the word."""
    sign = _signs(language)
    number = rf"{_ALONE}(?P<sign>{sign})\s?(?P<number>{number_pattern(language)})"
    first = rf"{number}\s(?P<word>(?:{_LARGE})(?!\w)(?:\s(?:{_LARGE})(?!\w))?)(?:\s(?:de|di|d'))?(?!\w)"
    last = rf"{_ALONE}(?P<number>{number_pattern(language)})\s(?P<word>{_LARGE})\s?(?P<sign>{sign})(?!\w)"
    for match in [*re.finditer(first, text), *re.finditer(last, text)]:
        value, word = ascii_number(match["number"], language), match["word"]
        name = _currency(match["sign"], "1000000", language)
        joint = _OF.get(language.partition("_")[0], "") if not word.endswith("mil") else ""
        joint = "d'" if language == "ca" and joint and name[0] in "aeiou" else joint
        amount = counted(value, language, before=text[: match.start()], after=f" {word}")
        yield match.start(), match.end(), f"{amount} {word} {joint}{name}"


@lru_cache(maxsize=64)
def _signs(language: str) -> str:
    """A pattern for the signs of currencies."""
    return "|".join(map(re.escape, sorted({*CURRENCIES, *TABLES[language].currencies}, key=len, reverse=True)))


def _code(sign: str, language: str) -> str:
    return TABLES[language].currencies.get(sign) or CURRENCIES[sign]


def _money(value: str, scale: str | None, sign: str, before: str, language: str, *, parted: bool = True) -> str:
    """parted: the hundredths are told by themselves; a Turkish ending belongs to the name of the whole."""
    table = TABLES[language]
    whole, _, part = value.partition(".")
    cents = part.ljust(2, "0") if parted and whole != "0" and len(part) <= 2 and part.strip("0") and not scale else ""
    amount = whole if cents or not part.strip("0") else value
    small = HUNDREDTHS.get((language.partition("_")[0], _code(sign, language)), "")
    if small and whole == "0" and len(part) <= 2 and part.strip("0") and not scale:
        few = str(int(part.ljust(2, "0")))
        name = one_of(small, few, language)
        return f"{counted(few, language, before=before, after=f' {name}')} {name}"
    case = case_before(before, language)
    if scale:
        forms = table.scales[scale]
        word = one_of(forms, _in_case(amount, case, language), language)
        name = f"{word} {_currency(sign, '1000000', language)}".replace("' ", "'").replace(" de de ", " de ")
        name = name.replace(" de e", " d'e") if language == "ca" else name
    else:
        name = _currency(sign, _in_case(amount, case, language), language)
    joint = "" if language in _SPACELESS else " "
    said = f"{counted(amount, language, before=before, after=f' {name}')}{joint}{name}"
    said = hebrew.one_last(said) if language == "he" else said
    if not cents:
        return said
    rest = counted(str(int(cents)), language, after=f" {one_of(small, str(int(cents)), language)}" if small else "")
    named = f" {one_of(small, str(int(cents)), language)}" if small and language in NAMED_AFTER_WHOLE_ONES else ""
    if language == "th":
        return f"{said}{rest}{named.strip()}"
    return f"{said} {table.cents}{rest if named else in_words(str(int(cents)), language)}{named}"


def _currency(sign: str, count: str, language: str) -> str:
    from babel.numbers import get_currency_name

    code = _code(sign, language)
    own = dict(TABLES[language].coins).get(code)
    if own:
        return one_of(own, count, language)
    value = float(count)
    name = get_currency_name(code, count=int(value) if value.is_integer() else value, locale=language)
    return re.sub(TABLES[language].coin, "", name) if TABLES[language].coin else name


def currency_of_many(sign: str, language: str) -> str:
    """The name of a currency after "millions of"."""
    return _currency(sign, "1000000", language)


def units(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Measures with the symbol of their unit."""
    own = TABLES[language].units
    number = rf"(?<!{LETTER})(?<![\d.,])(?P<minus>(?<![\d%€$°])[-−])?(?P<number>{number_pattern(language)})"
    after = rf"{number}\s?{_symbol(language)}"
    before = (
        rf"(?<![\w])(?P<unit>%)\s?{number}" if language in {"ar", "tr"} else r"(?!)(?P<minus>)(?P<number>)(?P<unit>)"
    )
    for match in [*re.finditer(before, text), *re.finditer(after, text)]:
        if _is_name_of_year(match, language):
            continue
        preceding = text[: match.start()]
        value = ascii_number(match["number"], language)
        named = _unit(own.get(match["unit"], match["unit"]), value, case_before(preceding, language), language)
        minus = f"{TABLES[language].signs['−']} " if match["minus"] else ""
        written = _NUMBER_IN_NAME.search(named)
        amount = counted(value, language, before=preceding, after=named[written.end() :] if written else "")
        said = _NUMBER_IN_NAME.sub(minus + amount, named, count=1) if written else minus + named
        if language == "ko" and minus and match["unit"] in {"°C", "℃"}:
            said = f"영하 {amount}도"
        if written and written.start() and preceding.rstrip().endswith(named[: written.start()].strip()):
            said = said.removeprefix(named[: written.start()])  # Japanese names a speed before the number
        if language == "el" and _GREEK_OBJECT.search(preceding):
            said = said.replace("βαθμοί", "βαθμούς")
        said = hebrew.one_last(said) if language == "he" else said
        said += full_stop(text, match.start(), match.end(), language)
        yield match.start(), match.end(), said.replace(" ", "") if language in _SPACELESS else said


def units_of_many(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """The unit after a large number in words or in short, as in "12 млн км"."""
    names = "|".join(map(re.escape, sorted(TABLES[language].scales, key=len, reverse=True)))
    large = rf"{_LARGE}|{names}" if names else _LARGE
    for match in re.finditer(rf"(?<!\w)(?:{large})\s(?:(?:de|di)\s|d')?{_symbol(language)}", text):
        if len(match["unit"]) > 1:
            noun = _noun_of(match["unit"], "1000000", language)
            noun = noun.removeprefix("de ") if language == "ro" and match[0].split()[0] not in _WORDS_FOR_MANY else noun
            yield match.start("unit"), match.end(), noun
    for match in re.finditer(rf"(?<=[万億兆만억조])\s?{_symbol(language)}", text):
        yield match.start(), match.end(), _noun_of(match["unit"], "1000000", language)


def measure(text: str, language: str) -> tuple[str, int]:
    """The unit that a text begins with, as it is said after a part of one, and where its symbol ends; "" for none."""
    scales = TABLES[language].scales
    for name in sorted(scales, key=len, reverse=True):
        if match := re.match(rf"\s?{re.escape(name)}(?!\w)", text):
            return one_of(scales[name], _PART.get(language, "1"), language), match.end()
    match = re.match(rf"\s?{_symbol(language)}", text)
    return (_noun_of(match["unit"], _PART.get(language, "1"), language), match.end()) if match else ("", 0)


@lru_cache(maxsize=64)
def _symbol(language: str) -> str:
    """A pattern for the symbol of a unit; an elided article, as in "1945 l'Italia", is none; "5 м'ячів" is like it."""
    symbols = "|".join(map(re.escape, sorted([*UNITS, *TABLES[language].units], key=len, reverse=True)))
    elided = "'’ʼ" if language.startswith(("fr", "it", "uk")) else "\u0e00-\u0e7f" if language == "th" else ""
    return rf"(?P<unit>{symbols})(?!{LETTER}|[\d²³/{elided}])"


def _noun_of(symbol: str, count: str, language: str) -> str:
    """What a unit is called with a count that is not said."""
    named = _unit(TABLES[language].units.get(symbol, symbol), count, "", language)
    return _NUMBER_IN_NAME.sub("", named).strip()


def _is_name_of_year(match: re.Match[str], language: str) -> bool:
    """ "2024 г." is a year, and "1990 м" nothing with a dot after it a metre; so is the Arabic "1973م"."""
    following = match.string[match.end() :]
    if language == "ar" and match["unit"] == "م":
        return re.fullmatch(r"1[1-9]\d\d|20\d\d", match["number"]) is not None
    if language != "ru":
        return False
    return (match["unit"] in {"г", "т"} and following[:1] == ".") or (
        match["unit"] == "с" and not re.match(r"[.,;:!?)]|$", following)
    )


def _unit(symbol: str, value: str, case: str, language: str) -> str:
    """A measure as the CLDR writes it, its number in digits."""
    from babel.units import format_compound_unit, format_unit

    count = float(_in_case(value, case, language))
    number = int(count) if count.is_integer() else count
    unit, _, by = UNITS[symbol].partition("/")
    written = (
        format_compound_unit(number, unit, denominator_unit=by, length="long", locale=language)
        if by
        else format_unit(number, unit, length="long", locale=language)
    )
    named = " ".join((written or f"{value} {symbol}").split())
    if language == "tr" and symbol in _TURKISH_SPEEDS:
        return _TURKISH_SPEEDS[symbol].format(value)
    if (language, symbol) in _NAMED:
        return f"{value} {one_of(_NAMED[language, symbol], str(count), language)}"
    if UNITS[symbol] in named or "٪" in named:
        named = f"{value} {_UNNAMED.get((language, symbol), symbol)}"
    return named


def _in_case(value: str, case: str, language: str) -> str:
    """A count with which the CLDR's noun stands in the case: it knows the forms that go with numbers only."""
    grammar = GRAMMARS.get(language)
    if case == "g" and language == "ru" and value == "1.5":
        return "5"
    if case != "g" or grammar is None or grammar.genitive is None or "." in value:
        return value
    one = value == "1" if language != "ru" else value[-1] == "1" and value[-2:] != "11"
    return str(grammar.genitive[not one])


def scaled(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """ "5 Mio." and "10k": large numbers in short."""
    scales = TABLES[language].scales
    number = rf"{_ALONE}(?P<number>{number_pattern(language)})"
    names = "|".join(map(re.escape, sorted(scales, key=len, reverse=True))) or r"(?!)"
    for match in re.finditer(rf"{number}\s?(?P<scale>{names})(?!\w)", text):
        value, before = ascii_number(match["number"], language), text[: match.start()]
        word = one_of(scales[match["scale"]], _in_case(value, case_before(before, language), language), language)
        following = text[match.end() :]
        if match["scale"] == "pkt" and re.match(r"\s\d", following):
            continue  # a point of a Polish law, not so many of them
        joined = re.match(r"\s(?!(?:de|di|d')(?!\w))\w", following)
        word = word if joined else re.sub(r" d[ei]$| d'$", "", word)
        said = f"{counted(value, language, before=before, after=f' {word}')} {word}"
        stop = full_stop(text, match.start(), match.end(), language)
        yield match.start(), match.end(), re.sub(r"d' ?$", "de", said) + stop
    for match in re.finditer(rf"{number}(?P<scale>[kKM])(?![\w-])", text):
        if match["scale"] != "K" or not _PLAIN_K.fullmatch(match["number"]):
            value = float(ascii_number(match["number"], language)) * _SHORT_THOUSANDS[match["scale"]]
            before, after = text[: match.start()], text[match.end() :]
            yield match.start(), match.end(), counted(str(round(value)), language, before=before, after=after)
