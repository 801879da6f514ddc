"""Making long texts short enough for a model to read at once: condensed in parts, nothing left out unread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition
from svc_script.asking import ROUNDS, Question, check_answer, first_turns
from svc_script.narrating import unit
from svc_script.prompts import language_named, prompt
from svc_script.reading import read_text
from svc_script.splitting import paragraphs, sentences
from svc_script.wording import CJK, count_words

if TYPE_CHECKING:
    from pixelle.runtime.work import Tick
    from svc_script.asking import Ask

__all__ = ["beginning", "material", "parts_of", "tokens_of"]

_SHARE = 0.7
"""Share of the room that all notes together may fill."""
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"notes": {"type": "string"}},
    "required": ["notes"],
    "additionalProperties": False,
}
_ROUGH = re.compile(rf"[{CJK}\uac00-\ud7af]")


def tokens_of(text: str) -> int:
    """About how many tokens a text is, rather too many: one per Han, kana or Hangul sign, one per three others."""
    dense = len(_ROUGH.findall(text))
    return dense + (len(text) - dense + 2) // 3


def parts_of(text: str, most: int) -> list[str]:
    """The whole text in parts of at most `most` tokens, cut between paragraphs, else sentences, else anywhere."""
    pieces: list[str] = []
    for block in paragraphs(text):
        fitting = [block] if tokens_of(block) <= most else sentences(block)
        for sentence in fitting:
            size = max(1, len(sentence) * most // max(1, tokens_of(sentence)))
            whole = tokens_of(sentence) <= most
            pieces += [sentence] if whole else [sentence[at : at + size] for at in range(0, len(sentence), size)]
    parts: list[str] = []
    for piece in pieces:
        if parts and tokens_of(parts[-1]) + tokens_of(piece) <= most:
            parts[-1] += "\n" + piece
        else:
            parts.append(piece)
    return parts


def beginning(text: str, most: int) -> str:
    """The text, or what of its beginning has at most `most` tokens."""
    return text if tokens_of(text) <= most else next(iter(parts_of(text, most)), "")


def material(ask: Ask, text: str, language: str, seed: int, tick: Tick) -> str:
    """
    The text itself when the model can read it at once, else notes of all its parts that it can.

    Raises FailedPrecondition (SCRIPT_UNUSABLE, ANSWER_TRUNCATED, ANSWER_EMPTY).
    """
    while (size := tokens_of(text)) > ask.room:
        parts = parts_of(text, max(200, int(ask.room * 0.8)))
        most = max(30, int(ask.room * _SHARE / len(parts) / _tokens_per_word(language)))
        notes: list[str] = []
        for index, part in enumerate(parts):
            tick(index / len(parts), f"reading part {index + 1} of {len(parts)}")
            notes.append(_condensed(ask, part, (index + 1, len(parts)), most, language, seed + index, tick))
        text = "\n\n".join(notes)
        if tokens_of(text) >= size:
            break
    return text


def _tokens_per_word(language: str) -> float:
    return 1.0 if unit(language) == "characters" else 2.0


def _condensed(  # noqa: PLR0917 - private, called once
    ask: Ask, text: str, place: tuple[int, int], most: int, language: str, seed: int, tick: Tick
) -> str:
    asked = prompt("condense").fill(
        part=place[0],
        parts=place[1],
        most=most,
        unit=unit(language),
        language=language_named(language),
        shape='{"notes": text}',
        text=text,
    )
    budget, wrong, reason = 100 + ask.spare + most * 4, "", ""
    for attempt in range(ROUNDS):
        answer = ask(Question(first_turns(asked), _SCHEMA, 0.3, seed + attempt, budget), tick)
        problem = check_answer(answer)
        notes = re.sub(r"\s+", " ", read_text(answer.text, "notes", "summary")).strip()
        if notes and not problem:
            return _held(notes, most)
        wrong, reason = problem or ("it holds no notes.", "SCRIPT_UNUSABLE")
        budget *= 2
    raise FailedPrecondition(
        f"Part {place[0]} of {place[1]} of the long text could not be condensed after {ROUNDS} tries: {wrong} "
        "Give a shorter text, or choose a stronger model.",
        reason=reason,
    )


def _held(notes: str, most: int) -> str:
    """Notes of at most about `most` words: what a talkative model wrote beyond ends at a sentence."""
    kept: list[str] = []
    for sentence in sentences(notes) or [notes]:
        if kept and sum(map(count_words, kept)) + count_words(sentence) > most * 1.3:
            break
        kept.append(sentence)
    return " ".join(kept)
