"""The speech service as a process: `python -m svc_tts`."""

from __future__ import annotations

from pixelle.runtime.server import run_service
from svc_tts.server import build
from svc_tts.settings import TtsSettings


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    settings = TtsSettings()
    run_service(lambda: build(settings), settings.tts_listen, settings)


if __name__ == "__main__":
    main()
