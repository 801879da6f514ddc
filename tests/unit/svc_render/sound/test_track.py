"""The finished sound track, decoded again: every sample in its place, at its loudness, music under the voice."""

from __future__ import annotations

import wave
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from pixelle.runtime.errors import Cancelled, InvalidArgument
from svc_render.sound.decode import RATE, decoded
from svc_render.sound.loudness import SILENCE
from svc_render.sound.music import MusicShelf, played
from svc_render.sound.timeline import Speech, scene_starts
from svc_render.sound.track import Background, Measured, write_track

if TYPE_CHECKING:
    from pathlib import Path

Samples = NDArray[np.float32]


def wav(path: Path, sound: NDArray[np.floating], rate: int = 22_050) -> Path:
    """sound: [n] or [n, channels]."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1 if sound.ndim == 1 else sound.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def tone(seconds: float, hertz: float, *, rate: int = 22_050, level: float = 0.2) -> NDArray[np.float64]:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def quiet_tick(fraction: float, message: str = "") -> None:
    assert 0.0 <= fraction <= 1.0
    del message


def made(folder: Path, speeches: list[Speech], total: int, music: Background | None = None) -> tuple[Samples, Measured]:
    path = folder / "sound.m4a"
    heard = write_track(path, speeches, music, total=total, loudness=-14, true_peak=-1, tick=quiet_tick)
    return np.concatenate(list(decoded(path, what="track")), axis=1).T, heard


def strength(sound: Samples, hertz: float) -> float:
    """Amplitude of one frequency in the left channel."""
    time = np.arange(len(sound)) / RATE
    return float(2 * np.abs(np.mean(sound[:, 0] * np.exp(-2j * np.pi * hertz * time))))


def test_a_continuous_tone_over_many_scenes_has_no_gap(tmp_path: Path) -> None:
    # the tone goes on in phase from scene to scene, so that any gap, overlap or shift shows at the joins
    fps, frames, hertz, scenes = 30, 23, 300.0, 40
    starts = scene_starts([frames] * scenes, fps)
    whole = tone(starts[-1] / RATE, hertz, rate=RATE)
    speeches = [
        Speech(wav(tmp_path / f"{at}.wav", whole[start:stop], RATE), start, stop, "narration")
        for at, (start, stop) in enumerate(pairwise(starts))
    ]
    sound, _ = made(tmp_path, speeches, starts[-1])
    assert len(sound) == starts[-1]
    with av.open(str(tmp_path / "sound.m4a")) as container:
        times = [packet.pts for packet in container.demux(audio=0) if packet.pts is not None]
    assert {later - earlier for earlier, later in pairwise(times)} == {1024}, "AAC frames overlap or leave a gap"
    ideal = whole / np.sqrt(np.mean(whole**2)) * np.sqrt(np.mean(sound[:, 0] ** 2))
    inside = slice(2000, -2000)  # the encoder's own edges
    assert np.abs(sound[inside, 0] - ideal[inside]).max() < 0.03 * ideal.max()
    assert np.allclose(sound[inside, 0], sound[inside, 1], atol=0.01)


@pytest.mark.parametrize("fps", [15, 24, 30, 60])
def test_the_number_of_samples_is_exact(tmp_path: Path, fps: int) -> None:
    starts = scene_starts([17, 1, 31], fps)
    paths = [wav(tmp_path / f"{at}.wav", tone((starts[at + 1] - starts[at]) / RATE, 220)) for at in range(3)]
    speeches = [Speech(path, starts[at], starts[at + 1], "narration") for at, path in enumerate(paths)]
    sound, _ = made(tmp_path, speeches, starts[-1])
    assert len(sound) == starts[-1] == round(49 * RATE / fps)


@pytest.mark.parametrize(("rate", "channels"), [(8_000, 1), (16_000, 2), (44_100, 6), (96_000, 1)])
def test_any_rate_and_layout_keeps_its_pitch_and_place(tmp_path: Path, rate: int, channels: int) -> None:
    sound = np.concatenate([np.zeros(rate // 2), tone(1.0, 440, rate=rate), np.zeros(rate // 2)])
    many = sound if channels == 1 else np.repeat(sound[:, None], channels, axis=1) / channels
    path = wav(tmp_path / "in.wav", many, rate)
    got, _ = made(tmp_path, [Speech(path, 0, 2 * RATE, "narration")], 2 * RATE)
    level = np.abs(got[:, 0])
    loud = np.flatnonzero(level > 0.3 * level.max())
    assert strength(got[RATE * 6 // 10 : RATE * 14 // 10], 440) > 0.1
    assert loud[0] == pytest.approx(RATE / 2, abs=200)
    assert loud[-1] == pytest.approx(RATE * 3 / 2, abs=200)


def bursts(seconds: float, rate: int = 22_050) -> NDArray[np.float64]:
    """Speech-like: half a second on and off, with peaks well above the mean."""
    time = np.arange(round(seconds * rate)) / rate
    noise = np.random.default_rng(3).standard_normal(len(time))
    return 0.1 * (np.sin(2 * np.pi * 200 * time) + 0.7 * noise) * np.clip(np.sin(2 * np.pi * 3 * time), 0, 1)


def test_loudness_and_peak_are_kept_and_told(tmp_path: Path) -> None:
    path = wav(tmp_path / "in.wav", bursts(12))
    sound, heard = made(tmp_path, [Speech(path, 0, 12 * RATE, "narration")], 12 * RATE)
    assert heard.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert heard.true_peak_dbtp <= -1.0
    assert np.abs(sound).max() <= 10 ** (-1 / 20)


def test_silence_stays_silent(tmp_path: Path) -> None:
    path = wav(tmp_path / "in.wav", np.zeros(22_050))
    sound, heard = made(tmp_path, [Speech(path, 0, RATE, "narration")], RATE)
    assert heard.integrated_lufs == SILENCE
    assert np.abs(sound).max() < 1e-4


def test_twenty_milliseconds(tmp_path: Path) -> None:
    path = wav(tmp_path / "in.wav", tone(0.02, 440))
    sound, _ = made(tmp_path, [Speech(path, 0, 1600, "narration")], 1600)
    assert len(sound) == 1600
    assert np.abs(sound).max() < 0.5


def test_music_goes_down_under_speech_and_out_at_the_end(tmp_path: Path) -> None:
    # voice from 4 s to 8 s of 14 s; the music is a tone that the voice does not have
    voice = np.concatenate([np.zeros(4 * 22_050), bursts(4), np.zeros(6 * 22_050)])
    speeches = [Speech(wav(tmp_path / "in.wav", voice), 0, 14 * RATE, "narration")]
    music = wav(tmp_path / "music.wav", tone(3.0, 1000, rate=RATE, level=0.5), RATE)
    mixed, heard = made(tmp_path, speeches, 14 * RATE, Background(music, 0.3, loop=True))
    open_, under = strength(mixed[RATE : 3 * RATE], 1000), strength(mixed[5 * RATE : 7 * RATE], 1000)
    assert open_ > 0.01
    assert 7 < 20 * np.log10(open_ / under) < 11  # 8 by ducking, the rest by the limiter on the voice
    assert strength(mixed[9 * RATE : 11 * RATE], 1000) == pytest.approx(open_, rel=0.1)
    assert strength(mixed[-RATE // 10 :], 1000) < 0.1 * open_
    assert heard.integrated_lufs == pytest.approx(-14, abs=0.5)


def test_the_voice_is_as_loud_with_music_as_without(tmp_path: Path) -> None:
    voice = bursts(6) + tone(6, 310, level=0.05)
    speeches = [Speech(wav(tmp_path / "in.wav", voice), 0, 6 * RATE, "narration")]
    music = wav(tmp_path / "music.wav", tone(3.0, 1000, rate=RATE, level=0.5), RATE)
    alone, _ = made(tmp_path, speeches, 6 * RATE)
    mixed, _ = made(tmp_path, speeches, 6 * RATE, Background(music, 0.3, loop=True))
    spoken = slice(RATE, 4 * RATE)
    ratio = strength(mixed[spoken], 310) / strength(alone[spoken], 310)
    assert abs(20 * np.log10(ratio)) < 0.5


def test_music_once(tmp_path: Path) -> None:
    speeches = [Speech(wav(tmp_path / "in.wav", np.zeros(4 * 22_050)), 0, 4 * RATE, "narration")]
    music = wav(tmp_path / "music.wav", tone(1.0, 1000, rate=RATE), RATE)
    sound, _ = made(tmp_path, speeches, 4 * RATE, Background(music, 1.0, loop=False))
    assert strength(sound[: RATE // 2], 1000) > 0.1
    assert strength(sound[RATE * 3 // 2 : RATE * 2], 1000) < 1e-3


def test_a_piece_that_was_cut_anywhere_ends_without_a_click(tmp_path: Path) -> None:
    piece = tone(1.0, 100.25, rate=RATE)  # ends at its highest
    heard = np.concatenate([*played(wav(tmp_path / "cut.wav", piece, RATE), loop=False)], axis=1)[0]
    assert len(heard) == RATE
    assert np.allclose(heard[: -RATE // 50], piece[: -RATE // 50], atol=1e-3)
    assert np.abs(np.diff(np.append(heard, 0.0))).max() < 0.02


def test_a_piece_made_to_loop_is_repeated_to_the_sample(tmp_path: Path) -> None:
    piece = tone(1.0, 100, rate=RATE)  # whole periods: the end meets the beginning
    stream = played(wav(tmp_path / "loop.wav", piece, RATE), loop=True)
    heard = np.zeros((0, 2), np.float32)
    while len(heard) < 3 * RATE:
        heard = np.concatenate([heard, next(stream).T])
    assert np.allclose(heard[: 3 * RATE, 0], np.tile(piece, 3), atol=1e-3)


def test_silence_at_the_ends_of_a_piece_is_a_pause_where_it_begins_again(tmp_path: Path) -> None:
    piece = np.concatenate([np.zeros(2 * RATE), tone(3.0, 200, rate=RATE), np.zeros(4 * RATE)])
    stream = played(wav(tmp_path / "song.wav", piece, RATE), loop=True)
    heard = np.zeros((0, 2), np.float32)
    while len(heard) < 12 * RATE:
        heard = np.concatenate([heard, next(stream).T])
    loud = np.flatnonzero(np.abs(heard[: 12 * RATE, 0]) > 1e-3) / RATE
    gaps = loud[1:][np.diff(loud) > 0.1]
    assert loud[0] == pytest.approx(2, abs=0.01), "as its author began it"
    assert gaps == pytest.approx([5.5, 9.0], abs=0.06), "half a second after its end"


def test_a_piece_of_nothing_but_silence_is_played(tmp_path: Path) -> None:
    stream = played(wav(tmp_path / "silence.wav", np.zeros(3 * RATE), RATE), loop=True)
    assert sum(next(stream).shape[1] for _ in range(40)) > 3 * RATE


def test_a_piece_that_does_not_meet_itself_crosses_over(tmp_path: Path) -> None:
    piece = tone(1.0, 100.25, rate=RATE) + 0.3 * np.linspace(-1, 1, RATE)
    stream = played(wav(tmp_path / "song.wav", piece, RATE), loop=True)
    heard = np.zeros((0, 2), np.float32)
    while len(heard) < 2 * RATE:
        heard = np.concatenate([heard, next(stream).T])
    assert np.abs(np.diff(heard[:, 0])).max() < 0.01, "a click at the seam"


@pytest.mark.parametrize(
    ("content", "reason"), [(b"", "MEDIA_UNREADABLE"), (b"not sound at all" * 99, "MEDIA_UNREADABLE")]
)
def test_what_is_not_sound_is_refused(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "bad.mp3"
    path.write_bytes(content)
    with pytest.raises(InvalidArgument) as caught:
        made(tmp_path, [], RATE, Background(path, 0.3, loop=True))
    assert caught.value.reason == reason


def test_music_too_short(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"0\.020 s"):
        made(tmp_path, [], RATE, Background(wav(tmp_path / "m.wav", tone(0.02, 500)), 0.3, loop=True))


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf, 3e38])
def test_samples_that_are_no_numbers_are_heard_no_longer_than_they_last(tmp_path: Path, broken: float) -> None:
    sound = tone(3.0, 300.0, rate=RATE)[None].repeat(2, axis=0).astype(np.float32)
    sound[:, 48_000:48_010] = broken
    with av.open(str(tmp_path / "broken.wav"), "w") as container:
        stream = container.add_stream("pcm_f32le", rate=RATE, layout="stereo")
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(sound.T.reshape(1, -1)), "flt", "stereo")
        frame.sample_rate, frame.pts = RATE, 0
        container.mux([*stream.encode(frame), *stream.encode(None)])
    music = Background(tmp_path / "broken.wav", 0.5, loop=False)
    speech = Speech(wav(tmp_path / "voice.wav", tone(3.0, 500.0)), 0, 3 * RATE, "narration")
    heard, measured = made(tmp_path, [speech], 3 * RATE, music)
    assert np.isfinite(heard).all()
    assert measured.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert strength(heard[2 * RATE : 2 * RATE + 24_000], 500.0) > 0.05


def test_cancel_ends_the_work(tmp_path: Path) -> None:
    def gone(fraction: float, message: str = "") -> None:
        raise Cancelled("gone")

    with pytest.raises(Cancelled):
        write_track(tmp_path / "x.m4a", [], None, total=RATE, loudness=-14, true_peak=-1, tick=gone)


def test_the_shelf(tmp_path: Path) -> None:
    wav(tmp_path / "Rain.wav", tone(1, 500))
    (tmp_path / "secret.txt").write_text("x")
    shelf = MusicShelf(tmp_path)
    assert "Rain.wav" in shelf.names()
    assert shelf.find("Rain") == tmp_path / "Rain.wav"
    assert shelf.find("default").is_file()
    for name in ("../secret.txt", "secret.txt", "/etc/passwd", "Rian.wav", ""):
        with pytest.raises(Exception, match=r"There is no music") as caught:
            shelf.find(name)
        assert caught.value.reason == "MUSIC_NOT_FOUND"  # type: ignore[attr-defined]
