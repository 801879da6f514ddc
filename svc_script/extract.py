"""Finding the sentences that carry an article, and fitting them to a word range, without a model."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from svc_script.speech import opening
from svc_script.splitting import paragraphs, sentences
from svc_script.wording import CJK, count_words, shorten, words_of

if TYPE_CHECKING:
    from svc_script.engines.base import WordRange

__all__ = ["carrying_sentences", "heading", "is_topic"]

_TOPIC_WORDS = 25
_STOP = frozenset(
    "the a an and or but of to in on at by for with from into as is are was were be been being it its that this these "
    "those they them their he she his her him we us our you your i my me not no so if than then there here which who "
    "what when where how why can could will would may might must shall should do does did has have had more most very "
    "much many some any all also just only about over under out up down off own same such one".split()
)
_LEANS = re.compile(
    r"^(?:but|however|and|so|or|also|therefore|thus|hence|instead|meanwhile|moreover|furthermore|this|that|these|those|"
    r"it|he|she|they|his|her|its|their|such|then|for example|for instance|in addition|as a result)\b",
    re.IGNORECASE,
)


def is_topic(text: str) -> bool:
    """Whether a text is a bare topic (one line, at most 25 words, one sentence) rather than material to draw on."""
    return len(sentences(text)) <= 1 and count_words(text) <= _TOPIC_WORDS


def heading(text: str) -> str:
    """The first line when it is a heading (short, no final mark, with text below); else ""."""
    blocks = paragraphs(text)
    first = text.strip().split("\n")[0].strip().lstrip("# ").strip()
    below = len(blocks) > 1 or "\n" in text.strip()
    return first if below and first and _is_heading(first) else ""


def _is_heading(line: str) -> bool:
    return count_words(line) <= 14 and not re.search(r"[.!?。！？…:;,][\"'”’」』)]*$", line)


def _material(text: str) -> list[str]:
    """The sentences of the text without its headings."""
    body: list[str] = []
    for raw in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        lines = raw.strip().split("\n")
        if len(lines) > 1 and lines[0].lstrip().startswith("#"):
            lines = lines[1:]
        block = "\n".join(lines)
        if not (_is_heading(block.strip()) or block.lstrip().startswith("#")):
            body.append(block)
    found = sentences("\n\n".join(body))
    return found or sentences(text)


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
            made.append((start, text, fitting))
    return made


def carrying_sentences(text: str, count: int, words: WordRange) -> tuple[list[str], int]:
    """
    At most `count` sentences that carry a text, in its order, each within `words`.

    Returns them and how many sentences would have fitted at all. Ranked by how much of the text's vocabulary a
    sentence covers (average term weight, as in Luhn 1958), sentences that lean on the one before are held back, and
    what is alike is taken once (maximal marginal relevance, Carbonell and Goldstein 1998).
    """
    found = _material(text)
    pieces = _pieces(found, words)
    weight = Counter(term for sentence in found for term in set(_terms(sentence)))
    sets = [set(_terms(piece)) for _, piece, _ in pieces]
    scores: list[float] = []
    for (position, piece, fitting), terms in zip(pieces, sets, strict=True):
        score = sum(0.1 + math.log(weight[term]) for term in terms) / (4 + len(terms))
        score += 0.35 if position == 0 else 0.0
        score -= 0.3 if _LEANS.match(piece) else 0.0
        score -= 0.15 if piece.rstrip("\"'”’」』").endswith(("?", "？")) else 0.0
        score -= 0.1 if fitting != piece else 0.0
        scores.append(score)
    taken: list[int] = []
    while len(taken) < min(count, len(pieces)):
        left = [index for index in range(len(pieces)) if index not in taken]
        begun = {opening(pieces[index][2]) for index in taken}
        left = [index for index in left if opening(pieces[index][2]) not in begun] or left
        taken.append(max(left, key=lambda index: (scores[index] - _likeness(index, taken, sets) ** 2, -index)))
    return [pieces[index][2] for index in sorted(taken)], len(pieces)


def _likeness(index: int, taken: list[int], sets: list[set[str]]) -> float:
    mine = sets[index]
    return max((len(mine & sets[other]) / max(1, len(mine | sets[other])) for other in taken), default=0.0)
