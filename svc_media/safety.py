"""A check of prompts and pictures that a deployment plugs in; off by default."""

from __future__ import annotations

import asyncio
import io
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Protocol

import structlog
from PIL import Image

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from svc_media.engines.base import Brief

__all__ = ["GROUP", "Safety", "SafetyCheck"]

GROUP = "pixelle.media.safety"
"""Entry points that `PIXELLE_MEDIA_SAFETY` can name."""
_SAMPLES = (0.0, 0.25, 0.5, 0.75, 0.98)
"""Where in footage a picture is looked at, as shares of its length."""
_log = structlog.get_logger("svc_media.safety")


class SafetyCheck(Protocol):
    """
    What a check is: a class made without arguments. Its methods run on threads, several at once.

    What one of them raises, an answer that is neither text nor None, and none within a minute count as a refusal of
    everything: a check that does not work lets nothing through.
    """

    def prompt(self, text: str) -> str | None:
        """Why this must not be made, in words for the caller; None when it may."""
        ...

    def picture(self, image: Image.Image) -> str | None:
        """Why this must not be shown, in words for the caller; None when it may. image: RGB."""
        ...


class Safety:
    """The check of this deployment, or none."""

    def __init__(self, name: str, *, seconds: float = 60.0) -> None:
        """
        name: "module:Class" or an entry point of `GROUP`; "" checks nothing. seconds: for one answer.

        Raises InvalidArgument (SAFETY_UNKNOWN): a service that was told to check does not start without.
        """
        self._check: SafetyCheck | None = _made(name) if name else None
        self._name = name
        self._seconds = seconds

    @property
    def active(self) -> bool:
        """Something is checked."""
        return self._check is not None

    async def prompt(self, brief: Brief) -> None:
        """Raises InvalidArgument (PROMPT_REFUSED), FailedPrecondition (SAFETY_CHECK_FAILED)."""
        check = self._check
        if check is None:
            return
        for name, text in (("prompt", brief.prompt), ("narration", brief.narration)):
            why = await self._asked(lambda text=text: check.prompt(text)) if text.strip() else None
            if why:
                raise InvalidArgument(
                    f"The {name} was refused by this installation's check: {why}. Word it differently.",
                    reason="PROMPT_REFUSED",
                )

    async def picture(self, data: bytes, what: str) -> None:
        """what: begins the error. Raises FailedPrecondition (PICTURE_REFUSED, SAFETY_CHECK_FAILED)."""
        check = self._check
        if check is None:
            return

        def look() -> str | None:
            with Image.open(io.BytesIO(data)) as image:
                return check.picture(image.convert("RGB"))

        _refuse(await self._asked(look), what)

    async def footage(self, data: bytes) -> None:
        """Looks at five pictures of it. Raises as `picture`."""
        check = self._check
        if check is None:
            return

        def look() -> str | None:
            return next((why for why in map(check.picture, _pictures(data)) if why is not None and why != ""), None)

        _refuse(await self._asked(look), "The footage")

    async def _asked(self, question: Callable[[], object]) -> str | None:
        try:
            async with asyncio.timeout(self._seconds):
                why = await asyncio.to_thread(question)
        except TimeoutError as error:
            raise self._failed(f"it has not answered within {self._seconds:g} s") from error
        except Exception as error:  # the check is not ours: whatever it raises, nothing passes
            _log.exception("safety check failed", check=self._name)
            raise self._failed(type(error).__name__) from error
        if why is not None and not isinstance(why, str):
            # True may mean "safe" or "refused": guessing would let through what must not pass
            raise self._failed(f"it answered {type(why).__name__}, neither a reason nor None")
        return why

    def _failed(self, why: str) -> FailedPrecondition:
        return FailedPrecondition(
            f"The safety check {self._name!r} failed ({why}), so nothing is let through. Mend it, or unset "
            "PIXELLE_MEDIA_SAFETY.",
            reason="SAFETY_CHECK_FAILED",
        )


def _refuse(why: str | None, what: str) -> None:
    if why:
        raise FailedPrecondition(
            f"{what} was refused by this installation's check: {why}. Change the image prompt, or choose another seed.",
            reason="PICTURE_REFUSED",
        )


def _made(name: str) -> SafetyCheck:
    points = {point.name: point for point in entry_points(group=GROUP)}
    module, _, attribute = name.partition(":")
    try:
        kind = points[name].load() if name in points else getattr(import_module(module), attribute or "?")
        made: SafetyCheck = kind()
    except Exception as error:
        unseen = isinstance(error, ModuleNotFoundError) and error.name == module.partition(".")[0] and ":" in name
        what_to_do = (
            f"Put the folder of {module.partition('.')[0]!r} into PYTHONPATH, or install it where this service runs."
            if unseen
            else f"Name a class as 'module:Class', or an entry point of {GROUP!r}."
        )
        raise InvalidArgument(
            f"PIXELLE_MEDIA_SAFETY is {name!r}, which cannot be made ({type(error).__name__}: {error}). {what_to_do}"
            f"{nearest(name, points) if points else ''}",
            reason="SAFETY_UNKNOWN",
        ) from error
    if not (callable(getattr(made, "prompt", None)) and callable(getattr(made, "picture", None))):
        raise InvalidArgument(
            f"PIXELLE_MEDIA_SAFETY is {name!r}, which has no methods prompt and picture.", reason="SAFETY_UNKNOWN"
        )
    return made


def _pictures(data: bytes) -> Iterator[Image.Image]:
    """Some pictures of an MP4, in order."""
    import av

    with av.open(io.BytesIO(data), "r") as container:
        stream = container.streams.video[0]
        count = stream.frames or 1
        wanted = {round(share * (count - 1)) for share in _SAMPLES}
        for number, frame in enumerate(container.decode(stream)):
            if number in wanted:
                yield frame.to_image()
