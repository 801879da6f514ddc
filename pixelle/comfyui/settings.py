"""Where ComfyUI is: what every service that runs workflow files is told about it."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from pixelle.runtime.settings import ServiceSettings

__all__ = ["ComfyuiSettings"]


class ComfyuiSettings(ServiceSettings):
    """Read from environment variables, for example PIXELLE_COMFYUI_URL."""

    comfyui_url: str = "http://127.0.0.1:8188"
    """Addresses of ComfyUI servers, with commas between them. Empty: none."""
    comfyui_api_key: SecretStr = SecretStr("")
    """Shown to the ComfyUI servers when a proxy in front of them asks for a key."""
    comfyui_key_header: str = Field(default="Authorization", pattern="^[A-Za-z0-9-]+$")
    """Header for that key: Authorization (as "Bearer <key>") or another one, for example X-API-Key."""
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

    @property
    def comfyui_width(self) -> int:
        """Prompts of ours that are at all servers together."""
        return self.comfyui_slots * max(1, len(self.comfyui_urls))

    def comfyui_options(self) -> dict[str, object]:
        """What every engine over ComfyUI is told, its folder of files included."""
        return {
            "urls": self.comfyui_urls,
            "folder": self.data_dir / "workflows" / "selfhost",
            "key": self.comfyui_api_key.get_secret_value(),
            "key_header": self.comfyui_key_header,
            "seconds": self.comfyui_seconds,
            "patience": self.comfyui_patience,
        }

    @field_validator("comfyui_url")
    @classmethod
    def _reachable(cls, value: str) -> str:
        for url in filter(None, map(str.strip, value.split(","))):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname:
                raise ValueError("every address must look like http://127.0.0.1:8188")
        return value
