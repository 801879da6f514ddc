"""What bodies of several endpoints have in common: defaults for null, word ranges, what can be kept at all."""

from __future__ import annotations

import json
import math
import secrets
from functools import partial
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, Field

__all__ = ["Keepable", "VoiceId", "bounded", "check_keepable", "check_words", "drawn", "or_default"]

_DEEPEST = 64
_LARGEST = 100_000
_LOOKED_AT = (str, float, dict, list)
_Place = tuple[Any, str | int]
"""Where something stands: the place around it, None for the whole, and its name or number there."""


def or_default(default: object) -> BeforeValidator:
    """Null means the default, as everywhere in the contract."""
    return BeforeValidator(lambda value: default if value is None else value)


def bounded(default: int, low: int, high: int, text: str) -> Any:
    """A whole number from low to high."""
    return Field(default, ge=low, le=high, description=text)


def check_words(low: int, high: int, name: str) -> None:
    """Raises ValueError when `min_<name>` is more than `max_<name>`."""
    if low > high:
        raise ValueError(f"min_{name} is {low}, more than max_{name}, which is {high}.")


def check_keepable(value: object, *, numbers: bool = False) -> object:
    """
    The value; raises ValueError when it holds what databases, files or answers cannot: it would never get out again.

    That is NUL, half of a surrogate pair, nesting deeper than any use of it, and of `numbers` NaN and infinity.
    """
    left: list[tuple[object, _Place | None, int]] = [(value, None, 0)]
    while left:
        each, place, depth = left.pop()
        if isinstance(each, str):
            _check_text(each, place)
        elif isinstance(each, (dict, list)):
            if depth > _DEEPEST:
                raise ValueError(f"{_told(place)[:80]}... is nested deeper than {_DEEPEST} levels.")
            members: list[tuple[object, _Place | None, int]] = []
            if isinstance(each, dict):
                for name, member in cast("dict[str, object]", each).items():
                    _check_text(name, place, named=True)
                    if isinstance(member, _LOOKED_AT):
                        members.append((member, (place, name), depth + 1))
            else:
                for at, member in enumerate(cast("list[object]", each)):
                    if isinstance(member, _LOOKED_AT):
                        members.append((member, (place, at), depth + 1))
            left += reversed(members)
        elif numbers and isinstance(each, float) and not math.isfinite(each):
            raise ValueError(f"{_told(place) or 'It'} is {each}, which is no number in JSON.")
    return value


def _check_small(value: object) -> object:
    """Raises ValueError when it is longer, as JSON, than what is kept and shown with every task."""
    size = len(json.dumps(value, ensure_ascii=False))
    if size > _LARGEST:
        raise ValueError(f"It has {size} characters as JSON; at most {_LARGEST} are taken.")
    return value


Keepable = Annotated[
    dict[str, Any], AfterValidator(partial(check_keepable, numbers=True)), AfterValidator(_check_small)
]
"""Any JSON object that comes back as it was sent."""


def _check_text(text: str, place: _Place | None, *, named: bool = False) -> None:
    """named: the text is the name of a member of what stands at the place."""
    if text.isascii() and "\0" not in text:
        return
    told = _told(place)[:200]
    where = told if not named else f"a name in {told}" if told else "a name"
    if "\0" in text:
        raise ValueError(f"{where} holds a NUL character. Take it out.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = text[error.start]
        raise ValueError(f"{where} holds {half!r}, half of a surrogate pair and no character.") from error


def _told(place: _Place | None) -> str:
    """As people write it, such as storyboard.scenes[0].narration; "" for the whole."""
    told = ""
    while place:
        place, name = place
        part = f"[{name}]" if isinstance(name, int) else name[:80]
        told = part + ("" if not told or told.startswith("[") else ".") + told
    return told


def _whole_id(voice: str) -> str:
    return f"edge/{voice}" if voice.endswith("Neural") and "/" not in voice else voice


VoiceId = Annotated[str, AfterValidator(_whole_id)]
"""A voice's id. Names of Edge's voices may stand alone, as programs that know no others write them."""


def drawn(seed: int | None) -> int:
    """The seed, or another one each time where none was given; 32 bits, never 0 then."""
    return secrets.randbelow(2**32 - 1) + 1 if seed is None else seed
