"""What the service offers now, as messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelle.runtime.engines import Engines
    from svc_media.engines.base import MediaEngine, Offer

__all__ = ["engines_of", "workflows_of"]


def engines_of(engines: Engines[MediaEngine]) -> list[core_pb2.Engine]:
    """The engines in the table's order; one whose server is down says so. May ask servers: call it on a thread."""
    described = engines.describe()
    made = {name: engine for name, _, engine in engines.each()}
    for told in described:
        if told.available and (reason := made[told.name].ailing()):
            told.available, told.reason = False, reason
    return described


def workflows_of(engines: Engines[MediaEngine]) -> list[media_pb2.Workflow]:
    """Every key that can be sent, an engine's models included. May ask servers: call it on a thread."""
    made = {name: engine for name, _, engine in engines.each()}
    found: list[media_pb2.Workflow] = []
    for told in engines_of(engines):
        for offer in made[told.name].offers() if told.name in made else ():
            reason = offer.reason or told.reason
            found += [
                media_pb2.Workflow(
                    key=f"{told.workflow}/{offer.model}" if offer.model else told.workflow,
                    display_name=offer.display_name or told.name.capitalize(),
                    source=told.workflow.partition("/")[0],
                    kind=kind,
                    engine=told.name,
                    available=not reason,
                    reason=reason,
                )
                for kind in _kinds(offer)
            ]
    return found


def _kinds(offer: Offer) -> Iterator[core_pb2.MediaKind.ValueType]:
    if offer.images:
        yield core_pb2.MEDIA_KIND_IMAGE
    if offer.videos:
        yield core_pb2.MEDIA_KIND_VIDEO
    if not offer.images and not offer.videos:
        yield core_pb2.MEDIA_KIND_UNSPECIFIED
