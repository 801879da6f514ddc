"""What a task costs besides its engines, on a small scale: what fails here has become several times as dear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.load import Heard, Load
from benchmarks.tasks import measure, percentile, table

if TYPE_CHECKING:
    from pathlib import Path

TASKS = 20
TIMES_A_BARE_STEP = 4.5
"""1.9 to 3.1 on a quiet machine and on a busy one; both figures come from the same minute."""


@pytest.mark.slow
def test_a_step_costs_a_few_bare_ones_and_no_watcher_misses_anything(tmp_path: Path) -> None:
    line = measure("embedded", tmp_path, tasks=TASKS, scenes=5, watchers=20, at_once=4, pause=0.0)
    assert line["wrong"] == 0, line
    assert line["steps"] == 18 * TASKS
    assert line["streams"] == TASKS, "no stream broke off"
    assert line["events"] >= 54 * TASKS, line
    assert line["bare_step_cpu_ms"] > 0.1
    assert line["cpu_ms_per_step"] < TIMES_A_BARE_STEP * line["bare_step_cpu_ms"], line
    assert f"{TASKS}:" in table([line])


async def test_an_event_that_was_missed_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    load = Load(["http://127.0.0.1:9"], tasks=3, scenes=1, watchers=1)
    load.seen.heard = {"a": Heard([1, 2, 3], "completed"), "b": Heard([1, 3], "completed"), "c": Heard([1], "failed")}

    async def kept(task_id: str) -> list[dict[str, int]]:
        return [{"sequence": number} for number in ([1] if task_id == "c" else [1, 2, 3])]

    monkeypatch.setattr(load, "_kept", kept)
    await load.check()
    await load.close()
    assert load.seen.wrong == ["b: 3 events are kept, 2 were told", "c ended as 'failed': {\"sequence\": 1}"]


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.001, 1.0)])
def test_percentiles_are_values_that_were_seen(share: float, expected: float) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == expected
