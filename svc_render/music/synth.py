"""Composes and synthesises the built-in background music: a calm loop of eight bars that joins without a seam."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Wave = NDArray[np.float64]

__all__ = ["LOOP", "RATE", "compose", "encode"]

RATE = 48_000
"""Samples per second."""
LOOP = Path(__file__).parent / "default.flac"
"""The encoded loop that ships with the service."""

_BEAT = 36_000  # samples: 80 beats a minute
_BARS = 8
_LENGTH = _BARS * 4 * _BEAT  # 24 s
_PEAK = 10 ** (-3 / 20)
# measured: this level is -20 LUFS (ITU-R BS.1770) for this mix
_LEVEL = 10 ** (-22.2 / 20)
# Share of the second half of a pair of eighths: 0.5 is straight, 0.667 a triplet.
_SWING = 0.56

# D major, one chord a bar: IΔ9 - iii7 - vi9 - IVΔ9 - ii9 - IVΔ - V7sus - V7. The upper voices move by step or stay.
_CHORDS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (38, (54, 57, 61, 64)),
    (42, (52, 57, 61, 64)),
    (35, (54, 57, 61, 62)),
    (43, (54, 57, 59, 62)),
    (40, (55, 59, 62, 66)),
    (43, (55, 59, 62, 66)),
    (45, (55, 57, 62, 64)),
    (45, (55, 57, 61, 64)),
)
# Plucked notes: bar, eighth in the bar, note, strength. A question over four bars, its answer over the next four.
_MELODY: tuple[tuple[int, int, int, float], ...] = (
    (0, 0, 78, 0.9), (0, 3, 76, 0.6), (0, 5, 73, 0.7),
    (1, 1, 73, 0.5), (1, 4, 76, 0.75), (1, 7, 73, 0.45),
    (2, 0, 74, 0.85), (2, 3, 73, 0.55), (2, 5, 69, 0.7),
    (3, 2, 71, 0.6), (3, 5, 66, 0.5), (3, 6, 69, 0.6),
    (4, 0, 71, 0.85), (4, 3, 74, 0.6), (4, 5, 78, 0.7),
    (5, 1, 78, 0.5), (5, 4, 74, 0.7), (5, 6, 71, 0.5),
    (6, 0, 76, 0.85), (6, 3, 74, 0.55), (6, 5, 69, 0.65),
    (7, 1, 69, 0.5), (7, 3, 71, 0.55), (7, 5, 73, 0.7), (7, 7, 76, 0.5),
)  # fmt: skip


def compose() -> NDArray[np.float32]:
    """
    The loop: float32 [samples, 2] at 48 kHz, 24 s, peak at most -3 dBFS, -20 LUFS.

    Everything that rings past the end is folded onto the beginning, so playing it twice in a row has no seam.
    """
    mix = _pads() + _bass() + _plucks() + _brush()
    mix += 0.34 * _reverb(mix)
    mix = _leave_room_for_speech(mix)
    mix *= _LEVEL / np.sqrt(np.mean(mix**2))
    # a gentle knee instead of a limiter: sample by sample, so it cannot break the seam
    mix = _PEAK * np.tanh(mix / _PEAK)
    return mix.astype(np.float32)


def encode(wave: NDArray[np.float32], path: Path) -> None:
    """Write float32 [samples, 2] as 16-bit FLAC: lossless and gapless, so the seam survives."""
    import av

    # triangular dither of one step, drawn from a fixed seed: the file is the same every time
    noise = np.random.default_rng(16)
    dither = noise.random(wave.shape) - noise.random(wave.shape)
    steps = np.clip(np.round(wave.astype(np.float64) * 32767 + dither), -32768, 32767).astype(np.int16)
    with av.open(path, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE)
        stream.layout = "stereo"
        stream.options = {"compression_level": "12"}
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(steps.reshape(1, -1)), format="s16", layout="stereo")
        frame.sample_rate = RATE
        frame.pts = 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def _hertz(note: float) -> float:
    """Frequency of a MIDI note number, A4 = 440 Hz."""
    return 440.0 * 2 ** ((note - 69) / 12)


def _place(track: Wave, start: int, sound: Wave, pan: float) -> None:
    """Add a mono sound to a stereo loop at a sample, wrapping around; pan -1 is left, 1 is right (equal power)."""
    at = (start + np.arange(len(sound))) % len(track)
    angle = (pan + 1) * np.pi / 4
    np.add.at(track[:, 0], at, sound * np.cos(angle))
    np.add.at(track[:, 1], at, sound * np.sin(angle))


def _swell(length: int, rise: int, fall: int) -> Wave:
    """An envelope with raised-cosine ends."""
    shape = np.ones(length)
    shape[:rise] = 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / rise)
    shape[-fall:] *= 0.5 + 0.5 * np.cos(np.pi * np.arange(fall) / fall)
    return shape


def _pads() -> Wave:
    """Warm chords: a few soft partials per voice, three detuned players each, swelling into the next bar."""
    track = np.zeros((_LENGTH, 2))
    bar, overlap = 4 * _BEAT, _BEAT
    length = bar + 2 * overlap
    time = np.arange(length) / RATE
    envelope = _swell(length, 2 * overlap, 2 * overlap)
    drift = np.random.default_rng(7)
    for index, (_, notes) in enumerate(_CHORDS):
        for voice, note in enumerate(notes):
            for player, cents in enumerate((-5.0, 0.5, 6.0)):
                base = _hertz(note + cents / 100)
                breath = 1 + 0.08 * np.sin(2 * np.pi * (0.13 + 0.05 * voice) * time + drift.uniform(0, 2 * np.pi))
                sound = sum(
                    (weight * np.sin(2 * np.pi * base * k * time + drift.uniform(0, 2 * np.pi)))
                    for k, weight in ((1, 1.0), (2, 0.5), (3, 0.26), (4, 0.15), (5, 0.08), (6, 0.05), (8, 0.025))
                )
                pan = (player - 1) * 0.7 + (voice - 1.5) * 0.15
                _place(track, index * bar - overlap, 0.045 * envelope * breath * sound, float(np.clip(pan, -1, 1)))
    return track


def _bass() -> Wave:
    """A round bass: the root on one, the fifth or octave softly before the bar ends."""
    track = np.zeros((_LENGTH, 2))
    for index, (root, _) in enumerate(_CHORDS):
        lift = 7 if index % 2 == 0 else 12
        for eighth, note, beats, weight in ((0, root, 2.6, 1.0), (5, root + lift, 1.4, 0.5)):
            length = int(beats * _BEAT)
            time = np.arange(length) / RATE
            tone = sum(w * np.sin(2 * np.pi * _hertz(note) * k * time) for k, w in ((1, 1.0), (2, 0.28), (3, 0.07)))
            envelope = _swell(length, 900, length // 2) * np.exp(-time / 1.5)
            _place(track, _at(index, eighth), 0.15 * weight * envelope * tone, 0.0)
    return track


def _plucks() -> Wave:
    """A soft kalimba: partials that die faster the higher they are, with a dotted-eighth echo."""
    track = np.zeros((_LENGTH, 2))
    length = int(3.2 * RATE)
    time = np.arange(length) / RATE
    attack = 1 - np.exp(-time / 0.004)
    touch = np.random.default_rng(3)
    for order, (bar, eighth, note, strength) in enumerate(_MELODY):
        base = _hertz(note)
        tone = sum(
            weight * strength**bite * np.exp(-time / decay) * np.sin(2 * np.pi * base * ratio * time)
            for ratio, weight, decay, bite in ((1.0, 1.0, 0.95, 1.0), (2.0, 0.34, 0.6, 1.3), (3.01, 0.2, 0.28, 1.8),
                                               (5.4, 0.16, 0.09, 2.0), (8.9, 0.08, 0.035, 2.0))
        )  # fmt: skip
        tone *= _swell(length, 1, RATE)
        tone[0] = 0.0
        late = int(touch.integers(0, 480))  # human hands: up to 10 ms
        start, pan = _at(bar, eighth) + late, 0.35 if order % 2 else -0.35
        for repeat, level in enumerate((1.0, 0.32, 0.12)):
            side = pan * (-1) ** repeat
            _place(track, start + repeat * (3 * _BEAT // 4), 0.24 * level * attack * tone, side)
    return track


def _brush() -> Wave:
    """A brush on paper: breaths of noise above speech, a little firmer on two and four."""
    track = np.zeros((_LENGTH, 2))
    grain = np.random.default_rng(5)
    for step in range(_BARS * 8):
        bar, eighth = divmod(step, 8)
        firm = eighth in {2, 6}
        length = int((0.16 if firm else 0.07) * RATE)
        time = np.arange(length) / RATE
        envelope = _swell(length, length // 4, length // 2) * np.exp(-time / 0.05)
        weight = (1.0 if firm else 0.38 if eighth % 2 else 0.22) * grain.uniform(0.85, 1.15)
        noise = grain.standard_normal(length)
        _place(track, _at(bar, eighth), 0.05 * weight * envelope * noise, 0.25 if eighth % 2 else -0.15)
    hertz = np.maximum(np.fft.rfftfreq(_LENGTH, 1 / RATE), 1e-3)
    band = 1 / (1 + (5_200 / hertz) ** 6) / (1 + (hertz / 9_500) ** 4)
    return np.asarray(np.fft.irfft(np.fft.rfft(track, axis=0) * band[:, None], n=_LENGTH, axis=0))


def _at(bar: int, eighth: int) -> int:
    """Sample at which an eighth note starts; off-beats come a little late."""
    return bar * 4 * _BEAT + (eighth // 2) * _BEAT + (int(_SWING * _BEAT) if eighth % 2 else 0)


def _reverb(dry: Wave) -> Wave:
    """A room of decaying noise, darker as it dies; circular convolution, so the end rings into the beginning."""
    length = int(2.6 * RATE)
    time = np.arange(length) / RATE
    noise = np.random.default_rng(11).standard_normal((length, 2))
    spectrum = np.fft.rfft(noise, axis=0)
    hertz = np.fft.rfftfreq(length, 1 / RATE)[:, None]
    dark = np.fft.irfft(spectrum / (1 + (hertz / 2_200) ** 2), n=length, axis=0)
    bright = np.fft.irfft(spectrum / (1 + (hertz / 6_500) ** 2), n=length, axis=0)
    room = (dark * np.exp(-time / 0.62)[:, None] + 0.6 * bright * np.exp(-time / 0.16)[:, None]) * _onset(time)
    room /= np.sqrt(np.sum(room**2, axis=0))
    wet = np.fft.irfft(np.fft.rfft(dry, axis=0) * np.fft.rfft(room, n=len(dry), axis=0), n=len(dry), axis=0)
    return np.asarray(wet)


def _onset(time: Wave) -> Wave:
    """The first reflections come after 18 ms."""
    return np.clip((time - 0.018) / 0.02, 0, 1)[:, None]


def _leave_room_for_speech(mix: Wave) -> Wave:
    """Zero-phase, circular: no rumble, a dip around 2 kHz where consonants live, a soft roof above 9 kHz."""
    hertz = np.maximum(np.fft.rfftfreq(len(mix), 1 / RATE), 1e-3)
    floor = 1 / (1 + (38 / hertz) ** 4)
    roof = 1 / np.sqrt(1 + (hertz / 9_000) ** 4)
    octaves = np.log2(hertz / 2_000)
    dip = 10 ** (-6 / 20 * np.exp(-0.5 * (octaves / 0.75) ** 2))
    shaped = np.fft.rfft(mix, axis=0) * (floor * roof * dip)[:, None]
    return np.asarray(np.fft.irfft(shaped, n=len(mix), axis=0))


def main() -> None:
    """Write the loop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=LOOP, help="FLAC file to write")
    encode(compose(), parser.parse_args().output)


if __name__ == "__main__":
    main()
