"""Asking a language model for a list of entries until it is as it was asked for: repair once, then afresh."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from pixelle.runtime.errors import FailedPrecondition
from svc_script.engines.base import Completion, Usage
from svc_script.prompts import prompt
from svc_script.reading import Entries, read_entries
from svc_script.thinking import without_thinking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pixelle.runtime.work import Tick

__all__ = [
    "ROUNDS",
    "Ask",
    "Counted",
    "Fault",
    "Message",
    "Question",
    "Wanted",
    "ask_for",
    "check_answer",
    "first_turns",
    "part",
]

ROUNDS = 3
_SHOWN_BACK = 12_000
"""Characters of a wrong answer that are shown to the model again."""
_TOKENS_MAX = 32_000
E = TypeVar("E")


@dataclass(frozen=True)
class Fault:
    """Why an entry is not taken, in words the model can act on."""

    text: str


@dataclass(frozen=True)
class Message:
    """A turn of a conversation; role is "system", "user" or "assistant"."""

    role: str
    text: str
    pictures: tuple[bytes, ...] = ()
    """JPEG or PNG files shown with it; only to models that see."""


@dataclass(frozen=True)
class Question:
    """What a model is asked."""

    messages: tuple[Message, ...]
    schema: dict[str, Any]
    """JSON Schema of the answer."""
    temperature: float
    seed: int
    max_tokens: int


class Ask(Protocol):
    """Puts a question to a model and returns what it says, whatever it says."""

    room: int
    """Tokens of source material that may be shown at once, about half of what the model reads."""
    spare: int
    """Tokens a model may spend beside its answer, on thinking."""
    sees: bool
    """It may be shown pictures; the model itself may still refuse them (MODEL_CANNOT_SEE)."""

    def __call__(self, question: Question, tick: Tick, emit: Callable[[str], None] | None = None) -> Completion:
        """
        emit: gets the text piece by piece, thinking left out.

        Raises PixelleError when the model cannot be reached or refuses (MODEL_REFUSED).
        """
        ...


class Counted:
    """An `Ask` that adds up what was used."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.room, self.spare, self.sees = ask.room, ask.spare, ask.sees
        self.usage = Usage()

    def __call__(self, question: Question, tick: Tick, emit: Callable[[str], None] | None = None) -> Completion:
        """As the one inside."""
        said = self._ask(question, tick, emit)
        self.usage += said.usage
        return said


@dataclass
class Wanted(Generic[E]):
    """A list to ask for. Entries are settled one by one: what is settled never changes."""

    key: str
    """Name of the list in the answer."""
    what: str
    """For people: "writing scenes"."""
    request: Callable[[Wanted[E]], str]
    """The question for the entries that are missing now."""
    schema: Callable[[int], dict[str, Any]]
    """JSON Schema of an answer with so many entries."""
    total: int
    tokens: int
    """Tokens that one entry may take, generously."""
    judge: Callable[[int, Any, dict[str, Any], bool], E | Fault]
    """(index, entry, head, last resort) to the entry as it will be used, or what is wrong with it, for the model."""
    settled_now: Callable[[int, E], None]
    """Told every settled entry once, in order."""
    seed: int = 0
    part: int = 0
    """Most entries to ask for at once; 0: all."""
    heads_first: bool = False
    """Entries can be judged only once what stands before the list is known."""
    head: dict[str, Any] = field(default_factory=dict[str, Any])
    """What stood beside the list in the first answer that had it."""
    entries: dict[int, E] = field(default_factory=dict[int, E])
    told: int = 0
    final: bool = False
    """No further try follows: what only could be better is taken."""

    @property
    def missing(self) -> list[int]:
        """Indexes to ask for now."""
        left = [index for index in range(self.total) if index not in self.entries]
        return left[: self.part or None]

    def settle(self, index: int, value: Any, *, last: bool) -> str:
        """Take an entry when it is right; else say what is wrong with it."""
        verdict = self.judge(index, value, self.head, last)
        if isinstance(verdict, Fault):
            return verdict.text
        self.entries[index] = verdict
        while self.told in self.entries:
            self.settled_now(self.told, self.entries[self.told])
            self.told += 1
        return ""


def first_turns(request: str) -> tuple[Message, ...]:
    """How every conversation about scripts begins."""
    return (Message("system", prompt("system").fill()), Message("user", request))


def ask_for(ask: Ask, wanted: Wanted[E], tick: Tick) -> list[E]:
    """
    The list, every entry judged right. Raises FailedPrecondition (SCRIPT_UNUSABLE, ANSWER_TRUNCATED, ANSWER_EMPTY).

    A part at a time; each part is asked for, repaired once with the faults shown, then asked for afresh.
    """
    while wanted.missing:
        _part(ask, wanted, tick)
    return [wanted.entries[index] for index in range(wanted.total)]


