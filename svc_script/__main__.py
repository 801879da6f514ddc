"""Runs the script service alone: `python -m svc_script`."""

from __future__ import annotations

from pixelle.runtime.server import run_service
from svc_script.server import build
from svc_script.settings import ScriptSettings

__all__ = ["main"]


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = ScriptSettings()
    run_service(lambda: build(settings), settings.script_listen, settings)


if __name__ == "__main__":
    main()
