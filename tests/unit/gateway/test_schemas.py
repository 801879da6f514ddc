"""The request as documented, and mirrors that follow their messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from gateway.boards import SceneModel, StoryboardModel
from gateway.convert import MIRRORS, brief_of, storyboard_message, storyboard_model
from gateway.plans import SceneChange
from gateway.schemas import VideoGenerateRequest
from gateway.settings import GatewaySettings
from gateway.speech import SpeechRequest
from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2

if TYPE_CHECKING:
    from pixelle.script.v1 import script_pb2

DOCUMENTED = {
    "text": "x",
    "mode": "generate",
    "title": None,
    "n_scenes": 5,
    "tts_workflow": None,
    "ref_audio": None,
    "voice_id": None,
    "min_narration_words": 5,
    "max_narration_words": 20,
    "min_image_prompt_words": 30,
    "max_image_prompt_words": 60,
    "media_workflow": None,
    "video_fps": 30,
    "frame_template": None,
    "template_params": None,
    "prompt_prefix": None,
    "bgm_path": None,
    "bgm_volume": 0.3,
}


@pytest.mark.parametrize("model", MIRRORS, ids=lambda model: model.__name__)
def test_a_mirror_has_the_fields_of_its_message_in_the_same_order(model: type[SceneModel]) -> None:
    message = MIRRORS[model]
    assert list(model.model_fields) == [field.name for field in message.DESCRIPTOR.fields]


def test_a_storyboard_goes_to_a_message_and_back_unchanged() -> None:
    scenes = [SceneModel(index=i, narration=f"n{i}", image_prompt="p", seed=i + 1) for i in range(3)]
    board = StoryboardModel(title="t", language="en", style="s", scenes=scenes, notice="n", engine="e", seed=9)
    assert storyboard_model(storyboard_message(board)) == board


def test_scenes_are_numbered_by_their_order() -> None:
    board = StoryboardModel(scenes=[SceneModel(index=7, narration="a"), SceneModel(index=7, narration="b")])
    assert [scene.index for scene in storyboard_message(board).scenes] == [0, 1]


def test_defaults_are_the_documented_ones() -> None:
    assert VideoGenerateRequest(text="x").model_dump(include=set(DOCUMENTED)) == DOCUMENTED


def test_null_means_the_default() -> None:
    request = VideoGenerateRequest.model_validate({"text": "x", "n_scenes": None, "bgm_volume": None})
    assert (request.n_scenes, request.bgm_volume) == (5, 0.3)


@pytest.mark.parametrize(
    "fields",
    [
        {"text": ""},
        {"text": " \n"},
        {"text": "x" * 1_000_000},
        {"text": "x", "n_scenes": 0},
        {"text": "x", "n_scenes": 21},
        {"text": "x", "video_fps": 14},
        {"text": "x", "bgm_volume": 1.01},
        {"text": "x", "footage_volume": -0.1},
        {"text": "x", "footage_volume": 1.01},
        {"text": "x", "mode": "other"},
        {"text": "x", "min_narration_words": 30},
        {"text": "x", "min_image_prompt_words": 61},
        {"text": "x", "bgm_volum": 0.5},
        {"text": "x", "storyboard": {"scenes": []}},
        {"text": "x", "storyboard": {"scenes": [{"narration": "a", "image": "b"}]}},
        {"text": "x", "assets": [""]},
        {"text": None},
        {"text": "x", "bgm_volum": None},
        {"text": "x", "storyboard": {"scenes": [{"narration": "a"}], "usage": {"input_tokens": 2**31}}},
        {"text": "x", "storyboard": {"scenes": [{"narration": "a"}], "usage": {"cost": float("inf")}}},
    ],
    ids=str,
)
def test_what_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VideoGenerateRequest.model_validate(fields)


def nested(depth: int) -> dict[str, object]:
    return {"a": nested(depth - 1)} if depth else {}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "a\0b"}, "text holds a NUL character"),
        ({"storyboard": {"scenes": [{"narration": "a\0b"}]}}, r"storyboard\.scenes\[0\]\.narration holds a NUL"),
        ({"\ud800": 1}, "a name holds '.ud800', half of a surrogate pair"),
        ({"metadata": {"x": ["\ud800"]}}, r"metadata\.x\[0\] holds '.ud800'"),
        ({"metadata": {"\udfff": 1}}, "a name in metadata holds"),
        ({"template_params": {"x": "\ud800"}}, r"template_params\.x holds"),
        ({"metadata": {"x": float("nan")}}, "x is nan, which is no number"),
        ({"template_params": {"x": float("-inf")}}, "x is -inf"),
        ({"metadata": nested(300)}, "nested deeper than 64 levels"),
        ({"metadata": {"x": "y" * 100_000}}, "has 100009 characters as JSON; at most 100000"),
        ({"template_params": {"x": "y" * 100_000}}, "at most 100000 are taken"),
    ],
    ids=["nul", "nul inside", "name", "half", "name inside", "param", "nan", "infinity", "deep", "long", "long value"],
)
def test_what_could_not_be_kept_or_told_is_refused(fields: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        VideoGenerateRequest.model_validate({"text": "x"} | fields)
    str(caught.value.errors()[0]["msg"]).encode()  # it can be told


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("zh-CN-YunjianNeural", "edge/zh-CN-YunjianNeural"),
        ("edge/zh-CN-YunjianNeural", "edge/zh-CN-YunjianNeural"),
        ("piper/en_US-joe", "piper/en_US-joe"),
        ("", ""),
    ],
)
def test_names_of_edges_voices_may_stand_alone(sent: str, meant: str) -> None:
    video = VideoGenerateRequest(text="x", tts_voice=sent, voice_id=sent)
    speech = SpeechRequest(text="x", voice=sent, voice_id=sent)
    assert {video.tts_voice, video.voice_id, speech.voice, speech.voice_id} == {meant}
    assert (SceneModel(narration="x", voice=sent).voice, GatewaySettings(tts_voice=sent).tts_voice) == (meant, meant)
    assert not sent or SceneChange(voice=sent).voice == meant


def test_null_is_as_good_as_nothing() -> None:
    left_out = VideoGenerateRequest.model_validate({"text": "x", "assets": ["a", "b"]})
    null = {"mode": None, "n_scenes": None, "storyboard": None}
    assert VideoGenerateRequest.model_validate({"text": "x", "assets": ["a", "b"]} | null) == left_out
    assert left_out.n_scenes == 2
    assert plan_of(target_seconds=60, n_scenes=None, min_narration_words=None).scene_count == 0


def test_what_is_kept_of_a_request_asks_for_the_same_when_it_is_sent_again() -> None:
    for fields in ({"target_seconds": 60}, {"target_seconds": 60, "n_scenes": 5}, {"n_scenes": 3}, {}):
        sent = VideoGenerateRequest.model_validate({"text": "x"} | fields)
        again = {name: value for name, value in sent.as_sent().items() if value is not None}  # as a duplicate is told
        for kept in (again, sent.as_sent()):
            asked = brief_of(VideoGenerateRequest.model_validate(kept), TEMPLATE, language="en").write
            assert asked == brief_of(sent, TEMPLATE, language="en").write, fields


def test_a_storyboard_is_shown_also_where_more_was_written_than_may_be_sent() -> None:
    scene = core_pb2.Scene(narration="n" * 30_000, image_prompt="p" * 9_000, seed=2**32 - 1)
    usage = core_pb2.Usage(input_tokens=2**31 - 1, calls=1)
    shown = storyboard_model(core_pb2.Storyboard(scenes=[scene], usage=usage)).model_dump()
    assert (len(shown["scenes"][0]["narration"]), shown["scenes"][0]["seed"]) == (30_000, 2**32 - 1)
    assert (shown["usage"]["input_tokens"], shown["usage"]["cost"], shown["cast"]) == (2**31 - 1, None, [])


def test_a_long_title_is_taken_whole() -> None:
    assert VideoGenerateRequest(text="x", title="t" * 2000).title == "t" * 2000


TEMPLATE = render_pb2.Template(key="1080x1920/image_default.html", media=render_pb2.TEMPLATE_MEDIA_IMAGE)


def plan_of(**fields: object) -> script_pb2.NarrationPlan:
    request = VideoGenerateRequest.model_validate({"text": "x"} | fields)
    return brief_of(request, TEMPLATE, language="en").write.plan


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ({}, render_pb2.FIT_AUTO),
        ({"footage_fit": None}, render_pb2.FIT_AUTO),
        ({"footage_fit": "cover"}, render_pb2.FIT_COVER),
        ({"footage_fit": "contain"}, render_pb2.FIT_CONTAIN),
    ],
)
def test_how_footage_fills_the_page_is_left_to_its_shape_unless_said(sent: dict[str, object], wanted: int) -> None:
    request = VideoGenerateRequest.model_validate({"text": "x"} | sent)
    assert brief_of(request, TEMPLATE, language="en").clip.fit == wanted


def test_audience_tone_and_length_reach_the_script_service() -> None:
    plan = plan_of(style="for children", target_seconds=60, tts_speed=1.5)
    assert (plan.style, plan.target_seconds) == ("for children", 90.0)
    assert (plan.scene_count, plan.words.min, plan.words.max) == (0, 0, 0)


def test_what_is_said_beside_a_length_is_kept() -> None:
    plan = plan_of(target_seconds=60, n_scenes=5, max_narration_words=40)
    assert (plan.scene_count, plan.words.min, plan.words.max) == (5, 5, 40)
    assert plan_of(n_scenes=3).scene_count == 3
    assert (plan_of().scene_count, plan_of().words.max) == (5, 20)


@pytest.mark.parametrize(
    "fields", [{"target_seconds": 4}, {"target_seconds": 1801}, {"target_seconds": 9, "mode": "fixed"}], ids=str
)
def test_lengths_that_mean_nothing_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="target_seconds"):
        VideoGenerateRequest.model_validate({"text": "x"} | fields)


def test_cast_and_usage_of_a_storyboard_survive_the_way_there_and_back() -> None:
    board = StoryboardModel.model_validate(
        {
            "scenes": [{"narration": "n", "seed": 1}],
            "cast": [{"name": "Mia", "look": "red coat"}],
            "usage": {"input_tokens": 10, "output_tokens": 5, "calls": 2, "cost": 0.5, "currency": "USD"},
        }
    )
    assert storyboard_model(storyboard_message(board)) == board


def test_what_is_nested_no_deeper_than_any_use_of_it_is_kept() -> None:
    deepest = max(depth for depth in range(50, 80) if _is_taken(nested(depth)))
    assert deepest + 1 == 64  # with the request around it


def _is_taken(metadata: dict[str, object]) -> bool:
    try:
        VideoGenerateRequest(text="x", metadata=metadata)
    except ValidationError:
        return False
    return True
