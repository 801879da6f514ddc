"""From a page request to a drawn page: template, values, pictures, browser."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import InvalidArgument, PixelleError
from pixelle.runtime.fetch import fetch
from svc_render.directions import direction
from svc_render.hyphens import kept
from svc_render.letters import without_font
from svc_render.odd_shapes import MIDDLE
from svc_render.pictures import Picture, prepare
from svc_render.sheets import ORIGIN, Move, Sheet
from svc_render.values import MAX_VALUE, clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixelle.render.v1 import render_pb2
    from pixelle.runtime.artifacts import ArtifactStore
    from svc_render.browser import Browser
    from svc_render.catalog import Catalog
    from svc_render.nearby import NearFile
    from svc_render.sheets import Moving
    from svc_render.spoken import Spoken
    from svc_render.template import Template
    from svc_render.video.patches import Patch

__all__ = ["Artist", "Drawn"]


@dataclass(frozen=True)
class Drawn:
    """A drawn page."""

    png: bytes
    template: Template
    warnings: tuple[str, ...]
    passing: bool = False
    """Some of the warnings may not come again."""
    patches: Mapping[int, Patch] = field(default_factory=dict[int, "Patch"])
    """What each number of the captions changes."""
    moving: Moving | None = None
    """Set when the page's picture moves."""


@dataclass(frozen=True)
class _LaidOut:
    sheet: Sheet
    warnings: list[str]
    """What was left out this time."""
    lasting: list[str]
    """What cannot be done with this request."""


