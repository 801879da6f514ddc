"""Spans of OpenTelemetry from the request to the engine; nothing of it is loaded or done where no endpoint is set."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition, PixelleError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    Attributes = Mapping[str, str | float]

__all__ = ["Span", "about", "exporting", "header", "metadata", "parent_of", "span", "trace_id", "tracing"]

_KEY = "traceparent"
"""W3C Trace Context."""
_TASK = "pixelle.task_id"
_NOTHING = nullcontext()
_NONE: Attributes = {}
_INSTALL = "pip install 'pixelle-video[tracing]'"

_tracer: Any = None
_current: ContextVar[Any] = ContextVar("pixelle_span", default=None)
_task: ContextVar[str] = ContextVar("pixelle_task", default="")


def tracing() -> bool:
    """True where spans are sent somewhere."""
    return _tracer is not None


def span(
    name: str, *, kind: str = "INTERNAL", parent: str = "", task_id: str = "", attributes: Attributes = _NONE
) -> AbstractContextManager[object]:
    """
    A span around what is done inside.

    parent: a `traceparent` that came from elsewhere; "" for the span we are in. task_id: of this span and of those
    inside it. attributes: names and numbers of ours only; never a text of a user's, a key or an address.
    """
    if _tracer is None:
        return _NOTHING
    return Span(name, kind, parent, task_id, attributes)


def about(task_id: str) -> None:
    """The span we are in is about this task."""
    if (current := _current.get()) is not None:
        current.set_attribute(_TASK, task_id)


def header() -> str:
    """The `traceparent` of the span we are in; "" where there is none."""
    current = _current.get()
    if _tracer is None or current is None:
        return ""
    context = current.get_span_context()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def trace_id() -> str:
    """Of the span we are in, 32 hex digits; "" where there is none."""
    return header()[3:35]


def metadata() -> tuple[tuple[str, str], ...] | None:
    """What a gRPC call carries so that the service's span is inside ours."""
    said = header()
    return ((_KEY, said),) if said else None


def parent_of(pairs: Any) -> str:
    """The `traceparent` among the metadata of a call or the headers of a request, "" when there is none."""
    for name, value in pairs or ():
        if name in {_KEY, _KEY.encode()}:
            return value.decode("latin-1") if isinstance(value, bytes) else str(value)
    return ""


class Span:
    """Made by `span`."""

    def __init__(self, name: str, kind: str, parent: str, task_id: str, attributes: Attributes) -> None:
        self._name, self._kind, self._parent, self._task_id = name, kind, parent, task_id
        self._attributes = {f"pixelle.{key}": value for key, value in attributes.items()}

    def rename(self, name: str) -> None:
        """Call it something else than when it began."""
        self._span.update_name(name)

    def __enter__(self) -> Span:
        from opentelemetry import trace
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        outer = _current.get()
        self._before = outer, _task.get()
        if self._task_id:
            _task.set(self._task_id)
        if task := _task.get():
            self._attributes[_TASK] = task
        if self._parent:
            context = TraceContextTextMapPropagator().extract({_KEY: self._parent})
        else:
            context = trace.set_span_in_context(outer) if outer is not None else None
        kind = trace.SpanKind[self._kind]
        self._span = _tracer.start_span(self._name, context=context, kind=kind, attributes=self._attributes)
        _current.set(self._span)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace_back: TracebackType | None
    ) -> None:
        from opentelemetry.trace import Status, StatusCode

        outer, task = self._before
        _current.set(outer)
        _task.set(task)
        if error is not None:
            # its reason, not its text, which may quote what a user wrote
            reason = error.reason if isinstance(error, PixelleError) else type(error).__name__
            self._span.set_status(Status(StatusCode.ERROR, reason))
        self._span.end()


@contextmanager
def exporting(endpoint: str, process: str, *, share: float) -> Generator[None]:
    """
    Send spans to an OTLP collector over gRPC ("http://host:4317", or https) until the block ends.

    share: of the traces that begin here; those that began elsewhere go on as they began.
    Raises FailedPrecondition (TRACING_NOT_INSTALLED).
    """
    global _tracer  # noqa: PLW0603 - as with the log, there is one per process
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
    except ImportError as error:
        raise FailedPrecondition(
            f"PIXELLE_TRACE_ENDPOINT is set, but OpenTelemetry is not installed ({error}). Run: {_INSTALL}",
            reason="TRACING_NOT_INSTALLED",
        ) from error
    resource = Resource.create({"service.name": f"pixelle-{process}"})
    # our own provider: libraries that look for a global one would add spans with what tasks were given
    provider = TracerProvider(resource=resource, sampler=ParentBased(TraceIdRatioBased(share)), shutdown_on_exit=False)
    exporter = OTLPSpanExporter(endpoint=endpoint, insecure=endpoint.startswith("http://"), timeout=5)
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    _tracer = provider.get_tracer("pixelle")
    try:
        yield
    finally:
        _tracer = None
        provider.shutdown()
