"""OpenAI's images, or any server with `POST /images/generations` and `/images/edits`."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import Unavailable
from pixelle.runtime.fetch import sniff
from pixelle.vendors.caller import Question, text_at
from pixelle.vendors.refusals import refusal
from svc_media.hosted.answers import Family, Ready
from svc_media.hosted.base import HostedEngine
from svc_media.hosted.sizes import nearest_shape, within

if TYPE_CHECKING:
    from collections.abc import Mapping

    from svc_media.engines.base import Brief

__all__ = ["OpenaiImagesEngine"]

_OFFICIAL = "https://api.openai.com/v1"
_GPT_1 = ((1024, 1024), (1536, 1024), (1024, 1536))
_DALLE = ((1024, 1024), (1792, 1024), (1024, 1792))


class OpenaiImagesEngine(HostedEngine):
    """Makes a picture in one call; a reference is edited."""

    vendor = "OpenAI"
    summary = "OpenAI's images, or any server with its interface"
    key_settings = ("PIXELLE_MEDIA_OPENAI_API_KEY",)
    families = (
        Family("gpt-image", ("gpt-image-2.6-flare", "gpt-image-2.6-sunburst", "gpt-image-2"), images=True, edits=True),
        Family("chatgpt-image", (), images=True, edits=True),
    )
    at_once = True

    def __init__(
        self, *, keys: tuple[str], base_url: str, extra: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        """
        As `HostedEngine`; a server that is not OpenAI's may have any model, and may need no key.

        extra: further fields of every request, such as {"quality": "low"}.
        """
        self.extra = dict(extra or {})
        if base_url.rstrip("/") != _OFFICIAL:
            self.families = (Family("", (options["image_model"],), images=True, edits=True),)
        super().__init__(keys=keys, base_url=base_url, **options)

    def missing(self) -> str | None:
        """The key, where the server is OpenAI's own."""
        return super().missing() if self.base_url == _OFFICIAL else None

    def headers(self) -> Mapping[str, str]:
        """Bearer, if there is a key."""
        return {"Authorization": f"Bearer {self.keys[0]}"} if self.keys[0] else {}

    def submit(self, model: str, brief: Brief, *, seconds: float) -> Question:
        """https://platform.openai.com/docs/api-reference/images."""
        del seconds
        if model.startswith(("gpt-image-1", "chatgpt-image")):
            size = nearest_shape(brief.width, brief.height, _GPT_1)
        elif model.startswith("gpt-image"):
            size = within(brief.width, brief.height, 655_360, 3840 * 2160, longest=3840, flattest=3.0)
        elif model.startswith("dall-e"):
            size = nearest_shape(brief.width, brief.height, _DALLE)
        else:
            size = within(brief.width, brief.height, 1, 1 << 24)
        asked: dict[str, Any] = {"model": model, "prompt": brief.prompt, "size": f"{size[0]}x{size[1]}", "n": 1}
        asked |= self.extra
        if brief.reference:
            form = {name: value if isinstance(value, str) else json.dumps(value) for name, value in asked.items()}
            file = ("reference", brief.reference, sniff(brief.reference))
            return Question("POST", "/images/edits", form=form, files={"image": file})
        if not model.startswith(("gpt-image", "chatgpt-image")):  # it knows no other way and refuses to be told
            asked = {"response_format": "b64_json"} | asked
        return Question("POST", "/images/generations", json=asked)

    def submitted(self, told: Mapping[str, Any], asked: Question) -> Ready:
        """The picture in the answer, or its address."""
        del asked
        if message := text_at(told, "error", "message"):  # as some servers with this interface refuse
            raise refusal(self.vendor, 400, {}, message, code=text_at(told, "error", "code"))
        tokens = text_at(told, "usage", "total_tokens")
        spent, unit = (float(tokens), "tokens") if tokens.isdecimal() else (0.0, "")
        url, inside = text_at(told, "data", 0, "url"), text_at(told, "data", 0, "b64_json")
        if url.startswith("data:"):  # as some servers with this interface answer
            url, inside = "", url
        try:
            data = base64.b64decode(inside.rpartition(",")[2] if inside.startswith("data:") else inside, validate=True)
        except binascii.Error as error:
            raise Unavailable(
                f"{self.vendor} sent a picture that cannot be decoded.", reason="VENDOR_ANSWER"
            ) from error
        if not data and not url:
            raise Unavailable(f"{self.vendor} answered without a picture. Try again.", reason="VENDOR_ANSWER")
        return Ready(url, data, spent, unit)
