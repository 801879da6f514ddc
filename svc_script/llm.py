"""Writing with a language model: what it is asked, how its answer is read, and how it is made to repair it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pixelle.runtime.errors import FailedPrecondition
from svc_script.pictures import fit_picture
from svc_script.wording import count_words, short_title, shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.work import Tick
    from svc_script.engines.base import NarrationBrief, PictureBrief, TitleBrief, WordRange

__all__ = ["Ask", "Message", "Question", "narrate", "picture", "read_list", "title"]

_ROUNDS = 3
_BATCH = 10
_SYSTEM = (
    "You write scripts for short narrated videos. You are accurate: you invent no numbers, names, quotes or sources. "
    "You answer with JSON only, without comments or code fences."
)


@dataclass(frozen=True)
class Message:
    """A turn of a conversation; role is "system", "user" or "assistant"."""

    role: str
    text: str


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
    """Puts a question to a model and returns its text, whatever it says."""

    def __call__(self, question: Question, tick: Tick) -> str:
        """Raises PixelleError when the model cannot be reached or refuses."""
        ...


def narrate(ask: Ask, brief: NarrationBrief, tick: Tick) -> tuple[str, ...]:
    """Write exactly `brief.count` narrations within the word range. Raises FailedPrecondition (SCRIPT_UNUSABLE)."""
    parts = [
        f"Write the narration of a video in exactly {brief.count} scenes about the text between the marks.",
        f"Each narration has {brief.words} words (aim for the middle) and leads on to the next; it is spoken aloud.",
        "The first makes the viewer curious; the last closes the thought. No headings, lists or emoji.",
        f"Write in the language with the BCP 47 tag {brief.language}." if brief.language else "",
        f"Audience and tone: {brief.style}." if brief.style else "",
        'Answer: {"narrations": ["...", ...]}',
        f"<<<\n{brief.text}\n>>>",
    ]
    wanted = _List("narrations", "\n".join(filter(None, parts)), brief.count, brief.words, brief.seed, shorten)
    return tuple(_asked(ask, wanted, tick))


def picture(ask: Ask, brief: PictureBrief, tick: Tick) -> list[str]:
    """Describe one picture per narration, in English. Raises FailedPrecondition (SCRIPT_UNUSABLE)."""
    made: list[str] = []
    total = len(brief.narrations)
    for start in range(0, total, _BATCH):
        some = brief.narrations[start : start + _BATCH]
        numbered = "\n".join(f"{index + 1}. {line}" for index, line in enumerate(some))
        text = (
            f"Describe one picture for each of these {len(some)} narrations of one video, in English, "
            f"{brief.words} words each: subject, setting, light, composition, colours. "
            "Only what can be seen; no lettering, no names. "
            f'Keep people and places consistent.\nAnswer: {{"image_prompts": ["...", ...]}}\n{numbered}'
        )
        wanted = _List("image_prompts", text, len(some), brief.words, brief.seed + start, _fitted)
        made += _asked(ask, wanted, _from(start / total, tick))
    return made


def title(ask: Ask, brief: TitleBrief, tick: Tick) -> str:
    """Find a title. Raises FailedPrecondition (SCRIPT_UNUSABLE)."""
    text = (
        "Find a title of at most 8 words and 60 characters for a video about the text between the marks. "
        + (f"Write it in the language with the BCP 47 tag {brief.language}. " if brief.language else "")
        + (f"Audience and tone: {brief.style}. " if brief.style else "")
        + f'No quotes.\nAnswer: {{"title": "..."}}\n<<<\n{brief.text[:12_000]}\n>>>'
    )
    schema = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    messages = (Message("system", _SYSTEM), Message("user", text))
    for attempt in range(_ROUNDS):
        tick(attempt / _ROUNDS, "finding a title")
        answer = ask(Question(messages, schema | {"additionalProperties": False}, 0.7, brief.seed + attempt, 200), tick)
        found = short_title(_title_in(answer))
        if any(char.isalnum() for char in found):
            return found
    raise _unusable("no title was in the answer")


def _title_in(answer: str) -> str:
    value = _json_in(answer)
    if isinstance(value, dict) and isinstance(value.get("title"), str):
        return value["title"]
    lines = [line for line in _unfenced(answer).splitlines() if line.strip()]
    return lines[-1] if lines and value is None else ""


def _fitted(text: str, words: WordRange) -> str | None:
    return fit_picture(text, words) if count_words(text) >= words.low * 0.6 else None


@dataclass(frozen=True)
class _List:
    """A list of texts to ask for."""

    key: str
    request: str
    count: int
    words: WordRange
    seed: int
    fit: Callable[[str, WordRange], str | None]


def _from(start: float, tick: Tick) -> Tick:
    def inner(fraction: float, message: str = "") -> None:
        tick(start + (1 - start) * fraction, message)

    return inner


def _asked(ask: Ask, wanted: _List, tick: Tick) -> list[str]:
    """Ask; show the model what is wrong with its answer; ask afresh; then shorten by rule what is still too long."""
    key, count, words = wanted.key, wanted.count, wanted.words
    schema = {
        "type": "object",
        "properties": {key: {"type": "array", "items": {"type": "string"}, "minItems": count, "maxItems": count}},
        "required": [key],
        "additionalProperties": False,
    }
    first = (Message("system", _SYSTEM), Message("user", wanted.request))
    budget = min(16_000, 400 + count * words.high * 4)
    messages, wrong = first, ""
    for attempt in range(_ROUNDS):
        tick(attempt / _ROUNDS, f"writing {key.replace('_', ' ')}")
        answer = ask(Question(messages, schema, 0.7, wanted.seed + attempt, budget), tick)
        lines = read_list(answer, key)
        wrong = _complaint(lines, count, words)
        if not wrong:
            return lines
        fitted = [wanted.fit(line, words) for line in lines]
        if attempt and len(lines) == count and all(fitted):
            return [line for line in fitted if line]
        told = f"That does not fit: {wrong} Answer again with the complete, corrected JSON."
        messages = (*first, Message("assistant", answer[:8_000]), Message("user", told)) if attempt == 0 else first
    raise _unusable(wrong)


def _complaint(lines: list[str], count: int, words: WordRange) -> str:
    """What is wrong with a list, in words the model can act on; "" when nothing is."""
    if not lines:
        return "it is not JSON of the form asked for."
    if len(lines) != count:
        return f"there are {len(lines)} entries; there must be exactly {count}."
    wrong = [(index, size) for index, line in enumerate(lines) if (size := count_words(line)) not in words]
    return " ".join(f"Entry {index + 1} has {size} words; it must have {words}." for index, size in wrong)


def _unusable(wrong: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"The model's answer could not be used after {_ROUNDS} tries: {wrong} "
        "Widen the word range or choose a stronger model.",
        reason="SCRIPT_UNUSABLE",
    )


def _unfenced(answer: str) -> str:
    text = re.sub(r"<think>.*?</think>", "", answer, flags=re.DOTALL)
    fence = re.search(r"```[a-zA-Z]*\s*\n(.*?)```", text, re.DOTALL)
    return (fence[1] if fence else text).strip()


def _json_in(answer: str) -> Any:
    """The first JSON object or array inside an answer, or None."""
    text = _unfenced(answer)
    decoder = json.JSONDecoder(strict=False)
    for start in (match.start() for match in re.finditer(r"[{\[]", text)):
        try:
            return decoder.raw_decode(text[start:])[0]
        except ValueError:
            continue
    return None


def read_list(answer: str, key: str) -> list[str]:
    """The strings of an answer: JSON as asked, JSON nearly as asked, or a numbered list; [] when there is none."""
    value = _json_in(answer)
    if isinstance(value, dict):
        lists = [item for item in value.values() if isinstance(item, list)]
        value = value.get(key, lists[0] if lists else None)
    if isinstance(value, list):
        return [line for item in value if (line := _line_of(item))]
    found = re.findall(r"^\s*(?:\d+[.)]|[-*•])\s+(.+?)\s*$", _unfenced(answer), re.MULTILINE)
    return [_tidy(line) for line in found]


def _line_of(item: Any) -> str:
    if isinstance(item, dict):
        item = next((value for value in item.values() if isinstance(value, str)), "")
    return _tidy(item) if isinstance(item, str) else ""


def _tidy(line: str) -> str:
    line = re.sub(r"\s+", " ", line).strip()
    line = re.sub(r"^(?:\*\*)?(?:scene|narration)\s*\d+\s*[:.)-]\s*(?:\*\*)?\s*", "", line, flags=re.IGNORECASE)
    return re.sub(r"\*\*(.+?)\*\*", r"\1", line).strip('"“” ')
