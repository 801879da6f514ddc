"""What a planned video costs, where prices are stated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.lookup import default_engine, fits
from pixelle.media.v1 import media_pb2
from pixelle.script.v1 import script_pb2
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.questions import Questions
    from gateway.settings import GatewaySettings
    from gateway.workflow.brief import Brief
    from pixelle.core.v1 import core_pb2

__all__ = ["Cost", "Costs", "price_of"]

_OWN = ("local/", "selfhost/")
"""What keys of engines begin with that nobody is paid for by the piece."""


@dataclass(frozen=True)
class Cost:
    """An amount of money."""

    amount: float
    currency: str
    """For example "USD"."""


class _Unstated(Exception):
    """A price that would be needed is not known."""


def price_of(workflow: str, prices: Mapping[str, float]) -> float | None:
    """The price of a workflow key: that of the longest key it fits; 0 on one's own machines; None when not stated."""
    known = [key for key in prices if fits(workflow, key)]
    if known:
        return prices[max(known, key=len)]
    return 0.0 if workflow.startswith(_OWN) else None


class Costs:
    """Adds up what the engines of a plan take."""

    def __init__(self, questions: Questions, settings: GatewaySettings) -> None:
        """settings: the prices, and their currency."""
        self._questions = questions
        self._speech, self._pictures = settings.speech_prices, settings.picture_prices
        self._footage, self._currency = settings.footage_prices, settings.price_currency

    async def of(self, board: core_pb2.Storyboard, brief: Brief, seconds: float) -> Cost | None:
        """
        What the video takes in all, with the writing that has been done. seconds: its length.

        None when no price is stated at all, or when one that is needed is not. Raises PixelleError.
        """
        written = board.usage if board.usage.HasField("cost") else None
        priced = bool(self._speech or self._pictures or self._footage)
        if not (written or priced):
            return None
        currency = self._currency if priced or not written else written.currency
        if written and written.cost and written.currency != currency:
            return None
        try:
            writing = written.cost if written else await self._unpriced(board)
            parts = [writing, await self._speaking(board, brief), await self._showing(board, brief, seconds)]
        except _Unstated:
            return None
        return Cost(round(sum(parts), 6), currency)

    async def _unpriced(self, board: core_pb2.Storyboard) -> float:
        """Writing for which no price was told costs nothing without a model, or with one of one's own."""
        if not board.HasField("usage"):
            return 0.0
        method = self._questions.services.script.ListEngines
        engines = await self._questions.every(method, script_pb2.ListEnginesRequest(), "engines", "script")
        return _stated(next((each.workflow for each in engines if each.name == board.engine), ""), {})

    async def _speaking(self, board: core_pb2.Storyboard, brief: Brief) -> float:
        tts, main = self._questions.services.tts, brief.speak.workflow
        if not main:
            engines = await self._questions.every(tts.ListEngines, tts_pb2.ListEnginesRequest(), "engines", "tts")
            main = default_engine(engines, "tts").workflow
        own: dict[str, str] = {}
        if any(scene.voice for scene in board.scenes):
            voices = await self._questions.every(tts.ListVoices, tts_pb2.ListVoicesRequest(), "voices", "tts")
            own = {each.id: each.workflow for each in voices}
        return sum(
            len(scene.narration) / 1000 * _stated(own.get(scene.voice, "") or main, self._speech)
            for scene in board.scenes
        )

    async def _showing(self, board: core_pb2.Storyboard, brief: Brief, seconds: float) -> float:
        part = brief.image or brief.footage
        made = sum(not scene.asset for scene in board.scenes)
        if part is None or not made:
            return 0.0
        workflow = part.workflow
        if not workflow:
            method = self._questions.services.media.ListEngines
            engines = await self._questions.every(method, media_pb2.ListEnginesRequest(), "engines", "media")
            kind = "images" if brief.image else "videos"
            able = [each for each in engines if each.available and getattr(each.features, kind)]
            workflow = default_engine(able, "media").workflow
        if brief.image:
            return made * _stated(workflow, self._pictures)
        return seconds * made / len(board.scenes) * _stated(workflow, self._footage)


def _stated(workflow: str, prices: Mapping[str, float]) -> float:
    price = price_of(workflow, prices)
    if price is None:
        raise _Unstated
    return price
