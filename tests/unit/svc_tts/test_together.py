"""Requests that share batches: each hears what it would have heard alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from pixelle.runtime.engines import EngineEntry
from pixelle.runtime.errors import FailedPrecondition
from pixelle.runtime.testing import running
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts import server
from svc_tts.engines.base import Part, Speech, batching, cloning
from svc_tts.engines.piper import PiperEngine
from svc_tts.engines.tone import ToneEngine
from svc_tts.settings import TtsSettings
from tests.unit.svc_tts.test_service import narrate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from pixelle.runtime.work import Tick
    from svc_tts.engines.base import Line, VoiceSpec

TEXT = "Number {} comes first. It has a second sentence. And then there is a third one."


class ChoirEngine(ToneEngine):
    """Tones of several requests at once."""

    features = replace(ToneEngine.features, batch=4)
    together: ClassVar[list[int]] = []

    def synthesize_many(self, parts: Sequence[Part], *, tick: Tick) -> list[Speech]:
        self.together.append(len(parts))
        return [
            next(iter(self.synthesize([part.line], part.voice, speed=part.speed, tick=tick, seed=part.seed)))
            for part in parts
        ]


@pytest.fixture
def choir(monkeypatch: pytest.MonkeyPatch) -> type[ChoirEngine]:
    entry = EngineEntry(f"{__name__}:ChoirEngine", "local/tone", "")
    monkeypatch.setattr(server, "ENGINES", {"tone": entry})
    ChoirEngine.together.clear()
    return ChoirEngine


async def speak(folder: Path, count: int) -> list[Any]:
    """Narrations of several requests at once, some of one task, with other speeds and voices."""
    service = server.build(TtsSettings(data_dir=folder, tts_engine="tone"))
    async with running(service) as channel:
        make: Any = tts_pb2_grpc.TtsServiceStub
        stub = make(channel)
        asked = [
            narrate(
                stub,
                text=TEXT.format(k),
                language="en",
                speed=1 + k / 10,
                voice_id=("tone/low", "tone/high")[k % 2],
                request_id=f"task{k // 2}/step",
            )
            for k in range(count)
        ]
        return list(await asyncio.gather(*asked))


async def test_requests_share_batches_and_hear_what_they_would_alone(
    tmp_path: Path, choir: type[ChoirEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = await speak(tmp_path / "together", 6)
    assert sum(choir.together) == 18
    assert len(choir.together) < 18
    assert 1 < max(choir.together) <= 4
    monkeypatch.undo()
    alone = await speak(tmp_path / "alone", 6)
    for one, other in zip(together, alone, strict=True):
        assert one.audio.sha256 == other.audio.sha256
        assert list(one.words) == list(other.words)


class AlikeEngine(ToneEngine):
    """Tones that say how alike they are, but for the first line."""

    features = replace(ToneEngine.features, speaker_encoder="ears")
    given = (None, 0.5, 0.9)

    def synthesize(self, lines: Sequence[Line], voice: VoiceSpec, **more: Any) -> Iterator[Speech]:
        pieces = super().synthesize(lines, voice, **more)
        return (replace(piece, likeness=each) for piece, each in zip(pieces, self.given, strict=True))


async def test_likeness_is_that_of_the_sentences_by_their_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = EngineEntry(f"{__name__}:AlikeEngine", "local/tone", "")
    monkeypatch.setattr(server, "ENGINES", {"tone": entry})
    async with running(server.build(TtsSettings(data_dir=tmp_path, tts_engine="tone"))) as channel:
        make: Any = tts_pb2_grpc.TtsServiceStub
        text = "Hello. A second line. And now a third line that is much longer than the second."
        told = await narrate(make(channel), text=text, language="en")
        again = await narrate(make(channel), text=text, language="en")
        listed = await make(channel).ListEngines(tts_pb2.ListEnginesRequest())
    assert told.voice_likeness.encoder == listed.engines[0].features.speaker_encoder == "ears"
    assert 0.75 < told.voice_likeness.cosine < 0.9  # not the plain mean
    assert again.voice_likeness == told.voice_likeness


def test_what_an_engine_cannot_do_is_not_asked_of_it(tmp_path: Path) -> None:
    class Loaded:
        engine = PiperEngine(packs_dir=tmp_path, voices_dir=tmp_path)
        workflow = "local/piper"

    loaded: Any = Loaded()
    assert batching(loaded) is None
    with pytest.raises(FailedPrecondition) as caught:
        cloning(loaded)
    assert caught.value.reason == "ENGINE_CANNOT_CLONE"
