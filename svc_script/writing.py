"""Writing with an engine and holding it to what was asked: exact counts, word ranges, whole-word titles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import FailedPrecondition
from svc_script.engines.base import Beat, Completion, Look, Member, Narrations, Pictures, Usage
from svc_script.lengths import widened
from svc_script.scenes import scene_seed
from svc_script.wording import count_words, short_title, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pixelle.runtime.work import Tick
    from svc_script.engines.base import BoardBrief, NarrationBrief, PictureBrief, ScriptEngine, TitleBrief

__all__ = [
    "cast_messages",
    "look_of",
    "usage_message",
    "write_narrations",
    "write_pictures",
    "write_storyboard",
    "write_title",
]


def write_storyboard(
    engine: ScriptEngine, brief: BoardBrief, send: Callable[[core_pb2.Scene], None], tick: Tick
) -> core_pb2.Storyboard:
    """The storyboard; `send` gets every scene once it is complete. Raises FailedPrecondition (SCRIPT_UNUSABLE)."""
    plan = brief.narration
    sent: list[core_pb2.Scene] = []

    def emit(index: int, beat: Beat) -> None:
        sent.append(_scene(index, beat, brief))
        send(sent[-1])

    board = engine.compose(brief, emit, tick)
    wanted = len(brief.lines) or (len(board.beats) if plan.open_count and not brief.material else plan.count)
    if len(board.beats) != wanted or len(sent) != wanted:
        raise _wrong_count(len(board.beats), wanted, "scenes")
    return core_pb2.Storyboard(
        title=short_title(board.title),
        style=brief.prefix or board.look.style,
        scenes=sent,
        notice=board.notice,
        cast=cast_messages(board.look),
        usage=usage_message(board.usage),
    )


def _scene(index: int, beat: Beat, brief: BoardBrief) -> core_pb2.Scene:
    narration = beat.narration if brief.lines else _held(beat.narration, brief.narration)
    return core_pb2.Scene(
        index=index,
        narration=narration,
        image_prompt=_prefixed(brief.prefix, beat.image_prompt)
        if brief.pictures
        else beat.image_prompt * bool(brief.material),
        seed=scene_seed(brief.narration.seed, index),
    )


def write_narrations(engine: ScriptEngine, brief: NarrationBrief, tick: Tick) -> Narrations:
    """Exactly `brief.count` narrations (any, if left open) within the range. Raises FailedPrecondition."""
    written = engine.narrate(brief, tick)
    lines = tuple(_held(line, brief) for line in written.lines)
    if len(lines) != brief.count and not brief.open_count:
        raise _wrong_count(len(lines), brief.count, "narrations")
    return Narrations(lines, written.notice, written.usage)


def _wrong_count(count: int, wanted: int, what: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"The engine wrote {count} {what}; {wanted} were asked for. Try again or use another engine.",
        reason="SCRIPT_UNUSABLE",
    )


def _held(line: str, brief: NarrationBrief) -> str:
    text = re.sub(r"\s+", " ", line).strip()
    fitted = text if brief.total else shorten(text, widened(brief.words, brief.language))
    if fitted is None:
        raise FailedPrecondition(
            f"The engine wrote a narration of {count_words(text)} words; {brief.words} were asked for. "
            "Widen the range or use another engine.",
            reason="SCRIPT_UNUSABLE",
        )
    return fitted


def write_pictures(engine: ScriptEngine, brief: PictureBrief, tick: Tick) -> Pictures:
    """One prompt per narration within the range, the prefix (not counted) in front of each."""
    drawn = engine.picture(brief, tick)
    if len(drawn.prompts) != len(brief.narrations):
        raise _wrong_count(len(drawn.prompts), len(brief.narrations), "image prompts")
    return Pictures(tuple(_prefixed(brief.prefix, text) for text in drawn.prompts), drawn.look, drawn.usage)


def _prefixed(prefix: str, prompt: str) -> str:
    front = re.sub(r"\s+", " ", prefix).strip().rstrip(",")
    return f"{front}, {prompt}" if front else prompt


def write_title(engine: ScriptEngine, brief: TitleBrief, tick: Tick) -> Completion:
    """A title of at most 60 characters that ends at a whole word."""
    found = engine.title(brief, tick)
    return Completion(short_title(found.text), found.usage, notice=found.notice)


def look_of(style: str, cast: Iterable[core_pb2.CastMember]) -> Look:
    """The look that a request gives."""
    return Look(style, tuple(Member(member.name, member.look) for member in cast))


def cast_messages(look: Look) -> list[core_pb2.CastMember]:
    """The cast as messages."""
    return [core_pb2.CastMember(name=member.name, look=member.look) for member in look.cast]


def usage_message(usage: Usage) -> core_pb2.Usage | None:
    """What was used; None when no language model was asked."""
    if not usage.calls:
        return None
    return core_pb2.Usage(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        calls=usage.calls,
        cost=usage.cost,
        currency=usage.currency,
    )
