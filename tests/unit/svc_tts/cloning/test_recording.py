"""Recordings of every kind: used as they should be, or refused with what is wrong."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from pixelle.runtime.errors import InvalidArgument
from svc_tts.cloning.recording import RATE, read_recording
from svc_tts.loudness import loudness
from svc_tts.sound import resampled
from svc_tts.track import LEVEL, wav

if TYPE_CHECKING:
    from pathlib import Path

    Sound = np.ndarray[tuple[int], np.dtype[np.float32]]


def written(path: Path, sound: Sound, *, codec: str = "", layout: str = "mono", rate: int = RATE) -> Path:
    """A file of the sound, on every channel where it is one ([n], else [c, n]); the name's end says which kind."""
    if path.suffix == ".wav" and layout == "mono" and rate == RATE:
        path.write_bytes(wav(np.rint(sound * 32767).astype("<i2").tobytes(), RATE))
        return path
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream(codec, rate=rate, layout=layout)
        channels = len(stream.layout.channels)
        for start in range(0, sound.shape[-1], 1024):
            block = np.broadcast_to(
                sound[..., start : start + 1024], (channels, sound[..., start : start + 1024].shape[-1])
            )
            frame: Any = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=layout)
            frame.sample_rate = rate
            frame.pts = start
            for packet in stream.encode(frame):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path


