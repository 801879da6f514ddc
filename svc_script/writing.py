"""Writing with an engine and holding it to what was asked: exact counts, word ranges, whole-word titles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import FailedPrecondition
from svc_script.pictures import fit_picture
from svc_script.scenes import scene_seed
from svc_script.wording import count_words, short_title, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle.runtime.work import Tick
    from svc_script.engines.base import NarrationBrief, Narrations, PictureBrief, ScriptEngine, TitleBrief, WordRange

__all__ = ["build_storyboard", "part", "write_narrations", "write_pictures", "write_title"]


def part(tick: Tick, start: float, end: float) -> Tick:
    """A tick for one part of the work: its 0 to 1 is `start` to `end` of the whole."""

    def inner(fraction: float, message: str = "") -> None:
        tick(start + (end - start) * min(1.0, max(0.0, fraction)), message)

    return inner


def write_narrations(engine: ScriptEngine, brief: NarrationBrief, tick: Tick) -> Narrations:
    """Exactly `brief.count` narrations within the range. Raises FailedPrecondition (SCRIPT_UNUSABLE)."""
    written = engine.narrate(brief, tick)
    lines = tuple(_held(line, brief.words) for line in written.lines)
    if len(lines) != brief.count:
        raise FailedPrecondition(
            f"The engine wrote {len(lines)} narrations; {brief.count} were asked for. Try again or use another engine.",
            reason="SCRIPT_UNUSABLE",
        )
    return type(written)(lines, written.notice)


def _held(line: str, words: WordRange) -> str:
    text = re.sub(r"\s+", " ", line).strip()
    fitted = shorten(text, words)
    if fitted is None:
        raise FailedPrecondition(
            f"The engine wrote a narration of {count_words(text)} words; {words} were asked for. "
            "Widen the range or use another engine.",
            reason="SCRIPT_UNUSABLE",
        )
    return fitted


def write_pictures(engine: ScriptEngine, brief: PictureBrief, prefix: str, tick: Tick) -> list[str]:
    """One prompt per narration within the range, the prefix (not counted) in front of each."""
    written = engine.picture(brief, tick)
    if len(written) != len(brief.narrations):
        raise FailedPrecondition(
            f"The engine wrote {len(written)} image prompts for {len(brief.narrations)} narrations. Try again.",
            reason="SCRIPT_UNUSABLE",
        )
    front = re.sub(r"\s+", " ", prefix).strip().rstrip(",")
    fitted = [fit_picture(prompt, brief.words) for prompt in written]
    return [f"{front}, {prompt}" if front else prompt for prompt in fitted]


def write_title(engine: ScriptEngine, brief: TitleBrief, tick: Tick) -> str:
    """A title of at most 60 characters that ends at a whole word."""
    return short_title(engine.title(brief, tick))


def build_storyboard(
    *,
    title: str,
    language: str,
    style: str,
    narrations: Sequence[str],
    prompts: Sequence[str],
    notice: str,
    engine: str,
    seed: int,
) -> core_pb2.Storyboard:
    """The storyboard; `prompts` is empty or as long as `narrations`."""
    scenes = [
        core_pb2.Scene(
            index=index,
            narration=narration,
            image_prompt=prompts[index] if prompts else "",
            seed=scene_seed(seed, index),
        )
        for index, narration in enumerate(narrations)
    ]
    return core_pb2.Storyboard(
        title=title, language=language, style=style, scenes=scenes, notice=notice, engine=engine, seed=seed
    )
