"""Levels of the finished track, decoded again: the voice, what lies under it, the loudness, and what it costs."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from svc_render.sound.decode import RATE, decoded
from svc_render.sound.loudness import SILENCE
from svc_render.sound.timeline import Speech
from svc_render.sound.track import Background, Measured, write_track
from tests.unit.svc_render.sound.test_loudness import judged
from tests.unit.svc_render.sound.test_track import bursts, quiet_tick, strength, tone, wav

if TYPE_CHECKING:
    from collections.abc import Sequence

Samples = NDArray[np.float32]
LENGTH = 18  # seconds


def made(
    folder: Path, speeches: Sequence[Speech], seconds: float, music: Background | None = None
) -> tuple[Samples, Measured]:
    path, total = folder / "sound.m4a", round(seconds * RATE)
    heard = write_track(path, speeches, music, total=total, loudness=-14, true_peak=-1, tick=quiet_tick)
    return np.concatenate(list(decoded(path, what="track")), axis=1).T, heard


def voice(folder: Path, share: float) -> tuple[list[Speech], NDArray[np.bool_]]:
    """Speech for a share of every six seconds, and at which samples of the track it is."""
    rate = 22_050
    on = np.arange(LENGTH * rate) / rate % 6 < share * 6
    path = wav(folder / "voice.wav", bursts(LENGTH) * on)
    return [Speech(path, 0, LENGTH * RATE, "narration")], np.arange(LENGTH * RATE) / RATE % 6 < share * 6


@pytest.fixture(scope="module")
def hiss(tmp_path_factory: pytest.TempPathFactory) -> Path:
    noise = 0.2 * np.random.default_rng(7).standard_normal((5 * RATE, 2))
    return wav(tmp_path_factory.mktemp("music") / "hiss.wav", noise, RATE)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_music_changes_neither_the_voice_nor_the_loudness(tmp_path: Path, hiss: Path, share: float) -> None:
    speeches, spoken = voice(tmp_path, share)
    alone, _ = made(tmp_path, speeches, LENGTH)
    for volume in (0.1, 0.3, 1.0):
        mixed, heard = made(tmp_path, speeches, LENGTH, Background(hiss, volume, loop=True))
        before, after = alone[spoken].ravel().astype(np.float64), mixed[spoken].ravel().astype(np.float64)
        shift = 20 * np.log10(before @ after / (before @ before))
        assert abs(shift) < 0.5, f"the voice moved by {shift:.2f} dB under music at {volume}"
        assert heard.integrated_lufs == pytest.approx(-14, abs=0.5), f"at volume {volume}"
        assert heard.true_peak_dbtp <= -1
        pause = mixed[~spoken]
        assert np.sqrt(np.mean(pause[: len(pause) // 3] ** 2)) > 1e-3, f"no music at volume {volume}"
        if volume == 0.1:
            assert heard.lowered_db == 0, "soft music is played as asked"


def test_more_volume_is_never_softer(tmp_path: Path, hiss: Path) -> None:
    speeches, spoken = voice(tmp_path, 0.5)
    levels: list[float] = []
    for volume in (0.05, 0.2, 0.5, 1.0):
        mixed, _ = made(tmp_path, speeches, LENGTH, Background(hiss, volume, loop=True))
        pause = mixed[: LENGTH * RATE - 2 * RATE][~spoken[: LENGTH * RATE - 2 * RATE]]
        levels.append(float(np.sqrt(np.mean(pause**2))))
    assert all(later > 0.95 * earlier for earlier, later in pairwise(levels)), levels
    assert levels[1] > 2 * levels[0]


def test_one_scene_keeps_its_music(tmp_path: Path) -> None:
    said = [Speech(wav(tmp_path / "v.wav", bursts(3)), 0, 3 * RATE, "narration")]
    piece = wav(tmp_path / "m.wav", tone(2, 1000, rate=RATE), RATE)
    mixed, heard = made(tmp_path, said, 3, Background(piece, 0.3, loop=True))
    assert strength(mixed[RATE // 2 : RATE * 3 // 2], 1000) > 0.005
    assert heard.integrated_lufs == pytest.approx(-14, abs=0.5)


def test_music_that_is_longer_than_the_video_is_cut_and_faded(tmp_path: Path) -> None:
    said = [Speech(wav(tmp_path / "v.wav", bursts(3)), 0, 3 * RATE, "narration")]
    piece = wav(tmp_path / "m.wav", tone(20, 1000, rate=RATE), RATE)
    for loop in (True, False):
        mixed, _ = made(tmp_path, said, 6, Background(piece, 0.3, loop=loop))
        assert len(mixed) == 6 * RATE
        assert strength(mixed[-RATE // 10 :], 1000) < 0.15 * strength(mixed[4 * RATE : 4 * RATE + RATE // 2], 1000)


def test_what_is_told_is_what_the_file_holds(tmp_path: Path, hiss: Path) -> None:
    speeches, _ = voice(tmp_path, 0.9)
    mixed, heard = made(tmp_path, speeches, LENGTH, Background(hiss, 0.3, loop=True))
    loudness, peak = judged(np.ascontiguousarray(mixed))
    assert heard.integrated_lufs == pytest.approx(loudness, abs=0.1)
    assert heard.true_peak_dbtp == pytest.approx(peak, abs=0.15)


def test_silent_narrations_leave_the_music_as_it_is(tmp_path: Path) -> None:
    said = [Speech(wav(tmp_path / "v.wav", np.zeros(3 * 22_050)), 0, 3 * RATE, "narration")]
    piece = wav(tmp_path / "m.wav", tone(5, 1000, rate=RATE, level=0.4), RATE)
    mixed, heard = made(tmp_path, said, 3, Background(piece, 0.5, loop=True))
    assert strength(mixed[RATE // 2 : RATE], 1000) == pytest.approx(0.2, rel=0.05)
    assert heard.integrated_lufs > SILENCE


def test_ten_minutes_of_one_narration_do_not_drift(tmp_path: Path) -> None:
    rate = 11_025
    sound = np.zeros(600 * rate)
    for second in (1, 598):
        sound[second * rate : (second + 1) * rate] = tone(1, 440, rate=rate)
    said = [Speech(wav(tmp_path / "v.wav", sound, rate), 0, 600 * RATE, "narration")]
    track, heard = made(tmp_path, said, 600)
    loud = np.flatnonzero(np.abs(track[:, 0]) > 0.3 * np.abs(track).max()) / RATE
    assert len(track) == 600 * RATE
    assert loud[[0, -1]] == pytest.approx([1, 599], abs=0.002)
    assert heard.integrated_lufs == pytest.approx(-14, abs=0.5)


def encoded(path: Path, codec: str, form: str, rate: int, layout: str) -> Path:
    """Half a second of nothing, a second of 440 Hz on every channel, half a second of nothing."""
    channels = {"mono": 1, "stereo": 2, "5.1": 6}[layout]
    time = np.arange(2 * rate) / rate
    sound = 0.2 * np.sin(2 * np.pi * 440 * time) * ((time >= 0.5) & (time < 1.5))
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(codec, rate=rate, layout=layout, format=form)
        resampler = av.AudioResampler(format=form, layout=layout, rate=rate, frame_size=stream.frame_size or 1024)
        frame = av.AudioFrame.from_ndarray(np.repeat(sound[None], channels, axis=0).astype(np.float32), "fltp", layout)
        frame.sample_rate, frame.pts = rate, 0
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("8.wav", ("pcm_u8", "u8", 8_000, "mono")),
        ("16.wav", ("pcm_s16le", "s16", 11_025, "stereo")),
        ("24.wav", ("pcm_s24le", "s32", 48_000, "5.1")),
        ("32.wav", ("pcm_s32le", "s32", 96_000, "stereo")),
        ("float.wav", ("pcm_f32le", "flt", 88_200, "mono")),
        ("a.mp3", ("libmp3lame", "fltp", 44_100, "stereo")),
        ("low.mp3", ("libmp3lame", "fltp", 16_000, "mono")),
        ("a.ogg", ("libopus", "flt", 24_000, "mono")),
        ("b.ogg", ("libopus", "flt", 48_000, "5.1")),
        ("a.m4a", ("aac", "fltp", 22_050, "mono")),
        ("b.m4a", ("aac", "fltp", 48_000, "5.1")),
        ("a.flac", ("flac", "s16", 44_100, "5.1")),
    ],
)
def test_a_narration_of_any_kind_is_in_its_place(tmp_path: Path, name: str, kind: tuple[str, str, int, str]) -> None:
    path = encoded(tmp_path / name, *kind)
    sound, heard = made(tmp_path, [Speech(path, RATE, 3 * RATE, "narration")], 3)
    assert len(sound) == 3 * RATE
    steady = sound[RATE * 17 // 10 : RATE * 23 // 10]
    assert strength(steady, 440) == pytest.approx(np.sqrt(2 * np.mean(steady[:, 0] ** 2)), rel=0.1), "not a clean tone"
    loud = np.flatnonzero(np.abs(sound[:, 0]) > 0.3 * np.abs(sound).max()) / RATE
    assert loud[[0, -1]] == pytest.approx([1.5, 2.5], abs=0.06 if path.suffix == ".mp3" else 0.01)
    assert heard.integrated_lufs == pytest.approx(-14, abs=0.5)


_COST = """
import json, resource, sys, time
from pathlib import Path
from svc_render.sound.timeline import Speech
from svc_render.sound.track import Background, write_track
folder, seconds = Path(sys.argv[1]), int(sys.argv[2])
def track(seconds):
    said = [Speech(folder / "v.wav", at * 240_000, (at + 1) * 240_000, "narration") for at in range(seconds // 5)]
    music = Background(folder / "m.wav", 0.1, loop=True)
    write_track(folder / f"{seconds}.m4a", said, music, total=seconds * 48_000, loudness=-14, true_peak=-1,
                tick=lambda fraction, message="": None)
track(20)
begin = time.process_time()
track(seconds)
print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time() - begin]))
"""


def test_memory_is_flat_and_work_linear_in_length(tmp_path: Path) -> None:
    wav(tmp_path / "v.wav", bursts(5))
    wav(tmp_path / "m.wav", tone(7, 500, rate=RATE, level=0.3), RATE)

    def cost(seconds: int) -> tuple[int, float]:
        done = subprocess.run(
            [sys.executable, "-c", _COST, str(tmp_path), str(seconds)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[4],
        )
        kilobytes, cpu = json.loads(done.stdout)
        return kilobytes, cpu

    (short_memory, short_cpu), (long_memory, long_cpu) = cost(30), cost(270)
    # 30 minutes take some 14 MB more than one: curves of 100 entries a second, and the index of the file's packets
    assert (long_memory - short_memory) / 240 < 16, f"{short_memory} kB for 30 s, {long_memory} kB for 270 s"
    assert long_cpu < 9 * 2 * short_cpu
