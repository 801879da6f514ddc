"""Greek numbers in words: num2words does not know them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["in_words", "numerals", "ordinal"]

_BELOW_20 = (  # noqa: SIM905 - a list of words
    "μηδέν ένα δύο τρία τέσσερα πέντε έξι επτά οκτώ εννέα δέκα έντεκα δώδεκα δεκατρία δεκατέσσερα δεκαπέντε δεκαέξι "
    "δεκαεπτά δεκαοκτώ δεκαεννέα"
).split()
_TENS = ("", "δέκα", *"είκοσι τριάντα σαράντα πενήντα εξήντα εβδομήντα ογδόντα ενενήντα".split())  # noqa: SIM905
_HUNDREDS = (
    "",
    "εκατόν",
    *"διακόσια τριακόσια τετρακόσια πεντακόσια εξακόσια επτακόσια οκτακόσια εννιακόσια".split(),  # noqa: SIM905
)
_SCALES = ((10**12, "τρισεκατομμύρι"), (10**9, "δισεκατομμύρι"), (10**6, "εκατομμύρι"))
_FEMININE = (("τρία", "τρεις"), ("τέσσερα", "τέσσερις"), ("ένα", "μία"), ("κόσια", "κόσιες"))
_ORDINALS = (  # noqa: SIM905 - a list of words
    "μηδενικ πρώτ δεύτερ τρίτ τέταρτ πέμπτ έκτ έβδομ όγδο ένατ δέκατ ενδέκατ δωδέκατ"
).split()
_TENTHS = (
    "",
    "δέκατ",
    *"εικοστ τριακοστ τεσσαρακοστ πεντηκοστ εξηκοστ εβδομηκοστ ογδοηκοστ ενενηκοστ".split(),  # noqa: SIM905
)

_LETTERS = {"Α": 1, "Β": 2, "Γ": 3, "Δ": 4, "Ε": 5, "ΣΤ": 6, "Ζ": 7, "Η": 8, "Θ": 9, "Ι": 10, "ΙΑ": 11, "ΙΒ": 12,
            "ΙΓ": 13, "ΙΔ": 14, "ΙΕ": 15, "ΙΣΤ": 16, "ΙΖ": 17, "ΙΗ": 18, "ΙΘ": 19, "Κ": 20}  # fmt: skip
_NUMERAL = re.compile(rf"(?<!\w)({'|'.join(sorted(_LETTERS, key=len, reverse=True))})['΄ʹ’´](?!\w)(?:(?=\s+(\w+)))?")
_GENDERS = (("ου|ού", "ου"), ("ος|ός", "ος"), ("ας|ης|άς|ής", "ης"), ("ο|ό|ι|ί|μα", "ο"), ("α|η|ά|ή", "η"))

_ARTICLES = {"ο": "ος", "η": "η", "του": "ου", "της": "ης", "τον": "ο", "την": "η", "τη": "η", "το": "ο", "στον": "ο",
             "στο": "ο", "στη": "η", "στην": "η"}  # fmt: skip


def numerals(text: str) -> Iterator[tuple[int, int, str]]:
    """Letters that are ordinals, as in "Β' Παγκόσμιος Πόλεμος", in the gender of the noun beside them."""
    for match in _NUMERAL.finditer(text):
        before = re.search(r"(\w+)\s$", text[: match.start()])
        asked = _ARTICLES.get(before[1].lower(), "") if before else ""
        name = before is not None and before[1][0].isupper() and before[1].lower() not in {"η", "ο", "το", "τη", "της"}
        noun = before[1] if name and before else match[2] or ""
        ending = next((said for written, said in _GENDERS if re.search(rf"(?:{written})$", noun.lower())), "ο")
        yield match.start(1), match.end(1) + 1, ordinal(_LETTERS[match[1]], asked or ending)


def in_words(number: int) -> str:
    """A number from 0 to 10**15 - 1, neuter."""
    parts: list[str] = []
    for size, name in _SCALES:
        count, number = divmod(number, size)
        if count:
            parts += [in_words(count), name + ("ο" if count == 1 else "α")]
    thousands, number = divmod(number, 1000)
    if thousands:
        parts += ["χίλια"] if thousands == 1 else [_feminine(_below_1000(thousands)), "χιλιάδες"]
    if number or not parts:
        parts.append(_below_1000(number))
    return " ".join(parts)


def ordinal(number: int, ending: str) -> str:
    """An ordinal from 1 to 199 with the ending of its gender and case, as "ος" or "η"; a cardinal beyond."""
    hundred, rest = divmod(number, 100)
    if hundred > 1 or number < 1:
        return in_words(number)
    parts = [f"εκατοστ{_stressed(ending)}"] if hundred else []
    if rest <= 12:
        return " ".join([*parts, *([_ORDINALS[rest] + ending] if rest else [])])
    ten, one = divmod(rest, 10)
    parts.append(_TENTHS[ten] + (ending if ten == 1 else _stressed(ending)))
    return " ".join([*parts, *([_ORDINALS[one] + ending] if one else [])])


def _stressed(ending: str) -> str:
    """The ending of ordinals that are stressed on it."""
    return ending.translate(str.maketrans("οηαεω", "όήάέώ")).replace("όυ", "ού").replace("όι", "οί")


def _below_1000(number: int) -> str:
    if number == 100:
        return "εκατό"
    hundred, rest = divmod(number, 100)
    ten, one = divmod(rest, 10)
    below = _BELOW_20[rest] if rest < 20 else f"{_TENS[ten]} {_BELOW_20[one] if one else ''}".strip()
    return f"{_HUNDREDS[hundred]} {below if rest else ''}".strip() if hundred else below


def _feminine(said: str) -> str:
    for old, new in _FEMININE:
        said = said.replace(old, new)
    return said
