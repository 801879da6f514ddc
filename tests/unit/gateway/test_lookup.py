"""Finding engines by key."""

from __future__ import annotations

import pytest

from gateway.lookup import engine_of
from pixelle.core.v1 import core_pb2
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument

ENGINES = [
    core_pb2.Engine(name="small", workflow="local/small", available=True),
    core_pb2.Engine(name="big", workflow="local/big", is_default=True, reason="run pixelle setup"),
]


def test_by_key_and_by_key_with_a_model() -> None:
    assert engine_of(ENGINES, "local/small", "tts").name == "small"
    assert engine_of(ENGINES, "local/small/tiny", "tts").name == "small"


@pytest.mark.parametrize("workflow", ["", "local/big", "local/big/x"])
def test_one_that_lacks_something_says_what(workflow: str) -> None:
    with pytest.raises(FailedPrecondition, match="'local/big' is not ready: run pixelle setup"):
        engine_of(ENGINES, workflow, "tts")


def test_an_unknown_one() -> None:
    with pytest.raises(InvalidArgument, match="Did you mean 'local/small'"):
        engine_of(ENGINES, "local/smal", "tts")


def test_a_service_without_engines() -> None:
    with pytest.raises(FailedPrecondition, match="it lists none"):
        engine_of([], "", "tts")
