"""A page of the browser: it is given a sheet, answers what that may load, and is captured in all its states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pixelle.runtime.errors import FailedPrecondition
from svc_render.devtools import DevtoolsError
from svc_render.fitting import HIDE, PREPARE
from svc_render.hero import ALONE, BLANK, HERO, MEASURE
from svc_render.letters import MISSING, uncertain
from svc_render.marking import FILL
from svc_render.sheets import ORIGIN, Drawing, Moving
from svc_render.states import States
from svc_render.video.motion import Hero, Pan
from svc_render.whole_words import UNSPACED, WHOLE_WORDS

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Mapping

    from svc_render.devtools import Chromium, Session
    from svc_render.sheets import Move, Sheet
    from svc_render.video.patches import Patch

__all__ = ["Held", "Tab", "open_tab"]

_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline' {ORIGIN}; img-src {ORIGIN} data:; font-src {ORIGIN} data:; "
    "base-uri 'none'; form-action 'none'"
)
_WORLD = "pixelle"
"""Where our scripts run; those of a page cannot reach it."""
_TIDY = 4
"""
Pages between two requests to let go of the pages before, and of what is only kept in case it is needed again: 60 MB
after ten large ones. By itself a browser that draws quickly does so too late.
"""


@dataclass(frozen=True)
class Held:
    """Something in the page that a script has returned, to be given to others while the page is open."""

    name: str
    """The protocol's objectId."""


