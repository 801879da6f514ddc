"""Seedream and Seedance, at Volcengine Ark."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import Unavailable
from pixelle.vendors.caller import Question, text_at
from pixelle.vendors.refusals import failure
from svc_media.hosted.answers import Family, Pending, Ready, data_url, stated
from svc_media.hosted.base import HostedEngine
from svc_media.hosted.sizes import length, ratio, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from svc_media.engines.base import Brief

__all__ = ["ArkEngine"]

_RATIOS = ("16:9", "4:3", "1:1", "3:4", "9:16", "21:9")
_TASKS = "/contents/generations/tasks"
_ENDED = frozenset({"succeeded", "failed", "cancelled", "expired"})
_OLD = "seedream-3"
_OWNED = "doubao-"
"""What names begin with in China; those of BytePlus, outside it, have the rest."""
_LENGTHS = {"seedance-1-0": (5, 10), "seedance-1-5": range(4, 13)}
_LONGER = range(4, 16)
"""Seconds of later models."""
_FULL_HD = ("seedance-1-0-pro-2", "seedance-1-5-pro")


class ArkEngine(HostedEngine):
    """Pictures come with the answer, clips as tasks."""

    vendor = "Volcengine Ark"
    summary = "Seedream pictures and Seedance clips, at Volcengine Ark"
    key_settings = ("PIXELLE_MEDIA_ARK_API_KEY",)
    families = (
        Family("doubao-seedream-3", ("doubao-seedream-3-0-t2i-250415",), images=True),
        Family(
            "doubao-seedream",
            ("doubao-seedream-4-0-250828", "doubao-seedream-4-5-251128", "doubao-seedream-5-0-260128"),
            images=True,
            edits=True,
        ),
        Family(
            "doubao-seedance",
            ("doubao-seedance-1-0-pro-250528", "doubao-seedance-1-5-pro-251215", "doubao-seedance-2-0-260128"),
            videos=True,
            edits=True,
        ),
        Family("seedream-3", (), images=True),
        Family("seedream", (), images=True, edits=True),
        Family("seedance", (), videos=True, edits=True),
        Family("ep-", (), images=True, videos=True, edits=True),  # somebody's own endpoint, of any of these
    )
    meanings: Mapping[str, str] = MappingProxyType({"SetLimitExceeded": "credit", "QuotaExceeded": "credit"})

    def headers(self) -> Mapping[str, str]:
        """Bearer."""
        return {"Authorization": f"Bearer {self.keys[0]}"}

    def submit(self, model: str, brief: Brief, *, seconds: float) -> Question:
        """https://www.volcengine.com/docs/82379: images/generations, contents/generations/tasks."""
        if seconds:
            return self._clip(model, brief, seconds)
        old = model.removeprefix(_OWNED).startswith(_OLD)
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
        """Models of the first version are told by words behind the prompt, later ones by fields; they would speak."""
        name = model.removeprefix(_OWNED)
        shape = "adaptive" if brief.reference else ratio(brief.width, brief.height, _RATIOS)
        resolution = "1080p" if min(brief.width, brief.height) > 720 and name.startswith(_FULL_HD) else "720p"
        lasts = length(seconds, next((each for begins, each in _LENGTHS.items() if name.startswith(begins)), _LONGER))
        asked: dict[str, Any] = {"model": model}
        said = brief.prompt
        if name.startswith("seedance-1-0"):
            said += f" --ratio {shape} --resolution {resolution} --duration {lasts} --seed {brief.scene_seed}"
            said += " --watermark false"
        else:
            asked |= {"ratio": shape, "resolution": resolution, "duration": lasts, "seed": brief.scene_seed}
            asked |= {"watermark": False, "generate_audio": False}
        content: list[dict[str, Any]] = [{"type": "text", "text": said}]
        if brief.reference:
            content.append({"type": "image_url", "image_url": {"url": data_url(brief.reference)}})
        return Question("POST", _TASKS, json=asked | {"content": content})

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
        """`status` is queued, running, succeeded, failed, cancelled or expired; what is none of these is waited for."""
        status = stated(self.vendor, told, "status")
        if status == "succeeded" and (url := text_at(told, "content", "video_url")):
            return _ready(url, told)
        if status not in _ENDED:
            return None
        raise failure(self.vendor, text_at(told, "error", "message") or status, text_at(told, "error", "code"))


def _areas(model: str) -> tuple[int, int]:
    """Pixels that a picture has at least and at most; newer models draw larger ones only."""
    name = model.removeprefix(_OWNED)
    if name.startswith(_OLD):
        return 512 * 512, 2048 * 2048
    return (1280 * 720 if name.startswith("seedream-4-0") else 2560 * 1440), 4096 * 4096


def _ready(url: str, told: Mapping[str, Any]) -> Ready:
    tokens = text_at(told, "usage", "total_tokens")
    return Ready(url, spent=float(tokens), unit="tokens") if tokens.isdecimal() else Ready(url)
