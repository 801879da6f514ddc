"""Where a one-off command keeps its log, so that the screen shows progress only."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from pixelle.runtime.errors import ResourceExhausted

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["log_to_file"]

_LARGEST = 5_000_000
"""Bytes after which the file begins anew."""


def log_to_file() -> Path:
    """
    Send everything that is logged to `pixelle.log` in the data folder, and return its path.

    Raises ResourceExhausted (DISK_FULL).
    """
    import structlog

    from pixelle.runtime.settings import ServiceSettings
    from pixelle.runtime.telemetry import configure_logging
    from pixelle_video.config import settings_from

    settings = settings_from(ServiceSettings, {})
    path = settings.data_dir / "pixelle.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = "w" if path.exists() and path.stat().st_size > _LARGEST else "a"
        file = path.open(mode, encoding="utf-8", buffering=1)
    except OSError as error:
        raise ResourceExhausted(
            f"Cannot write {str(path)!r}: {error.strerror or error}. Make room or set PIXELLE_DATA_DIR.",
            reason="DISK_FULL",
        ) from error
    configure_logging(settings.model_copy(update={"log_format": "json"}))
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file))
    logging.basicConfig(handlers=[logging.StreamHandler(file)], level=logging.WARNING, force=True)
    logging.getLogger("dbos").addHandler(logging.NullHandler())  # it writes to the screen unless it has a handler
    return path
