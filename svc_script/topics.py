"""Reading an English topic: what it is about and what kind of answer it asks for."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["Topic", "capital", "read_topic"]

Shape = Literal["benefit", "advice", "habit", "process", "cause", "history", "thing"]

# fmt: off
_VERBS = frozenset("""
act add adopt apply arrange ask attract avoid bake balance be beat become begin behave blink boil borrow breathe
brew bring build burn buy call camp care carry catch change choose clean climb collect come communicate compost
connect control cook create cross cry cut dance deal declutter decorate deliver depend design develop die dig do
donate drain draw dream dress drift drink drive dry eat encourage end enjoy erupt evolve exercise exist expand
explain explore express face fade fail fall fast feed feel fight fill find finish fix float fly focus fold
follow forget forgive form freeze gain garden generate get give glow go grow hang happen have heal hear help
hibernate hide hold hunt identify improve invest jog join jump keep kick knit know laugh lay lead learn leave
let lie lift light listen live look lose love maintain make manage matter measure meditate meet melt migrate
move need negotiate open organise organize own pack paint pass pay pick plan plant play practice practise
prepare prevent produce protect pull purr push put quit raise rain react read recycle reduce relax remember
repair rest return ride rise rot run rust save see seem sell send set share shine shop sing sit sleep slow smell
smile snow solve speak spend spin spread stand start stay stick stop store stretch study succeed support survive
swim take talk taste teach tell thank think train travel treat turn understand use visit volunteer wait wake
walk want warm wash waste watch water wear win work worry write yawn
""".split())
_NOUNISH = frozenset("""
act balance bake call camp care change control cook dance deal dream dress drink drive end exercise face fast
fight focus form garden help hunt jump laugh lead light look love need paint plan plant play practice rain rest
return ride rise run rust shop sleep smell smile snow spin spread start store stretch study support taste train
travel turn use visit volunteer walk wash waste watch water wear work worry yawn
""".split())
_FINITE = frozenset("""
is are was were can could will would may might must has have had do does did never always often
""".split())
_DOUBLED = frozenset("""
get set run swim stop plan sit cut begin put win shop chat hug jog quit let forget dig spin knit
""".split())
_PLURAL_WORDS = frozenset("""
people children men women mice feet teeth geese fish sheep police bacteria data we you they
""".split())
_SINGULAR_S = frozenset("""
news physics mathematics economics politics athletics chess gas bus lens tennis atlas yes
""".split())
# fmt: on
_OF = re.compile(
    r"(?:(?:the|a|an|some|short|brief|many|amazing|hidden|real|true)\s+)*"
    r"(?P<kind>histor(?:y|ies)|origins?|story|evolution|rise|birth|benefits?|importance|power|value|advantages?|joys?|"
    r"art|magic|science|beauty|wonders?|secrets?|basics|world|life)\s+(?:of|behind|in)\s+(?P<rest>.+)",
    re.IGNORECASE,
)
_HISTORY = frozenset("history histories origin origins story evolution rise birth".split())
_BENEFIT = frozenset("benefit benefits importance power value advantage advantages joy joys".split())
_LEAD = re.compile(
    r"^(?:(?:please\s+)?(?:write|make|create|give|tell|explain|describe|show)\s+(?:me\s+|us\s+)?"
    r"(?:(?:a|an|the)\s+)?(?:(?:short\s+)?(?:video|story|script|narration)\s+)?(?:(?:about|on|of|to)\s+)?|"
    r"an?\s+(?:introduction|guide|intro|look)\s+(?:to|at)\s+|introduction\s+to\s+|about\s+|all\s+about\s+)",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"^(?:\w+\s+)?(?:tips|ways|ideas|steps|reasons|habits|tricks)\s+(?:(?P<to>to|for|on|how\s+to|why)\s+)(?P<rest>.+)",
    re.IGNORECASE,
)


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

    def agree(self, singular: str, plural: str) -> str:
        """The verb form that agrees with the subject."""
        return plural if self.plural else singular


def capital(phrase: str) -> str:
    """The phrase with its first letter raised, for the start of a sentence."""
    return phrase[:1].upper() + phrase[1:]


def _middle(phrase: str) -> str:
    """The phrase for the middle of a sentence: a capital that only marks a start is lowered."""
    words = phrase.split()
    if words and words[0] in {"The", "A", "An", "Your", "Our"}:
        return phrase[:1].lower() + phrase[1:]
    if not words or not re.fullmatch(r"[A-Z][a-z'’-]*", words[0]) or words[0] == "I":
        return phrase
    if len(words) > 1 and words[1][:1].isupper():
        return phrase  # a name of several words, or a title in capitals
    return phrase[:1].lower() + phrase[1:]


def _base(word: str) -> str | None:
    """The base form of a known verb, or None."""
    low = word.lower()
    forms = [low, re.sub("ies$", "y", low)]
    if low.endswith(("shes", "ches", "xes", "sses", "oes", "zzes")):
        forms.append(low[:-2])
    elif not low.endswith("ees"):
        forms.append(low.removesuffix("s"))
    return next((form for form in forms if form in _VERBS), None)


def _is_plural(noun_phrase: str) -> bool:
    if re.search(r"\band\b", noun_phrase):
        return True
    head = re.split(r"\s(?:of|in|on|for|with|from|to|at)\s", noun_phrase)[0].split()[-1].lower()
    if head in _PLURAL_WORDS:
        return True
    return head.endswith("s") and not head.endswith(("ss", "us", "is", "ness")) and head not in _SINGULAR_S


def _gerund(verb_phrase: str) -> str:
    first, _, rest = verb_phrase.partition(" ")
    if first.endswith("ie"):
        done = first[:-2] + "ying"
    elif first.endswith("e") and not first.endswith(("ee", "oe", "ye")) and first != "be":
        done = first[:-1] + "ing"
    elif first in _DOUBLED:
        done = first + first[-1] + "ing"
    else:
        done = first + "ing"
    return f"{done} {rest}".strip()


def _third_person(verb: str) -> str:
    if verb.endswith(("sh", "ch", "x", "ss", "o")):
        return verb + "es"
    return re.sub("(?<=[^aeiou])y$", "ie", verb) + "s"


def _split_clause(words: list[str]) -> int:
    """Index of the finite verb of "honey bees make honey"; 0 when none is known."""
    for index, word in enumerate(words):
        if index and word.lower() in _FINITE:
            return index
    for index, word in enumerate(words):
        sure = index == len(words) - 1 or (index and _is_plural(words[index - 1]))
        if index and (found := _base(word)) and (found not in _NOUNISH or sure):
            return index
    return 0


def _is_command(words: list[str]) -> bool:
    """Whether "develop a reading habit" (a verb with its object) rather than "sleep matters" (a clause)."""
    first = words[0].lower()
    if first not in _VERBS:
        return False
    if first in _NOUNISH and len(words) > 1:
        return not any(word.lower() in _FINITE or (word.endswith("s") and _base(word)) for word in words[1:])
    return True


def _habit(phrase: str, text: str, shape: Shape) -> Topic:
    verb = _middle(phrase)
    return Topic(text, shape, _gerund(verb), plural=False, verb=verb)


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
    at = _split_clause(words)
    if not at:
        return Topic(text, "thing", _middle(rest), _is_plural(rest))
    subject = _middle(" ".join(words[:at]))
    finite = words[at].lower()
    singular = finite in {"is", "was", "has", "does"} or (finite.endswith("s") and finite not in _VERBS)
    plural = finite in {"are", "were", "have", "do"} or (not singular and _is_plural(subject))
    verb = _third_person(finite) if asked and asked[1].lower() == "does" else words[at]
    tail = " ".join([verb, *words[at + 1 :]])
    about_worth = re.match(
        r"(?:matters?|(?:is|are)\s+(?:so\s+|very\s+)?(?:important|good|great|essential|worth))\b", tail
    )
    shape: Shape = "benefit" if kind == "why" and about_worth else "process" if kind == "how" else "cause"
    return Topic(text, shape, subject, plural, clause=f"{subject} {tail}")


def read_topic(text: str) -> Topic:  # noqa: PLR0911 - one return per form of topic
    """Take an English topic of a few words apart; what no rule knows is a thing to talk about."""
    line = re.sub(r"\s+", " ", text).strip().rstrip(".?!:; ")
    line = line or text.strip()
    rest = _LEAD.sub("", line) or line
    rest = re.sub(r"\s*[:(].*$", "", rest) or rest
    if match := re.match(r"(why|how)\s+(.+)", rest, re.IGNORECASE):
        return _question(match[1].lower(), match[2], line)
    if match := re.match(r"what\s+(?:is|are)\s+(.+)", rest, re.IGNORECASE):
        return Topic(line, "thing", _middle(match[1]), _is_plural(match[1]))
    if match := _OF.match(rest):
        kind, subject = match["kind"].lower(), _middle(match["rest"])
        shape: Shape = "history" if kind in _HISTORY else "benefit" if kind in _BENEFIT else "thing"
        return Topic(line, shape, subject, _is_plural(subject))
    if match := _ADVICE.match(rest):
        words = match["rest"].split()
        if _is_command(words):
            return _habit(match["rest"], line, "advice")
        return Topic(line, "thing", _middle(match["rest"]), _is_plural(match["rest"]))
    words = rest.split()
    if len(words) > 1 and words[0].lower() in _VERBS and words[0].lower() not in _NOUNISH:
        return _habit(rest, line, "advice")
    return Topic(line, "thing", _middle(rest), _is_plural(rest))
