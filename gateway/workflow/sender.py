"""Who sends a task."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Sender"]


@dataclass(frozen=True)
class Sender:
    """What the queue and the webhooks need to know of a request."""

    caller: str
    """Name of whoever sent it; limits are per caller."""
    may_hurry: bool
    """Whether their tasks may go before others'."""
    base_url: str
    """How they reach this gateway, without a slash at the end."""
