"""Settings of the media service."""

from __future__ import annotations

from pixelle.runtime.settings import ServiceSettings

__all__ = ["MediaSettings"]


class MediaSettings(ServiceSettings):
    """Read from environment variables, for example PIXELLE_MEDIA_ENGINE."""

    media_engine: str = ""
    """Engine used when a request names none. Empty: illustrate when its packs are there at start, else card."""
    media_listen: str = "127.0.0.1:50053"
    """Address the service listens on: host:port or unix:/path."""
