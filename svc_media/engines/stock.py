"""Photos and footage out of stock libraries, for those who have a key: Pexels and Pixabay."""

from __future__ import annotations

import time
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, ClassVar, Self

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PixelleError, ResourceExhausted, nearest
from pixelle.vendors.waiting import rest
from svc_media.engines.base import Offer
from svc_media.engines.models import refuse_steps
from svc_media.stock.libraries import Pexels, Pixabay
from svc_media.stock.shown import Shown
from svc_media.stock.words import queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle.runtime.work import Tick
    from svc_media.engines.base import Brief, Footage, Picture
    from svc_media.stock.libraries import File, Hit, Library
    from svc_media.stock.vendor import Vendor

__all__ = ["PexelsEngine", "PixabayEngine"]

_LARGEST = {"photo": 50_000_000, "video": 200_000_000}
"""Bytes of a file that are downloaded."""
_SEARCHES = 6
"""For one scene: every search counts against the key."""
_CHOICE = 8
"""The best hits, of which the seed takes one."""
_STEP, _QUIET = 15.0, 90.0
"""Seconds that the step of a task waits by itself, and that are waited here for a limit to be lifted."""
_ENOUGH = 0.95
"""Of the sides wanted: sizes of the libraries fall a few pixels short, and the next one is four times as large."""
_ALIKE = 1.6
"""By how much the shape of a hit may differ before another one goes first."""


