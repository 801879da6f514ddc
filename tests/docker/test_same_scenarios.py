"""The scenarios of tests/cluster, each once, where Postgres and the S3 server are containers."""

from __future__ import annotations

from importlib import import_module
from inspect import signature
from pathlib import Path

import tests.cluster

_OTHERS = {"test_local", "test_faults"}
"""They start a cluster of plain processes of their own, or fill its disks and cut its wires."""

_FOLDERS = [Path(folder) for folder in tests.cluster.__path__]
MODULES = sorted({path.stem for folder in _FOLDERS for path in folder.glob("test_*.py")} - _OTHERS)

for _module in MODULES:
    for _name, _test in vars(import_module(f"tests.cluster.{_module}")).items():
        if _name.startswith("test_") and "site" not in signature(_test).parameters:  # with its own disk and wires
            assert _name not in globals(), f"two scenarios are called {_name}"
            globals()[_name] = _test
