"""Ports are drawn once, whoever draws them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from deploy.processes import free_port
from pixelle.runtime.errors import FailedPrecondition

LOW, HIGH = 19_500, 19_504
CHILD = f"""
from deploy.processes import free_port
print(free_port(low={LOW}, high={HIGH}), free_port(low={LOW}, high={HIGH}), flush=True)
input()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux remembers who has drawn a port")
def test_two_processes_never_draw_the_same_port() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        theirs = {int(port) for port in child.stdout.readline().split()}
        mine = {free_port(low=LOW, high=HIGH) for _ in range(2)}
        assert len(theirs | mine) == 4
        with pytest.raises(FailedPrecondition, match="No port from 19500 to 19504 is free"):
            free_port(low=LOW, high=HIGH)
        child.communicate("\n")
    assert free_port(low=LOW, high=HIGH) in theirs, "what had been drawn by a process that has ended"
