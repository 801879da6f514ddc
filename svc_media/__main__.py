"""The media service as a process: `python -m svc_media`."""

from __future__ import annotations

from pixelle.runtime.server import run_service
from svc_media.server import build
from svc_media.settings import MediaSettings


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = MediaSettings()
    run_service(lambda: build(settings), settings.media_listen, settings)


if __name__ == "__main__":
    main()
