"""One task through gateway, worker and four real services as processes: their numbers and the tree of spans."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import httpx
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc
from prometheus_client.parser import text_string_to_metric_families

from deploy.processes import free_port
from pixelle.runtime.metrics import METRICS
from tests.embedded import ENGINES
from tests.integration.test_gateway import finished, gateway, separate

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from opentelemetry.proto.trace.v1.trace_pb2 import Span

SECRET = "Zanzibar keeps its secrets"
ELSEWHERE = {"pixelle_tokens_total", "pixelle_cost_total", "pixelle_footage_seconds_total", "pixelle_gpu_memory_bytes"}
"""Of language models, of engines that film and of GPUs: told by none of the processes here."""
LOW = range(31_000, 31_500, 100)
"""So that no two are given the same port."""
ONLY_ON_TROUBLE = {"pixelle_step_retries_total"}


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """An OTLP collector that keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: dict[bytes, tuple[str, Span]] = {}
        self.news = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def Export(self, request: Any, context: Any) -> Any:
        for resource in request.resource_spans:
            process = {each.key: each.value.string_value for each in resource.resource.attributes}["service.name"]
            for scope in resource.scope_spans:
                self.spans |= {span.span_id: (process, span) for span in scope.spans}
        self._loop.call_soon_threadsafe(self.news.set)
        return trace_service_pb2.ExportTraceServiceResponse()

    async def until(self, name: str) -> None:
        """Wait for a span of that name."""
        async with asyncio.timeout(60):
            while not any(span.name == name for _, span in self.spans.values()):
                self.news.clear()
                await self.news.wait()

    def path(self, span: Span) -> list[str]:
        """Names from the root to a span, each with the process it comes from."""
        found: list[str] = []
        at: Span | None = span
        while at is not None:
            process, _ = self.spans[at.span_id]
            found.insert(0, f"{process}: {at.name}")
            at = self.spans[at.parent_span_id][1] if at.parent_span_id in self.spans else None
        return found


@asynccontextmanager
async def collecting() -> AsyncGenerator[tuple[Collector, str]]:
    kept = Collector()
    server = grpc.server(ThreadPoolExecutor(2))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(kept, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield kept, f"http://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def attributes(span: Span) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value") or "") for each in span.attributes}


def told(text: str) -> dict[str, dict[str, Any]]:
    """Our metrics by name: their labels and samples."""
    found: dict[str, dict[str, Any]] = {}
    for family in text_string_to_metric_families(text):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        if name.startswith("pixelle_"):
            found[name] = {"labels": labels, "type": family.type, "samples": family.samples}
    return found


def value(metrics: dict[str, dict[str, Any]], name: str, **labels: str) -> float:
    samples = [sample for family in metrics.values() for sample in family["samples"] if sample.name == name]
    return sum(each.value for each in samples if labels.items() <= each.labels.items())


@pytest.mark.slow
async def test_a_task_is_seen_in_every_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = (*ENGINES, "gateway")
    where = {name: f"127.0.0.1:{free_port(low=low, high=low + 100)}" for name, low in zip(names, LOW, strict=True)}
    async with collecting() as (kept, endpoint):
        monkeypatch.setenv("PIXELLE_TRACE_ENDPOINT", endpoint)
        async with separate(tmp_path, {name: {"PIXELLE_METRICS_LISTEN": where[name]} for name in ENGINES}) as (urls, _):
            settings = {**urls, "PIXELLE_METRICS_LISTEN": where["gateway"], "PIXELLE_API_KEYS": "sesame-open"}
            async with gateway(tmp_path, settings) as (http, _):
                http.headers["Authorization"] = "Bearer sesame-open"
                body = {"text": f"{SECRET}. Boats come and go.", "mode": "fixed", "split_mode": "sentence", "seed": 5}
                task_id = ""
                for _ in range(2):  # the second finds what the first made
                    said = await http.post("/api/video/generate/async", json={**body, "video_fps": 15})
                    task_id = said.json()["task_id"]
                    assert (await finished(http, task_id))["status"] == "completed"
                    await kept.until("task")
                async with httpx.AsyncClient(trust_env=False) as plain:
                    texts = {name: (await plain.get(f"http://{at}/metrics")).text for name, at in where.items()}
    metrics = {name: told(text) for name, text in texts.items()}
    _numbers(metrics)
    _spans(kept, task_id)
    everything = "\n".join(texts.values()) + "\n".join(str(span) for _, span in kept.spans.values())
    for private in (SECRET, "Zanzibar", "sesame", str(tmp_path)):
        assert private not in everything


