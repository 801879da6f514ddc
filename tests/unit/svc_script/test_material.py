"""Scripts around the caller's own pictures: looked at by a model that sees, told by names and captions to others."""

from __future__ import annotations

import base64
import io
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from pydantic import SecretStr

from pixelle.core.v1 import core_pb2
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.client import result_of
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from pixelle.runtime.testing import running
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from svc_script.around import told_of
from svc_script.engines.base import Material
from svc_script.server import build
from svc_script.settings import ScriptSettings
from tests.vendor import Reply, Vendor, vendor

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

COLOURS = ("red", "green", "blue")
SEEN = {
    "red": "A red barn stands alone under a low evening sky.",
    "green": "A green meadow runs down to the river.",
    "blue": "A blue bicycle leans on a white wall.",
}
SCENES = [
    "The day begins beside the old barn.",
    "Down by the river the grass is wet.",
    "And the bicycle waits for its owner.",
]
ARTICLE = (
    "Reading every day changes how people think. A short daily habit of ten minutes builds vocabulary and attention. "
    "Readers sleep better when they replace screens with books in the evening."
)


def picture(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()


class Writer:
    """The service with one engine, and material in its store."""

    def __init__(self, stub: Any, store: ArtifactStore) -> None:
        self._stub, self._store = stub, store

    async def material(self, *known: dict[str, Any]) -> list[script_pb2.Material]:
        made: list[script_pb2.Material] = []
        for colour, fields in zip(COLOURS, known, strict=False):
            preview = await self._store.put("preview", picture(colour), "image/jpeg")
            preview.ClearField("inline")  # as the gateway keeps it
            made.append(script_pb2.Material(kind=core_pb2.MEDIA_KIND_IMAGE, preview=preview, **fields))
        return made

    async def write(self, text: str, material: list[script_pb2.Material], **plan: Any) -> core_pb2.Storyboard:
        fields: dict[str, Any] = {"text": text, "scene_count": len(material), "language": "en", **plan}
        request = script_pb2.WriteStoryboardRequest(
            plan=script_pb2.NarrationPlan(**fields), material=material, title="Out and about", seed=3
        )
        return await result_of(self._stub.WriteStoryboard, request, timeout=60, service="script")


@asynccontextmanager
async def writing(folder: Path, **settings: Any) -> AsyncGenerator[Writer]:
    given = ScriptSettings(data_dir=folder / "data", **settings)
    async with running(build(given)) as channel:
        yield Writer(script_pb2_grpc.ScriptServiceStub(channel), ArtifactStore.open(given))


async def test_without_a_model_captions_and_names_are_said_in_order(tmp_path: Path) -> None:
    async with writing(tmp_path, script_engine="outline") as writer:
        known = {"caption": "Every morning starts beside the barn"}, {"name": "RiverMeadow_02.jpg"}, {"name": "a.jpg"}
        material = await writer.material(*known)
        board = await writer.write(ARTICLE, material)
        said = [scene.narration for scene in board.scenes]
        assert said[0] == "Every morning starts beside the barn."
        assert said[1].endswith(": river meadow.")
        assert said[2] in ARTICLE, "nothing is known of it: a sentence of the text"
        assert [scene.image_prompt for scene in board.scenes] == [known[0]["caption"], "river meadow", ""]
        assert board == await writer.write(ARTICLE, material), "the same bytes"
        with pytest.raises(FailedPrecondition, match=r"number 2 \('IMG_2041.JPG'\)") as caught:
            await writer.write("A day out", await writer.material(known[0], {"name": "IMG_2041.JPG"}))
        assert caught.value.reason == "MATERIAL_UNKNOWN"


async def test_a_length_leaves_each_picture_one_scene(tmp_path: Path) -> None:
    async with writing(tmp_path, script_engine="outline") as writer:
        known = {"caption": "Every morning starts beside the old red barn of the farm"}, {"name": "a.jpg"}
        board = await writer.write(ARTICLE, await writer.material(*known), target_seconds=9)
        said = [scene.narration for scene in board.scenes]
        assert said[0] == f"{known[0]['caption']}."
        assert 9 <= len(said[1].split()) <= 14, said[1]
        assert len(said) == 2


def seeing(body: dict[str, Any]) -> Reply:
    """A model that tells what is in a picture by its colour, and writes the scenes it is asked for."""
    content = body["messages"][-1]["content"]
    if isinstance(content, str):
        return Reply(json.dumps({"scenes": [{"narration": line} for line in SCENES]}))
    data = base64.b64decode(content[1]["image_url"]["url"].removeprefix("data:image/jpeg;base64,"))
    level: Any = Image.open(io.BytesIO(data)).convert("RGB").getpixel((9, 9))
    return Reply(json.dumps({"description": SEEN[COLOURS[max(range(3), key=lambda band: level[band])]]}))


def blind(body: dict[str, Any]) -> Reply:
    if isinstance(body["messages"][-1]["content"], list):
        return Reply(status=400, body="unknown variant `image_url`, expected `text`")
    return seeing(body)


def told(said: Vendor) -> list[str]:
    """The text of every question."""
    turns = [body["messages"][-1]["content"] for body in said.seen]
    return [turn if isinstance(turn, str) else turn[0]["text"] for turn in turns]


def endpoint(said: Vendor, **settings: Any) -> dict[str, Any]:
    return {"llm_base_url": said.url, "llm_model": "m", "llm_api_key": SecretStr("k"), **settings}


KNOWN: tuple[dict[str, Any], ...] = (
    {"name": "barn.jpg"},
    {"name": "x.mp4", "caption": "our favourite place", "duration_seconds": 7.0},
    {},
)


async def test_a_model_that_sees_is_shown_every_picture_and_writes_around_them(tmp_path: Path) -> None:
    with vendor(choose=seeing) as said:
        async with writing(tmp_path, **endpoint(said)) as writer:
            board = await writer.write("A day out", await writer.material(*KNOWN))
    assert [scene.narration for scene in board.scenes] == SCENES
    assert board.notice == ""
    assert [scene.image_prompt for scene in board.scenes] == [
        SEEN["red"],
        f"{SEEN['green']} The author says: our favourite place",
        SEEN["blue"],
    ]
    questions = told(said)
    assert "Its file is called: barn.jpg" in questions[0]
    assert "a clip that lasts 7 seconds" in questions[1]
    assert "The author says about it: our favourite place" in questions[1]
    assert "called" not in questions[2]
    assert all(text in questions[3] for text in SEEN.values())
    assert '"title"' not in questions[3]
    assert board.usage.calls == 4


async def test_a_model_that_refuses_pictures_goes_by_names_and_captions_and_says_so(tmp_path: Path) -> None:
    with vendor(choose=blind) as said:
        async with writing(tmp_path, **endpoint(said)) as writer:
            material = await writer.material(*KNOWN)
            for shown in (1, 0):  # it is asked once, then known to be blind
                before = len(said.seen)
                board = await writer.write("A day out", material)
                assert [scene.narration for scene in board.scenes] == SCENES
                assert board.notice.startswith("The pictures were not looked at (")
                asked = [isinstance(body["messages"][-1]["content"], list) for body in said.seen[before:]]
                assert sum(asked) == shown
    assert '"1": "barn", "2": "our favourite place"' in told(said)[-1]


async def test_pictures_are_shown_to_nobody_where_that_is_switched_off(tmp_path: Path) -> None:
    with vendor(choose=seeing) as said:
        async with writing(tmp_path, **endpoint(said, llm_sees=False)) as writer:
            board = await writer.write("A day out", await writer.material(*KNOWN))
    assert "not shown pictures" in board.notice
    assert all(isinstance(body["messages"][-1]["content"], str) for body in said.seen)


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ({"scene_count": 3}, "2 pieces for 3 scenes"),
        ({"mode": script_pb2.SCRIPT_MODE_FIXED, "scene_count": 0}, "a fixed script"),
    ],
)
async def test_what_does_not_fit_together_is_refused(tmp_path: Path, plan: dict[str, Any], says: str) -> None:
    async with writing(tmp_path, script_engine="outline") as writer:
        with pytest.raises(InvalidArgument, match=says) as caught:
            await writer.write(ARTICLE, await writer.material({"caption": "a"}, {"caption": "b"}), **plan)
        assert caught.value.reason == "MATERIAL_INVALID"


