"""Models under a budget, on an allocator that runs out as a GPU does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from pixelle.runtime.errors import Cancelled, FailedPrecondition
from svc_media.diffusion.budget import Residents


class Exhausted(Exception):
    """What the allocator raises."""


class Card:
    """A device with so many bytes."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.used = 0
        self.peak = 0
        self.trims = 0

    def take(self, size: int) -> None:
        if self.used + size > self.capacity:
            raise Exhausted(f"{self.used} + {size} > {self.capacity}")
        self.used += size
        self.peak = max(self.peak, self.used)

    def ran_out(self, error: BaseException) -> bool:
        return isinstance(error, Exhausted)

    def trim(self) -> None:
        self.trims += 1


class Model:
    """Weights on the card; offloaded, a fifth of them at a time."""

    def __init__(self, card: Card, size: int, *, cramped: bool = False) -> None:
        self.card, self.size = card, size
        self.cramped = cramped
        self.held = 0
        self.story: list[str] = []
        self._hold(size // 5 if cramped else size)

    def _hold(self, size: int) -> None:
        self.card.used -= self.held
        self.held = 0
        self.card.take(size)
        self.held = size

    def offload(self, *, layers: bool = False) -> bool:
        self.story.append("layers" if layers else "offload")
        self._hold(self.size // (40 if layers else 5))
        return True

    def restore(self) -> None:
        self.story.append("restore")
        self._hold(self.size // 5 if self.cramped else self.size)

    def park(self) -> None:
        self.story.append("park")
        self._hold(0)

    def close(self) -> None:
        self.story.append("close")
        self._hold(0)

    def work(self, size: int) -> str:
        self.card.take(size)
        self.card.used -= size
        return "done"


class Desk:
    """Residents and what was loaded for them."""

    def __init__(self, capacity: int, *, budget: int = 0, parking: int = 0) -> None:
        self.card = Card(capacity)
        self.residents: Residents[Model] = Residents(self.card, budget=budget or capacity, parking=parking)
        self.loads: list[str] = []
        self.made: dict[str, Model] = {}

    def ask(
        self, name: str, *, size: int = 40, work: int = 10, needs: int = 0, spare: bool = False, version: str = ""
    ) -> str:
        def load(cramped: bool) -> Model:
            self.loads.append(f"{name} cramped" if cramped else name)
            self.made[name] = Model(self.card, size, cramped=cramped)
            return self.made[name]

        return self.residents.run(
            name,
            load,
            lambda model: model.work(work),
            needs=needs or size + work,
            tick=silent,
            version=version,
            spare=spare,
        )


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


def test_a_model_is_loaded_once() -> None:
    desk = Desk(100)
    assert [desk.ask("a") for _ in range(3)] == ["done"] * 3
    assert desk.loads == ["a"]


@pytest.mark.parametrize("parking", [0, 40])
def test_a_model_that_has_changed_since_is_loaded_anew(parking: int) -> None:
    desk = Desk(60, parking=parking)
    for version in ("one", "one", "two"):
        desk.ask("a", version=version)
    assert desk.loads == ["a", "a"]
    assert desk.card.used == 40, "the older one has gone"
    desk.ask("b")
    desk.ask("a", version="three")
    assert desk.loads == ["a", "a", "b", "a"], "nor does it come back from where it was parked"
    assert desk.card.peak <= 60


def test_the_least_recently_used_goes_first_and_the_budget_holds() -> None:
    desk = Desk(1000, budget=100)
    for name in ("a", "b", "a", "c", "a", "b"):
        desk.ask(name)
    assert desk.loads == ["a", "b", "c", "b"]
    assert desk.residents.names == ["a", "b"]
    assert desk.card.peak <= 100
    assert desk.made["c"].story == ["close"]


def test_two_models_under_a_budget_that_holds_one() -> None:
    desk = Desk(60)
    for name in ("a", "b", "a", "b"):
        desk.ask(name)
    assert desk.loads == ["a", "b", "a", "b"]
    assert desk.card.peak <= 60


def test_a_parked_model_comes_back_without_loading() -> None:
    desk = Desk(60, parking=40)
    for name in ("a", "b", "a"):
        desk.ask(name)
    assert desk.loads == ["a", "b"]
    assert desk.made["a"].story == ["park", "restore"]
    desk.ask("c")
    desk.ask("b")
    assert desk.loads == ["a", "b", "c", "b"], "the parking held one model: the one parked last"


def test_a_model_larger_than_the_budget_is_loaded_with_its_parts_outside() -> None:
    desk = Desk(60)
    desk.ask("small", size=20)
    assert desk.ask("large", size=200) == "done"
    assert desk.loads == ["small", "large cramped"]
    assert desk.residents.names == ["large"]
    desk.ask("small", size=20)
    assert desk.loads[-1] == "small"


def test_when_memory_runs_out_the_model_is_offloaded_and_the_work_done_once_more() -> None:
    desk = Desk(100)
    desk.ask("other", size=20, work=1)
    assert desk.ask("a", size=40, work=80, needs=50) == "done"
    assert desk.made["a"].story == ["offload", "restore"]
    assert desk.made["other"].story == ["close"], "all others go first"
    assert desk.card.trims
    assert desk.ask("a", work=10) == "done"
    assert desk.loads == ["other", "a"]


@pytest.mark.parametrize(("size", "story"), [(40, ["offload", "layers", "restore"]), (400, ["offload", "layers"])])
def test_a_part_that_is_larger_than_the_device_works_layer_by_layer(size: int, story: list[str]) -> None:
    """As the denoiser of FLUX.1, 24 GB, on a card of 24 GB or less."""
    desk = Desk(100)
    assert desk.ask("a", size=size, work=85 if size == 400 else 95, needs=size + 10) == "done"
    assert desk.made["a"].story == story


def test_work_without_a_result_is_done_once_also_with_parts_outside() -> None:
    """As a model that is loaded when the service starts."""
    worked: list[int] = []
    desk = Desk(60)
    desk.residents.run(
        "a",
        lambda cramped: Model(desk.card, 200, cramped=cramped),
        lambda _: worked.append(1),
        needs=210,
        tick=silent,
    )
    assert worked == [1]


def test_what_comes_back_from_the_parking_and_does_not_fit_is_not_kept_twice() -> None:
    desk = Desk(100, budget=60, parking=40)
    for name in ("a", "b"):
        desk.ask(name)
    parked = desk.made["a"]
    desk.card.capacity = 30  # another process has taken the rest
    with pytest.raises(FailedPrecondition):
        desk.ask("a", work=31, needs=50)
    assert parked.story == ["park", "restore", "close"]


def test_when_it_runs_out_again_the_error_has_a_name_and_the_next_call_works() -> None:
    desk = Desk(100)
    with pytest.raises(FailedPrecondition) as caught:
        desk.ask("a", work=101, needs=50)
    assert caught.value.reason == "GPU_OUT_OF_MEMORY"
    assert "'a'" in caught.value.message
    assert desk.made["a"].story == ["offload", "layers", "restore"], "once each, not more"
    assert desk.ask("a") == "done"
    assert desk.card.used == 40


def test_a_model_for_which_there_is_no_room_any_more_leaves_and_is_loaded_again() -> None:
    desk = Desk(100)
    desk.ask("a")
    desk.card.capacity = 9  # another process has taken the rest
    with pytest.raises(FailedPrecondition) as caught:
        desk.ask("a")
    assert caught.value.reason == "GPU_OUT_OF_MEMORY"
    assert (desk.residents.names, desk.card.used) == ([], 0)
    desk.card.capacity = 100
    assert desk.ask("a") == "done"
    assert desk.loads == ["a", "a"]


def test_loading_that_runs_out_is_tried_once_more_with_parts_outside() -> None:
    desk = Desk(100)
    assert desk.ask("a", size=300, needs=50) == "done"
    assert desk.loads == ["a", "a cramped"]
    hopeless = Desk(10)
    with pytest.raises(FailedPrecondition) as caught:
        hopeless.ask("a", size=300, needs=5)
    assert caught.value.reason == "GPU_OUT_OF_MEMORY"
    assert hopeless.ask("b", size=5, work=1) == "done"


def test_work_that_is_known_to_be_large_is_not_tried_whole_again() -> None:
    desk = Desk(100)
    desk.ask("a")
    assert desk.ask("a", work=80, spare=True) == "done"
    assert desk.made["a"].story == ["offload", "restore"]


def test_other_errors_are_passed_on_and_leave_the_model_free() -> None:
    desk = Desk(100)

    def broken(_: Model) -> str:
        raise ValueError("a bug")

    with pytest.raises(ValueError, match="a bug"):
        desk.residents.run("a", lambda _: Model(desk.card, 40), broken, needs=50, tick=silent)
    assert desk.ask("a") == "done"
    with pytest.raises(RuntimeError, match="no file"):
        desk.residents.run("b", no_file, broken, needs=50, tick=silent)
    assert desk.ask("b") == "done"


def no_file(_: bool) -> Model:
    raise RuntimeError("no file")


def test_a_model_at_work_is_neither_shared_nor_evicted_and_a_waiting_caller_can_leave() -> None:
    desk = Desk(60)
    inside, leave = threading.Event(), threading.Event()
    said: list[str] = []

    def slow(model: Model) -> str:
        inside.set()
        assert leave.wait(10)
        return model.work(10)

    def impatient(fraction: float, message: str = "") -> None:
        del fraction
        said.append(message)
        if len(said) > 1:
            raise Cancelled("gone")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(desk.residents.run, "a", lambda _: Model(desk.card, 40), slow, needs=50, tick=silent)
        assert inside.wait(10)
        for name, message in (("a", "waiting for the model"), ("b", "waiting for device memory")):
            said.clear()
            with pytest.raises(Cancelled):
                desk.residents.run(
                    name, lambda _: Model(desk.card, 40), lambda model: model.work(10), needs=50, tick=impatient
                )
            assert set(said) == {message}
        second = pool.submit(desk.ask, "b")
        leave.set()
        assert (first.result(10), second.result(10)) == ("done", "done")
    assert desk.card.peak <= 60


def test_many_threads_and_models_never_exceed_the_budget() -> None:
    desk = Desk(130)
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(desk.ask, "abcde"[turn * 7 % 5]) for turn in range(60)]
        assert [each.result(30) for each in asked] == ["done"] * 60
    assert desk.card.peak <= 130
    desk.residents.close()
    assert desk.card.used == 0
