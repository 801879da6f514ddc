"""How money, units and large numbers in short are said, with the names of the Unicode CLDR (Babel)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading.agreement import case_before, counted, one_of
from svc_tts.reading.grammars import GRAMMARS
from svc_tts.reading.numbers import ascii_number, full_stop, in_words, number_pattern
from svc_tts.reading.symbols import CURRENCIES, LETTER, UNITS
from svc_tts.reading.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["currency_of_many", "large_money", "measure", "money", "scaled", "units", "units_of_many"]

_CENTS = {
    "de": "Cent", "es": "céntimo|céntimos", "fr": "centime|centimes", "it": "centesimo|centesimi", "nl": "cent",
    "pl": "cent|centy|centów", "pt": "cêntimo|cêntimos", "ru": "цент|цента|центов",
}  # fmt: skip
_HUNDREDTHS = {
    **{(language, "EUR"): name for language, name in _CENTS.items()},
    **{(language, "USD"): name for language, name in _CENTS.items()},
    ("es", "USD"): "centavo|centavos", ("fr", "USD"): "cent|cents", ("pt", "USD"): "centavo|centavos",
    ("pt", "BRL"): "centavo|centavos", ("pl", "PLN"): "grosz|grosze|groszy", ("ru", "RUB"): "копейка|копейки|копеек",
    ("fr", "CHF"): "centime|centimes", ("de", "CHF"): "Rappen",
}  # fmt: skip
"""What a sum of less than one is counted in, by language and currency."""
_UNNAMED = {("ar", "%"): "بالمئة", ("ko", "%"): "퍼센트", ("ko", "‰"): "퍼밀"}
_PART = {"cs": "2.5", "pl": "2.5", "ru": "2.5"}
"""Count with which the CLDR writes a unit as it is after a part of one; elsewhere one."""
_NAMED = {("pl", "%"): "procent|procent|procent|procenta", ("ja", "°C"): "度", ("ja", "℃"): "度"}
"""Units that the CLDR names otherwise than people do; forms as in `Table.scales`."""
_LARGE = (
    r"mil|mill?i?[oó]n(?:es)?|milh(?:ão|ões)|bilh(?:ão|ões)|trilh(?:ão|ões)|bill?[oó]n(?:es)?|m?ill?iardi?o?s?|millions?|"
    r"milliards?|billions?|milion[ie]|miliard[io]|[Mm]illion(?:en)?|[Mm]illiarden?|miljoen|miljard|biljoen|тысяч[аи]?|"
    r"миллион(?:а|ов)?|миллиард(?:а|ов)?|milion(?:y|ów|ů|u)?|miliard(?:y|ów|a)?|tysi[ąę]c[ey]?|tisíce?|millió|milliárd|"
    r"milyon|milyar|trilyon|bin|लाख|करोड़|अरब|हज़ार|हजार|مليون|مليار|ألف"
)
_OF = {"es": "de ", "pt": "de ", "it": "di ", "fr": "de "}
_ALONE = rf"(?<!{LETTER})(?<![\d.,])"
"""What does not stand before an amount."""
_NUMBER_IN_NAME = re.compile(r"\d(?:[\d.,\s\u00a0\u202f]*\d)?")
_SHORT_THOUSANDS = {"k": 1_000, "K": 1_000, "M": 1_000_000}
_PLAIN_K = re.compile(r"[2458]|10|12|16")
"""Before K these are sizes of a picture or lengths of a run: "4K"."""


def money(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Amounts with the sign of their currency."""
    table = TABLES[language]
    number, sign = number_pattern(language), "|".join(map(re.escape, CURRENCIES))
    scale = "|".join(map(re.escape, sorted(table.scales, key=len, reverse=True))) or r"(?!)"
    for pattern in (
        rf"(?P<sign>{sign})\s?(?P<number>{number})(?:,[-–—]+)?(?:\s?(?P<scale>{scale})(?!\w))?",
        rf"(?P<number>{number})(?:,[-–—]+)?\s?(?P<scale>{scale})?\s?(?P<sign>{sign})(?!\w)",
    ):
        for match in re.finditer(rf"{_ALONE}{pattern}", text):
            value = ascii_number(match["number"], language)
            said = _money(value, match["scale"], match["sign"], text[: match.start()], language)
            yield match.start(), match.end(), said + full_stop(text, match.start(), match.end(), language)


