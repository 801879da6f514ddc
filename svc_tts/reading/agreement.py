"""Numbers bent as the words around them ask for: gender, case, and the noun's own number."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from svc_tts.reading import finnish, hebrew, hindi
from svc_tts.reading.grammars import GRAMMARS
from svc_tts.reading.grammars.base import LOOK_FURTHER
from svc_tts.reading.numbers import in_words, ordinal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from svc_tts.reading.grammars.base import Bent, Forms

__all__ = ["before_noun", "case_before", "counted", "genitive", "is_name", "one_of", "ordinal_form", "placed"]

_WORD = r"[^\W\d_](?:[^\W\d_]|['’\u0300-\u036f\u0900-\u0dff-]){0,80}"
_FOLLOWING = re.compile(rf"[\s\u00a0\u202f]?({_WORD})(?:[\s\u00a0\u202f]({_WORD}))?")
_PRECEDING = re.compile(rf"(?<!\S)[(«„“\"']?({_WORD})(?:(?<=\w\w)\.)?[\s\u00a0\u202f]+[(«„“\"']?$")
_AND_A_HALF = {"cs": "a půl", "hu": "és fél", "pl": "i pół", "ru": "с половиной", "sk": "a pol", "tr": "buçuk",
               "uk": "з половиною"}  # fmt: skip
_ONE_AND_A_HALF = {
    "cs": "jeden jedna jednoho",
    "hu": "másfél másfél másfél",
    "pl": "półtora półtorej półtora",
    "sk": "jeden jedna jedného",
    "ru": "полтора полторы полутора",
    "uk": "півтора півтори півтора",
}
_FEMININE_GENITIVE = r".+(?:[ыиyieě])"
"""The noun after one and a half, where it is feminine."""
_JOINED = re.compile(
    r"(?:\s?[-–—]\s?|\s(?:o|ou|oder|of|или|и|lub|albo|nebo|až|bis|vagy|veya|à|a|do|to|tot)\s)(\d{1,3})(?=\s)"
)
"""A second number before the noun, as in "1 or 2"."""
_JOINED_ORDINAL = r"\d{1,3}\.\s?(?:[-–—]|i|a|až|und|bis|oraz|és|ve)\s?"
_SENTENCE_START = re.compile(r"(?:^|[.!?:…])[\s«„“\"'(¿¡-]*$")


def counted(number: str, language: str, *, before: str = "", after: str = "") -> str:
    """
    A number (digits, at most one dot) in words as said between two stretches of text.

    before, after: the text around it; a word counts only where it stands next to the number.
    """
    if is_name(before, language) and (number == "1" or _is_label(before, language)):
        return in_words(number, language)
    if number[1:] == ".5" and number[0] in "1234" and language in _AND_A_HALF and after[:1] not in "-'’":
        return _and_a_half(number[0], language, before, after)
    grammar = GRAMMARS.get(language.partition("_")[0])
    if grammar is None:
        own = _OWN.get(language)
        return (own(number, before, after) if own else "") or in_words(number, language)
    case = case_before(before, language)
    joined = _JOINED.match(after)
    after = after[joined.end() :] if joined else after
    kind = _kind(joined[1] if joined and "." not in number else number)
    form = _form(grammar.nouns, f"{kind}{case} ", after, language)
    form = form if form[1:] or form[:1] not in {"", "m", "f", "n", "u"} else form + case
    if language == "ru":
        return in_words(number, language, form)
    if kind == "." or not form:
        return in_words(number, language)
    # num2words knows the gender of Hebrew numbers
    said = in_words(number, language, form[:1] if language == "he" else "")
    said = _bent(said, form, grammar.bent)
    return hebrew.construct(said, after) if form[:1] == "m" and language == "he" else said


def before_noun(said: str, language: str, *, before: str = "", after: str = "", many: bool = False) -> str:
    """Words that go before a noun as one would, such as a half."""
    grammar = GRAMMARS.get(language.partition("_")[0])
    if grammar is None:
        return said
    many = many and language not in {"da", "nb", "sv"}  # a half is one, however many stand before it
    form = _form(grammar.nouns, f"{2 if many else 1}{case_before(before, language)} ", after, language)
    return _bent(said, form, grammar.bent) if form else said


def genitive(number: str, language: str) -> str:
    """A cardinal in the genitive."""
    if language == "ru":
        return in_words(number, language, "g")
    return _bent(in_words(number, language), "g", GRAMMARS[language].bent)


def placed(number: int, language: str, form: str) -> str:
    """An ordinal in a form."""
    if language == "fi":
        return finnish.ordinal(number, form if len(form) > 1 else "")
    grammar = GRAMMARS.get(language.partition("_")[0])
    if grammar is None or not form:
        return ordinal(number, language)
    if language == "ru":
        return ordinal(number, language, form)
    *head, tail = re.split(r"(?=\b\S+ \S+$)", ordinal(number, language), maxsplit=1)
    return "".join(head) + _bent(tail, form, grammar.ordinals)


def ordinal_form(language: str, *, before: str, after: str) -> str:
    """The form that an ordinal takes between two stretches of text."""
    if language == "fi":
        return finnish.case_after(before, after, placed=True)
    grammar = GRAMMARS.get(language.partition("_")[0])
    if grammar is None:
        return ""
    before = re.sub(rf"(?:(?<!\w){_JOINED_ORDINAL})+$", "", before)
    after = re.sub(r"^\s?(?:[-–—]|i|a|až|und|bis|oraz|és|ve)\s?\d{1,3}\.(?=\s)", "", after)
    case = case_before(before, language)
    preceding = re.search(r"(?:(\w+)\s+)?(\w+)\s+$", before)
    two = [word or "" for word in preceding.groups()] if preceding else ["", ""]
    return _form(grammar.ordinal_nouns, f"{case} ", after, language, ending=f" {' '.join(two)}".lower())


def case_before(before: str, language: str) -> str:
    """The case that the last word of a text asks for; "" for none."""
    word = _PRECEDING.search(before)
    grammar = GRAMMARS.get(language.partition("_")[0])
    if word is None or grammar is None:
        return ""
    return next((case for case, pattern in grammar.cases if _pattern(pattern).fullmatch(word[1].lower())), "")


def is_name(before: str, language: str) -> bool:
    """Whether the number after this text names something, as in "Formula 1": it then counts nothing."""
    word = _PRECEDING.search(before)
    if word is None:
        return False
    first = _SENTENCE_START.search(before[: word.start()])
    return _is_label(before, language) or (word[1][0].isupper() and not first)


def _is_label(before: str, language: str) -> bool:
    """Whether the last word of a text is one that numbers are the names of, as "chapter"."""
    word = _PRECEDING.search(before)
    grammar = GRAMMARS.get(language.partition("_")[0])
    if word is None or grammar is None or not grammar.labels:
        return False
    return _pattern(grammar.labels).fullmatch(word[1].lower()) is not None


def one_of(forms: str, number: str, language: str) -> str:
    """
    The form of a noun that stands after a number.

    forms: divided by "|": for one, for few, for many and for a part; languages with fewer leave out the last ones.
    """
    from babel import Locale

    known = forms.split("|")
    value = float(number)
    category = Locale.parse(language).plural_form(int(value) if value.is_integer() else value)
    at = {"one": 0, "two": 1, "few": 1}.get(category, 2)
    if language in {"cs", "pl", "ru", "sk", "uk"} and not value.is_integer():
        at = 1 if language == "ru" and len(known) < 4 else 3
    return known[min(at, len(known) - 1)]


def _and_a_half(whole: str, language: str, before: str, after: str) -> str:
    """Half more than a small number; the noun after it is in the genitive, as after a decimal."""
    if whole == "1" and language in _ONE_AND_A_HALF:
        common, feminine, genitive = _ONE_AND_A_HALF[language].split()
        noun = _FOLLOWING.match(after)
        said = feminine if noun and re.fullmatch(_FEMININE_GENITIVE, noun[1].lower()) else common
        said = genitive if case_before(before, language) == "g" else said
        return f"{said} {_AND_A_HALF[language]}" if language in {"cs", "sk"} else said
    return f"{counted(whole, language, before=before, after=after)} {_AND_A_HALF[language]}"


def _hindi(number: str, before: str, after: str) -> str:
    del before
    return hindi.with_a_part(number, after)


_OWN = {"fi": finnish.counted, "hi": _hindi}
"""Languages without a grammar here, and what they say for a number between two stretches of text; "" for nothing."""


def _kind(number: str) -> str:
    if "." in number:
        return "."
    tens, one = divmod(int(number[-2:]), 10)
    if tens != 1 and 1 <= one <= 4:
        alone = len(number) == 1
        return ("1" if alone else "x") if one == 1 else ("2" if alone else "y")
    return "5"


def _form(forms: Forms, start: str, after: str, language: str, ending: str = "") -> str:
    grammar = GRAMMARS[language.partition("_")[0]]
    found = _FOLLOWING.match(after)
    for word in found.groups() if found else ("",):
        if word is None or (grammar.stops and word and _pattern(grammar.stops).fullmatch(word.lower())):
            word = ""  # noqa: PLW2901 - nothing is counted
        text = start + (word if grammar.cased else word.lower()) + ending
        form = next((form for form, pattern in forms if _pattern(pattern).fullmatch(text)), "")
        if form != LOOK_FURTHER or not word:
            return form.removesuffix(LOOK_FURTHER)
    return ""


def _bent(said: str, form: str, bent: Mapping[str, Bent]) -> str:
    """With what the form, then its case and its gender alone ask for."""
    for key in dict.fromkeys((form, form[1:], form[:1])):
        for pattern, new in bent.get(key, ()):
            said = _pattern(pattern).sub(new, said)
    return said


@lru_cache(maxsize=512)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
