"""How many pods so many videos a day need: a simulation fed with measured times and held against a cluster."""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import simpy

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

__all__ = ["STAGES", "Outcome", "Plant", "Prices", "Video", "plan", "simulate", "sized"]

STAGES = {"storyboard": "script", "narrate": "tts", "illustrate": "media", "clip": "render", "assemble": "render"}
"""Step to the service that does it."""
SIZES = (10, 100, 1_000, 10_000, 100_000, 1_000_000)
_MOST, _FEWEST = 2_000, 300
"""Videos that are simulated for one answer."""
_BUSY = 0.75
"""Share of its time that a stage may work, on average in the busiest hour, before it gets another pod."""
_GATEWAY_CPU, _WORKER_CPU, _POSTGRES_CPU = 0.027, 0.105, 0.066
"""CPU seconds a video of 18 steps (docs/performance.md, cluster)."""
_CHUNK = 1.05
"""How much a stage grows at once while the promise is not kept."""


@dataclass(frozen=True)
class Video:
    """What a video is to the stages."""

    scenes: int = 5
    seconds: Mapping[str, float] = field(default_factory=dict[str, float])
    """By step, in a slot of its stage."""
    spread: float = 0.0
    """Standard deviation of those, as a share; they are drawn from a gamma distribution."""
    overhead: float = 0.03
    """Seconds that each step takes besides: the queue's database, the call, the store."""

    def work(self, stage: str) -> float:
        """Seconds in slots of a stage."""
        times = {"narrate": self.scenes, "illustrate": self.scenes, "clip": self.scenes}
        return sum(self.seconds[step] * times.get(step, 1) for step, of in STAGES.items() if of == stage)


@dataclass(frozen=True)
class Plant:
    """Pods by stage."""

    pods: Mapping[str, int]
    slots: Mapping[str, int]
    """Of one pod."""
    workers: int
    at_once: int
    """Tasks of one worker."""


@dataclass(frozen=True)
class Outcome:
    """What happened to the videos."""

    seconds: Sequence[float]
    """From submit to end, in order of submits."""
    makespan: float
    """From the first submit to the last end."""
    waited: Mapping[str, float]
    """Seconds waited for a slot, by stage, and for a worker."""
    busy: Mapping[str, float]
    """Share of the slots' time, by stage."""

    def quantile(self, share: float) -> float:
        """Nearest rank."""
        ordered = sorted(self.seconds)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def simulate(plant: Plant, video: Video, arrivals: Sequence[float], *, seed: int = 1) -> Outcome:
    """
    Videos that are submitted at these times (seconds), one task each, as gateway/workflow/video.py tells it.

    Stages serve whoever came first; the real ones take turns among tasks: others wait, but no more is done.
    """
    env, chance = simpy.Environment(), random.Random(seed)
    stages = {
        name: simpy.Resource(env, plant.pods[name] * plant.slots[name]) for name in dict.fromkeys(STAGES.values())
    }
    workers = simpy.Resource(env, plant.workers * plant.at_once)
    waited = dict.fromkeys([*stages, "worker"], 0.0)
    worked = dict.fromkeys(stages, 0.0)
    ends: dict[int, float] = {}
    shape = 1 / video.spread**2 if video.spread else 0.0

    def step(name: str) -> Generator[simpy.Event]:
        stage, mean = STAGES.get(name), video.seconds.get(name, 0.0)
        if stage and mean:
            came = env.now
            with stages[stage].request() as slot:
                yield slot
                waited[stage] += env.now - came
                takes = chance.gammavariate(shape, mean / shape) if shape else mean
                worked[stage] += takes
                yield env.timeout(takes)
        yield env.timeout(video.overhead)

    def scene() -> Generator[simpy.Event]:
        yield env.process(step("narrate")) & env.process(step("illustrate"))
        yield env.process(step("clip"))

    def task(number: int, at: float) -> Generator[simpy.Event]:
        yield env.timeout(at)
        with workers.request() as place:
            yield place
            waited["worker"] += env.now - at
            yield env.process(step("storyboard"))
            yield env.all_of([env.process(scene()) for _ in range(video.scenes)])
            for name in ("assemble", "publish"):
                yield env.process(step(name))
        ends[number] = env.now

    for number, at in enumerate(arrivals):
        env.process(task(number, at))
    env.run()
    length = max(ends.values()) - arrivals[0]
    busy = {name: worked[name] / (length * stage.capacity) for name, stage in stages.items()}
    return Outcome([ends[i] - at for i, at in enumerate(arrivals)], length, waited, busy)


@dataclass(frozen=True)
class Prices:
    """An hour of a pod, by what it runs on. Assumed, not offered by anybody: give yours."""

    cpu_pod: float = 0.08
    gpu_pod: float = 1.20
    idle: float = 900.0
    """Seconds after its last work at which a stage on GPUs goes to zero."""


def sized(video: Video, *, rate: float, slots: Mapping[str, int], at_once: int, within: float) -> tuple[Plant, Outcome]:
    """
    The smallest plant found in which 95 of 100 videos end within `within` seconds.

    rate: videos a second, in the busiest hour; they come independently of each other (Poisson).
    """
    count = int(min(_MOST, max(_FEWEST, rate * 3600)))
    chance = random.Random(7)
    arrivals: list[float] = []
    at = 0.0
    for _ in range(count):
        arrivals.append(at)
        at += chance.expovariate(rate)
    pods = {name: max(1, math.ceil(rate * video.work(name) / (slots[name] * _BUSY))) for name in slots}
    while True:
        inside = rate * within  # Little's law: tasks that are under way at once
        workers = max(1, math.ceil(inside / at_once), math.ceil(rate * _WORKER_CPU / _BUSY))
        plant = Plant(dict(pods), slots, workers, at_once)
        outcome = simulate(plant, video, arrivals)
        if outcome.quantile(0.95) <= within:
            return plant, outcome
        worst = max(pods, key=lambda name: outcome.waited[name])
        pods[worst] = max(pods[worst] + 1, math.ceil(pods[worst] * _CHUNK))


