"""Which engines there are: services are asked that have loaded none of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.client import call, dial
from pixelle.runtime.server import start_server
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from pixelle_video.inside import private_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from pixelle.core.v1.core_pb2 import Engine
    from pixelle.runtime.server import Service

__all__ = ["engines_of"]

_SECONDS = 30.0
_QUESTIONS: dict[str, tuple[Any, Any]] = {
    "script": (script_pb2_grpc.ScriptServiceStub, script_pb2.ListEnginesRequest()),
    "tts": (tts_pb2_grpc.TtsServiceStub, tts_pb2.ListEnginesRequest()),
    "media": (media_pb2_grpc.MediaServiceStub, media_pb2.ListEnginesRequest()),
}


async def engines_of(
    services: Sequence[Service], elsewhere: Mapping[str, str], *, tls: Path | None
) -> dict[str, list[Engine]]:
    """
    The engines of each service that has some.

    services: run for as long as they are asked. elsewhere: addresses of those that run already, by name.
    tls: folder of certificates for these. Raises PixelleError.
    """
    found: dict[str, list[Engine]] = {}
    with private_address() as address:
        server = await start_server([replace(each, load=_nothing) for each in services], address)
        try:
            for name, (stub, request) in _QUESTIONS.items():
                async with dial(elsewhere.get(name, server.address), tls=tls) as channel:
                    said = await call(stub(channel).ListEngines, request, timeout=_SECONDS, service=name)
                    found[name] = list(said.engines)
        finally:
            await server.stop()
    return found


async def _nothing() -> None:
    return
