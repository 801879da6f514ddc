"""Ukrainian decimals and years, from what num2words says."""

from __future__ import annotations

import re

__all__ = ["decimal", "feminine"]

_PARTS = ("", "десят", "сот", "тисячн")


def feminine(said: str) -> str:
    """A cardinal that counts something feminine."""
    return re.sub(r"\bдва$", "дві", re.sub(r"\bодин$", "одна", said))


def decimal(whole: str, part: str, digits: str) -> str:
    """
    A decimal from the words of its two sides, "три цілих чотирнадцять сотих".

    digits: the part as written, one to three of them.
    """
    one = whole.endswith("один")
    last = "а" if digits[-1] == "1" and digits[-2:] != "11" else "их"
    return f"{feminine(whole)} {'ціла' if one else 'цілих'} {feminine(part)} {_PARTS[len(digits)]}{last}"
