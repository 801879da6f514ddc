"""Looking at the caller's pictures with a model that can see, before a script is written around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition
from svc_script.around import told_of
from svc_script.asking import Message, Question, check_answer, part
from svc_script.prompts import prompt
from svc_script.reading import read_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle.runtime.work import Tick
    from svc_script.asking import Ask
    from svc_script.engines.base import Material

__all__ = ["Looked", "look_at"]

_TRIES = 2
_LONGEST = 600
"""Characters of a description that are kept."""
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"description": {"type": "string"}},
    "required": ["description"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Looked:
    """What is known of the material."""

    seen: tuple[str, ...] = ()
    """What each piece shows, with what the caller says about it; "" where nothing is known."""
    notice: str = ""
    """That the model could not look, and what was gone by instead."""


def look_at(ask: Ask, material: Sequence[Material], seed: int, tick: Tick) -> Looked:
    """
    What every piece of the material shows, asked one by one of a model that sees; else its name and caption.

    Raises PixelleError when the model cannot be reached, FailedPrecondition (SCRIPT_UNUSABLE, ANSWER_EMPTY, ...) when
    it says nothing about a picture.
    """
    known = tuple(map(told_of, material))
    if not any(each.picture for each in material):
        return Looked(known)
    if not ask.sees:
        return Looked(known, _unseen("the model is not shown pictures"))
    seen: list[str] = []
    for number, each in enumerate(material):
        share = part(tick, number / len(material), (number + 1) / len(material))
        try:
            told = _described(ask, each, seed, share) if each.picture else ""
        except FailedPrecondition as error:
            if error.reason != "MODEL_CANNOT_SEE":
                raise
            return Looked(known, _unseen(error.message))
        said = each.caption and f"The author says: {each.caption}"
        seen.append(" ".join(filter(None, (told, said))) or known[number])
    return Looked(tuple(seen))


def _unseen(why: str) -> str:
    return f"The pictures were not looked at ({why.rstrip('.')}): the script goes by their names and captions."


def _described(ask: Ask, material: Material, seed: int, tick: Tick) -> str:
    text = prompt("look").fill(
        seconds=f"{material.seconds:.0f}" if material.seconds else "",
        name=material.name,
        caption=material.caption,
        shape='{"description": text}',
    )
    wrong, reason = "", ""
    for attempt in range(_TRIES):
        tick(attempt / _TRIES, "looking at the pictures")
        turn = Message("user", text, (material.picture,))
        answer = ask(Question((turn,), _SCHEMA, 0.2, seed + attempt, 300 + ask.spare), tick)
        told = " ".join(read_text(answer.text, "description").split())[:_LONGEST]
        problem = check_answer(answer)
        if any(char.isalnum() for char in told) and not problem:
            return told
        wrong, reason = problem or ("no description was in it.", "SCRIPT_UNUSABLE")
    raise FailedPrecondition(
        f"The model said nothing usable about {material.name or 'a picture'!r}: {wrong} Choose a stronger model, or "
        "set PIXELLE_LLM_SEES=false to go by names and captions.",
        reason=reason,
    )
