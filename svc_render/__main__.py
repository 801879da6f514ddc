"""Serves the render service alone: `python -m svc_render`."""

from __future__ import annotations

from pixelle.runtime.server import run_service
from svc_render.server import build
from svc_render.settings import RenderSettings

if __name__ == "__main__":
    settings = RenderSettings()
    run_service(lambda: build(settings), settings.render_listen, settings)
