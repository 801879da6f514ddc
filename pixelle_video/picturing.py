"""Pictures and footage alone."""

from __future__ import annotations

from dataclasses import dataclass
from types import NoneType
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.placing import writable
from pixelle_video.workflows import WORKING, Maker, sent_only

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["MediaGenerator", "MediaResult", "loras_of"]


@dataclass(frozen=True)
class MediaResult:
    """A picture or footage."""

    media_type: Literal["image", "video"]
    url: str
    """Where it is: at the gateway, or, with everything in this process, its path."""
    duration: float | None
    """Seconds of footage; None for a picture."""
    path: str
    """A file on this machine."""
    width: int
    """Pixels."""
    height: int
    """Pixels."""
    seed: int
    """Sent again with the same request, it makes the same."""
    engine: str = ""
    attribution: str = ""
    """Who is to be named where it is shown; empty mostly."""

    @property
    def is_image(self) -> bool:
        """It is a picture."""
        return self.media_type == "image"

    @property
    def is_video(self) -> bool:
        """It is footage."""
        return self.media_type == "video"


class MediaGenerator(Maker):
    """Makes pictures and footage: `await pixelle.media("an open book")`."""

    kind = "media"

    async def __call__(  # noqa: PLR0917 - the documented signature
        self,
        prompt: str,
        workflow: str | None = None,
        media_type: Literal["image", "video"] = "image",
        width: int | None = None,
        height: int | None = None,
        duration: float | None = None,
        seed: int | None = None,
        *,
        negative_prompt: str | None = None,
        steps: int | None = None,
        guidance: float | None = None,
        sampler: str | None = None,
        loras: list[str | tuple[str, float]] | None = None,
        image_path: str | Path | None = None,
        output_path: str | Path | None = None,
    ) -> MediaResult:
        """
        Make a picture, or footage of `duration` seconds (up to 600; 5 when not said).

        width, height: 512 to 2048 pixels; 1024 when not said. seed: makes it repeatable. image_path: a picture to start
        from: a file here, which is uploaded, an https URL, or what the gateway knows. negative_prompt, steps, guidance,
        sampler, loras: for the model; what it cannot take is refused. output_path: where to put the file; None: below
        the output folder.
        Raises PixelleError: InvalidArgument before anything is spent, else what went wrong.
        """
        gateway = self._ready()
        target = None if output_path is None else writable(output_path, "video" if media_type == "video" else "image")
        given: dict[str, Any] = {
            "prompt": prompt,
            "workflow": workflow,
            "media_type": media_type,
            "width": width,
            "height": height,
            "duration": duration,
            "seed": seed,
            "negative_prompt": negative_prompt,
            "steps": steps,
            "guidance": guidance,
            "sampler": sampler,
            "loras": loras_of(loras),
            "image_path": await gateway.reachable(image_path),
        }
        body = sent_only(given)
        made = await gateway.transport.ask("POST", "/api/media/generate", body=body, seconds=WORKING)
        target = target or gateway.output_dir / made["media_path"]
        await gateway.fetch(f"/api/files/{quote(made['media_path'])}", target)
        return MediaResult(
            media_type=made["media_type"],
            url=str(target) if gateway.local else made["media_url"],
            duration=made["duration"],
            path=str(target),
            **{name: made[name] for name in ("width", "height", "seed", "engine", "attribution")},
        )


def loras_of(given: Iterable[str | tuple[str, float]] | None) -> list[dict[str, Any]] | None:
    """As the gateway takes them; None when there are none. Raises InvalidArgument (LORAS_INVALID)."""
    if not isinstance(given, (list, tuple, NoneType)):
        raise InvalidArgument(f'loras is {given!r}. Give a list: ["ink", ("soft", 0.6)].', reason="LORAS_INVALID")
    named: list[dict[str, Any]] = []
    for each in given or ():
        match each:
            case str():
                named.append({"path": each, "weight": 1.0})
            case (str() as path, int() | float() as weight):
                named.append({"path": path, "weight": weight})
            case _:
                raise InvalidArgument(
                    f"loras has {each!r} in it. Give names, or pairs of a name and a weight.", reason="LORAS_INVALID"
                )
    return named or None
