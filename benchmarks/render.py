"""What a video costs: every case of the render service, and of the ordinary way, one JSON line each."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from statistics import median

import psutil

from benchmarks.cases import CASES, Case, quick, scenes_of
from benchmarks.inputs import save
from benchmarks.measure import MemoryWatch
from benchmarks.report import rewrite, table
from benchmarks.worker import SIGN

__all__ = ["main"]

Line = dict[str, object]

_ROOT = Path(__file__).parents[1]
_DIGITS = {"psnr_y_db": 2, "ssim_y": 5, "peak_memory_mb": 0, "loudness_lufs": 2, "true_peak_dbtp": 2}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print one JSON line per case, then what was asked for besides."""
    asked = _parser().parse_args(arguments)
    if asked.lines_from:
        lines = [json.loads(line) for line in Path(asked.lines_from).read_text().splitlines()]
    else:
        names = asked.case or list(CASES)
        lines = list(_measured(names, against=asked.against, repeat=asked.repeat, small=asked.quick))
        if asked.jsonl:
            Path(asked.jsonl).parent.mkdir(parents=True, exist_ok=True)
            Path(asked.jsonl).write_text("".join(json.dumps(line) + "\n" for line in lines))
    if asked.table:
        print(table(lines))
    if asked.report:
        rewrite(Path(asked.report), lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.render", description=__doc__)
    parser.add_argument(
        "--case", action="append", choices=list(CASES), help="only this one; may be given several times"
    )
    parser.add_argument("--against", choices=["baseline"], help="also do the same work the ordinary way; print ratios")
    parser.add_argument("--repeat", type=int, default=1, help="measure so many times, interleaved; medians are printed")
    parser.add_argument("--quick", action="store_true", help="two short scenes at most: to try it out")
    parser.add_argument("--jsonl", metavar="FILE", help="write the lines to a file too")
    parser.add_argument("--table", action="store_true", help="print a table at the end")
    parser.add_argument("--report", metavar="FILE", help="put table and lines between the markers of a Markdown file")
    parser.add_argument("--from", dest="lines_from", metavar="FILE", help="measure nothing, take the lines of a file")
    return parser


def _measured(names: list[str], *, against: str | None, repeat: int, small: bool) -> list[Line]:
    """
    Lines of the cases, of the baseline's, and of their ratios, printed as soon as they are known.

    Rounds go through all of the work, so that a busy minute of the machine meets everybody.
    """
    work = [("service", name) for name in names]
    for name in dict.fromkeys(CASES[name].against for name in names if against and CASES[name].against):
        place = 1 + next(at for at, (_, one) in enumerate(work) if CASES[one].against == name)
        work.insert(place, ("baseline", name))
    lines = [_machine(repeat=repeat, small=small)]
    print(json.dumps(lines[0]), flush=True)
    runs: dict[tuple[str, str], list[Line]] = {one: [] for one in work}
    with tempfile.TemporaryDirectory(prefix="pixelle-bench-") as folder:
        for turn in range(repeat):
            for side, name in work:
                case = quick(CASES[name]) if small else CASES[name]
                runs[side, name].append(_run(side, case, Path(folder), small=small))
                if turn == repeat - 1:
                    lines.append(_summary(side, name, runs[side, name]))
                    print(json.dumps(lines[-1]), flush=True)
    found = {(line["side"], line["case"]): line for line in lines[1:]}
    for name in names:
        baseline = found.get(("baseline", CASES[name].against))
        if baseline:
            lines.append(_ratio(found["service", name], baseline))
            print(json.dumps(lines[-1]), flush=True)
    return lines


def _run(side: str, case: Case, folder: Path, *, small: bool) -> Line:
    """One run in a process and a data folder of its own; its memory is looked at from here."""
    inputs = folder / "inputs"
    inputs.mkdir(exist_ok=True)
    listed = inputs / f"{case.name}.json"
    save(listed, scenes_of(case, inputs))
    with tempfile.TemporaryDirectory(dir=folder) as own, (Path(own) / "log").open("w+") as log:
        command = [sys.executable, "-m", "benchmarks.worker", side, case.name, str(listed), own]
        command.append("quick" if small else "whole")
        with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, stderr=log, text=True) as process:
            try:
                result, peak = _heard(process)
            except BaseException:
                _stop(process.pid)
                raise
        if process.returncode or not result:
            log.seek(0)
            last = log.read().strip().splitlines()[-1:] or ["nothing was said"]
            return {"error": f"the run ended with {process.returncode}: {last[0][:300]}"}
    done: Line = json.loads(result)
    return done if "error" in done else done | {"peak_memory_mb": peak}


