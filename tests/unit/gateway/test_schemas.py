"""The request as documented, and mirrors that follow their messages."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from gateway.convert import MIRRORS, storyboard_message, storyboard_model
from gateway.schemas import SceneModel, StoryboardModel, VideoGenerateRequest

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
    ],
    ids=str,
)
def test_what_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        VideoGenerateRequest.model_validate(fields)


def test_a_long_title_is_taken_whole() -> None:
    assert VideoGenerateRequest(text="x", title="t" * 2000).title == "t" * 2000
