"""What a GPU is asked while something is measured on it: to be done, and how much of its memory was used."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def timed(work: Callable[[], None]) -> float:
    """Seconds until the device is done."""
    settle()
    start = time.perf_counter()
    work()
    settle()
    return time.perf_counter() - start


def settle() -> None:
    """Wait for the GPU."""
    import torch  # pyright: ignore[reportMissingImports]

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def clear() -> None:
    """Forget what was compiled, and give back what the last question held: the next one begins like the first."""
    import torch  # pyright: ignore[reportMissingImports]

    torch.compiler.reset()
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def fresh_peak() -> None:
    """Forget the largest use so far."""
    import torch  # pyright: ignore[reportMissingImports]

    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def peak() -> float:
    """Largest use of GPU memory, in 10^9 bytes; 0 without one."""
    import torch  # pyright: ignore[reportMissingImports]

    return torch.cuda.max_memory_allocated() / 1e9 if torch.cuda.is_available() else 0.0
