"""Storyboards as files: written by `pixelle plan`, edited by people, read by `pixelle make --storyboard`."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, cast

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.plans import board_of, request_of

if TYPE_CHECKING:
    from pathlib import Path

    from pixelle_video.results import Storyboard

__all__ = ["board_text", "read_board", "text_of"]


def board_text(board: Storyboard) -> str:
    """The file's content: what the REST API calls a storyboard."""
    return json.dumps(request_of(board), ensure_ascii=False, indent=2) + "\n"


def read_board(path: Path) -> Storyboard:
    """
    The storyboard in a file: one of `board_text`, or any answer of the REST API that holds one.

    Raises InvalidArgument (STORYBOARD_UNREADABLE).
    """
    try:
        said: Any = json.loads(path.read_text("utf-8-sig"))
        if isinstance(said, dict) and "storyboard" in said:
            said = cast("dict[str, Any]", said)["storyboard"]
        board = board_of(said)
        _look_for_slips(path, said)
    except OSError as error:
        raise _unreadable(path, str(error.strerror)) from error
    except ValueError as error:
        raise _unreadable(path, f"it is not JSON or not UTF-8 ({error})") from error
    except (AttributeError, TypeError) as error:
        raise _unreadable(path, "it is not a storyboard such as `pixelle plan` writes") from error
    if not board.frames:
        raise _unreadable(path, "it has no scenes; `pixelle plan` writes a file that has some")
    request_of(board)
    return board


_BOARD = ("title", "language", "style", "seed", "scenes", "cast")
_SCENE = ("narration", "image_prompt", "seed", "voice", "asset")
"""What people edit."""


def _look_for_slips(path: Path, said: dict[str, Any]) -> None:
    """A name that is nearly one of ours was meant to be it, and would be dropped without a word."""
    scenes = [(f"scene {number}", _SCENE, scene) for number, scene in enumerate(said.get("scenes", ()))]
    for where, known, part in [("it", _BOARD, said), *scenes]:
        for name in part:
            if name not in known and (close := get_close_matches(str(name), known, n=1, cutoff=0.8)):
                raise _unreadable(path, f"{where} has {name!r}. Did you mean {close[0]!r}?")


def text_of(board: Storyboard) -> str:
    """What a video of this storyboard is about, where nobody says it."""
    return board.title.strip() or board.frames[0].narration.strip() or "storyboard"


def _unreadable(path: Path, why: str) -> InvalidArgument:
    end = "" if why.endswith("?") else "."
    return InvalidArgument(f"Cannot read the storyboard {str(path)!r}: {why}{end}", reason="STORYBOARD_UNREADABLE")
