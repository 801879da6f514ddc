"""Finished files."""

from __future__ import annotations

import asyncio
import mimetypes
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse

from gateway.downloads import download
from gateway.files import contained
from gateway.parts import Parts  # noqa: TC001 - FastAPI reads the annotation
from pixelle.runtime.errors import NotFound

if TYPE_CHECKING:
    from pathlib import PurePath

__all__ = ["router"]

router = APIRouter(prefix="/api/files", tags=["files"])
_TYPES = {
    ".mp4": "video/mp4",
    ".wav": "audio/wav",
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt",
    ".json": "application/json",
    ".webp": "image/webp",
}


@router.head("/{path:path}", include_in_schema=False, response_class=FileResponse)
@router.get("/{path:path}", response_class=FileResponse)
async def get_file(path: str, request: Request, parts: Parts) -> Response:
    """A file of a finished task, whole or in ranges."""
    # a page or drawing among the files must not act with the rights of this origin
    safe = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox; default-src 'none'"}
    if parts.settings.clustered:
        task_id, _, name = path.partition("/")
        artifact = await parts.tasks.file(task_id, name)
        artifact.media_type = _type(PurePosixPath(name))
        shown = f'inline; filename="{PurePosixPath(name).name}"'  # names of ours: ASCII without quotes
        return await download(parts.store, artifact, request, headers={**safe, "Content-Disposition": shown})
    found = await asyncio.to_thread(contained, parts.settings.output_dir, path)
    if found is None:
        raise NotFound(f"There is no file {path[:200]!r}.", reason="FILE_NOT_FOUND")
    return FileResponse(
        found, media_type=_type(found), filename=found.name, content_disposition_type="inline", headers=safe
    )


def _type(path: PurePath) -> str:
    return _TYPES.get(path.suffix.lower()) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
