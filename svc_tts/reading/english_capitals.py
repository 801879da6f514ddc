"""What English capitals are: letters said one by one, words that are shouted, the letter A."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["LETTER_A", "letters", "spoken_case"]

LETTER_A = "A."
"""How the letter is written for the dictionaries, which take "A" for the article."""
_LETTERS = frozenset("US AWS UPS SAP ALS COPD LAPD DOD MMS ETH FIFO PDA".split())  # noqa: SIM905
"""Which the dictionaries would read as words."""
_AFTER_LETTERS = {
    "WHO": re.compile(r"declare[sd]?|sa(?:id|ys)|recommend\w*|announce[sd]?|estimate[sd]?|warn(?:s|ed)?|report\w*|data|"
                      r"guidelines?|director|officials?|experts?"),
    "IT": re.compile(r"department|team|support|industry|professionals?|compan(?:y|ies)|sector|infrastructure|services?|"
                     r"jobs?|managers?|specialists?|systems?|security|consult\w+|admin\w*|skills|staff|project\w*|crowd|"
                     r"guy|giant|firms?|workers?|budgets?"),
}  # fmt: skip
_BEFORE_LETTERS = {
    "WHO": re.compile(r"the|by|of|from|with"),
    "IT": re.compile(r"in|of|the|an|and|for|our|your|their"),
}
"""Words around those that are words more often than letters."""
_ALWAYS_SHORT = frozenset(
    "AI API BBC BMW CEO CFO CIA CNN CPU DIY DNA DVD EU FAQ FBI GDP GPS GPU HBO HIV IBM ID IMF IQ IRS LED LLM MIT NBA "  # noqa: SIM905
    "NFL NHL NYC OK PC PDF PR RNA SUV TV UAE UFO UK UN USA USB USSR VIP VPN VR WTO WWII WWI II III IV VI VII VIII IX "
    "XI XII AM PM BC AD LA DC HTML CSS SQL AWS NATO NASA ESG KPI ROI IPO ETF CRM SEO HR".split()
)
"""Short ones that stay letters in a line of capitals."""
_SHOUTED = 6
"""Letters of a word that hardly anybody spells, wherever it stands."""
_VOWEL = re.compile("[AEIOUY]")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_FEWEST_WORDS = 2
_CLOSING, _OPENING, _BEFORE_START = '.:;,)!?"”]', "\"“‘'([", ".:!?…—–"
_AFTER_A = frozenset("to and or is was then minus plus".split())  # noqa: SIM905
"""Words before which an "A" that begins a line is the letter."""


def spoken_case(words: Sequence[str]) -> list[str]:
    """
    The words of a line with those in capitals that are no letters in small ones.

    The dictionaries spell what they do not know in capitals: most names in a shouted line.
    """
    found = [part for word in words if not _DIGIT.search(word) for part in _WORD.findall(word) if len(part) > 1]
    shouted = len(found) >= _FEWEST_WORDS and all(each.isupper() for each in found)
    spoken: list[str] = []
    for position, word in enumerate(words):
        after_the = position > 0 and words[position - 1].upper() == "THE"
        spoken.append(
            _WORD.sub(lambda m, the=after_the: _cased(m[0], shouted=shouted, after_the=the), word)
            if word.isupper() and not _DIGIT.search(word)
            else word
        )
    return spoken


def _cased(word: str, *, shouted: bool, after_the: bool) -> str:
    if not word.isupper() or not _VOWEL.search(word) or len(word) == 1 or word in _ALWAYS_SHORT:
        return word
    if shouted and not (word in _LETTERS and (after_the or word != "US")):
        return word.capitalize()
    return word.capitalize() if len(word) >= _SHOUTED and "-" not in word else word


def letters(core: str, before: str, word: str, after: str) -> str:
    """
    How a word in capitals is said letter by letter; "" where it is a word.

    core: the word without the punctuation of `word`. before, after: its neighbours, "" at an end of the line.
    """
    if core == "a" and word[-1] == ")" and word[:1] != "(":
        return LETTER_A
    if core == "A":
        return LETTER_A if _is_letter_a(before, word, after) else ""
    name, mark, ending = core.partition("'" if "'" in core else "’")
    if name in _LETTERS:
        return ".".join(name) + "." + mark + ending
    if name in _AFTER_LETTERS and (mark or _goes_with(name, before, after)):
        return "" if name == "IT" and mark else ".".join(name) + "." + mark + ending
    return ""


def _goes_with(name: str, before: str, after: str) -> bool:
    around = before.lower(), after.lower().strip(".,;:!?")
    return bool(_BEFORE_LETTERS[name].fullmatch(around[0]) or _AFTER_LETTERS[name].fullmatch(around[1]))


def _is_letter_a(before: str, word: str, after: str) -> bool:
    closed = word[-1] in _CLOSING or not after
    if not before or before[-1] in _BEFORE_START or word[0] in _OPENING:
        return closed or after in _AFTER_A
    return closed or not after[:1].isupper()
