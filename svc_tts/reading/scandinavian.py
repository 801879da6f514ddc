"""Danish and Norwegian numbers in words: num2words has other forms of the hundreds, the years and the ordinals."""

# ruff: noqa: SIM905 - a list of words reads better as running text

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from svc_tts.reading.rulers import ruler_before

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["decades", "decimal", "in_words", "is_counted", "numbered_rulers", "ordinal", "year"]


@dataclass(frozen=True)
class _Names:
    ones: tuple[str, ...]
    tens: tuple[str, ...]
    hundred: str
    thousand: str
    one: str
    """Before a hundred and a thousand, which are neuter."""
    ordinals: tuple[str, ...]
    tenths: tuple[str, ...]
    hundredth: str
    thousandth: str


_DANISH = _Names(
    tuple(
        "nul et to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten sytten atten "
        "nitten".split()
    ),
    tuple("- ti tyve tredive fyrre halvtreds tres halvfjerds firs halvfems".split()),
    "hundrede",
    "tusind",
    "et",
    tuple(
        "nulte første anden tredje fjerde femte sjette syvende ottende niende tiende ellevte tolvte trettende "
        "fjortende femtende sekstende syttende attende nittende".split()
    ),
    tuple(
        "- tiende tyvende tredivte fyrretyvende halvtredsindstyvende tresindstyvende halvfjerdsindstyvende "
        "firsindstyvende halvfemsindstyvende".split()
    ),
    "hundrede",
    "tusinde",
)
_NORWEGIAN = _Names(
    tuple(
        "null en to tre fire fem seks sju åtte ni ti elleve tolv tretten fjorten femten seksten sytten atten "
        "nitten".split()
    ),
    tuple("- ti tjue tretti førti femti seksti sytti åtti nitti".split()),
    "hundre",
    "tusen",
    "ett",
    tuple(
        "nulte første andre tredje fjerde femte sjette sjuende åttende niende tiende ellevte tolvte trettende "
        "fjortende femtende sekstende syttende attende nittende".split()
    ),
    tuple("- tiende tjuende trettiende førtiende femtiende sekstiende syttiende åttiende nittiende".split()),
    "hundrede",
    "tusende",
)
_NAMES: Mapping[str, _Names] = MappingProxyType({"da": _DANISH, "nb": _NORWEGIAN})
_SCALES = ((10**12, "billion"), (10**9, "milliard"), (10**6, "million"))
_FIRST_IN_HUNDREDS, _FIRST_IN_PAIRS = 1100, 2010
"""Years from which the hundreds are told, and those that Norwegians tell as two numbers again."""
_PAIRED = 10
_DECADES = (
    "nullerne tierne tyverne tredverne fyrrerne halvtredserne tresserne halvfjerdserne firserne halvfemserne".split()
)
_DECADE = re.compile(r"(?<![\w.,])(1[1-9]|20)?(\d)0['’]?er(ne(?:s)?)(?!\w)")
_BEFORE_YEARS = re.compile(
    r"(?:\b(?:i|siden|år|året|før|innen|våren|høsten|sommeren|vinteren|januar|februar|"
    r"mars|april|mai|juni|juli|august|september|oktober|november|desember|(?:fra|mellom) \d{4} (?:til|og))\s+|[(/–-])$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(?<=[a-zæøå] )(\d{1,2})\.(?!\d)")
_SMALL_WORD = re.compile(r"\s(?!(?:og|eller|til|i|på|av|ble|var|er|som|med|da|men|for|fra|mot)(?!\w))[a-zæøå]")


