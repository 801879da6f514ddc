"""Engine look-up: tables, missing imports, load on first use."""

from __future__ import annotations

import asyncio

import pytest

from pixelle.runtime.engines import EngineEntry, Engines, Features
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument

loads: list[str] = []


class Good:
    version = "1"
    summary = "works"
    features = Features(languages=("en",), deterministic=True)

    def __init__(self, *, need: str | None = None) -> None:
        self.need = need

    def missing(self) -> str | None:
        return self.need

    def load(self, device: str) -> None:
        loads.append(device)

    def close(self) -> None:
        loads.append("closed")


TABLE = {
    "good": EngineEntry(f"{__name__}:Good", "local/good", "pip install good"),
    "needy": EngineEntry(f"{__name__}:Good", "local/needy", "pip install needy"),
    "absent": EngineEntry("no_such_module_anywhere:X", "api/absent", "pip install absent"),
}


def engines() -> Engines[Good]:
    loads.clear()
    return Engines(TABLE, group="pixelle.none", default="good", options={"needy": {"need": "run `pixelle setup`"}})


async def test_loads_once_on_first_use_and_closes() -> None:
    found = engines()
    assert loads == []
    both = await asyncio.gather(found.get(), found.get("local/good"))
    assert both[0].engine is both[1].engine
    assert loads == ["cpu"]
    assert (await found.get("local/good/big")).model == "big"
    await found.close()
    assert loads == ["cpu", "closed"]


async def test_unknown_keys_name_the_nearest() -> None:
    with pytest.raises(InvalidArgument, match="Did you mean 'local/good'") as caught:
        await engines().get("local/god")
    assert caught.value.reason == "WORKFLOW_UNKNOWN"


@pytest.mark.parametrize(("key", "hint"), [("api/absent", "pip install absent"), ("local/needy", "pixelle setup")])
async def test_what_is_not_there_says_how_to_get_it(key: str, hint: str) -> None:
    with pytest.raises(FailedPrecondition, match=hint) as caught:
        await engines().get(key)
    assert caught.value.reason == "ENGINE_NOT_INSTALLED"


def test_describe_shows_every_line_of_the_table() -> None:
    said = {engine.name: engine for engine in engines().describe()}
    assert said["good"].available
    assert said["good"].is_default
    assert list(said["good"].features.languages) == ["en"]
    assert not said["needy"].available
    assert "pip install absent" in said["absent"].reason


def test_an_unknown_default_is_refused_at_start() -> None:
    with pytest.raises(InvalidArgument, match="good"):
        Engines[Good](TABLE, group="pixelle.none", default="god")
