"""Memory of the GPUs of this machine, as the driver's own library says (NVML)."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

from pixelle.runtime.metrics import GPU_MEMORY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelle.runtime.metrics import Gauge

__all__ = ["GpuMemory"]


class _Memory(ctypes.Structure):
    """`nvmlMemory_t` (NVML API reference, section 5.1), bytes."""

    _fields_ = (("total", ctypes.c_ulonglong), ("free", ctypes.c_ulonglong), ("used", ctypes.c_ulonglong))


class GpuMemory:
    """Asked whenever the numbers are read; no package and no CUDA context is needed for it."""

    def __init__(self, library: Any) -> None:
        """library: libnvidia-ml, begun."""
        self._library = library

    @classmethod
    def open(cls) -> GpuMemory | None:
        """None where there is no driver."""
        try:
            library = ctypes.CDLL("libnvidia-ml.so.1")
        except OSError:
            return None
        return None if library.nvmlInit_v2() else cls(library)

    def gauges(self) -> Iterator[Gauge]:
        """Used and whole memory of each device, by its number."""
        count = ctypes.c_uint()
        if self._library.nvmlDeviceGetCount_v2(ctypes.byref(count)):
            return
        for number in range(count.value):
            device, memory = ctypes.c_void_p(), _Memory()
            if self._library.nvmlDeviceGetHandleByIndex_v2(number, ctypes.byref(device)):
                continue
            if self._library.nvmlDeviceGetMemoryInfo(device, ctypes.byref(memory)) == 0:
                yield GPU_MEMORY, float(memory.used), (str(number), "used")
                yield GPU_MEMORY, float(memory.total), (str(number), "total")
