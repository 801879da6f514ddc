"""Templates, single pages and music: what is listed, what is drawn, what is refused before."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from gateway.frames import template_info, template_params_of
from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2

if TYPE_CHECKING:
    import httpx

    from gateway.settings import GatewaySettings

    from .conftest import Deck

RENDER, PARAMS, TEMPLATES = "/api/frame/render", "/api/frame/template/params", "/api/resources/templates"
IMAGE, STATIC, VIDEO = (f"1080x1920/{kind}_default.html" for kind in ("image", "static", "video"))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
MP4 = b"\0\0\0\x18ftypisom" + bytes(20)


async def test_a_page_is_drawn_and_served(http: httpx.AsyncClient, deck: Deck, settings: GatewaySettings) -> None:
    (settings.data_dir / "a.png").write_bytes(PNG)
    body: dict[str, Any] = {"template": IMAGE, "title": "T", "text": "Ten pages a day add up.", "image": "a.png"}
    got = (await http.post(RENDER, json={**body, "template_params": {"accent_color": "red"}})).json()
    page = deck.last.page
    assert (page.template, page.title, page.params["accent_color"], page.language) == (IMAGE, "T", "red", "en")
    assert (page.visual.kind, await deck.store.read(page.visual.artifact)) == (core_pb2.MEDIA_KIND_IMAGE, PNG)
    assert (got["width"], got["height"], got["warnings"]) == (1080, 1920, ["no background"])
    assert (got["frame_path"][:7], got["frame_path"][-4:]) == ("frames/", ".png")
    assert got["frame_url"] == f"http://gateway/api/files/{got['frame_path']}"
    # the stand-in has put it under a name of its own
    assert (await http.get(f"/api/files/{got['frame_path']}")).content == b"Ten pages a day add up."


async def test_footage_behind_a_page_and_no_picture_in_one(
    http: httpx.AsyncClient, deck: Deck, settings: GatewaySettings
) -> None:
    (settings.data_dir / "a.png").write_bytes(PNG)
    (settings.data_dir / "a.mp4").write_bytes(MP4)
    for name, kind in (("a.png", core_pb2.MEDIA_KIND_IMAGE), ("a.mp4", core_pb2.MEDIA_KIND_VIDEO)):
        await http.post(RENDER, json={"template": VIDEO, "text": "x", "image": name})
        assert deck.last.page.visual.kind == kind
    got = await http.post(RENDER, json={"template": STATIC, "text": "x", "image": "a.png"})
    assert not deck.last.page.HasField("visual")
    assert got.json()["warnings"][0] == f"image was left out: the template {STATIC!r} shows none."


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"text": "x"}, 422, "Field required"),
        ({"template": STATIC}, 422, "Field required"),
        ({"template": STATIC, "text": "x", "titel": "y"}, 422, "Did you mean 'title'?"),
        ({"template": "1080x1920/static_defualt.html", "text": "x"}, 400, "Did you mean"),
        ({"template": IMAGE, "text": "x", "image": "/etc/passwd"}, 400, "image names '/etc/passwd'"),
        ({"template": IMAGE, "text": "x", "image": "a.mp4"}, 400, "which is not image"),
        ({"template": IMAGE, "text": "x", "image": "https://169.254.169.254/a.png"}, 403, "169.254.169.254"),
        ({"template": IMAGE, "text": "x", "template_params": {"a": [1]}}, 400, "template_params.a is list"),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_refused_before_anything_is_drawn(  # noqa: PLR0917 - pytest passes them by name
    http: httpx.AsyncClient, deck: Deck, settings: GatewaySettings, body: dict[str, Any], status: int, said: str
) -> None:
    (settings.data_dir / "a.mp4").write_bytes(MP4)
    got = await http.post(RENDER, json=body)
    assert got.status_code == status, got.text
    assert said in str(got.json()["detail"])
    assert deck.begun == []


async def test_who_hangs_up_stops_the_drawing(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.held[""] = asyncio.Event()
    asking = asyncio.create_task(http.post(RENDER, json={"template": STATIC, "text": "x"}))
    await deck.until(lambda: bool(deck.begun))
    asking.cancel()
    await deck.until(lambda: bool(deck.cancelled))


async def test_what_a_template_can_be_given(http: httpx.AsyncClient) -> None:
    got = (await http.get(PARAMS, params={"template": IMAGE})).json()
    assert (got["template"], got["media_width"], got["media_height"]) == (IMAGE, 1024, 1024)
    assert list(got["params"]) == ["accent_color", "background"]
    unknown = await http.get(PARAMS, params={"template": "none.html"})
    assert (unknown.status_code, unknown.json()["reason"]) == (404, "TEMPLATE_NOT_FOUND")
    assert (await http.get(PARAMS)).status_code == 422


def test_defaults_are_what_they_are() -> None:
    kinds = (
        ("a", render_pb2.PARAM_TYPE_NUMBER, "72", 72),
        ("b", render_pb2.PARAM_TYPE_NUMBER, "1.5", 1.5),
        ("c", render_pb2.PARAM_TYPE_NUMBER, "", 0),
        ("d", render_pb2.PARAM_TYPE_BOOL, "true", True),
        ("e", render_pb2.PARAM_TYPE_COLOR, "#ff0000", "#ff0000"),
        ("f", render_pb2.PARAM_TYPE_TEXT, "1", "1"),
        ("g", render_pb2.PARAM_TYPE_NUMBER, "many", "many"),
    )
    params = [render_pb2.TemplateParam(name=name, type=kind, default_value=text) for name, kind, text, _ in kinds]
    found = template_params_of(render_pb2.Template(params=params))
    assert [(name, each.default) for name, each in found.items()] == [(name, value) for name, *_, value in kinds]
    assert isinstance(found["d"].default, bool)


@pytest.mark.parametrize(("width", "height", "said"), [(2, 1, "landscape"), (1, 2, "portrait"), (2, 2, "square")])
def test_shapes(width: int, height: int, said: str) -> None:
    template = render_pb2.Template(key="1x2/a.html", width=width, height=height, custom=True)
    shown = template_info(template, None)
    assert (shown.orientation, shown.path, shown.name) == (said, "data/templates/1x2/a.html", "a.html")


async def test_templates_are_listed_with_previews_that_cost_nothing(http: httpx.AsyncClient, deck: Deck) -> None:
    shown = {each["key"]: each for each in (await http.get(TEMPLATES)).json()["templates"]}
    assert [each["media_type"] for each in shown.values()] == ["image", "static", "video"]
    assert shown[IMAGE] | {"params": 0, "display_name": ""} == {
        "key": IMAGE,
        "name": "image_default.html",
        "display_name": "",
        "size": "1080x1920",
        "width": 1080,
        "height": 1920,
        "orientation": "portrait",
        "path": f"templates/{IMAGE}",
        "media_type": "image",
        "media_width": 1024,
        "media_height": 1024,
        "params": 0,
        "captions": ["line", "word"],
        "preview_url": None,
    }
    preview = await http.get(shown[STATIC]["preview_url"].removeprefix("http://gateway"))
    assert (preview.content, preview.headers["content-type"]) == (b"small", "image/jpeg")
    assert len(deck.begun) == 1, "nothing but the page was drawn"
    missing = await http.get(f"{TEMPLATES}/{IMAGE}/preview")
    assert (missing.status_code, missing.json()["reason"]) == (404, "PREVIEW_NOT_FOUND")
    assert (await http.get(f"{TEMPLATES}/none.html/preview")).status_code == 404


async def test_a_preview_has_a_picture_where_one_is_made_by_rule(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.painters = {"api/rule": True, "local/asleep": False, "local/rule": True}
    shown = {each["key"]: each for each in (await http.get(TEMPLATES)).json()["templates"]}
    preview = await http.get(shown[VIDEO]["preview_url"].removeprefix("http://gateway"))
    assert preview.content == b"small"
    painted, drawn = (deck.requests[step] for step in deck.steps())
    assert (painted.workflow, painted.prompt.width) == ("local/rule", 1024)
    assert drawn.page.visual.kind == core_pb2.MEDIA_KIND_IMAGE


async def test_music_is_listed(http: httpx.AsyncClient, deck: Deck) -> None:
    assert (await http.get("/api/resources/bgm")).json()["bgm_files"] == [
        {"name": "default.mp3", "path": "bgm/default.mp3", "source": "default"},
        {"name": "mine.mp3", "path": "bgm/mine.mp3", "source": "custom"},
    ]
    deck.lists_music = False
    older = await http.get("/api/resources/bgm")
    assert (older.status_code, older.json()["reason"]) == (400, "MUSIC_NOT_LISTED")
