"""Settings of the media service."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - pydantic reads it
from typing import Any

from pydantic import Field, SecretStr

from pixelle.comfyui.settings import ComfyuiSettings
from pixelle.runninghub.settings import RunninghubSettings

__all__ = ["MediaSettings"]


class MediaSettings(ComfyuiSettings, RunninghubSettings):
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
    comfyui_image_workflow: str = "image_sdxl.json"
    """Workflow file for pictures when a request names only "selfhost"."""
    comfyui_video_workflow: str = "video_wan.json"
    """Workflow file for footage when a request names only "selfhost"."""
    runninghub_image_workflow: str = ""
    """Workflow file for pictures when a request names only "runninghub"."""
    runninghub_video_workflow: str = ""
    """Workflow file for footage when a request names only "runninghub"."""

    media_openai_base_url: str = "https://api.openai.com/v1"
    """Server with OpenAI's image endpoints, for `api/openai`."""
    media_openai_api_key: SecretStr = SecretStr("")
    """Its key."""
    media_openai_model: str = "gpt-image-2.6-flare"
    """Its model when a request says `api/openai` and no more."""
    media_openai_extra: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Fields of its own, as JSON, sent with every request: {"quality": "low"} or "medium" is far cheaper than what it
    chooses itself, {"moderation": "low"} filters less."""
    media_ark_base_url: str = "https://ark.cn-beijing.volces.com/api/v3"
    """Volcengine Ark, for `api/ark`."""
    media_ark_api_key: SecretStr = SecretStr("")
    """Its key."""
    media_ark_image_model: str = "doubao-seedream-5-0-260128"
    """Its model for pictures when a request names none."""
    media_ark_video_model: str = "doubao-seedance-2-0-260128"
    """Its model for footage when a request names none."""
    media_kling_base_url: str = "https://api-singapore.klingai.com"
    """Kling, for `api/kling`; in China https://api-beijing.klingai.com."""
    media_kling_access_key: SecretStr = SecretStr("")
    """Its access key."""
    media_kling_secret_key: SecretStr = SecretStr("")
    """The secret that belongs to it."""
    media_kling_image_model: str = "image/kling-v2"
    """Its model for pictures when a request names none."""
    media_kling_video_model: str = "kling-v1-6"
    """Its model for footage when a request names none."""
    media_dashscope_base_url: str = "https://dashscope.aliyuncs.com/api/v1"
    """DashScope, for `api/dashscope`; outside China https://dashscope-intl.aliyuncs.com/api/v1."""
    media_dashscope_api_key: SecretStr = SecretStr("")
    """Its key."""
    media_dashscope_image_model: str = "qwen-image-plus"
    """Its model for pictures when a request names none."""
    media_dashscope_video_model: str = "wan2.2-t2v-plus"
    """Its model for footage when a request names none."""
    media_hosted_seconds: float = Field(default=900.0, gt=0)
    """Seconds for one picture or clip of a hosted interface."""
    media_hosted_poll: float = Field(default=3.0, gt=0)
    """Seconds between two questions how far it is."""
    media_hosted_slots: int = Field(default=2, ge=1, le=100)
    """Pictures and clips that are asked of one vendor at once."""
