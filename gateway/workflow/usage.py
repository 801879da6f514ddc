"""Adding up what language models took for one storyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixelle.core.v1 import core_pb2

__all__ = ["add_usage"]


def add_usage(board: core_pb2.Storyboard, more: core_pb2.Usage) -> None:
    """Add to the usage of a storyboard. A cost is left only where both have one, of the same currency."""
    if not board.HasField("usage"):
        board.usage.CopyFrom(more)
        return
    total = board.usage
    total.input_tokens += more.input_tokens
    total.output_tokens += more.output_tokens
    total.calls += more.calls
    if total.HasField("cost") and more.HasField("cost") and total.currency == more.currency:
        total.cost += more.cost
    else:
        total.ClearField("cost")
        total.ClearField("currency")
