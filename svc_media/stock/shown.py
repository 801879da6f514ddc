"""What the scenes of a video show already, so that none shows the same again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_media.engines.base import Series
    from svc_media.stock.libraries import Hit

__all__ = ["Shown"]

_VIDEOS = 200
"""Remembered, the last ones asked for."""


class Shown:
    """Of the videos that this process has lately found hits for; several threads may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._videos: OrderedDict[tuple[int, str], dict[str, int]] = OrderedDict()
        """By seed and title of a video: the scene that shows a page."""

    def chosen(self, series: Series, hits: Sequence[Hit]) -> Hit:
        """
        The first that no other scene shows; if all are shown, the first.

        hits: not empty, best first. A scene that is made again may show what it showed.
        """
        key = (series.seed, series.title)
        with self._lock:
            pages = self._videos.setdefault(key, {})
            self._videos.move_to_end(key)
            while len(self._videos) > _VIDEOS:
                self._videos.popitem(last=False)
            found = next((hit for hit in hits if pages.get(hit.page, series.index) == series.index), hits[0])
            pages.setdefault(found.page, series.index)
            return found
