"""A page of the browser: it is given a sheet, answers what that may load, and is captured in all its states."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pixelle.runtime.errors import FailedPrecondition
from svc_render.fitting import PREPARE
from svc_render.hero import ALONE, BLANK, HERO, MEASURE
from svc_render.marking import BOX, FILL, HOLD, MARK, SAY, SHOWN
from svc_render.spoken import NOTHING
from svc_render.video.motion import Hero, Pan
from svc_render.video.patches import PATCH_ROOM, Patch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.async_api import Browser as Chromium
    from playwright.async_api import CDPSession, JSHandle, Route
    from playwright.async_api import Page as ChromiumPage

    from svc_render.nearby import NearFile
    from svc_render.pictures import Picture
    from svc_render.spoken import Spoken

__all__ = ["ORIGIN", "Drawing", "Move", "Moving", "Sheet", "Tab", "open_tab"]

ORIGIN = "https://page.pixelle"
"""Where pages live; the name resolves nowhere."""

_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline' {ORIGIN}; img-src {ORIGIN} data:; font-src {ORIGIN} data:; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Move:
    """A move that is asked for."""

    url: str
    """Of the picture, among those of the sheet."""
    seconds: float
    seed: int


@dataclass(frozen=True)
class Moving:
    """What a page with a moving picture has besides."""

    white: bytes
    """The page with a white picture, PNG; the drawing itself has a black one."""
    view: bytes
    """What is ever seen of the picture, PNG."""
    pan: Pan


@dataclass(frozen=True)
class Sheet:
    """A page to draw."""

    html: str
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    pictures: Mapping[str, Picture | NearFile] = field(default_factory=dict[str, "Picture | NearFile"])
    """What the page may load: URL, without percent-encoding, to picture or file."""
    address: str = f"{ORIGIN}/"
    """URL of the page itself, which relative ones refer to."""
    shown: tuple[str, ...] = ()
    """Texts that shrink to fit when the page has no data-fit, the first one first."""
    transparent: bool = False
    """Keep what the page does not paint transparent."""
    language: str = ""
    """BCP 47 tag, "" when unknown."""
    direction: str = "ltr"
    """"ltr" or "rtl"."""
    index: int = 0
    count: int = 1
    mark: str = ""
    """Stands in `html` where the captions go."""
    captions: Spoken | None = None
    move: Move | None = None
    """How its picture moves; None: it stands still."""


@dataclass(frozen=True)
class Drawing:
    """A drawn page."""

    png: bytes
    """With captions: before the first word, or with the first phrase."""
    lost: int
    """Pictures of the page that could not be loaded."""
    patches: Mapping[int, Patch] = field(default_factory=dict[int, Patch])
    """What each number of the captions changes; the page as it is where one is missing."""
    moving: Moving | None = None
    """Set when the sheet asks for a move."""


class Tab:
    """A page of the browser's pool with its debugger session."""

    def __init__(self, page: ChromiumPage, session: CDPSession) -> None:
        self.page = page
        self.session = session
        self._sheet: Sheet | None = None
        self._transparent = False

    async def answer(self, route: Route) -> None:
        """Answer a request from the sheet, or refuse it."""
        url = route.request.url
        place = unquote(url.partition("?")[0])
        picture = self._sheet.pictures.get(place) if self._sheet else None
        navigates = route.request.is_navigation_request()
        if self._sheet and navigates and url == self._sheet.address:
            headers = {
                "Content-Security-Policy": _POLICY,
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            }
            await route.fulfill(body=self._sheet.html, content_type="text/html; charset=utf-8", headers=headers)
        elif picture and not navigates:  # an SVG that is the page itself could run scripts
            await route.fulfill(
                body=picture.data, content_type=picture.media_type, headers={"Cache-Control": "no-store"}
            )
        else:
            # an aborted navigation leaves the page as it is; a failed one would replace it by an error page
            await route.abort("aborted")

    async def draw(self, sheet: Sheet, alive: Callable[[], None] = lambda: None) -> Drawing:
        """
        Draw a sheet in all its states. alive: told after every picture.

        Raises FailedPrecondition (MOTION_NOT_SUPPORTED).
        """
        self._sheet = sheet
        await self.page.set_viewport_size({"width": sheet.width, "height": sheet.height})
        if sheet.transparent != self._transparent:
            ground = {"r": 0, "g": 0, "b": 0, "a": 0} if sheet.transparent else {"r": 255, "g": 255, "b": 255, "a": 1}
            await self.session.send("Emulation.setDefaultBackgroundColorOverride", {"color": ground})
            await self.page.goto("about:blank")  # otherwise the next page still has the ground of the one before
            self._transparent = sheet.transparent
        await self.page.goto(sheet.address, wait_until="load")
        held: JSHandle | None = None
        spoken = sheet.captions
        if spoken:
            holes = {"mark": sheet.mark, "kind": spoken.kind, "parts": spoken.parts}
            held = await self.page.evaluate_handle(FILL, holes)
        facts: dict[str, Any] = {"lang": sheet.language, "dir": sheet.direction}
        facts |= {"index": sheet.index, "count": sheet.count, "shown": sheet.shown}
        lost = await self.page.evaluate(PREPARE, facts)
        states = _States(self, sheet, held, alive)
        await states.prepare()
        if sheet.move:
            png, patches, moving = await self._move(sheet.move, states)
        else:
            png, patches, moving = await self.capture(), await states.draw(), None
        self._sheet = None
        return Drawing(png, int(lost), patches, moving)

    async def capture(self, box: tuple[int, int, int, int] | None = None) -> bytes:
        """The page, or left, top, width and height of it, as PNG."""
        asked: dict[str, Any] = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": False}
        if box:
            asked["clip"] = dict(zip(("x", "y", "width", "height"), box, strict=True)) | {"scale": 1}
        answer = await self.session.send("Page.captureScreenshot", asked)
        return base64.b64decode(answer["data"])

    async def _move(self, move: Move, states: _States) -> tuple[bytes, dict[int, Patch], Moving]:
        """The page around its picture, over black and over white, and the picture alone."""
        hero = await self.page.evaluate_handle(HERO, move.url)
        if await hero.evaluate("hero => hero === null"):
            raise FailedPrecondition(
                "The template shows its picture only blurred or hidden, so that nothing can move. Ask for motion none, "
                "or use a template with an <img> of {{image}}.",
                reason="MOTION_NOT_SUPPORTED",
            )
        place = await self.page.evaluate(MEASURE, [hero, move.url])
        shown = Hero(tuple(place["centre"]), tuple(place["turn"]), tuple(place["box"]), tuple(place["whole"]))
        pan = Pan.of(shown, seconds=move.seconds, seed=move.seed)
        await self.page.evaluate(BLANK, [hero, False])
        black, patches = await self.capture(), await states.draw()
        await self.page.evaluate(BLANK, [hero, True])
        await states.rest()
        white = await self.capture()
        if states.touches(place["bounds"]):
            whites = await states.draw()
            patches = {number: replace(patch, white=whites[number].png) for number, patch in patches.items()}
        left, top, width, height = pan.view
        size = {"width": max(2, round(width * pan.sharpness / 2) * 2)}
        size["height"] = max(2, round(height * pan.sharpness / 2) * 2)
        across, down = size["width"] / width, size["height"] / height
        x, y, wide, tall = shown.picture
        whole = [(x - left) * across, (y - top) * down, wide * across, tall * down]
        await self.page.evaluate(ALONE, [hero, move.url, whole])
        await self.page.set_viewport_size({"width": size["width"], "height": size["height"]})
        return black, patches, Moving(white, await self.capture(), pan)


