"""Finding, describing and loading the engines of a service."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

import structlog

from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PixelleError, nearest
from pixelle.runtime.threads import apart
from pixelle.runtime.work import Slots

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Engine", "EngineEntry", "Engines", "Features", "Loaded"]

_PARTS = ("version", "summary", "features", "missing", "load", "close")
_log = structlog.get_logger("pixelle.engines")


@dataclass(frozen=True)
class Features:
    """What an engine can do, as data."""

    languages: tuple[str, ...] = ()
    """BCP 47 tags; empty means any."""
    cloning: bool = False
    speaker_encoder: str = ""
    """What measures how alike a copied voice is to its recording; "" where nothing does."""
    word_timings: bool = False
    min_speed: float = 0.0
    max_speed: float = 0.0
    images: bool = False
    videos: bool = False
    deterministic: bool = False
    seeded: bool = False
    """Another seed gives another result of the same request."""
    ipa: bool = False
    """It reads IPA."""
    models: bool = False
    """What a workflow key names beyond the engine is a model."""
    batch: int = 0
    """Requests, or lines of them, that it works on at once by the `..._many` methods of its service; 0: it has none."""
    tuned: bool = False
    """It takes guidance, sampler, strength and LoRAs."""
    for_tests: bool = False
    """Nobody wants its results; it is used only when it is named or is the default."""


class Engine(Protocol):
    """What every engine has, whatever its service."""

    version: str
    """Part of cache keys: changes whenever results change."""
    summary: str
    """One line for people."""
    features: Features

    def missing(self) -> str | None:
        """What must be installed or set before `load` works, with the command; None when ready. Cheap."""
        ...

    def load(self, device: str) -> None:
        """Load weights. Called once, on a thread, before any work."""
        ...

    def close(self) -> None:
        """Let go of everything `load` took."""
        ...


E = TypeVar("E", bound=Engine)


@dataclass(frozen=True)
class EngineEntry:
    """A line of a service's engine table."""

    path: str
    """"module:Class"."""
    workflow: str
    """The key callers send, for example "local/piper"."""
    install: str
    """The command that installs what the module imports."""


@dataclass
class Loaded(Generic[E]):
    """An engine that is ready to work."""

    name: str
    workflow: str
    model: str
    """What the caller's key names beyond the engine, for example "tiny" in "local/gguf/tiny"."""
    engine: E
    slots: Slots


def _broken(name: str, entry: EngineEntry, error: Exception) -> FailedPrecondition:
    return FailedPrecondition(
        f"Engine {name!r} ({entry.path}) is broken ({type(error).__name__}: {error}). Mend or uninstall it.",
        reason="ENGINE_BROKEN",
        details={"engine": name},
    )


