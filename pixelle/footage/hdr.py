"""Footage of high dynamic range (HLG and PQ, ITU-R BT.2100) as what ordinary screens show."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

    Light = NDArray[np.float64]

__all__ = ["ToneMap", "is_hdr"]

_PQ, _HLG = 16, 18  # transfer characteristics (ITU-T H.273, table 3)
_KNOTS = 33
"""Colours of the table along each axis; what lies between them is interpolated."""
_PEAK, _WHITE = 1000.0, 203.0
"""cd/m2: the brightest that is told apart, and what a white sheet of paper is shown at (BT.2408)."""
_GAMMA = 2.4  # of the screens that SDR is made for (BT.1886)
_LUMA = np.array([0.2627, 0.6780, 0.0593])
_TO_709 = np.array([[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]])  # BT.2087
_LUMA_709 = np.array([0.2126, 0.7152, 0.0722])


def is_hdr(frame: av.VideoFrame) -> bool:
    """The frame says that it is HLG or PQ."""
    return frame.color_trc in {_PQ, _HLG}


class ToneMap:
    """Makes the frames of one clip SDR: bt709 colours, full range RGB."""

    def __init__(self) -> None:
        self._graph: Any = None
        self._made_for: tuple[int, int, int] | None = None

    def shown(self, frame: av.VideoFrame, *, width: int, height: int) -> av.VideoFrame:
        """The frame as gbrp of this size, in pixels; what a table of colours says of each pixel."""
        from av.video.reformatter import ColorRange, Colorspace

        rgb = frame.reformat(
            width=width,
            height=height,
            format="gbrp12le",
            src_colorspace=Colorspace.BT2020,
            dst_colorspace=Colorspace.BT2020,
            src_color_range=frame.color_range or ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
        )
        key = (frame.color_trc, width, height)
        if key != self._made_for:
            self._graph, self._made_for = _graph(frame.color_trc, width, height), key
        self._graph.push(rgb)
        return self._graph.pull()


def _graph(transfer: int, width: int, height: int) -> Any:
    from av.filter import Graph

    graph: Any = Graph()
    source = graph.add_buffer(width=width, height=height, format="gbrp12le", time_base=Fraction(1, 1000))
    with tempfile.NamedTemporaryFile("w", prefix="tones-", suffix=".cube") as file:
        file.write(_cube(transfer))
        file.flush()
        table = graph.add("lut3d", file=file.name)
    eight = graph.add("format", "gbrp")
    sink = graph.add("buffersink")
    for one, other in ((source, table), (table, eight), (eight, sink)):
        one.link_to(other)
    graph.configure()
    return graph


@cache
def _cube(transfer: int) -> str:
    """The table as a .cube file: red changes fastest."""
    axis = np.linspace(0, 1, _KNOTS)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    colours = _sdr(np.stack([red, green, blue], axis=-1).reshape(-1, 3), transfer)
    return f"LUT_3D_SIZE {_KNOTS}\n" + "\n".join(f"{r:.5f} {g:.5f} {b:.5f}" for r, g, b in colours) + "\n"


def _sdr(signal: Light, transfer: int) -> Light:
    """BT.2020 signals 0 to 1 [n, 3] as BT.709 signals 0 to 1: hues stay, what is too bright is rolled off."""
    light = _from_pq(signal) if transfer == _PQ else _from_hlg(signal)
    brightest = np.maximum(light.max(axis=1, keepdims=True), 1e-6)
    light = light * (_rolled_off(brightest) / brightest) / _WHITE
    return np.clip(_within_709(light @ _TO_709.T), 0, 1) ** (1 / _GAMMA)


def _rolled_off(light: Light) -> Light:
    """cd/m2 up to `_PEAK` as cd/m2 up to `_WHITE` (ITU-R BT.2390, 5.4.1)."""
    top = _to_pq(np.array(_PEAK))
    most = float(_to_pq(np.array(_WHITE)) / top)
    knee = 1.5 * most - 0.5
    seen = np.clip(_to_pq(light) / top, 0, 1)
    t = np.clip((seen - knee) / (1 - knee), 0, 1)
    curve = (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (-2 * t**3 + 3 * t**2) * most
    return _from_pq(np.where(seen < knee, seen, curve) * top)


def _within_709(light: Light) -> Light:
    """Colours that BT.709 cannot show, made as much greyer as they need to be."""
    grey = np.clip(light @ _LUMA_709, 0, 1)[:, None]
    lowest, highest = light.min(axis=1, keepdims=True), light.max(axis=1, keepdims=True)
    share = np.ones_like(grey)
    share = np.where(lowest < 0, grey / np.maximum(grey - lowest, 1e-9), share)
    share = np.where(highest > 1, np.minimum(share, (1 - grey) / np.maximum(highest - grey, 1e-9)), share)
    return grey + (light - grey) * share


def _from_hlg(signal: Light) -> Light:
    """Signals as cd/m2 on a screen of 1000 (BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    return 1000 * scene * (scene @ _LUMA)[:, None] ** 0.2


_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128


def _from_pq(signal: Light) -> Light:
    """Signals as cd/m2 (BT.2100, table 4)."""
    root = signal ** (1 / _M2)
    return 10_000 * (np.maximum(root - _C1, 0) / (_C2 - _C3 * root)) ** (1 / _M1)


def _to_pq(light: Light) -> Light:
    """The inverse."""
    share = (np.clip(light, 0, None) / 10_000) ** _M1
    return ((_C1 + _C2 * share) / (1 + _C3 * share)) ** _M2