def large_money(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """ "$2,5 millones": the currency is said after the word."""
    sign = "|".join(map(re.escape, CURRENCIES))
    number = rf"{_ALONE}(?P<sign>{sign})\s?(?P<number>{number_pattern(language)})"
    first = rf"{number}\s(?P<word>(?:{_LARGE})(?!\w)(?:\s(?:{_LARGE})(?!\w))?)(?:\s(?:de|di|d'))?(?!\w)"
    last = rf"{_ALONE}(?P<number>{number_pattern(language)})\s(?P<word>{_LARGE})\s?(?P<sign>{sign})(?!\w)"
    for match in [*re.finditer(first, text), *re.finditer(last, text)]:
        value, word = ascii_number(match["number"], language), match["word"]
        name = _currency(match["sign"], "1000000", language)
        joint = _OF.get(language.partition("_")[0], "") if not word.endswith("mil") else ""
        amount = counted(value, language, before=text[: match.start()], after=f" {word}")
        yield match.start(), match.end(), f"{amount} {word} {joint}{name}"


def _money(value: str, scale: str | None, sign: str, before: str, language: str) -> str:
    table = TABLES[language]
    whole, _, part = value.partition(".")
    cents = part.ljust(2, "0") if whole != "0" and len(part) <= 2 and part.strip("0") and not scale else ""
    amount = whole if cents or not part.strip("0") else value
    small = _HUNDREDTHS.get((language.partition("_")[0], CURRENCIES[sign]), "")
    if small and whole == "0" and len(part) <= 2 and part.strip("0") and not scale:
        few = str(int(part.ljust(2, "0")))
        name = one_of(small, few, language)
        return f"{counted(few, language, before=before, after=f' {name}')} {name}"
    case = case_before(before, language)
    if scale:
        forms = table.scales[scale]
        word = one_of(forms, _in_case(amount, case, language), language)
        name = f"{word} {_currency(sign, '1000000', language)}".replace("' ", "'")
    else:
        name = _currency(sign, _in_case(amount, case, language), language)
    joint = "" if language == "ja" else " "
    said = f"{counted(amount, language, before=before, after=f' {name}')}{joint}{name}"
    return f"{said} {table.cents}{in_words(str(int(cents)), language)}" if cents else said


def _currency(sign: str, count: str, language: str) -> str:
    from babel.numbers import get_currency_name

    code = CURRENCIES[sign]
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
        said = minus + _NUMBER_IN_NAME.sub(amount, named, count=1)
        if written and written.start() and preceding.endswith(named[: written.start()].strip()):
            said = said.removeprefix(named[: written.start()])  # Japanese names a speed before the number
        yield match.start(), match.end(), said.replace(" ", "") if language == "ja" else said


def units_of_many(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """The unit after a large number in words or in short, as in "12 млн км"."""
    names = "|".join(map(re.escape, sorted(TABLES[language].scales, key=len, reverse=True)))
    large = rf"{_LARGE}|{names}" if names else _LARGE
    for match in re.finditer(rf"(?<!\w)(?:{large})\s(?:(?:de|di)\s|d')?{_symbol(language)}", text):
        if len(match["unit"]) > 1:
            yield match.start("unit"), match.end(), _noun_of(match["unit"], "1000000", language)
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


def _symbol(language: str) -> str:
    """A pattern for the symbol of a unit; an elided article, as in "1945 l'Italia", is none."""
    symbols = "|".join(map(re.escape, sorted([*UNITS, *TABLES[language].units], key=len, reverse=True)))
    elided = "'’" if language.startswith(("fr", "it")) else ""
    return rf"(?P<unit>{symbols})(?!{LETTER}|[\d²³/{elided}])"


def _noun_of(symbol: str, count: str, language: str) -> str:
    """What a unit is called with a count that is not said."""
    named = _unit(TABLES[language].units.get(symbol, symbol), count, "", language)
    return _NUMBER_IN_NAME.sub("", named).strip()


def _is_name_of_year(match: re.Match[str], language: str) -> bool:
    """ "2024 г." is a year, and "1990 м" nothing with a dot after it a metre."""
    following = match.string[match.end() :]
    if language != "ru":
        return False
    return (match["unit"] in {"г", "т"} and following[:1] == ".") or (
        match["unit"] == "с" and not re.match(r"[.,;:!?)]|$", following)
    )


def _unit(symbol: str, value: str, case: str, language: str) -> str:
    """A measure as the CLDR writes it, its number in digits."""
    from babel.units import format_unit

    count = float(_in_case(value, case, language))
    number = int(count) if count.is_integer() else count
    named = " ".join(format_unit(number, UNITS[symbol], length="long", locale=language).split())
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