def _heard(process: subprocess.Popen[str]) -> tuple[str, float]:
    """What a run says at last, "" when it says nothing, and its peak memory in MB between begin and end."""
    assert process.stdout
    watch = MemoryWatch(process.pid)
    said = (line[len(SIGN) :].strip() for line in process.stdout if line.startswith(SIGN))
    result = next(said, "")
    if result == "begin":
        with watch.watching():
            result = next(said, "")
        result = next(said, "") if result == "end" else result
    return result, watch.peak_mb


def _stop(pid: int) -> None:
    """End a run with everything it has started."""
    with suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for one in (*process.children(recursive=True), process):
            with suppress(psutil.NoSuchProcess):
                one.kill()


def _summary(side: str, name: str, runs: list[Line]) -> Line:
    """The medians of a case's runs."""
    line: Line = {"case": name, "side": side, "runs": len(runs)}
    failed = [run["error"] for run in runs if "error" in run]
    if failed:
        return line | {"error": failed[0]}
    values = {key: median([_number(run[key]) for run in runs]) for key in runs[0]}
    length = values["video_seconds"]
    values["wall_per_video_second"] = values["wall_seconds"] / length
    values["cpu_per_video_second"] = values["cpu_seconds"] / length
    line |= {key: _rounded(key, value) for key, value in values.items()}
    if len(runs) > 1:
        line |= {
            f"{key}_runs": [round(_number(run[key]), 2) for run in runs] for key in ("wall_seconds", "cpu_seconds")
        }
    return line


def _ratio(ours: Line, baseline: Line) -> Line:
    line: Line = {"case": ours["case"], "side": "ratio", "against": f"baseline {baseline['case']}"}
    for failed in (ours, baseline):
        if "error" in failed:
            return line | {"error": failed["error"]}
    for key in ("cpu", "wall"):
        line[f"{key}_ratio"] = round(_number(baseline[f"{key}_seconds"]) / _number(ours[f"{key}_seconds"]), 2)
    for key in ("peak_memory_mb", "output_bytes"):
        line[f"{key}_ratio"] = round(_number(baseline[key]) / _number(ours[key]), 2)
    return line


def _rounded(key: str, value: float) -> float:
    if value == int(value):
        return int(value)
    return round(value, _DIGITS.get(key, 3)) if _DIGITS.get(key, 3) else round(value)


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def _machine(*, repeat: int, small: bool) -> Line:
    import av

    return {
        "side": "machine",
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "av": av.__version__,
        "browser": _version("chromium-headless-shell"),
        "ffmpeg": _version("ffmpeg"),
        "load_at_start": round(os.getloadavg()[0], 2),
        "repeat": repeat,
        "quick": small,
    }


def _version(program: str) -> str:
    """What a program says of itself, its first words; "" when it is not there."""
    try:
        asked = [program, "-version" if program == "ffmpeg" else "--version"]
        said = subprocess.run(asked, check=False, capture_output=True, text=True)
    except FileNotFoundError:
        return ""
    return " ".join(word for word in said.stdout.split("\n")[0].split()[:3] if word[0].isdigit())


if __name__ == "__main__":
    main()
