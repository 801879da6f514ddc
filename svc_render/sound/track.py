"""The finished sound track: mixed, brought to its loudness, encoded once, measured."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from svc_render.sound.decode import RATE, blocks, decoded
from svc_render.sound.limiter import Level, level
from svc_render.sound.loudness import SILENCE, Meter
from svc_render.sound.music import played
from svc_render.sound.timeline import BLOCK, Speech, ducking, mixed, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick

    Samples = NDArray[np.float32]
    Curve = NDArray[np.float64]

__all__ = ["Background", "Measured", "write_track"]

_BIT_RATE = 192_000
_AAC_FRAME = 1024
_MOST_GAIN = 30.0  # dB; noise in a quiet recording is not turned into a waterfall
_MUSIC_MINUTES = 10
_MARGIN = 0.4  # dB that AAC may add to a peak
_NEAR = 0.3  # LU
_TRIES = 3


@dataclass(frozen=True)
class Background:
    """Music under the narrations."""

    path: Path
    volume: float
    """0 to 1; at 1 it is as loud as the narrations."""
    loop: bool


@dataclass(frozen=True)
class Measured:
    """What a decoder of the finished track hears."""

    integrated_lufs: float
    true_peak_dbtp: float


def write_track(
    path: Path,
    speeches: Sequence[Speech],
    music: Background | None,
    *,
    total: int,
    loudness: float,
    true_peak: float,
    tick: Tick,
) -> Measured:
    """
    Mix and encode the sound of a video: AAC stereo 48 kHz in MP4, exactly `total` samples after decoding.

    total: samples. loudness: LUFS. true_peak: dBTP. Without speech the music keeps its own level.
    Raises InvalidArgument (MEDIA_UNREADABLE, MUSIC_TOO_SHORT) and Cancelled.
    """
    voice = Meter(oversampled=music is None)
    for block in spoken(speeches, total):
        voice.feed(block)
        tick(0.0, "listening")
    curve = ducking(voice.peaks)
    silent = voice.loudness <= SILENCE
    volume = music.volume * _match(music, voice.loudness, tick) if music else 0.0

    def mix() -> Iterator[Samples]:
        under = blocks(played(music.path, loop=music.loop), BLOCK) if music else None
        return mixed(spoken(speeches, total), under, total=total, volume=volume, curve=curve)

    meter = Meter() if music else voice
    for block in mix() if music else ():
        meter.feed(block)
        tick(0.2, "listening")
    target, ceiling = loudness, true_peak - _MARGIN
    heard = Measured(SILENCE, -120.0)
    for attempt in range(_TRIES):
        plan = level(meter.energies, meter.peaks, target=target, ceiling=ceiling, most=0.0 if silent else _MOST_GAIN)
        _encode(path, _levelled(mix(), plan), total, _part(tick, 0.3 + 0.2 * attempt, 0.2 / total))
        heard = _measure(path, tick)
        too_high = heard.true_peak_dbtp - true_peak
        off = loudness - heard.integrated_lufs if heard.integrated_lufs > SILENCE else 0.0
        held_back = silent or plan.gain >= 0.99 * 10.0 ** (_MOST_GAIN / 20.0)
        if too_high <= 0.0 and (held_back or abs(off) <= _NEAR):
            break
        if too_high > 0.0:
            ceiling -= too_high + 0.1
        target += off
    return heard


def _match(music: Background, voice: float, tick: Tick) -> float:
    """The factor that makes the music as loud as the narrations: a volume then means the same for every piece."""
    meter = Meter(oversampled=False)
    for number, block in enumerate(blocks(played(music.path, loop=False), BLOCK)):
        meter.feed(block)
        tick(0.1, "listening")
        if number > _MUSIC_MINUTES * 60:
            break
    if voice <= SILENCE or meter.loudness <= SILENCE:
        return 1.0
    return 10.0 ** (float(np.clip(voice - meter.loudness, -40.0, 20.0)) / 20.0)


def _part(tick: Tick, begin: float, each: float) -> Callable[[int], None]:
    """Turns samples done into progress from `begin` on."""
    return lambda samples: tick(begin + each * samples, "encoding sound")


def _encode(path: Path, sound: Iterator[Samples], total: int, done: Callable[[int], None]) -> None:
    import av

    # Silence in front makes the last AAC frame a full one, and the edit list cuts the silence off together with
    # the encoder's own delay: decoders find the exact first sample, but not all of them cut the end.
    lead = -total % _AAC_FRAME
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("aac", rate=RATE, layout="stereo", format="fltp", bit_rate=_BIT_RATE)
        place = -lead
        for block in blocks(chain([np.zeros((lead, 2), np.float32)], sound), BLOCK):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block.T), format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, place, Fraction(1, RATE)
            place += len(block)
            container.mux(stream.encode(frame))
            done(place)
        container.mux(stream.encode(None))


def _levelled(mix: Iterator[Samples], plan: Level) -> Iterator[Samples]:
    place = 0
    for block in mix:
        yield block * plan.at(place, len(block))
        place += len(block)


def _measure(path: Path, tick: Tick) -> Measured:
    meter = Meter()
    for block in blocks(decoded(path, what="sound track"), BLOCK):
        meter.feed(block)
        tick(0.9, "measuring")
    return Measured(meter.loudness, meter.true_peak)
