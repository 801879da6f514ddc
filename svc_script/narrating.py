"""The rules a narration must keep: its length, its language, its beginning, and that a voice can say it."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelle.text.detection import detect_language
from pixelle.text.letters import scripts_in, scripts_of
from pixelle.text.tags import primary
from svc_script.speech import mended, opening, spoken, unspeakable
from svc_script.wording import count_words, full_stop, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from svc_script.engines.base import WordRange

__all__ = ["Rules", "same_language", "unit"]

_SURE, _SURE_ONCE = 20, 8
"""Words from which on the language of a text is told reliably, and rather reliably."""
_ALIKE = (
    frozenset({"nb", "nn", "no", "da", "sv"}),
    frozenset({"hr", "sr", "bs", "sl"}),
    frozenset({"id", "ms"}),
    frozenset({"cs", "sk"}),
    frozenset({"pt", "gl", "es", "ca"}),
    frozenset({"bg", "mk"}),
    frozenset({"ru", "uk", "be"}),
    frozenset({"hi", "mr", "ne", "mai"}),
    frozenset({"zh", "yue", "wuu", "nan", "cmn"}),
    frozenset({"fa", "ar", "arz", "ur"}),
    frozenset({"nl", "af"}),
)
"""Languages that a short text of one may be taken for another."""


def unit(language: str) -> str:
    """What lengths are counted in: words, or characters where words are not spaced."""
    return "characters" if primary(language) in {"zh", "ja", "yue", "wuu", "cmn", "nan"} else "words"


def same_language(text: str, wanted: str, *, sure: int = _SURE) -> bool:
    """
    Whether a text may be in the wanted language: only a clear case of another one is not.

    sure: words from which on the detection is believed; letters of another script are believed at once.
    """
    language, own = primary(wanted), scripts_of(wanted)
    if not language:
        return True
    letters = scripts_in(text)
    if own and sum(letters[script] for script in own) < letters.total() * _OWN:
        return False
    if count_words(text) < sure:
        return True
    found = detect_language(text)
    return found in {"", language} or any({found, language} <= group for group in _ALIKE) or not _known(language)


def _known(language: str) -> bool:
    return language in _DETECTED or any(language in group for group in _ALIKE)


_OWN = 0.3
"""Share of a text's letters that are of its language's script at least; the rest may be names."""
_DETECTED = frozenset(
    """
    ar bn nb bg ca zh hr cs da nl en fi fr de el he hi hu id it ja ko fa pl pt ro ru sk es sv th tr uk vi
    """.split()
)


@dataclass(frozen=True)
class Rules:
    """What is asked of every narration of a video."""

    words: WordRange
    language: str = ""

    def clean(self, line: str, index: int, *, last: bool) -> str:
        """The line as a voice says it; as the last resort also without odd signs, and cut at a clause when too long."""
        text = spoken(line, index)
        if last and unspeakable(text):
            text = mended(text)
        if re.search(r"[^\W_]$", text) or unicodedata.category(text[-1:] or " ").startswith("M"):
            text += full_stop(text)  # a voice lowers itself at the end of a sentence
        return (shorten(text, self.words) or text) if last else text

    def fault(self, text: str, index: int, others: Mapping[int, str], *, last: bool, alike: bool = False) -> str:
        """
        What is wrong with a cleaned line beside the other ones (by index), for the model; "" when nothing is.

        alike: it may begin as another one does, and only must not be the same.
        """
        size = count_words(text)
        if wrong := unspeakable(text):
            return f"the narration {wrong}"
        if size not in self.words:
            return f"the narration has {size} {unit(self.language)}; it must have {self.words}"
        if twin := _same_opening(text, index, others.items(), whole=alike):
            return f"the narration begins with the same words as that of scene {twin}; begin differently"
        around = " ".join([*(others[i] for i in sorted(others) if i != index), text])
        # alone, a line is believed to be foreign once; if it comes again, the lines around it decide
        alone = last or same_language(text, self.language, sure=_SURE_ONCE)
        if not (alone and same_language(text, self.language) and same_language(around, self.language)):
            return f"the narration is not in the language {self.language!r}"
        return ""


def _same_opening(text: str, index: int, others: Iterable[tuple[int, str]], *, whole: bool) -> int:
    """Number, from 1, of the scene that begins in the same way, or is the same (`whole`); 0 when none does."""
    begins = str.lower if whole else opening
    mine = begins(text)
    return next((other + 1 for other, line in others if other != index and begins(line) == mine), 0)
