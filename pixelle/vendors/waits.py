"""How long vendors ask to be left alone."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["retry_after", "wait_in"]

_WAIT = re.compile(r"(?:try again|retry) (?:in|after) ((?:\d+(?:\.\d+)?\s*(?:ms|[hms])[a-z]*\s*)+)", re.IGNORECASE)
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|[hms])", re.IGNORECASE)
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3: seconds or a date; or `retry-after-ms`); None when none can be read."""
    said, milliseconds = headers.get("retry-after", ""), headers.get("retry-after-ms", "")
    try:
        wait = float(milliseconds) / 1000 if milliseconds else float(said)
    except ValueError:
        try:
            wait = parsedate_to_datetime(said).timestamp() - time()
        except (ValueError, TypeError):
            return None
    return max(0.0, wait) if wait < float("inf") else None


def wait_in(words: str) -> float | None:
    """Seconds to wait, where a sentence tells them: "try again in 6m0s", "retry after 33 seconds"."""
    found = _WAIT.search(words)
    return sum(float(much) * _SECONDS[unit.lower()] for much, unit in _PART.findall(found[1])) if found else None
