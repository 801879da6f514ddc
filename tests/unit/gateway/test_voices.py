"""What the speech service says about a narration reaches whoever asked, for one text and for a scene."""

from __future__ import annotations

from google.protobuf.json_format import MessageToDict

from gateway.scenes import facts_of
from gateway.voices import speech_model
from pixelle.core.v1 import core_pb2

TOLD = core_pb2.Narration(
    audio=core_pb2.Artifact(sha256="ab"),
    timing_source=core_pb2.TIMING_SOURCE_PROPORTIONAL,
    voice_likeness=core_pb2.VoiceLikeness(cosine=0.75, encoder="ears"),
    verification=core_pb2.Verification(word_error=0.5, attempts=3, limit=0.25, heard="hello"),
)


def test_scores_of_a_text() -> None:
    told = speech_model(TOLD, "speech/ab.wav", "").model_dump()
    assert told["voice_likeness"] == {"cosine": 0.75, "encoder": "ears"}
    assert told["verification"] == {"word_error": 0.5, "attempts": 3, "limit": 0.25, "heard": "hello"}
    plain = speech_model(core_pb2.Narration(), "", "").model_dump()
    assert plain["voice_likeness"] is plain["verification"] is None


def test_scores_of_a_scene() -> None:
    steps = {"narrate[0]": MessageToDict(TOLD, preserving_proto_field_name=True)}
    scene = facts_of(steps, 0)
    assert scene["voice_likeness"] == {"cosine": 0.75, "encoder": "ears"}
    assert scene["verification"] == {"word_error": 0.5, "attempts": 3, "limit": 0.25, "heard": "hello"}
    nothing = core_pb2.Narration(voice_likeness=core_pb2.VoiceLikeness(encoder="ears"))
    steps = {"narrate[0]": MessageToDict(nothing, preserving_proto_field_name=True)}
    assert facts_of(steps, 0)["voice_likeness"] == {"cosine": 0.0, "encoder": "ears"}  # a zero is no absence
    steps = {"narrate[0]": MessageToDict(core_pb2.Narration(), preserving_proto_field_name=True)}
    assert "voice_likeness" not in facts_of(steps, 0)
