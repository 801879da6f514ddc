"""Finding engines by key."""

from __future__ import annotations

import pytest

from gateway.lookup import engine_of, fits, workflows_of
from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument

ENGINES = [
    core_pb2.Engine(name="small", workflow="local/small", available=True),
    core_pb2.Engine(name="big", workflow="local/big", is_default=True, reason="run pixelle setup"),
]


def test_by_key_and_by_key_with_a_model() -> None:
    assert engine_of(ENGINES, "local/small", "tts").name == "small"
    assert engine_of(ENGINES, "local/small/tiny", "tts").name == "small"


def test_a_key_that_begins_like_another_is_another() -> None:
    fitting = ["local/xtts", "local/xtts/mine"]
    assert [key for key in (*fitting, "local/xtts2", "local/xtts2/mine", "local") if fits(key, "local/xtts")] == fitting


@pytest.mark.parametrize("workflow", ["", "local/big", "local/big/x"])
def test_one_that_lacks_something_says_what(workflow: str) -> None:
    with pytest.raises(FailedPrecondition, match="'local/big' is not ready: run pixelle setup"):
        engine_of(ENGINES, workflow, "tts")


def test_an_engine_that_lists_its_models_has_no_others() -> None:
    listing = [*ENGINES, core_pb2.Engine(name="comfyui", workflow="selfhost", available=True, models=["tts_a.json"])]
    assert engine_of(listing, "selfhost/tts_a.json", "tts").name == "comfyui"
    assert engine_of(listing, "selfhost", "tts").name == "comfyui"
    with pytest.raises(InvalidArgument, match=r"Did you mean 'selfhost/tts_a.json'"):
        engine_of(listing, "selfhost/tts_b.json", "tts")


def test_an_unknown_one() -> None:
    with pytest.raises(InvalidArgument, match="Did you mean 'local/small'"):
        engine_of(ENGINES, "local/smal", "tts")


def test_a_service_without_engines() -> None:
    with pytest.raises(FailedPrecondition, match="it lists none"):
        engine_of([], "", "tts")


LISTED = [
    media_pb2.Workflow(key="local/small", kind=core_pb2.MEDIA_KIND_IMAGE),
    media_pb2.Workflow(key="local/small", kind=core_pb2.MEDIA_KIND_VIDEO),
    media_pb2.Workflow(key="selfhost", kind=core_pb2.MEDIA_KIND_IMAGE),
    media_pb2.Workflow(key="selfhost/video_waves.json", kind=core_pb2.MEDIA_KIND_VIDEO),
]
ABLE = [ENGINES[0], core_pb2.Engine(name="comfyui", workflow="selfhost", available=True)]


@pytest.mark.parametrize(
    ("workflow", "found"),
    [
        ("local/small", LISTED[:2]),
        ("local/small/tiny", LISTED[:2]),
        ("selfhost", LISTED[2:3]),
        ("selfhost/video_waves.json", LISTED[3:]),
    ],
)
def test_the_entries_of_a_key(workflow: str, found: list[media_pb2.Workflow]) -> None:
    assert workflows_of(LISTED, workflow, ABLE) == found


def test_a_model_that_its_engine_does_not_list() -> None:
    with pytest.raises(InvalidArgument, match=r"Did you mean 'selfhost/video_waves.json'"):
        workflows_of(LISTED, "selfhost/video_wave.json", ABLE)
