"""Which words of a sentence say what it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Word", "content_words", "stem"]

_SILENT = frozenset(
    """a about above across actually after again against ago all almost along already also although always am an and
    another any anyone anything are around as at away back be became because become becomes been before being below
    better between both but by came can cannot come comes could did do does doing done down during each easily either
    else enough even ever every everyone everything few first for from further gave get gets getting give gives go goes
    going gone got had has have having he help helps her here hers him himself his how however i if in instead into is it
    its itself just keep keeps kept knew know known last later least less let lets like likely little long made make
    makes making many matter matters may maybe me mean means might more most much must my near nearly need needs never
    new next no nobody none nor not nothing now of off often on once one only onto or other others our ours out over own
    per perhaps put quite rather really right said same saw say says see seem seems shall she should simply since so some
    someone something sometimes soon still such take taken takes tell than that the their theirs them themselves then
    there these they this those though through thus till to today together told too took toward towards tried try trying
    turn turns two three four five six seven eight nine ten twenty hundred thousand thousands million millions under
    until up upon us use used uses using usually very want wants was way ways we well went were what whatever when where
    whether which while who whole whom whose why will with within without won work works would yes yet you your yours
    yourself""".split()
)
_WEAK = frozenset(
    """able act actual add age amount answer area ask bad begin believe benefit best big bit body boost bring brings build
    call carry case cause chance change changes choice choose clear close collect common complete create day days deep different
    difference easy effect effort end energy example experience fact fall fast feel feeling feelings find follow form
    found free full fun good great group grow grown half hand happen hard head hear high hold hour hours human idea
    important improve increase inside key kind large lead learn leave left level life light line live lives lose
    low lower main man men mind minute minutes modern moment month move name natural number old open order part people person place
    plan point possible power present problem process pull push quick quiet reach reason reduce remember repair rest result return
    room run safe second sense set shape share short show side simple single slow small sort spend spread stand start
    state stay step steps stop story strong study system talk tend test thank thing things think thinking time times
    top touch true type view wait walk warm watch week weeks woman women wonder word words world year years young daily
    every real discover discovered invented called train trains notice reward rewards night nights write writes writing teach teaches chores sea-level tiny huge quietly slowly quickly whole long longer stronger""".split()
)
_IRREGULAR = {
    "children": "child", "mice": "mouse", "feet": "foot", "teeth": "tooth", "leaves": "leaf", "lives": "life", "slept": "sleep",
    "asleep": "sleep", "ran": "run", "ate": "eat", "drank": "drink", "wrote": "write", "written": "write", "grew": "grow",
    "grown": "grow", "flew": "fly", "thought": "think", "knives": "knife", "wolves": "wolf", "halves": "half", "bought": "buy",
    "cities": "city", "bees": "bee", "oceans": "ocean", "saved": "save", "saving": "save", "savings": "save", "coded": "code",
}  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A word that can decide what is shown."""

    text: str
    stem: str
    weight: float
    """0 to 1: how much it may decide."""


def stem(word: str) -> str:
    """The word without its ending, the same for "reading", "reads" and "read"."""
    word = word.lower().removesuffix("'s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    for ending in ("ing", "ers", "ed", "er"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            base = word[: -len(ending)]
            if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "sl":
                base = base[:-1]
            return base.removesuffix("e")
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 4 else word


def content_words(text: str) -> list[Word]:
    """The words of a sentence that carry its subject, in order, each stem once; weak ones weigh less."""
    found: dict[str, Word] = {}
    for match in re.finditer(r"[^\W\d_][^\W\d_'-]*", text):
        word = match.group().lower().replace("\u2019", "'")
        if len(word) < 2 or word in _SILENT or stem(word) in found:
            continue
        found[stem(word)] = Word(word, stem(word), 0.3 if word in _WEAK or stem(word) in _WEAK else 1.0)
    return list(found.values())
