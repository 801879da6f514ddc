"""What bodies of several endpoints have in common: defaults for null, word ranges, what can be kept at all."""

from __future__ import annotations

import math
import secrets
from functools import partial
from typing import Annotated, Any, cast

from pydantic import AfterValidator, BeforeValidator, Field

__all__ = ["Keepable", "VoiceId", "bounded", "check_keepable", "check_words", "drawn", "or_default"]

_DEEPEST = 64


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
    left: list[tuple[str, object, int]] = [("", value, 0)]
    while left:
        place, each, depth = left.pop()
        if isinstance(each, str):
            _check_text(place, each)
        elif numbers and isinstance(each, float) and not math.isfinite(each):
            raise ValueError(f"{place or 'It'} is {each}, which is no number in JSON.")
        elif isinstance(each, (dict, list)):
            if depth > _DEEPEST:
                raise ValueError(f"{place[:80]}... is nested deeper than {_DEEPEST} levels.")
            inside: list[tuple[str, object]] = []
            if isinstance(each, dict):
                for name, member in cast("dict[str, object]", each).items():
                    _check_text(f"a name in {place}" if place else "a name", name)
                    inside.append((f"{place}.{name[:80]}" if place else name[:80], member))
            else:
                inside += [(f"{place}[{at}]", item) for at, item in enumerate(cast("list[object]", each))]
            left += [(name, member, depth + 1) for name, member in reversed(inside)]
    return value


Keepable = Annotated[dict[str, Any], AfterValidator(partial(check_keepable, numbers=True))]
"""Any JSON object that comes back as it was sent."""


def _check_text(place: str, text: str) -> None:
    if "\0" in text:
        raise ValueError(f"{place[:200]} holds a NUL character. Take it out.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = text[error.start]
        raise ValueError(f"{place[:200]} holds {half!r}, half of a surrogate pair and no character.") from error


def _whole_id(voice: str) -> str:
    return f"edge/{voice}" if voice.endswith("Neural") and "/" not in voice else voice


VoiceId = Annotated[str, AfterValidator(_whole_id)]
"""A voice's id. Names of Edge's voices may stand alone, as programs that know no others write them."""


def drawn(seed: int | None) -> int:
    """The seed, or another one each time where none was given; 32 bits, never 0 then."""
    return secrets.randbelow(2**32 - 1) + 1 if seed is None else seed