class _States:
    """The states of a page's captions."""

    def __init__(self, tab: Tab, sheet: Sheet, held: JSHandle | None, alive: Callable[[], None]) -> None:
        """held: what FILL returned."""
        self._tab = tab
        self._sheet = sheet
        self._held = held
        self._alive = alive
        self._spoken = sheet.captions if sheet.captions and sheet.captions.parts else None
        self._box: tuple[int, int, int, int] | None = None

    async def prepare(self) -> None:
        """Bring the page into the state that stands before all others."""
        if self._spoken is None:
            return
        if self._spoken.kind == "line":
            await self._run(HOLD, self._spoken.parts)
        await self.rest()
        self._box = _around(await self._tab.page.evaluate(BOX, self._held), self._sheet)

    async def rest(self) -> None:
        """Go back to it."""
        if self._spoken and self._spoken.kind == "line":
            await self._run(SAY, self._spoken.parts[0][0])
        elif self._spoken:
            await self._tab.page.evaluate(MARK, [self._held, NOTHING])

    def touches(self, bounds: tuple[float, float, float, float]) -> bool:
        """Whether anything that changes may lie within left, top, right and bottom."""
        if self._box is None:
            return False
        left, top, width, height = self._box
        return left < bounds[2] and bounds[0] < left + width and top < bounds[3] and bounds[1] < top + height

    async def draw(self) -> dict[int, Patch]:
        """Every state but the first, by number."""
        if self._spoken is None or self._box is None:
            return {}
        shown = set(await self._tab.page.evaluate(SHOWN, self._held))
        patches: dict[int, Patch] = {}
        first = self._spoken.parts[0][1]
        for text, number in self._spoken.parts:
            if self._spoken.kind == "line" and number != first:
                await self._run(SAY, text)
            elif self._spoken.kind == "word" and number in shown:
                await self._tab.page.evaluate(MARK, [self._held, number])
            else:
                continue
            patches[number] = Patch(await self._tab.capture(self._box), self._box[0], self._box[1])
            self._alive()
        return patches

    async def _run(self, script: str, what: object) -> None:
        await self._tab.page.evaluate(script, [self._held, what, self._sheet.language])


def _around(edges: list[float] | None, sheet: Sheet) -> tuple[int, int, int, int] | None:
    """
    Left, top, width and height to capture for what changes within `edges`: in steps of 16 pixels, with room for
    the filters of a conversion.
    """
    if edges is None:
        return None
    left, top = (max(0, math.floor((edge - PATCH_ROOM) / 16) * 16) for edge in edges[:2])
    right = min(sheet.width, math.ceil((edges[2] + PATCH_ROOM) / 16) * 16)
    bottom = min(sheet.height, math.ceil((edges[3] + PATCH_ROOM) / 16) * 16)
    return (left, top, right - left, bottom - top) if right > left and bottom > top else None


async def open_tab(chromium: Chromium) -> Tab:
    """A page in a context of its own, which keeps nothing."""
    context = await chromium.new_context(
        service_workers="block", accept_downloads=False, permissions=[], ignore_https_errors=False
    )
    page = await context.new_page()
    tab = Tab(page, await context.new_cdp_session(page))
    await context.route("**/*", tab.answer)
    return tab
