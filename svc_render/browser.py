"""One warm Chromium, a pool of its pages, and no way out of them: every request is answered or refused here."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import math
import os
import shutil
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import structlog

from pixelle.runtime.errors import DeadlineExceeded, FailedPrecondition, Unavailable
from svc_render.fitting import PREPARE
from svc_render.marking import BOX, FILL, HOLD, MARK, SAY, SHOWN
from svc_render.video.patches import PATCH_ROOM, Patch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from playwright.async_api import Browser as Chromium
    from playwright.async_api import CDPSession, JSHandle, Playwright, Route
    from playwright.async_api import Page as ChromiumPage

    from svc_render.nearby import NearFile
    from svc_render.pictures import Picture
    from svc_render.spoken import Spoken

__all__ = ["ORIGIN", "Browser", "Drawing", "Sheet", "find_browser"]

ORIGIN = "https://page.pixelle"
"""Where pages live; the name resolves nowhere."""

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline' {ORIGIN}; img-src {ORIGIN} data:; font-src {ORIGIN} data:; "
    "base-uri 'none'; form-action 'none'"
)
_FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",  # also stops preconnect and prefetch, which no route sees
    "--disable-checker-imaging",  # a capture must not run ahead of the decoding of a large picture
    "--force-color-profile=srgb",
    "--disable-gpu",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--disable-background-networking",
    "--disable-webrtc",
    "--mute-audio",
    "--no-pings",
)
# what the browser needs of our environment; keys and tokens stay here
_PASSED_ON = frozenset({"PATH", "HOME", "TMPDIR", "LANG", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH"})

_log = structlog.get_logger("svc_render.browser")


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


@dataclass(frozen=True)
class Drawing:
    """A drawn page."""

    png: bytes
    """With captions: before the first word, or with the first phrase."""
    lost: int
    """Pictures of the page that could not be loaded."""
    patches: Mapping[int, Patch] = field(default_factory=dict[int, Patch])
    """What each number of the captions changes; the page as it is where one is missing."""


def find_browser(wanted: str) -> str:
    """
    Path of the browser to use.

    wanted: a path or name; "" means the first known browser on PATH.
    Raises FailedPrecondition (BROWSER_MISSING).
    """
    for name in (wanted,) if wanted else _NAMES:
        found = shutil.which(name)
        if found:
            return found
    missing = f"The browser {wanted!r} of PIXELLE_RENDER_BROWSER does not exist." if wanted else "There is no Chromium."
    raise FailedPrecondition(
        f"{missing} Install one with: apt-get install chromium-headless-shell", reason="BROWSER_MISSING"
    )


class _Tab:
    """A page of the pool with its debugger session."""

    def __init__(self, page: ChromiumPage, session: CDPSession) -> None:
        self.page = page
        self.session = session
        self.sheet: Sheet | None = None

    async def answer(self, route: Route) -> None:
        """Answer a request from the sheet, or refuse it."""
        url = route.request.url
        place = unquote(url.partition("?")[0])
        picture = self.sheet.pictures.get(place) if self.sheet else None
        navigates = route.request.is_navigation_request()
        if self.sheet and navigates and url == self.sheet.address:
            headers = {
                "Content-Security-Policy": _POLICY,
                "Cache-Control": "no-store",
                "Referrer-Policy": "no-referrer",
            }
            await route.fulfill(body=self.sheet.html, content_type="text/html; charset=utf-8", headers=headers)
        elif picture and not navigates:  # an SVG that is the page itself could run scripts
            await route.fulfill(
                body=picture.data, content_type=picture.media_type, headers={"Cache-Control": "no-store"}
            )
        else:
            # an aborted navigation leaves the page as it is; a failed one would replace it by an error page
            await route.abort("aborted")

    async def draw(self, sheet: Sheet, alive: Callable[[], None] = lambda: None) -> Drawing:
        """alive: told after every picture."""
        self.sheet = sheet
        await self.page.set_viewport_size({"width": sheet.width, "height": sheet.height})
        color = {"color": {"r": 0, "g": 0, "b": 0, "a": 0}} if sheet.transparent else {}
        await self.session.send("Emulation.setDefaultBackgroundColorOverride", color)
        await self.page.goto(sheet.address, wait_until="load")
        held: JSHandle | None = None
        spoken = sheet.captions
        if spoken:
            holes = {"mark": sheet.mark, "kind": spoken.kind, "parts": spoken.parts}
            held = await self.page.evaluate_handle(FILL, holes)
        facts: dict[str, Any] = {"lang": sheet.language, "dir": sheet.direction}
        facts |= {"index": sheet.index, "count": sheet.count, "shown": sheet.shown}
        lost = await self.page.evaluate(PREPARE, facts)
        if spoken and spoken.kind == "line" and spoken.parts:
            await self.page.evaluate(HOLD, [held, spoken.parts, sheet.language])
            await self.page.evaluate(SAY, [held, spoken.parts[0][0], sheet.language])
        png = await self._capture()
        patches = await self._states(sheet, spoken, held, alive) if spoken and spoken.parts else {}
        self.sheet = None
        return Drawing(png, int(lost), patches)

    async def _states(
        self, sheet: Sheet, spoken: Spoken, held: JSHandle | None, alive: Callable[[], None]
    ) -> dict[int, Patch]:
        shown = set(await self.page.evaluate(SHOWN, held))
        box = _around(await self.page.evaluate(BOX, held), sheet)
        if box is None:
            return {}
        patches: dict[int, Patch] = {}
        first = spoken.parts[0][1]
        for text, number in spoken.parts:
            if spoken.kind == "line" and number != first:
                await self.page.evaluate(SAY, [held, text, sheet.language])
            elif spoken.kind == "word" and number in shown:
                await self.page.evaluate(MARK, [held, number])
            else:
                continue
            patches[number] = Patch(await self._capture(box), box[0], box[1])
            alive()
        return patches

    async def _capture(self, box: tuple[int, int, int, int] | None = None) -> bytes:
        """The page, or left, top, width and height of it, as PNG."""
        asked: dict[str, Any] = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": False}
        if box:
            asked["clip"] = dict(zip(("x", "y", "width", "height"), box, strict=True)) | {"scale": 1}
        answer = await self.session.send("Page.captureScreenshot", asked)
        return base64.b64decode(answer["data"])


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


class Browser:
    """Draws sheets; started on first use, restarted when it dies."""

    def __init__(self, *, executable: str = "", pages: int = 2, seconds: float = 30.0) -> None:
        """executable: path, "" to look on PATH. pages: drawn at once. seconds: longest time for one page."""
        self._executable = executable
        self._free = asyncio.Semaphore(pages)
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._idle: list[_Tab] = []

    async def start(self) -> None:
        """Start the browser unless it runs. Raises FailedPrecondition (BROWSER_MISSING, BROWSER_FAILED)."""
        await self._running()

    async def draw(self, sheet: Sheet) -> Drawing:
        """
        Draw a sheet. A browser that dies is started again and asked once more.

        Raises FailedPrecondition (BROWSER_MISSING), DeadlineExceeded (PAGE_SLOW), Unavailable (BROWSER_CRASHED).
        """
        from playwright.async_api import Error

        async with self._free:
            try:
                return await self._attempt(sheet)
            except Error as error:
                _log.warning("browser_failed", reason=error.message.partition("\n")[0])
            try:
                return await self._attempt(sheet)
            except Error as error:
                raise Unavailable(
                    "The browser failed twice on this page. Look for memory limits and for what the template asks.",
                    reason="BROWSER_CRASHED",
                ) from error

    async def close(self) -> None:
        """End the browser and everything it started."""
        async with self._lock:
            await self._end()

    async def _attempt(self, sheet: Sheet) -> Drawing:
        chromium = await self._running()
        tab = self._idle.pop() if self._idle else None
        clock = asyncio.get_running_loop().time
        try:
            async with asyncio.timeout(self._seconds) as limit:
                tab = tab or await _open(chromium)
                # every state of captions has as much time as a page
                drawing = await tab.draw(sheet, lambda: limit.reschedule(clock() + self._seconds))
        except BaseException as error:
            # cancelled, crashed or stuck: such a page is not used again
            if tab:
                await self._drop(tab)
            if isinstance(error, TimeoutError):
                raise DeadlineExceeded(
                    f"The page took longer than {self._seconds:g} s to draw. Simplify the template or set "
                    "PIXELLE_RENDER_DRAW_SECONDS.",
                    reason="PAGE_SLOW",
                ) from error
            raise
        if chromium is self._chromium:
            self._idle.append(tab)
        return drawing

    async def _drop(self, tab: _Tab) -> None:
        from playwright.async_api import Error

        closing = asyncio.ensure_future(tab.page.context.close())
        done, _ = await asyncio.wait({closing}, timeout=5)
        if not done:
            closing.cancel()
            async with self._lock:
                await self._end()  # a page that will not close takes its browser along
        with contextlib.suppress(Error, asyncio.CancelledError):
            await closing

    async def _running(self) -> Chromium:
        async with self._lock:
            if self._chromium and self._chromium.is_connected():
                return self._chromium
            await self._end()
            await asyncio.to_thread(import_module, "playwright.async_api")  # takes a third of a second
            from playwright.async_api import Error, async_playwright

            executable = find_browser(self._executable)
            self._playwright = await async_playwright().start()
            try:
                self._chromium = await self._playwright.chromium.launch(
                    executable_path=executable,
                    chromium_sandbox=os.geteuid() != 0,  # Chromium refuses to run as root with its sandbox
                    args=list(_FLAGS),
                    env={name: value for name, value in os.environ.items() if name in _PASSED_ON},
                    handle_sigint=False,
                    handle_sigterm=False,
                    handle_sighup=False,
                )
            except Error as error:
                await self._end()
                raise FailedPrecondition(
                    f"The browser {executable!r} does not start: {error.message.partition(chr(10))[0]} "
                    "Reinstall it with: apt-get install --reinstall chromium-headless-shell",
                    reason="BROWSER_FAILED",
                ) from error
            _log.info("browser_started", version=self._chromium.version)
            return self._chromium

    async def _end(self) -> None:
        from playwright.async_api import Error

        chromium, playwright = self._chromium, self._playwright
        self._chromium = self._playwright = None
        self._idle.clear()
        with contextlib.suppress(Error):
            if chromium:
                await chromium.close()
        if playwright:
            await playwright.stop()


async def _open(chromium: Chromium) -> _Tab:
    context = await chromium.new_context(
        service_workers="block", accept_downloads=False, permissions=[], ignore_https_errors=False
    )
    page = await context.new_page()
    tab = _Tab(page, await context.new_cdp_session(page))
    await context.route("**/*", tab.answer)
    return tab
