"""Pictures as the planes that H.264 holds: bt709, limited range, 4:2:0."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    import av
    from av.video.reformatter import Interpolation
    from numpy.typing import NDArray

    Planes = NDArray[np.uint8]

__all__ = [
    "Overlay",
    "between",
    "decoded",
    "encoded",
    "framed",
    "fresh",
    "opaque",
    "overlaid",
    "packed",
    "planes",
    "resampling",
    "rgb",
    "tag",
    "within",
]

_FREE = 16  # rows that are worth a band of their own


def resampling() -> Interpolation:
    """How libswscale scales and converts."""
    from av.video.reformatter import Interpolation

    return (
        Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INP | Interpolation.FULL_CHR_H_INT
    )


def decoded(png: bytes) -> Planes:
    """A captured page as BGR or BGRA [height, width, 3 or 4]. A third faster than Pillow."""
    import cv2

    pixels = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint8:
        raise ValueError("not a picture of 8 bits a channel")
    if pixels.ndim == 2:
        pixels = cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR)
    return np.asarray(pixels, dtype=np.uint8)


def opaque(png: bytes) -> av.VideoFrame:
    """A captured page as a yuv420p frame. Transparent parts show black."""
    pixels = decoded(png)
    if pixels.shape[2] == 4:
        share = pixels[:, :, 3:].astype(np.uint16)
        pixels = ((pixels[:, :, :3] * share + 127) // 255).astype(np.uint8)
    return _yuv(pixels)


def packed(png: bytes) -> Planes:
    """A picture file as a packed yuv420p array [height * 3 / 2, width]. Width and height must be even."""
    return np.asarray(opaque(png).to_ndarray(), dtype=np.uint8)


def _yuv(pixels: Planes) -> av.VideoFrame:
    """BGR [height, width, 3] as a frame."""
    import av
    from av.video.reformatter import ColorRange, Colorspace

    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "bgr24").reformat(
        format="yuv420p",
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=resampling(),
    )
    return tag(frame)


def rgb(frame: av.VideoFrame) -> Planes:
    """A bt709 limited yuv420p frame as RGB [height, width, 3]."""
    return _pixels(frame, "rgb24")


def encoded(frame: av.VideoFrame) -> bytes:
    """A bt709 limited yuv420p frame as PNG. Two fifths faster than Pillow, and no larger for footage."""
    import cv2

    quick = [
        *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_AVG),  # trying them all on every row costs half the time
        *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_HUFFMAN_ONLY),
        *(cv2.IMWRITE_PNG_COMPRESSION, 1),
    ]
    done, png = cv2.imencode(".png", _pixels(frame, "bgr24"), quick)
    if not done:
        raise ValueError("not a picture that PNG can hold")
    return png.tobytes()


def _pixels(frame: av.VideoFrame, order: Literal["rgb24", "bgr24"]) -> Planes:
    from av.video.reformatter import ColorRange, Colorspace

    plain = frame.reformat(
        format=order,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
        interpolation=resampling(),
    )
    return np.asarray(plain.to_ndarray(), dtype=np.uint8)


def tag(frame: av.VideoFrame) -> av.VideoFrame:
    """Say on a frame that it is bt709 limited."""
    from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

    frame.colorspace = Colorspace.ITU709
    frame.color_range = ColorRange.MPEG
    frame.color_primaries = ColorPrimaries.BT709
    frame.color_trc = ColorTrc.BT709
    return frame


def framed(picture: Planes) -> av.VideoFrame:
    """A packed yuv420p array [height * 3 / 2, width] as a frame."""
    import av

    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "yuv420p")


def fresh(width: int, height: int) -> tuple[av.VideoFrame, tuple[Planes, Planes, Planes]]:
    """A yuv420p frame and its planes, to be written to. Width and height must be even."""
    import av

    frame = av.VideoFrame(width, height, "yuv420p")
    return frame, within(frame)


def within(frame: av.VideoFrame) -> tuple[Planes, Planes, Planes]:
    """Y, U and V of a yuv420p frame, not copied."""
    y, u, v = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in frame.planes
    )
    return y, u, v


def planes(picture: Planes) -> tuple[Planes, Planes, Planes]:
    """Y [height, width], U and V [height / 2, width / 2] of a packed yuv420p array, not copied."""
    height, width = picture.shape[0] * 2 // 3, picture.shape[1]
    small = picture.reshape(-1)[height * width :].reshape(2, height // 2, width // 2)
    return picture[:height], small[0], small[1]


class Overlay:
    """A page that lets pictures through, ready to be laid over yuv420p pictures of the same size."""

    def __init__(self, added: Planes, kept: Planes) -> None:
        """added: the page's own part, packed yuv420p; kept: what it lets through, 0 to 255, in the same layout."""
        self.added = added
        self.kept = kept
        self._bands = [_bands(plane) for plane in planes(kept)]

    def over(self, picture: Planes) -> av.VideoFrame:
        """A packed yuv420p picture with the page over it."""
        import cv2

        height, width = picture.shape[0] * 2 // 3, picture.shape[1]
        frame, targets = fresh(width, height)
        layers = (planes(picture), planes(self.kept), planes(self.added), targets, self._bands)
        for source, kept, added, target, bands in zip(*layers, strict=True):
            free = 0
            for rows in bands:
                target[free : rows.start] = source[free : rows.start]
                seen = cv2.multiply(source[rows], kept[rows], scale=1 / 255)
                cv2.add(seen, added[rows], dst=target[rows])
                free = rows.stop
            target[free:] = source[free:]
        return frame


