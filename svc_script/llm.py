"""Writing with a language model: storyboards, narrations, pictures and titles, held to what was asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition
from svc_script.asking import ROUNDS, Counted, Question, ask_for, check_answer, first_turns, part
from svc_script.composing import Scenes
from svc_script.condensing import beginning, material
from svc_script.engines.base import (
    Beat,
    Board,
    BoardBrief,
    Completion,
    Look,
    NarrationBrief,
    Narrations,
    Pictures,
    TitleBrief,
    WordRange,
)
from svc_script.looking import look_at
from svc_script.prompts import language_named, prompt
from svc_script.reading import read_text
from svc_script.wording import TITLE_CHARACTERS, short_title, title_fits

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.work import Tick
    from svc_script.asking import Ask
    from svc_script.engines.base import PictureBrief

__all__ = ["compose", "narrate", "picture", "title"]

_TITLE_TEXT = 12_000
"""Characters from the start of a script from which its title is found."""


def compose(ask: Ask, brief: BoardBrief, emit: Callable[[int, Beat], None], tick: Tick) -> Board:
    """
    A storyboard; every scene goes to `emit` as soon as it is complete.

    Raises FailedPrecondition (SCRIPT_UNUSABLE, ANSWER_TRUNCATED, ANSWER_EMPTY).
    """
    counted = Counted(ask)
    plan = brief.narration
    if not brief.lines:
        plan = replace(plan, text=material(counted, plan.text, plan.language, plan.seed, part(tick, 0.0, 0.4)))
    start = 0.4 if plan.text != brief.narration.text else 0.0
    looked = look_at(counted, brief.material, plan.seed, part(tick, start, start + 0.3))
    start += 0.3 if brief.material else 0.0
    scenes = Scenes(replace(brief, narration=plan), Look(), emit, ask.room, looked.seen)
    if brief.lines and not brief.pictures:
        beats = tuple(Beat(line) for line in brief.lines)
        for index, beat in enumerate(beats):
            emit(index, beat)
    else:
        beats = tuple(ask_for(counted, scenes.wanted, part(tick, start, 0.95)))
    found = brief.title or scenes.title
    if not found:
        what = TitleBrief(plan.text, plan.language, plan.style, plan.seed)
        found = title(counted, what, part(tick, 0.95, 1.0)).text
    return Board(found, beats, scenes.look, looked.notice, counted.usage)


def narrate(ask: Ask, brief: NarrationBrief, tick: Tick) -> Narrations:
    """Exactly `brief.count` narrations within the word range. Raises as `compose`."""
    board = compose(ask, BoardBrief(brief, title="-"), lambda _index, _beat: None, tick)
    return Narrations(tuple(beat.narration for beat in board.beats), usage=board.usage)


def picture(ask: Ask, brief: PictureBrief, tick: Tick) -> Pictures:
    """One prompt per narration, in English, within the word range. Raises as `compose`."""
    counted = Counted(ask)
    plan = NarrationBrief("", len(brief.narrations), WordRange(1, 1), "", seed=brief.seed)
    board = BoardBrief(plan, brief.narrations, "-", brief.words, brief.prefix)
    scenes = Scenes(board, brief.look, lambda _index, _beat: None, ask.room)
    beats = ask_for(counted, scenes.wanted, tick)
    return Pictures(tuple(beat.image_prompt for beat in beats), scenes.look, counted.usage)


def title(ask: Ask, brief: TitleBrief, tick: Tick) -> Completion:
    """A title of at most 60 characters. Raises as `compose`."""
    counted = Counted(ask)
    text = prompt("title").fill(
        title_characters=TITLE_CHARACTERS,
        language=language_named(brief.language),
        style=brief.style.rstrip(". "),
        shape='{"title": text}',
        text=beginning(brief.text[:_TITLE_TEXT], ask.room),
    )
    schema: dict[str, Any] = {"type": "object", "properties": {"title": {"type": "string"}}, "required": ["title"]}
    schema["additionalProperties"] = False
    wrong, reason = "", ""
    for attempt in range(ROUNDS):
        tick(attempt / ROUNDS, "finding a title")
        question = Question(first_turns(text), schema, 0.7, brief.seed + attempt, 200 + ask.spare)
        answer = counted(question, tick)
        lines = [line for line in read_text(answer.text, "title").splitlines() if line.strip()]
        found = short_title(lines[-1]) if lines else ""
        problem = check_answer(answer)
        if any(char.isalnum() for char in found) and not problem:
            if title_fits(lines[-1]) or attempt == ROUNDS - 1:
                return Completion(found, counted.usage)
            continue
        wrong, reason = problem or ("no title was in it.", "SCRIPT_UNUSABLE")
    raise FailedPrecondition(
        f"The model gave no usable title after {ROUNDS} tries: {wrong} Give a title, or choose a stronger model.",
        reason=reason,
    )
