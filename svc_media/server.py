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
from pixelle.vendors.orders import Orders
from svc_media.engines.illustrate import IllustrateEngine
from svc_media.safety import Safety
from svc_media.servicer import MediaServicer

if TYPE_CHECKING:
    from pydantic import SecretStr

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
    "pexels": EngineEntry("svc_media.engines.stock:PexelsEngine", "api/pexels", _INSTALL),
    "pixabay": EngineEntry("svc_media.engines.stock:PixabayEngine", "api/pixabay", _INSTALL),
    "openai": EngineEntry("svc_media.engines.openai_images:OpenaiImagesEngine", "api/openai", _INSTALL),
    "ark": EngineEntry("svc_media.engines.ark:ArkEngine", "api/ark", _INSTALL),
    "kling": EngineEntry("svc_media.engines.kling:KlingEngine", "api/kling", _INSTALL),
    "dashscope": EngineEntry("svc_media.engines.dashscope:DashscopeEngine", "api/dashscope", _INSTALL),
    "runninghub": EngineEntry("svc_media.engines.runninghub:RunninghubEngine", "runninghub", _INSTALL),
}

_STOCK_WIDTH = 2
"""Searches at once; what takes time is the fitting."""
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
    Raises InvalidArgument (ENGINE_UNKNOWN, SAFETY_UNKNOWN) when `media_engine` or `media_safety` does not exist.
    """
    store = store or ArtifactStore.open(settings)
    orders, hosted = Orders(store), _hosted(settings)
    engines: Engines[MediaEngine] = Engines(
        ENGINES,
        group="pixelle.media.engines",
        default=default_engine(settings),
        options={
            "illustrate": {"packs_dir": settings.packs_dir},
            "diffusers": _diffusers(settings),
            "pexels": {"key": settings.pexels_api_key.get_secret_value(), "url": settings.pexels_url},
            "pixabay": {"key": settings.pixabay_api_key.get_secret_value(), "url": settings.pixabay_url},
            "comfyui": _comfyui(settings),
            "runninghub": _runninghub(settings) | {"orders": orders},
            **{name: options | {"orders": orders} for name, options in hosted.items()},
        },
        device=settings.device,
        slots=settings.slots,
        queue=settings.queue,
        widths=settings.widths(
            comfyui=settings.comfyui_width,
            runninghub=settings.runninghub_concurrent_limit,
            pexels=_STOCK_WIDTH,
            pixabay=_STOCK_WIDTH,
            **dict.fromkeys(hosted, settings.media_hosted_slots),
        ),
    )
    servicer = MediaServicer(engines, store, ResultCache(store), Safety(settings.media_safety))
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
    return settings.comfyui_options() | {
        "image_workflow": settings.comfyui_image_workflow,
        "video_workflow": settings.comfyui_video_workflow,
    }


def _runninghub(settings: MediaSettings) -> dict[str, object]:
    return settings.runninghub_options() | {
        "image_workflow": settings.runninghub_image_workflow,
        "video_workflow": settings.runninghub_video_workflow,
    }


def _hosted(settings: MediaSettings) -> dict[str, dict[str, object]]:
    """Engine name to options, for hosted interfaces."""
    s = settings
    kling = (s.media_kling_access_key, s.media_kling_secret_key)
    found: dict[str, tuple[str, tuple[SecretStr, ...], str, str]] = {
        "openai": (s.media_openai_base_url, (s.media_openai_api_key,), s.media_openai_model, ""),
        "ark": (s.media_ark_base_url, (s.media_ark_api_key,), s.media_ark_image_model, s.media_ark_video_model),
        "kling": (s.media_kling_base_url, kling, s.media_kling_image_model, s.media_kling_video_model),
        "dashscope": (
            s.media_dashscope_base_url,
            (s.media_dashscope_api_key,),
            s.media_dashscope_image_model,
            s.media_dashscope_video_model,
        ),
    }
    own: dict[str, dict[str, object]] = {"openai": {"extra": s.media_openai_extra}}
    return {
        name: own.get(name, {})
        | {
            "base_url": url,
            "keys": tuple(key.get_secret_value() for key in keys),
            "image_model": image,
            "video_model": video,
            "seconds": s.media_hosted_seconds,
            "poll": s.media_hosted_poll,
        }
        for name, (url, keys, image, video) in found.items()
    }
