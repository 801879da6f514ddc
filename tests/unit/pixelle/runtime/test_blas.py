"""One BLAS thread for as long as anybody asks for it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.blas import BlasThreads, blas_threads, one_blas_thread

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture
def threads() -> Generator[BlasThreads]:
    count = blas_threads()
    if count is None:
        pytest.skip("this numpy was not built with OpenBLAS")
    before = count.get()
    count.set(2)
    yield count
    count.set(before)


def test_inside_there_is_one_and_afterwards_as_many_as_before(threads: BlasThreads) -> None:
    with one_blas_thread():
        assert threads.get() == 1
        with one_blas_thread():
            assert threads.get() == 1
        assert threads.get() == 1
    assert threads.get() == 2


def test_the_last_of_several_gives_the_others_back(threads: BlasThreads) -> None:
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with one_blas_thread():
            entered.set()
            leave.wait(30)

    with one_blas_thread():
        second = threading.Thread(target=other)
        second.start()
        assert entered.wait(30)
    assert threads.get() == 1, "the second one is still inside"
    leave.set()
    second.join(30)
    assert threads.get() == 2


def test_an_error_inside_gives_them_back(threads: BlasThreads) -> None:
    with pytest.raises(ZeroDivisionError), one_blas_thread():
        _ = 1 // 0
    assert threads.get() == 2


_LISTEN = """
import time
import numpy as np
from svc_render.sound.peaks import TruePeaks
peaks = TruePeaks(above=0.1)
noise = np.random.default_rng(1).uniform(-0.9, 0.9, (2, 48_000)).astype(np.float32)
peaks.feed(noise)
while True:  # until the threads of the library, which spin for a while when they are made, are asleep
    before = time.process_time()
    time.sleep(0.05)
    if time.process_time() - before < 0.005:
        break
own, whole = time.thread_time(), time.process_time()
for _ in range(40):
    peaks.feed(noise)
print((time.process_time() - whole) / (time.thread_time() - own))
"""


def test_looking_for_peaks_keeps_one_core_busy() -> None:
    if (os.cpu_count() or 1) < 2:
        pytest.skip("one core: nothing can wait for it by spinning")
    done = subprocess.run(
        [sys.executable, "-c", _LISTEN],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "2"},
    )
    assert float(done.stdout) < 1.2
