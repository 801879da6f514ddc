"""Splitting a given script into scenes: at empty lines, at line ends, or at sentence ends."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
import textwrap
from typing import Literal

from svc_script.wording import CJK, ENDS

__all__ = ["LONGEST_SCENE", "SplitMode", "paragraphs", "sentences", "split_script"]

SplitMode = Literal["paragraph", "line", "sentence"]
LONGEST_SCENE = 5_000
"""Characters: five minutes of speech over one picture. Whoever pastes a book in one paragraph did not mean that."""

_CLOSING = "\"'”’»)]}」』】）》〉"
_OPENING = "\"'“‘«([{「『【（《〈¿¡"
_END = re.compile(rf"(?P<mark>[{ENDS}]+)(?P<close>(?:[{re.escape(_CLOSING)}]|[ \u00a0\u202f]»)*)")
_ORDINAL = re.compile(
    r"\b(?:am|der|die|das|dem|den|des|im|vom|zum|zur|beim|ab|seit|bis|jede[nmrs]?|eine?[nmrs]?|und)\s+\d{1,2}$",
    re.IGNORECASE,
)
"""A number that German counts with: "am 5. Mai", "im 19. Jahrhundert"."""
_THAI = re.compile(r"(?<=[\u0e00-\u0e45\u0e47-\u0eff]{16})\s+(?=[\u0e00-\u0eff]{8})")
"""Thai and Lao end a sentence with a space; one behind a few letters, or before a few, only sets a word apart."""
_FULL_WIDTH = frozenset("。！？．")
_NEVER_LAST = frozenset(
    "dr mr mrs ms mx prof rev hon gen col maj capt lt sgt sen rep gov pres st mt ft messrs mme mlle "
    "e.g i.e cf vs v viz approx ca fig figs eq no nos vol pp ed eds al resp z.b d.h bzw "
    "int ext mio mrd std nr tel abb bspw bzgl evtl ggf inkl exkl u.a u.ä v.a z.t o.ä geb hrsg jhd jh chr "
    "sra srta dña ud uds pág p.ej ej ee env p.ex mgr sig sigg dott ing avv ecc".split()
)
_MAYBE_LAST = frozenset(
    "etc inc ltd co corp jr sr bros dept est a.m p.m u.s u.k u.n u.s.a e.u ph.d b.c a.d d.c m.d jan feb mar apr jun "
    "jul aug sep sept oct nov dec usw".split()
)
_STARTERS = frozenset(
    "the a an it he she they we i you in on at this that these those but and so however when if for there what why "
    "how then now as after before my our his her its their no yes here who where with to by from not one each all "
    "some many most today later still yet perhaps even once while since although because let please".split()
)
_SAID = re.compile(
    r"(?:他们|她们|我们|他|她|我|你)?(?:说|說|问|問|道|答|喊|叫|想)|と|って|"
    r"[\u4e00-\u9fff]{1,10}(?:说|說|问道|問道|说道|說道|答道|喊道|笑道)(?:道|着)?[。，：！]"
)
"""Who spoke, behind what was said."""


_SPACES, _UNSPACED, _OPENERS = re.compile(r"\s+"), re.compile(rf"[{CJK}]"), re.compile(rf"[{re.escape(_OPENING)}]+")
_NEAR = 200
"""Characters on either side of a full stop that tell whether it ends a sentence."""


def _normal(text: str) -> str:
    text = re.sub(r"\r\n?|\u2028|\x85|\x0b|\x0c", "\n", text).replace("\u2029", "\n\n").replace("\ufeff", "")
    return re.sub(r"(?<![ \t\u00a0])[ \t\u00a0]++\n", "\n", text)


def _speaks(piece: str) -> bool:
    """Rulers such as "---" or "***" are not speech."""
    return any(char.isalnum() for char in piece)


def _one_line(text: str) -> str:
    """Join wrapped lines: with a space, or with nothing between Han and kana."""
    text = re.sub(rf"(?<=[{CJK}，。！？、；：」』”])[^\S\n]*+\n\s*+(?=[{CJK}「『“])", "", text)
    return re.sub(r"\s+", " ", text).strip()


def paragraphs(text: str) -> list[str]:
    """The blocks between empty lines, each on one line."""
    blocks = re.split(r"\n(?:[ \t\u3000]*\n)+", _normal(text))
    return [line for block in blocks if _speaks(line := _one_line(block))]


def sentences(text: str) -> list[str]:
    """The sentences of every paragraph in order, closing quotes kept with the sentence they close."""
    return [piece for block in paragraphs(text) for piece in _sentences(block)]


def split_script(text: str, mode: SplitMode) -> list[str]:
    """The scenes of a script, in order, each on one line, never empty, and of at most LONGEST_SCENE characters."""
    if mode == "paragraph":
        found = paragraphs(text)
    elif mode == "line":
        found = [line for raw in _normal(text).split("\n") if _speaks(line := _one_line(raw))]
    else:
        found = sentences(text)
    return [piece for scene in found for piece in _in_parts(scene)]


def _in_parts(scene: str) -> list[str]:
    """A scene as it is; one that is too long in parts that end with sentences, else with words, else anywhere."""
    if len(scene) <= LONGEST_SCENE:
        return [scene]
    parts: list[str] = []
    for sentence in _sentences(scene):
        for piece in textwrap.wrap(sentence, LONGEST_SCENE, break_on_hyphens=False) or [sentence]:
            if parts and len(parts[-1]) + len(piece) < LONGEST_SCENE:
                parts[-1] += piece if re.match(rf"[{CJK}。！？」』”]", parts[-1][-1]) else f" {piece}"
            else:
                parts.append(piece)
    return parts


def _sentences(block: str) -> list[str]:
    return [piece for part in _THAI.split(block) for piece in _marked(part)]


def _marked(block: str) -> list[str]:
    found: list[str] = []
    start = 0
    for end in _END.finditer(block):
        if _is_bound(block, start, end):
            found.append(block[start : end.end()].strip())
            start = end.end()
    found.append(block[start:].strip())
    return [piece for piece in found if _speaks(piece)]


def _is_bound(block: str, start: int, end: re.Match[str]) -> bool:
    # by places in the block: to cut off the rest of it at every mark takes a minute where there are thousands
    mark, following = end["mark"], _past(_SPACES, block, end.end())
    if following == len(block):
        return True
    if mark[-1] in _FULL_WIDTH:
        return not (end["close"] and _SAID.match(block, following))
    caseless = bool(_UNSPACED.match(block, following))
    if following == end.end() and not (caseless and mark != "."):
        return False  # 3.14, example.com, U.S.A
    word = _past(_OPENERS, block, following)
    if block[word : word + 1].islower():
        return False  # "Stop!" he said; and so on... and on
    if mark != "." or end["close"]:
        return True
    before = max(start, end.start() - _NEAR)
    return _full_stop_ends(block[before : end.start()], block[word : word + _NEAR])


def _past(pattern: re.Pattern[str], block: str, at: int) -> int:
    found = pattern.match(block, at)
    return found.end() if found else at


def _full_stop_ends(before: str, after: str) -> bool:
    """Whether a single full stop between the two ends a sentence rather than an abbreviation."""
    token = before.rsplit(maxsplit=1)[-1].lstrip(_OPENING) if before.split() else ""
    low = token.lower()
    next_word = re.match(r"[\w']*", after)
    starts = next_word is not None and next_word.group().lower() in _STARTERS
    if low in {"no", "nos", "fig", "figs", "vol", "pp", "eq"}:
        return not re.match(r"\d|[IVXLC]+\b", after)
    if low in _NEVER_LAST:
        return False
    if low in _MAYBE_LAST or re.fullmatch(r"(?:[A-Za-z]\.)*[A-Za-z]", token):
        return starts
    return not (low.isdigit() and (before.strip() == token or _ORDINAL.search(before)))  # "1. First" is a list mark
