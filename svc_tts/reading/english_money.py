"""How English says sums of money: signs before and after the number, codes, large sums, cents."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["CURRENCIES", "NUMBER", "SCALES", "money", "sum_said"]

NUMBER = r"\d+(?:,\d+)*(?:\.\d+)?"
"""A pattern for a number as written; a comma after it is none of it."""

CURRENCIES = {
    "$": "dollars",
    "€": "euros",
    "£": "pounds",
    "¥": "yen",
    "₹": "rupees",
    "₩": "won",
    "₽": "rubles",
    "₿": "bitcoin",
}
"""Sign to name, for more than one."""
SCALES = {
    "k": "thousand",
    "K": "thousand",
    "m": "million",
    "M": "million",
    "bn": "billion",
    "B": "billion",
    "T": "trillion",
}
_PARTS = {"$": "cents", "€": "cents", "£": "pence"}
_CODES = {
    "US$": "US dollars", "A$": "Australian dollars", "AU$": "Australian dollars", "C$": "Canadian dollars",
    "CA$": "Canadian dollars", "HK$": "Hong Kong dollars", "NZ$": "New Zealand dollars", "S$": "Singapore dollars",
    "R$": "reais", "USD": "US dollars", "EUR": "euros", "GBP": "pounds", "JPY": "yen", "CNY": "yuan", "RMB": "yuan",
    "CAD": "Canadian dollars", "AUD": "Australian dollars", "CHF": "Swiss francs", "INR": "rupees", "Rs.": "rupees",
    "Rs": "rupees", "BTC": "bitcoin",
}  # fmt: skip
_LARGE = r"hundred|thousand|million|billion|trillion"
_CODE = "|".join(sorted(map(re.escape, _CODES), key=len, reverse=True))
_SCALE = rf"(?P<scale>\s?(?:{_LARGE})\b|(?:{'|'.join(SCALES)})\b)?"
_CODED = (
    re.compile(rf"(?<![\w$])(?P<code>{_CODE})\s?(?P<number>{NUMBER}){_SCALE}(?![\w%])"),
    re.compile(rf"(?<![\w.,$€£])(?P<number>{NUMBER}){_SCALE}\s?(?P<code>[A-Z]{{3}})(?!\w)"),
)

_BEFORE_NOUN = re.compile(
    rf"(?<![\w.,])(?P<sign>[{''.join(CURRENCIES)}])(?P<number>{NUMBER})-(?P<large>{_LARGE})(?=[ -]\w)"
)


def money(text: str) -> Iterator[tuple[int, int, str]]:
    """Sums whose currency is told by a code ("US$75", "50 EUR"), and those with a hyphen ("a $2-million house")."""
    for pattern in _CODED:
        for match in pattern.finditer(text):
            if match["code"] in _CODES:
                scale = (match["scale"] or "").strip()
                name = _CODES[match["code"]]
                amount = " ".join(filter(None, [match["number"], SCALES.get(scale, scale)]))
                yield match.start(), match.end(), f"{amount} {singular(name) if amount == '1' else name}"

    for match in _BEFORE_NOUN.finditer(text):
        yield match.start(), match.end(), f"{match['number']} {match['large']} {singular(CURRENCIES[match['sign']])}"


def sum_said(number: str, sign: str, scale: str = "") -> str:
    """
    A sum in words but for its digits: ("5.50", "$") is "5 dollars and 50 cents".

    number: as written. sign: of `CURRENCIES`. scale: of `SCALES`, or "".
    """
    if scale:
        return f"{number} {SCALES[scale]} {CURRENCIES[sign]}"
    whole, _, part = number.partition(".")
    name = CURRENCIES[sign]
    if sign not in _PARTS or len(part) != len("00"):
        return f"{number} {singular(name) if number == '1' else name}"
    name = singular(name) if whole == "1" else name
    if part == "00":
        return f"{whole} {name}"
    small = _PARTS[sign] if part != "01" else {"cents": "cent", "pence": "penny"}[_PARTS[sign]]
    few = f"{int(part)} {small}"
    return few if whole == "0" else f"{whole} {name} and {few}"


def singular(name: str) -> str:
    """One of a currency."""
    return {"reais": "real"}.get(name, name.removesuffix("s"))
