"""The finished sound track: mixed, brought to its loudness, encoded once, measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from svc_render.ahead import ahead
from svc_render.sound.aac import written
from svc_render.sound.balance import MOST_GAIN, Stems, balanced
from svc_render.sound.decode import BLOCK, blocks, filled
from svc_render.sound.footage import heard_under
from svc_render.sound.limiter import limited
from svc_render.sound.loudness import SILENCE, Meter, decibels
from svc_render.sound.music import played
from svc_render.sound.timeline import ducking, faded, mixed, spoken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_render.sound.footage import FootageSound
    from svc_render.sound.timeline import Speech

    Samples = NDArray[np.float32]
    Curve = NDArray[np.float64]
    Stem = Callable[[], Iterator[Samples]]

__all__ = ["Background", "Measured", "write_track"]

_MARGIN = 0.7  # dB that AAC may add to a peak
_NEAR = 0.3, 0.5  # LU that the loudness may be off: speech alone, and with something under it
_LESS = 10.0 ** (-2.0 / 20.0)
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
    lowered_db: float = 0.0
    """How far music and footage were turned down below what was asked, to keep the loudness."""


def write_track(
    path: Path,
    speeches: Sequence[Speech],
    music: Background | None,
    footage: Sequence[FootageSound] = (),
    *,
    total: int,
    loudness: float,
    true_peak: float,
    tick: Tick,
) -> Measured:
    """
    Mix and encode the sound of a video: AAC stereo 48 kHz in MP4, exactly `total` samples after decoding.

    footage: in the order of the scenes. total: samples. loudness: LUFS. true_peak: dBTP.
    Without speech music and footage keep their own levels.
    Raises InvalidArgument (MEDIA_UNREADABLE, MUSIC_TOO_SHORT, FOOTAGE_INVALID) and Cancelled.
    """
    sounds: list[Stem] = [lambda: spoken(speeches, total)]
    if music:
        sounds.append(lambda: filled(played(music.path, loop=music.loop), total))
    if footage:
        sounds.append(lambda: filled(heard_under(footage), total))
    stems = Stems(len(sounds))
    done = 0
    with ahead(zip(*(sound() for sound in sounds), strict=True)) as listened:
        for parts in listened:
            stems.feed(parts)
            done += parts[0].shape[1]
            tick(0.3 * done / total, "listening")
    under = _asked(stems, music, total, loudness)[: len(sounds) - 1]

    target, most = loudness, 1.0
    ceiling = true_peak - _MARGIN
    heard = Measured(SILENCE, -120.0)
    for attempt in range(_TRIES):
        top = 10.0 ** (ceiling / 20.0)
        plan = balanced(stems, under, target=target, top=top, most=most)
        levels = [plan.gain, *(level * plan.bed for level in under)]
        mix = limited(mixed([sound() for sound in sounds], levels), top)
        begin = 0.3 + 0.2 * attempt
        lufs, peak = _encode_and_measure(
            path, mix, total, lambda done, begin=begin: tick(begin + 0.2 * done / total, "encoding sound")
        )
        heard = Measured(lufs, peak, lowered_db=-decibels(plan.bed))
        too_high = peak - true_peak
        off = 0.0 if plan.capped else loudness - lufs
        if too_high <= 0.0 and abs(off) <= _NEAR[bool(under)]:
            break
        if too_high > 0.0:
            ceiling -= too_high + 0.1
        if under:
            most = plan.bed * _LESS if abs(off) > _NEAR[1] else most
        else:
            target += off
    return heard


def _asked(stems: Stems, music: Background | None, total: int, loudness: float) -> list[Curve]:
    """The levels of music and footage as they were asked for; the last one is that of footage, if there is any."""
    duck = ducking(stems.peaks(0))
    if not music:
        return [duck]
    voice, own = stems.loudness(0), stems.loudness(1)
    # as loud as the narrations will be: a volume then means the same for every piece
    match = min(loudness, voice + MOST_GAIN) - own if min(voice, own) > SILENCE else 0.0
    return [duck * faded(total) * (music.volume * 10.0 ** (min(match, MOST_GAIN) / 20.0)), duck]


def _encode_and_measure(
    path: Path, sound: Iterator[Samples], total: int, done: Callable[[int], None]
) -> tuple[float, float]:
    """LUFS and dBTP of what was encoded."""
    meter = Meter()
    place = 0
    with ahead(blocks(written(path, sound, total), BLOCK)) as heard:
        for block in heard:
            meter.feed(block)
            place += block.shape[1]
            done(place)
    return meter.loudness, meter.true_peak
