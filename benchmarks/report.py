"""The lines of the render benchmark as a table for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks.cases import CASES, Target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["BEGIN", "END", "rewrite", "table"]

BEGIN = "<!-- measured: begin -->"
END = "<!-- measured: end -->"

Line = dict[str, object]

_HEAD = (
    "case",
    "video s",
    "wall s",
    "CPU s",
    "of it clips + join",
    "states / frames",
    "peak MB",
    "MB out",
    "PSNR / SSIM",
    "baseline wall s, CPU s",
    "ratio wall, CPU",
    "asked",
)


def table(lines: Sequence[Line]) -> str:
    """A Markdown table, one row per case of the service."""
    found = {(line["side"], line.get("case")): line for line in lines}
    rows = [_HEAD, tuple("---" for _ in _HEAD)]
    for name, case in CASES.items():
        ours = found.get(("service", name))
        if ours:
            rows.append(_row(ours, found.get(("baseline", case.against)), found.get(("ratio", name)), case.target))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def compared(lines: Sequence[Line]) -> str:
    """What cases say only side by side, as a Markdown list."""
    found = {line["case"]: line for line in lines if line["side"] == "service" and "error" not in line}
    said: list[str] = []
    for key, name, other, what in (
        ("peak_memory_mb", "still-50", "still-5", "peak memory"),
        ("peak_memory_mb", "still-10min", "still-60s", "peak memory"),
        ("peak_memory_mb", "still-30min", "still-60s", "peak memory"),
        ("clips_cpu_seconds", "still-60s", "still-1", "CPU of the clips"),
        ("clips_cpu_seconds", "again-1-of-20", "still-1", "CPU of the clips"),
        ("join_cpu_seconds", "again-1-of-20", "still-20", "CPU of the join"),
    ):
        if name in found and other in found:
            times = _of(found[name], key) / _of(found[other], key)
            said.append(f"- {what}: `{name}` takes {times:.2f} times what `{other}` takes")
    return "\n".join(said)


def rewrite(path: Path, lines: Sequence[Line]) -> None:
    """
    Put table and raw lines between the markers of a Markdown file.

    Raises ValueError when the markers are not there.
    """
    text = path.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no {BEGIN} and {END}")
    raw = "\n".join(json.dumps(line) for line in lines)
    folded = f"<details><summary>Raw lines</summary>\n\n```json\n{raw}\n```\n\n</details>"
    path.write_text(before + "\n\n".join((BEGIN, table(lines), compared(lines), folded, END)) + after)


def _row(ours: Line, baseline: Line | None, ratio: Line | None, target: Target) -> tuple[str, ...]:
    name = str(ours["case"])
    if "error" in ours:
        said = str(ours["error"]).partition(":")[0]
        return (name, f"not measured ({said})", *[""] * (len(_HEAD) - 2))
    plain = baseline and "error" not in baseline
    return (
        name,
        f"{_of(ours, 'video_seconds'):.1f}",
        f"{_of(ours, 'wall_seconds'):.2f}",
        f"{_of(ours, 'cpu_seconds'):.2f}",
        f"{_of(ours, 'clips_cpu_seconds'):.2f} + {_of(ours, 'join_cpu_seconds'):.2f}",
        f"{ours['states']} / {ours['frames']}",
        f"{_of(ours, 'peak_memory_mb'):.0f}",
        f"{_of(ours, 'output_bytes') / 1e6:.2f}",
        f"{_of(ours, 'psnr_y_db'):.1f} / {_of(ours, 'ssim_y'):.4f}" if "psnr_y_db" in ours else "",
        f"{_of(baseline, 'wall_seconds'):.1f}, {_of(baseline, 'cpu_seconds'):.1f}" if baseline and plain else "",
        f"{_of(ratio, 'wall_ratio'):.1f}, {_of(ratio, 'cpu_ratio'):.1f}" if ratio and plain else "",
        _asked(ours, ratio if plain else None, target),
    )


def _asked(ours: Line, ratio: Line | None, target: Target) -> str:
    """Every target with whether it was met; of ratios only those that were measured."""
    wanted: list[tuple[str, bool | None]] = []
    for kind, least in (("wall", target.wall_ratio), ("CPU", target.cpu_ratio)):
        if least:
            met = _of(ratio, f"{kind.lower()}_ratio") >= least if ratio else None
            wanted.append((f"{kind} >= {least:g}x", met))
    if target.cpu_seconds:
        used = _of(ours, "cpu_seconds" if target.cpu_of == "all" else f"{target.cpu_of}_cpu_seconds")
        said = {"all": "CPU", "clips": "CPU of the clips", "join": "CPU of the join"}[target.cpu_of]
        wanted.append((f"{said} <= {target.cpu_seconds:g} s", used <= target.cpu_seconds))
    if target.realtime:
        speed = 1 / _of(ours, "wall_per_video_second")
        wanted.append((f"{target.realtime:g}x realtime (is {speed:.1f}x)", speed >= target.realtime))
    wanted.append((f"<= {target.memory_mb:g} MB", _of(ours, "peak_memory_mb") <= target.memory_mb))
    return "; ".join(f"{what}: {'not measured' if met is None else 'yes' if met else '**no**'}" for what, met in wanted)


def _of(line: Line | None, key: str) -> float:
    value = line[key] if line else None
    assert isinstance(value, int | float), f"{key} is not in the line"
    return float(value)
