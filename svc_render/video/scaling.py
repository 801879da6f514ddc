"""Frames of footage brought to the shape and the colours of a clip."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from pixelle.footage.decoded import Upright, colours_of, shown_size, upright_of
from pixelle.footage.hdr import ToneMap, is_hdr
from svc_render.odd_shapes import MIDDLE, is_odd, where_cut
from svc_render.video.planes import planes, resampling, within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import av
    from numpy.typing import NDArray

    from svc_render.attention import Shares

    Planes = NDArray[np.uint8]

__all__ = ["Fit", "Scaler"]

Fit = Literal["cover", "contain", "auto"]
"""Cut to the page's shape; seen whole, before a blurred ground; as its shape is near to the page's or not."""

_SMALL = 24  # the blurred ground is made from a picture this many times smaller
_SHADE = 0.6
_ABOVE = 0.42  # of the room that is left in height: the text stands below


class Scaler:
    """Makes frames of any size, shape and colour packed yuv420p pictures of one size, bt709 limited."""

    def __init__(
        self, width: int, height: int, *, fit: Fit = "cover", seen: Callable[[], Sequence[Shares]] = lambda: ()
    ) -> None:
        """width, height: even, in pixels. seen: what of the frames draws the eye, asked for once if they are cut."""
        import cv2

        cv2.setNumThreads(1)  # the decoder and the encoder have threads of their own for the other cores
        self._size = (width, height)
        self._fit: Fit = fit
        self._seen = seen
        self._aim: tuple[float, float] | None = None
        self._tones = ToneMap()
        self._uprights: dict[float, Upright] = {}
        """By the turn that frames tell of."""

    def scaled(self, frame: av.VideoFrame, shape: float) -> Planes:
        """The frame, upright, as [height * 3 / 2, width]. shape: width of its pixels by their height."""
        upright = self._uprights.get(frame.rotation)
        if upright is None:
            upright = self._uprights[frame.rotation] = upright_of(frame)
        frame = _converted(self._toned(frame, shape, upright) if is_hdr(frame) else frame)
        y, u, v = (upright.of(plane) for plane in within(frame))
        source = y, u, v
        if upright.transposed:
            shape = 1 / shape
        width, height = self._size
        done = np.empty((height * 3 // 2, width), np.uint8)
        targets = planes(done)
        tall, wide = source[0].shape
        if self._aim is None:
            self._settle(wide * shape / tall)
        if self._fit != "contain":
            _fill(source, targets, shape, self._aim or MIDDLE)
            return done
        _blurred(source, targets, shape)
        scale = min(width / (wide * shape), height / tall)
        across, down = (max(2, round(side * scale / 2) * 2) for side in (wide * shape, tall))
        left, top = (width - across) // 4 * 2, int((height - down) * _ABOVE / 2) * 2
        for plane, target, step in zip(source, targets, (1, 2, 2), strict=True):
            inner = target[top // step : (top + down) // step, left // step : (left + across) // step]
            _resize(plane, inner)
        return done

    def _settle(self, shape: float) -> None:
        """Decide how frames of a shape, width by height, are shown: one way for all that follow."""
        place = self._size[0] / self._size[1]
        if self._fit == "auto":
            self._fit = "contain" if is_odd(shape, place) else "cover"
        self._aim = where_cut(shape, place, self._seen) if self._fit == "cover" else MIDDLE

    def _toned(self, frame: av.VideoFrame, shape: float, upright: Upright) -> av.VideoFrame:
        """HDR as SDR, no larger than it will be seen: every pixel costs."""
        wide, tall = shown_size(frame, shape, upright)
        scale = min(1.0, max(self._size[0] / wide, self._size[1] / tall))
        width, height = (max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height))
        return self._tones.shown(frame, width=width, height=height)


def _converted(frame: av.VideoFrame) -> av.VideoFrame:
    """The frame at its own size, made even, as yuv420p in our colours."""
    from av.video.reformatter import ColorRange, Colorspace

    colours: int = Colorspace[colours_of(frame)]
    if any(component.is_alpha for component in frame.format.components):
        frame, colours = _on_black(frame, colours), Colorspace.ITU709
    width, height = (max(2, side // 2 * 2) for side in (frame.width, frame.height))
    ours = frame.format.name == "yuv420p" and frame.color_range != ColorRange.JPEG and colours == Colorspace.ITU709
    if not ours or (width, height) != (frame.width, frame.height):
        frame = frame.reformat(
            width=width,
            height=height,
            format="yuv420p",
            src_colorspace=colours,
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            interpolation=resampling(),
        )
    return frame


def _on_black(frame: av.VideoFrame, colours: int) -> av.VideoFrame:
    """A frame that can be seen through, before black."""
    import av

    pixels = frame.reformat(format="rgba", src_colorspace=colours).to_ndarray().astype(np.uint16)
    solid = ((pixels[:, :, :3] * pixels[:, :, 3:] + 127) // 255).astype(np.uint8)
    return av.VideoFrame.from_ndarray(solid, "rgb24")


def _fill(
    source: tuple[Planes, ...], targets: tuple[Planes, ...], shape: float, aim: tuple[float, float] = MIDDLE
) -> None:
    """
    A part of the source, as large as it can be in the shape of the targets.

    aim: how much of what is cut off goes at the left and how much at the top, each 0 to 1.
    """
    tall, wide = source[0].shape
    height, width = targets[0].shape
    scale = max(width / (wide * shape), height / tall)
    across, down = min(wide, width / scale / shape), min(tall, height / scale)
    # even, so that the part starts and ends on a chroma sample
    part = [max(2, round(side / 2) * 2) for side in (across, down)]
    left, top = (
        int(max(0, side - kept) * share / 2) * 2 for side, kept, share in zip((wide, tall), part, aim, strict=True)
    )
    for plane, target, step in zip(source, targets, (1, 2, 2), strict=True):
        seen = plane[top // step : (top + part[1]) // step, left // step : (left + part[0]) // step]
        _resize(seen, target)


def _blurred(source: tuple[Planes, ...], targets: tuple[Planes, ...], shape: float) -> None:
    """The same, out of focus and darker."""
    import cv2

    height, width = targets[0].shape
    rows, columns = height // _SMALL, width // _SMALL
    small = tuple(np.empty((max(1, rows // step), max(1, columns // step)), np.uint8) for step in (1, 2, 2))
    _fill(source, small, shape)
    for plane, target, black in zip(small, targets, (16, 128, 128), strict=True):
        soft = cv2.GaussianBlur(plane, (0, 0), 2.0)
        shaded = cv2.addWeighted(soft, _SHADE, soft, 0.0, black * (1 - _SHADE))
        target[:] = cv2.resize(shaded, (target.shape[1], target.shape[0]), interpolation=cv2.INTER_CUBIC)


def _resize(plane: Planes, target: Planes) -> None:
    import cv2

    height, width = target.shape
    if plane.shape == target.shape:
        target[:] = plane
        return
    smaller = width * height < plane.shape[0] * plane.shape[1]
    cv2.resize(plane, (width, height), dst=target, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC)
