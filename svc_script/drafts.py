"""Judging the sentences of a tiny model: what is refused, what is cut, and which draft is kept."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from svc_script.wording import count_words, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from svc_script.topics import Topic

__all__ = ["Kept", "Meaning", "choose", "clean"]

# fmt: off
_INVENTED = re.compile(
    r"\b(?:hundreds?|thousands?|millions?|billions?|trillions?|dozens?|percent|half|twice|"
    r"decades?|centur(?:y|ies)|"
    r"ancient|medieval|dynast\w+|empires?|emperors?|kings?|queens?|monks?|priests?|royalty|elite|greeks?|"
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|"
    r"stud(?:y|ies)|research\w*|scientists?|experts?|doctors?|scholars?|philosophers?|according|proven|"
    r"professors?|universit\w+|journals?|surveys?|statistics|published|invented|discovered|originated|"
    # claims about health that a tiny model must not make
    r"cures?|cured|treats?|treated|treatments?|diseases?|cancer|diabetes|obesity|medicin\w+|drugs?|"
    r"remed\w+|ailments?|"
    r"symptoms?|diarrh\w+|dementia|alzheimer\w*|illness\w*|disorders?|depression|stroke|die|dies|dying|"
    r"death|dead|kill\w*|"
    r"survive\w*|suicid\w*|eyesight|blood|weight|fat|toxins?|hormones?|dopamine|serotonin|immune|"
    # the model talking about its task or itself
    r"everyone|agree with|videos?|possibilit\w+|sayings?|must-visit|debate\w*|topic|"
    r"sentences?|article|essay|blog|ai|language model|"
    r"i|me|my|mine|i'm|myself|he|she|his|her|him|click|subscribe|website|app|download|"
    r"despis\w*|hate[ds]?|evil|ugly|danger\w*|may not|tapestr\w+|testament|profound\w*|realm|"
    r"of the past|masters of|too hard|overwhelm\w*|"
    r"struggl\w*|fail\w*|lose|lost|afraid|guilty|lonel\w+|anxi\w+|challenging|the way it|"
    r"sex\w*|naked|weapons?|guns?|racis\w+|slaves?|slavery|nazi|god|gods|religio\w+|spiritual\w*|politic\w*)\b"
)
_NAMES = re.compile(
    r"\b(?:chin(?:a|ese)|indian?s?|japan(?:ese)?|egypt(?:ian)?s?|rom(?:e|ans?)|greece|greek|brit(?:ain|"
    r"ish)|engl(?:and|ish)|"
    r"americ(?:a|ans?)|united states|europe(?:an)?s?|asian?|african?s?|french|france|germany?|german|"
    r"ital(?:y|ian)|spain|spanish|"
    r"russian?|mexic(?:o|an)|brazil\w*|canad\w+|australia\w*|korean?|vietnam\w*|persian?|turk(?:ey|ish)|"
    r"arab\w*|israel\w*|"
    r"london|paris|york|california|texas|buddh\w+|christian\w*|islam\w*|muslim\w*|jewish|hindu\w*|"
    r"shakespeare|einstein|"
    r"google|facebook|amazon|apple inc|microsoft|nasa|mediterranean|pacific|atlantic|himalaya\w*|latin|"
    r"western world)\b"
)
_TAIL = re.compile(
    r",? (?:and|but|so) (?:it|this|that|they|these|we|you)(?:'s|'re| is| are| has| have| can| also|'ve)\b.*$|"
    r",? (?:which|where|who|as it|as they|making it|making them|allowing|just as|just like|such as|"
    r"even though|including|no matter)\b.*$|"
    r", (?:and )?(?:a|an|the) [a-z' -]*$"
)
_DANGLING = frozenset("""
a an the and or but nor of to in on at by for with from into than that this these those which who whose is are
was were be been being has have had do does did will would can could may might must should not very more most
such some any each every your our their his her its my if when where while because so as it they we thing things
it's much named
""".split())
_PLAIN = frozenset("""
the a an and or of to in on at by for with from into as is are was be been it its it's that this their they them
you your we our us can will not also more most one has have when what how who which than but so if all other
about make makes made people world
""".split())
# fmt: on
_CLUMSY = re.compile(
    r"\b(\w+) \1\b|\b(\w+), \2\b|\b(?:is|are) (?:a|the) (?:is|are)\b|\bthat that\b|\ba [aeio]\w+|"
    r"\ban [bcdfgjklmnpqrstvwxyz]\w+|"
    r"\b(?:helps?|lets?|makes?|gives?|can|to|you) \w+(?: \w+){0,5},? and (?:it )?(?:enhances|boosts|"
    r"improves|keeps|reduces|gives)\b|"
    r"\bhelps? (?:you|us|your \w+|them) (?:to )?\w+[^,]*, (?:enhances|boosts|improves|keeps|reduces)\b|"
    r"\blearn to (?:be able|learn)\b|\bin the process of\b|\ba process (?:that|called|of)\b|\bcalled\b|"
    r"\bknown as\b|\bso-called\b|"
    r"\bthe (?:fact|idea) that\b|\bnot only\b|\bas well as\b.*\bas well as\b|\bcan't help\b|"
    r"\bthe very best of\b|"
    r"\b(?:when|where|because|that|which|if|how|while|as) (?:the |a |an |its |their |your )?\w+\.$|"
    r"\bthe (?:only|oldest|first|largest|biggest|smallest|world's|most)\b|\bin the world\b|"
    r"\bimagine\b|\bindeed\b|"
    r"\bcan be (?:achieved|done|seen as|used)\b|\bmany people\b|\bamong them\b|\bwithout being able\b|"
    r"\bmany (?:different )?things\b|"
    r"\bmade to be\b|\bby someone\b|\bbe made to\b|\bnever go wrong\b|"
    r"\bmake a difference\b|\bno strangers?\b|\bnot just\b|"
    r"\b(?:is|are) (?:a|the) (?:place|thing|person|language|way|process|time|part)\.$|\bgood to eat\b|"
    r"\bour (?:beloved |own )?(?:country|culture|nation)\b|\bno longer a\b|"
    r"\bthe process of\b|\bbeen around\b|\bso (?:much|many) (?:more|things)\b|\ba way of life\b|"
    r", (?!and |or )(?:an? )?\w+\.$|\bin a world\.$|\bgame.changer\b|\bdouble-edged\b|"
    r"\bjust a myth\b|\bearliest humans?\b|"
    r"\b(?:numerous|a lot of) benefits\b|\bwhole lot\b|\bit's true\b|\bno end\b|\bno different\b|"
    r"\bdestroy the planet\b|\bfuture generations\b|\bnumerous and\b|\bsimple yet\b|"
    r"\bcan be a very\b|\bincredible power\b|"
    r"\bthe importance of\b|\ba variety of\b|\ba range of\b|\bhistory\b|\bwide range\b|\bhealth benefits\b"
)


_WORN = 0.04
"""What a draft loses for each word that was said before."""


@dataclass
class Kept:
    """A draft that was kept."""

    text: str
    vector: NDArray[np.float32] = field(repr=False)
    score: float = 0.0
    """How good it is among the others; only for comparing."""


class Meaning(Protocol):
    """Maps sentences to unit vectors (`pixelle.text.embedding.Embedder`)."""

    def encode(self, texts: Sequence[str], *, batch: int = 64) -> NDArray[np.float32]:
        """Unit vectors, shape [len(texts), width]."""
        ...


def _root(word: str) -> str:
    low = word.lower().removesuffix("'s")
    return re.sub(r"(?:ing|ed|es|s|ly|ation|ion|er)$", "", low) if len(low) > 5 else low.removesuffix("s")


def _content(text: str) -> list[str]:
    return [_root(word) for word in words_of(text) if word.lower() not in _PLAIN and len(word) > 2]


def clean(  # noqa: PLR0911 - each return is one reason to refuse
    stem: str, rest: str, topic: Topic, vocabulary: Collection[str]
) -> str | None:
    """
    A sentence made of a stem and what a model wrote after it, or None when it is not fit to be shown.

    Refused: unfinished sentences, numbers, names, sources and claims the topic does not contain, words that do not
    exist in `vocabulary` (lower case; empty means any), repeated words, clumsy grammar. Loose tails are cut off.
    """
    text = re.sub(r"\s+", " ", rest).strip()
    if not text.endswith("."):
        return None
    text = text[:-1].rstrip(" ,'-")
    head = _TAIL.sub("", text)
    if len(head.split()) >= 4:
        text = head
    allowed = {_root(word) for word in words_of(topic.text)}
    said = words_of(text)
    if len(said) < 2 or said[-1].lower() in _DANGLING or not said[-1].isalpha():
        return None
    for found in (*_INVENTED.finditer(text.lower()), *_NAMES.finditer(text.lower())):
        if not {_root(word) for word in words_of(found.group())} <= allowed:
            return None
    if re.search(r", (?:it|this|that|they|these)(?:'s|'re| )", text):
        return None  # two sentences held together by a comma
    whole = f"{stem} {text}."
    if re.search(r"[0-9\"()<>{}\[\]_*#]|--|'[^a-z]| '", text) or _CLUMSY.search(whole.lower()):
        return None
    repeats = Counter(root for root in _content(whole) if root not in allowed)
    if any(count > 1 for count in repeats.values()):
        return None
    if {_root(word) for word in words_of(stem)} & allowed & set(_content(text)):
        return None
    if not all(_known(word, vocabulary) for word in said):
        return None
    return whole


def _known(word: str, vocabulary: Collection[str]) -> bool:
    low = word.lower().removesuffix("'s")
    if not vocabulary or len(low) < 3:
        return True
    forms = {low, low.removesuffix("s"), low.removesuffix("es"), low.removesuffix("ed"), low.removesuffix("d")}
    forms |= {low.removesuffix("ly"), low.removesuffix("ing"), low.removesuffix("ing") + "e", re.sub("ies$", "y", low)}
    forms |= {low.removesuffix("er"), low.removesuffix("r"), low.removesuffix("ness")}
    parts = low.split("-")
    return (
        any(form in vocabulary for form in forms)
        if len(parts) == 1
        else all(_known(part, vocabulary) for part in parts)
    )


def choose(drafts: Sequence[str], topic: str, kept: Sequence[Kept], meaning: Meaning, *, strict: bool) -> Kept | None:
    """
    The draft that says best what most drafts say, is about the topic, and says something new; None when none does.

    drafts: completions of one stem, cleaned. kept: the sentences so far.
    strict: ask for more distance from what was kept.
    """
    fresh = [draft for draft in dict.fromkeys(drafts) if not _too_like(draft, kept, strict=strict)]
    if not fresh:
        return None
    vectors = meaning.encode([topic, *fresh])
    about = vectors[1:] @ vectors[0]
    agreement = (vectors[1:] @ vectors[1:].T).mean(axis=1)
    own = set(_content(topic))
    said = {root for other in kept for root in _content(other.text)} - own
    best: tuple[float, int] | None = None
    for index, draft in enumerate(fresh):
        if about[index] < (0.4 if strict else 0.3):
            continue
        near = max((float(vectors[index + 1] @ other.vector) for other in kept), default=0.0)
        if near > (0.86 if strict else 0.93):
            continue
        length = count_words(draft)
        short = max(0, 9 - length) * 0.02 + max(0, length - 17) * 0.02
        worn = _WORN * len(said.intersection(_content(draft)))
        score = 0.6 * float(about[index]) + 0.6 * float(agreement[index]) - 0.35 * near - short - worn
        if best is None or score > best[0]:
            best = (score, index)
    return Kept(fresh[best[1]], vectors[best[1] + 1], best[0]) if best else None


def _start(text: str, count: int) -> list[str]:
    return [word.lower() for word in words_of(text)[:count]]


def _too_like(draft: str, kept: Sequence[Kept], *, strict: bool) -> bool:
    """Whether it opens as a kept sentence does, or shares most of its words with one."""
    start, words = _start(draft, 2 if strict else 3), set(_content(draft))
    for other in kept:
        theirs = set(_content(other.text))
        if _start(other.text, len(start)) == start:
            return True
        if len(words & theirs) > (0.5 if strict else 0.7) * min(len(words), len(theirs)):
            return True
    return False
