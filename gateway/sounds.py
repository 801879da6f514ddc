"""Recordings and music that a request names: there, and with sound in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.convert import music_of
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from gateway.files import Intake
    from gateway.questions import Questions
    from gateway.schemas import VideoGenerateRequest
    from gateway.workflow.brief import Brief
    from pixelle.core.v1 import core_pb2

__all__ = ["SoundChecks"]

_AUDIO = ("audio/", "video/")


class SoundChecks:
    """Takes files in and has the render service listen for sound in them."""

    def __init__(self, questions: Questions, intake: Intake) -> None:
        self._questions = questions
        self._render = questions.services.render
        self._intake = intake

    async def recording(self, path: str, *, field: str) -> core_pb2.Artifact:
        """
        A recording with sound in it, in the store. path: or a URL. field: that named it.

        Raises InvalidArgument (FILE_*, URL_*), PermissionDenied (URL_FORBIDDEN), NotFound (FILE_NOT_FOUND).
        """
        sample = await self._intake.must_take(path, field=field, accept=_AUDIO)
        await self._must_sound(render_pb2.MediaSource(artifact=sample), field, path)
        return sample

    async def music(self, request: VideoGenerateRequest, brief: Brief) -> None:
        """Put the music of a request into its brief. Raises as `recording`, NotFound (MUSIC_NOT_FOUND)."""
        path = request.bgm_path
        if not path:
            return
        artifact = await self._intake.take(path, field="bgm_path", accept=_AUDIO)
        name = path.removeprefix("bgm/")
        if artifact:
            source = render_pb2.MediaSource(artifact=artifact)
        elif name and "/" not in name and "\\" not in name:
            source = render_pb2.MediaSource(music_name=name)
        else:
            raise self._intake.missing(path, "bgm_path")
        await self._must_sound(source, "bgm_path", path)
        brief.assemble.music.CopyFrom(music_of(request, source))

    async def _must_sound(self, source: render_pb2.MediaSource, field: str, path: str) -> None:
        probed = await self._questions.ask(self._render.Probe, render_pb2.ProbeRequest(source=source), "render")
        if not probed.has_audio:
            raise InvalidArgument(f"{field} names {path!r}, which has no sound in it.", reason="FILE_HAS_NO_AUDIO")
