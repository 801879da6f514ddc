"""Waiting for vendors: patient while they answer now and then, not for ever."""

from __future__ import annotations

import pytest

from pixelle.runtime.errors import Cancelled, DeadlineExceeded, ResourceExhausted, Unavailable
from pixelle.vendors import waiting
from pixelle.vendors.waiting import polled


class Clock:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(waiting, "time", made)
    return made


def ask(*answers: str | Exception | None, seconds: float = 600.0) -> str:
    """What comes of these answers, of which the last is given for ever, two seconds apart."""
    left = list(answers)

    def look() -> str | None:
        said = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(said, Exception):
            raise said
        return said

    return polled(look, lambda: None, vendor="Somebody", every=2.0, seconds=seconds, patience=5.0)


def test_what_is_there_is_taken(clock: Clock) -> None:
    assert ask(None, None, "done") == "done"
    assert clock.now == pytest.approx(1004.0)


def test_silence_is_borne_for_a_while_and_begins_anew_after_every_answer(clock: Clock) -> None:
    gone = Unavailable("gone")
    assert ask(gone, gone, None, gone, gone, None, gone, gone, "done") == "done"
    assert clock.now == pytest.approx(1016.0)
    with pytest.raises(Unavailable, match="gone"):
        ask(gone)
    assert clock.now == pytest.approx(1022.0)  # three looks later, the first after more than five seconds


def test_who_is_too_busy_says_when_to_come_back(clock: Clock) -> None:
    assert ask(ResourceExhausted("busy", retry_after=4.0), "done") == "done"
    assert clock.now == pytest.approx(1004.0)
    assert ask(ResourceExhausted("busy", retry_after=99.0), "done") == "done"  # no longer than our patience
    assert clock.now == pytest.approx(1009.0)


def test_it_ends_in_time_and_when_nobody_waits(clock: Clock) -> None:
    with pytest.raises(DeadlineExceeded, match="Somebody was not ready within 9 s"):
        ask(None, seconds=9.0)
    assert clock.now == pytest.approx(1010.0)

    def left() -> None:
        raise Cancelled("left")

    with pytest.raises(Cancelled):
        polled(lambda: None, left, vendor="Somebody", every=2.0, seconds=9.0)