def plan(
    video: Video,
    *,
    daily: int,
    slots: Mapping[str, int],
    gpu: frozenset[str],
    prices: Prices,
    at_once: int = 20,
    peak: float = 2.0,
    patience: float = 3.0,
) -> dict[str, Any]:
    """
    One line: pods, GPUs and cost for so many videos a day.

    peak: the busiest hour over the mean. patience: the promise, as a multiple of what a video takes alone on one pod of
    each. Pods are those of the busiest hour; cost follows the load, CPU stages never below one pod, GPU stages to zero.
    """
    alone = simulate(Plant(dict.fromkeys(slots, 1), slots, 1, 1), video, [0.0]).makespan
    mean = daily / 86_400
    plant, outcome = sized(video, rate=peak * mean, slots=slots, at_once=at_once, within=patience * alone)
    gateways = max(2, math.ceil(peak * mean * _GATEWAY_CPU / _BUSY))
    hours = {name: 24 * max(1.0, pods / peak) for name, pods in plant.pods.items() if name not in gpu}
    hours |= {"gateway": 24.0 * max(2.0, gateways / peak), "worker": 24 * max(1.0, plant.workers / peak)}
    # awake while anything came within the last `idle` seconds, and then as many pods as the load wants
    awake = 24 * (1 - math.exp(-mean * prices.idle))
    gpu_hours = {name: awake * max(1.0, plant.pods[name] / peak) for name in sorted(gpu)}
    cost = prices.cpu_pod * sum(hours.values()) + prices.gpu_pod * sum(gpu_hours.values())
    return {
        "benchmark": "capacity",
        "videos_per_day": daily,
        "videos_per_hour": round(peak * mean * 3600, 1),
        "pods": {**plant.pods, "worker": plant.workers, "gateway": gateways},
        "gpus": sum(plant.pods[name] for name in gpu),
        "busy": {name: round(share, 2) for name, share in outcome.busy.items()},
        "alone_seconds": round(alone, 1),
        "p50_seconds": round(outcome.quantile(0.5), 1),
        "p95_seconds": round(outcome.quantile(0.95), 1),
        "postgres_cores": round(peak * mean * _POSTGRES_CPU, 2),
        "cost_per_day": round(cost, 2),
        "cost_per_video": round(cost / daily, 4),
        "simulated": len(outcome.seconds),
    }


def _pairs(text: str) -> dict[str, float]:
    return {name: float(value) for name, _, value in (each.partition("=") for each in text.split(",") if each)}


def _plan(args: argparse.Namespace) -> list[dict[str, Any]]:
    times = _pairs(args.times)
    if missing := set(STAGES) - set(times):
        raise SystemExit(f"--times says nothing about {', '.join(sorted(missing))}; `measure` finds them.")
    slots = dict.fromkeys(STAGES.values(), 1) | {name: int(value) for name, value in _pairs(args.slots).items()}
    video = Video(args.scenes, times, args.spread, args.overhead)
    gpu = frozenset(filter(None, args.gpu.split(",")))
    prices = replace(Prices(), cpu_pod=args.cpu_price, gpu_pod=args.gpu_price)
    return [plan(video, daily=daily, slots=slots, gpu=gpu, prices=prices, peak=args.peak) for daily in args.daily]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    modes = parser.add_subparsers(dest="mode", required=True)
    planning = modes.add_parser("plan", help="pods, GPUs and cost for so many videos a day")
    planning.add_argument(
        "--times", required=True, help="storyboard=1.2,narrate=0.9,... seconds, as `measure` prints them"
    )
    planning.add_argument("--slots", default="", help="media=1,render=2,... of one pod; 1 where nothing is said")
    planning.add_argument("--scenes", type=int, default=5)
    planning.add_argument("--spread", type=float, default=0.3)
    planning.add_argument("--overhead", type=float, default=0.03)
    planning.add_argument("--gpu", default="", help="stages whose pods have a GPU each: tts,media")
    planning.add_argument("--peak", type=float, default=2.0, help="the busiest hour over the mean")
    planning.add_argument("--cpu-price", type=float, default=Prices.cpu_pod, help="of a CPU pod, an hour")
    planning.add_argument("--gpu-price", type=float, default=Prices.gpu_pod, help="of a GPU pod, an hour")
    planning.add_argument("--daily", type=int, nargs="*", default=list(SIZES))
    checking = modes.add_parser("check", help="predict a cluster on this machine whose engines take a known time")
    checking.add_argument("--tasks", type=int, default=20)
    checking.add_argument("--scenes", type=int, default=3)
    measuring = modes.add_parser("measure", help="times of the real services, step by step")
    measuring.add_argument("--tasks", type=int, default=3)
    return parser


def main() -> int:
    """One JSON line per answer. `check` returns 1 when the prediction is off by more than a fifth."""
    args = _parser().parse_args()
    if args.mode == "plan":
        lines, good = _plan(args), True
    else:
        from benchmarks import capacity_site

        lines = [
            capacity_site.check(args.tasks, args.scenes) if args.mode == "check" else capacity_site.measure(args.tasks)
        ]
        good = all(0.8 <= line.get("ratio", 1.0) <= 1.25 for line in lines)
    for line in lines:
        print(json.dumps(line), flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
