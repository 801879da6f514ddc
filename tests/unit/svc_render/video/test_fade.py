"""A fade changes the first frames of a clip and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image

from pixelle.runtime.errors import Cancelled, InvalidArgument
from svc_render.sound.track import write_track
from svc_render.video.fade import fade_frames, faded
from svc_render.video.h264 import write_clip, write_states
from svc_render.video.join import ClipFile, join
from svc_render.video.planes import opaque

from .test_clips import SIZE, png, quiet_tick

if TYPE_CHECKING:
    from pathlib import Path

FPS = 30


def grey(folder: Path, name: str, level: int, count: int, *, moving: bool = False, cut: bool = True) -> ClipFile:
    path = folder / f"{name}.mp4"
    at = fade_frames(count, FPS) if cut else 0
    picture = opaque(png(Image.new("RGB", SIZE, (level, level, level))))
    if moving:
        frames = (opaque(png(Image.new("RGB", SIZE, (level + n, level + n, level + n)))) for n in range(count))
        write_clip(path, frames, count=count, fps=FPS, size=SIZE, tick=quiet_tick, kind="footage", cut=at)
    else:
        write_states(path, [(picture, count)], count=count, fps=FPS, size=SIZE, tick=quiet_tick, cut=at)
    return ClipFile(path, count, FPS, *SIZE, f"clip of scene {name}")


def joined(folder: Path, clips: list[ClipFile]) -> list[float]:
    """Brightness of every frame of the finished file, decoded strictly."""
    total = sum(clip.used for clip in clips)
    sound, video = folder / "sound.m4a", folder / "video.mp4"
    samples = round(total * 48_000 / FPS)
    write_track(sound, [], None, total=samples, loudness=-14, true_peak=-1, tick=quiet_tick)
    join(video, faded(clips, folder, tick=quiet_tick), sound, title="", language="", tick=quiet_tick)
    with av.open(str(video), options={"err_detect": "explode"}) as container:
        frames = list(container.decode(video=0))
    assert [frame.time for frame in frames] == pytest.approx([n / FPS for n in range(total)], abs=1e-4)
    return [float((frame.to_ndarray()[: SIZE[1]].astype(float).mean() - 16) / 219 * 255) for frame in frames]


@pytest.mark.parametrize("moving", [False, True])
def test_the_last_picture_goes_over_into_the_next_ones(tmp_path: Path, moving: bool) -> None:
    clips = [grey(tmp_path, "a", 40, 20), grey(tmp_path, "b", 160, 40, moving=moving), grey(tmp_path, "c", 90, 30)]
    shown = joined(tmp_path, clips)
    assert len(shown) == 90
    assert shown[:20] == pytest.approx([40] * 20, abs=2)
    steps = np.diff(shown[19:33])
    assert (steps > 0).all(), "brighter with every frame"
    assert steps.max() < 22, "no jump"
    after = [160 + n if moving else 160 for n in range(12, 40)]
    assert shown[32:60] == pytest.approx(after, abs=2)
    assert (np.diff(shown[59:72]) < 0).all()
    assert shown[72:] == pytest.approx([90] * 18, abs=2)


def test_what_is_in_both_scenes_stays_as_sharp_through_their_fade(tmp_path: Path) -> None:
    """Coarser coding of a fade is seen as a flash of softness at its first and last picture."""
    rows, columns = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    grain = np.random.default_rng(3).normal(0, 6, (SIZE[1], SIZE[0]))
    texture = 110 + 50 * np.sin(columns / 31) * np.cos(rows / 23) + 10 * np.sin(columns * 1.3 + rows) + grain
    picture = png(Image.fromarray(np.clip(texture, 0, 255).astype(np.uint8)).convert("RGB"))
    clips: list[ClipFile] = []
    for name in "ab":
        path = tmp_path / f"{name}.mp4"
        at = fade_frames(30, FPS)
        write_states(path, [(opaque(picture), 30)], count=30, fps=FPS, size=SIZE, tick=quiet_tick, cut=at)
        clips.append(ClipFile(path, 30, FPS, *SIZE, f"clip of scene {name}"))
    detail: list[float] = []
    for part in faded(clips, tmp_path, tick=quiet_tick):
        with av.open(str(part.path)) as container:
            planes = [frame.to_ndarray()[: SIZE[1]].astype(float) for frame in container.decode(video=0)][part.start :]
        detail += [float(np.abs(np.diff(plane, n=2, axis=1)).mean()) for plane in planes]
    assert len(detail) == 60
    assert detail == pytest.approx([detail[0]] * 60, rel=0.05)


def test_what_is_too_short_to_fade_is_cut(tmp_path: Path) -> None:
    assert [fade_frames(count, FPS) for count in (1, 2, 3, 4, 23, 24, 1000)] == [0, 0, 0, 2, 11, 12, 12]
    assert fade_frames(1000, 60) == 24
    clips = [grey(tmp_path, "a", 40, 1), grey(tmp_path, "b", 160, 3), grey(tmp_path, "c", 80, 4)]
    shown = joined(tmp_path, clips)
    assert shown[:4] == pytest.approx([40, 160, 160, 160], abs=2)
    assert 80 < shown[5] < shown[4] < 160
    assert shown[6:] == pytest.approx([80, 80], abs=2)


def test_a_long_still_clip_fades_from_its_very_last_picture(tmp_path: Path) -> None:
    picture, last = (opaque(png(Image.new("RGB", SIZE, (v, v, v)))) for v in (40, 200))
    path = tmp_path / "a.mp4"
    write_states(path, [(picture, 599), (last, 1)], count=600, fps=FPS, size=SIZE, tick=quiet_tick)
    clips = [ClipFile(path, 600, FPS, *SIZE, "clip of scene 0"), grey(tmp_path, "b", 200, 30)]
    shown = joined(tmp_path, clips)
    assert shown[598:] == pytest.approx([40, *[200] * 31], abs=2)


def test_a_clip_that_was_rendered_for_a_cut_is_refused(tmp_path: Path) -> None:
    clips = [grey(tmp_path, "0", 40, 20), grey(tmp_path, "1", 160, 40, cut=False)]
    with pytest.raises(InvalidArgument, match="clip of scene 1 was rendered without a fade") as caught:
        faded(clips, tmp_path, tick=quiet_tick)
    assert caught.value.reason == "TRANSITION_MISSING"


def test_a_broken_clip_is_named(tmp_path: Path) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"nothing")
    for clips in (
        [ClipFile(bad, 20, FPS, *SIZE, "clip of scene 0"), grey(tmp_path, "b", 160, 40)],
        [grey(tmp_path, "b", 160, 40), ClipFile(bad, 20, FPS, *SIZE, "clip of scene 0")],
    ):
        with pytest.raises(InvalidArgument, match="clip of scene 0 cannot be used"):
            faded(clips, tmp_path, tick=quiet_tick)


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    def gone(fraction: float, message: str = "") -> None:
        raise Cancelled("enough")

    clips = [grey(tmp_path, "a", 40, 20), grey(tmp_path, "b", 160, 40)]
    with pytest.raises(Cancelled):
        faded(clips, tmp_path, tick=gone)
