"""`/metrics` for Prometheus: one small server with the numbers of this process."""

from __future__ import annotations

from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import structlog

from pixelle.runtime import metrics
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from pixelle.runtime.gpu import GpuMemory

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pixelle.runtime.metrics import Gauge, Metric

__all__ = ["SERIES", "PrometheusSink", "serving"]

SERIES = 300
"""Combinations of labels that one metric has at most; what comes after them is counted as "other"."""
_OTHER = "other"
_log = structlog.get_logger("pixelle.metrics")


class PrometheusSink:
    """Keeps numbers in a registry of its own; a metric is there from its first value on."""

    def __init__(self, process: str) -> None:
        """process: what it is, for `pixelle_build_info`."""
        import prometheus_client

        prometheus_client.disable_created_metrics()
        self._library = prometheus_client
        self.registry = prometheus_client.CollectorRegistry()
        self._kept: dict[str, Any] = {}
        self._seen: dict[str, set[tuple[str, ...]]] = {}
        self._process = process
        prometheus_client.ProcessCollector(registry=self.registry)
        self.registry.register(self)

    def record(self, metric: Metric, value: float, labels: tuple[str, ...]) -> None:
        """As `Sink` has it; bounded in its labels whatever others send."""
        kept = self._kept.get(metric.name) or self._made(metric)
        series = kept.labels(*self._bounded(metric, labels)) if metric.labels else kept
        if metric.kind == "histogram":
            series.observe(value)
        else:
            series.inc(value)

    def _made(self, metric: Metric) -> Any:
        kinds: dict[str, Any] = {"counter": self._library.Counter, "gauge": self._library.Gauge}
        if metric.kind == "histogram":
            made = self._library.Histogram(
                metric.name, metric.help, metric.labels, registry=self.registry, buckets=metric.buckets
            )
        else:
            made = kinds[metric.kind](metric.name, metric.help, metric.labels, registry=self.registry)
        return self._kept.setdefault(metric.name, made)

    def _bounded(self, metric: Metric, labels: tuple[str, ...]) -> tuple[str, ...]:
        seen = self._seen.setdefault(metric.name, set())
        if labels not in seen:
            if len(seen) >= SERIES:
                return (_OTHER,) * len(labels)
            seen.add(labels)
        return labels

    def collect(self) -> Iterator[Any]:
        """What the sources say now, as Prometheus' families."""
        found: dict[Metric, dict[tuple[str, ...], float]] = {metrics.BUILD: {(_version(), self._process): 1.0}}
        for metric, value, labels in _said():
            known = found.setdefault(metric, {})
            before = known.get(labels)
            # several of one name: how many there are is added up, how long they wait is not
            longest = metric.name.endswith("_seconds")
            known[labels] = value if before is None else max(before, value) if longest else before + value
        for metric, values in found.items():
            family = self._library.metrics_core.GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
            for labels, value in values.items():
                family.add_metric(labels, value)
            yield family


def _said() -> Iterator[Gauge]:
    try:
        yield from metrics.gauges()
    except Exception as error:  # the border: a database that is away must not take the other numbers along
        _log.warning("source failed", because=type(error).__name__)


def _version() -> str:
    try:
        return version("pixelle-video")
    except PackageNotFoundError:
        return "0+source"


@contextmanager
def serving(listen: str, process: str) -> Generator[None]:
    """
    Tell this process's numbers on `listen` ("host:port") until the block ends.

    Raises InvalidArgument (SETTING_INVALID), FailedPrecondition (ADDRESS_IN_USE).
    """
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal():
        raise InvalidArgument(
            f"PIXELLE_METRICS_LISTEN is {listen!r}. Give host:port, for example 127.0.0.1:9464.",
            reason="SETTING_INVALID",
        )
    from prometheus_client import start_http_server

    sink = PrometheusSink(process)
    try:
        server, thread = start_http_server(int(port), host.strip("[]"), sink.registry)
    except OSError as error:
        raise FailedPrecondition(
            f"Cannot serve metrics on {listen!r}: {error.strerror or error}. Set PIXELLE_METRICS_LISTEN to another "
            "address; every process needs one of its own.",
            reason="ADDRESS_IN_USE",
        ) from error
    gpu = GpuMemory.open()
    if gpu:
        metrics.watch(gpu)
    metrics.send_to(sink)
    try:
        yield
    finally:
        metrics.send_to(None)
        server.shutdown()
        server.server_close()
        thread.join()
