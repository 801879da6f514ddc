"""How long a step is patient."""

from __future__ import annotations

import pytest

from gateway.workflow.steps import Asking, Patience
from pixelle.runtime.errors import (
    Cancelled,
    DeadlineExceeded,
    InvalidArgument,
    PixelleError,
    ResourceExhausted,
    Unavailable,
)


def waits(error: PixelleError) -> list[float]:
    patience = Patience(attempts=5, first_wait=0.5, longest_wait=3)
    found: list[float] = []
    while (wait := patience.wait(error, len(found) + 1)) is not None:
        found.append(wait)
    return found


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Unavailable("down"), [0.5, 1, 2, 3]),
        (ResourceExhausted("busy", retry_after=3), [3, 3, 3, 3]),
        (ResourceExhausted("disk full", retry_after=60), []),
        (DeadlineExceeded("slow"), [0.5]),
        (InvalidArgument("wrong"), []),
        (Cancelled("cut off"), [0.5, 1, 2, 3]),
    ],
    ids=lambda value: value.message if isinstance(value, PixelleError) else "",
)
def test_waits_between_tries(error: PixelleError, expected: list[float]) -> None:
    assert waits(error) == expected


def test_a_service_cannot_say_that_a_step_has_ended() -> None:
    told: list[float] = []
    asking = Asking("t/clip[0]", 1.0, lambda fraction, _: told.append(fraction))
    for fraction in (0.5, 1.0):
        asking.report(fraction)
    assert told == [0.5, 0.99]