class _StockEngine:
    """Searches by the words of the image prompt; says who made what it found."""

    library: ClassVar[Library]
    version = "3"
    summary: str
    features = Features(images=True, videos=True)
    edits = False
    negative_prompts = False

    def __init__(self, key: str = "", url: str = "") -> None:
        """url: another address of the library; "" means its own."""
        self._key, self._url = key, url
        self._vendor: Vendor | None = None
        self._shown = Shown()

    def missing(self) -> str | None:
        """The key or a package that is not there."""
        name = self.library.name
        if not self._key:
            return f"no key is set. Get one at {self.library.keys} and set PIXELLE_{name.upper()}_API_KEY"
        packages = [each for each in ("httpx", "PIL", "av") if find_spec(each) is None]
        return (
            f"the package {packages[0]} is not installed. Run: pip install 'pixelle-video[media]'" if packages else None
        )

    def ailing(self) -> str | None:
        """Not asked: every question counts against the key."""
        return None

    def offers(self) -> Sequence[Offer]:
        """Photos and footage."""
        name = self.library.name
        return (
            Offer("", name, images=True, videos=True),
            Offer("photo", f"{name} photos", images=True, videos=False),
            Offer("video", f"{name} footage", images=False, videos=True),
        )

    def named(self, model: str, *, film: bool) -> Self:
        """Itself. Raises InvalidArgument (WORKFLOW_UNKNOWN, WORKFLOW_WRONG_KIND)."""
        wanted = "video" if film else "photo"
        if model not in {"", "photo", "video"}:
            raise InvalidArgument(
                f"{self.library.name} has no {model!r}.{nearest(model, ['photo', 'video'])}", reason="WORKFLOW_UNKNOWN"
            )
        if model not in {"", wanted}:
            raise InvalidArgument(
                f"The workflow ends in {model!r}, but {'footage' if film else 'a picture'} is asked for: end it in "
                f"{wanted!r}.",
                reason="WORKFLOW_WRONG_KIND",
            )
        return self

    def check(self, brief: Brief, *, duration: float = 0.0) -> None:
        """It searches and has no steps. Raises FailedPrecondition (ENGINE_NO_STEPS)."""
        del duration
        refuse_steps(brief, self.library.name)

    def load(self, device: str) -> None:
        """Nothing is sent yet."""
        from svc_media.stock.vendor import Vendor

        del device
        self._vendor = Vendor(self.library, self._url, self._key)

    def close(self) -> None:
        """Let go of the connections."""
        if self._vendor:
            self._vendor.close()
            self._vendor = None

    def fingerprint(self) -> str:
        """Nothing but the request; what is found once is remembered, as the libraries ask for."""
        return ""

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Find a photo and fit it. Raises what `Vendor` does, FailedPrecondition (STOCK_NO_HIT, STOCK_FILE_BROKEN)."""
        from svc_media.fitting import picture

        hit, data = self._found(brief, 0.0, tick)
        try:
            made = picture(data, brief.width, brief.height)
        except PixelleError as error:
            raise self._broken(hit, error) from error
        return replace(made, credit=self._credit(hit, "Photo"))

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """Find footage and fit it to size and length. Raises as `paint`."""
        from svc_media.fitting import footage

        hit, data = self._found(brief, duration, tick)
        try:
            made = footage(data, brief.width, brief.height, duration=duration, fps=fps, tick=tick)
        except PixelleError as error:
            raise self._broken(hit, error) from error
        return replace(made, credit=self._credit(hit, "Footage"))

    def _found(self, brief: Brief, seconds: float, tick: Tick) -> tuple[Hit, bytes]:
        """seconds: of footage; 0 for a photo."""
        assert self._vendor, "load() comes first"
        title = brief.series.title if brief.series else ""
        cast = [name for name, _ in brief.series.cast] if brief.series else []
        asked = queries(brief.prompt, narration=brief.narration, title=title, cast=cast)[:_SEARCHES]
        shape = brief.width / brief.height
        hits: list[Hit] = []
        for words in asked:
            hits = [hit for hit in self._searched(words, bool(seconds), shape, tick) if hit.files]
            if hits:
                break
        if not hits:
            raise FailedPrecondition(
                f"{self.library.name} has found nothing for {' or '.join(map(repr, asked))}. Change the image prompt "
                "of the scene, or choose another media_workflow.",
                reason="STOCK_NO_HIT",
            )
        hit = self._chosen(brief, hits, shape, seconds)
        file = _file(hit.files, brief.width, brief.height)
        data = self._vendor.download(file.url, limit=_LARGEST["video" if seconds else "photo"], tick=tick)
        return hit, data

    def _searched(self, words: str, film: bool, shape: float, tick: Tick) -> list[Hit]:
        """Hits; a limit that is lifted within a minute, later than the step of a task waits, is waited out."""
        assert self._vendor, "load() comes first"
        until = time.monotonic() + _QUIET
        while True:
            tick(0.0, f"searching {self.library.name}")
            try:
                return self._vendor.search(words, film=film, shape=shape)
            except ResourceExhausted as error:
                wait = error.retry_after or 0.0
                if not _STEP < wait <= until - time.monotonic():
                    raise
                rest(wait, lambda: tick(0.0, f"{self.library.name} has reached a limit and asks to wait"))

    def _chosen(self, brief: Brief, hits: Sequence[Hit], shape: float, seconds: float) -> Hit:
        """
        One of the best, by the seed; scenes of one video take turns through the same hits, and show none twice.

        Before that happens, one is shown that fits less.
        """
        best = sorted(hits, key=lambda hit: (_unlike(hit, shape), hit.seconds < seconds))
        fitting = [hit for hit in best if not _unlike(hit, shape) and hit.seconds >= seconds] or best
        choice = fitting[:_CHOICE]
        first = (brief.series.seed + brief.series.index if brief.series else brief.seed) % len(choice)
        if brief.series is None:
            return choice[first]
        others = [hit for hit in best if hit not in choice]
        return self._shown.chosen(brief.series, [*choice[first:], *choice[:first], *others])

    def _credit(self, hit: Hit, what: str) -> str:
        return f"{what} by {hit.author} on {self.library.name}: {hit.page}"

    def _broken(self, hit: Hit, error: PixelleError) -> PixelleError:
        if error.reason != "RESULT_UNREADABLE":
            return error
        return FailedPrecondition(
            f"The file of {hit.page} cannot be read. Try another seed, or change the image prompt.",
            reason="STOCK_FILE_BROKEN",
        )


def _unlike(hit: Hit, shape: float) -> bool:
    """So much of it would be cut off that another one goes first."""
    return not shape / _ALIKE <= hit.shape <= shape * _ALIKE


def _file(files: Sequence[File], width: int, height: int) -> File:
    """The smallest that need hardly be enlarged, else the largest."""
    by_size = sorted(files, key=lambda file: (file.width * file.height, file.url))
    enough = _ENOUGH * width, _ENOUGH * height
    return next((file for file in by_size if file.width >= enough[0] and file.height >= enough[1]), by_size[-1])


class PexelsEngine(_StockEngine):
    """Pexels."""

    library = Pexels()
    summary = "Photos and footage of Pexels, with a key of yours"


class PixabayEngine(_StockEngine):
    """Pixabay."""

    library = Pixabay()
    summary = "Photos and footage of Pixabay, with a key of yours"
