"""Storyboards between what callers edit and what the gateway is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.results import Estimate, Storyboard, StoryboardFrame

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["board_of", "leave_open", "planned", "request_of"]

_OPEN = {"n_scenes": 5, "min_narration_words": 5, "max_narration_words": 20}
"""What follows from `target_seconds` where it stands at its default."""


def leave_open(request: dict[str, Any]) -> None:
    """Take out of a request what its `target_seconds` and `assets`, if any, decide."""
    if request.get("assets") and request.get("n_scenes") == _OPEN["n_scenes"]:
        del request["n_scenes"]
    if request.get("target_seconds"):
        for name, default in _OPEN.items():
            if request.get(name) == default:
                del request[name]


def planned(answer: Mapping[str, Any], request: Mapping[str, Any]) -> Storyboard:
    """What POST /api/storyboards answered to a request."""
    board = board_of(answer["storyboard"])
    said = answer["estimate"]
    board.config = dict(request)
    board.estimate = Estimate(
        seconds=said["seconds"],
        cost=said.get("cost"),
        scenes=said["scenes"],
        video_seconds=said["video_seconds"],
        learned=said["learned"],
        currency=said.get("currency", ""),
    )
    return board


def board_of(said: Mapping[str, Any]) -> Storyboard:
    """The storyboard that the gateway tells as JSON, without files."""
    return Storyboard(
        title=said.get("title", ""),
        frames=[_frame(scene) for scene in said.get("scenes", ())],
        language=said.get("language", ""),
        style=said.get("style", ""),
        seed=said.get("seed", 0),
        engine=said.get("engine", ""),
        notice=said.get("notice", ""),
        cast=list(said.get("cast") or ()),
        usage=said.get("usage"),
    )


def _frame(scene: Mapping[str, Any]) -> StoryboardFrame:
    return StoryboardFrame(
        index=int(scene.get("index", 0)),
        narration=scene.get("narration", ""),
        image_prompt=scene.get("image_prompt") or None,
        duration=float(scene.get("duration", 0.0)),
        seed=int(scene.get("seed", 0)),
        voice=scene.get("voice", ""),
        asset=int(scene.get("asset", 0)),
    )


def request_of(board: Storyboard) -> dict[str, Any]:
    """The storyboard as the gateway takes it. Raises InvalidArgument (STORYBOARD_UNREADABLE, STORYBOARD_EMPTY)."""
    if not isinstance(board, Storyboard):  # pyright: ignore[reportUnnecessaryIsInstance] - callers need no checker
        raise InvalidArgument(
            f"storyboard is a {type(board).__name__}. Give a Storyboard, such as `await pixelle.plan(...)` returns.",
            reason="STORYBOARD_UNREADABLE",
        )
    if not board.frames:
        raise InvalidArgument(
            "The storyboard has no scenes. Add a StoryboardFrame to its `frames`.", reason="STORYBOARD_EMPTY"
        )
    return {
        "title": board.title,
        "language": board.language,
        "style": board.style,
        "notice": board.notice,
        "engine": board.engine,
        "seed": board.seed,
        "cast": board.cast,
        "usage": board.usage,
        "scenes": [
            {
                "index": index,
                "narration": frame.narration,
                "image_prompt": frame.image_prompt or "",
                "seed": frame.seed,
                "voice": frame.voice,
                "asset": frame.asset,
            }
            for index, frame in enumerate(board.frames)
        ],
    }
