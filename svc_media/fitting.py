"""Files that models made elsewhere, as a picture or footage of exactly the size and length asked for."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageCms, ImageOps, ImageSequence

from pixelle.footage.decoded import upright_of
from pixelle.runtime.errors import FailedPrecondition
from svc_media.engines.base import Footage, Picture
from svc_media.film import h264
from svc_media.footage import OWN_FPS
from svc_media.frames import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from pixelle.footage.decoded import Upright
    from pixelle.runtime.work import Tick

__all__ = ["MOST_PIXELS", "UNREADABLE", "cut_to", "footage", "picture"]

_SLOWEST = 0.5
"""Footage that is too short is slowed down to this speed at most, then begins again."""
MOST_PIXELS = 100_000_000
"""Of a picture that is opened."""
UNREADABLE = (OSError, ValueError, SyntaxError, RuntimeError, Image.DecompressionBombError)
"""What Pillow raises for a picture that it cannot open; AV1 that cannot be decoded is a RuntimeError."""


def picture(data: bytes, width: int, height: int) -> Picture:
    """The first picture in a file, upright, cut to the shape asked for. Raises FailedPrecondition."""
    return Picture(np.asarray(cut_to(ImageOps.exif_transpose(_opened(data)), width, height)))


def footage(data: bytes, width: int, height: int, *, duration: float, fps: int, tick: Tick) -> Footage:
    """
    A file of moving pictures as H.264 of exactly ceil(duration x fps) frames.

    duration: seconds. fps: 0 means 30. Longer footage is cut at its end; shorter is slowed down to half its speed at
    most, then begins again. Raises FailedPrecondition (RESULT_UNREADABLE).
    """
    fps = fps or OWN_FPS
    frames = max(1, math.ceil(duration * fps - 1e-6))
    source = _Source(data)
    speed = min(1.0, max(_SLOWEST, source.seconds / duration))

    def stills() -> Iterator[NDArray[np.uint8]]:
        last: Any = None
        upright: Upright | None = None
        still = np.zeros((height, width, 3), np.uint8)
        for number, frame in enumerate(source.sampled(frames, speed / fps)):
            tick(0.96 + 0.04 * number / frames, "fitting the footage")
            if frame is not last:
                last = frame
                image: Image.Image = frame
                if not isinstance(frame, Image.Image):
                    upright = upright or upright_of(frame)
                    image = shown(frame, source.shape, upright)
                still = np.asarray(cut_to(image, width, height))
            yield still

    return Footage(h264(stills(), width, height, fps=fps), frames, fps)


def cut_to(image: Image.Image, width: int, height: int) -> Image.Image:
    """RGB (sRGB) of exactly this size: scaled to cover it, cut from the middle; what is transparent is white."""
    if image.info.get("icc_profile"):
        image = _in_srgb(image)
    if image.mode.startswith(("I", "F")):
        image = image.convert("I").point(lambda level: level / 257).convert("L")
    if image.has_transparency_data:
        full = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(full, mask=full.getchannel("A"))
    image = image.convert("RGB")
    if image.size == (width, height):
        return image
    return ImageOps.fit(image, (width, height), Image.Resampling.LANCZOS)


def _in_srgb(image: Image.Image) -> Image.Image:
    """By its own colour profile (ICC.1); one that does not fit is paid no attention to, as in browsers."""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        wanted = "RGBA" if image.mode == "RGBA" else "RGB"
        made = ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode=wanted)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return made or image


class _Source:
    """Moving pictures in any format that models are served in."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.shape = 1.0
        """Width of its pixels by their height."""
        self._animation = data[:4] in {b"GIF8", b"\x89PNG"} or data[8:12] == b"WEBP"
        self.seconds = sum(length for length, _ in self._frames())
        if self.seconds <= 0:
            raise _unreadable("no frames")

    def sampled(self, count: int, step: float) -> Iterator[Any]:
        """`count` frames, `step` seconds apart, from the start again after the end."""
        frames = self._frames()
        length, frame = next(frames)
        end = length
        for number in range(count):
            while end <= number * step + 1e-6:
                following = next(frames, None)
                if following is None:
                    frames = self._frames()
                    following = next(frames)
                length, frame = following
                end += length
            yield frame

    def _frames(self) -> Iterator[tuple[float, Any]]:
        """Each frame's length in seconds, and the frame as its decoder gives it."""
        if self._animation:
            for frame in ImageSequence.Iterator(_opened(self._data)):
                yield float(frame.info.get("duration") or 100) / 1000, frame.copy()
            return
        yield from self._decoded()

    def _decoded(self) -> Iterator[tuple[float, Any]]:
        import av
        from av.error import FFmpegError

        try:
            with av.open(io.BytesIO(self._data), "r") as container:
                if not container.streams.video:
                    raise _unreadable("it holds no pictures")
                track = container.streams.video[0]
                self.shape = float(track.sample_aspect_ratio or 1)
                usual = float(1 / (track.average_rate or 24))
                held: tuple[float, Any] | None = None
                for frame in container.decode(track):
                    time: float = frame.time if frame.pts is not None else held[0] + usual if held else 0.0
                    if held:
                        yield max(1e-3, time - held[0]), held[1]
                    held = time, frame
                if held:
                    yield usual, held[1]
        except FFmpegError as error:
            raise _unreadable(type(error).__name__) from error


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data))
        if image.width * image.height > MOST_PIXELS:
            raise _unreadable(f"{image.width} x {image.height} pixels")
        image.load()
    except UNREADABLE as error:
        raise _unreadable(type(error).__name__) from error
    return image


def _unreadable(why: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"What was made cannot be read ({why}). Have it saved as PNG, JPEG or WebP, footage as MP4 or WebM.",
        reason="RESULT_UNREADABLE",
    )