def _bands(kept: Planes) -> list[slice]:
    """Where a plane is not wholly let through: rows next to each other, few of which are."""
    rows = np.flatnonzero((kept != 255).any(axis=1))
    gaps = np.flatnonzero(np.diff(rows) > _FREE)
    starts, stops = [0, *(gaps + 1)], [*gaps, len(rows) - 1]
    return [slice(int(rows[a]), int(rows[b]) + 1) for a, b in zip(starts, stops, strict=True)] if rows.size else []


def overlaid(pixels: Planes) -> Overlay:
    """
    The overlay of a page drawn with a transparent background: BGRA [height, width, 4], straight alpha.

    BGR [height, width, 3] is a page, or a part of one, that lets nothing through: the browser leaves alpha out.
    """
    import cv2

    if pixels.shape[2] == 3:
        return Overlay(_packed(pixels), np.zeros((pixels.shape[0] * 3 // 2, pixels.shape[1]), np.uint8))
    alpha = _subsampled(pixels[:, :, 3])
    own = cv2.multiply(_packed(pixels[:, :, :3]), alpha, scale=1 / 255)
    return Overlay(np.asarray(own, dtype=np.uint8), 255 - alpha)


def between(black: Planes, white: Planes) -> Overlay:
    """
    The overlay of a page around a hole: BGR [height, width, 3], once over black and once over white.

    A page does not bend light: what shows is its own part plus a share of what lies in the hole.
    """
    import cv2

    mean = np.full((1, 3), 1 / 3, np.float32)
    share = _subsampled(np.asarray(cv2.transform(cv2.subtract(white, black), mean), dtype=np.uint8))
    own = _packed(black)
    for part, seen, ground in zip(planes(own), planes(share), (16, 128, 128), strict=True):
        # what black and grey are in limited range is the hole's own part
        cv2.subtract(part, cv2.convertScaleAbs(seen, alpha=ground / 255), dst=part)
    return Overlay(own, share)


def _packed(pixels: Planes) -> Planes:
    return np.asarray(_yuv(np.ascontiguousarray(pixels)).to_ndarray(), dtype=np.uint8)


def _subsampled(share: Planes) -> Planes:
    """One value per pixel [height, width] in the layout of packed yuv420p."""
    import cv2

    height, width = share.shape
    done = np.empty((height * 3 // 2, width), np.uint8)
    y, u, v = planes(done)
    y[:] = share
    # chroma has half the lines: both planes see the mean of each 2x2 block
    cv2.resize(share, (width // 2, height // 2), dst=u, interpolation=cv2.INTER_AREA)
    v[:] = u
    return done
