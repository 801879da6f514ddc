"""What tokens cost."""

from __future__ import annotations

from dataclasses import dataclass

from svc_script.engines.base import Usage

__all__ = ["Price", "price_of"]


@dataclass(frozen=True)
class Price:
    """Of a million tokens."""

    read: float
    written: float
    currency: str

    def of(self, read: int, written: int) -> Usage:
        """One call of so many tokens; without a cost when the vendor did not count them."""
        cost = (read * self.read + written * self.written) / 1_000_000
        return Usage(read, written, 1, cost, self.currency) if read + written else Usage(calls=1)


def price_of(read: float | None, written: float | None, currency: str) -> Price | None:
    """The price when both parts of it are set."""
    return Price(read, written, currency) if read is not None and written is not None else None
