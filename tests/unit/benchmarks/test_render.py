"""The benchmark programs run, and what they print is what was made."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from benchmarks.cases import CASES
from benchmarks.render import main
from benchmarks.report import BEGIN, END, rewrite
from pixelle.runtime.errors import FailedPrecondition
from svc_render.browser import find_browser

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def browser() -> None:
    try:
        find_browser("")
    except FailedPrecondition as error:
        pytest.skip(error.message)


@pytest.mark.slow
@pytest.mark.usefixtures("browser")
def test_a_case_beside_the_ordinary_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not shutil.which("ffmpeg"):
        pytest.skip("the ffmpeg program is not installed")
    main(["--quick", "--case", "still-1", "--against", "baseline", "--jsonl", str(tmp_path / "lines")])
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert printed == [json.loads(line) for line in (tmp_path / "lines").read_text().splitlines()]
    machine, ours, baseline, ratio = printed
    assert [line["side"] for line in printed] == ["machine", "service", "baseline", "ratio"]
    assert machine["quick"]
    assert ours["video_seconds"] == pytest.approx(1.2, abs=0.034)
    assert ours["frames"] == round(30 * ours["video_seconds"])
    assert ours["states"] == 1
    assert abs(baseline["frames"] - ours["frames"]) <= 1
    for line in (ours, baseline):
        assert line["psnr_y_db"] > 38
        assert 0.95 < line["ssim_y"] <= 1
        assert 100 < line["peak_memory_mb"] < 3000
        assert line["cpu_seconds"] > 0.1
        assert line["cpu_seconds"] == pytest.approx(line["clips_cpu_seconds"] + line["join_cpu_seconds"], abs=0.01)
        assert line["output_bytes"] > 20_000
    assert ratio["cpu_ratio"] == pytest.approx(baseline["cpu_seconds"] / ours["cpu_seconds"], rel=0.02)


@pytest.mark.slow
def test_a_case_that_fails_does_not_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIXELLE_RENDER_BROWSER", str(tmp_path / "nothing"))
    main(["--quick", "--case", "still-1", "--case", "join-50", "--table"])
    printed = capsys.readouterr().out.splitlines()
    assert [json.loads(line).get("error", "").partition(":")[0] for line in printed[1:3]] == ["BROWSER_MISSING"] * 2
    assert "not measured (BROWSER_MISSING)" in printed[-1]


def test_the_report_stands_between_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    ours: dict[str, object] = {
        "side": "service",
        "case": "still-60s",
        "video_seconds": 60.0,
        "wall_seconds": 4.0,
        "cpu_seconds": 5.0,
    }
    ours |= {"clips_cpu_seconds": 2.5, "join_cpu_seconds": 2.5, "states": 1, "frames": 1800, "peak_memory_mb": 650}
    ours |= {"output_bytes": 2_000_000, "wall_per_video_second": 0.067}
    for _ in range(2):
        rewrite(page, [ours, ours | {"case": "still-1", "clips_cpu_seconds": 1.25}])
    text = page.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert text.count("| still-60s | 60.0 | 4.00 | 5.00 | 2.50 + 2.50 | 1 / 1800 | 650 |") == 1
    assert "CPU of the clips <= 2 s: **no**; <= 700 MB: yes" in text
    assert "- CPU of the clips: `still-60s` takes 2.00 times what `still-1` takes" in text
    assert json.dumps(ours) in text
    page.write_text("no marks")
    with pytest.raises(ValueError, match="has no"):
        rewrite(page, [ours])


def test_every_baseline_is_a_case() -> None:
    assert {case.against for case in CASES.values()} - {""} <= set(CASES)
