"""Choosing, of all the files that a workflow left, the one that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pixelle.comfyui.client import Made
from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pixelle.comfyui.library import Makes
    from pixelle.comfyui.workflow import Workflow

__all__ = ["Found", "chosen", "picked"]

T = TypeVar("T")

_PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".gif"}
_ENDINGS: dict[Makes, set[str]] = {
    "image": _PICTURES,
    "video": {".mp4", ".webm", ".mov", ".mkv", ".avi", ".m4v", ".gif", ".webp", ".png"},
    "audio": {".flac", ".wav", ".mp3", ".ogg", ".opus", ".m4a", ".aac"},
}
_WANTED: dict[Makes, tuple[str, str]] = {
    "image": ("picture", "SaveImage"),
    "video": ("footage", "SaveVideo or VHS_VideoCombine"),
    "audio": ("sound", "SaveAudio, SaveAudioMP3 or SaveAudioOpus"),
}


@dataclass(frozen=True)
class Found(Generic[T]):
    """A file that a node left."""

    node: str
    filename: str
    saved: bool
    """Not only a preview."""
    file: T


def chosen(workflow: Workflow, files: Iterable[Found[T]], kind: Makes) -> T:
    """
    The file to take: of a node marked `$output` if there is one, saved before temporary, of the last node in the
    file; of a batch the first.

    Raises FailedPrecondition (COMFYUI_NO_OUTPUT).
    """
    order = {node: place for place, node in enumerate(workflow.graph)}
    able = [file for file in files if PurePosixPath(file.filename).suffix.lower() in _ENDINGS[kind]]
    if not able:
        wanted, saver = _WANTED[kind]
        raise FailedPrecondition(
            f"The workflow {workflow.name!r} ended without {wanted}. Give it a node that saves it ({saver}), or name "
            "the file after what it makes.",
            reason="COMFYUI_NO_OUTPUT",
        )
    return max(able, key=lambda each: (each.node in workflow.outputs, each.saved, order.get(each.node, -1))).file


def picked(workflow: Workflow, outputs: Mapping[str, Any], kind: Makes) -> Made:
    """`chosen` of what a server's history holds. outputs: node id to {kind: [{filename, subfolder, type}]}."""
    return chosen(workflow, (file for node, told in outputs.items() for file in _files(node, told, kind)), kind)


def _files(node: str, told: object, kind: Makes) -> Iterator[Found[Made]]:
    """Every file a node reports, whatever the list is called; of picture formats only moving ones count as footage."""
    if not isinstance(told, dict):
        return
    tree = cast("dict[str, Any]", told)
    moving = bool(tree.get("animated")) and any(cast("list[Any]", tree["animated"]))
    for name, entries in tree.items():
        for entry in cast("list[Any]", entries) if isinstance(entries, list) else []:
            if not isinstance(entry, dict) or not cast("dict[str, Any]", entry).get("filename"):
                continue
            file = cast("dict[str, Any]", entry)
            made = Made(str(file["filename"]), str(file.get("subfolder") or ""), str(file.get("type") or "output"))
            still = PurePosixPath(made.filename).suffix.lower() in _PICTURES and name == "images" and not moving
            if not (kind == "video" and still):
                yield Found(node, made.filename, made.type == "output", made)
