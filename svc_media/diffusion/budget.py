"""Models kept on the device under a budget: loaded once, the least recently used goes first, memory that runs out."""

from __future__ import annotations

import threading
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import structlog

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from pixelle.runtime.work import Tick

__all__ = ["Memory", "Resident", "Residents", "gigabytes"]

_log = structlog.get_logger("svc_media.diffusion")
_PATIENCE = 0.2
"""Seconds between two looks whether a caller that waits is still there."""


class Memory(Protocol):
    """The device's memory."""

    def ran_out(self, error: BaseException) -> bool:
        """Whether `error` says that there was too little of it."""
        ...

    def trim(self) -> None:
        """Give back what is held but not used."""
        ...


class Resident(Protocol):
    """A loaded model."""

    size: int
    """Bytes its weights take on the device."""

    def offload(self, *, layers: bool = False) -> bool:
        """
        Keep the parts in the machine's memory, and on the device only the one that works.

        layers: only the layer that works, which is much slower. False when it works so already.
        """
        ...

    def restore(self) -> None:
        """Everything back on the device."""
        ...

    def park(self) -> None:
        """Everything into the machine's memory."""
        ...

    def close(self) -> None:
        """Let everything go."""
        ...


M = TypeVar("M", bound=Resident)
T = TypeVar("T")
R = TypeVar("R")


@dataclass
class _Place(Generic[M]):
    model: M
    needs: int
    busy: bool = True


def gigabytes(size: float) -> str:
    """For people."""
    return f"{size / 1e9:.1f} GB"


