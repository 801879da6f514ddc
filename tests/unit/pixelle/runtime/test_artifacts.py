"""The store: content names, containment, a full disk."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pixelle.core.v1 import core_pb2
from pixelle.runtime.artifacts import INLINE_LIMIT, ArtifactStore
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, ResourceExhausted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def open_store(folder: Path) -> ArtifactStore:
    return ArtifactStore((folder / "store").as_uri(), scratch=folder / "scratch")


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return open_store(tmp_path)


async def test_put_names_by_content_and_reads_back(store: ArtifactStore, tmp_path: Path) -> None:
    artifact = await store.put("audio", b"sound", "audio/wav")
    assert artifact.sha256 == hashlib.sha256(b"sound").hexdigest()
    assert artifact.uri == f"{store.url}/audio/{artifact.sha256}"
    assert (artifact.size_bytes, artifact.media_type, artifact.inline) == (5, "audio/wav", b"sound")
    assert await store.read(artifact) == b"sound"
    assert (await store.local(artifact)).read_bytes() == b"sound"
    file = tmp_path / "same"
    file.write_bytes(b"sound")
    assert await store.put("audio", file, "audio/wav") == artifact


async def test_large_files_travel_by_uri(store: ArtifactStore) -> None:
    big = bytes(INLINE_LIMIT + 1)
    artifact = await store.put("image", big, "image/png")
    assert not artifact.inline
    assert await store.read(artifact) == big
    assert (await store.put("image", big[1:], "image/png")).inline == big[1:]


STORED = """
import asyncio, resource, sys
from pathlib import Path
from pixelle.runtime.artifacts import ArtifactStore
store = ArtifactStore(Path(sys.argv[2]).as_uri())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
artifact = asyncio.run(store.put("video", Path(sys.argv[1]), "video/mp4"))
print(artifact.sha256, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_a_large_file_is_never_in_memory_whole(tmp_path: Path) -> None:
    file, folder = tmp_path / "video.mp4", tmp_path / "store"
    file.write_bytes(os.urandom(1_000_000) * 200)
    command = [sys.executable, "-c", STORED, str(file), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    sha256, megabytes = done.stdout.split()
    assert (folder / "video" / sha256).stat().st_size == 200_000_000
    assert [path.name for path in (folder / "video").iterdir()] == [sha256]
    assert float(megabytes) < 100


async def test_inline_bytes_need_no_store(store: ArtifactStore) -> None:
    artifact = core_pb2.Artifact(inline=b"abc")
    assert (await store.local(artifact)).read_bytes() == b"abc"
    assert await store.exists(artifact)
    with pytest.raises(InvalidArgument, match="sha256"):
        await store.read(core_pb2.Artifact(inline=b"abc", sha256="0" * 64))


async def test_an_artifact_that_says_two_things_is_refused(store: ArtifactStore) -> None:
    one, other = [await store.put("audio", data, "audio/wav") for data in (b"one", b"other")]
    for given in ({"sha256": other.sha256}, {"inline": b"other"}):
        mixed = core_pb2.Artifact(uri=one.uri, **given)  # type: ignore[arg-type]
        with pytest.raises(InvalidArgument) as caught:
            await store.read(mixed)
        assert caught.value.reason == "ARTIFACT_CORRUPT"


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "{url}/../../etc/passwd",
        "{url}/audio/../../../etc/passwd",
        "{url}/audio/" + "g" * 64,
        "{url}/cache/../audio/" + "0" * 64,
        "{url}evil/audio/" + "0" * 64,
        "{url}/%2e%2e/audio/" + "0" * 64,
        "{url}/audio%2f..%2f..%2fetc/" + "0" * 64,
        "{url}/audio/" + "0" * 63 + "\n",
        "{url}/audio/" + "A" * 64,
        "{url}//" + "0" * 64,
        "s3://elsewhere/audio/" + "0" * 64,
    ],
)
async def test_nothing_outside_is_ever_opened(store: ArtifactStore, uri: str) -> None:
    artifact = core_pb2.Artifact(uri=uri.format(url=store.url))
    for ask in (store.read, store.local, store.exists):
        with pytest.raises(InvalidArgument) as caught:
            await ask(artifact)
        assert caught.value.reason == "ARTIFACT_OUTSIDE_STORE"


