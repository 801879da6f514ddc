"""Every kind of fault, at a point drawn from a seed: the task survives (`benchmarks.faults` plays many more)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from benchmarks.fault_cases import CASES
from benchmarks.faults import case_of, play
from deploy.disk import no_disk
from gateway.settings import GatewaySettings
from gateway.workflow.database import Database

if TYPE_CHECKING:
    from benchmarks.fault_round import Case
    from benchmarks.fault_site import Site
    from deploy.stage import Stage

SEED = int.from_bytes(os.urandom(3), "big")
TESTED = [case for case in CASES if case.tested]


@pytest.mark.parametrize("case", TESTED, ids=[case.name for case in TESTED])
def test_every_task_survives(site: Site, case: Case) -> None:
    if case.needs_disk and site.disk is None:
        pytest.skip(no_disk())
    told = play(site, case, SEED)
    again = f"python -m benchmarks.faults --rounds 1 --case {case.name} --seed {SEED}"
    assert told["broken"] == [], f"{told}; to play it again: {again}"
    assert told["from_fault_to_end"] > 0


def test_so_many_rounds_as_weights_have_every_case() -> None:
    deck = [case_of(seed).name for seed in range(1000, 1000 + sum(case.weight for case in CASES))]
    assert {name: deck.count(name) for name in deck} == {case.name: case.weight for case in CASES}


async def test_a_process_that_stood_still_lost_its_lock_and_goes_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Postgres ends its session, so that it does not keep the others out; what it did meanwhile counts."""
    settings = GatewaySettings(database_url=stage.cluster.database_url)
    monkeypatch.setattr("gateway.workflow.database._NOT_FOR_EVER", "SET LOCAL idle_in_transaction_session_timeout = 50")
    first, second = (Database(settings.effective_database_url, alone=False) for _ in range(2))
    order: list[str] = []
    try:
        async with first.held("a test"):
            async with second.held("a test"):  # waits for the end of the first one's session
                order.append("second")
            order.append("first")
        assert order == ["second", "first"]
        await first.check()
    finally:
        first.close()
        second.close()
