"""Storyboards of engines without a model of their own to ask: narrations, title and pictures one after the other."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from svc_script.around import around, told_of
from svc_script.asking import part
from svc_script.engines.base import Beat, Board, Completion, Look, PictureBrief, Pictures, TitleBrief
from svc_script.look import dress
from svc_script.pictures import describe, house_style

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.work import Tick
    from svc_script.engines.base import BoardBrief, ScriptEngine

__all__ = ["compose", "derived", "unstyled"]


def compose(engine: ScriptEngine, brief: BoardBrief, emit: Callable[[int, Beat], None], tick: Tick) -> Board:
    """A storyboard, a step at a time; scenes are emitted when their pictures are described."""
    plan, lines, notice = brief.narration, brief.lines, ""
    if not lines:
        write = partial(around, engine, brief.material) if brief.material else engine.narrate
        written = write(plan, part(tick, 0.0, 0.6))
        lines, notice = written.lines, written.notice
    found = Completion(brief.title)
    if not brief.title:
        what = TitleBrief(plan.text, plan.language, plan.style, plan.seed, plan.model)
        found = engine.title(what, part(tick, 0.6, 0.7))
    drawn = Pictures(tuple(map(told_of, brief.material)) or ("",) * len(lines))
    if brief.pictures:
        pictured = PictureBrief(lines, brief.pictures, plan.seed, plan.model, prefix=brief.prefix)
        drawn = engine.picture(pictured, part(tick, 0.7, 1.0))
    beats = tuple(Beat(line, prompt) for line, prompt in zip(lines, drawn.prompts, strict=True))
    for index, beat in enumerate(beats):
        emit(index, beat)
    return Board(found.text, beats, drawn.look, notice)


def derived(brief: PictureBrief) -> Pictures:
    """Image prompts made by rule: the narration itself in a setting, one style line for all, the given cast."""
    style = brief.look.style or ("" if brief.prefix else house_style(brief.seed))
    look = Look(style, brief.look.cast)
    told = (describe(line, index, brief.words, brief.seed) for index, line in enumerate(brief.narrations))
    return Pictures(tuple(dress(text, look, brief.words) for text in told), look)


def unstyled(style: str, engine: str, *, why: str = "has no language model") -> str:
    """The notice that audience and tone had no effect; "" when none were asked for."""
    return f"The style {style[:80]!r} was not applied: {engine} {why}." if style else ""
