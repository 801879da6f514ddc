"""Files that models made elsewhere, as a picture or footage of exactly the size and length asked for."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps, ImageSequence

from pixelle.runtime.errors import FailedPrecondition
from svc_media.engines.base import Footage, Picture
from svc_media.footage import OWN_FPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelle.runtime.work import Tick

__all__ = ["cut_to", "footage", "picture"]

_SLOWEST = 0.5
"""Footage that is too short is slowed down to this speed at most, then begins again."""
_MOST_PIXELS = 100_000_000


def picture(data: bytes, width: int, height: int) -> Picture:
    """The first picture in a file, upright, cut to the shape asked for. Raises FailedPrecondition."""
    import numpy as np

    return Picture(np.asarray(cut_to(ImageOps.exif_transpose(_opened(data)), width, height)))


def footage(data: bytes, width: int, height: int, *, duration: float, fps: int, tick: Tick) -> Footage:
    """
    A file of moving pictures as H.264 of exactly ceil(duration x fps) frames.

    duration: seconds. fps: 0 means 30. Longer footage is cut at its end; shorter is slowed down to half its speed at
    most, then begins again. Raises FailedPrecondition (RESULT_UNREADABLE).
    """
    import av

    fps = fps or OWN_FPS
    frames = max(1, math.ceil(duration * fps - 1e-6))
    source = _Source(data)
    speed = min(1.0, max(_SLOWEST, source.seconds / duration))
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        track: Any = container.add_stream("libx264", rate=fps)
        track.width, track.height, track.pix_fmt = width, height, "yuv420p"
        track.options = {"preset": "veryfast", "crf": "18", "threads": "1", "x264-params": "mbtree=0"}
        last: Any = None
        still = Image.new("RGB", (width, height))
        for number, frame in enumerate(source.sampled(frames, speed / fps)):
            tick(0.96 + 0.04 * number / frames, "fitting the footage")
            if frame is not last:
                last = frame
                still = cut_to(frame if isinstance(frame, Image.Image) else _upright(frame), width, height)
            container.mux(track.encode(av.VideoFrame.from_image(still)))
        container.mux(track.encode(None))
    return Footage(out.getvalue(), frames, fps)


def cut_to(image: Image.Image, width: int, height: int) -> Image.Image:
    """RGB of exactly this size: scaled to cover it, cut from the middle; what is transparent is white."""
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


class _Source:
    """Moving pictures in any format that models are served in."""

    def __init__(self, data: bytes) -> None:
        self._data = data
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
                track = container.streams.video[0]
                usual = float(1 / (track.average_rate or 24))
                held: tuple[float, Any] | None = None
                for frame in container.decode(track):
                    time: float = frame.time if frame.pts is not None else held[0] + usual if held else 0.0
                    if held:
                        yield max(1e-3, time - held[0]), held[1]
                    held = time, frame
                if held:
                    yield usual, held[1]
        except (FFmpegError, IndexError) as error:
            raise _unreadable(type(error).__name__) from error


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data))
        if image.width * image.height > _MOST_PIXELS:
            raise _unreadable(f"{image.width} x {image.height} pixels")
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unreadable(type(error).__name__) from error
    return image


def _upright(frame: Any) -> Image.Image:
    """As players show it, by its display matrix."""
    image: Image.Image = frame.to_image()
    return image.rotate(round(frame.rotation / 90) * 90, expand=True) if frame.rotation else image


def _unreadable(why: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"What was made cannot be read ({why}). Have it saved as PNG, JPEG or WebP, footage as MP4 or WebM.",
        reason="RESULT_UNREADABLE",
    )
