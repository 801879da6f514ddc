"""The four services, dialled."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grpc_health.v1 import health_pb2, health_pb2_grpc

from pixelle.media.v1.media_pb2_grpc import MediaServiceStub
from pixelle.render.v1.render_pb2_grpc import RenderServiceStub
from pixelle.runtime.client import call, dial
from pixelle.runtime.errors import FailedPrecondition, PixelleError
from pixelle.script.v1.script_pb2_grpc import ScriptServiceStub
from pixelle.tts.v1.tts_pb2_grpc import TtsServiceStub

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.settings import GatewaySettings

__all__ = ["ServiceUrls", "Services"]

_HEALTH_NAMES = {
    "script": "pixelle.script.v1.ScriptService",
    "tts": "pixelle.tts.v1.TtsService",
    "media": "pixelle.media.v1.MediaService",
    "render": "pixelle.render.v1.RenderService",
}


@dataclass(frozen=True)
class ServiceUrls:
    """Where the services are; one address may serve several."""

    script: str
    tts: str
    media: str
    render: str

    @classmethod
    def of(cls, settings: GatewaySettings) -> ServiceUrls:
        """The addresses that the settings name. Raises FailedPrecondition (SERVICE_URL_MISSING)."""
        urls = cls(settings.script_url, settings.tts_url, settings.media_url, settings.render_url)
        missing = [f"PIXELLE_{name.upper()}_URL" for name in _HEALTH_NAMES if not getattr(urls, name)]
        if missing:
            raise FailedPrecondition(
                f"The gateway does not know where to find its services: set {', '.join(missing)}, or start everything "
                "in one process with `pixelle serve`.",
                reason="SERVICE_URL_MISSING",
            )
        return urls


class Services:
    """One stub per service."""

    def __init__(self, urls: ServiceUrls, *, tls: Path | None = None) -> None:
        """Dials; connects when first used. tls: folder of certificates, where the services ask for one."""
        self._urls = {name: getattr(urls, name) for name in _HEALTH_NAMES}
        self._channels = {url: dial(url, tls=tls) for url in self._urls.values()}
        self.script = ScriptServiceStub(self._channels[urls.script])
        self.tts = TtsServiceStub(self._channels[urls.tts])
        self.media = MediaServiceStub(self._channels[urls.media])
        self.render = RenderServiceStub(self._channels[urls.render])

    async def troubles(self, seconds: float) -> dict[str, str]:
        """Services that would not take a request now, with the reason; asks each for at most `seconds`."""

        async def ask(name: str, url: str) -> str:
            stub: Any = health_pb2_grpc.HealthStub(self._channels[url])  # comes without types
            request = health_pb2.HealthCheckRequest(service=_HEALTH_NAMES[name])
            try:
                answer = await call(stub.Check, request, timeout=seconds, service=name)
            except PixelleError as error:
                return error.message
            if answer.status == health_pb2.HealthCheckResponse.SERVING:
                return ""
            return f"The {name} service has not finished loading."

        async with asyncio.TaskGroup() as group:
            asked = {name: group.create_task(ask(name, url)) for name, url in self._urls.items()}
        return {name: task.result() for name, task in asked.items() if task.result()}

    async def close(self) -> None:
        """Hang up."""
        for channel in self._channels.values():
            await channel.close()
