"""Reading an English topic: what it is about and what kind of answer it asks for."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from svc_script.phrases import base, capital, done, gerund, is_plural, kind_of, middle, plain_case, third_person
from svc_script.topic_words import FINITE, NOUNISH, PAST, PREDICATES, VERBS

__all__ = ["Topic", "read_topic", "unasked"]

Shape = Literal["benefit", "advice", "habit", "process", "cause", "history", "thing", "animal", "name", "grave"]

_OF = re.compile(
    r"(?:(?:the|a|an|some|short|brief|many|amazing|hidden|real|true)\s+)*"
    r"(?P<kind>histor(?:y|ies)|origins?|story|evolution|rise|birth|benefits?|importance|power|value|advantages?|joys?|"
    r"art|magic|science|beauty|wonders?|secrets?|basics|world|life)\s+(?:of|behind|in)\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_HISTORY = frozenset("history histories origin origins story evolution rise birth".split())
_BENEFIT = frozenset("benefit benefits importance power value advantage advantages joy joys".split())
_REQUEST = re.compile(
    r"^(?:please\s+|(?:can|could)\s+you\s+(?:please\s+)?)?"
    r"(?:(?:write|make|create|produce|generate|give|do)\s+|(?:i|we)(?:\s+want|\s+need|(?:\s+would|'d)\s+like)\s+(?:to\s+\w+\s+)?)"
    r"(?:me\s+|us\s+)?(?:(?:a|an|the|some|my)\s+)?(?:[\w'’-]+\s+){0,4}?"
    r"(?:videos?|shorts?|reels?|clips?|films?|story|script|narration)\s+(?:for\s+(?:\w+\s+)?\w+\s+)?"
    r"(?:about|on|of|explaining|describing|showing|that\s+(?:explains|describes|shows|tells))\s+(?=\S)",
    re.IGNORECASE,
)
"""What is asked for before the topic is named: "I want a 30 second video on"."""
_FOR_WHOM = re.compile(
    r"^an?\s+(?:[\w'’-]+\s+){0,3}?(?:video|short|reel|clip|film|ad|advert|promo|commercial)\s+(?:for|about|on|of)\s+(?=\S)",
    re.IGNORECASE,
)
"""The same without a verb: "A video for my bakery"."""
_CLAUSE = re.compile(r"\s+(?:that|which|who)\s+.{12,}$|\s+and\s+(?:is|are|has|have)\s+.+$", re.IGNORECASE)
"""What is told of a thing beside its name; too much of a mouthful to be said in every sentence."""
_LEAD = re.compile(
    r"^(?:(?:please\s+)?(?:write|make|create|give|tell|explain|describe|show)\s+(?:me\s+|us\s+)?"
    r"(?:(?:a|an|the)\s+)?(?:(?:about|on|of|to)\s+)?|"
    r"an?\s+(?:introduction|guide|intro|look)\s+(?:to|at)\s+|introduction\s+to\s+|about\s+|all\s+about\s+|"
    r"(?:(?:an?|the)\s+)?(?:\w+\s+)?(?:poem|haiku|story|tale|essay|song|speech|documentary|lesson)\s+(?:about|on)\s+|"
    r"(?:the\s+)?(?:latest|recent|breaking|current)\s+(?:news|updates?|developments?|trends?)\s+(?:about|on|in)\s+)",
    re.IGNORECASE,
)
_PAST = re.compile(r"(?!(?:hundr|sacr|nak|unit|wick|rugg|belov|kindr)ed$)[a-z]{2,}[^aeou\W]ed", re.ASCII)
"""The past of a verb, after what it is told of; "speed" and "seed" are none."""
_PICTOGRAPHS = re.compile("[\u200d\u20e3\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]+")
_TAIL = re.compile(
    r"\s+(?:(?:simply\s+)?explained(?:\s+(?:simply|in\s.+))?|for\s+(?:absolute\s+|complete\s+)?(?:beginners|kids|children|"
    r"dummies|everyone)|biography|review|101|basics|in\s+(?:\d+|a\s+few|one)\s+(?:minutes?|seconds?)|to\s+(?:a\s+child|kids|children|an?\s+\w+[\s-]year[\s-]olds?)|"
    r"pros\s+and\s+cons|tips|ideas|tricks|hacks|facts|guide|tutorial|overview|introduction|summary)$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"^(?:the\s+)?(?:(?:top|best)\s+(?:\d+\s+)?(?=\S+\s\S)|\d+\s+(?:\w+\s+)?(?:facts|things|secrets|myths|lessons|examples|types|"
    r"kinds|mistakes)\s+(?:you\s+should\s+know\s+|to\s+know\s+)?(?:about|of|on|in|from)\s+|(?:\w+\s+)?facts\s+about\s+|"
    r"what\s+(?:you\s+should\s+|you\s+need\s+to\s+|to\s+)know\s+about\s+|"
    r"\d{1,3}\s+(?=(?:[a-z]+\s+){0,2}[a-z]+s\s+(?:of|for|that|in|from|you|we)\s))",
    re.IGNORECASE,
)
_RECIPE = re.compile(r"(?:(?:\w+\s+)?recipes?\s+for\s+(?P<after>.+)|(?P<before>.+?)\s+recipes?)$", re.IGNORECASE)
_OURS = frozenset("a an the your my our more less fewer better every no".split())
"""What stands behind a verb, and seldom behind a noun."""
_AUXILIARY = r"is|are|was|were|do|does|did|can|could|should|will|would|has|have"
_YOU = r"(?:i|we|you|people|one|humans)\s+(?:ever\s+|really\s+|all\s+)?"
_DONE = re.compile(r"\w{2,}(?:ed|ing)$|(?:built|born|made|found|written|won|lost|held|begun|come|gone)$")
_ADVICE = re.compile(
    r"^(?:\w+\s+)?(?:tips|ways|ideas|steps|reasons|habits|tricks)\s+(?:(?P<to>to|for|on|how\s+to|why)\s+)(?P<rest>.+)",
    re.IGNORECASE,
)


_LONG = 6
"""Words of a subject beyond which what is told of it is left out."""
_SHOUTED = 3
"""Words from which on a topic in capitals alone is shouted; fewer are short forms: "NASA", "US GDP"."""


@dataclass(frozen=True)
class Topic:
    """A topic taken apart. Phrases are ready for use in the middle of a sentence."""

    text: str
    """The topic as given, without its final mark."""
    shape: Shape
    subject: str
    """What it is about, a noun phrase: "honey bees", "tea", "sleep"; for a habit its gerund phrase."""
    plural: bool
    """Whether the subject takes a plural verb."""
    clause: str = ""
    """For "how" and "why": the clause after the question word: "honey bees make honey"."""
    verb: str = ""
    """For a habit or advice: the base verb phrase: "develop a reading habit"."""
    asked: str = ""
    """The question that the topic is, where it is one that wants an answer: "Is coffee good for you?"."""

    @property
    def about(self) -> str:
        """What a model is told that it is about: not the question, which a small one would answer anyhow."""
        return capital(self.subject) if self.asked else self.text

    def agree(self, singular: str, plural: str) -> str:
        """The verb form that agrees with the subject."""
        return plural if self.plural else singular


def _split_clause(words: list[str]) -> int:
    """Index of the finite verb of "honey bees make honey"; 0 when none is known."""
    for index, word in enumerate(words):
        if index and (word.lower() in FINITE or word.lower() in PAST):
            return index
    for index, word in enumerate(words):
        sure = index == len(words) - 1 or (index and is_plural(words[index - 1]))
        if index and (found := base(word)) and (found not in NOUNISH or sure):
            return index
    return 0


def _told(words: list[str]) -> int:
    """Index of a verb that only its "-ed" gives away, as in "lighthouses saved sailors"; 0 when there is none."""
    return next((index for index, word in enumerate(words) if index and _PAST.fullmatch(word)), 0)


def _is_command(words: list[str]) -> bool:
    """Whether "develop a reading habit" (a verb with its object) rather than "sleep matters" (a clause)."""
    first = words[0].lower()
    if first not in VERBS:
        return False
    if first in NOUNISH and len(words) > 1:
        return not any(word.lower() in FINITE or (word.endswith("s") and base(word)) for word in words[1:])
    return True


def _habit(phrase: str, text: str, shape: Shape) -> Topic:
    verb = phrase[:1].lower() + phrase[1:]
    return Topic(text, shape, gerund(verb), plural=False, verb=verb)


def _question(kind: str, rest: str, text: str) -> Topic:
    asked = re.match(r"(do|does)\s+(.+)", rest, re.IGNORECASE)
    rest = asked[2] if asked else rest
    personal = re.match(
        r"(?:(?:you|we|i|people|everyone)\s+(?:should|must|need\s+to|can)|to)\s+(.+)", rest, re.IGNORECASE
    )
    if personal:
        return _habit(personal[1], text, "habit" if kind == "why" else "advice")
    words = rest.split()
    if _is_command(words):
        return _habit(rest, text, "habit" if kind == "why" else "advice")
    at = _split_clause(words) or _told(words)
    if not at:
        return _of_thing(rest, text)
    subject = middle(" ".join(words[:at]))
    if re.fullmatch(_YOU.strip(), f"{subject} ", re.IGNORECASE) and (ours := _done_by_us(" ".join(words[at:]), text)):
        return ours
    finite = words[at].lower()
    singular = finite in {"is", "was", "has", "does"} or (finite.endswith("s") and finite not in VERBS)
    plural = finite in {"are", "were", "have", "do"} or (not singular and is_plural(subject))
    verb = third_person(finite) if asked and asked[1].lower() == "does" else words[at]
    tail = " ".join([verb, *words[at + 1 :]])
    about_worth = re.match(
        r"(?:matters?|(?:is|are)\s+(?:so\s+|very\s+)?(?:important|good|great|essential|worth))\b", tail
    )
    shape: Shape = "benefit" if kind == "why" and about_worth else "process" if kind == "how" else "cause"
    return Topic(text, shape, subject, plural, clause=f"{subject} {tail}")


def _joined(subject: str) -> str:
    return re.sub(r"\s+(?:vs\.?|versus|or)\s+", " and ", subject, flags=re.IGNORECASE)


def _of_thing(subject: str, line: str, asked: str = "") -> Topic:
    """A topic that is something to talk about."""
    subject = middle(_joined(_CLAUSE.sub("", subject) if len(subject.split()) > _LONG else subject))
    subject = re.sub(r"^my\s+", "your ", subject, flags=re.IGNORECASE)
    return Topic(line, kind_of(subject), subject, is_plural(subject), asked=asked)


def _subject_of(words: list[str], *, is_: bool = True) -> str:
    """
    The subject of "coffee good for you", "the Eiffel Tower built", "dogs see color": what stands before the rest.

    is_: a form of "be" was before it, so that the last word at least is not of it.
    """
    start = 2 if words[0].lower() in {"the", "a", "an", "my", "your", "our"} else 1
    ends = [index for index in range(start, len(words)) if _says(words[index].lower())]
    ends += [at for at in (_split_clause(words),) if at]
    return " ".join(words[: min(ends, default=max(start, len(words) - 1) if is_ else start)])


def _says(low: str) -> bool:
    return low in PREDICATES or low in FINITE or bool(_DONE.match(low))


def _asked(line: str) -> str:
    line = re.sub(r"^(why|how)(?=\s+(?:we|you|people|humans|i)\s)", r"\1 do", line, flags=re.IGNORECASE)
    return capital(re.sub(r"\b[Mm]y\b", "your", re.sub(r"\bI\b", "you", line))) + "?"


def _done_by_us(phrase: str, line: str) -> Topic | None:
    """A question about what people do; None when the phrase does not begin with a known verb."""
    phrase = re.sub(r"\bmy\b", "your", phrase, flags=re.IGNORECASE)
    known = _is_command(phrase.split())
    return replace(_habit(phrase, line, "habit"), asked=_asked(line)) if known else None


def _open_question(rest: str, line: str) -> Topic | None:  # noqa: PLR0911 - one return per form of question
    """A question that begins with a verb, or with who, when, where, which, what or how much; None when it is none."""
    asked = _asked(line)
    if found := re.match(
        rf"what\s+(?:happen(?:s|ed)|(?:would|will|could)\s+happen)\s+(?:when|if|to)\s+({_YOU})?(.+)",
        rest,
        re.IGNORECASE,
    ):
        personal = _done_by_us(found[2], line) if found[1] else None
        return personal or _of_thing(_subject_of(found[2].split()), line, asked)
    if found := re.match(r"(?:who|what)\s+(?:is|are|was|were)\s+(.+)", rest, re.IGNORECASE):
        return _of_thing(found[1], line, asked)
    if found := re.match(r"how\s+(?:much|many)\s+(.+)", rest, re.IGNORECASE):
        return _of_thing(re.split(rf"\s(?:{_AUXILIARY})\b", found[1])[0], line, asked)
    if found := re.match(r"(?:who|what)\s+(?!if\b)[a-z]+\s+(.+)", rest, re.IGNORECASE):
        return _of_thing(found[1], line, asked)
    before = r"when|where|which|what\s+if|why|how(?:\s+(?!to\b|do\b|does\b)\w+)?"
    if found := re.match(rf"(?:(?:{before})\s+)?({_AUXILIARY})\s+(.+)", rest, re.IGNORECASE):
        if personal := re.match(rf"{_YOU}(.+)", found[2], re.IGNORECASE):
            return _done_by_us(personal[1], line)
        is_ = found[1].lower() in {"is", "are", "was", "were"}
        return _of_thing(_subject_of(found[2].split(), is_=is_), line, asked)
    if found := re.match(r"(what\s+if|which|where|when)\s+(.+)", rest, re.IGNORECASE):
        subject = _subject_of(found[2].split())
        many = found[1].lower() == "which" and not is_plural(subject)
        return _of_thing(f"{subject}s" if many else subject, line, asked)
    return None


def _of_doing(rest: str, line: str) -> Topic | None:
    """A topic that is something to do: "Drink more water", "Saving money", "Never giving up"; None when it is none."""
    word, _, more = rest.partition(" ")
    first, second = word.lower(), more.split()[0].lower() if more else ""
    if first in {"never", "always"} and (verb := done(second, "")):
        return Topic(
            line,
            "habit",
            rest[:1].lower() + rest[1:],
            plural=False,
            verb=f"{first} {verb} {more.partition(' ')[2]}".strip(),
        )
    if second and first in VERBS and (first not in NOUNISH or second in _OURS):
        return _habit(rest, line, "advice")
    if second and (verb := done(first, second)) and kind_of(rest) != "grave":
        return _habit(f"{verb} {more}", line, "habit")
    return None


def unasked(text: str) -> str:
    """A topic without pictographs, shouting and the words that ask for a video: "Make a video about whales"."""
    line = re.sub(r"\s+", " ", _PICTOGRAPHS.sub(" ", text)).strip() or text.strip()
    line = line.lower() if line.isascii() and line.isupper() and len(line.split()) >= _SHOUTED else line
    line = _FOR_WHOM.sub("", _REQUEST.sub("", line)) or line
    return capital(line) if line.split()[0].islower() else line


def read_topic(text: str) -> Topic:  # noqa: PLR0911 - one return per form of topic
    """Take an English topic of a few words apart; what no rule knows is a thing to talk about."""
    line = unasked(text).rstrip(".?!:; ")
    line = plain_case(line or text.strip())
    rest = _LEAD.sub("", line) or line
    rest = re.sub(r"\s*[:(].*$", "", rest) or rest
    rest = _LISTED.sub("", _TAIL.sub("", rest)) or rest
    aside = re.match(r"(?:why|how)\s+(?:do|does)\s", rest, re.IGNORECASE)
    if not aside and (asked := _open_question(rest, line)):
        return asked
    if match := re.match(r"(why|how)\s+(.+)", rest, re.IGNORECASE):
        return _question(match[1].lower(), match[2], line)
    if match := _OF.match(rest):
        kind, subject = match["kind"].lower(), middle(_joined(match["rest"]))
        shape: Shape = "history" if kind in _HISTORY else "benefit" if kind in _BENEFIT else "thing"
        if shape == "thing" or (shape == "history" and kind_of(subject) != "thing"):
            return _of_thing(subject, line)
        return Topic(line, shape, subject, is_plural(subject))
    if match := re.match(r"(\w+ing)\s+(?:tips|ideas|tricks)\s+(?:for|to|on)\s", rest, re.IGNORECASE):
        return _of_thing(match[1], line)
    if match := _ADVICE.match(rest):
        if _is_command(match["rest"].split()):
            return _habit(match["rest"], line, "advice")
        return _of_thing(match["rest"], line)
    if match := re.fullmatch(r"(.+\w)\s+(?:health\s+)?(?:benefits|advantages)", rest, re.IGNORECASE):
        subject = middle(match[1])
        return Topic(line, "benefit", subject, is_plural(subject))
    if match := _RECIPE.fullmatch(rest):
        return _habit(f"make {middle(match['after'] or match['before'])}", line, "advice")
    return _of_doing(rest, line) or _of_thing(rest, line)
