"""A text as its written words, sentences and pauses, in any script."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from svc_tts.reading.tables import DOTTED_ORDINALS, ROMAN, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Sentence", "is_speakable", "sentences", "written_words"]

SENTENCE_PAUSE = 0.32
"""Seconds of silence between two sentences at speed 1."""
CLAUSE_PAUSE = 0.14
"""Seconds where a very long sentence is cut."""
PARAGRAPH_PAUSE = 0.65
"""Seconds between two paragraphs (an empty line)."""

_LONGEST = 220
"""Characters after which a sentence is cut, at a comma if there is one: about 15 s of speech."""

_SPOKEN_SIGNS = frozenset("&%+@=€£¥$₹°×÷±½¼¾∞√≈≠≤≥<>#")
_CLOSERS = "\"'”’»)]}」』）】》*_"
_ENDS = (".", "!", "?", "…", "。", "！", "？", "．", "।", "॥", "؟", "۔", "‼", "⁉")
_GREEK_QUESTION = (";", "\u037e")
_SOFT_ENDS = (".", "…")
_CLAUSE_ENDS = (",", ";", ":", "—", "–", "，", "、", "；", "：", "،", "؛")
_ABBREVIATIONS = re.compile(
    r"(?:mr|mrs|ms|dr|prof|st|jr|sr|rev|gen|gov|sen|rep|capt|lt|col|sgt|mt|ft|vs|e\.g|i\.e|cf|al|approx|inc|ltd|co|"
    r"corp|bros|dept|pres|adm|maj)\.",
    re.IGNORECASE,
)
_END_OF_LISTS = frozenset({"usw.", "etc.", "ecc.", "atd.", "apod.", "atď.", "itd.", "itp.", "stb.", "enz.",
                          "vb.", "д.", "др.", "osv.", "m.m.", "m.fl.", "mv.", "m.v.", "o.l.", "jne.", "ym.", "yms.",
                          "tms.", "ș.a.", "ș.a.m.d."})  # fmt: skip
"""Short forms for "and so on": before a capital they end the sentence."""
_OPENING_MARKS = "\"'“‘«„(¿¡—– "
_STARTS = frozenset(
    "He She It They We You I The This That These Those There But And So If When While However Then Now Today His Her "  # noqa: SIM905
    "Our Their My Its In On At After Before Since Although Because".split()
)
"""English words that begin a sentence where they are capital after a short form: "He left the U.S. She stayed."."""
_GOES_ON = re.compile(
    r"(?:vs|e\.g|i\.e|cf|approx|mr|mrs|ms|dr|prof|rev|gen|gov|sen|rep|capt|lt|col|sgt|ft|mt)\.", re.IGNORECASE
)
_BEFORE_NUMBERS = re.compile(
    r"(?:apt|ca|chs?|chap|eq|figs?|nos?|vols?|pp|est|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\.", re.IGNORECASE
)
"""Short forms of which some are words too: "The answer is no. But why?" are two sentences."""
_HINDI_INITIALS = re.compile(r"(?:(?:ए|बी|सी|डी|ई|एफ|जी|एच|आई|जे|के|एल|एम|एन|ओ|पी|क्यू|आर|एस|टी|यू|वी|डब्ल्यू|एक्स|वाई|ज़ेड)\.)+")
_MEASURES = frozenset(
    "m. km. cm. mm. kg. g. l. ml. h. min. sek. sec. zł. kr. s. м. км. см. кг. г. грн. руб. хв. год. с. сек. мин. ч. л. "  # noqa: SIM905
    "mio. mia. mill. milj. pct. pst. stk. moh. kpl. мл. коп. μ. χλμ. εκ. λεπ. m² km². м². km/h. dk. sn.".split()
)
"""Units with a dot, which before a capital is that of the sentence."""
_RICE = frozenset({"рис.", "Рис."})
"""A figure with its number, in Russian and Ukrainian, else a dish."""
_YEAR = re.compile(r"1\d{3}|20\d\d")
_ARABIC_LETTER = 2
"""Characters of an initial, from which no word of one letter is taken."""
_CODE = re.compile(r"[A-Z]{3}(?!\w)")
"""A currency: "5 mio. EUR"."""
_THAI_DOT = re.compile(r"[\u0e00-\u0e7f]\.$")
"""Thai sentences end in a space: a dot after a letter is that of a short form."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")
# kana, Han, Thai and Lao, Myanmar, Khmer, rare Han
_NO_SPACES = r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\U00020000-\U0003ffff]"
_INDIC, _ARABIC, _HANGUL = r"\u0900-\u0dff", r"\u0600-\u06ff", r"\uac00-\ud7a3"
_END_WITHOUT_SPACE = re.compile(
    rf"(?<=[।॥؟۔])(?=\w)|(?<=[{_INDIC}][!?])(?=[{_INDIC}])|(?<=[{_ARABIC}]!)(?=[{_ARABIC}])|"
    rf"(?<=[{_HANGUL}][.!?])(?=[{_HANGUL}])"
)
"""Where a sentence ends although nobody wrote a space, in scripts that have no such marks inside words."""
_SPACELESS = re.compile(_NO_SPACES)
_OPENERS = r"(\[{「『（《【“‘«"
_LEADING = r"\u0e40-\u0e44\u0ec0-\u0ec4"
"""Thai and Lao vowels that are written before their consonant."""
_TRAILING = r"\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ecd"
"""Vowels and tones that are written after or around it."""
# a character of such a script, or a word of another, with the marks and punctuation around it
_ATOM = re.compile(
    rf"\W*(?:[{_LEADING}]?{_NO_SPACES}[ー{_TRAILING}]*|(?:(?!{_NO_SPACES})\w)+(?:[.,:'’-](?:(?!{_NO_SPACES})\w)+)*)"
    rf"(?:\W*$|[^\w{_OPENERS}]*)"
)


