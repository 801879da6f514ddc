"""Threads that work hard go after those that answer callers."""

from __future__ import annotations

import contextlib
import os
import sys
import threading

__all__ = ["NICENESS", "give_way"]

NICENESS = 5
"""How much lower the priority of work is than that of answering: 0 is the ordinary one, 19 the lowest (nice(2))."""


def give_way() -> None:
    """
    Lower the priority of this thread, and of the threads that it starts.

    Work still gets every core that nobody else wants; a request that comes meanwhile no longer queues up behind it.
    Linux has a priority for each thread; elsewhere this does nothing.
    """
    if sys.platform != "linux":
        return
    thread = threading.get_native_id()
    with contextlib.suppress(OSError):  # a sandbox that does not even allow less
        os.setpriority(os.PRIO_PROCESS, thread, min(19, os.getpriority(os.PRIO_PROCESS, thread) + NICENESS))
