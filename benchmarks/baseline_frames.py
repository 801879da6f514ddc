"""A case done the ordinary way: a new browser page per scene, then every frame of it through ffmpeg, scene by scene."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import svc_render
from benchmarks.measure import cpu_seconds
from benchmarks.quality import BT601, compared, luma
from pixelle.runtime.errors import FailedPrecondition
from svc_render.browser import find_browser

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from playwright.sync_api import Browser

    from benchmarks.cases import Case
    from benchmarks.inputs import SceneInput

__all__ = ["filled", "measure"]

_PRODUCT = Path(svc_render.__file__).parent
_MUSIC = _PRODUCT / "music" / "default.flac"
_TITLE = "Why ten pages a day are enough"
_BLANK = re.compile(r"\{\{\s*(\w+)(?::\w+)?(?:=(.*?))?\s*\}\}", re.DOTALL)
_ENCODER = ("-c:v", "libx264", "-preset", "medium", "-crf", "23", "-pix_fmt", "yuv420p", "-r", "30")
_SOUND = ("-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2")


def measure(case: Case, scenes: Sequence[SceneInput], folder: Path, mark: Callable[[str], None]) -> dict[str, object]:
    """
    Make the case's video once, its browser warm. mark: told "begin" and "end" of what counts.

    Captions, motion and transitions are left out: the ordinary way has none.
    Raises FailedPrecondition (FFMPEG_MISSING, BROWSER_MISSING).
    """
    from playwright.sync_api import sync_playwright

    if not shutil.which("ffmpeg"):
        raise FailedPrecondition(
            "The baseline needs the ffmpeg program, and none is on PATH. Install one with: apt-get install ffmpeg",
            reason="FFMPEG_MISSING",
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(""), chromium_sandbox=False)
        _frame(browser, folder / "warm.png", case, scenes, 0)
        mark("begin")
        began, used = time.monotonic(), cpu_seconds()
        parts: list[Path] = []
        for number, scene in enumerate(scenes):
            page = folder / f"frame-{number}.png"
            _frame(browser, page, case, scenes, number)
            parts.append(_segment(case, scene, page, folder / f"part-{number}.mp4"))
        drawn, drawn_used = time.monotonic(), cpu_seconds()
        video = _joined(parts, folder, music=case.music)
        ended, ended_used = time.monotonic(), cpu_seconds()
        mark("end")
        browser.close()
    frames = _count(parts)
    return {
        "video_seconds": sum(frames) / 30,
        "frames": sum(frames),
        "states": sum(frames),
        "wall_seconds": ended - began,
        "cpu_seconds": ended_used - used,
        "clips_wall_seconds": drawn - began,
        "clips_cpu_seconds": drawn_used - used,
        "join_wall_seconds": ended - drawn,
        "join_cpu_seconds": ended_used - drawn_used,
        "output_bytes": video.stat().st_size,
    } | _quality(case, video, frames, folder)


def filled(html: str, values: dict[str, str]) -> str:
    """A template with its blanks replaced by escaped values, or by their defaults."""
    return _BLANK.sub(lambda blank: escape(values.get(blank[1], blank[2] or "")), html)


def _frame(browser: Browser, path: Path, case: Case, scenes: Sequence[SceneInput], number: int) -> None:
    """A scene's page, written beside its picture, loaded until the network is idle, captured as PNG."""
    width, height = map(int, case.template.partition("/")[0].split("x"))
    html = (_PRODUCT / "templates" / case.template).read_text()
    scene, count = scenes[number], len(scenes)
    values = {"title": _TITLE, "text": scene.text, "index": str(number + 1), "count": str(count)}
    values["image"] = "" if case.moving else Path(scene.visual).as_uri()
    html = filled(html, values).replace("<body>", f'<body data-index="{number}" data-count="{count}">')
    source = path.with_suffix(".html")
    source.write_text(html)
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(source.as_uri(), wait_until="networkidle")
    page.screenshot(path=path, omit_background=case.moving)
    page.close()


def _segment(case: Case, scene: SceneInput, page: Path, path: Path) -> Path:
    """A scene with picture and sound; footage is encoded under its page, then again with the sound."""
    length = f"{scene.seconds:.3f}"
    if not case.moving:
        _ffmpeg("-loop", "1", "-framerate", "30", "-i", page, "-i", scene.sound, "-t", length, *_ENCODER, *_SOUND, path)
        return path
    silent = path.with_name(f"silent-{path.name}")
    fit = "[0:v]scale=1080:1920:force_original_aspect_ratio=increase,crop=1080:1920[under];[under][1:v]overlay[out]"
    _ffmpeg("-i", scene.visual, "-i", page, "-filter_complex", fit, "-map", "[out]", "-t", length, *_ENCODER, silent)
    pick = ("-map", "0:v", "-map", "1:a", "-t", length)
    _ffmpeg("-i", silent, "-i", scene.sound, *pick, *_ENCODER, *_SOUND, path)
    return path


def _joined(parts: Sequence[Path], folder: Path, *, music: bool) -> Path:
    listed = folder / "parts.txt"
    listed.write_text("".join(f"file '{part}'\n" for part in parts))
    joined, video = folder / "joined.mp4", folder / "video.mp4"
    _ffmpeg("-f", "concat", "-safe", "0", "-i", listed, "-c", "copy", joined)
    if not music:
        return joined
    mix = "[1:a]volume=0.2[low];[0:a][low]amix=inputs=2:duration=first[out]"
    inputs = ("-i", joined, "-stream_loop", "-1", "-i", _MUSIC)
    _ffmpeg(*inputs, "-filter_complex", mix, "-map", "0:v", "-map", "[out]", "-c:v", "copy", *_SOUND, video)
    return video


def _ffmpeg(*arguments: str | Path) -> None:
    command = ["ffmpeg", "-nostdin", "-y", "-loglevel", "error", *map(str, arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _count(parts: Sequence[Path]) -> list[int]:
    """Frames of each part."""
    import av

    counts: list[int] = []
    for part in parts:
        with av.open(str(part)) as container:
            counts.append(container.streams.video[0].frames)
    return counts


def _quality(case: Case, video: Path, frames: Sequence[int], folder: Path) -> dict[str, object]:
    """PSNR and SSIM of some frames of the first scenes against their pages, in the matrix that ffmpeg took."""
    if case.moving:
        return {}
    pages = {}
    start = 0
    for number, count in enumerate(frames[:3]):
        page = luma((folder / f"frame-{number}.png").read_bytes(), BT601)
        last = min(count, 1800) - 1
        pages |= {start + place: page for place in (0, last // 2, last)}
        start += count
    decibels, likeness = compared(video, pages)
    return {"psnr_y_db": decibels, "ssim_y": likeness}
