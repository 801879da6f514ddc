"""Messages as they are kept with a task."""

from __future__ import annotations

from gateway.workflow.brief import bare, from_json, to_json
from pixelle.core.v1 import core_pb2


def _clip() -> core_pb2.Clip:
    audio = core_pb2.Artifact(uri="file:///store/clip/1", sha256="ab", media_type="video/mp4", size_bytes=2**40)
    clip = core_pb2.Clip(artifact=audio, frame=audio, frame_count=3, fps=30, warnings=["é", "x"])
    clip.artifact.inline = b"bytes"
    return clip


def test_a_result_made_now_is_what_is_read_back_later() -> None:
    clip = _clip()
    assert bare(clip) == from_json(to_json(clip), core_pb2.Clip)
    assert not bare(clip).artifact.inline
    assert clip.artifact.inline == b"bytes", "what the service gave stays as it is"
    word = core_pb2.Word(text="a", start_seconds=0.1 + 0.2, end_seconds=1 / 3)
    narration = core_pb2.Narration(duration_seconds=2 / 3, words=[word])
    assert bare(narration) == from_json(to_json(narration), core_pb2.Narration) == narration
