"""The test engine and last resort: abstract designed shapes, no pack needed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from pixelle.runtime.engines import Features
from svc_media.engines.base import Brief, Picture
from svc_media.engines.models import SingleModel

if TYPE_CHECKING:
    from pixelle.runtime.work import Tick
    from svc_media.engines.base import Footage

__all__ = ["CardEngine"]


class CardEngine(SingleModel):
    """Posters of large soft shapes, different for every seed and scene."""

    version = "2"
    summary = "Abstract cards of large soft shapes, at once and repeatable; needs nothing"
    features = Features(images=True, videos=True, deterministic=True)
    edits = False
    negative_prompts = False

    def missing(self) -> str | None:
        """Nothing is ever missing."""
        return None

    def load(self, device: str) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to let go of."""

    def fingerprint(self) -> str:
        """Nothing but the request decides."""
        return ""

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Paint a card; scenes of one video never look alike next to each other."""
        from svc_media.art.cards import card

        tick(0.0, "painting")
        seed, index = (brief.series.seed, brief.series.index) if brief.series else (brief.seed, 0)
        own = zlib.crc32(f"{brief.seed} {brief.prompt}".encode())
        return Picture(card(brief.width, brief.height, seed=seed, index=index, own=own))

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """A slow drift over the card."""
        from svc_media.footage import drift, grown

        large = Brief(
            brief.prompt,
            grown(brief.width),
            grown(brief.height),
            brief.seed,
            series=brief.series,
            narration=brief.narration,
        )
        still = self.paint(large, tick=tick)
        turn = brief.seed + (brief.series.index if brief.series else 0)
        return drift(still, brief.width, brief.height, duration=duration, fps=fps, turn=turn, tick=tick)