@pytest.mark.parametrize(
    "name",
    [
        "WhatsApp Image 2026-05-01 at 12.01.33 (1).jpeg", "IMG-20260501-WA0003.jpg", "IMG_E2041.JPG", "_MG_4212.jpg",
        "Screen Recording 2026-11-02 at 10.31.22.mov", "RPReplay_Final1699999999.MP4", "GX010123.MP4", "DJI_0001.MP4",
        "Screenshot_20260101-090000_Chrome.png", "PXL_20260501_101112345.PORTRAIT.jpg", "FB_IMG_1699999999.jpg",
        "Bildschirmfoto 2026-01-01 um 09.00.00.png", "微信图片_20260501101112.jpg", "signal-2026-05-01-101112.jpeg",
        "3f786850e387550fdab836ed7e6dc881de23001b.jpg", "e7f2a6c1-93c5-4e0b-a5d1-5a7f3c2b1d0e.jpg", "unnamed.jpg",
    ],
)  # fmt: skip
def test_what_phones_and_programs_call_their_files_is_not_spoken(name: str) -> None:
    assert told_of(Material(name=name)) == ""
    assert told_of(Material(name=name, caption="the harbour")) == "the harbour"


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("BeachAtNoon_02.jpg", "beach at noon"),
        ("portrait of grandma.jpg", "portrait of grandma"),
        ("Oma_und_Opa.jpg", "oma und opa"),
        ("IMG_2041 harbour.jpg", "harbour"),
    ],
)
def test_what_people_call_them_is(name: str, spoken: str) -> None:
    assert told_of(Material(name=name)) == spoken
