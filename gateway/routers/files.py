"""Finished files, and files that callers bring."""

from __future__ import annotations

import asyncio
import mimetypes
import shutil
import tempfile
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response, UploadFile
from fastapi.responses import FileResponse

from gateway.downloads import download, file_download
from gateway.endings import UPLOADS
from gateway.files import KEPT, MAX_BYTES, contained
from gateway.material import Uploaded
from gateway.parts import Parts, base_url
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import InvalidArgument, NotFound
from pixelle.runtime.threads import apart

if TYPE_CHECKING:
    import os
    from pathlib import PurePath

__all__ = ["PATH", "UPLOAD_BYTES", "router"]

PATH = "/api/files"
UPLOAD_BYTES = MAX_BYTES + 1_000_000
"""Of the body of an upload: the file and what is around it."""

router = APIRouter(prefix=PATH, tags=["files"])
_TYPES = {ending: media_type for media_type, ending in UPLOADS.items()} | {
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt",
    ".json": "application/json",
}

# a page or drawing among the files must not act with the rights of this origin
_SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
_LASTING = {"Cache-Control": "private, max-age=3600"}
_PREVIEW = 640
"""Longest side of a preview, pixels."""


@router.post("", responses={413: {"description": "The file is larger than 200 MB"}})
async def upload_file(file: UploadFile, request: Request, parts: Parts) -> Uploaded:
    """Keep a picture, film or sound; the path in the answer serves as an asset, `bgm_path` or `ref_audio`."""
    if (count := len((await request.form()).getlist("file"))) > 1:
        raise InvalidArgument(
            f"The form has {count} files, and one is kept at a time. Send a request for each.", reason="FILES_TOO_MANY"
        )
    with tempfile.TemporaryDirectory(prefix="pixelle-") as folder:
        aside = Path(folder) / "upload"
        with aside.open("wb") as whole:
            await apart(partial(shutil.copyfileobj, file.file, whole))
        path, artifact = await parts.intake.keep(aside)
    return Uploaded(
        path=path,
        url=f"{base_url(request, parts)}/api/files/{path}",
        media_type=artifact.media_type,
        size=artifact.size_bytes,
    )


@router.get("/{path:path}/preview", response_class=Response, responses={200: {"content": {"image/jpeg": {}}}})
async def preview_of_file(path: str, parts: Parts) -> Response:
    """A small JPEG of a kept picture, or of a moment of a kept clip: no browser shows all that can be uploaded."""
    kept = await parts.intake.kept(path)
    if kept is None:
        raise _gone(path)
    look = render_pb2.ProbeRequest(source=render_pb2.MediaSource(artifact=kept), preview_side=_PREVIEW)
    seen = await parts.checks.questions.ask(parts.services.render.Probe, look, "render")
    if not seen.HasField("preview"):
        raise NotFound(f"The file {path[:200]!r} has no pictures in it.", reason="PREVIEW_NOT_FOUND")
    return Response(await parts.store.read(seen.preview), media_type="image/jpeg", headers=_SAFE | _LASTING)


@router.head("/{path:path}", include_in_schema=False, response_class=FileResponse)
@router.get("/{path:path}", response_class=FileResponse)
async def get_file(path: str, request: Request, parts: Parts) -> Response:
    """A file of a finished task, an upload, or what was made outside of tasks; whole or in ranges."""
    if KEPT.match(path):
        kept = await parts.intake.kept(path)
        if kept is None:
            raise _gone(path)
        shown = f'inline; filename="{PurePosixPath(path).name}"'
        return await download(parts.store, kept, request, headers={**_SAFE, "Content-Disposition": shown})
    if parts.settings.clustered:
        task_id, _, name = path.partition("/")
        artifact = await parts.tasks.file(task_id, name)
        artifact.media_type = _type(PurePosixPath(name))
        shown = f'inline; filename="{PurePosixPath(name).name}"'  # names of ours: ASCII without quotes
        return await download(parts.store, artifact, request, headers={**_SAFE, "Content-Disposition": shown})
    found = await asyncio.to_thread(contained, parts.settings.output_dir, path)
    facts = await asyncio.to_thread(_facts, found) if found else None
    if found is None or facts is None:
        raise NotFound(f"There is no file {path[:200]!r}.", reason="FILE_NOT_FOUND")
    return file_download(found, facts, request, media_type=_type(found), headers=_SAFE)


def _gone(path: str) -> NotFound:
    return NotFound(f"There is no file {path[:200]!r}. It is not kept any more.", reason="FILE_NOT_FOUND")


def _facts(path: Path) -> os.stat_result | None:
    """None when it was deleted a moment ago."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _type(path: PurePath) -> str:
    return _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