async def test_files_are_found_after_their_folder_was_moved(tmp_path: Path) -> None:
    before = ArtifactStore((tmp_path / "before").as_uri())
    artifact = await before.put("audio", b"sound" * INLINE_LIMIT, "audio/wav")
    assert not artifact.inline
    (tmp_path / "before").rename(tmp_path / "after")
    store = ArtifactStore((tmp_path / "after").as_uri())
    assert await store.read(artifact) == b"sound" * INLINE_LIMIT
    assert (await store.local(artifact)).is_relative_to(tmp_path / "after")
    (tmp_path / "after" / "audio" / artifact.sha256).unlink()
    with pytest.raises(InvalidArgument, match=r"before/audio/.* is not in this deployment's store"):
        await store.read(artifact)


async def test_what_has_a_name_is_replaced_and_removed(store: ArtifactStore) -> None:
    for data in (b"one", b"two"):
        await store.put_named("cache/a", data)
    assert await store.get_named("cache/a") == b"two"
    assert [await store.remove_named("cache/a"), await store.remove_named("cache/a")] == [True, False]
    assert await store.get_named("cache/a") is None


async def test_a_lost_file_is_named(store: ArtifactStore) -> None:
    artifact = await store.put("audio", bytes(INLINE_LIMIT + 1), "audio/wav")
    (await store.local(artifact)).unlink()
    assert not await store.exists(artifact)
    with pytest.raises(NotFound, match=artifact.sha256):
        await store.local(artifact)


async def test_copies_that_nobody_used_for_an_hour_go(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    copies = [await open_store(tmp_path).local(core_pb2.Artifact(inline=data)) for data in (b"one", b"two")]
    half = scratch / "tmp_of_one_that_was_killed"
    half.write_bytes(b"ha")
    for path in (*copies, half):
        os.utime(path, (0, 0))
    later = open_store(tmp_path)
    assert await later.local(core_pb2.Artifact(inline=b"one")) == copies[0]
    assert list(scratch.iterdir()) == [copies[0]]
    os.utime(copies[0], (0, 0))  # looked after now and then only, and what is asked for is young again
    assert await later.local(core_pb2.Artifact(inline=b"one")) == copies[0]
    await open_store(tmp_path).local(core_pb2.Artifact(inline=b"three"))
    assert copies[0].read_bytes() == b"one"


async def test_a_full_disk_leaves_no_half_of_a_copy(tiny_disk: Path, tmp_path: Path) -> None:
    store = ArtifactStore((tmp_path / "store").as_uri(), scratch=tiny_disk / "scratch")
    with pytest.raises(OSError, match="No space"):
        await store.local(core_pb2.Artifact(inline=os.urandom(2_000_000)))
    assert not list((tiny_disk / "scratch").iterdir())


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if os.getuid() != 0 or done.returncode != 0:
        pytest.skip("mounting a 1 MB disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


async def test_a_full_disk_says_so(tiny_disk: Path) -> None:
    store = ArtifactStore((tiny_disk / "store").as_uri())
    with pytest.raises(ResourceExhausted) as caught:
        await store.put("image", os.urandom(2_000_000), "image/png")
    assert caught.value.reason == "STORE_FULL"
    assert "PIXELLE_STORE_URL" in caught.value.message


async def test_many_files_are_found_like_one(tmp_path: Path) -> None:
    store = ArtifactStore((tmp_path / "store").as_uri(), scratch=tmp_path / "scratch")
    kept = await store.put("audio", b"kept", "audio/wav")
    sent = core_pb2.Artifact(inline=b"sent", media_type="audio/wav")
    found = await store.files({"a": kept, "b": sent, "c": kept})
    assert {name: path.read_bytes() for name, path in found.items()} == {"a": b"kept", "b": b"sent", "c": b"kept"}
    lost = core_pb2.Artifact(uri=kept.uri[:-64] + "0" * 64, sha256="0" * 64)
    with pytest.raises(NotFound):
        await store.files({"a": kept, "lost": lost})
    with pytest.raises(InvalidArgument):
        await store.files({"outside": core_pb2.Artifact(uri="file:///etc/passwd")})


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    with pytest.raises(FailedPrecondition, match=r"Cannot write in the folder .*PIXELLE_DATA_DIR") as caught:
        open_store(tmp_path)
    assert caught.value.reason == "FOLDER_UNWRITABLE"


@pytest.mark.parametrize("url", ["store", "/var/store", "s3:/bucket", "s3://", "ftp://host/store"])
def test_what_names_no_store_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(InvalidArgument, match="PIXELLE_STORE_URL names no store") as caught:
        ArtifactStore(url)
    assert caught.value.reason == "SETTING_INVALID"
