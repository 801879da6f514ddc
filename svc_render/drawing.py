"""From a page request to a drawn page: template, values, pictures, browser."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import InvalidArgument, PixelleError
from pixelle.runtime.fetch import fetch
from svc_render.browser import ORIGIN, Browser, Sheet
from svc_render.pictures import Picture, read_picture
from svc_render.values import MAX_VALUE, clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixelle.render.v1 import render_pb2
    from pixelle.runtime.artifacts import ArtifactStore
    from svc_render.catalog import Catalog
    from svc_render.nearby import NearFile
    from svc_render.spoken import Spoken
    from svc_render.template import Template
    from svc_render.video.patches import Patch

__all__ = ["Artist", "Drawn"]

_RTL = frozenset({"ar", "he", "fa", "ur", "yi", "ps", "sd", "ug", "dv", "ckb"})


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

    async def draw(self, page: render_pb2.Page, captions: Spoken | None = None) -> Drawn:
        """
        Draw a page; a video_ template's page is transparent where the footage shows.

        captions: what stands in place of the page's text, drawn in all its states.

        Raises what `check` raises, IMAGE_INVALID, IMAGE_TOO_LARGE, and the browser's errors.
        """
        template = self.check(page)
        base = f"{ORIGIN}/{next(self._serial)}"  # never the same address twice: the browser remembers pictures
        pictures: dict[str, Picture | NearFile] = {}
        warnings: list[str] = []
        values = template.values(page.params)
        values |= {"index": str(page.index + 1), "count": str(page.count or 1), "image": ""}
        values |= {name: clean(text) for name, text in (("title", page.title), ("text", page.text)) if text}
        longest = 2 * max(template.width, template.height)
        if template.media == "image":
            data = await self._store.read(page.visual.artifact)
            values["image"] = f"{base}/media"
            pictures[values["image"]] = await asyncio.to_thread(read_picture, data, fit=longest)
        for param in template.params:
            value = values.get(param.name, param.default)
            if template.loads(param.name) and value.startswith(("http://", "https://")):
                try:
                    fetched = await fetch(value, allow_http=self._fetch_http, seconds=self._fetch_seconds)
                    url = f"{base}/{param.name}"
                    pictures[url] = await asyncio.to_thread(read_picture, fetched.data, fit=longest)
                    values[param.name] = url
                except PixelleError as error:
                    values[param.name] = ""
                    warnings.append(f"{param.name} was left out: {error.message}")
        lasting = template.beside.warnings
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
            direction=_direction(page.text or page.title, page.language),
            index=page.index,
            count=page.count or 1,
            mark=mark,
            captions=captions,
        )
        drawing = await self._browser.draw(sheet)
        if drawing.lost and not lasting:  # else they are named there
            warnings.append(f"{drawing.lost} pictures that the template {template.key!r} names could not be loaded.")
        return Drawn(drawing.png, template, (*lasting, *warnings), bool(warnings), drawing.patches)


def _direction(text: str, language: str) -> str:
    """ "rtl" or "ltr", by the first letter that has a direction (UAX 9, P2), else by the language."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"R", "AL"}:
            return "rtl"
        if kind == "L":
            return "ltr"
    return "rtl" if language.partition("-")[0].lower() in _RTL else "ltr"
