"""One warm Chromium, a pool of its pages, and no way out of them: every request is answered or refused here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from typing import TYPE_CHECKING

import structlog

from pixelle.runtime.errors import DeadlineExceeded, FailedPrecondition, Unavailable
from svc_render.devtools import Chromium, DevtoolsError
from svc_render.tab import open_tab

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from svc_render.sheets import Drawing, Sheet
    from svc_render.tab import Tab

__all__ = ["Browser", "find_browser"]

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--headless",
    "--no-startup-window",
    "--hide-scrollbars",
    # a capture must hold this page, whole, as on any other machine
    "--disable-checker-imaging",  # else it may run ahead of the decoding of a large picture
    "--force-color-profile=srgb",
    "--disable-gpu",
    "--disable-lcd-text",
    "--font-render-hinting=none",
    "--disable-field-trial-config",  # what a build tries out on some machines
    "--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4",
    # nothing goes out, and nobody is asked
    "--host-resolver-rules=MAP * ~NOTFOUND",  # also stops preconnect and prefetch, which no page is asked about
    "--disable-features=MediaRouter,OptimizationHints,PaintHolding",  # mDNS, downloads; the last keeps the page before
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-webrtc",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
    "--mute-audio",
    "--password-store=basic",  # not the desktop's, which asks its user
    "--use-mock-keychain",
    # pages are drawn side by side, and none of them is in front
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-back-forward-cache",  # keeps pages that nobody goes back to
    "--disable-breakpad",  # a process that waits for crashes
    "--disable-dev-shm-usage",  # 64 MB in a container
)
# what the browser needs of our environment; keys and tokens stay here
_PASSED_ON = frozenset({"PATH", "HOME", "LANG", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH"})

_log = structlog.get_logger("svc_render.browser")


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


class Browser:
    """Draws sheets; started on first use, restarted when it dies."""

    def __init__(self, *, executable: str = "", pages: int = 2, seconds: float = 30.0, sandbox: bool = True) -> None:
        """
        executable: path, "" to look on PATH. pages: drawn at once. seconds: longest time for one page.
        sandbox: Chromium's own.
        """
        self._sandbox = sandbox
        self._executable = executable
        self._free = asyncio.Semaphore(pages)
        self._seconds = seconds
        self._lock = asyncio.Lock()
        self._chromium: Chromium | None = None
        self._idle: list[Tab] = []

    async def start(self) -> None:
        """Start the browser unless it runs. Raises FailedPrecondition (BROWSER_MISSING, BROWSER_FAILED)."""
        await self._running()

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Wait for a page to be free; take it before what is to be drawn is brought into memory."""
        return self._free

    async def draw(self, sheet: Sheet) -> Drawing:
        """
        Draw a sheet, in a turn of the caller's. A browser that dies is started again and asked once more.

        Raises FailedPrecondition (BROWSER_MISSING, MOTION_NOT_SUPPORTED), DeadlineExceeded (PAGE_SLOW), Unavailable
        (BROWSER_CRASHED).
        """
        try:
            return await self._attempt(sheet)
        except DevtoolsError as error:
            _log.warning("browser_failed", reason=str(error))
        try:
            return await self._attempt(sheet)
        except DevtoolsError as error:
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
                tab = tab or await open_tab(chromium)
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

    async def _drop(self, tab: Tab) -> None:
        closing = asyncio.ensure_future(tab.close())
        done, _ = await asyncio.wait({closing}, timeout=5)
        if not done:
            closing.cancel()
            async with self._lock:
                await self._end()  # a page that will not close takes its browser along
        with contextlib.suppress(DevtoolsError, asyncio.CancelledError):
            await closing

    async def _running(self) -> Chromium:
        async with self._lock:
            if self._chromium and self._chromium.alive:
                return self._chromium
            await self._end()
            executable = find_browser(self._executable)
            # Chromium refuses to run as root with its sandbox
            flags = _FLAGS if self._sandbox and os.geteuid() != 0 else (*_FLAGS, "--no-sandbox")
            told = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
            try:
                self._chromium = await Chromium.start(executable, flags, told)
            except (DevtoolsError, OSError) as error:
                raise FailedPrecondition(
                    f"The browser {executable!r} does not start: {error} "
                    "Reinstall it with: apt-get install --reinstall chromium-headless-shell",
                    reason="BROWSER_FAILED",
                ) from error
            _log.info("browser_started", version=self._chromium.version)
            return self._chromium

    async def _end(self) -> None:
        chromium, self._chromium = self._chromium, None
        self._idle.clear()
        if chromium:
            await chromium.close()