class Tab:
    """A page of the browser's pool, in a context of its own, which keeps nothing."""

    def __init__(self, chromium: Chromium, context: str, target: str, session: Session) -> None:
        """context, target: the protocol's browserContextId and targetId."""
        self.session = session
        self._chromium = chromium
        self._context = context
        self._frame = target  # the main frame has the name of its page
        self._sheet: Sheet | None = None
        self._transparent = False
        self._loaded = ""
        self._arrival: asyncio.Future[None] | None = None
        self._world = 0
        self._drawn = 0
        self._fonts_have: set[str] = set()

    async def prepare(self) -> None:
        """Shut every door, once. Raises DevtoolsError."""
        root, own = self._chromium.root, {"browserContextId": self._context}
        await root.send("Browser.setDownloadBehavior", {"behavior": "deny", **own})
        await root.send("Browser.grantPermissions", {"permissions": [], **own})  # refuses all others
        self.session.on |= {
            "Fetch.requestPaused": self.answer,
            "Page.lifecycleEvent": self._arrive,
            "Page.javascriptDialogOpening": self._dismiss,
        }
        features = {"color-scheme": "light", "reduced-motion": "no-preference", "contrast": "no-preference"}
        for method, params in (
            ("Inspector.enable", {}),
            ("Page.enable", {}),
            ("Page.setLifecycleEventsEnabled", {"enabled": True}),
            ("Runtime.enable", {}),  # else a page without scripts has no place yet where HIDE could run
            ("Page.addScriptToEvaluateOnNewDocument", {"source": HIDE, "worldName": _WORLD}),
            ("Fetch.enable", {"patterns": [{"urlPattern": "*"}]}),
            # a worker, or a frame in another process, stands still from its start
            ("Target.setAutoAttach", {"autoAttach": True, "waitForDebuggerOnStart": True, "flatten": True}),
            ("Emulation.setFocusEmulationEnabled", {"enabled": True}),  # only one page could have it
            (
                "Emulation.setEmulatedMedia",
                {"features": [{"name": f"prefers-{name}", "value": value} for name, value in features.items()]},
            ),
        ):
            await self.session.send(method, params)

    async def close(self) -> None:
        """Close the page and forget its context. Raises DevtoolsError."""
        await self._chromium.root.send("Target.disposeBrowserContext", {"browserContextId": self._context})

    def answer(self, event: Mapping[str, Any]) -> None:
        """Answer a request from the sheet, or refuse it."""
        url = event["request"]["url"]
        place = unquote(url.partition("?")[0])
        picture = self._sheet.pictures.get(place) if self._sheet else None
        navigates = event["resourceType"] == "Document"
        if self._sheet and navigates and url == self._sheet.address and event["frameId"] == self._frame:
            kind, body = "text/html; charset=utf-8", self._sheet.html.encode()
            headers = {"Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
        elif picture and not navigates:  # an SVG that is the page itself could run scripts
            kind, body, headers = picture.media_type, picture.data, {}
        else:
            # an aborted navigation leaves the page as it is; a failed one would replace it by an error page
            self.session.post("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "Aborted"})
            return
        headers |= {"Content-Type": kind, "Content-Length": str(len(body)), "Cache-Control": "no-store"}
        params = {
            "requestId": event["requestId"],
            "responseCode": 200,
            "responseHeaders": [{"name": name, "value": value} for name, value in headers.items()],
            "body": body,
        }
        self.session.post("Fetch.fulfillRequest", params)

    async def evaluate(self, script: str, *arguments: object) -> Any:
        """
        What a function of ours returns as JSON, awaited; page scripts would have no way to see or change it.

        arguments: of the function, JSON or Held. Raises DevtoolsError.
        """
        return (await self._call(script, arguments, by_value=True)).get("value")

    async def hold(self, script: str, *arguments: object) -> Held | None:
        """What a function of ours returns, left in the page; None for null. Raises DevtoolsError."""
        name = (await self._call(script, arguments, by_value=False)).get("objectId")
        return Held(name) if name else None

    async def _call(self, script: str, arguments: tuple[object, ...], *, by_value: bool) -> dict[str, Any]:
        given = [{"objectId": each.name} if isinstance(each, Held) else {"value": each} for each in arguments]
        params = {"functionDeclaration": script, "executionContextId": self._world, "arguments": given}
        answer = await self.session.send(
            "Runtime.callFunctionOn", {**params, "awaitPromise": True, "returnByValue": by_value}
        )
        wrong = answer.get("exceptionDetails")
        if wrong:
            raise DevtoolsError(wrong.get("exception", {}).get("description") or wrong["text"])
        return answer["result"]

    async def _go(self, url: str) -> None:
        """Open an address and wait until it is loaded."""
        answer = await self.session.send("Page.navigate", {"url": url})
        if "loaderId" not in answer or "errorText" in answer:
            raise DevtoolsError(f"{url} was not opened: {answer.get('errorText', 'nothing to load')}")
        while self._loaded != answer["loaderId"]:
            self._arrival = self.session.awaited()
            await self._arrival
        world = await self.session.send("Page.createIsolatedWorld", {"frameId": self._frame, "worldName": _WORLD})
        self._world = world["executionContextId"]

    def _arrive(self, event: Mapping[str, Any]) -> None:
        if event["name"] == "load" and event["frameId"] == self._frame:
            self._loaded = event["loaderId"]
            if self._arrival and not self._arrival.done():
                self._arrival.set_result(None)

    def _dismiss(self, event: Mapping[str, Any]) -> None:
        del event
        self.session.post("Page.handleJavaScriptDialog", {"accept": False})

    async def _resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "screenWidth": width, "screenHeight": height}
        await self.session.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": 1, "mobile": False})

    async def draw(self, sheet: Sheet, alive: Callable[[], None] = lambda: None) -> Drawing:
        """
        Draw a sheet in all its states. alive: told after every picture.

        Raises FailedPrecondition (MOTION_NOT_SUPPORTED).
        """
        self._sheet = sheet
        await self._resize(sheet.width, sheet.height)
        if sheet.transparent != self._transparent:
            ground = {"r": 0, "g": 0, "b": 0, "a": 0} if sheet.transparent else {"r": 255, "g": 255, "b": 255, "a": 1}
            await self.session.send("Emulation.setDefaultBackgroundColorOverride", {"color": ground})
            await self._go("about:blank")  # otherwise the next page still has the ground of the one before
            self._transparent = sheet.transparent
        await self._go(sheet.address)
        held: Held | None = None
        spoken = sheet.captions
        if spoken and spoken.kind == "word" and sheet.language.split("-")[0] in UNSPACED:
            asked = {"parts": spoken.parts, "language": sheet.language}
            whole = await self.evaluate(WHOLE_WORDS, asked)
            spoken = replace(spoken, parts=tuple((text, number) for text, number in whole))
            sheet = self._sheet = replace(sheet, captions=spoken)
        if spoken:
            holes = {"mark": sheet.mark, "kind": spoken.kind, "parts": spoken.parts}
            held = await self.hold(FILL, holes)
        facts: dict[str, Any] = {"lang": sheet.language, "dir": sheet.direction}
        facts |= {"index": sheet.index, "count": sheet.count, "shown": sheet.shown, "text": sheet.longest.strip()}
        facts["aims"] = sheet.aims
        found = await self.evaluate(PREPARE, facts)
        missing = await self._missing(sheet)
        states = States(self, sheet, held, alive)
        await states.prepare()
        if sheet.move:
            png, patches, moving = await self._move(sheet.move, states)
        else:
            png, patches, moving = await self.capture(), await states.draw(), None
        self._sheet = None
        self._drawn += 1
        if self._drawn % _TIDY == 0:
            self.session.post("HeapProfiler.collectGarbage")
            self.session.post("Memory.simulatePressureNotification", {"level": "critical"})
        unseen = "" if states.paged else found["unseen"]
        return Drawing(png, int(found["lost"]), patches, moving, unseen, missing)

    async def _missing(self, sheet: Sheet) -> str:
        """Letters of the page's texts that no font has."""
        asked = uncertain((*sheet.shown, sheet.text), self._fonts_have)
        missing = str(await self.evaluate(MISSING, asked)) if asked else ""
        self._fonts_have |= {*asked} - {*missing}
        return missing

    async def capture(self, box: tuple[int, int, int, int] | None = None) -> bytes:
        """The page, or left, top, width and height of it, as PNG."""
        asked: dict[str, Any] = {"format": "png", "optimizeForSpeed": True, "captureBeyondViewport": False}
        if box:
            asked["clip"] = dict(zip(("x", "y", "width", "height"), box, strict=True)) | {"scale": 1}
        return (await self.session.send("Page.captureScreenshot", asked))["data"]

    async def _move(self, move: Move, states: States) -> tuple[bytes, dict[int, Patch], Moving]:
        """The page around its picture, over black and over white, and the picture alone."""
        hero = await self.hold(HERO, move.url)
        if hero is None:
            raise FailedPrecondition(
                "The template shows its picture only blurred or hidden, so that nothing can move. Ask for motion none, "
                "or use a template with an <img> of {{image}}.",
                reason="MOTION_NOT_SUPPORTED",
            )
        place = await self.evaluate(MEASURE, hero, move.url)
        shown = Hero(tuple(place["centre"]), tuple(place["turn"]), tuple(place["box"]), tuple(place["whole"]))
        pan = Pan.of(shown, seconds=move.seconds, seed=move.seed)
        await self.evaluate(BLANK, hero, False)
        black, patches = await self.capture(), await states.draw()
        await self.evaluate(BLANK, hero, True)
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
        await self.evaluate(ALONE, hero, move.url, whole)
        await self._resize(size["width"], size["height"])
        return black, patches, Moving(white, await self.capture(), pan)


async def open_tab(chromium: Chromium) -> Tab:
    """A new page. Raises DevtoolsError."""
    answer = await chromium.root.send("Target.createBrowserContext", {"disposeOnDetach": True})
    context = {"browserContextId": answer["browserContextId"]}
    try:
        target = (await chromium.root.send("Target.createTarget", {"url": "about:blank", **context}))["targetId"]
        tab = Tab(chromium, context["browserContextId"], target, await chromium.attach(target))
        await tab.prepare()
    except BaseException:
        chromium.root.post("Target.disposeBrowserContext", context)
        raise
    return tab
