"""Which engine a deployment gets when a request names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.client import call
from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.testing import running
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from svc_script.server import build
from svc_script.settings import ScriptSettings

if TYPE_CHECKING:
    from pathlib import Path

    from pixelle.core.v1 import core_pb2


def test_a_named_endpoint_or_model_becomes_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = ScriptSettings(cache_dir=tmp_path)
    assert bare.effective_engine == "outline"
    bare.tiny_gguf.parent.mkdir(parents=True)
    bare.tiny_gguf.touch()
    assert bare.effective_engine == "gguf"
    assert ScriptSettings(script_gguf=tmp_path / "mine.gguf").effective_engine == "gguf"
    assert ScriptSettings(llm_model="qwen").effective_engine == "openai"
    monkeypatch.setenv("PIXELLE_LLM_BASE_URL", "http://127.0.0.1:1/v1")
    assert ScriptSettings().effective_engine == "openai"
    assert ScriptSettings(script_engine="outline").effective_engine == "outline"


def test_the_key_is_not_shown() -> None:
    assert "sk-1" not in repr(ScriptSettings.model_validate({"llm_api_key": "sk-1"}))


def test_fields_of_an_endpoint_s_own_are_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXELLE_LLM_EXTRA", '{"reasoning_effort": "low"}')
    assert ScriptSettings().llm_extra == {"reasoning_effort": "low"}


def test_an_unknown_default_is_refused_at_start() -> None:
    with pytest.raises(InvalidArgument, match="outline"):
        build(ScriptSettings(script_engine="outlin"))


async def test_without_its_pack_the_service_comes_up_and_says_what_is_missing(tmp_path: Path) -> None:
    async with running(build(ScriptSettings(cache_dir=tmp_path))) as channel:
        stub = script_pb2_grpc.ScriptServiceStub(channel)
        listed = await call(stub.ListEngines, script_pb2.ListEnginesRequest(), timeout=20, service="script")
    by_name: dict[str, core_pb2.Engine] = {engine.name: engine for engine in listed.engines}
    assert by_name["outline"].is_default
    assert not by_name["gguf"].available
    assert "pixelle setup" in by_name["gguf"].reason
    assert by_name["outline"].available
