"""The device models run on, as torch sees it."""

from __future__ import annotations

import gc
import os
from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TorchMemory", "default_budget", "paced"]

_NO_MEMORY = 2
"""`cudaErrorMemoryAllocation` (CUDA Runtime API, error handling)."""
_UNTYPED = (
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
    "CUSOLVER_STATUS_ALLOC_FAILED",
    "DefaultCPUAllocator",
)
"""In the text of a plain RuntimeError of torch: names of codes of CUDA's libraries, and of its own allocator."""
_SHARE = 0.9
"""Of a GPU that is free, what models may take when no budget is set."""


class TorchMemory:
    """The memory of torch's devices."""

    def ran_out(self, error: BaseException) -> bool:
        """Out of memory on a device, for torch or for a library beside it, or out of the machine's memory."""
        import torch  # pyright: ignore[reportMissingImports]

        beside = isinstance(error, torch.AcceleratorError) and getattr(error, "error_code", 0) == _NO_MEMORY
        if beside or isinstance(error, torch.OutOfMemoryError | MemoryError):
            return True
        return isinstance(error, RuntimeError) and any(name in str(error) for name in _UNTYPED)

    def trim(self) -> None:
        """Collect what only cycles hold, and give cached blocks back."""
        import torch  # pyright: ignore[reportMissingImports]

        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def default_budget(device: str) -> int:
    """Bytes for models when nothing is set: most of what is free on the GPU now, or half of the machine's memory."""
    import torch  # pyright: ignore[reportMissingImports]

    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(torch.device(device))[0] * _SHARE)
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def paced(device: str) -> Callable[[], None]:
    """
    A function to be called after each step: returns when the step before it is done.

    Without it the processor queues many steps ahead of the GPU, progress runs ahead of the work and a cancel comes
    after it; waiting for the step before keeps the GPU busy all the same.
    """
    if not device.startswith("cuda"):
        return lambda: None
    import torch  # pyright: ignore[reportMissingImports]

    marks: deque[Any] = deque()

    def wait() -> None:
        mark: Any = torch.cuda.Event()
        mark.record(torch.cuda.current_stream(torch.device(device)))
        marks.append(mark)
        if len(marks) > 1:
            marks.popleft().synchronize()

    return wait
