"""The cases of the render benchmark and what each is held to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from benchmarks.inputs import SceneInput, scene

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CASES", "Case", "Target", "quick", "scenes_of"]

PORTRAIT = "1080x1920/image_default.html"
OVER_FOOTAGE = "1080x1920/video_default.html"


@dataclass(frozen=True)
class Target:
    """What a case is held to; None where nothing is asked."""

    cpu_ratio: float | None = None
    """The baseline's CPU seconds by ours, at least."""
    wall_ratio: float | None = None
    """The baseline's wall seconds by ours, at least."""
    cpu_seconds: float | None = None
    """At most; of the clips where `cpu_of` says so."""
    cpu_of: Literal["all", "clips", "join"] = "all"
    realtime: float | None = None
    """Video seconds by wall seconds, at least."""
    memory_mb: float = 700.0
    """At most."""


@dataclass(frozen=True)
class Case:
    """One video to make."""

    name: str
    scenes: int
    length: float | None = None
    """Seconds of each scene; None: as long as its sentence takes, some 5 s."""
    template: str = PORTRAIT
    moving: bool = False
    """Footage, 1920x1080, instead of pictures."""
    captions: Literal["off", "word"] = "off"
    motion: Literal["none", "pan"] = "none"
    transition: Literal["none", "fade"] = "none"
    music: bool = True
    kept: Literal["nothing", "all but one", "all"] = "nothing"
    """Clips that are there before the clock starts."""
    distinct: int | None = None
    """Different scenes; they repeat. None: all."""
    compared: tuple[Literal["first", "middle", "last"], ...] = ("first", "middle", "last")
    """Frames of a scene that must look like its page drawn by RenderFrame."""
    against: str = ""
    """The case whose work the baseline does for comparison; "" for none."""
    target: Target = Target()


def _cases() -> list[Case]:
    still5 = Case("still-5", 5, against="still-5", target=Target(cpu_ratio=15, wall_ratio=15))
    still20 = replace(still5, name="still-20", scenes=20, against="still-20", target=Target(17, 15))
    captioned = Target(cpu_ratio=6, wall_ratio=6)
    moved = Target(realtime=2)
    return [
        replace(still5, name="still-1", scenes=1, against="still-1", target=Target()),
        still5,
        still20,
        replace(still5, name="still-50", scenes=50, against="", target=Target()),
        Case("still-60s", 1, 60.0, against="still-60s", target=Target(cpu_seconds=2, cpu_of="clips")),
        Case("still-10min", 1, 600.0, target=Target()),
        Case("still-30min", 1, 1800.0, target=Target()),
        # its first word is spoken after the first frame, which therefore shows the plain page
        replace(still5, name="words-5", captions="word", compared=("first",), target=captioned),
        replace(still5, name="pan-words-5", captions="word", motion="pan", compared=(), target=moved),
        replace(still5, name="fade-5", transition="fade", compared=("middle", "last"), target=Target()),
        replace(
            still5,
            name="footage-5",
            template=OVER_FOOTAGE,
            moving=True,
            compared=("first",),
            against="footage-5",
            target=Target(cpu_ratio=5, wall_ratio=7),
        ),
        replace(still20, name="again-1-of-20", kept="all but one", against="", compared=(), target=Target()),
        Case("join-50", 50, music=False, kept="all", distinct=10, compared=(), target=Target()),
        Case("join-50-music", 50, kept="all", distinct=10, compared=(), target=Target()),
    ]


CASES = {case.name: case for case in _cases()}


def quick(case: Case) -> Case:
    """The same case, small: for trying out, not for numbers."""
    return replace(case, scenes=min(case.scenes, 2), length=6.0 if case.length else 1.2)


def scenes_of(case: Case, folder: Path) -> list[SceneInput]:
    """The case's scenes, their files in `folder`. Pictures have the size that the template asks for."""
    size = (1920, 1080) if case.moving else (1024, 1088)
    number = case.distinct or case.scenes
    made = [scene(folder, place, length=case.length, moving=case.moving, size=size) for place in range(number)]
    return [made[place % number] for place in range(case.scenes)]
