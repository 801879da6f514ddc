"""The questions about voices are answered, on the CPU; what a tiny XTTS answers means nothing here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pixelle.runtime.settings import ServiceSettings

ROOT = Path(__file__).parents[3]
PACKS = ServiceSettings().packs_dir


def answers(*words: str) -> list[dict[str, Any]]:
    """The JSON lines of a benchmark."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", *words],
        cwd=ROOT,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.skipif(not (PACKS / "voice-en-joe").is_dir(), reason="the voice pack is not there; `pixelle setup`")
def test_a_voice_on_the_cpu() -> None:
    (told,) = answers("benchmarks.tts", "piper")
    assert told["engine"] == "piper"
    assert 8 < told["audio"] < 25
    assert 0 < told["first_audio"] < told["wall_per_audio"] * told["audio"]
    assert 0 < told["first_audio_cpu"] < told["cpu_per_audio"] * told["audio"]


@pytest.mark.timeout(900)
@pytest.mark.skipif(
    find_spec("torch") is None or find_spec("TTS") is None, reason="coqui-tts is not installed; `make test-torch` does"
)
def test_concurrent_requests_of_xtts() -> None:
    told = answers("benchmarks.xtts", "--smoke")
    assert all((line["engine"], line["weights"]) == ("xtts", "random") for line in told)
    asked = [(line["batch"], line["requests"]) for line in told if line["question"] == "concurrent"]
    assert asked == [(1, 1), (1, 3), (2, 1), (2, 3)]
    for line in told[:4]:
        assert line["audio_per_second"] == pytest.approx(line["audio"] / line["wall"], rel=0.01)
        assert 0 < line["first_audio_median"] <= line["first_audio_worst"] <= line["wall"] + 0.01
        assert -1 <= line["likeness"] <= 1
    # the same texts and seeds: batches change when, not what
    assert [line["audio"] for line in told[:2]] == [line["audio"] for line in told[2:4]]
    gain, long = told[4:]
    assert gain["gain_3"] == pytest.approx(told[3]["audio_per_second"] / told[1]["audio_per_second"], rel=0.01)
    assert long["question"] == "long"
    assert long["gain_8"] > 0
