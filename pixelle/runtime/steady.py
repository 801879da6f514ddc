"""What a process of our own does once it has started, so that it answers quickly while it works."""

from __future__ import annotations

import gc
import sys

__all__ = ["steady"]

_TURN = 0.001
"""Seconds after which a thread that computes lets another one on; Python's 5 ms add up over the dozen turns that
answering a request takes beside a render."""


def steady() -> None:
    """
    Share the processor in small turns, and never again look for garbage in what start-up has left.

    Not for a process that is a caller's: both are settings of the whole process. A full collection of what the
    libraries keep stops everything for a tenth of a second and more, and finds nothing.
    """
    sys.setswitchinterval(_TURN)
    gc.collect()
    gc.freeze()
