"""Faults of a GPU that end only with the process: whoever runs it is told, so that a new one is started."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pixelle.runtime.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["faulted", "hearing", "lasting", "tell"]

_LASTING = frozenset({214, 220, 700, 702, 710, 714, 715, 716, 717, 718, 719})
"""Errors after which a process "must be terminated and relaunched" (CUDA Runtime API, error handling): uncorrectable
memory or link, illegal access, timeout, assertion, stack, instruction, alignment, address, counter, launch."""
_MOST = 200

_hearers: list[Callable[[Unavailable], None]] = []


def lasting(error: BaseException | None) -> str:
    """What CUDA said when `error` or a cause of it is what every later call of this process will get; else ""."""
    while error is not None:
        if type(error).__name__ == "AcceleratorError" and getattr(error, "error_code", 0) in _LASTING:
            return str(error).partition("\n")[0][:_MOST] or "CUDA does not say why"
        error = error.__cause__ or error.__context__
    return ""


def faulted(why: str) -> Unavailable:
    """What callers are told. why: as of `lasting`."""
    return Unavailable(
        f"The GPU no longer works for this process ({why}). A service of its own ends now, to be started anew by what "
        "watches over it; a process with everything inside has to be restarted. If it comes back, look for Xid errors "
        "in the machine's log.",
        reason="GPU_FAULTED",
        retry_after=10.0,
    )


@contextmanager
def hearing(hearer: Callable[[Unavailable], None]) -> Generator[None]:
    """Have `hearer` told, on the thread of the event loop, what makes this process useless."""
    _hearers.append(hearer)
    try:
        yield
    finally:
        _hearers.remove(hearer)


def tell(error: Unavailable) -> None:
    """Tell everybody who wants to hear of it."""
    for hearer in tuple(_hearers):
        hearer(error)
