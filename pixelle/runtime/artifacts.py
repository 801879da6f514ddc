"""Files by content: written once, named by what is in them, read only from the configured store."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from pixelle.core.v1 import core_pb2
from pixelle.runtime.contents import checked, content_of, is_sum, measured
from pixelle.runtime.copies import Copies
from pixelle.runtime.errors import InvalidArgument, NotFound, ResourceExhausted, Unavailable
from pixelle.runtime.folders import no_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Mapping

    from pixelle.runtime.settings import ServiceSettings

__all__ = ["INLINE_LIMIT", "USED", "ArtifactStore", "store_errors"]

INLINE_LIMIT = 256 * 1024
"""Largest file, in bytes, that travels inside a message."""

_LARGE = 8 * 1024 * 1024
"""Bytes from which on a file is written in parts, each of as many."""
USED = "used/"
"""In a bucket, an empty file below this name says when the file after it was last wanted."""
_FRESH = 600.0
"""Seconds in which a bucket is told of the use of one file once."""
_FULL = ("No space left", "os error 28", "Disk quota")


class ArtifactStore:
    """A folder or bucket of artifacts named `<kind>/<sha256>`."""

    def __init__(self, url: str, *, scratch: Path | None = None, options: dict[str, str] | None = None) -> None:
        """
        url: "file:///folder" or an object store URL such as "s3://bucket/prefix".
        scratch: where files of a remote store are copied to be read; the system's folder when None.
        options: endpoint, region and keys of a bucket, by obstore's names.
        Raises FailedPrecondition (FOLDER_UNWRITABLE), InvalidArgument (SETTING_INVALID).
        """
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        self.root: Path | None = None
        """The folder; None for a bucket."""
        if parts.scheme == "file":
            self.root = Path(unquote(parts.path))
            try:
                self.root.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise no_folder(self.root, error, "PIXELLE_DATA_DIR or PIXELLE_STORE_URL") from error
        # obstore's stores share no public base type that covers both kinds
        self.objects: Any = LocalStore(str(self.root)) if self.root else _remote(self.url, options or {})
        """As obstore has it, for what is not done through this class."""
        self._copies = Copies(scratch or Path(tempfile.gettempdir()) / "pixelle-artifacts")

    @classmethod
    def open(cls, settings: ServiceSettings) -> ArtifactStore:
        """The store that the settings name."""
        store = settings.effective_store_url
        return cls(store, scratch=settings.cache_dir / "artifacts", options=settings.store_options)

    async def put(self, kind: str, data: bytes | Path, media_type: str) -> core_pb2.Artifact:
        """
        Store bytes or a file under its content's name; a name that exists is left alone.

        kind: folder in the store, for example "audio".
        Raises ResourceExhausted (STORE_FULL) when the disk is full, Unavailable (STORE_DOWN) otherwise.
        """
        sha256, size = await asyncio.to_thread(measured, data)
        name = f"{kind}/{sha256}"
        with store_errors():
            try:
                if size <= _LARGE:
                    await self.objects.put_async(name, data, mode="create")
                elif not await self.used(name):
                    # "create" would read all of it into memory; who writes it at the same time writes the same
                    await self.objects.put_async(name, data, chunk_size=_LARGE, max_concurrency=2)
            except (AlreadyExistsError, FileExistsError):
                if not await self.used(name):  # swept away in this moment
                    return await self.put(kind, data, media_type)
        artifact = core_pb2.Artifact(uri=f"{self.url}/{name}", sha256=sha256, media_type=media_type, size_bytes=size)
        if size <= INLINE_LIMIT:
            artifact.inline = data if isinstance(data, bytes) else await asyncio.to_thread(data.read_bytes)
        return artifact

    async def put_named(self, name: str, data: bytes) -> None:
        """Store bytes under a name of the caller's (a cache key), replacing what is there."""
        with store_errors():
            await self.objects.put_async(name, data)

    async def get_named(self, name: str) -> bytes | None:
        """Bytes stored by `put_named`; None when there are none."""
        with store_errors():
            try:
                answer = await self.objects.get_async(name)
                return bytes(await answer.bytes_async())
            except FileNotFoundError:
                return None

    async def remove_named(self, name: str) -> bool:
        """Delete what `put_named` stored. False when there is nothing of this name."""
        with store_errors():
            try:
                await self.objects.head_async(name)  # buckets do not say whether there was anything to delete
                await self.objects.delete_async(name)
            except FileNotFoundError:
                return False
        return True

    async def read(self, artifact: core_pb2.Artifact) -> bytes:
        """All bytes of an artifact. Errors as in `local`."""
        if artifact.inline:
            return checked(artifact)
        if (found := await self.get_named(self._name(artifact))) is None:
            raise _lost(artifact)
        return found

    async def local(self, artifact: core_pb2.Artifact) -> Path:
        """
        A readable local file with the artifact's bytes; do not write to it.

        Raises NotFound (ARTIFACT_NOT_FOUND) and InvalidArgument (ARTIFACT_OUTSIDE_STORE, ARTIFACT_CORRUPT).
        """
        if self.root and artifact.uri:
            path = self.root / self._name(artifact)
            if await asyncio.to_thread(path.is_file):
                return path
            if not artifact.inline:
                raise _lost(artifact)
        if artifact.inline:
            data = checked(artifact)
            return await self._copies.kept(hashlib.sha256(data).hexdigest(), _once(data))
        return await self._copies.kept(self._name(artifact).rpartition("/")[2], self._pieces(artifact))

    async def _pieces(self, artifact: core_pb2.Artifact) -> AsyncIterator[bytes]:
        """The bytes of a stored artifact, some MB at a time. Errors as in `local`."""
        with store_errors():
            try:
                answer = await self.objects.get_async(self._name(artifact))
                async for piece in answer.stream(_LARGE):
                    yield bytes(piece)
            except FileNotFoundError as error:
                raise _lost(artifact) from error

    async def files(self, artifacts: Mapping[str, core_pb2.Artifact]) -> dict[str, Path]:
        """As `local`, for many by name."""
        if self.root is None:
            return {name: await self.local(artifact) for name, artifact in artifacts.items()}
        paths = {name: self.root / self._name(artifact) for name, artifact in artifacts.items() if artifact.uri}
        there = await asyncio.to_thread(lambda: {name: path for name, path in paths.items() if path.is_file()})
        return {name: there.get(name) or await self.local(artifact) for name, artifact in artifacts.items()}

    async def part(self, artifact: core_pb2.Artifact, start: int, end: int) -> bytes:
        """Bytes `start` up to, not including, `end` of a stored artifact. Errors as in `local`."""
        with store_errors():
            try:
                return bytes(await self.objects.get_range_async(self._name(artifact), start=start, end=end))
            except FileNotFoundError as error:
                raise _lost(artifact) from error

    async def exists(self, artifact: core_pb2.Artifact) -> bool:
        """True when the bytes can be read; they then count as used now."""
        return await self.used(self._name(artifact)) if artifact.uri else bool(artifact.inline)

    async def used(self, name: str) -> bool:
        """Note that a file is wanted, so that it is not swept away for a while. False when it is not there."""
        with store_errors():
            try:
                if self.root:
                    await asyncio.to_thread(_touch, self.root / name)
                elif time.time() - await self.last_used(name) > _FRESH:
                    await self.objects.put_async(f"{USED}{name}", b"")  # a bucket cannot touch what it keeps
            except FileNotFoundError:
                return False
        return True

    async def size(self, name: str) -> int:
        """Bytes of a file. Raises NotFound (ARTIFACT_NOT_FOUND), Unavailable (STORE_DOWN)."""
        with store_errors():
            try:
                return int((await self.objects.head_async(name))["size"])
            except FileNotFoundError as error:
                raise _lost(core_pb2.Artifact(uri=name)) from error

    async def last_used(self, name: str) -> float:
        """When a file of a bucket was wanted, seconds since 1970. Raises FileNotFoundError, BaseError."""
        last: float = (await self.objects.head_async(name))["last_modified"].timestamp()
        with contextlib.suppress(FileNotFoundError):
            last = max(last, (await self.objects.head_async(f"{USED}{name}"))["last_modified"].timestamp())
        return last

    def _name(self, artifact: core_pb2.Artifact) -> str:
        """The artifact's name inside this store; refuses every other place but the one this folder was moved from."""
        folder, _, sha256 = artifact.uri.rpartition("/")
        place, _, kind = folder.rpartition("/")
        clean = kind.isascii() and kind.replace("-", "").isalnum() and is_sum(sha256)
        moved = clean and self.root and place.startswith("file://") and (self.root / kind / sha256).is_file()
        if not clean or not (place == self.url or moved):
            said = f"The uri {artifact.uri!r} is not in this deployment's store" if artifact.uri else "There is no uri"
            raise InvalidArgument(
                f"{said}. Send an artifact's bytes inline, or a uri that a service of it answered.",
                reason="ARTIFACT_OUTSIDE_STORE",
            )
        return f"{kind}/{content_of(artifact)}"


