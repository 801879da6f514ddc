"""Checking requests before any work is spent, and turning them into briefs."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, TypeVar

from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.threads import apart
from pixelle.script.v1 import script_pb2
from pixelle.text.detection import detect_language
from pixelle.text.tags import check_language
from svc_script.engines.base import WordRange
from svc_script.lengths import TARGET_SECONDS
from svc_script.plain import plain
from svc_script.signs import undecorated
from svc_script.splitting import split_script

if TYPE_CHECKING:
    from collections.abc import Callable

    from svc_script.splitting import SplitMode

__all__ = [
    "CHARACTERS",
    "NARRATION_WORDS",
    "PICTURE_WORDS",
    "aside",
    "check_completion",
    "check_material",
    "check_narrations",
    "check_plan",
    "check_prefix",
    "check_range",
    "check_text",
    "is_fixed",
    "language_of",
    "plain_text",
    "split_plan",
]

T = TypeVar("T")
CHARACTERS = 100_000
_LONG = 5_000
"""Characters that are read in some milliseconds, whatever they are."""
SCENES = 20
FIXED_SCENES = 500
PICTURES = 100
STYLE = 2_000
_CAPTION = 2_000
NARRATION_WORDS = WordRange(5, 20)
PICTURE_WORDS = WordRange(30, 60)
_WORDS_MAX = 500
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SPLITS: dict[int, SplitMode] = {
    script_pb2.SPLIT_MODE_UNSPECIFIED: "paragraph",
    script_pb2.SPLIT_MODE_PARAGRAPH: "paragraph",
    script_pb2.SPLIT_MODE_LINE: "line",
    script_pb2.SPLIT_MODE_SENTENCE: "sentence",
}


def check_text(text: str, name: str) -> None:
    """Raises InvalidArgument (TEXT_EMPTY, TEXT_TOO_LONG)."""
    if not any(char.isalnum() for char in text):
        raise InvalidArgument(f"{name} is empty: {text[:40]!r}. Give a topic or a script.", reason="TEXT_EMPTY")
    if len(text) > CHARACTERS:
        raise InvalidArgument(
            f"{name} has {len(text):,} characters; the limit is {CHARACTERS:,}. Shorten it.",
            reason="TEXT_TOO_LONG",
        )


def plain_text(text: str, name: str) -> str:
    """The running text of what was given. Raises as `check_text`."""
    check_text(text, name)
    read = plain(text)
    check_text(read, name)
    return read


def check_range(words: script_pb2.WordRange, default: WordRange, name: str) -> WordRange:
    """The range with its defaults. Raises InvalidArgument (WORD_RANGE_INVALID)."""
    low = words.min or (min(default.low, words.max) if words.max else default.low)
    high = words.max or max(default.high, low)
    if words.min < 0 or words.max < 0 or low > high or high > _WORDS_MAX:
        raise InvalidArgument(
            f"{name}: min {words.min} and max {words.max} are not a range of 1 to {_WORDS_MAX} words. "
            "min must not be above max.",
            reason="WORD_RANGE_INVALID",
        )
    return WordRange(low, high)


def check_prefix(prefix: str) -> None:
    """Raises InvalidArgument (PREFIX_TOO_LONG)."""
    if len(prefix) > STYLE:
        raise InvalidArgument(
            f"prompt_prefix has {len(prefix):,} characters; the limit is {STYLE:,}. It stands in front of every "
            "picture: name the style only.",
            reason="PREFIX_TOO_LONG",
        )


def is_fixed(plan: script_pb2.NarrationPlan) -> bool:
    """Whether the text is the script itself."""
    return plan.mode == script_pb2.SCRIPT_MODE_FIXED


def check_plan(plan: script_pb2.NarrationPlan) -> WordRange:
    """The word range of a plan. Raises InvalidArgument (TEXT_*, MODE_UNKNOWN, SCENE_COUNT, ...)."""
    check_text(plan.text, "plan.text")
    if not is_fixed(plan) and _ADDRESS.fullmatch(told := plan.text.strip()):
        raise InvalidArgument(
            f"plan.text is only an address, {told[:100]!r}, and pages are not opened. Paste what the page says.",
            reason="TEXT_IS_ADDRESS",
        )
    if plan.mode not in script_pb2.ScriptMode.values() or plan.split_mode not in _SPLITS:
        raise InvalidArgument(
            f"plan.mode {plan.mode} or plan.split_mode {plan.split_mode} is unknown. "
            f"Known: {', '.join(script_pb2.ScriptMode.keys())}; {', '.join(script_pb2.SplitMode.keys())}.",
            reason="MODE_UNKNOWN",
        )
    if plan.language:
        check_language(plan.language, "plan.language")
    if len(plan.style) > STYLE:
        raise InvalidArgument(
            f"plan.style has {len(plan.style):,} characters; the limit is {STYLE:,}.", reason="STYLE_TOO_LONG"
        )
    if is_fixed(plan):
        if plan.target_seconds:
            raise InvalidArgument(
                f"plan.target_seconds is {plan.target_seconds:g}, but a fixed script decides itself. Leave it out.",
                reason="TARGET_SECONDS",
            )
        return NARRATION_WORDS
    low, high = TARGET_SECONDS
    if plan.target_seconds and not low <= plan.target_seconds <= high:
        raise InvalidArgument(
            f"plan.target_seconds is {plan.target_seconds:g}; it must be {low:g} to {high:g}.", reason="TARGET_SECONDS"
        )
    if not (plan.target_seconds and plan.scene_count == 0) and not 1 <= plan.scene_count <= SCENES:
        raise InvalidArgument(
            f"plan.scene_count is {plan.scene_count}; it must be 1 to {SCENES}. Leave it out where target_seconds is "
            f"given. A fixed script may have up to {FIXED_SCENES}.",
            reason="SCENE_COUNT",
        )
    return check_range(plan.words, NARRATION_WORDS, "plan.words")


def check_material(request: script_pb2.WriteStoryboardRequest) -> None:
    """Raises InvalidArgument (MATERIAL_INVALID) when no script can be written around the material."""
    count, plan = len(request.material), request.plan
    wrong = ""
    if not count:
        return
    if count > SCENES:
        wrong = f"there are {count} pieces; the most is {SCENES}"
    elif is_fixed(plan):
        wrong = "the text is a fixed script, and nothing is written"
    elif plan.scene_count != count:
        wrong = f"there are {count} pieces for {plan.scene_count} scenes; each scene shows one"
    elif request.with_image_prompts:
        wrong = "it is shown, so that no image prompts are needed. Ask without with_image_prompts"
    for number, each in enumerate(request.material):
        if len(each.caption) > _CAPTION or len(each.name) > _CAPTION:
            wrong = f"the name or caption of material[{number}] has more than {_CAPTION} characters"
    if wrong:
        raise InvalidArgument(f"The material cannot be used: {wrong}.", reason="MATERIAL_INVALID")


def split_plan(plan: script_pb2.NarrationPlan) -> list[str]:
    """The narrations of a fixed script. Raises InvalidArgument (TOO_MANY_SCENES)."""
    mode = _SPLITS[plan.split_mode]
    lines = split_script(undecorated(plan.text), mode) or split_script(plan.text, mode)
    if len(lines) > FIXED_SCENES:
        raise InvalidArgument(
            f"Split by {mode}, the script has {len(lines)} scenes; the limit is {FIXED_SCENES}. "
            f"{'Make longer paragraphs' if mode == 'paragraph' else 'Split by paragraph'}, or make several videos.",
            reason="TOO_MANY_SCENES",
        )
    return lines


def check_narrations(narrations: list[str]) -> None:
    """Raises InvalidArgument (NARRATIONS_COUNT, TEXT_EMPTY, TEXT_TOO_LONG)."""
    if not 1 <= len(narrations) <= PICTURES:
        raise InvalidArgument(
            f"{len(narrations)} narrations were sent; 1 to {PICTURES} are taken.", reason="NARRATIONS_COUNT"
        )
    for index, narration in enumerate(narrations):
        check_text(narration, f"narrations[{index}]")


def check_completion(request: script_pb2.CompleteRequest) -> tuple[float, int]:
    """Temperature and token limit with their defaults. Raises InvalidArgument (TEXT_*, TEMPERATURE, ...)."""
    check_text(request.prompt, "prompt")
    temperature = request.temperature if request.HasField("temperature") else 0.7
    if not 0.0 <= temperature <= 2.0:
        raise InvalidArgument(f"temperature is {temperature:g}; it must be 0 to 2.", reason="TEMPERATURE")
    if not 0 <= request.max_tokens <= 32_000:
        raise InvalidArgument(f"max_tokens is {request.max_tokens}; it must be 1 to 32,000.", reason="MAX_TOKENS")
    if request.response_schema:
        try:
            schema = json.loads(request.response_schema)
        except ValueError as error:
            raise InvalidArgument(f"response_schema is not JSON: {error}.", reason="SCHEMA_INVALID") from error
        if not isinstance(schema, dict):
            raise InvalidArgument("response_schema must be a JSON object.", reason="SCHEMA_INVALID")
    return temperature, request.max_tokens or 2000


async def aside(text: str, read: Callable[[], T]) -> T:
    """What `read` returns or raises; done on a thread where the text is long, so that others are answered meanwhile."""
    return await apart(read) if len(text) > _LONG else read()


async def language_of(given: str, text: str) -> str:
    """The given tag, else that of the text; "" when it cannot be told."""
    return given.strip().replace("_", "-") or await asyncio.to_thread(detect_language, text)
