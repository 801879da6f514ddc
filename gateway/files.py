"""Files that requests name: contained, or not opened at all."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.endings import UPLOADS
from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import InvalidArgument, NotFound
from pixelle.runtime.fetch import fetch, sniff

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["KEPT", "MAX_BYTES", "Intake", "contained"]

MAX_BYTES = 200_000_000
_FOLDERS = {"uploads": "upload", "speech": "audio", "images": "image", "videos": "video", "frames": "frame"}
"""Where callers find what was uploaded or is made, and where the store has it."""
KEPT = re.compile(rf"^({'|'.join(_FOLDERS)})/([0-9a-f]{{64}})(\.[a-z0-9]{{1,5}})?$")
"""How such a file is named: by its content."""
_FETCHED = 100_000_000
_FETCH_SECONDS = 60.0


def contained(root: Path, path: str) -> Path | None:
    """The regular file `path` names below `root`; None when there is none or it lies outside or is hidden."""
    try:
        home = root.resolve()
        found = (home / path).resolve()
        inside = found.is_relative_to(home) and found.is_file()
    except (OSError, ValueError):  # a NUL, a name too long, a loop of links
        return None
    if not inside or any(part.startswith(".") for part in found.relative_to(home).parts):
        return None
    return found


class Intake:
    """Brings what a request names into the store."""

    def __init__(
        self,
        store: ArtifactStore,
        roots: Sequence[Path],
        *,
        allow_http: bool,
        shared: bool = False,
        own: Sequence[Path] = (),
    ) -> None:
        """
        roots: folders whose files may be named. allow_http: fetch http URLs too.
        shared: this gateway is one of several, so that a path would name other files on each.
        own: folders and files of the installation, with those whose names only begin so, that nobody may name.
        """
        self._store = store
        self._own = tuple(f"{each.resolve()}{os.sep * each.is_dir()}" for each in own)
        self._roots = roots
        self._allow_http = allow_http
        self._shared = shared

    def find(self, path: str) -> Path | None:
        """The file that `path` names, absolute or below a root or the current folder, always inside a root."""
        for root in self._roots:
            for start in (root, Path()):
                found = contained(root, str((start / path).absolute()))
                if found and not str(found).startswith(self._own):
                    return found
        return None

    async def take(self, path: str, *, field: str, accept: tuple[str, ...]) -> core_pb2.Artifact | None:
        """
        The artifact of a URL or path; None when no file of that name may be read.

        field: of the request, for errors. accept: prefixes of media types.
        Raises InvalidArgument (FILE_WRONG_TYPE, FILE_TOO_LARGE, URL_*), PermissionDenied (URL_FORBIDDEN).
        """
        if path.lower().startswith(("http://", "https://")):
            got = await fetch(
                path, allow_http=self._allow_http, accept=accept, max_bytes=_FETCHED, seconds=_FETCH_SECONDS
            )
            return _short(await self._store.put("upload", got.data, got.media_type))
        kept = await self.kept(path)
        if kept:
            _check_type(kept.media_type, path, field, accept)
            return kept
        found = await asyncio.to_thread(self.find, path)
        if found is None:
            return None
        size, media_type = await asyncio.to_thread(_look, found)
        _check_type(media_type, path, field, accept)
        if size > MAX_BYTES:
            raise InvalidArgument(
                f"{field} names {path!r}, which is too large ({size} bytes).", reason="FILE_TOO_LARGE"
            )
        return _short(await self._store.put("upload", found, media_type))

    async def keep(self, file: Path) -> tuple[str, core_pb2.Artifact]:
        """
        Keep an upload; returns its path, as requests name it, and the artifact.

        Raises InvalidArgument (FILE_EMPTY, FILE_WRONG_TYPE).
        """
        size, media_type = await asyncio.to_thread(_look, file)
        if not size:
            raise InvalidArgument("The file is empty: no byte of it was sent. Send it again.", reason="FILE_EMPTY")
        if media_type not in UPLOADS:
            known = media_type != "application/octet-stream"
            what = f"of a kind that is not read, {media_type}" if known else "neither picture, film nor sound"
            raise InvalidArgument(
                f"The file is {what}, as far as its first bytes tell. Send PNG, JPEG, WebP, GIF, AVIF, HEIC, TIFF, "
                "MP4, MOV, WebM, AVI, WAV, MP3, FLAC, OGG, M4A, AAC, AMR, AIFF or CAF.",
                reason="FILE_WRONG_TYPE",
            )
        artifact = _short(await self._store.put("upload", file, media_type))
        return _path("uploads", artifact), artifact

    async def kept(self, path: str) -> core_pb2.Artifact | None:
        """The artifact that such a path names; None when it is none, or is not kept any more."""
        named = KEPT.match(path)
        if not named:
            return None
        name = f"{_FOLDERS[named[1]]}/{named[2]}"
        if not await self._store.used(name):
            return None
        artifact = core_pb2.Artifact(uri=f"{self._store.url}/{name}", sha256=named[2])
        artifact.size_bytes = (await self._store.objects.head_async(name))["size"]
        artifact.media_type = sniff(await self._store.part(artifact, 0, min(64, artifact.size_bytes)))
        return artifact

    async def named(self, folder: str, artifact: core_pb2.Artifact) -> str:
        """
        How callers name what a service has made, wherever it has put it. folder: of `KEPT`.

        Raises NotFound (ARTIFACT_NOT_FOUND), InvalidArgument (ARTIFACT_OUTSIDE_STORE).
        """
        kind = _FOLDERS[folder]
        if not artifact.uri.endswith(f"/{kind}/{artifact.sha256}"):  # somebody's own service has names of its own
            artifact = await self._store.put(kind, await self._store.local(artifact), artifact.media_type)
        return _path(folder, artifact)

    def shown(self, artifact: core_pb2.Artifact) -> str:
        """How callers name what is in the store already; "" where only `named` could make it theirs."""
        kind, _, name = artifact.uri.removeprefix(f"{self._store.url}/").partition("/")
        folder = next((each for each, of in _FOLDERS.items() if of == kind), "")
        return _path(folder, artifact) if folder and name == artifact.sha256 else ""

    async def must_take(self, path: str, *, field: str, accept: tuple[str, ...]) -> core_pb2.Artifact:
        """As `take`, but raises NotFound (FILE_NOT_FOUND) where it gives None."""
        found = await self.take(path, field=field, accept=accept)
        if found is None:
            raise self.missing(path, field)
        return found

    def missing(self, path: str, field: str) -> NotFound:
        """The error for a file that is not there or may not be read; it does not tell which."""
        if self._shared:
            return NotFound(
                f"{field} names {path!r}. This gateway is one of several on different machines, which share no "
                "folders, so files cannot be given by path: upload it with POST /api/files, or give an https URL.",
                reason="FILE_NOT_FOUND",
            )
        if any(root == Path(root.anchor) for root in self._roots):
            return NotFound(
                f"{field} names {path!r}: there is no such file here, nor in the data folder.", reason="FILE_NOT_FOUND"
            )
        return NotFound(
            f"{field} names {path!r}, which is no file in an allowed folder. Upload it with POST /api/files, put it "
            "into the data folder, or allow its folder with PIXELLE_ALLOWED_ROOTS.",
            reason="FILE_NOT_FOUND",
        )


def _path(folder: str, artifact: core_pb2.Artifact) -> str:
    return f"{folder}/{artifact.sha256}{UPLOADS.get(artifact.media_type, '')}"


def _check_type(media_type: str, path: str, field: str, accept: tuple[str, ...]) -> None:
    if not media_type.startswith(accept):
        wanted = " or ".join(prefix.rstrip("/") for prefix in accept if prefix.endswith("/"))
        raise InvalidArgument(f"{field} names {path!r}, which is not {wanted or accept[0]}.", reason="FILE_WRONG_TYPE")


def _look(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, sniff(file.read(64))


def _short(artifact: core_pb2.Artifact) -> core_pb2.Artifact:
    """Kept with the task, so without its bytes."""
    artifact.ClearField("inline")
    return artifact