class Artist:
    """Draws pages for the servicer."""

    def __init__(
        self,
        catalog: Catalog,
        store: ArtifactStore,
        browser: Browser,
        *,
        fetch_http: bool = False,
        fetch_seconds: float = 10.0,
    ) -> None:
        """fetch_http, fetch_seconds: how backgrounds given as URLs are fetched."""
        self._catalog = catalog
        self._store = store
        self._browser = browser
        self._fetch_http = fetch_http
        self._fetch_seconds = fetch_seconds
        self._serial = itertools.count(1)
        self._one_moving = asyncio.Lock()

    def check(self, page: render_pb2.Page) -> Template:
        """
        The page's template; raises InvalidArgument for everything that is wrong with the request itself:
        TEMPLATE_*, PARAM_*, TEXT_TOO_LONG, INDEX_INVALID, VISUAL_MISSING, VISUAL_WRONG_KIND.
        """
        template = self._catalog.get(page.template)
        template.values(page.params)
        for name, text in (("title", page.title), ("text", page.text)):
            if len(text) > MAX_VALUE:
                raise InvalidArgument(
                    f"The page's {name} has {len(text)} characters; the most is {MAX_VALUE}.", reason="TEXT_TOO_LONG"
                )
        if page.index < 0 or page.count < 0 or (page.count and page.index >= page.count):
            raise InvalidArgument(
                f"index is {page.index} of {page.count} scenes; it counts from 0.", reason="INDEX_INVALID"
            )
        if template.media != "static" and not page.HasField("visual"):
            wanted = "footage or a picture" if template.media == "video" else "a picture"
            raise InvalidArgument(
                f"The template {template.key!r} shows {wanted}, and none was sent.", reason="VISUAL_MISSING"
            )
        if template.media == "image" and page.visual.kind == core_pb2.MEDIA_KIND_VIDEO:
            raise InvalidArgument(
                f"The template {template.key!r} shows a picture, and footage was sent. Use a video_ template.",
                reason="VISUAL_WRONG_KIND",
            )
        return template

    async def draw(
        self, page: render_pb2.Page, captions: Spoken | None = None, *, pan: tuple[float, int] | None = None
    ) -> Drawn:
        """
        Draw a page; a video_ template's page is transparent where the footage shows.

        captions: what stands in place of the page's text, drawn in all its states.
        pan: seconds and seed of the move of an image_ template's picture; one with transparent parts stands still,
        and a warning says so.

        Raises what `check` raises, IMAGE_INVALID, IMAGE_TOO_LARGE, and the browser's errors.
        """
        template = self.check(page)
        # encoding what moves takes far longer than drawing it, and its pages are the largest
        alone = self._one_moving if pan else nullcontext()
        async with alone, self._browser.turn():  # whoever waits holds no pictures
            laid = await self._lay_out(page, template, captions, pan)
            drawing = await self._browser.draw(laid.sheet)
        if drawing.lost and not template.beside.warnings:  # else they are named there
            laid.warnings.append(
                f"{drawing.lost} pictures that the template {template.key!r} names could not be loaded."
            )
        if drawing.missing:
            laid.warnings.append(without_font(drawing.missing))
        if template.media == "video" and _solid(drawing.png):
            laid.lasting.append(
                f"The template {template.key!r} covers its whole page, so that nothing is seen of the footage: give "
                "<html> and <body> no background."
            )
        if template.media == "image" and not template.names("image"):
            laid.lasting.append(
                f"The template {template.key!r} shows no picture: it has no {{{{image}}}}. Write one into an <img>, or "
                "begin the file's name with static_."
            )
        if drawing.unseen:
            laid.lasting.append(_unseen(drawing.unseen, template, captions))
        return Drawn(
            drawing.png,
            template,
            (*template.beside.warnings, *laid.lasting, *laid.warnings),
            bool(laid.warnings),
            drawing.patches,
            drawing.moving,
        )

    async def _lay_out(
        self, page: render_pb2.Page, template: Template, captions: Spoken | None, pan: tuple[float, int] | None
    ) -> _LaidOut:
        """Everything the page needs, read and fetched."""
        base = f"{ORIGIN}/{next(self._serial)}"  # never the same address twice: the browser remembers pictures
        pictures: dict[str, Picture | NearFile] = {}
        aims: dict[str, tuple[float, float]] = {}
        warnings: list[str] = []
        lasting: list[str] = []
        values = template.values(page.params)
        values |= {"index": str(page.index + 1), "count": str(page.count or 1), "image": ""}
        values |= {name: kept(clean(text)) for name, text in (("title", page.title), ("text", page.text)) if text}
        longest = 2 * max(template.width, template.height)

        def serve(name: str, picture: Picture) -> None:
            values[name] = f"{base}/{name}"
            pictures[values[name]] = picture
            if picture.soft:
                values[f"{name}_soft"] = f"{base}/{name}_soft"
                pictures[values[f"{name}_soft"]] = Picture(picture.soft, "image/png", 0, 0)

        if template.media == "image":
            data = await self._store.read(page.visual.artifact)
            place = template.media_width, template.media_height
            picture = await prepare(data, fit=longest, soft=template.soft("image"), place=place)
            if pan and picture.transparent:
                pan = None
                lasting.append("The picture stands still: it has transparent parts, and only an opaque one can move.")
            serve("image", picture)
            if picture.aim != MIDDLE:
                aims[values["image"]] = picture.aim
        for param in template.params:
            value = values.get(param.name, param.default)
            if template.loads(param.name) and value.startswith(("http://", "https://")):
                try:
                    fetched = await fetch(value, allow_http=self._fetch_http, seconds=self._fetch_seconds)
                    serve(param.name, await prepare(fetched.data, fit=longest, soft=template.soft(param.name)))
                except PixelleError as error:
                    values[param.name] = ""
                    warnings.append(f"{param.name} was left out: {error.message}")
        address = f"{ORIGIN}/"
        if template.beside.found:
            # content-named: the browser remembers pictures by address
            address = f"{ORIGIN}/{template.sha256}/"
            files, same = await asyncio.to_thread(template.beside.read)
            pictures |= {address + name: file for name, file in files.items()}
            if not same:
                warnings.append(f"A file that the template {template.key!r} names changed while it was drawn.")
        mark = secrets.token_hex(16) if captions else ""  # a text cannot hold what nobody knows
        sheet = Sheet(
            html=template.fill(values, served={*pictures, *template.beside.found}, mark=mark),
            width=template.width,
            height=template.height,
            pictures=pictures,
            address=address,
            shown=tuple(values[name] for name in ("text", "title") if values.get(name)),
            transparent=template.media == "video",
            language=page.language if page.language.replace("-", "").isalnum() else "",
            direction=direction(page.text or page.title, page.language),
            index=page.index,
            count=page.count or 1,
            mark=mark,
            captions=captions,
            move=Move(values["image"], *pan) if pan else None,
            aims=aims,
            text=values.get("text", ""),
        )
        return _LaidOut(sheet, warnings, lasting)


def _solid(png: bytes) -> bool:
    """Nothing shows through a captured page: its colour type has no alpha (PNG specification, 11.2.1)."""
    return not png[25] & 4


def _unseen(how: str, template: Template, captions: Spoken | None) -> str:
    """The warning that words are not seen; the same for all scenes, so that it is said once."""
    if how == "away":
        size = f"{template.width}x{template.height}"
        return f"The text lies outside of the page of the template {template.key!r}, which shows {size} pixels."
    kind = "" if captions else max(template.captions, default="")  # "word" rather than "line"
    other = f", or ask for captions {kind}, which show all of them" if kind else ""
    return f'Some texts are too long for the template {template.key!r} and end with "…": split those scenes{other}.'
