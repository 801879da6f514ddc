"""Numbers about what a process does, under names that stay: the table of them, and where they are told."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["METRICS", "Gauge", "Metric", "Sink", "Source", "gauges", "record", "send_to", "sending", "watch"]

_QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_LONG = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0, 1800.0)


@dataclass(frozen=True)
class Metric:
    """A name that dashboards and alerts may rely on; docs/operations.md lists every one."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    labels: tuple[str, ...]
    """Names of labels whose values come from a bounded set: never an id, a text or an address."""
    help: str
    buckets: tuple[float, ...] = ()


HTTP_SECONDS = Metric(
    "pixelle_http_request_seconds", "histogram", ("method", "route", "code"),
    "From a request to the beginning of its answer", _QUICK,
)  # fmt: skip
RPC_SECONDS = Metric(
    "pixelle_rpc_seconds", "histogram", ("rpc", "code"), "A call to a service, with all of its messages", _LONG
)
QUEUE_DEPTH = Metric("pixelle_queue_depth", "gauge", ("service", "engine"), "Calls that wait for a slot of an engine")
QUEUE_OLDEST = Metric(
    "pixelle_queue_oldest_seconds", "gauge", ("service", "engine"), "How long the one that waits longest has waited"
)
QUEUE_SECONDS = Metric(
    "pixelle_queue_seconds", "histogram", ("service", "engine"), "How long a call waited for its slot", _LONG
)
SLOTS_USED = Metric("pixelle_slots_used", "gauge", ("service", "engine"), "Calls an engine works on")
SLOTS = Metric("pixelle_slots", "gauge", ("service", "engine"), "Calls an engine works on at most")
ENGINE_SECONDS = Metric(
    "pixelle_engine_seconds", "histogram", ("service", "engine", "outcome"), "How long an engine had a slot", _LONG
)
CACHE_LOOKUPS = Metric(
    "pixelle_cache_lookups_total",
    "counter",
    ("kind", "result"),
    "Looks for remembered results: hit or miss",
)
TASKS = Metric("pixelle_tasks", "gauge", ("state",), "Unfinished tasks of the deployment: pending or running")
TASKS_OLDEST = Metric(
    "pixelle_tasks_oldest_pending_seconds", "gauge", (), "How long the task that waits longest has waited"
)
TASK_SECONDS = Metric(
    "pixelle_task_seconds", "histogram", ("outcome",), "A task in one worker, from its start there to its end", _LONG
)
STEPS_RUNNING = Metric("pixelle_steps_running", "gauge", ("step",), "Steps under way, those that wait to try again too")
STEP_SECONDS = Metric("pixelle_step_seconds", "histogram", ("step", "outcome"), "A step with all of its tries", _LONG)
STEP_RETRIES = Metric("pixelle_step_retries_total", "counter", ("step", "reason"), "Tries of a step that failed")
RENDER_STATES = Metric("pixelle_render_states_total", "counter", (), "Distinct pictures drawn for clips")
RENDER_FRAMES = Metric("pixelle_render_frames_total", "counter", (), "Frames of clips made")
TOKENS = Metric("pixelle_tokens_total", "counter", ("engine", "kind"), "Tokens of language models: read or written")
COST = Metric("pixelle_cost_total", "counter", ("engine", "currency"), "Price of the tokens, where one is set")
IMAGES = Metric("pixelle_images_total", "counter", ("engine",), "Pictures made")
FOOTAGE = Metric("pixelle_footage_seconds_total", "counter", ("engine",), "Footage made, in its own seconds")
AUDIO = Metric("pixelle_audio_seconds_total", "counter", ("engine",), "Speech made, in its own seconds")
VIDEO = Metric("pixelle_video_seconds_total", "counter", (), "Finished videos, in their own seconds")
GPU_MEMORY = Metric("pixelle_gpu_memory_bytes", "gauge", ("device", "kind"), "Memory of a GPU: used or total")
BUILD = Metric("pixelle_build_info", "gauge", ("version", "process"), "1, of the version that runs here")

METRICS = {each.name: each for each in list(vars().values()) if isinstance(each, Metric)}
"""Every metric by name."""

Gauge = tuple[Metric, float, tuple[str, ...]]
"""What a source says: a metric, its value now and its labels."""


class Source(Protocol):
    """Something that can be asked, from any thread, how things are now."""

    def gauges(self) -> Iterable[Gauge]:
        """Values now."""
        ...


class Sink(Protocol):
    """Where numbers go."""

    def record(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        """Add to a counter or gauge, or put into a histogram."""
        ...


_lock = threading.Lock()
_sources: WeakSet[Source] = WeakSet()
_sink: Sink | None = None


def record(metric: Metric, value: float, *labels: str) -> None:
    """Add `value` to a counter or gauge, or put it into a histogram; nothing happens where nobody asked for numbers."""
    if _sink is not None:
        _sink.record(metric, value, labels)


def send_to(sink: Sink | None) -> None:
    """Where this process tells its numbers from now on; None: nowhere."""
    global _sink  # noqa: PLW0603 - as with the log, there is one per process
    _sink = sink


def sending() -> bool:
    """True where somebody asked for numbers."""
    return _sink is not None


def watch(source: Source) -> None:
    """Ask `source` whenever the numbers are read, as long as it exists."""
    with _lock:
        _sources.add(source)


def gauges() -> Iterator[Gauge]:
    """What all sources say now."""
    with _lock:
        asked = list(_sources)
    for source in asked:
        yield from source.gauges()
