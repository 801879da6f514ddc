"""Kling's pictures and clips."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import Unavailable
from pixelle.vendors.caller import Question, text_at
from pixelle.vendors.refusals import failure, refusal
from svc_media.hosted.answers import Family, Pending, Ready, stated
from svc_media.hosted.base import HostedEngine
from svc_media.hosted.sizes import length, ratio

if TYPE_CHECKING:
    from collections.abc import Mapping

    from svc_media.engines.base import Brief

__all__ = ["KlingEngine"]

_PICTURES = ("16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9")
_CLIPS = ("16:9", "9:16", "1:1")
_VALID = 1800
"""Seconds for which a token is good."""
_IMAGES = "image"
"""What keys of picture models begin with: "image/kling-v2"; the vendor gives models of both kinds the same names."""


class KlingEngine(HostedEngine):
    """Everything is a task; there are no seeds."""

    vendor = "Kling"
    summary = "Kling's pictures and clips"
    key_settings = ("PIXELLE_MEDIA_KLING_ACCESS_KEY", "PIXELLE_MEDIA_KLING_SECRET_KEY")
    families = (
        Family(
            f"{_IMAGES}/kling-", (f"{_IMAGES}/kling-v2", f"{_IMAGES}/kling-v1-5"), images=True, negative_prompts=True
        ),
        Family("kling-", ("kling-v2-1-master", "kling-v1-6"), videos=True, edits=True, negative_prompts=True),
    )
    meanings: Mapping[str, str] = MappingProxyType(
        {"1301": "content", "1101": "credit", "1102": "credit", "1302": "busy", "1303": "busy"}
    )

    def headers(self) -> Mapping[str, str]:
        """A token signed with the secret key (JWT, RFC 7519, HS256)."""
        now = int(time.time())
        claims = {"iss": self.keys[0], "exp": now + _VALID, "nbf": now - 5}
        signed = b".".join(_part(json.dumps(each).encode()) for each in ({"alg": "HS256", "typ": "JWT"}, claims))
        mark = hmac.new(self.keys[1].encode(), signed, hashlib.sha256).digest()
        return {"Authorization": f"Bearer {(signed + b'.' + _part(mark)).decode()}"}

    def submit(self, model: str, brief: Brief, *, seconds: float) -> Question:
        """https://app.klingai.com/global/dev/document-api."""
        asked: dict[str, Any] = {"model_name": model.removeprefix(f"{_IMAGES}/"), "prompt": brief.prompt}
        if brief.negative_prompt.strip():
            asked["negative_prompt"] = brief.negative_prompt
        if not seconds:
            asked |= {"aspect_ratio": ratio(brief.width, brief.height, _PICTURES), "n": 1}
            return Question("POST", "/v1/images/generations", json=asked)
        asked |= {"duration": str(length(seconds, (5, 10)))}
        if brief.reference:
            asked["image"] = base64.b64encode(brief.reference).decode()
            return Question("POST", "/v1/videos/image2video", json=asked)
        asked["aspect_ratio"] = ratio(brief.width, brief.height, _CLIPS)
        return Question("POST", "/v1/videos/text2video", json=asked)

    def submitted(self, told: Mapping[str, Any], asked: Question) -> Pending:
        """The task, looked after where it was asked for."""
        self._checked(told)
        task = text_at(told, "data", "task_id")
        if not task:
            raise Unavailable(f"{self.vendor} answered without a task. Try again.", reason="VENDOR_ANSWER")
        return Pending(Question("GET", f"{asked.path}/{task}"))

    def looked(self, told: Mapping[str, Any]) -> Ready | None:
        """`task_status` is submitted, processing, succeed or failed; what is none of these is waited for."""
        self._checked(told)
        status = stated(self.vendor, told, "data", "task_status")
        if status not in {"succeed", "failed"}:
            return None
        url = text_at(told, "data", "task_result", "images", 0, "url")
        url = url or text_at(told, "data", "task_result", "videos", 0, "url")
        if status != "succeed" or not url:
            raise failure(self.vendor, text_at(told, "data", "task_status_msg") or status)
        if units := _amount(told, "final_unit_deduction"):
            return Ready(url, spent=units, unit="Kling units")
        money = _amount(told, "final_balance_deduction", "quota")
        return Ready(url, spent=money, unit="of Kling's balance" if money else "")

    def _checked(self, told: Mapping[str, Any]) -> None:
        """Refusals may come with status 200."""
        code = stated(self.vendor, told, "code")
        if code != "0":
            status = 401 if code.startswith("100") else 503 if code.startswith("50") else 400
            raise refusal(
                self.vendor, status, {}, text_at(told, "message"), code=code, meaning=self.meanings.get(code, "")
            )


def _amount(told: Mapping[str, Any], *path: str) -> float:
    found = text_at(told, "data", *path)
    return float(found) if found.replace(".", "", 1).isdecimal() else 0.0


def _part(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
