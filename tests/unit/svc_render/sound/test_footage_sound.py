"""The sound of footage in the finished track: in its scene, in step with its pictures, under the voice."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from pixelle.runtime.errors import InvalidArgument
from svc_render.sound.decode import RATE, decoded
from svc_render.sound.footage import FootageSound, heard_under, round_of
from svc_render.sound.timeline import Speech
from svc_render.sound.track import Background, Measured, write_track
from svc_render.video.footage import footage
from tests.unit.svc_render.sound.test_track import bursts, quiet_tick, strength, tone, wav

if TYPE_CHECKING:
    from pathlib import Path

Samples = NDArray[np.float32]


def film(
    path: Path, sound: NDArray[np.floating] | None, *, seconds: float = 1.0, fps: int = 25, late: float = 0
) -> Path:
    """
    Pictures that count their frames in grey, with sound at 44.1 kHz.

    late: seconds after the first picture that the sound begins.
    """
    with av.open(str(path), "w") as out:
        pictures = out.add_stream("libx264", rate=fps, options={"bf": "2"})
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        track = out.add_stream("aac", rate=44_100, layout="mono", bit_rate=160_000) if sound is not None else None
        for number in range(round(seconds * fps)):
            pixels = np.full((48, 64, 3), min(4 * number + 10, 250), np.uint8)
            out.mux(pictures.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        out.mux(pictures.encode(None))
        if track is not None and sound is not None:
            frame = av.AudioFrame.from_ndarray(sound.astype(np.float32)[None], "fltp", "mono")
            frame.sample_rate, frame.pts = 44_100, round(late * 44_100)
            out.mux(track.encode(frame))
            out.mux(track.encode(None))
    return path


def click_at(*seconds: float, length: float = 1.0, level: float = 0.5) -> NDArray[np.float64]:
    """Short bursts in silence."""
    sound = np.zeros(round(length * 44_100))
    for second in seconds:
        at = round(second * 44_100)
        sound[at : at + 441] = level * np.sin(2 * np.pi * 1000 * np.arange(441) / 44_100)
    return sound


def onsets(sound: Samples, level: float) -> list[float]:
    """Seconds at which something louder than `level` begins after 100 ms without."""
    loud = np.flatnonzero(np.abs(sound[:, 0]) > level)
    return [at / RATE for number, at in enumerate(loud) if number == 0 or at - loud[number - 1] > RATE // 10]


def under(*shown: FootageSound) -> Samples:
    return np.concatenate(list(heard_under(shown)), axis=1).T


def made(
    folder: Path, speeches: list[Speech], total: int, *shown: FootageSound, **more: Background
) -> tuple[Samples, Measured]:
    path = folder / "sound.m4a"
    heard = write_track(
        path, speeches, more.get("music"), shown, total=total, loudness=-14, true_peak=-1, tick=quiet_tick
    )
    return np.concatenate(list(decoded(path, what="track")), axis=1).T, heard


def test_it_begins_and_ends_with_its_scene(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", tone(3.0, 500, rate=44_100, level=0.3), seconds=3.0)
    sound = under(FootageSound(path, 20_000, 80_000, 0.5, 30, "footage of scene 1"))
    assert len(sound) == 80_000
    assert not sound[:20_000].any()
    assert strength(sound[22_000:78_000], 500) == pytest.approx(0.15, rel=0.05)
    for edge in (sound[20_000:20_480, 0], sound[79_520:, 0][::-1]):
        assert np.abs(edge[:24]).max() < 0.01, "a click"
        assert np.abs(edge[300:]).max() > 0.08


@pytest.mark.parametrize(("source", "fps"), [(25, 30), (24, 30), (25, 24), (60, 15)])
def test_it_begins_again_exactly_when_its_pictures_do(tmp_path: Path, source: int, fps: int) -> None:
    path = film(tmp_path / "a.mp4", click_at(0.2, length=1.04), seconds=1.04, fps=source)
    frames = [int(frame[10, 10]) for frame in islice(footage(path, width=64, height=48, fps=fps), 4 * fps)]
    restarts = [number / fps for number in range(1, len(frames)) if frames[number] < frames[number - 1] - 20]
    assert len(restarts) == 3
    sound = under(FootageSound(path, 0, 4 * RATE, 1.0, fps, "footage"))
    assert onsets(sound, 0.15) == pytest.approx([each + 0.2 for each in [0.0, *restarts]], abs=0.003)


def test_sound_that_is_longer_or_shorter_than_the_pictures(tmp_path: Path) -> None:
    long = film(tmp_path / "long.mp4", click_at(0.1, 1.5, length=2.0), seconds=1.0)
    assert onsets(under(FootageSound(long, 0, 3 * RATE, 1.0, 25, "f")), 0.15) == pytest.approx(
        [0.1, 1.1, 2.1], abs=0.003
    )
    short = film(tmp_path / "short.mp4", tone(0.5, 500, rate=44_100), seconds=1.0)
    sound = under(FootageSound(short, 0, 2 * RATE, 1.0, 25, "f"))
    assert strength(sound[int(0.6 * RATE) : int(0.9 * RATE)], 500) < 1e-3
    assert strength(sound[int(1.1 * RATE) : int(1.4 * RATE)], 500) > 0.15


def test_sound_that_begins_after_the_first_picture(tmp_path: Path) -> None:
    path = film(tmp_path / "late.mp4", click_at(0.1, length=0.4), seconds=1.0, late=0.3)
    assert onsets(under(FootageSound(path, 0, 2 * RATE, 1.0, 25, "f")), 0.15) == pytest.approx([0.4, 1.4], abs=0.003)


def test_what_has_no_sound_is_not_heard(tmp_path: Path) -> None:
    path = film(tmp_path / "silent.mp4", None)
    assert round_of(path, fps=30, what="footage") is None
    sound, _ = made(tmp_path, [], RATE, FootageSound(path, 0, RATE, 1.0, 30, "footage"))
    assert len(sound) == RATE
    assert not sound.any()


def test_at_full_volume_it_is_as_loud_as_it_was_recorded_and_lower_under_speech(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", tone(6.0, 1500, rate=44_100, level=0.02), seconds=6.0)
    voice = np.concatenate([np.zeros(2 * 22_050), bursts(2), np.zeros(2 * 22_050)])
    said = [Speech(wav(tmp_path / "v.wav", voice), 0, 6 * RATE, "narration")]
    sound, heard = made(tmp_path, said, 6 * RATE, FootageSound(path, 0, 6 * RATE, 1.0, 30, "footage"))
    assert heard.lowered_db == 0
    open_, spoken = (
        strength(sound[RATE // 2 : RATE * 3 // 2], 1500),
        strength(sound[RATE * 5 // 2 : RATE * 7 // 2], 1500),
    )
    assert open_ == pytest.approx(0.02, rel=0.05)
    assert 7 < 20 * np.log10(open_ / spoken) < 9.5
    assert heard.integrated_lufs == pytest.approx(-14, abs=0.5)


def test_loud_footage_neither_drowns_the_voice_nor_moves_the_loudness(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mp4", tone(6.0, 1500, rate=44_100, level=0.9), seconds=6.0)
    said = [Speech(wav(tmp_path / "v.wav", bursts(6) + tone(6, 310, level=0.05)), 0, 6 * RATE, "narration")]
    alone, _ = made(tmp_path, said, 6 * RATE)
    music = Background(wav(tmp_path / "m.wav", tone(2, 800, rate=RATE), RATE), 0.3, loop=True)
    shown = FootageSound(path, 0, 6 * RATE, 1.0, 30, "footage")
    sound, heard = made(tmp_path, said, 6 * RATE, shown, music=music)
    assert heard.integrated_lufs == pytest.approx(-14, abs=0.5)
    assert heard.true_peak_dbtp <= -1
    assert heard.lowered_db > 3
    ratio = strength(sound[RATE : 5 * RATE], 310) / strength(alone[RATE : 5 * RATE], 310)
    assert abs(20 * np.log10(ratio)) < 0.5


def test_what_cannot_be_read_names_its_scene(tmp_path: Path) -> None:
    path = tmp_path / "bad.mp4"
    path.write_bytes(b"no film at all" * 100)
    with pytest.raises(InvalidArgument, match="footage of scene 3") as caught:
        made(tmp_path, [], RATE, FootageSound(path, 0, RATE, 1.0, 30, "footage of scene 3"))
    assert caught.value.reason == "FOOTAGE_INVALID"