@pytest.mark.parametrize(
    ("name", "codec", "layout"),
    [
        ("a.wav", "", "mono"),
        ("a.mp3", "mp3", "mono"),
        ("a.flac", "flac", "stereo"),
        ("a.m4a", "aac", "stereo"),
        ("a.ogg", "libopus", "stereo"),
        ("a.webm", "libopus", "stereo"),
        ("a.aac", "aac", "mono"),
        ("a.aiff", "pcm_s24be", "mono"),
        ("a.caf", "alac", "stereo"),
        ("a.mov", "aac", "stereo"),
        ("a.avi", "mp3", "mono"),
        ("a.mp2", "mp2", "mono"),
        ("a.au", "pcm_mulaw", "mono"),
        ("a.wav", "pcm_s16le", "5.1"),
    ],
)
def test_every_format_is_read(tmp_path: Path, speech: Sound, name: str, codec: str, layout: str) -> None:
    found = read_recording(written(tmp_path / name, speech, codec=codec, layout=layout))
    with wave.open(io.BytesIO(found.wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (RATE, 1, 2)
        kept = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / np.float32(32768)
    assert found.seconds == pytest.approx(len(speech) / RATE, abs=1.0)
    assert loudness(kept, RATE) == pytest.approx(LEVEL, abs=1.0)


def test_a_message_of_a_telephone_is_read(tmp_path: Path, speech: Sound) -> None:
    path = written(tmp_path / "a.amr", resampled(speech, RATE, 8000), codec="libopencore_amrnb", rate=8000)
    assert read_recording(path).seconds == pytest.approx(len(speech) / RATE, abs=1.0)


def test_aac_behind_a_tag_is_no_mp3(tmp_path: Path, speech: Sound) -> None:
    plain = written(tmp_path / "a.aac", speech, codec="aac")
    tagged = tmp_path / "b.mp3"
    tagged.write_bytes(b"ID3\4\0\0\0\0\1\2" + bytes(130) + plain.read_bytes())
    assert read_recording(tagged).sha256 == read_recording(plain).sha256


def test_a_film_of_before_brands_is_read(tmp_path: Path, speech: Sound) -> None:
    film = written(tmp_path / "a.mov", speech, codec="pcm_s16le").read_bytes()
    (tmp_path / "b.mov").write_bytes(film[int.from_bytes(film[:4]) :])
    assert read_recording(tmp_path / "b.mov").seconds == pytest.approx(len(speech) / RATE, abs=1.0)


def test_the_same_sound_is_the_same_recording(tmp_path: Path, speech: Sound) -> None:
    first = read_recording(written(tmp_path / "a.wav", speech))
    again = read_recording(written(tmp_path / "b.flac", speech, codec="flac"))
    other = read_recording(written(tmp_path / "c.wav", speech[RATE:]))
    assert first.sha256 == read_recording(tmp_path / "a.wav").sha256
    assert first.sha256 != other.sha256
    assert abs(len(first.wav) - len(again.wav)) < 5000


def test_silence_around_and_inside_is_cut(tmp_path: Path, speech: Sound) -> None:
    hole = np.zeros(5 * RATE, np.float32)
    longer = np.concatenate([hole, speech, hole, speech, hole])
    found = read_recording(written(tmp_path / "a.wav", longer))
    assert found.seconds == pytest.approx(2 * len(speech) / RATE, abs=1.5)


def test_a_minute_is_used_at_most(tmp_path: Path, speech: Sound) -> None:
    found = read_recording(written(tmp_path / "a.wav", np.tile(speech, 12)))
    assert 58 < found.seconds <= 60


def kept_of(data: bytes) -> Sound:
    with wave.open(io.BytesIO(data)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / np.float32(32768)


def test_what_only_one_channel_has_or_both_have_against_each_other_is_heard(tmp_path: Path, speech: Sound) -> None:
    plain = kept_of(read_recording(written(tmp_path / "a.wav", speech)).wav)
    for name, second in (("silent", 0 * speech), ("upside down", -speech)):
        path = written(tmp_path / f"{name}.flac", np.stack([speech, second]), codec="flac", layout="stereo")
        kept = kept_of(read_recording(path).wav)
        assert np.corrcoef(kept, plain)[0, 1] > 0.99, name
        assert loudness(kept, RATE) == pytest.approx(LEVEL, abs=0.5), name


def test_a_constant_offset_is_taken_away(tmp_path: Path, speech: Sound) -> None:
    kept = kept_of(read_recording(written(tmp_path / "a.wav", speech * np.float32(0.4) + np.float32(0.5))).wav)
    assert abs(float(kept.mean())) < 0.001
    assert loudness(kept, RATE) == pytest.approx(LEVEL, abs=0.5)


def test_three_seconds_of_somebody_who_breathes_are_enough(tmp_path: Path, speech: Sound) -> None:
    assert read_recording(written(tmp_path / "a.wav", speech[: 3 * RATE])).seconds == pytest.approx(3.0, abs=0.3)


def noise(seconds: float, *, loud: float = 0.3) -> Sound:
    return (loud * np.random.default_rng(1).standard_normal(round(seconds * RATE)).clip(-1, 1)).astype(np.float32)


def hum(seconds: float) -> Sound:
    return (0.3 * np.sin(np.arange(round(seconds * RATE)) * (2 * np.pi * 180 / RATE))).astype(np.float32)


@pytest.mark.parametrize(
    ("sound", "reason", "said"),
    [
        (noise(0.2), "TOO_SHORT", "it is 0.2 s long"),
        (np.zeros(6 * RATE, np.float32), "SILENT", "nothing can be heard"),
        (np.full(6 * RATE, 1e-4, np.float32), "SILENT", "nothing can be heard"),
        (np.full(6 * RATE, 0.3, np.float32), "SILENT", "nothing can be heard in it"),
        (np.zeros(150 * RATE, np.float32), "SILENT", "nothing can be heard in its first two minutes"),
        (noise(6), "NO_SPEECH", "3 s are needed"),
        (hum(6), "NO_SPEECH", "3 s are needed"),
        (np.zeros(3600 * 8000, np.float32), "TOO_LONG", "longer than 15 minutes"),
    ],
    ids=["0.2 s", "silence", "almost silence", "offset", "long silence", "noise", "hum", "1 h"],
)
def test_what_is_no_voice_is_refused(tmp_path: Path, sound: Sound, reason: str, said: str) -> None:
    path = tmp_path / "a.wav"
    if reason == "TOO_LONG":
        with wave.open(str(path), "wb") as file:
            file.setparams((1, 1, 8000, 0, "NONE", ""))
            file.writeframes(np.zeros(len(sound), np.uint8).tobytes())
    else:
        written(path, sound)
    with pytest.raises(InvalidArgument, match=said) as caught:
        read_recording(path)
    assert caught.value.reason == f"REF_AUDIO_{reason}"
    assert "WAV, MP3, FLAC, M4A, AAC, OGG, WebM, AIFF, CAF, AMR or WMA" in caught.value.message


def test_too_little_speech_in_a_long_file(tmp_path: Path, speech: Sound) -> None:
    sound = np.concatenate([np.zeros(4 * RATE, np.float32), speech[: RATE * 3 // 2], np.zeros(4 * RATE, np.float32)])
    with pytest.raises(InvalidArgument, match=r"only 1\.\d s of it are speech") as caught:
        read_recording(written(tmp_path / "a.wav", sound))
    assert caught.value.reason == "REF_AUDIO_NO_SPEECH"


@pytest.mark.parametrize("rate", [RATE, 44_100, 48_000])
@pytest.mark.parametrize("loud", [1.0, 0.3])
def test_a_clipped_voice_is_refused_at_any_rate(tmp_path: Path, speech: Sound, rate: int, loud: float) -> None:
    driven = loud * np.clip(resampled(speech, RATE, rate) * 8, -1, 1)
    second = np.float32(0.3) * driven[::-1]  # a channel that is not what the clipped one is
    path = written(tmp_path / "a.flac", np.stack([driven, second]), codec="flac", layout="stereo", rate=rate)
    with pytest.raises(InvalidArgument, match="are clipped") as caught:
        read_recording(path)
    assert caught.value.reason == "REF_AUDIO_CLIPPED"


def test_a_faint_voice_is_refused(tmp_path: Path, speech: Sound) -> None:
    with pytest.raises(InvalidArgument, match="too quiet") as caught:
        read_recording(written(tmp_path / "b.wav", speech * np.float32(0.012)))
    assert caught.value.reason == "REF_AUDIO_TOO_QUIET"


@pytest.mark.parametrize("tag", [b"drms", b"enca"])
def test_music_of_a_shop_is_named_as_such(tmp_path: Path, speech: Sound, tag: bytes) -> None:
    path = written(tmp_path / "a.m4a", speech, codec="aac")
    path.write_bytes(path.read_bytes().replace(b"mp4a", tag))
    with pytest.raises(InvalidArgument, match="copy-protected"):
        read_recording(path)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "it is empty"),
        (b"\n<!DOCTYPE html><html>", "a web page"),
        (b"PK\3\4" + bytes(40), "a ZIP archive; unpack it"),
        (b"MThd" + bytes(40), "notes"),
        (b"#EXTM3U\n", "a playlist"),
        (b"hello", "no sound file"),
    ],
)
def test_what_is_sent_in_error_is_named(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "a.mp3").write_bytes(data)
    with pytest.raises(InvalidArgument, match=said):
        read_recording(tmp_path / "a.mp3")


PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")


@pytest.mark.parametrize(
    "data",
    [b"", PNG, b"#EXTM3U\n/etc/passwd\n", b"RIFF\x00\x00\x00\x00WAVEfmt ", b"OggS" + bytes(200), b"ID3" + bytes(99)],
    ids=["empty", "png", "playlist", "cut wav", "no ogg", "no mp3"],
)
def test_what_is_no_sound_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    with pytest.raises(InvalidArgument) as caught:
        read_recording(path)
    assert caught.value.reason == "REF_AUDIO_UNREADABLE"
