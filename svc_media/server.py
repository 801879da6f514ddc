"""What the media service is made of: the one place that chooses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from pixelle.media.v1 import media_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.cache import ResultCache
from pixelle.runtime.engines import EngineEntry, Engines
from pixelle.runtime.server import Service
from svc_media.engines.illustrate import IllustrateEngine
from svc_media.servicer import MediaServicer

if TYPE_CHECKING:
    from svc_media.engines.base import MediaEngine
    from svc_media.settings import MediaSettings

__all__ = ["ENGINES", "build", "default_engine"]

_INSTALL = "pip install 'pixelle-video[media]'"

ENGINES = {
    "illustrate": EngineEntry("svc_media.engines.illustrate:IllustrateEngine", "local/illustrate", _INSTALL),
    "card": EngineEntry("svc_media.engines.card:CardEngine", "local/card", _INSTALL),
    "diffusers": EngineEntry(
        "svc_media.engines.diffusers:DiffusersEngine", "local/diffusers", "pip install 'pixelle-video[media,gpu]'"
    ),
    "comfyui": EngineEntry("svc_media.engines.comfyui:ComfyuiEngine", "selfhost", _INSTALL),
}

_log = structlog.get_logger("svc_media")


def default_engine(settings: MediaSettings) -> str:
    """The engine for requests that name none, chosen once: the set one, else illustrate if it is ready, else card."""
    if settings.media_engine:
        return settings.media_engine
    reason = IllustrateEngine(settings.packs_dir).missing()
    if reason:
        _log.warning("pictures are plain cards", because=reason)
        return "card"
    return "illustrate"


def build(settings: MediaSettings, store: ArtifactStore | None = None) -> Service:
    """
    The service, not loaded yet.

    store: where pictures are kept; the one the settings name when None.
    Raises InvalidArgument (ENGINE_UNKNOWN) when `settings.media_engine` does not exist.
    """
    store = store or ArtifactStore.open(settings)
    engines: Engines[MediaEngine] = Engines(
        ENGINES,
        group="pixelle.media.engines",
        default=default_engine(settings),
        options={
            "illustrate": {"packs_dir": settings.packs_dir},
            "diffusers": _diffusers(settings),
            "comfyui": _comfyui(settings),
        },
        device=settings.device,
        slots=settings.slots,
        queue=settings.queue,
        widths={"comfyui": settings.comfyui_slots * max(1, len(settings.comfyui_urls))},
    )
    servicer = MediaServicer(engines, store, ResultCache(store))
    return Service(
        name="pixelle.media.v1.MediaService",
        add=lambda server: media_pb2_grpc.add_MediaServiceServicer_to_server(servicer, server),
        load=engines.load_default,
        close=engines.close,
    )


def _diffusers(settings: MediaSettings) -> dict[str, object]:
    return {
        "data_dir": settings.data_dir,
        "roots": [Path(root.strip()) for root in settings.diffusers_roots.split(",") if root.strip()],
        "catalogue": settings.diffusers_catalogue,
        "compiled": settings.diffusers_compile,
        "downloads": settings.diffusers_downloads,
        "image_model": settings.diffusers_image_model,
        "video_model": settings.diffusers_video_model,
        "preload": [name.strip() for name in settings.diffusers_preload.split(",") if name.strip()],
        "budget": int(settings.diffusers_vram_gb * 1e9),
        "parking": int(settings.diffusers_parking_gb * 1e9),
    }


def _comfyui(settings: MediaSettings) -> dict[str, object]:
    return {
        "urls": settings.comfyui_urls,
        "folder": settings.data_dir / "workflows" / "selfhost",
        "key": settings.comfyui_api_key.get_secret_value(),
        "key_header": settings.comfyui_key_header,
        "image_workflow": settings.comfyui_image_workflow,
        "video_workflow": settings.comfyui_video_workflow,
        "seconds": settings.comfyui_seconds,
        "patience": settings.comfyui_patience,
    }
