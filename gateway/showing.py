"""The page that a video is shown on: it exists, and can show what is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.questions import Questions
    from gateway.schemas import VideoGenerateRequest
    from gateway.workflow.assets import Asset

__all__ = ["PageChecks", "unused"]

_OF_PICTURES = ("media_workflow", "prompt_prefix", "negative_prompt", "steps", "guidance", "sampler", "loras")
_SHOWING = frozenset({render_pb2.TEMPLATE_MEDIA_IMAGE, render_pb2.TEMPLATE_MEDIA_VIDEO})


class PageChecks:
    """Asks the render service about its templates."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._render = questions.services.render

    async def template(self, key: str) -> render_pb2.Template:
        """The one of this key ("": the default). Raises NotFound (TEMPLATE_NOT_FOUND)."""
        request = render_pb2.GetTemplateRequest(template=key)
        return (await self._questions.ask(self._render.GetTemplate, request, "render")).template

    async def takes(self, page: render_pb2.Page) -> None:
        """The page's template takes these values. Raises InvalidArgument (PARAM_UNKNOWN, PARAM_INVALID)."""
        if page.params:
            request = render_pb2.GetTemplateRequest(template=page.template, params=page.params)
            await self._questions.ask(self._render.GetTemplate, request, "render")

    async def able(self, clip: render_pb2.RenderClipRequest, template: render_pb2.Template) -> None:
        """The template can show such captions and such a movement. Raises FailedPrecondition (..._NOT_SUPPORTED)."""
        if clip.motion == render_pb2.MOTION_PAN and template.media != render_pb2.TEMPLATE_MEDIA_IMAGE:
            footage = template.media == render_pb2.TEMPLATE_MEDIA_VIDEO
            raise FailedPrecondition(
                f"The template {template.key!r} shows {'footage, which moves by itself' if footage else 'no picture'}. "
                "Leave motion out, or choose an image_ template with frame_template.",
                reason="MOTION_NOT_SUPPORTED",
            )
        if clip.captions != render_pb2.CAPTION_MODE_OFF and clip.captions not in template.captions:
            listing = render_pb2.ListTemplatesRequest()
            templates = await self._questions.every(self._render.ListTemplates, listing, "templates", "render")
            size = (template.width, template.height)
            able = [each.key for each in templates if clip.captions in each.captions]
            near = [key for key in able if key.startswith("{}x{}/".format(*size))]
            raise FailedPrecondition(
                f"The template {template.key!r} cannot show such captions. Leave captions out, or choose one of these "
                f"with frame_template: {', '.join(near or able) or 'none here can'}.",
                reason="CAPTIONS_NOT_SUPPORTED",
            )

    async def showing(
        self, template: render_pb2.Template, assets: Sequence[Asset], *, chosen: bool
    ) -> render_pb2.Template:
        """
        The template if it can show the assets, else (unless the caller has chosen it) one of its size that can.

        Raises FailedPrecondition (ASSETS_NOT_SHOWN).
        """
        moving = any(each.visual.kind == core_pb2.MEDIA_KIND_VIDEO for each in assets)
        able = {render_pb2.TEMPLATE_MEDIA_VIDEO} if moving else _SHOWING
        if template.media in able:
            return template
        listing = render_pb2.ListTemplatesRequest()
        templates = await self._questions.every(self._render.ListTemplates, listing, "templates", "render")
        size = (template.width, template.height)
        found = [each for each in templates if each.media in able and (each.width, each.height) == size]
        found.sort(key=lambda each: not each.key.endswith("_default.html"))
        if found and not chosen:
            return found[0]
        what = "clips" if moving else "pictures"
        raise FailedPrecondition(
            f"The template {template.key!r} cannot show {what}, and some assets are {what}. Choose one of these with "
            f"frame_template: {', '.join(each.key for each in found) or 'none of its size is here'}.",
            reason="ASSETS_NOT_SHOWN",
        )


def unused(request: VideoGenerateRequest, template: render_pb2.Template) -> list[str]:
    """One line when the request says how pictures are to be made, and the template shows none."""
    given = [name for name in _OF_PICTURES if getattr(request, name)]
    if not given or template.media in _SHOWING:
        return []
    were = "was" if len(given) == 1 else "were"
    return [f"{', '.join(given)} {were} left out: the template {template.key!r} shows no pictures."]
