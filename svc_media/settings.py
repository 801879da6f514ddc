"""Settings of the media service."""

from __future__ import annotations

from pydantic import SecretStr

from pixelle.comfyui.settings import ComfyuiSettings

__all__ = ["MediaSettings"]


class MediaSettings(ComfyuiSettings):
    """Read from environment variables, for example PIXELLE_MEDIA_ENGINE."""

    media_engine: str = ""
    """Engine used when a request names none. Empty: illustrate when its packs are there at start, else card."""
    media_listen: str = "127.0.0.1:50053"
    """Address the service listens on: host:port or unix:/path."""
    pexels_api_key: SecretStr = SecretStr("")
    """Opens the photos and footage of Pexels (`api/pexels`)."""
    pexels_url: str = ""
    """Another address of Pexels, for example of a proxy. Empty: its own."""
    pixabay_api_key: SecretStr = SecretStr("")
    """Opens the photos and footage of Pixabay (`api/pixabay`)."""
    pixabay_url: str = ""
    """Another address of Pixabay. Empty: its own."""
    media_safety: str = ""
    """A check of prompts and pictures: "module:Class", or the name of an entry point in "pixelle.media.safety". Empty:
    nothing is checked."""
    comfyui_image_workflow: str = "image_sdxl.json"
    """Workflow file for pictures when a request names only "selfhost"."""
    comfyui_video_workflow: str = "video_wan.json"
    """Workflow file for footage when a request names only "selfhost"."""
