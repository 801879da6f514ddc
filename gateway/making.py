"""Who makes a picture or footage: the workflow exists, is ready, and makes what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.lookup import default_engine, not_ready, workflows_of
from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2
from pixelle.runtime.client import unknown
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PixelleError

if TYPE_CHECKING:
    from gateway.questions import Questions

    Asked = media_pb2.GenerateImageRequest | media_pb2.GenerateVideoRequest

__all__ = ["MediaChecks"]


class MediaChecks:
    """Asks the media service about its workflows and engines."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._media = questions.services.media

    async def able(self, asked: Asked, *, but: str, instead: str) -> None:
        """
        The workflow of a request ("": any) makes what is asked for, and is ready.

        but: what is wrong with one that makes the other kind, and what to do. instead: what to do when none does.
        Raises InvalidArgument (WORKFLOW_UNKNOWN, WORKFLOW_WRONG_KIND), FailedPrecondition (ENGINE_NOT_INSTALLED,
        ENGINE_CANNOT_IMAGE, ENGINE_CANNOT_VIDEO).
        """
        footage = isinstance(asked, media_pb2.GenerateVideoRequest)
        kind, other = ("videos", "images") if footage else ("images", "videos")
        listing = media_pb2.ListEnginesRequest()
        engines = await self._questions.every(self._media.ListEngines, listing, "engines", "media")
        if not asked.workflow:
            able = [each for each in engines if getattr(each.features, kind)]
            if not any(each.available for each in able):
                default = default_engine(able or engines, "media")
                raise FailedPrecondition(
                    f"No installed engine makes {kind}; {default.name!r} does not. {instead}",
                    reason="ENGINE_CANNOT_VIDEO" if footage else "ENGINE_CANNOT_IMAGE",
                )
            return
        listed = media_pb2.ListWorkflowsRequest()
        workflows = await self._questions.every(self._media.ListWorkflows, listed, "workflows", "media")
        found = workflows_of(workflows, asked.workflow, engines)
        wanted = core_pb2.MEDIA_KIND_VIDEO if footage else core_pb2.MEDIA_KIND_IMAGE
        right = [each for each in found if each.kind in {core_pb2.MEDIA_KIND_UNSPECIFIED, wanted}]
        if found and not right:
            raise InvalidArgument(f"The workflow {asked.workflow!r} makes {other}, {but}", reason="WORKFLOW_WRONG_KIND")
        if right and not right[0].available:
            raise not_ready(right[0].key, right[0].reason, "media")

    async def makeable(self, asked: Asked) -> None:
        """The media service can do what is asked of the model. Raises what it says."""
        footage = isinstance(asked, media_pb2.GenerateVideoRequest)
        look = media_pb2.CheckMediaRequest(video=asked) if footage else media_pb2.CheckMediaRequest(image=asked)
        try:
            await self._questions.lately(self._media.CheckMedia, look, "media")
        except PixelleError as error:
            if not unknown(error):  # else the work itself will say what is wrong
                raise
