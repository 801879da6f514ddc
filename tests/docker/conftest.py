"""The cluster of tests/cluster, standing on containers."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from deploy.cluster import Cluster
from deploy.stage import DETERMINISTIC, Stage
from tests.docker.containers import containers, no_engine, no_images

if TYPE_CHECKING:
    from collections.abc import Generator

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a Docker engine; without one it is skipped and the reason is said."""
    mine = [item for item in items if HERE in item.path.parents]
    missing = (no_engine() or no_images()) if mine else ""
    for item in mine:
        item.add_marker("docker")
        if missing:
            item.add_marker(pytest.mark.skip(reason=missing))


@pytest.fixture(scope="session")
def running_stage() -> Generator[Stage]:
    """The cluster, for the whole session."""
    folder = Path(tempfile.mkdtemp(prefix="pixelle-docker-"))
    with containers() as backing:
        cluster = Cluster(folder, durable=False, private=True, env=DETERMINISTIC, backing=backing)
        try:
            cluster.up()
            stage = Stage(cluster)
            yield stage
            for client in stage.clients.values():
                client.close()
        finally:
            cluster.down()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def stage(running_stage: Stage) -> Stage:
    """The cluster, whole again."""
    running_stage.heal()
    return running_stage


@pytest.fixture(scope="session")
def undisturbed(running_stage: Stage) -> bytes:
    """The video of the six scenes when nothing happens."""
    return running_stage.undisturbed()
