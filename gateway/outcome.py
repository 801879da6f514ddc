"""What a task's result tells of its video besides the file: how loud it is, and what vendors counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pixelle.core.v1 import core_pb2

__all__ = ["Loudness", "Spent", "spent"]


class Loudness(BaseModel):
    """How loud a finished file is, measured after decoding it."""

    integrated_lufs: float = Field(description="Integrated loudness, LUFS.")
    true_peak_dbtp: float = Field(description="Highest true peak, dBTP.")


class Spent(BaseModel):
    """What one vendor counted."""

    engine: str = Field(description='The engine that asked: "ark".')
    amount: float = Field(
        description="In units, when the pictures were made: what was remembered from before is not paid again."
    )
    unit: str = Field(description='What the vendor counts: "tokens", "pictures", "USD".')


def spent(visuals: Iterable[core_pb2.Visual | None]) -> list[dict[str, Any]]:
    """As JSON of `Spent`: a sum for each engine and unit, in the order in which they come first."""
    sums: dict[tuple[str, str], float] = {}
    for visual in visuals:
        if visual and visual.spent:
            key = (visual.engine, visual.spent_unit)
            sums[key] = sums.get(key, 0.0) + visual.spent
    return [{"engine": engine, "amount": amount, "unit": unit} for (engine, unit), amount in sums.items()]