@dataclass(frozen=True)
class Sentence:
    """What is spoken in one breath."""

    words: tuple[str, ...]
    """Written words, punctuation included."""
    pause: float
    """Seconds of silence that follow, at speed 1."""


def is_speakable(text: str) -> bool:
    """Whether there is a letter or digit of any script in the text."""
    return any(c.isalnum() for c in text)


def written_words(text: str) -> list[str]:
    """
    The words of a text as written, punctuation kept.

    Words are what white space separates; scripts written without spaces are grouped by two characters. A sign that is
    not spoken (a dash, an emoji) stays with the word before it, or after it at the start of a line. A line without
    anything to speak is left out. But for such lines and white space, the text equals the words joined.
    """
    return [word for sentence in sentences(text) for word in sentence.words]


def sentences(text: str, *, language: str = "") -> list[Sentence]:
    """
    Cut a text into sentences; none when nothing in it can be spoken.

    Dots of "3.14", "e.g." and "U.S." do not cut, nor do the language's own short forms and ordinals ("de": "5. März");
    the end of a line does. The words are the same in every language.
    """
    found: list[Sentence] = []
    for paragraph in re.split(r"\n\s*\n", text):
        part: list[Sentence] = []
        for line in paragraph.splitlines():
            part += _sentences_of_line(line, language)
        if part:
            part[-1] = Sentence(part[-1].words, PARAGRAPH_PAUSE)
            found += part
    return found


def _sentences_of_line(line: str, language: str) -> list[Sentence]:
    words = _words_of_line(line)
    parted = _before_spaces(words, line)
    found: list[Sentence] = []
    begun = 0
    for position, word in enumerate(words):
        before = words[position - 1] if position else ""
        if position + 1 == len(words) or _ends_sentence(word, words[position + 1], language, before):
            found += _cut(words[begun : position + 1], parted[begun : position + 1])
            begun = position + 1
    return found


def _before_spaces(words: Sequence[str], line: str) -> list[bool]:
    """For each word of a line whether white space stands before it."""
    line, at = " ".join(line.split()), 0
    found: list[bool] = []
    for word in words:
        start = line.find(word, at)
        found.append(start != at)
        at = start + len(word)
    return found


def _words_of_line(line: str) -> list[str]:
    """Words of a line; unspeakable signs are attached to a neighbour. Empty when nothing is speakable."""
    words: list[str] = []
    waiting = ""
    for chunk in line.split():
        joint = " "
        for piece in _pieces(chunk):
            if any(c.isalnum() or c in _SPOKEN_SIGNS for c in piece):
                words.append(f"{waiting}{joint}{piece}" if waiting else piece)
                waiting = ""
            elif words:
                words[-1] += joint + piece
            else:
                waiting += (joint if waiting else "") + piece
            joint = ""
    return words


