"""Settings of the media service."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads it
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from pixelle.runtime.settings import ServiceSettings

__all__ = ["MediaSettings"]


class MediaSettings(ServiceSettings):
    """Read from environment variables, for example PIXELLE_MEDIA_ENGINE."""

    media_engine: str = ""
    """Engine used when a request names none. Empty: illustrate when its packs are there at start, else card."""
    media_listen: str = "127.0.0.1:50053"
    """Address the service listens on: host:port or unix:/path."""
    diffusers_image_model: str = "sdxl"
    """Model for pictures when a request names only "local/diffusers"; a name of the catalogue."""
    diffusers_video_model: str = "wan-1.3b"
    """Model for footage when a request names only "local/diffusers"."""
    diffusers_vram_gb: float = Field(default=0.0, ge=0)
    """GPU memory for models and their work, in 10^9 bytes. 0: nine tenths of what is free when one is first loaded."""
    diffusers_parking_gb: float = Field(default=0.0, ge=0)
    """Memory of the machine for models that had to leave the GPU: from there they come back faster than from disk."""
    diffusers_preload: str = ""
    """Models to load at start, with commas between them; the service is ready afterwards."""
    diffusers_compile: bool = False
    """Models are compiled as the catalogue says: faster steps, a minute for each size's first request. Needs gcc."""
    diffusers_downloads: bool = False
    """Missing models are fetched from the hub. Without it no request can cause a download."""
    diffusers_roots: str = ""
    """Further folders, with commas between them, in which models and LoRAs may be named by path."""
    diffusers_catalogue: Path | None = None
    """A catalogue to lay over the built-in one. Unset: models.yaml in `data_dir`, if it is there."""
    comfyui_url: str = "http://127.0.0.1:8188"
    """Addresses of ComfyUI servers, with commas between them. Empty: none."""
    comfyui_api_key: SecretStr = SecretStr("")
    """Shown to the ComfyUI servers when a proxy in front of them asks for a key."""
    comfyui_key_header: str = Field(default="Authorization", pattern="^[A-Za-z0-9-]+$")
    """Header for that key: Authorization (as "Bearer <key>") or another one, for example X-API-Key."""
    comfyui_image_workflow: str = "image_sdxl.json"
    """Workflow file for pictures when a request names only "selfhost"."""
    comfyui_video_workflow: str = "video_wan.json"
    """Workflow file for footage when a request names only "selfhost"."""
    comfyui_seconds: float = Field(default=1700.0, gt=0)
    """Seconds for one prompt, its time in ComfyUI's queue included."""
    comfyui_patience: float = Field(default=20.0, ge=0)
    """Seconds for which a ComfyUI server that has a prompt of ours may be silent, as in a restart."""
    comfyui_slots: int = Field(default=2, ge=1, le=64)
    """Prompts of ours that are at one ComfyUI server at once; all but one wait in its queue."""

    @property
    def comfyui_urls(self) -> list[str]:
        """The addresses of `comfyui_url`, each once."""
        return list(dict.fromkeys(url.strip().rstrip("/") for url in self.comfyui_url.split(",") if url.strip()))

    @field_validator("comfyui_url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        for url in filter(None, map(str.strip, value.split(","))):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("every address must look like http://127.0.0.1:8188")
        return value
