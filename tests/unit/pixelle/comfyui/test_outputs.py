"""Which of the files that a workflow left is taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.comfyui.library import Library
from pixelle.comfyui.outputs import picked
from pixelle.runtime.errors import FailedPrecondition
from tests.comfyui.standin import CORPUS

if TYPE_CHECKING:
    from pixelle.comfyui.library import Makes

LIBRARY = Library([CORPUS], ("image", "video", "audio"))


def out_of(**outputs: Any) -> dict[str, Any]:
    return {node.removeprefix("n"): told for node, told in outputs.items()}


def file(name: str, place: str = "output") -> dict[str, str]:
    return {"filename": name, "subfolder": "", "type": place}


@pytest.mark.parametrize(
    ("name", "kind", "outputs", "chosen"),
    [
        (
            "image_plain.json",
            "image",
            out_of(n7={"images": [file("a.png")]}, n8={"images": [file("t.png", "temp")]}),
            "a.png",
        ),
        ("image_plain.json", "image", out_of(n8={"images": [file("t.png", "temp")]}), "t.png"),
        ("image_plain.json", "image", out_of(n7={"images": [file("t.png", "temp"), file("b.png")]}), "b.png"),
        ("image_plain.json", "image", out_of(n7={"images": [file("1.png"), file("2.png")]}), "1.png"),
        (
            "image_everything.json",
            "image",
            out_of(n12={"images": [file("z.png")]}, n7={"images": [file("m.png")]}),
            "m.png",
        ),
        ("video_vhs.json", "video", out_of(n9={"images": [file("s.png")]}, n8={"gifs": [file("v.mp4")]}), "v.mp4"),
        (
            "video_vhs.json",
            "video",
            out_of(n7={"gifs": [file("t.mp4", "temp")]}, n8={"gifs": [file("v.mp4")]}),
            "v.mp4",
        ),
        ("video_save.json", "video", out_of(n8={"images": [file("v.mp4")], "animated": [True]}), "v.mp4"),
        ("video_save.json", "video", out_of(n8={"videos": [file("v.webm")]}), "v.webm"),
        (
            "tts_voice.json",
            "audio",
            out_of(n3={"audio": [file("t.flac", "temp")]}, n2={"audio": [file("s.flac")]}),
            "s.flac",
        ),
        ("video_webp.json", "video", out_of(n7={"images": [file("v.webp")], "animated": [True]}), "v.webp"),
    ],
)
def test_what_is_taken(name: str, kind: Makes, outputs: dict[str, Any], chosen: str) -> None:
    assert picked(LIBRARY.open(name), outputs, kind).filename == chosen


@pytest.mark.parametrize(
    ("kind", "outputs"),
    [
        ("image", {}),
        ("image", out_of(n7={"text": ["done"]})),
        ("image", out_of(n7={"gifs": [file("v.mp4")]})),
        ("video", out_of(n7={"images": [file("a.png")]})),
        ("video", out_of(n7={"audio": [file("a.flac")]})),
        ("audio", out_of(n7={"images": [file("a.png")]})),
        ("video", out_of(n7=None, n8={"images": [None, 3]})),
    ],
)
def test_nothing_of_the_right_kind_is_an_error(kind: Makes, outputs: dict[str, Any]) -> None:
    with pytest.raises(FailedPrecondition) as caught:
        picked(LIBRARY.open("image_plain.json"), outputs, kind)
    assert caught.value.reason == "COMFYUI_NO_OUTPUT"
