"""The simulation predicts a real small cluster within a fifth, and grows as it should."""

from __future__ import annotations

import pytest

from benchmarks.capacity import SIZES, Plant, Prices, Video, plan, simulate
from benchmarks.capacity_site import KNOWN, check

ONE = {"script": 1, "tts": 1, "media": 1, "render": 1}
TIMES = {"storyboard": 2.0, "narrate": 1.0, "illustrate": 3.0, "clip": 1.0, "assemble": 2.0}


def test_a_real_cluster_is_as_fast_as_is_said() -> None:
    line = check(tasks=6, scenes=2)
    assert 0.8 <= line["ratio"] <= 1.25, line


def test_a_video_alone_is_its_longest_path() -> None:
    many = dict.fromkeys(ONE, 5)
    video = Video(5, TIMES, overhead=0.1)
    assert simulate(Plant(many, ONE, 1, 1), video, [0.0]).makespan == pytest.approx(2.0 + 3.0 + 1.0 + 2.0 + 5 * 0.1)
    # on one pod of each the pictures are made one after the other
    assert simulate(Plant(ONE, ONE, 1, 1), Video(5, TIMES, overhead=0.0), [0.0]).makespan == 2.0 + 15.0 + 1.0 + 2.0


def test_what_is_busy_all_the_time_decides() -> None:
    outcome = simulate(Plant(ONE, ONE, 10, 10), Video(2, KNOWN, overhead=0.0), [0.0] * 50)
    assert abs(outcome.makespan / 50 - 1.6) < 0.05, "two pictures of 0.8 s"
    assert outcome.busy["media"] > 0.95
    assert max(outcome.waited, key=lambda name: outcome.waited[name]) == "media"
    one_worker = simulate(Plant(ONE, ONE, 1, 1), Video(2, KNOWN, overhead=0.0), [0.0] * 10)
    assert one_worker.makespan > 10 * 2.4, "one task after the other"


def test_more_videos_need_more_pods_and_cost_less_each() -> None:
    video = Video(5, TIMES, spread=0.3)
    lines = [plan(video, daily=daily, slots=ONE, gpu=frozenset({"media"}), prices=Prices()) for daily in SIZES]
    for line in lines:
        assert line["p95_seconds"] <= 3 * line["alone_seconds"]
        assert max(line["busy"].values()) <= 0.9
    for name in ONE:
        pods = [line["pods"][name] for line in lines]
        assert pods == sorted(pods)
    assert lines[-1]["gpus"] > 100 * lines[1]["gpus"]
    costs = [line["cost_per_video"] for line in lines]
    assert costs == sorted(costs, reverse=True)
    assert lines[0]["cost_per_day"] < 24 * (5 * Prices.cpu_pod + Prices.gpu_pod), "its GPU sleeps"
