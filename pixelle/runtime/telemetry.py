"""What a process tells of itself: logs as events with fields, and where settings ask for them numbers and spans."""

from __future__ import annotations

import logging
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import structlog

from pixelle.runtime import metrics, traces

if TYPE_CHECKING:
    from collections.abc import Generator, MutableMapping
    from typing import Any

    from pixelle.runtime.settings import ServiceSettings

__all__ = ["configure_logging", "observing"]


def configure_logging(settings: ServiceSettings) -> None:
    """Send structlog events to standard error, as lines for people or as JSON."""
    renderer = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,  # the rich one prints variables, and so prompts
        )
    )
    level = logging.getLevelNamesMapping()[settings.log_level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _traced,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _traced(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """With the id under which the collector has the rest."""
    if trace := traces.trace_id():
        event.setdefault("trace_id", trace)
    return event


@contextmanager
def observing(settings: ServiceSettings, process: str) -> Generator[None]:
    """
    Numbers and spans of this process as far as the settings ask for them, until the block ends.

    process: what it is: "gateway", "worker" or the service's name. Inside another such block it does nothing.
    Raises FailedPrecondition (ADDRESS_IN_USE, TRACING_NOT_INSTALLED), InvalidArgument (SETTING_INVALID).
    """
    with ExitStack() as stack:
        if settings.metrics_listen and not metrics.sending():
            from pixelle.runtime.exposition import serving

            stack.enter_context(serving(settings.metrics_listen, process))
        if settings.trace_endpoint and not traces.tracing():
            stack.enter_context(traces.exporting(settings.trace_endpoint, process, share=settings.trace_share))
        yield