def _remote(url: str, options: Any) -> Any:
    """Plain http only where the endpoint says so. Trying again for longer is up to the steps."""
    http = options.get("endpoint", "").startswith("http://")
    retry: Any = {"max_retries": 3}
    try:
        return from_url(url, config=options or None, client_options={"allow_http": http}, retry_config=retry)
    except (BaseError, ValueError) as error:
        raise InvalidArgument(
            "PIXELLE_STORE_URL names no store. Give file:///folder, s3://bucket/prefix, gs://... or az://...",
            reason="SETTING_INVALID",
        ) from error


def _touch(path: Path) -> None:
    os.utime(path, ns=(time.time_ns(), path.stat().st_mtime_ns))  # published names of the file keep their date


async def _once(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _lost(artifact: core_pb2.Artifact) -> NotFound:
    return NotFound(
        f"The artifact {artifact.sha256 or artifact.uri!r} is not in the store any more. Make it again.",
        reason="ARTIFACT_NOT_FOUND",
    )


@contextlib.contextmanager
def store_errors() -> Generator[None]:
    """What a store raises, by its name. Raises ResourceExhausted (STORE_FULL), Unavailable (STORE_DOWN)."""
    try:
        yield
    except (BaseError, OSError) as error:
        if any(words in str(error) for words in _FULL):
            said = "The artifact store is full. Free some space or set PIXELLE_STORE_URL to another place, then retry."
            raise ResourceExhausted(said, reason="STORE_FULL", retry_after=60.0) from error
        said = "The artifact store cannot be reached or written. Check PIXELLE_STORE_URL."
        raise Unavailable(said, reason="STORE_DOWN") from error
