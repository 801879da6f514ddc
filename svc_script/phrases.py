"""Turning words of an English topic into phrases for the middle of a sentence, and telling what they stand for."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
from typing import Literal

from svc_script.topic_words import (
    ALONE,
    ANIMALS,
    BYGONE,
    DOUBLED,
    GRAVE,
    MADE_OF_DOING,
    NOUNS,
    PLURAL_WORDS,
    PROPER,
    SINGULAR_S,
    THINGS,
    VERBS,
)

__all__ = ["Kind", "base", "capital", "done", "gerund", "is_plural", "kind_of", "middle", "plain_case", "third_person"]

Kind = Literal["thing", "animal", "name", "grave"]
_COMMON = re.compile(r"(?:tion|sion|esis|osis|ysis|ety|ment|ness|ism|ity|ing|ology|graphy|ship|hood|ance|ence|ics)s?$")
_MANY = re.compile(r"(?:ings|ans|ers|ors|ists|oes|ies|ons)$")
_PEOPLES = re.compile(r"(?:ese|(?<![aeiouf])ish|[^aeiou]ian)$")
_SMALL = frozenset(
    """
    to of the and a an in on for with at by from is are do does you your we it vs or how why what that this when every
    """.split()
)


def capital(phrase: str) -> str:
    """The phrase with its first letter raised, for the start of a sentence; "iPhone" begins one as it is."""
    return phrase if phrase[1:2].isupper() else phrase[:1].upper() + phrase[1:]


def plain_case(line: str) -> str:
    """A headline with capitals throughout, as a sentence has them: words that are surely common are lowered."""
    words = line.split()
    first = [word for word in words[:1] if word.lower() not in {"the", "a", "an"}]  # "The French Revolution" is a name
    joined = [word for word in first + words if word.lower() in _SMALL and word[0].isupper()]
    if len(words) < 3 or len(joined) < 2 or any(word[0].islower() and len(word) > 3 for word in words):
        return line
    return " ".join([words[0], *(word.lower() if _is_common(word.lower()) else word for word in words[1:])])


def _is_common(low: str) -> bool:
    known = low in _SMALL or low in VERBS or low in THINGS or low in NOUNS or low in BYGONE or _is_animal(low)
    return (known or bool(_COMMON.search(low))) and low not in PROPER


def _is_animal(low: str) -> bool:
    return low in ANIMALS or low.removesuffix("s") in ANIMALS or low.removesuffix("es") in ANIMALS


def middle(phrase: str) -> str:
    """The phrase for the middle of a sentence: a capital that only marks a start is lowered, that of a name is not."""
    words = phrase.split()
    if words and words[0] in {"The", "A", "An", "Your", "Our"}:
        return phrase[:1].lower() + phrase[1:]
    if not words or not re.fullmatch(r"[A-Z][a-z'’-]*", words[0]) or words[0] == "I":
        return phrase
    if len(words) > 1 and words[1][:1].isupper():
        return phrase  # a name of several words, or a title in capitals
    low = words[0].lower()
    if low in PROPER or _PEOPLES.search(low):
        return phrase
    alone = len(words) == 1
    return phrase if alone and not (_is_common(low) or _MANY.search(low)) else phrase[:1].lower() + phrase[1:]


def base(word: str) -> str | None:
    """The base form of a known verb, or None."""
    low = word.lower()
    forms = [low, re.sub("ies$", "y", low)]
    if low.endswith(("shes", "ches", "xes", "sses", "oes", "zzes")):
        forms.append(low[:-2])
    elif not low.endswith("ees"):
        forms.append(low.removesuffix("s"))
    return next((form for form in forms if form in VERBS), None)


def _head(noun_phrase: str) -> str:
    return re.split(r"\s(?:of|in|on|for|with|from|to|at|by|about)\s", noun_phrase)[0].split()[-1]


def is_plural(noun_phrase: str) -> bool:
    """Whether a noun phrase takes a plural verb."""
    if re.search(r"\band\b", noun_phrase):
        return True
    head = _head(noun_phrase)
    low = head.lower()
    if low in PLURAL_WORDS:
        return True
    if head[0].isupper() and not noun_phrase.lower().startswith("the ") and not _MANY.search(low):
        return False  # Los Angeles, Paris
    return low.endswith("s") and not low.endswith(("ss", "us", "is", "ness")) and low not in SINGULAR_S


def gerund(verb_phrase: str) -> str:
    """ "bake bread" as "baking bread"."""
    first, _, rest = verb_phrase.partition(" ")
    if first.endswith("ie"):
        done = first[:-2] + "ying"
    elif first.endswith("e") and not first.endswith(("ee", "oe", "ye")) and first != "be":
        done = first[:-1] + "ing"
    elif first in DOUBLED:
        done = first + first[-1] + "ing"
    else:
        done = first + "ing"
    return f"{done} {rest}".strip()


def done(word: str, following: str) -> str:
    """The verb that is done in "saving money": "save"; "" where the words name a thing ("swimming pools")."""
    verb = _DOING.get(word, "")
    return "" if verb in ALONE or following.removesuffix("s") in MADE_OF_DOING else verb


def third_person(verb: str) -> str:
    """ "watch" as "watches"."""
    if verb.endswith(("sh", "ch", "x", "ss", "o")):
        return verb + "es"
    return re.sub("(?<=[^aeiou])y$", "ie", verb) + "s"


def kind_of(subject: str) -> Kind:
    """What a subject is, as far as its words tell: what can be said of a whale cannot be said of a war."""
    words = [word.lower() for word in re.findall(r"[^\W\d_]+", subject)]
    if any(word in GRAVE for word in words) or "climate change" in subject.lower():
        return "grave"
    head = _head(subject)
    if _is_animal(head.lower()):
        return "animal"
    return "name" if head.lower() in BYGONE or re.match(r"[A-Z][^\W\d_]*[a-z]", head) else "thing"


_DOING = {gerund(verb): verb for verb in VERBS} | {"traveling": "travel"}
