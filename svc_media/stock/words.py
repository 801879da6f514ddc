"""What to search for: the words of an image prompt that name things."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_media.stock.looks import without_looks

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["queries", "written_in"]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OWNERS = re.compile(r"['’]s\b")
_MARK = re.compile(r"[,.;:!?()]")
_DOING = re.compile(r"...(?:ing|ed)$")
_THINGS = frozenset(
    """
    fishing sewing swimming parking shopping washing wedding building painting dining living cutting boxing training
    hiking camping sailing waiting drawing ceiling evening morning spring string clothing lightning pudding railing
    speed hundred
    """.split()
)
"""Words that look like what somebody does, and name a thing."""
_OF_NAMES = frozenset("new old big little great long".split())
"""Words that lead to no picture, but for names such as New York."""
_TOGETHER = frozenset({("light", "bulb"), ("light", "bulbs"), ("high", "school")})
"""Likewise, with what follows."""
_SUBJECT = re.compile(r"(?:^|, )an? [\w ,]{0,40}\b(?:scene|picture|illustration): ([^,，]+)", re.IGNORECASE)
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_KANA, _HANGUL, _HAN = (re.compile(f"[{signs}]") for signs in ("\u3040-\u30ff", "\uac00-\ud7a3", "\u3400-\u9fff"))
_A_WORD = 8
"""Characters of a phrase, without spaces, that may be one thing with what it is like."""
_NO_ARTICLE = 4
"""Letters from which on a word of a language that we know little of may name a thing."""
_MOST = 100
"""Characters that every library takes."""
_EMPTY = frozenset(
    """
    a an the and or but of to in on at by for with from as into onto over under above below behind beside near between
    is are was were be been being has have had do does it its this that these those there here who whom whose which
    he she they his her their our your my we you i not no very more most some any each every one two three few many
    while when where how why what than then so such just only own other another both all through across around along
    show shows showing shown seen scene view picture image photo photograph photography illustration drawing painting
    style styled watercolour watercolor ink pencil sketch render rendering vector flat digital art artwork cinematic
    realistic photorealistic detailed high quality resolution composition composed background foreground lighting lit
    light soft warm cool muted gentle bright dark subtle palette colours colors tones tone texture textured mood
    atmosphere close-up closeup wide shot angle frame framed depth field focus shallow minimal minimalist clean modern
    inside outside within beneath beyond against toward towards along amid amidst around off out up down during before
    after its it's
    illustrated painted drawn viewpoint crisp edges polished finish lettering inviting natural proportions limited
    old new young small little large big tiny huge tall short long wide narrow empty full beautiful simple single
    """.split()
)
"""Words that lead to no picture, and those that say how one is painted."""


def written_in(words: str) -> str:
    """ "ja", "ko" or "zh" by its signs; "" for others."""
    for language, signs in (("ja", _KANA), ("ko", _HANGUL), ("zh", _HAN)):
        if signs.search(words):
            return language
    return ""


def queries(prompt: str, *, narration: str = "", title: str = "", cast: Sequence[str] = ()) -> list[str]:
    """
    What to search for, the most precise first.

    A prompt that was made by rule says no more than the narration, in whose words then is searched, in English where we
    know some; one that names what it shows after a colon ("A richly detailed scene: bees, ...") by that. The title of
    the video comes last, and the prompt's own beginning where nothing has a word for a thing.
    cast: names of invented people, of whom no library has a picture; what is said of their looks is searched for.
    """
    from svc_media.art.tongues import echoes

    if narration and echoes(prompt, narration):
        found = _of_text(narration, told=True)
    elif named := _SUBJECT.search(prompt):
        found = _of_text(named[1], told=True)
    else:
        found = _of_text(_nameless(prompt, cast), told=False)
    return list(dict.fromkeys([*found, *_of_text(title, told=True)])) or [prompt.strip()[:_MOST]]


def _of_text(text: str, *, told: bool) -> list[str]:
    """told: it is what people say, in their language; else a description in English."""
    from svc_media.art.glossary import english_stems
    from svc_media.art.tongues import language_of, said_in_english

    own, english = _UNSPACED.search(text), english_stems()
    foreign = bool(own) or (told and language_of(text, english) not in {"en", ""})
    known = said_in_english(text, english) if foreign else ""
    if own:
        phrase = re.split(r"[\s,.;:!?、。，；：！？]+", text.strip())[0][:_MOST]
        # a library knows a word of every language, hardly a sentence
        return [phrase, *_fewer(_named(known))] if len(phrase) <= _A_WORD else [*_fewer(_named(known)), phrase]
    if foreign:
        return [*_fewer(_named(known)), *_fewer([word for word in _named(text) if len(word) >= _NO_ARTICLE])]
    return _fewer(_said(text)) if told else _described(without_looks(text))


def _described(text: str) -> list[str]:
    """Four words of a description; two or three for what it begins with, and one, which is the last of these."""
    things = _things(text)
    words = list(dict.fromkeys(word for thing in things for word in thing))
    if not words:
        return []
    first = _still(things[0])
    more = first[-2:] if len(first) > 1 else words[:2]
    return list(dict.fromkeys(" ".join(each)[:_MOST] for each in (words[:4], more, first[-1:])))


def _things(text: str) -> list[list[str]]:
    """The words that name something, those together that stand together."""
    found: list[list[str]] = [[]]
    end = 0
    plain = _OWNERS.sub("", text)
    given = list(_WORD.finditer(plain))
    following = [match[0] for match in given[1:]] + [""]
    for match, after in zip(given, following[: len(given)], strict=True):
        word = match[0].lower()
        name = word in _OF_NAMES and match[0][0].isupper() and after[:1].isupper()
        name = name or (word, after.lower()) in _TOGETHER
        if _MARK.search(plain, end, match.start()) or (word in _EMPTY and not name):
            found.append([])
        if (word not in _EMPTY or name) and len(word) > 1:
            found[-1].append(word)
        end = match.end()
    return [each for each in found if each]


def _still(thing: list[str]) -> list[str]:
    """Up to what it does: "fishing boat gliding" is a fishing boat."""
    does = (
        at for at, word in enumerate(thing) if at and _DOING.search(word) and word not in _THINGS and "-" not in word
    )
    return thing[: next(does, len(thing))]


def _nameless(text: str, cast: Sequence[str]) -> str:
    names = {word for name in cast for word in _WORD.findall(name)}
    return _WORD.sub(lambda match: "" if match[0] in names else match[0], text) if names else text


def _named(text: str) -> list[str]:
    found = [word.lower() for word in _WORD.findall(text)]
    return [word for word in dict.fromkeys(found) if word not in _EMPTY and len(word) > 1]


def _said(text: str) -> list[str]:
    """The same of a sentence that is spoken, what can be seen best first."""
    from svc_media.art.words import content_words

    words = [word for word in content_words(text) if word.text not in _EMPTY]
    return [word.text for word in sorted(words, key=lambda word: -word.weight)]


def _fewer(named: list[str]) -> list[str]:
    """Four words, two, one."""
    sizes = dict.fromkeys(min(size, len(named)) for size in (4, 2, 1)) if named else ()
    return [" ".join(named[:size])[:_MOST] for size in sizes]
