"""The cluster of tests/cluster, standing on containers."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from benchmarks.fault_site import shelve_page
from deploy.cluster import Cluster
from deploy.stage import DETERMINISTIC, Stage
from tests.docker.containers import containers
from tests.docker.images import named, no_base, no_engine, no_image

if TYPE_CHECKING:
    from collections.abc import Generator

HERE = Path(__file__).parent
os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")  # an image more to fetch; what is started is ended here


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a Docker engine and images; without one it is skipped and the reason is said."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("docker")
            missing = no_engine() or _no_images(item)
            if missing:
                item.add_marker(pytest.mark.skip(reason=missing))


def _no_images(item: pytest.Item) -> str:
    if item.path.stem in {"test_images", "test_compose"}:
        return no_base()
    return no_image(named("postgres")) or no_image(named("s3"))


@pytest.fixture(scope="session")
def running_stage() -> Generator[Stage]:
    """The cluster, for the whole session."""
    with containers() as backing:
        folder = Path(tempfile.mkdtemp(prefix="pixelle-docker-"))
        cluster = Cluster(folder, durable=False, private=True, env=DETERMINISTIC, backing=backing)
        shelve_page(folder / "render" / "data")
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
