"""Level, trimming, pauses and word times of a joined track."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from svc_tts.engines.base import Speech, SpokenWord
from svc_tts.loudness import loudness as heard
from svc_tts.track import LEAD, LEVEL, TRAIL, Track, wav

RATE = 22_050


def piece(*, loudness: float, before: float = 0.0, after: float = 0.0, pause: float = 0.3) -> Speech:
    """Half a second of sound of one word, with silence around it."""
    sound = loudness * np.sin(2 * np.pi * 220 * np.arange(RATE // 2) / RATE)
    parts = [np.zeros(round(before * RATE)), sound, np.zeros(round(after * RATE))]
    return Speech(np.concatenate(parts).astype(np.float32), RATE, (SpokenWord("word", before, before + 0.5),), pause)


def sound_of(pcm: bytes) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.frombuffer(pcm, "<i2").astype(np.float64) / 32768


def test_pieces_of_any_loudness_come_out_equally_loud() -> None:
    levels: list[float] = []
    for loudness in (0.01, 0.1, 0.9):
        sound = sound_of(Track().add(piece(loudness=loudness)))
        levels.append(heard(sound[round(LEAD * RATE) :].astype(np.float32), RATE))
    assert max(levels) - min(levels) < 0.5
    assert levels[2] == pytest.approx(levels[1], abs=0.1)
    assert levels[1] == pytest.approx(LEVEL, abs=0.1)


def test_noise_is_not_blown_up() -> None:
    noise = 0.0004 * np.random.default_rng(1).standard_normal(RATE).astype(np.float32)
    pcm = Track().add(Speech(noise, RATE, (SpokenWord("hush", 0.0, 1.0),)))
    assert heard(sound_of(pcm).astype(np.float32), RATE) < LEVEL - 12


def test_peaks_never_clip() -> None:
    spiky = piece(loudness=0.02)
    spiky.samples[5000] = 1.0
    assert np.abs(sound_of(Track().add(spiky))).max() < 0.85


def test_silence_around_is_set_whatever_the_engine_left() -> None:
    track = Track()
    pcm = track.add(piece(loudness=0.3, before=1.0, after=2.0)) + track.finish()
    assert track.sample_count == len(pcm) // 2
    assert track.sample_count / RATE == pytest.approx(LEAD + 0.5 + TRAIL, abs=0.1)
    assert track.words[0].start == pytest.approx(LEAD, abs=0.06)
    assert track.words[0].end - track.words[0].start == pytest.approx(0.5, abs=0.06)


def test_the_pause_of_a_piece_comes_before_the_next() -> None:
    track = Track()
    track.add(piece(loudness=0.3, pause=0.7))
    track.add(piece(loudness=0.3))
    assert track.words[1].start - track.words[0].end == pytest.approx(0.7, abs=0.05)


def silences(pcm: bytes) -> list[float]:
    """Lengths of the stretches in which nothing is heard, in seconds."""
    quiet = np.abs(sound_of(pcm)) < 0.002
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8))).reshape(-1, 2)
    return [float(end - start) / RATE for start, end in edges if end - start > RATE // 20]


def test_pauses_are_as_long_as_asked_for_between_what_is_heard() -> None:
    track = Track(lead=1.0, tail=0.7)
    given = (piece(loudness=0.3, before=0.4, after=0.4, pause=pause) for pause in (0.5, 0.0, 0.1))
    found = silences(b"".join(track.add(each) for each in given) + track.finish())
    assert found == pytest.approx([LEAD + 1.0, 0.5, 0.06, TRAIL + 0.7], abs=0.03)


def test_every_word_has_a_time_of_its_own() -> None:
    long = piece(loudness=0.3, before=0.2, after=1.0)
    # one before the sound, one of no length, two after the last sound
    times = [("a", 0.0, 0.1), ("b", 0.25, 0.25), ("c", 0.25, 0.7), ("d", 1.0, 1.3), ("e", 1.4, 1.7)]
    track = Track()
    pcm = track.add(Speech(long.samples, RATE, tuple(SpokenWord(*each) for each in times))) + track.finish()
    at = 0.0
    for word in track.words:
        assert at <= word.start < word.end - 0.03, track.words
        at = word.end
    assert at <= len(pcm) / 2 / RATE - TRAIL + 0.06
    assert [word.text for word in track.words] == list("abcde")


def test_a_silent_piece_is_kept_whole() -> None:
    track = Track()
    pcm = track.add(Speech(np.zeros(RATE, np.float32), RATE, (SpokenWord("hush", 0.0, 1.0),)))
    assert not any(pcm)
    assert track.words[0].end - track.words[0].start == pytest.approx(1.0)


def test_wav_holds_the_samples() -> None:
    with wave.open(io.BytesIO(wav(b"\x01\x00\x02\x00", RATE))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        assert file.readframes(10) == b"\x01\x00\x02\x00"