def _numbers(metrics: dict[str, dict[str, dict[str, Any]]]) -> None:
    seen = {name: family for process in metrics.values() for name, family in process.items()}
    assert set(seen) == set(METRICS) - ELSEWHERE - ONLY_ON_TROUBLE
    for name, family in seen.items():
        assert (family["labels"], family["type"]) == (set(METRICS[name].labels), METRICS[name].kind), name
    of = metrics["gateway"]
    route = "/api/video/generate/async"
    assert value(of, "pixelle_http_request_seconds_count", route=route, code="200", method="POST") == 2
    assert value(of, "pixelle_step_seconds_count", step="clip", outcome="ok") == 4
    assert value(of, "pixelle_task_seconds_count", outcome="completed") == 2
    assert value(of, "pixelle_steps_running") == value(of, "pixelle_tasks") == 0
    rpc = "pixelle.tts.v1.TtsService/Synthesize"
    assert value(metrics["tts"], "pixelle_rpc_seconds_count", rpc=rpc, code="OK") == 4
    assert value(metrics["tts"], "pixelle_engine_seconds_count", service="tts", engine="tone", outcome="ok") == 2
    assert value(metrics["tts"], "pixelle_cache_lookups_total", kind="narration", result="hit") == 2
    assert value(metrics["tts"], "pixelle_audio_seconds_total", engine="tone") > 1
    assert value(metrics["media"], "pixelle_images_total", engine="card") == 2
    assert value(metrics["render"], "pixelle_render_states_total") == 2
    assert value(metrics["render"], "pixelle_render_frames_total") > 15
    for name, process in metrics.items():
        assert value(process, "pixelle_build_info", process=name) == 1
        assert value(process, "pixelle_queue_depth") == 0


def _spans(kept: Collector, task_id: str) -> None:
    mine = [span for _, span in kept.spans.values() if attributes(span).get("pixelle.task_id") == task_id]
    root = next(span for span in mine if span.name == "POST /api/video/generate/async")
    assert {span.trace_id for span in mine} == {root.trace_id}
    task = ["pixelle-gateway: POST /api/video/generate/async", "pixelle-gateway: task"]
    paths = [kept.path(span) for span in mine]
    assert [*task, "pixelle-gateway: step publish"] in paths
    script = [
        *task,
        "pixelle-gateway: step storyboard",
        "pixelle-script: pixelle.script.v1.ScriptService/WriteStoryboard",
    ]
    assert [*script, "pixelle-script: engine"] in paths
    clip = [*task, "pixelle-gateway: step clip", "pixelle-render: pixelle.render.v1.RenderService/RenderClip"]
    assert paths.count(clip) == 2
    # of the first task: the second one found what the engine had made
    engines = [kept.path(span)[-2:] for _, span in kept.spans.values() if span.name == "engine"]
    assert ["pixelle-tts: pixelle.tts.v1.TtsService/Synthesize", "pixelle-tts: engine"] in engines
    names = {name for _, span in kept.spans.values() for name in attributes(span)}
    assert names == {"pixelle.task_id", "pixelle.scene", "pixelle.service", "pixelle.engine", "pixelle.queued_seconds"}


def test_the_documented_names_are_the_real_ones() -> None:
    text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    rows = re.findall(r"^\| `(pixelle_\w+)` \| (\w+) \|([^|]*)\| ([^|]+) \|$", text, re.MULTILINE)
    documented = {
        name: (kind, tuple(re.findall(r"`(\w+)`", labels)), said.strip()) for name, kind, labels, said in rows
    }
    assert documented == {each.name: (each.kind, each.labels, each.help) for each in METRICS.values()}
