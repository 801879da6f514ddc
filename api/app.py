"""The documented start command `uvicorn api.app:app`: everything in one process, unless services are set."""

from pixelle_video.embedded import app

__all__ = ["app"]
