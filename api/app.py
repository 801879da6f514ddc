"""The documented start command `uvicorn api.app:app`: everything in one process, unless services are set."""

from gateway.settings import GatewaySettings

if GatewaySettings().separate:
    from gateway.app import app
else:
    from pixelle_video.embedded import app

__all__ = ["app"]
