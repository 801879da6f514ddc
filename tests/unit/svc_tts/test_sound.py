"""What is cut and joined does not click."""

from __future__ import annotations

import numpy as np
import pytest

from svc_tts.engines.base import Speech
from svc_tts.sound import joined
from svc_tts.track import Track

RATE = 24_000
Sound = np.ndarray[tuple[int], np.dtype[np.float32]]


def abrupt(seconds: float = 0.5) -> Sound:
    """A low tone that begins and ends at its peak."""
    return (0.3 * np.cos(2 * np.pi * 100 * np.arange(round(seconds * RATE)) / RATE)).astype(np.float32)


def steepest(samples: Sound) -> float:
    """The largest step from a sample to the next; a click is a large one."""
    return float(np.abs(np.diff(samples, prepend=0.0, append=0.0)).max())


@pytest.mark.parametrize("gap", [0.0, 0.08])
def test_parts_are_joined_without_clicks(gap: float) -> None:
    tone = abrupt()
    inside = float(np.abs(np.diff(tone)).max())
    whole = joined([tone, -tone, tone], RATE, gap=gap)
    assert len(whole) == 3 * len(tone) + 2 * round(gap * RATE)
    assert steepest(np.concatenate([tone, -tone])) > 20 * inside
    assert steepest(whole) < 2 * inside
    middle = slice(round(0.1 * RATE), round(0.4 * RATE))
    assert np.array_equal(whole[middle], tone[middle])
    assert np.array_equal(tone, abrupt())  # what was given stays as it was


def test_one_part_is_left_alone() -> None:
    assert np.array_equal(joined([abrupt()], RATE, gap=1.0), abrupt())


def test_sentences_are_joined_without_clicks() -> None:
    track = Track()
    pcm = b"".join(track.add(Speech(abrupt(), RATE, (), pause=0.2)) for _ in range(3)) + track.finish()
    sound = (np.frombuffer(pcm, "<i2").astype(np.float64) / 32768).astype(np.float32)
    loud = abrupt() * (float(np.abs(sound).max()) / 0.3)
    assert steepest(sound) < 2 * float(np.abs(np.diff(loud)).max())
