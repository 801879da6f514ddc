"""Finding the sentences that carry an article, and fitting them to a word range, without a model."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

from svc_script.plain import unmarked
from svc_script.speech import opening, spoken, unspeakable
from svc_script.splitting import sentences
from svc_script.wording import CJK, ENDS, count_words, full_stop, shorten, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from svc_script.engines.base import WordRange

__all__ = ["carrying_sentences", "carrying_text", "heading", "is_topic"]

_TOPIC_WORDS = 25
_STOP = frozenset(
    "the a an and or but of to in on at by for with from into as is are was were be been being it its that this these "
    "those they them their he she his her him we us our you your i my me not no so if than then there here which who "
    "what when where how why can could will would may might must shall should do does did has have had more most very "
    "much many some any all also just only about over under out up down off own same such one".split()
)
_HEAD = 2_000
"""Characters at the beginning of a text in which its heading stands."""
_CHAPTER = re.compile(
    r"(?:chapter|part|book|section|kapitel|teil|capítulo|parte|chapitre|partie|capitolo|hoofdstuk|глава|часть)\s+"
    r"(?:\d+|[ivxlc]+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:the\s+)?(?:first|second|third|last))"
    r"\W*|"
    r"[ivxlc]+\.?|\d+\.?|第?\s*[一二三四五六七八九十百\d]+\s*[章节節回部篇]",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"^[\"'“‘«„¿¡]*(?:(?:but|however|and|so|or|also|therefore|thus|hence|instead|meanwhile|moreover|furthermore|this|that|these|"
    r"those|it|he|she|they|his|her|its|their|such|then|for example|for instance|in addition|as a result|see|"
    r"pero|sin embargo|además|también|por eso|por lo tanto|entonces|esto|eso|este|esta|ese|esa|ella|ellos|"
    r"aber|und|doch|jedoch|deshalb|daher|außerdem|dann|dabei|dies|diese[rsmn]?|er|sie|es|"
    r"mais|cependant|donc|ensuite|alors|il|elle|ils|elles|cela|cette|cet|"
    r"però|quindi|inoltre|poi|questo|questa|mas|porém|portanto|isso|isto|esse|essa|ele)\b|"
    r"但|然而|因此|所以|而且|他|她|它|这|那|后来|於是|于是|接着|另外|しかし|でも|だから|また|そして|それ|これ|彼)",
    re.IGNORECASE,
)
_JOINTS = re.compile(
    r"\s+(?=(?:and|but|so|because|then|when|which|who|while|where|or|y|pero|porque|entonces|cuando|und|aber|weil|dann|denn|"
    r"et|mais|parce|puis|alors|quand|ma|perché|quando|poi|mas|então)\s)|(?<=[^\x00-\u2fff])\s+",
    re.IGNORECASE,
)
"""Places where speech that was written down without a mark can be cut."""
_LEADING = re.compile(
    r"^(?:and|but|so|then|or|y|pero|entonces|und|aber|dann|denn|et|mais|puis|alors|ma|poi|mas|então)\s+(?:then\s+)?",
    re.IGNORECASE,
)
_WEIGHED = 2_000
"""Sentences of which each is compared with all that were taken before; those of a text with more follow by score."""
_NO_NUMBER = -1
"""The index of a sentence that stands in no list: its number belongs to it."""
_UNMARKED = 40
"""Words from which on a sentence without a mark inside is taken for speech that was written down without marks."""


def is_topic(text: str) -> bool:
    """Whether a text is a bare topic (one line, at most 25 words, one sentence) rather than material to draw on."""
    return len(sentences(text)) <= 1 and count_words(text) <= _TOPIC_WORDS


def heading(text: str) -> str:
    """
    The first line when it is a heading (short, no final mark, with text below); else "".

    Where that is only the number of a chapter, the line below it if that is a heading.
    """
    lines = [line.strip().lstrip("# ").strip() for line in text[:_HEAD].split("\n")]
    lines = [line for line in lines if line]
    if len(lines) < 2 or not _is_heading(lines[0]):
        return ""
    numbered = _CHAPTER.fullmatch(lines[0]) and len(lines) > 2 and _is_heading(lines[1])
    return lines[1] if numbered else lines[0]


def _is_heading(line: str) -> bool:
    return count_words(line) <= 14 and not re.search(rf"[{ENDS}:;,][\"'”’」』)]*$", line)


def _material(text: str, words: WordRange) -> list[str]:
    """The sentences of the text without its headings, as a voice says them."""
    body: list[str] = []
    for raw in re.split(r"\n\s*\n", unmarked(text.replace("\r\n", "\n"))):
        lines = raw.strip().split("\n")
        if len(lines) > 1 and lines[0].lstrip().startswith("#"):
            lines = lines[1:]
        block = "\n".join(lines)
        if not (_is_heading(block.strip()) or block.lstrip().startswith("#")):
            body.append(block)
    found = sentences("\n\n".join(body)) or sentences(text)
    return [
        line
        for one in found
        for piece in _cut_speech(one, words)
        if (line := spoken(piece, _NO_NUMBER)) and not unspeakable(line)
    ]


def _cut_speech(sentence: str, words: WordRange) -> list[str]:
    """A sentence as it is; what has no marks for too long in parts that begin where another thought may."""
    marks = len(re.findall(r"[,;:，；、：–—]", sentence))
    if count_words(sentence) < max(_UNMARKED, words.high) * (marks + 1):
        return [sentence]
    made: list[str] = []
    for piece in _JOINTS.split(sentence):
        if made and count_words(made[-1]) + count_words(piece) <= max(words.low, words.high * 3 // 4):
            made[-1] += f" {piece}"
        else:
            made.append(piece)
    return [_sentence(piece) for piece in made]


def _sentence(piece: str) -> str:
    text = _LEADING.sub("", piece.strip())
    return _ended(text[:1].upper() + text[1:])


def _ended(text: str) -> str:
    return text if re.search(rf"[{ENDS}][\"'”’»）)\]」』]*$", text) else text + full_stop(text)


def _unquoted(text: str) -> str:
    """The text without the quotation marks of which it has one half only."""
    if text.count('"') % 2:
        text = text.replace('"', "")
    for left, right in (("“", "”"), ("「", "」"), ("『", "』"), ("«", "»"), ("„", "“"), ("(", ")"), ("（", "）")):
        if text.count(left) != text.count(right) and not (left == "“" and "„" in text):
            text = text.replace(left, "").replace(right, "")
    return text


def _terms(sentence: str) -> list[str]:
    words = [word.lower() for word in words_of(sentence)]
    pairs = re.findall(rf"(?=([{CJK}]{{2}}))", sentence)
    return [word for word in words if word not in _STOP and len(word) > 2] + pairs


def _pieces(found: list[str], words: WordRange) -> list[tuple[int, str, str]]:
    """What fits the range: (position, sentence it stands for, text). Short neighbours are joined, long ones cut."""
    made: list[tuple[int, str, str]] = []
    index = 0
    while index < len(found):
        start, text = index, found[index]
        index += 1
        while count_words(text) < words.low and index < len(found):
            glue = "" if re.search(rf"[{CJK}。！？」』”]$", text) else " "
            text = f"{text}{glue}{found[index]}"
            index += 1
        fitting = shorten(text, words)
        if fitting is None and index - start > 1:
            index = start + 1  # joining overshot; the next sentence may stand alone
        elif fitting is not None:
            made.append((start, text, _unquoted(fitting)))
    return made


def carrying_sentences(text: str, count: int, words: WordRange) -> tuple[list[str], int]:
    """
    At most `count` sentences that carry a text, in its order, each within `words`.

    Returns them and how many sentences would have fitted at all. Ranked by how much of the text's vocabulary a
    sentence covers (average term weight, as in Luhn 1958) and how early it stands; sentences that lean on the one
    before, and quoted speech, are held back, and what is alike is taken once (maximal marginal relevance, Carbonell and
    Goldstein 1998).
    """
    found = _material(text, words)
    pieces = _pieces(found, words)
    taken = list(islice(_ranking(found, pieces), count))
    return [pieces[index][2] for index in sorted(taken)], len(pieces)


def carrying_text(text: str, total: WordRange) -> tuple[list[str], int]:
    """
    Sentences that carry a text, whole and in its order, which have together as many words as asked for.

    Returns them and how many words the whole text has; fewer sentences than that takes where they do not add up to it.
    """
    found = [_ended(_unquoted(line)) for line in _material(text, total)]
    pieces = [(index, line, line) for index, line in enumerate(found)]
    taken: list[int] = []
    said = 0
    for index in _ranking(found, pieces):
        size = count_words(found[index])
        if said + size <= total.high:
            taken.append(index)
            said += size
        if said >= (total.low + total.high) / 2:
            break
    return [found[index] for index in sorted(taken)], sum(map(count_words, found))


def _ranking(found: list[str], pieces: list[tuple[int, str, str]]) -> Iterator[int]:
    """The indexes of pieces, what carries the text first."""
    weight = Counter(term for sentence in found for term in set(_terms(sentence)))
    sets = [set(_terms(piece)) for _, piece, _ in pieces]
    scores: list[float] = []
    for (position, piece, fitting), terms in zip(pieces, sets, strict=True):
        score = sum(0.1 + math.log(max(1, weight[term])) for term in terms) / (4 + len(terms))
        score += 0.35 if position == 0 else 0.2 * (1 - position / len(found))
        score -= 0.3 if _LEANS.match(piece) else 0.25 if piece[0] in '"“„«「' else 0.0
        score -= 0.15 if piece.rstrip("\"'”’」』").endswith(("?", "？", "؟")) else 0.0
        score -= 0.1 if fitting != piece else 0.0
        scores.append(score)
    ranked = sorted(range(len(pieces)), key=lambda index: (-scores[index], index))
    left, rest = ranked[:_WEIGHED], ranked[_WEIGHED:]
    near = [0.0] * len(pieces)
    starts, begun = [opening(piece) for _, _, piece in pieces], set[tuple[str, ...]]()
    while left:
        fresh = [index for index in left if starts[index] not in begun] or left
        best = max(fresh, key=lambda index: (scores[index] - near[index] ** 2, -index))
        yield best
        left.remove(best)
        begun.add(starts[best])
        for index in left:
            near[index] = max(near[index], _likeness(sets[index], sets[best]))
    yield from rest


def _likeness(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))