def _pieces(chunk: str) -> Iterator[str]:
    """A chunk without white space as words: whole, or in pairs of characters where the script has no spaces."""
    if not _SPACELESS.search(chunk):
        yield from _END_WITHOUT_SPACE.split(chunk)
        return
    held = ""
    for atom in _ATOM.findall(chunk):
        if held and _SPACELESS.match(atom):
            yield held + atom
            held = ""
            continue
        if held:
            yield held
        ends_open = atom[-1].isalnum() or unicodedata.category(atom[-1]).startswith("M")
        held = atom if ends_open and _SPACELESS.search(atom) else ""
        if not held:
            yield atom
    if held:
        yield held


def _ends_sentence(word: str, following: str, language: str, before: str = "") -> bool:
    bare = word.rstrip(_CLOSERS + " ")
    ends = (*_ENDS, *_GREEK_QUESTION) if language == "el" else _ENDS
    in_thai = language == "th" and _THAI_DOT.search(bare)
    if not bare.endswith(ends) or in_thai or _goes_on(following.lstrip("\"'“‘«(")):
        return False
    if not bare.endswith(_SOFT_ENDS):
        return True
    core = bare.lstrip("\"'“‘«([")
    if _is_measure(core, before, language) and not _CODE.match(following):
        return following.lstrip(_OPENING_MARKS)[:1].isupper()
    if language and _is_short(core, language) and not (core in _RICE and not following[:1].isdecimal()):
        return core in _END_OF_LISTS and following.lstrip(_OPENING_MARKS)[:1].isupper()
    if _BEFORE_NUMBERS.fullmatch(core):
        return not following[:1].isdecimal()
    short = _ABBREVIATIONS.fullmatch(core) or (_INITIALS.fullmatch(core) and core != "I.")
    return not short or (language in {"", "en"} and following.rstrip(",") in _STARTS and not _GOES_ON.fullmatch(core))


def _goes_on(following: str) -> bool:
    """Whether a word begins small, which no sentence does but with a name such as "iPhone"."""
    return following[:1].islower() and not any(c.isupper() for c in following)


def _is_measure(core: str, before: str, language: str) -> bool:
    """Whether a word with a dot is the unit of the number before it; nouns that follow are capital in German."""
    counts = before[-1:].isdecimal() and not (core == "г." and _YEAR.fullmatch(before))
    return counts and language != "de" and core in _MEASURES


def _is_short(core: str, language: str) -> bool:
    """Whether a word with a dot is a short form or an ordinal of the language."""
    if (
        language in DOTTED_ORDINALS
        and len(core) <= 6
        and (core[:-1] in ROMAN or (core[:-1].isdecimal() and len(core) <= 3))
    ):
        return True
    core = core.lstrip("وبلفك") if language == "ar" and len(core) > _ARABIC_LETTER else core
    return {core, core[:1].lower() + core[1:]} & _short_forms(language) != set() or (
        language == "hi" and _HINDI_INITIALS.fullmatch(core) is not None
    )


@lru_cache(maxsize=64)
def _short_forms(language: str) -> frozenset[str]:
    """The words with a dot that short forms of a language are made of."""
    table = TABLES.get(language)
    forms = [*table.short, *table.scales, *table.units, *table.currencies] if table else []
    return frozenset(part for form in forms for part in form.split() if part.endswith("."))


def _cut(words: Sequence[str], parted: Sequence[bool]) -> list[Sentence]:
    """
    One sentence, or several when it is too long to speak in one go.

    parted: for each word whether white space stands before it: Thai has some between phrases alone, and is cut there.
    """
    found: list[Sentence] = []
    start, length, clause, space = 0, 0, 0, 0
    for position, word in enumerate(words):
        space = position if parted[position] else space
        length += len(word) + 1
        if length > _LONGEST and position > start:
            stop = next((each for each in (clause, space) if each > start), position)
            found.append(Sentence(tuple(words[start:stop]), CLAUSE_PAUSE))
            start, clause = stop, 0
            length = sum(len(w) + 1 for w in words[start : position + 1])
        if word.rstrip(_CLOSERS).endswith(_CLAUSE_ENDS):
            clause = position + 1
    found.append(Sentence(tuple(words[start:]), SENTENCE_PAUSE))
    return found