def in_words(number: int, language: str) -> str:
    """A number from 0 to 10**15 - 1; language: "da" or "nb"."""
    names = _NAMES[language]
    parts: list[str] = []
    for size, name in _SCALES:
        count, number = divmod(number, size)
        if count:
            parts.append(f"en {name}" if count == 1 else f"{_below_1000(count, names)} {name}er")
    thousands, rest = divmod(number, 1000)
    if thousands == 1:
        alone = not parts and rest < 100
        parts.append(names.thousand if alone else f"{names.one} {names.thousand}")
    elif thousands:
        count = _below_1000(thousands, names, led=bool(parts))
        count = re.sub(r"(?<=[ei ])en$", "ett", count) if names is _NORWEGIAN else count
        parts.append(f"{count} {names.thousand}")
    if rest or not parts:
        joint = ["og"] if parts and rest < 100 else []
        parts += [*joint, _below_1000(rest, names, led=bool(parts))]
    return " ".join(parts)


def decimal(said: str) -> str:
    """A decimal from its words: Danes count its ones as "en"."""
    return re.sub(r"\bet\b", "en", said)


def year(number: int, language: str) -> str:
    """A year: "nitten hundrede og femoghalvfems", in Norwegian "nitten nittifem"."""
    hundreds, rest = divmod(number, 100)
    in_pairs = language == "nb" and number >= _FIRST_IN_PAIRS
    if not (_FIRST_IN_HUNDREDS <= number < 2000 or in_pairs):
        return in_words(number, language)
    head, tail = in_words(hundreds, language), in_words(rest, language) if rest else ""
    if language == "nb" and rest >= _PAIRED:
        return f"{head} {tail}"
    return f"{head} {_NAMES[language].hundred}" + (f" og {tail}" if tail else "")


def is_counted(before: str, after: str) -> bool:
    """Whether a Norwegian number of four digits between two stretches of text counts something and is no year."""
    return _SMALL_WORD.match(after) is not None and not _BEFORE_YEARS.search(before)


def ordinal(number: int, language: str) -> str:
    """An ordinal from 0 to 1000; a cardinal beyond."""
    names = _NAMES[language]
    if number >= 1000:
        return names.thousandth if number == 1000 else in_words(number, language)
    hundreds, rest = divmod(number, 100)
    if hundreds and not rest:
        return f"{names.ones[hundreds]} {names.hundredth}" if hundreds > 1 else names.hundredth
    head = f"{_below_1000(hundreds * 100, names)} og " if hundreds else ""
    ten, one = divmod(rest, 10)
    if rest < len(names.ordinals):
        return head + names.ordinals[rest]
    if language == "da":
        return head + (f"{_before_ten(names.ones[one])}og" if one else "") + names.tenths[ten]
    return head + (names.tens[ten] + names.ordinals[one] if one else names.tenths[ten])


def decades(text: str) -> Iterator[tuple[int, int, str]]:
    """ "80'erne" and "1980'erne" in Danish."""
    for match in _DECADE.finditer(text):
        name = _DECADES[int(match[2])].removesuffix("ne") + match[3]
        yield *match.span(), in_words(int(match[1]), "da") + name if match[1] else name


def numbered_rulers(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """ "Christian 4." is "Christian den fjerde"."""
    for match in _NUMBERED.finditer(text):
        if ruler_before(text[: match.start()]):
            end = match.end() if text[match.end() :].strip() else match.end(1)
            yield match.start(), end, f"den {ordinal(int(match[1]), language)}"


def _below_1000(number: int, names: _Names, *, led: bool = False) -> str:
    """led: something larger stands before, so that one hundred is told as one."""
    hundreds, rest = divmod(number, 100)
    parts: list[str] = []
    if hundreds:
        parts += [names.hundred] if hundreds == 1 and not led else [_one_before(hundreds, names), names.hundred]
    if rest or not parts:
        parts += [*(["og"] if parts else []), _below_100(rest, names)]
    return " ".join(parts)


def _below_100(number: int, names: _Names) -> str:
    ten, one = divmod(number, 10)
    if number < len(names.ones):
        return names.ones[number]
    if not one:
        return names.tens[ten]
    return (
        f"{_before_ten(names.ones[one])}og{names.tens[ten]}" if names is _DANISH else names.tens[ten] + names.ones[one]
    )


def _one_before(count: int, names: _Names) -> str:
    return names.one if count == 1 else names.ones[count]


def _before_ten(one: str) -> str:
    return "en" if one == "et" else one
