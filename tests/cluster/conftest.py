"""One small cluster for all tests that a process runs: real Postgres, S3, services, gateways and workers."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.fault_site import Site
from deploy.backing import missing_servers

if TYPE_CHECKING:
    from collections.abc import Generator

    from deploy.stage import Stage

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the cluster; the first test pays for its start."""
    missing = missing_servers()
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("cluster")
            if missing:
                item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture(scope="session")
def site() -> Generator[Site]:
    """The cluster and its disk, for the whole session."""
    folder = Path(tempfile.mkdtemp(prefix="pixelle-cluster-"))
    folder.chmod(0o755)  # as root, Postgres runs as another user
    made = Site(folder)
    try:
        made.up()
        yield made
    finally:
        made.down()
        if "PIXELLE_KEEP_CLUSTER" not in os.environ:
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def stage(site: Site) -> Stage:
    """The cluster, whole again."""
    site.heal()
    return site.stage


@pytest.fixture(scope="session")
def undisturbed(site: Site) -> bytes:
    """The video of the six scenes when nothing happens."""
    site.heal()
    return site.stage.undisturbed()
