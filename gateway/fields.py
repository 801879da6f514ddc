"""What bodies of several endpoints have in common: defaults for null, word ranges, seeds that nobody gave."""

from __future__ import annotations

import secrets
from typing import Any

from pydantic import BeforeValidator, Field

__all__ = ["bounded", "check_words", "drawn", "or_default"]


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


def drawn(seed: int | None) -> int:
    """The seed, or another one each time where none was given; 32 bits, never 0 then."""
    return secrets.randbelow(2**32 - 1) + 1 if seed is None else seed