class Residents(Generic[M]):
    """The models on one device."""

    def __init__(self, memory: Memory, *, budget: int, parking: int = 0) -> None:
        """budget: bytes of the device that models and their work may take. parking: bytes of the machine's memory."""
        self._memory = memory
        self.budget = budget
        self._parking = parking
        self._places: OrderedDict[str, _Place[M]] = OrderedDict()
        self._parked: OrderedDict[str, M] = OrderedDict()
        self._coming: dict[str, int] = {}
        self._versions: dict[str, str] = {}
        self._changed = threading.Condition()

    @property
    def names(self) -> list[str]:
        """What is on the device, least recently used first."""
        with self._changed:
            return list(self._places)

    def run(
        self,
        name: str,
        load: Callable[[bool], M],
        work: Callable[[M], T],
        *,
        needs: int,
        tick: Tick,
        version: str = "",
        spare: bool = False,
    ) -> T:
        """
        Do `work` with a model that nobody else uses meanwhile.

        load: makes the model; called when it is not there, with True when it is too large to be on the device whole.
        needs: bytes of the device for its weights and its work. version: of what it is loaded from; one that was loaded
        from another is loaded anew. spare: work with the parts kept in the machine's memory.
        When the device's memory runs out, all others go, the parts are kept in the machine's memory and the work is
        tried once more; then with their layers there, too. Raises FailedPrecondition (GPU_OUT_OF_MEMORY), Cancelled,
        and what `load` and `work` raise.
        """
        with self._taken(name, load, needs, tick, version) as place:
            model, cramped = place.model, spare or place.needs > self.budget
            if not cramped:
                found, done = self._tried(lambda: work(model))
                if found:
                    return done[0]
                _log.warning("device memory ran out; once more with less of it", model=name)
            self._clear(but=name)
            try:
                for layers in (False, True):

                    def with_less(layers: bool = layers) -> list[T]:
                        return [work(model)] if model.offload(layers=layers) else []

                    found, done = self._tried(with_less)
                    if found and done[0]:
                        return done[0][0]
            finally:
                self._restore(name, place)
        raise FailedPrecondition(
            f"The model {name!r} ran out of device memory, also with its parts kept in the machine's memory. Ask for a "
            "smaller size or fewer frames, or choose a smaller model.",
            reason="GPU_OUT_OF_MEMORY",
            details={"model": name},
        )

    def _restore(self, name: str, place: _Place[M]) -> None:
        """Back onto the device; a model for which there is no room any more is loaded anew when it is asked for."""
        if place.needs > self.budget or self._tried(place.model.restore)[0]:
            return
        with self._changed:
            self._places.pop(name, None)
        place.model.close()
        self._memory.trim()

    def _tried(self, work: Callable[[], R]) -> tuple[bool, list[R]]:
        """Whether the memory sufficed, and the result. What a failed try held is free when this returns."""
        try:
            return True, [work()]
        except Exception as error:
            if not self._memory.ran_out(error):
                raise
        self._memory.trim()
        return False, []

    @contextmanager
    def _taken(
        self, name: str, load: Callable[[bool], M], needs: int, tick: Tick, version: str
    ) -> Generator[_Place[M]]:
        place = self._take(name, needs, tick, version)
        if place is None:
            place = self._loaded(name, load, needs)
        try:
            yield place
        finally:
            with self._changed:
                place.busy = False
                self._changed.notify_all()

    def _take(self, name: str, needs: int, tick: Tick, version: str) -> _Place[M] | None:
        """The model when it is there and free; None, with room made for it, when it is ours to load."""
        with self._changed:
            while True:
                place = self._places.get(name)
                if not (place and place.busy) and self._versions.get(name, version) != version:
                    self._forget(name)
                    place = None
                if place and not place.busy:
                    place.busy = True
                    self._places.move_to_end(name)
                    return place
                if not place and name not in self._coming and self._room_for(min(needs, self.budget), name):
                    self._coming[name], self._versions[name] = needs, version
                    return None
                tick(0.0, "waiting for device memory" if not place else "waiting for the model")
                self._changed.wait(_PATIENCE)

    def _forget(self, name: str) -> None:
        """Let a model go that is not at work, wherever it is."""
        place, parked = self._places.pop(name, None), self._parked.pop(name, None)
        for model in (place.model if place else None, parked):
            if model:
                model.close()
        self._memory.trim()

    def _room_for(self, needs: int, name: str) -> bool:
        """Make room for the model `name` by the least recently used; False when those that work do not leave enough."""
        while self._used() + needs > self.budget:
            idle = next((other for other, place in self._places.items() if not place.busy), None)
            if idle is None:
                return False
            self._evict(idle, coming=name)
        return True

    def _used(self) -> int:
        return sum(min(place.needs, self.budget) for place in self._places.values()) + sum(
            min(needs, self.budget) for needs in self._coming.values()
        )

    def _evict(self, name: str, *, coming: str) -> None:
        """Park a model or let it go; `coming` is about to leave the parking."""
        model = self._places.pop(name).model
        if model.size > self._parking:
            model.close()
        else:
            others = [other for other in self._parked if other != coming]
            while sum(self._parked[other].size for other in others) + model.size > self._parking:
                self._parked.pop(others.pop(0)).close()
            model.park()
            self._parked[name] = model
        self._memory.trim()
        _log.info("model left the device", model=name, size=gigabytes(model.size))

    def _loaded(self, name: str, load: Callable[[bool], M], needs: int) -> _Place[M]:
        """Load what `_take` made room for."""
        try:
            with self._changed:
                parked = self._parked.pop(name, None)
            found, made = self._tried(lambda: self._awake(parked) if parked else load(needs > self.budget))
            if not found:
                if parked:  # some of it is on the device now
                    parked.close()
                self._clear(but=name)
                found, made = self._tried(lambda: load(True))
                needs = self.budget + 1
            if not found:
                raise FailedPrecondition(
                    f"The model {name!r} does not fit into the device's memory. Choose a smaller one, or set "
                    "`offload: sequential` for it in data/models.yaml.",
                    reason="GPU_OUT_OF_MEMORY",
                    details={"model": name},
                )
            place = _Place(made[0], max(needs, made[0].size))
            with self._changed:
                self._places[name] = place
            return place
        finally:
            with self._changed:
                self._coming.pop(name, None)
                self._changed.notify_all()

    def _awake(self, model: M) -> M:
        model.restore()
        return model

    def _clear(self, *, but: str) -> None:
        """All idle models leave, the one named excepted."""
        with self._changed:
            for name in [name for name, place in self._places.items() if not place.busy and name != but]:
                self._evict(name, coming=but)
        self._memory.trim()

    def close(self) -> None:
        """Let all models go."""
        with self._changed:
            models: list[Any] = [place.model for place in self._places.values()] + list(self._parked.values())
            self._places.clear()
            self._parked.clear()
        for model in models:
            model.close()
        self._memory.trim()
