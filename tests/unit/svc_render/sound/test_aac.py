"""Sound that is encoded in parts is heard as one."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import numpy as np
import pytest

from svc_render.sound.aac import PART, written
from svc_render.sound.decode import RATE, decoded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

FRAME = 1024
TOTAL = 3 * PART + 12_345
LEAD = -TOTAL % FRAME


def tone() -> Samples:
    at = np.arange(TOTAL) / RATE
    return np.asarray(0.4 * np.sin(2 * np.pi * 440 * at), dtype=np.float32)


def noise() -> Samples:
    return np.random.default_rng(1).normal(0, 0.1, TOTAL).astype(np.float32)


def knocks() -> Samples:
    """One of them close to every seam, where the encoder must know of it to change its window; others elsewhere."""
    sound = 0.02 * noise()
    knock = 0.7 * np.sign(noise()[:200]) * np.exp(-np.arange(200) / 40)
    for place in (*range(3000, TOTAL - 200, PART // 7), *(number * PART - LEAD - 400 for number in (1, 2, 3))):
        sound[place : place + 200] += knock
    return sound.astype(np.float32)


@pytest.mark.parametrize("kind", [tone, noise, knocks])
def test_nothing_is_heard_where_two_parts_meet(
    kind: Callable[[], Samples], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = kind()
    both = np.stack([sound, 0.8 * sound])
    path = tmp_path / "sound.m4a"
    heard = np.concatenate(list(written(path, iter([both]), TOTAL)), axis=1)
    assert heard.shape == both.shape
    in_file = np.concatenate(list(decoded(path, what="sound")), axis=1)
    assert np.array_equal(in_file, heard), "what was measured is what a player decodes"
    monkeypatch.setattr("svc_render.sound.aac.PART", 2 * TOTAL)
    whole = np.concatenate(list(written(path, iter([both]), TOTAL)), axis=1)
    for seam in (number * PART - LEAD for number in (1, 2, 3)):
        near = slice(seam - 3 * FRAME, seam + 3 * FRAME)
        noise_of_both = [float(np.square(found - both)[:, near].mean()) for found in (heard, whole)]
        assert noise_of_both[0] <= 1.15 * noise_of_both[1]


def test_the_number_of_cores_changes_no_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found: set[bytes] = set()
    for cores in (1, 2, 7):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        path = tmp_path / f"{cores}.m4a"
        for _ in written(path, iter([np.stack([noise(), noise()])]), TOTAL):
            pass
        found.add(path.read_bytes())
    assert len(found) == 1


def test_who_stops_listening_stops_the_encoders(tmp_path: Path) -> None:
    def endless() -> list[Samples]:
        return [np.zeros((2, RATE), np.float32)] * 600

    heard = written(tmp_path / "sound.m4a", endless(), 600 * RATE)
    next(heard)
    assert any(thread.name.startswith("aac") for thread in threading.enumerate())
    heard.close()
    assert not any(thread.name.startswith("aac") for thread in threading.enumerate())
