"""Settings of the media service."""

from __future__ import annotations

from pixelle.comfyui.settings import ComfyuiSettings
from pixelle.runninghub.settings import RunninghubSettings

__all__ = ["MediaSettings"]


class MediaSettings(ComfyuiSettings, RunninghubSettings):
    """Read from environment variables, for example PIXELLE_MEDIA_ENGINE."""

    media_engine: str = ""
    """Engine used when a request names none. Empty: illustrate when its packs are there at start, else card."""
    media_listen: str = "127.0.0.1:50053"
    """Address the service listens on: host:port or unix:/path."""
    comfyui_image_workflow: str = "image_sdxl.json"
    """Workflow file for pictures when a request names only "selfhost"."""
    comfyui_video_workflow: str = "video_wan.json"
    """Workflow file for footage when a request names only "selfhost"."""
    runninghub_image_workflow: str = ""
    """Workflow file for pictures when a request names only "runninghub"."""
    runninghub_video_workflow: str = ""
    """Workflow file for footage when a request names only "runninghub"."""
