"""Answering with an artifact or a file: whole, in a range, or not at all when the client has it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response, StreamingResponse

if TYPE_CHECKING:
    import os
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from fastapi import Request

    from pixelle.core.v1 import core_pb2
    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["download", "file_download"]

_FRESH = {"Cache-Control": "private, no-cache"}
"""Asked for again each time, and answered with 304 where nothing has changed."""
_PIECE = 1024 * 1024
_RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$", re.ASCII)


async def download(
    store: ArtifactStore, artifact: core_pb2.Artifact, request: Request, *, headers: dict[str, str]
) -> Response:
    """
    The answer to a GET or HEAD for an artifact (RFC 9110, sections 13 and 14).

    headers: further ones. Several ranges at once are answered with the whole file, as the RFC allows.
    Raises NotFound (ARTIFACT_NOT_FOUND), Unavailable (STORE_DOWN), HTTPException (416).
    """
    size = artifact.size_bytes
    etag = f'"{artifact.sha256}"'
    headers = {**headers, "Accept-Ranges": "bytes", "ETag": etag, **_FRESH}
    if _names(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    start, end, status = 0, size, 200
    if request.method == "GET" and request.headers.get("if-range", etag) == etag:
        wanted = _range(request.headers.get("range", ""), size)
        if wanted == (0, 0):
            raise _beyond(size)
        if wanted:
            (start, end), status = wanted, 206
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD" or start == end:
        return Response(status_code=status, headers=headers, media_type=artifact.media_type)
    # read before the answer begins, so that a file that is gone is an error and not half a file
    first = await store.part(artifact, start, min(end, start + _PIECE))
    body = _pieces(store, artifact, first, start + _PIECE, end)
    return StreamingResponse(body, status_code=status, headers=headers, media_type=artifact.media_type)


def file_download(
    path: Path, facts: os.stat_result, request: Request, *, media_type: str, headers: dict[str, str]
) -> Response:
    """As `download`, for a regular file. facts: what the system says about it. Raises HTTPException (416)."""
    answer = FileResponse(
        path,
        media_type=media_type,
        filename=path.name,
        content_disposition_type="inline",
        stat_result=facts,
        headers={**headers, **_FRESH},
    )
    etag = answer.headers["etag"]
    if _names(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers={**headers, **_FRESH, "ETag": etag})
    wanted = _range(request.headers.get("range", ""), facts.st_size) if request.method == "GET" else None
    if wanted == (0, 0) and request.headers.get("if-range", etag) in {etag, answer.headers["last-modified"]}:
        raise _beyond(facts.st_size)
    if wanted is None:
        # it would answer 400 to ranges that the RFC has ignored
        request.scope["headers"] = [each for each in request.scope["headers"] if each[0].lower() != b"range"]
    return answer


async def _pieces(
    store: ArtifactStore, artifact: core_pb2.Artifact, first: bytes, start: int, end: int
) -> AsyncGenerator[bytes]:
    yield first
    for at in range(start, end, _PIECE):
        yield await store.part(artifact, at, min(end, at + _PIECE))


def _beyond(size: int) -> HTTPException:
    """No byte of the wanted range exists."""
    said = f"The file has {size} bytes, and the wanted range begins after them. Ask for less, or without Range."
    return HTTPException(416, said, {"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"})


def _names(given: str, etag: str) -> bool:
    return any(each.strip().removeprefix("W/") in {etag, "*"} for each in given.split(","))


def _range(given: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None: the whole file; (0, 0): it has no such bytes."""
    found = _RANGE.match(given)
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    return (start, end) if start < end else (0, 0)
