"""Qwen-Image and Wan, at Alibaba's DashScope."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import Unavailable
from pixelle.vendors.caller import Question, text_at, tree
from pixelle.vendors.refusals import failure, refusal
from svc_media.hosted.answers import Family, Pending, Ready, data_url, stated
from svc_media.hosted.base import HostedEngine
from svc_media.hosted.sizes import length, nearest_shape, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from svc_media.engines.base import Brief

__all__ = ["DashscopeEngine"]

_QWEN = ((1328, 1328), (1664, 928), (928, 1664), (1472, 1104), (1104, 1472))
_LENGTHS = {"wan2.5": (5, 10), "wan2.6": (5, 10, 15)}
"""Seconds of a clip, by what a model's name begins with; others have one length."""
_STATUS = {"InvalidApiKey": 401, "Throttling": 429, "InternalError": 500}
"""What codes begin with, and the status that comes with them else."""
_ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELED", "CANCELLED", "UNKNOWN"})
_CLIPS = ((1920, 1080), (1080, 1920), (1440, 1440), (1632, 1248), (1248, 1632))


class DashscopeEngine(HostedEngine):
    """Everything is a task."""

    vendor = "DashScope"
    summary = "Qwen-Image and Wan pictures and clips, at Alibaba's DashScope"
    key_settings = ("PIXELLE_MEDIA_DASHSCOPE_API_KEY",)
    families = (
        Family("qwen-image", ("qwen-image-plus", "qwen-image"), images=True, negative_prompts=True),
        Family("wan2.2-t2i", ("wan2.2-t2i-flash", "wan2.2-t2i-plus"), images=True, negative_prompts=True),
        Family("wan2.5-t2i", ("wan2.5-t2i-preview",), images=True, negative_prompts=True),
        Family("wan2.2-t2v", ("wan2.2-t2v-plus",), videos=True, negative_prompts=True),
        Family("wan2.5-t2v", ("wan2.5-t2v-preview",), videos=True, negative_prompts=True),
        Family("wan2.6-t2v", ("wan2.6-t2v",), videos=True, negative_prompts=True),
        Family("wan2.6-i2v", ("wan2.6-i2v",), videos=True, edits=True, needs_picture=True, negative_prompts=True),
        Family(
            "wan2.5-i2v", ("wan2.5-i2v-preview",), videos=True, edits=True, needs_picture=True, negative_prompts=True
        ),
        Family("wan2.2-i2v", ("wan2.2-i2v-plus",), videos=True, edits=True, needs_picture=True, negative_prompts=True),
    )
    meanings: Mapping[str, str] = MappingProxyType(
        dict.fromkeys(
            ("AllocationQuota.FreeTierOnly", "PrepaidBillOverdue", "PostpaidBillOverdue", "CommodityNotPurchased"),
            "credit",
        )
    )

    def headers(self) -> Mapping[str, str]:
        """Bearer."""
        return {"Authorization": f"Bearer {self.keys[0]}"}

    def submit(self, model: str, brief: Brief, *, seconds: float) -> Question:
        """https://help.aliyun.com/zh/model-studio: text2image/image-synthesis, video-generation/video-synthesis."""
        given: dict[str, Any] = {"prompt": brief.prompt}
        if brief.negative_prompt.strip():
            given["negative_prompt"] = brief.negative_prompt
        how: dict[str, Any] = {"seed": brief.scene_seed % 2**31, "prompt_extend": False, "watermark": False}
        path = "/services/aigc/text2image/image-synthesis"
        if seconds:
            path = "/services/aigc/video-generation/video-synthesis"
            offered = next((each for begins, each in _LENGTHS.items() if model.startswith(begins)), ())
            how |= {"duration": length(seconds, offered)} if offered else {}
        else:
            how["n"] = 1
        if brief.reference:
            given["img_url"] = data_url(brief.reference)
            small = "720P" if model.startswith("wan2.6") else "480P"
            how["resolution"] = "1080P" if min(brief.width, brief.height) > 480 else small
        else:
            size = _size(model, brief, film=bool(seconds))
            how["size"] = f"{size[0]}*{size[1]}"
        asked = {"model": model, "input": given, "parameters": how}
        return Question("POST", path, json=asked, headers={"X-DashScope-Async": "enable"})

    def submitted(self, told: Mapping[str, Any], asked: Question) -> Pending:
        """The task."""
        del asked
        self._checked(told)
        task = text_at(told, "output", "task_id")
        if not task:
            raise Unavailable(f"{self.vendor} answered without a task. Try again.", reason="VENDOR_ANSWER")
        return Pending(Question("GET", f"/tasks/{task}"), Question("POST", f"/tasks/{task}/cancel"))

    def looked(self, told: Mapping[str, Any]) -> Ready | None:
        """`task_status` is PENDING, RUNNING, SUSPENDED or one of `_ENDED`; what is none of these is waited for."""
        self._checked(told)
        status = stated(self.vendor, told, "output", "task_status")
        if status not in _ENDED:
            return None
        url = text_at(told, "output", "video_url") or _first(told, "url")
        if status != "SUCCEEDED" or not url:
            message = text_at(told, "output", "message") or _first(told, "message")
            message = message or ("it does not know the task any more" if status == "UNKNOWN" else status)
            raise failure(self.vendor, message, text_at(told, "output", "code") or _first(told, "code"))
        usage = tree(told, "usage")
        seconds, pictures = text_at(usage, "video_duration"), text_at(usage, "image_count")
        seconds = seconds or text_at(usage, "output_video_duration") or text_at(usage, "duration")
        if seconds.replace(".", "", 1).isdecimal():
            return Ready(url, spent=float(seconds), unit="seconds of video")
        return Ready(url, spent=float(pictures), unit="pictures") if pictures.isdecimal() else Ready(url)

    def _checked(self, told: Mapping[str, Any]) -> None:
        """Refusals may come with status 200."""
        code = text_at(told, "code")
        if code and tree(told, "output") is None:
            status = next((status for begins, status in _STATUS.items() if code.startswith(begins)), 400)
            raise refusal(
                self.vendor, status, {}, text_at(told, "message"), code=code, meaning=self.meanings.get(code, "")
            )


def _first(told: Mapping[str, Any], field: str) -> str:
    """Of the first result that has it."""
    results = tree(told, "output", "results")
    return next((found for each in results or () if (found := text_at(each, field))), "")


def _size(model: str, brief: Brief, *, film: bool) -> tuple[int, int]:
    if film:
        return nearest_shape(brief.width, brief.height, _CLIPS)
    if model.startswith("qwen"):
        return nearest_shape(brief.width, brief.height, _QWEN)
    if model.startswith("wan2.2"):
        return within(brief.width, brief.height, 768 * 768, 1440 * 1440, shortest=512, longest=1440)
    return within(brief.width, brief.height, 1280 * 1280, 1440 * 1440, flattest=4.0)
