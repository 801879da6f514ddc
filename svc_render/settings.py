"""Settings of the render service."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from pydantic import Field

from pixelle.runtime.settings import ServiceSettings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["RenderSettings"]


class RenderSettings(ServiceSettings):
    """Read from environment variables named PIXELLE_<FIELD>, for example PIXELLE_RENDER_PAGES."""

    render_listen: str = "127.0.0.1:50054"
    """Address to serve on."""
    render_template: str = "1080x1920/image_default.html"
    """Template of requests that name none."""
    render_browser: str = ""
    """Path of a Chromium browser. Empty: the first one found on PATH."""
    render_sandbox: bool = True
    """Chromium's own sandbox. Without it Chromium starts where user namespaces are forbidden, as most containers
    forbid them; then the container must be the sandbox. Never on for root."""
    render_pages: int = Field(default=3, ge=1, le=32)
    """Pages drawn at once; each takes some 60 MB. One of them at most shows a picture that moves."""
    render_draw_seconds: float = Field(default=30.0, gt=0, le=600)
    """Longest time one page may take to draw."""
    render_encoders: int = Field(default=0, ge=0, le=64)
    """Clips and videos encoded at once. 0: one per core."""
    render_fetch_http: bool = False
    """Also fetch backgrounds over plain http."""
    render_fetch_seconds: float = Field(default=10.0, gt=0, le=120)
    """Longest time to fetch one background."""
    render_loudness: float = Field(default=-14.0, ge=-40, le=-5)
    """Integrated loudness of a finished video, LUFS."""
    render_true_peak: float = Field(default=-1.0, ge=-20, le=0)
    """Highest true peak of a finished video, dBTP."""

    @property
    def encoders(self) -> int:
        """How many clips and videos are encoded at once."""
        return self.render_encoders or os.cpu_count() or 1

    @property
    def scratch_dir(self) -> Path:
        """Where half-made files lie; emptied at start."""
        return self.data_dir / "scratch" / "render"
