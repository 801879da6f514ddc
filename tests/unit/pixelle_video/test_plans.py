"""Storyboards to and from the gateway's JSON, and as files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.cli.boards import board_text, read_board, text_of
from pixelle_video.plans import board_of, leave_open, planned, request_of
from pixelle_video.results import Storyboard, StoryboardFrame

if TYPE_CHECKING:
    from pathlib import Path

SCENES = [
    {"index": 0, "narration": "One.", "image_prompt": "a door", "seed": 5, "voice": "piper/joe", "asset": 2},
    {"index": 1, "narration": "Zwei, ü.", "image_prompt": "", "seed": 6, "voice": "", "asset": 0},
]
MORE = {"cast": [{"name": "Mia", "look": "red coat"}], "usage": {"input_tokens": 1, "output_tokens": 2, "calls": 1}}
BOARD = {"title": "T", "language": "en", "style": "s", "notice": "n", "engine": "e", "seed": 9, "scenes": SCENES} | MORE


def test_nothing_of_a_plan_is_lost_on_the_way() -> None:
    assert request_of(board_of(BOARD)) == BOARD


def test_edited_frames_are_numbered_by_their_order() -> None:
    board = board_of(BOARD)
    board.frames = [StoryboardFrame(7, "New."), *reversed(board.frames)]
    said = request_of(board)["scenes"]
    assert [(scene["index"], scene["narration"], scene["seed"]) for scene in said] == [
        (0, "New.", 0),
        (1, "Zwei, ü.", 6),
        (2, "One.", 5),
    ]


def test_what_follows_from_assets_and_length_is_left_out_unless_it_was_said() -> None:
    usual = {"n_scenes": 5, "min_narration_words": 5, "max_narration_words": 20}
    said = {"n_scenes": 4, "min_narration_words": 8, "max_narration_words": 30}
    for more, left in (({}, usual), ({"assets": [{"path": "a"}]}, {**usual, "n_scenes": None})):
        request = {**usual, **more}
        leave_open(request)
        assert {name: request.get(name) for name in usual} == left
    for more in ({"assets": [{"path": "a"}]}, {"target_seconds": 30.0}):
        request = {**said, **more}
        leave_open(request)
        assert request == {**said, **more}
    request = {**usual, "target_seconds": 30.0}
    leave_open(request)
    assert request == {"target_seconds": 30.0}


def test_a_plan_carries_its_estimate() -> None:
    guess = {"seconds": 12.0, "cost": 0.5, "currency": "EUR", "scenes": 2, "video_seconds": 8.0, "learned": True}
    board = planned({"storyboard": BOARD, "estimate": guess}, {"text": "x"})
    assert board.estimate
    assert (board.estimate.seconds, board.estimate.learned, board.config) == (12.0, True, {"text": "x"})
    assert (board.estimate.cost, board.estimate.currency) == (0.5, "EUR")
    assert not board.is_completed


def test_a_file_is_read_as_it_was_written_or_as_the_gateway_said_it(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(board_text(board_of(BOARD)), "utf-8")
    assert "ü" in file.read_text("utf-8")
    assert request_of(read_board(file)) == BOARD
    file.write_text(json.dumps({"success": True, "storyboard": BOARD, "estimate": {}}), "utf-8")
    assert request_of(read_board(file)) == BOARD


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "not JSON"),
        ("[]", "not a storyboard"),
        ('{"scenes": [3]}', "not a storyboard"),
        ("{}", "no scenes"),
        ('{"scenes": {"a": 1}}', "not a storyboard"),
        ('{"scenes": [{"seed": "x"}]}', "not JSON|not a storyboard"),
    ],
)
def test_a_file_that_is_no_plan_is_named(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(content)
    with pytest.raises(InvalidArgument, match=said):
        read_board(file)
    with pytest.raises(InvalidArgument, match=r"gone\.json.*No such file"):
        read_board(tmp_path / "gone.json")


def test_a_video_without_a_topic_is_about_its_title() -> None:
    assert text_of(board_of(BOARD)) == "T"
    assert text_of(Storyboard("", frames=[StoryboardFrame(0, "One.")])) == "One."
