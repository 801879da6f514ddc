"""Numbers and spans: bounded, private, and nothing at all where nobody asked for them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from deploy.processes import free_port
from pixelle.core.v1 import core_pb2
from pixelle.runtime import metrics, traces
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, Unavailable
from pixelle.runtime.exposition import SERIES, PrometheusSink, serving
from pixelle.runtime.gpu import GpuMemory
from pixelle.runtime.metering import made, used
from pixelle.runtime.settings import ServiceSettings
from pixelle.runtime.telemetry import observing
from pixelle.runtime.work import Slots, Tick

if TYPE_CHECKING:
    import ctypes


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> PrometheusSink:
    kept = PrometheusSink("test")
    monkeypatch.setattr(metrics, "_sink", kept)
    return kept


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    provider, kept = TracerProvider(shutdown_on_exit=False), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(traces, "_tracer", provider.get_tracer("test"))
    return kept


def test_labels_are_bounded_whatever_comes(sink: PrometheusSink) -> None:
    for number in range(SERIES + 50):
        metrics.record(metrics.STEP_RETRIES, 1, "narrate", f"REASON_{number}")
    name = metrics.STEP_RETRIES.name
    assert sink.registry.get_sample_value(name, {"step": "narrate", "reason": "REASON_3"}) == 1
    assert sink.registry.get_sample_value(name, {"step": "other", "reason": "other"}) == 50


def test_no_label_is_an_id_or_a_text() -> None:
    allowed = {"method", "route", "code", "rpc", "service", "engine", "outcome", "kind", "result", "state", "step"}
    allowed |= {"reason", "currency", "device"}
    used_labels = {label for metric in metrics.METRICS.values() for label in metric.labels}
    assert used_labels - allowed == {"version", "process"}
    for metric in metrics.METRICS.values():
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert bool(metric.buckets) == (metric.kind == "histogram")


async def test_a_queue_tells_its_depth_and_age(sink: PrometheusSink) -> None:
    slots, release = Slots("slow", service="tts"), asyncio.Event()
    loop = asyncio.get_running_loop()

    def work(tick: Tick) -> None:
        tick(0.0)
        asyncio.run_coroutine_threadsafe(release.wait(), loop).result(30)

    labels = {"service": "tts", "engine": "slow"}

    def now(metric: metrics.Metric) -> float:
        found = sink.registry.get_sample_value(metric.name, labels)
        assert found is not None
        return found

    calls = [asyncio.create_task(slots.run(work)) for _ in range(3)]
    async with asyncio.timeout(10):
        while now(metrics.QUEUE_DEPTH) != 2:  # noqa: ASYNC110 - the calls get on
            await asyncio.sleep(0)
    first = now(metrics.QUEUE_OLDEST)
    assert 0 < first < now(metrics.QUEUE_OLDEST)
    assert (now(metrics.SLOTS_USED), now(metrics.SLOTS)) == (1, 1)
    calls[2].cancel()
    await asyncio.gather(calls[2], return_exceptions=True)
    assert now(metrics.QUEUE_DEPTH) == 1
    release.set()
    await asyncio.gather(*calls[:2])
    assert (now(metrics.QUEUE_DEPTH), now(metrics.QUEUE_OLDEST), now(metrics.SLOTS_USED)) == (0, 0, 0)
    slots.close()
    count = sink.registry.get_sample_value("pixelle_engine_seconds_count", {**labels, "outcome": "ok"})
    assert count == 2


def test_what_costs_something_is_counted(sink: PrometheusSink) -> None:
    used("gguf", core_pb2.Usage(input_tokens=100, output_tokens=20, calls=2, cost=0.5, currency="EUR"))
    used("outline", core_pb2.Usage())
    made(core_pb2.Visual(kind=core_pb2.MEDIA_KIND_VIDEO, duration_seconds=2.5, engine="film"))
    value = sink.registry.get_sample_value
    assert value("pixelle_tokens_total", {"engine": "gguf", "kind": "read"}) == 100
    assert value("pixelle_tokens_total", {"engine": "gguf", "kind": "written"}) == 20
    assert value("pixelle_tokens_total", {"engine": "outline", "kind": "read"}) is None
    assert value("pixelle_cost_total", {"engine": "gguf", "currency": "EUR"}) == 0.5
    assert value("pixelle_footage_seconds_total", {"engine": "film"}) == 2.5
    with pytest.raises(TypeError, match="Progress"):
        made(core_pb2.Progress())


class Driver:
    """What libnvidia-ml answers on a machine with two devices, the second of which is broken."""

    def nvmlDeviceGetCount_v2(self, count: Any) -> int:
        count._obj.value = 2
        return 0

    def nvmlDeviceGetHandleByIndex_v2(self, number: int, device: Any) -> int:
        device._obj.value = 1 + number
        return 0

    def nvmlDeviceGetMemoryInfo(self, device: ctypes.c_void_p, memory: Any) -> int:
        memory._obj.total, memory._obj.used = 80 * 2**30, 3 * 2**30
        return 0 if device.value == 1 else 15


def test_the_memory_of_a_gpu() -> None:
    found = list(GpuMemory(Driver()).gauges())
    assert found == [
        (metrics.GPU_MEMORY, 3.0 * 2**30, ("0", "used")),
        (metrics.GPU_MEMORY, 80.0 * 2**30, ("0", "total")),
    ]


def test_an_address_that_is_taken_or_wrong() -> None:
    port = free_port()
    with serving(f"127.0.0.1:{port}", "test"):
        with (
            pytest.raises(FailedPrecondition, match="PIXELLE_METRICS_LISTEN") as caught,
            serving(f"127.0.0.1:{port}", "x"),
        ):
            pass
        assert caught.value.reason == "ADDRESS_IN_USE"
        with observing(ServiceSettings(metrics_listen="127.0.0.1:1"), "inside"):  # the outer one's numbers go on
            assert metrics.sending()
        assert metrics.sending()
    assert not metrics.sending()
    with pytest.raises(InvalidArgument, match="host:port"), serving("9464", "test"):
        pass


def test_a_trace_goes_on_elsewhere(spans: InMemorySpanExporter) -> None:
    with traces.span("request", task_id="t1"):
        sent = dict(traces.metadata() or ())
    assert traces.metadata() is None
    parent = traces.parent_of([(b"traceparent", sent["traceparent"].encode())])
    with (
        traces.span("task", parent=parent, task_id="t1"),
        pytest.raises(Unavailable),
        traces.span("step", attributes={"scene": 2}),
    ):
        raise Unavailable("What the user wrote: my secret", reason="SERVICE_DOWN")
    request, step, task = spans.get_finished_spans()
    inside = {span.name: (span.parent, span.context) for span in (request, step, task)}
    for inner, outer in (("task", "request"), ("step", "task")):
        parent, (_, context) = inside[inner][0], inside[outer]
        assert parent
        assert context
        assert parent.span_id == context.span_id
    assert dict(step.attributes or {}) == {"pixelle.scene": 2, "pixelle.task_id": "t1"}
    assert (step.status.description, step.events) == ("SERVICE_DOWN", ())
    assert "secret" not in step.to_json()


def test_nothing_is_loaded_where_nobody_asks() -> None:
    code = (
        "import sys, asyncio\n"
        "import gateway.app, gateway.worker, svc_tts.server, svc_render.server\n"
        "from pixelle.runtime import traces, metrics\n"
        "with traces.span('x', task_id='t') as nothing: assert nothing is None and traces.header() == ''\n"
        "metrics.record(metrics.TASKS, 1, 'pending')\n"
        "print([name for name in sys.modules if name.split('.')[0] == 'prometheus_client' or '.sdk' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
