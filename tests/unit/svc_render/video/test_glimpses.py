"""Clips that are cut keep the part in which something is seen, one part for the whole clip."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from svc_render.video.footage import footage
from svc_render.video.glimpses import glimpses
from svc_render.video.planes import framed, rgb
from tests.integration.own_material import photo
from tests.unit.svc_render.people import HAIR, snapshot
from tests.unit.svc_render.video.test_footage import with_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


def walk(path: Path, places: Sequence[float], *, apart: int) -> Path:
    """Somebody who stands at those places one after the other, a second each. apart: frames from key to key frame."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10, options={"g": str(apart), "keyint_min": str(apart)})
        stream.width, stream.height, stream.pix_fmt = 480, 320, "yuv420p"
        for place in places:
            picture = np.asarray(snapshot("beach", (480, 320), [(place, 1.0, 0.8)]))
            for _ in range(10):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))
    return path


def heads(path: Path, size: tuple[int, int], count: int) -> list[bool]:
    """Of each frame, whether a head is seen."""
    pictures = footage(path, width=size[0], height=size[1], fps=10, fit="cover")
    return [head(rgb(framed(picture))) for picture in islice(pictures, count)]


def head(picture: NDArray[np.uint8]) -> bool:
    return bool((np.abs(picture.astype(int) - HAIR).max(axis=2) < 80).sum() > 100)


@pytest.mark.parametrize("apart", [10, 250])
def test_who_stands_at_a_side_is_seen_all_the_time(tmp_path: Path, apart: int) -> None:
    path = walk(tmp_path / "a.mp4", [0.15, 0.2, 0.18, 0.22], apart=apart)
    assert all(heads(path, (320, 400), 40))


@pytest.mark.parametrize("apart", [10, 250])
def test_most_of_a_clip_decides_not_its_beginning(tmp_path: Path, apart: int) -> None:
    path = walk(tmp_path / "a.mp4", [0.1, 0.85, 0.85, 0.85, 0.85], apart=apart)
    assert len(glimpses(path)) >= 3
    assert heads(path, (320, 400), 50) == [False] * 10 + [True] * 40


def test_what_scenes_hardly_ever_show_does_not_count(tmp_path: Path) -> None:
    path = walk(tmp_path / "a.mp4", [0.15] * 8 + [0.85] * 12, apart=10)
    assert all(heads(path, (320, 400), 80))


def test_turned_clips_and_pictures_are_looked_at_upright(tmp_path: Path) -> None:
    path = walk(tmp_path / "a.mp4", [0.2, 0.2, 0.2], apart=10)
    flat = glimpses(path)
    assert flat[0].shape == (64, 96)
    turned = tmp_path / "turned.mp4"
    turned.write_bytes(with_matrix(path.read_bytes(), (0, 1, -1, 0)))
    upright = glimpses(turned)
    assert upright[0].shape == (96, 64)
    assert upright[0].sum(axis=1).argmax() == pytest.approx(flat[0].sum(axis=0).argmax(), abs=6)
    (still,) = glimpses(photo(tmp_path / "a.png", (200, 0, 0), (0, 0, 200)))
    assert still.shape == (54, 96)


def test_a_file_that_cannot_be_read_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"no film")
    assert glimpses(path) == []
