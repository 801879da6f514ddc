"""What a text in any language that we know some words of speaks of, in English words."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from pixelle.text.frequent_words import LANGUAGES_OF
from svc_media.art.chinese import in_english as of_chinese
from svc_media.art.chinese import is_chinese
from svc_media.art.glossary import APOSTROPHES, LANGUAGES, listed, meaning, spelt, tongues
from svc_media.art.unspaced import found_in, is_japanese, is_thai
from svc_media.art.words import is_silent, stem

if TYPE_CHECKING:
    from collections.abc import Collection

    from svc_media.art.cedict import ChineseDictionary
    from svc_media.art.glossary import Tongue

__all__ = ["echoes", "language_of", "said_in_english"]

_UNSPACED = frozenset({"ja", "th"})
# Indian vowel signs are no letters to `re`
_WORDS = re.compile(r"(?:[^\W\d_]|[\u0900-\u0963\u200c\u200d])+(?:-[^\W\d_]+)*")
# an address says nothing that can be drawn, nor does what stands for a word in it
_ADDRESS = re.compile(r"(?<!\S)\S+@\S+|@\w+|(?:https?://|www\.)\S+", re.IGNORECASE)
_VOWELS = re.compile(r"[\u0610-\u061a\u064b-\u065f\u0670]")
"""Signs over Arabic letters, which a text may have or not."""
_FEW = 0.2
"""With less than this share of words known, the language is not one that we know."""
_STRANGE = -0.5
"""What a word with letters that a language does not have adds to the number of its words."""
_PLAY = "game play"
_PLAYED = re.compile(
    r"^(\w+ )+music$|^(soccer|basketball|baseball|tennis|chess|cricket game ball|toy|child|video game)$"
)
"""What is played says more than that it is."""
_TIMES = frozenset({"morning", "evening", "night", "hour minute", "week month", "winter", "summer", "autumn"})
_PHRASE = 4
"""So many words at most are listed as one."""


def echoes(prompt: str, narration: str) -> bool:
    """True when the prompt is the narration with words around it, as one made by rule is, not a description of it."""
    said, shown = _units(narration), _units(prompt)
    if not said or not shown:
        return False
    # of a long narration the prompt has only the beginning
    return _share(said, shown) >= 0.8 or _share(shown, said) >= 0.6


def _share(some: list[str], others: list[str]) -> float:
    known = set(others)
    return sum(unit in known for unit in some) / len(some)


def _units(text: str) -> list[str]:
    """Words; where none stand apart, characters."""
    text = unicodedata.normalize("NFKC", text).casefold()
    units: list[str] = []
    for word in re.findall(r"[^\W_]+", text):
        units += list(word) if re.search(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", word) else [word]
    return units


def language_of(text: str, known: Collection[str]) -> str:
    """
    "en", or one of the languages that we know words of: "zh", "ja", "es", ...; "" for another, or for no words at all.

    known: stems of English words that can be drawn.
    """
    text = _plain(text)
    if is_japanese(text):
        return "ja"
    if is_thai(text):
        return "th"
    if is_chinese(text):
        return "zh"
    words = [word.lower() for word in _WORDS.findall(text)]
    best, most = "en", sum(1.0 if _is_english(word, known) else _strange(word) for word in words)
    for tongue in tongues().values():
        if tongue.name not in _UNSPACED and (score := _score(text, tongue)) > most:
            best, most = tongue.name, score
    if not words or most < _FEW * len(words):
        return ""
    return "" if max(_unlisted(words).values(), default=0) > most else best


def _is_english(word: str, known: Collection[str]) -> bool:
    return is_silent(word) or stem(word) in known or "en" in LANGUAGES_OF.get(word, ())


def _strange(word: str) -> float:
    return 0.0 if word.isascii() else _STRANGE


def _score(text: str, tongue: Tongue) -> float:
    """How many words of a text are of a language."""
    words = _words(text, tongue.name)
    forms = [spelt(word, tongue.name) for word in words]
    strange = [not all(letter.isascii() or letter in tongue.letters for letter in word) for word in forms]
    score, place = _STRANGE * sum(strange), 0
    for size, english in _read(words, tongue):
        if not any(strange[place : place + size]):
            # a small word is a surer sign of its language than the name of a thing, which may be the same in many
            silent = " ".join(forms[place : place + size]) in tongue.silent
            score += size if silent else 0.9 * size if english else 0.0
        place += size
    return score


def _unlisted(words: list[str]) -> dict[str, int]:
    """How many words are frequent ones of languages that none are listed of here."""
    counts: dict[str, int] = {}
    for word in words:
        for language in LANGUAGES_OF.get(word, ()):
            if language not in {*LANGUAGES, "en", "nb", "zh"}:
                counts[language] = counts.get(language, 0) + 1
    return counts


def said_in_english(text: str, known: Collection[str], chinese: ChineseDictionary | None = None) -> str:
    """
    The text without addresses when it is English, else what we know of it as English words in its order; or "".

    chinese: knows more words of that language than are listed here.
    """
    language, text = language_of(text, known), _plain(text)
    if language == "en":
        return text.strip()
    if language == "zh":
        return of_chinese(text, chinese)
    if not language:
        return ""
    tongue = tongues()[language]
    if language in _UNSPACED:
        found = found_in(text, tongue.meant, tongue.silent)
    else:
        found = [english for _, english in _read(_words(text, language), tongue) if english]
    if any(map(_PLAYED.search, found)):
        found = [english for english in found if english != _PLAY]
    # many sentences begin with when, which few of them are about
    return ", ".join(dict.fromkeys(sorted(found, key=_TIMES.__contains__)))


def _plain(text: str) -> str:
    return _VOWELS.sub("", unicodedata.normalize("NFC", _ADDRESS.sub(" ", text)))


def _words(text: str, tongue: str) -> list[str]:
    """The words of a text as they are written; in German a text without capitals, or with nothing else, gets some."""
    if tongue == "uk":
        text = APOSTROPHES.sub("", text)
    if tongue == "de" and (text.islower() or text.isupper()):
        text = text.title()
    return _WORDS.findall(text)


def _read(words: list[str], tongue: Tongue) -> list[tuple[int, str]]:
    """A text in pieces of one word or of those of a phrase, with what each says; "" for nothing."""
    pieces: list[tuple[int, str]] = []
    place = 0
    said = [spelt(word, tongue.name) for word in words]
    while place < len(words):
        size, english = 1, None
        if said[place] in tongue.heads:
            for size in range(min(_PHRASE, len(words) - place), 1, -1):
                english = _phrase(" ".join(said[place : place + size]), tongue.name)
                if english is not None:
                    break
            else:
                size = 1
        if english is None:
            noun = words[place][:1].isupper() and said[place] in tongue.nouns  # Fest, which is not fest
            english = "" if said[place] in tongue.silent and not noun else meaning(words[place], tongue.name)
        pieces.append((size, english))
        place += size
    return pieces


def _phrase(said: str, name: str) -> str | None:
    """What some words say together; None when they are no phrase."""
    tongue = tongues()[name]
    if said in tongue.silent:
        return ""
    found = listed(said, tongue)
    return found[1] if found and " " in found[0] else None
