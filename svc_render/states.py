"""The captions of a page that is open: each of their states, brought about and captured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from svc_render.marking import BOX, HOLD, MARK, PAGES, SAY, SHOWN, TURN
from svc_render.spoken import NOTHING
from svc_render.video.patches import PATCH_ROOM, Patch

if TYPE_CHECKING:
    from collections.abc import Callable

    from svc_render.sheets import Sheet
    from svc_render.tab import Held, Tab

__all__ = ["States"]


class States:
    """The states of a page's captions."""

    def __init__(self, tab: Tab, sheet: Sheet, held: Held | None, alive: Callable[[], None]) -> None:
        """held: what FILL returned."""
        self._tab = tab
        self._sheet = sheet
        self._held = held
        self._alive = alive
        self._spoken = sheet.captions if sheet.captions and sheet.captions.parts else None
        self._box: tuple[int, int, int, int] | None = None
        self._pages: list[tuple[int, int]] = []
        """Of a text with marked words that does not fit whole: from which part up to which."""
        self._open = 0
        """Where the page begins that is shown."""

    async def prepare(self) -> None:
        """Bring the page into the state that stands before all others."""
        if self._spoken is None:
            return
        if self._spoken.kind == "line":
            await self._run(HOLD, self._spoken.parts)
        else:
            self._pages = [
                (begin, end)
                for begin, end in await self._tab.evaluate(PAGES, self._held, self._spoken.parts, self._sheet.language)
            ]
        await self.rest()
        self._box = _around(await self._tab.evaluate(BOX, self._held), self._sheet)

    async def rest(self) -> None:
        """Go back to it."""
        if self._spoken and self._spoken.kind == "line":
            await self._run(SAY, self._spoken.parts[0][0])
        elif self._spoken:
            await self._turn(0)
            await self._tab.evaluate(MARK, self._held, NOTHING)

    @property
    def paged(self) -> bool:
        """The text is shown page by page."""
        return bool(self._pages)

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
        shown = set(await self._tab.evaluate(SHOWN, self._held)) if not self._pages else self._numbers
        patches: dict[int, Patch] = {}
        first = self._spoken.parts[0][1]
        for place, (text, number) in enumerate(self._spoken.parts):
            await self._turn(place)
            if self._spoken.kind == "line" and number != first:
                await self._run(SAY, text)
            elif self._spoken.kind == "word" and number in shown:
                await self._tab.evaluate(MARK, self._held, number)
            else:
                continue
            patches[number] = Patch(await self._tab.capture(self._box), self._box[0], self._box[1])
            self._alive()
        return patches

    @property
    def _numbers(self) -> set[int]:
        return {number for _, number in self._spoken.parts if number != NOTHING} if self._spoken else set()

    async def _turn(self, place: int) -> None:
        """Show the page on which the part at `place` stands, if there are pages."""
        for begin, end in self._pages:
            if begin <= place < end and self._open != begin and self._spoken:
                await self._tab.evaluate(TURN, self._held, self._spoken.parts, begin, end)
                self._open = begin

    async def _run(self, script: str, what: object) -> None:
        await self._tab.evaluate(script, self._held, what, self._sheet.language)


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