def _part(ask: Ask, wanted: Wanted[Any], tick: Tick) -> None:
    asked, wrong, reason, repair = wanted.missing, "", "", ()
    end = asked[-1] + 1
    budget = min(_TOKENS_MAX, 100 + ask.spare + len(asked) * wanted.tokens)
    for attempt in range(ROUNDS):
        if not repair:
            asked = [index for index in wanted.missing if index < end]
        first = first_turns(wanted.request(wanted))
        wanted.final = attempt == ROUNDS - 1
        live = _Live(wanted, asked, lambda said: tick(len(wanted.entries) / wanted.total, said), attempt)
        question = Question(repair or first, wanted.schema(len(asked)), 0.7, wanted.seed + attempt, budget)
        live.report()
        answer = ask(question, live.tick, live.take)
        wrong, reason = live.finish(answer)
        if not wrong:
            return
        if reason == "ANSWER_TRUNCATED":
            budget = min(_TOKENS_MAX, budget * 2)
        shown = without_thinking(answer.text)[:_SHOWN_BACK]
        told = Message("user", prompt("repair").fill(fault=wrong))
        repair = (*question.messages, Message("assistant", shown), told) if attempt == 0 and shown else ()
    raise _unusable(wrong, reason)


class _Live:
    """One answer: its entries are judged while it is written."""

    def __init__(self, wanted: Wanted[Any], asked: Sequence[int], report: Callable[[str], None], attempt: int) -> None:
        self._wanted, self._asked, self._report = wanted, asked, report
        self._last = attempt > 0
        self._entries = Entries(wanted.key)
        self._seen = 0
        self._faults: dict[int, str] = {}

    def report(self) -> None:
        self._report(self._wanted.what)

    def tick(self, fraction: float, message: str = "") -> None:
        del fraction, message
        self.report()

    def take(self, piece: str) -> None:
        for value in self._entries.feed(piece):
            if self._entries.head and not self._wanted.head:
                self._wanted.head = self._entries.head
            if self._wanted.heads_first and not self._wanted.head:
                return  # title, style or cast stand behind the list: judged when all is there
            if self._seen < len(self._asked) - 1:  # the last one may turn out not to be the last
                self._judge(self._seen, value)
            self._seen += 1

    def _judge(self, position: int, value: Any) -> None:
        if position >= len(self._asked) or (index := self._asked[position]) in self._wanted.entries:
            return
        if wrong := self._wanted.settle(index, value, last=self._last):
            self._faults[index] = wrong

    def finish(self, answer: Completion) -> tuple[str, str]:
        """What is wrong with the answer as a whole, for the model, and the reason for programs; "" when nothing is."""
        wanted, asked = self._wanted, self._asked
        head, found = read_entries(answer.text, wanted.key)
        if found:
            wanted.head = wanted.head or head or {"": ""}  # there is none, and that is known
        if len(found) == wanted.total > len(asked):
            found = [found[index] for index in asked]  # it wrote the settled ones once more
        exact = len(found) == len(asked)
        if exact:  # else nobody knows which entry is meant for which scene, but for those that came in order
            for position, value in enumerate(found):
                self._judge(position, value)
        left = [index for index in asked if index not in wanted.entries]
        if not left:
            return "", ""
        if not found or not exact:
            if problem := check_answer(answer):
                return problem
            if not found:
                return "it is not JSON of the form asked for.", "SCRIPT_UNUSABLE"
            return f"there are {len(found)} entries; there must be exactly {len(asked)}.", "SCRIPT_UNUSABLE"
        faults = [f"Entry {asked.index(i) + 1}: {self._faults[i]}." for i in left if i in self._faults]
        return " ".join(faults), "SCRIPT_UNUSABLE"


def check_answer(answer: Completion) -> tuple[str, str] | None:
    """Why an answer cannot be whole, for the model, and the reason for programs; None when it may be."""
    if answer.truncated:
        return "it was cut off at the token limit; be brief.", "ANSWER_TRUNCATED"
    if not without_thinking(answer.text):
        return "it is empty.", "ANSWER_EMPTY"
    return None


def _unusable(wrong: str, reason: str) -> FailedPrecondition:
    way = {
        "ANSWER_TRUNCATED": "Ask for fewer scenes or fewer words, or choose a model with a larger context.",
        "ANSWER_EMPTY": "Choose another model, or one that does not spend its whole answer on thinking.",
    }.get(reason, "Widen the word range, ask for fewer scenes, or choose a stronger model.")
    return FailedPrecondition(
        f"The model's answer could not be used after {ROUNDS} tries: {wrong} {way}", reason=reason or "SCRIPT_UNUSABLE"
    )


def part(tick: Tick, start: float, end: float) -> Tick:
    """A tick for one part of the work: its 0 to 1 is `start` to `end` of the whole."""

    def inner(fraction: float, message: str = "") -> None:
        tick(start + (end - start) * min(1.0, max(0.0, fraction)), message)

    return inner
