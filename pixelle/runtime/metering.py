"""What was made, in the units that cost something: tokens, pictures, seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2
from pixelle.runtime import metrics
from pixelle.runtime.metrics import record

if TYPE_CHECKING:
    from google.protobuf.message import Message

__all__ = ["made", "used"]


def made(result: Message) -> None:
    """Count a result that was made just now, not one that was remembered."""
    match result:
        case core_pb2.Narration():
            record(metrics.AUDIO, result.duration_seconds, result.engine)
        case core_pb2.Visual(kind=core_pb2.MEDIA_KIND_IMAGE):
            record(metrics.IMAGES, 1, result.engine)
        case core_pb2.Visual():
            record(metrics.FOOTAGE, result.duration_seconds, result.engine)
        case core_pb2.Clip():
            record(metrics.RENDER_STATES, result.state_count)
            record(metrics.RENDER_FRAMES, result.frame_count)
        case core_pb2.Video():
            record(metrics.VIDEO, result.duration_seconds)
        case _:
            raise TypeError(f"{type(result).__name__} is nothing that is counted")


def used(engine: str, usage: core_pb2.Usage | None) -> None:
    """Count what a language model read and wrote; None when none was asked."""
    if usage is None or not usage.calls:
        return
    record(metrics.TOKENS, usage.input_tokens, engine, "read")
    record(metrics.TOKENS, usage.output_tokens, engine, "written")
    if usage.cost:
        record(metrics.COST, usage.cost, engine, usage.currency)
