"""Engine look-up: tables, missing imports, load on first use."""

from __future__ import annotations

import asyncio
from importlib.metadata import EntryPoint

import pytest
from structlog.testing import capture_logs

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


async def test_without_a_device_only_the_default_works_and_all_are_told() -> None:
    loads.clear()
    table = {name: EngineEntry(f"{__name__}:Good", f"local/{name}", "") for name in ("small", "large")}
    found = Engines(
        table | {"hosted": EngineEntry(f"{__name__}:Good", "api/hosted", "")},
        group="pixelle.none", default="small", device="none",
    )  # fmt: skip
    assert all(engine.available for engine in found.describe())
    await found.get()
    await found.get("api/hosted")
    assert loads == ["cpu", "cpu"]
    with pytest.raises(FailedPrecondition, match="'local/small'") as caught:
        await found.get("local/large")
    assert caught.value.reason == "ENGINE_ELSEWHERE"
    assert loads == ["cpu", "cpu"]


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


class Raising(Good):
    def __init__(self) -> None:
        raise ZeroDivisionError("by its author")


class Bare:
    version = "1"


class Unsure(Good):
    def missing(self) -> str | None:
        raise KeyError("licence")


async def test_an_engine_with_faults_of_its_own_leaves_the_others_alone() -> None:
    faults = {
        "typo": (f"{__name__}:Godo", "AttributeError"),
        "raises": (f"{__name__}:Raising", "ZeroDivisionError: by its author"),
        "bare": (f"{__name__}:Bare", "it has no summary, features, missing, load, close"),
        "unsure": (f"{__name__}:Unsure", "KeyError: 'licence'"),
    }
    table = {name: EngineEntry(path, f"local/{name}", "pip install mine") for name, (path, _) in faults.items()}
    found: Engines[Good] = Engines(TABLE | table, group="pixelle.none", default="good")
    described = {each.name: each for each in found.describe()}
    assert described["good"].available
    for name, (path, said) in faults.items():
        assert not described[name].available
        assert said in described[name].reason
        assert path in described[name].reason
        if name != "unsure":
            with pytest.raises(FailedPrecondition) as caught:
                await found.get(f"local/{name}")
            assert caught.value.reason == "ENGINE_BROKEN"
    assert [name for name, _, _ in found.each()] == ["good", "needy", "unsure"]


def test_an_outsider_cannot_take_the_name_of_one_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = [EntryPoint(name, f"{__name__}:Good", "pixelle.tests.engines") for name in ("good", "mine")]
    monkeypatch.setattr("pixelle.runtime.engines.entry_points", lambda *, group: outside if group else [])  # pyright: ignore[reportUnknownLambdaType]
    with capture_logs() as logs:
        found: Engines[Good] = Engines(TABLE, group="pixelle.tests.engines", default="good")
    assert [log["engine"] for log in logs if log["event"] == "engine_left_out"] == ["good"]
    assert {each.workflow for each in found.describe()} >= {"local/good", "local/mine"}
