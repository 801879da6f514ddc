"""Seedream and Seedance, at Volcengine Ark."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import Unavailable
from pixelle.vendors.caller import Question, text_at
from pixelle.vendors.refusals import failure
from svc_media.hosted.answers import Family, Pending, Ready, data_url
from svc_media.hosted.base import HostedEngine
from svc_media.hosted.sizes import length, ratio, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from svc_media.engines.base import Brief

__all__ = ["ArkEngine"]

_RATIOS = ("16:9", "4:3", "1:1", "3:4", "9:16", "21:9")
_TASKS = "/contents/generations/tasks"
_OLD = "doubao-seedream-3"


class ArkEngine(HostedEngine):
    """Pictures come with the answer, clips as tasks."""

    vendor = "Volcengine Ark"
    summary = "Seedream pictures and Seedance clips, at Volcengine Ark"
    key_settings = ("PIXELLE_MEDIA_ARK_API_KEY",)
    families = (
        Family("doubao-seedream-3", ("doubao-seedream-3-0-t2i-250415",), images=True),
        Family(
            "doubao-seedream", ("doubao-seedream-4-0-250828", "doubao-seedream-4-5-251128"), images=True, edits=True
        ),
        Family("doubao-seedance", ("doubao-seedance-1-0-pro-250528",), videos=True, edits=True),
    )
    meanings: Mapping[str, str] = MappingProxyType({"SetLimitExceeded": "credit", "QuotaExceeded": "credit"})

    def headers(self) -> Mapping[str, str]:
        """Bearer."""
        return {"Authorization": f"Bearer {self.keys[0]}"}

    def submit(self, model: str, brief: Brief, *, seconds: float) -> Question:
        """https://www.volcengine.com/docs/82379: images/generations, contents/generations/tasks."""
        if seconds:
            return self._clip(model, brief, seconds)
        old = model.startswith(_OLD)
        least, most = _areas(model)
        size = within(brief.width, brief.height, least, most)
        asked: dict[str, Any] = {
            "model": model,
            "prompt": brief.prompt,
            "size": f"{size[0]}x{size[1]}",
            "response_format": "url",
            "watermark": False,
        }
        if old:
            asked["seed"] = brief.scene_seed % 2**31
        else:
            asked["sequential_image_generation"] = "disabled"
        if brief.reference:
            asked["image"] = data_url(brief.reference)
        return Question("POST", "/images/generations", json=asked)

    def _clip(self, model: str, brief: Brief, seconds: float) -> Question:
        shape = "adaptive" if brief.reference else ratio(brief.width, brief.height, _RATIOS)
        resolution = "1080p" if min(brief.width, brief.height) > 720 else "720p"
        said = (
            f"{brief.prompt} --ratio {shape} --resolution {resolution} --duration {length(seconds, (5, 10))} "
            f"--seed {brief.scene_seed} --watermark false"
        )
        content: list[dict[str, Any]] = [{"type": "text", "text": said}]
        if brief.reference:
            content.append({"type": "image_url", "image_url": {"url": data_url(brief.reference)}})
        return Question("POST", _TASKS, json={"model": model, "content": content})

    def submitted(self, told: Mapping[str, Any], asked: Question) -> Ready | Pending:
        """A picture's address, or the task of a clip."""
        del asked
        if message := text_at(told, "data", 0, "error", "message"):
            raise failure(self.vendor, message, text_at(told, "data", 0, "error", "code"))
        if url := text_at(told, "data", 0, "url"):
            return _ready(url, told)
        if not (task := text_at(told, "id")):
            raise Unavailable(f"{self.vendor} answered without a result. Try again.", reason="VENDOR_ANSWER")
        return Pending(Question("GET", f"{_TASKS}/{task}"), Question("DELETE", f"{_TASKS}/{task}"))

    def looked(self, told: Mapping[str, Any]) -> Ready | None:
        """`status` is queued, running, succeeded, failed, cancelled or expired."""
        status = text_at(told, "status")
        if status == "succeeded":
            return _ready(text_at(told, "content", "video_url"), told)
        if status in {"queued", "running"}:
            return None
        raise failure(self.vendor, text_at(told, "error", "message") or status, text_at(told, "error", "code"))


def _areas(model: str) -> tuple[int, int]:
    """Pixels that a picture has at least and at most; newer models draw larger ones only."""
    if model.startswith(_OLD):
        return 512 * 512, 2048 * 2048
    return (1280 * 720 if model.startswith("doubao-seedream-4-0") else 2560 * 1440), 4096 * 4096


def _ready(url: str, told: Mapping[str, Any]) -> Ready:
    tokens = text_at(told, "usage", "total_tokens")
    return Ready(url, spent=float(tokens), unit="tokens") if tokens.isdecimal() else Ready(url)