class Engines(Generic[E]):
    """The engines of one service: looked up by workflow key, loaded on first use, kept loaded."""

    def __init__(
        self,
        table: Mapping[str, EngineEntry],
        *,
        group: str,
        default: str,
        options: Mapping[str, Mapping[str, object]] | None = None,
        device: str = "cpu",
        slots: int = 1,
        queue: int = 32,
        widths: Mapping[str, int] | None = None,
    ) -> None:
        """
        table: engine name to entry; outsiders add theirs as entry points of `group`, named like the engine.
        default: name of the engine used when a request names none.
        options: engine name to the keyword arguments of its constructor.
        device: what engines load on; "none": on the machine itself nothing but the default engine works, on the CPU,
        though the others are described.
        widths: engine name to calls at once, for engines whose work is done elsewhere and not in our `slots`.
        """
        self._service = group.removeprefix("pixelle.").partition(".")[0]
        self._table = dict(table)
        for point in entry_points(group=group):
            owner = point.dist.name if point.dist else ""
            if point.name in self._table:
                _log.warning("engine_left_out", engine=point.name, of=owner, reason="there is one of that name")
                continue
            self._table[point.name] = EngineEntry(point.value, f"local/{point.name}", f"pip install {owner}")
        if default not in self._table:
            raise InvalidArgument(
                f"The default engine {default!r} does not exist.{nearest(default, self._table)}",
                reason="ENGINE_UNKNOWN",
            )
        self.default = default
        self._options = options or {}
        self._only_default = device == "none"
        self._device = "cpu" if self._only_default else device
        self._slots = slots
        self._queue = queue
        self._widths = widths or {}
        self._made: dict[str, E] = {}
        self._loaded: dict[str, Loaded[E]] = {}
        self._locks = {name: asyncio.Lock() for name in self._table}

    def _find(self, workflow: str) -> tuple[str, str]:
        """Engine name and model of a workflow key."""
        if not workflow:
            return self.default, ""
        for name, entry in self._table.items():
            if workflow == entry.workflow:
                return name, ""
            if workflow.startswith(entry.workflow + "/"):
                return name, workflow[len(entry.workflow) + 1 :]
        known = [entry.workflow for entry in self._table.values()]
        raise InvalidArgument(f"Unknown workflow {workflow!r}.{nearest(workflow, known)}", reason="WORKFLOW_UNKNOWN")

    def _make(self, name: str) -> E:
        """The engine object, without weights."""
        if name not in self._made:
            entry = self._table[name]
            module, _, attribute = entry.path.partition(":")
            try:
                made: E = getattr(import_module(module), attribute)(**self._options.get(name, {}))
                if lacking := [each for each in _PARTS if not hasattr(made, each)]:
                    raise TypeError(f"it has no {', '.join(lacking)}")
            except ImportError as error:
                raise FailedPrecondition(
                    f"Engine {name!r} cannot be imported ({error}). Install it with: {entry.install}",
                    reason="ENGINE_NOT_INSTALLED",
                    details={"engine": name},
                ) from error
            except PixelleError:
                raise
            except Exception as error:  # somebody's own code: its fault is its own, the other engines go on
                raise _broken(name, entry, error) from error
            self._made[name] = made
        return self._made[name]

    def peek(self, workflow: str = "") -> E:
        """The engine a request would use, not loaded: for its features and version. Errors as in `get`."""
        return self._make(self._find(workflow)[0])

    def name(self, workflow: str) -> str:
        """The engine's name in the table. Errors as in `get`."""
        return self._find(workflow)[0]

    def model(self, workflow: str) -> str:
        """What a key names beyond the engine. Errors as in `get`."""
        return self._find(workflow)[1]

    def each(self) -> list[tuple[str, EngineEntry, E]]:
        """Every engine that can be imported, not loaded, in the table's order."""
        found: list[tuple[str, EngineEntry, E]] = []
        for name, entry in self._table.items():
            try:
                found.append((name, entry, self._make(name)))
            except FailedPrecondition:
                continue
        return found

    async def get(self, workflow: str = "") -> Loaded[E]:
        """
        The engine for a workflow key ("" means the default), loaded.

        Raises InvalidArgument (WORKFLOW_UNKNOWN) and FailedPrecondition (ENGINE_NOT_INSTALLED, ENGINE_ELSEWHERE).
        """
        name, model = self._find(workflow)
        if self._only_default and name != self.default and self._table[name].workflow.startswith("local/"):
            own = self._table[self.default].workflow
            raise FailedPrecondition(
                f"Engine {name!r} only works for tasks here: this process answers questions about it and has no device "
                f"(PIXELLE_DEVICE=none). Submit a video, or send {own!r} as the workflow.",
                reason="ENGINE_ELSEWHERE",
                details={"engine": name},
            )
        async with self._locks[name]:
            if name not in self._loaded:
                engine = self._make(name)
                reason = await apart(engine.missing)
                if reason:
                    raise FailedPrecondition(
                        f"Engine {name!r} is not ready: {reason}",
                        reason="ENGINE_NOT_INSTALLED",
                        details={"engine": name},
                    )
                await apart(partial(engine.load, self._device))
                width = self._widths.get(name, self._slots)
                slots = Slots(name, slots=width, queue=self._queue, service=self._service)
                self._loaded[name] = Loaded(name, self._table[name].workflow, "", engine, slots)
        ready = self._loaded[name]
        return Loaded(ready.name, ready.workflow, model, ready.engine, ready.slots)

    async def load_default(self) -> None:
        """Load the default engine if it can be; one that is missing something is described, not fatal."""
        try:
            await self.get()
        except FailedPrecondition as error:
            if error.reason != "ENGINE_NOT_INSTALLED":
                raise

    def describe(self) -> list[core_pb2.Engine]:
        """One message per engine, in the table's order, with what is missing."""
        return [self._describe(name, entry) for name, entry in self._table.items()]

    def _describe(self, name: str, entry: EngineEntry) -> core_pb2.Engine:
        said = core_pb2.Engine(name=name, workflow=entry.workflow, is_default=name == self.default)
        try:
            engine = self._make(name)
            self._tell(engine, said)
        except PixelleError as error:
            said.available, said.reason = False, error.message
        except Exception as error:  # as in `_make`
            said.available, said.reason = False, _broken(name, entry, error).message
        return said

    @staticmethod
    def _tell(engine: E, said: core_pb2.Engine) -> None:
        reason = engine.missing()
        said.version, said.summary = engine.version, engine.summary
        said.available, said.reason = not reason, reason or ""
        what = engine.features
        said.features.CopyFrom(
            core_pb2.EngineFeatures(
                languages=what.languages,
                cloning=what.cloning,
                speaker_encoder=what.speaker_encoder,
                word_timings=what.word_timings,
                min_speed=what.min_speed,
                max_speed=what.max_speed,
                images=what.images,
                videos=what.videos,
                deterministic=what.deterministic,
            )
        )

    async def close(self) -> None:
        """Close every loaded engine."""
        for ready in self._loaded.values():
            ready.slots.close()
            await apart(ready.engine.close)
        self._loaded.clear()
