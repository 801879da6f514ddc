"""Hindi numbers in words: num2words does not know them."""

from __future__ import annotations

import re

__all__ = ["in_words", "with_a_part", "year"]

_BELOW_100 = (  # noqa: SIM905 - ten a line can be checked
    "शून्य एक दो तीन चार पाँच छह सात आठ नौ "
    "दस ग्यारह बारह तेरह चौदह पंद्रह सोलह सत्रह अठारह उन्नीस "
    "बीस इक्कीस बाईस तेईस चौबीस पच्चीस छब्बीस सत्ताईस अट्ठाईस उनतीस "
    "तीस इकतीस बत्तीस तैंतीस चौंतीस पैंतीस छत्तीस सैंतीस अड़तीस उनतालीस "
    "चालीस इकतालीस बयालीस तैंतालीस चौवालीस पैंतालीस छियालीस सैंतालीस अड़तालीस उनचास "
    "पचास इक्यावन बावन तिरपन चौवन पचपन छप्पन सत्तावन अट्ठावन उनसठ "
    "साठ इकसठ बासठ तिरसठ चौंसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर "
    "सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर अठहत्तर उनासी "
    "अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी अट्ठासी नवासी "
    "नब्बे इक्यानवे बानवे तिरानवे चौरानवे पचानवे छियानवे सत्तानवे अट्ठानवे निन्यानवे"
).split()
_SCALES = (
    (10**13, "नील"),
    (10**11, "खरब"),
    (10**9, "अरब"),
    (10**7, "करोड़"),
    (10**5, "लाख"),
    (10**3, "हज़ार"),
    (100, "सौ"),
)
_PART = re.compile(r"(\d{1,2})\.(5|25|75)")
_NOUN = re.compile(r"\s(?!(?:में|से|तक|का|की|के|और|है|हैं|को|पर|ने|या)(?!\S))[\u0904-\u0939]")


def in_words(number: int) -> str:
    """A number from 0 to 10**15 - 1."""
    parts: list[str] = []
    for size, name in _SCALES:
        count, number = divmod(number, size)
        if count:
            parts += [in_words(count), name]
    if number or not parts:
        parts.append(_BELOW_100[number])
    return " ".join(parts)


def year(number: int) -> str:
    """A year; those before 2000 are told in hundreds."""
    hundreds, rest = divmod(number, 100)
    if 11 <= hundreds <= 19:
        return f"{in_words(hundreds)} सौ {in_words(rest) if rest else ''}".strip()
    return in_words(number)


def with_a_part(number: str, after: str) -> str:
    """A small number and a half or a quarter before what is counted: 1.5 करोड़ is "डेढ़ करोड़"; "" for others."""
    match = _PART.fullmatch(number)
    if match is None or not _NOUN.match(after):
        return ""
    whole, name = int(match[1]), {"5": "साढ़े", "25": "सवा", "75": "पौने"}[match[2]]
    if number in {"1.5", "2.5"}:
        return "डेढ़" if whole == 1 else "ढाई"
    count = whole + 1 if match[2] == "75" else whole
    return name if number == "1.25" else f"{name} {in_words(count)}" if whole else ""
