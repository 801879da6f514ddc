"""Large files in a real bucket: sent and fetched in parts."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from gateway.settings import GatewaySettings
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import NotFound

if TYPE_CHECKING:
    from pathlib import Path

    from deploy.stage import Stage


@pytest.fixture
def store(stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ArtifactStore:
    for name, value in stage.cluster.bucket.settings.items():
        monkeypatch.setenv(name, value)
    return ArtifactStore.open(GatewaySettings(database_url=stage.cluster.database_url, cache_dir=tmp_path / "cache"))


async def test_a_large_file_goes_and_comes_in_parts(store: ArtifactStore, tmp_path: Path) -> None:
    video = tmp_path / "video.mp4"
    video.write_bytes(os.urandom(21_000_001))
    artifact = await store.put("video", video, "video/mp4")
    assert artifact.size_bytes == await store.size(f"video/{artifact.sha256}") == 21_000_001
    assert await store.put("video", video, "video/mp4") == artifact, "and once more"
    copy = await store.local(artifact)
    with copy.open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == artifact.sha256
    written = copy.stat().st_ino
    await store.objects.delete_async(f"video/{artifact.sha256}")
    assert (await store.local(artifact)).stat().st_ino == written, "a copy that is there is not fetched"
    copy.unlink()
    with pytest.raises(NotFound):
        await store.local(artifact)
    assert list(copy.parent.iterdir()) == []
