"""Pictures and footage alone: what is asked of the media service, what is refused before, who hangs up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    import httpx

    from gateway.settings import GatewaySettings

    from .conftest import Deck, Open

IMAGE, MEDIA = "/api/image/generate", "/api/media/generate"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


async def test_a_picture_is_made_kept_and_served(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.spent, deck.credit = 3.0, "A Photographer"
    got = (await http.post(IMAGE, json={"prompt": "a door", "width": 512, "workflow": "local/card"})).json()
    asked = deck.last
    assert (asked.prompt.width, asked.prompt.height, asked.workflow) == (512, 1024, "local/card")
    assert asked.prompt.seed == got["seed"] != 0
    assert deck.begun[-1].startswith("image-local/")
    assert (got["success"], got["width"], got["attribution"]) == (True, 512, "A Photographer")
    assert got["spent"] == [{"engine": "ark", "amount": 3.0, "unit": "tokens"}]
    assert got["image_path"].startswith("images/")
    assert got["image_path"].endswith(".png")
    assert got["image_url"] == f"http://gateway/api/files/{got['image_path']}"
    file = await http.get(f"/api/files/{got['image_path']}")
    assert (file.status_code, file.content) == (200, b"a door")
    assert file.headers["content-disposition"].endswith(f'filename="{got["image_path"][7:]}"')
    again = (await http.post(IMAGE, json={"prompt": "a door", "seed": 7})).json()
    assert (again["seed"], deck.last.prompt.seed) == (7, 7)


async def test_footage_and_what_a_model_is_told(http: httpx.AsyncClient, deck: Deck, settings: GatewaySettings) -> None:
    (settings.data_dir / "start.png").write_bytes(PNG)
    body = {"prompt": "waves", "media_type": "video", "image_path": "start.png", "negative_prompt": "people"}
    got = (await http.post(MEDIA, json={**body, "steps": 9, "loras": [{"path": "ink"}]})).json()
    asked = deck.last
    assert (asked.duration_seconds, asked.prompt.steps, asked.prompt.negative_prompt) == (5.0, 9, "people")
    assert asked.prompt.loras[0].path == "ink"
    assert await deck.store.read(asked.reference) == PNG
    assert (got["media_type"], got["width"], got["height"]) == ("video", 1024, 1024)
    assert (got["media_path"][:7], got["media_path"][-4:]) == ("videos/", ".mp4")
    assert (await http.get(f"/api/files/{got['media_path']}")).content == b"waves"
    await http.post(MEDIA, json={**body, "duration": 2.5})
    assert deck.last.duration_seconds == 2.5
    got = (await http.post(MEDIA, json={"prompt": "waves"})).json()
    assert (got["media_type"], got["duration"], got["media_path"][:7]) == ("image", None, "images/")


async def test_what_was_made_may_be_named_by_a_request(http: httpx.AsyncClient, deck: Deck) -> None:
    made = await deck.store.put("image", PNG, "image/png")
    path = f"images/{made.sha256}.png"
    assert (await http.post(MEDIA, json={"prompt": "a door", "image_path": path})).status_code == 200
    assert deck.last.reference.sha256 == made.sha256
    gone = await http.post(MEDIA, json={"prompt": "a door", "image_path": f"images/{'0' * 64}.png"})
    assert (gone.status_code, gone.json()["reason"]) == (400, "FILE_NOT_FOUND")


async def test_the_choices_of_the_installation(opened: Open, settings: GatewaySettings, deck: Deck) -> None:
    chosen = settings.model_copy(update={"image_workflow": "local/card", "video_workflow": "local/film"})
    async with opened(chosen) as http:
        await http.post(IMAGE, json={"prompt": "a door"})
        assert deck.last.workflow == "local/card"
        got = await http.post(MEDIA, json={"prompt": "a door", "media_type": "video"})
    assert got.json()["reason"] == "WORKFLOW_UNKNOWN", "that of footage is not installed here"


@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        (IMAGE, {"prompt": " "}, 422, "prompt is blank"),
        (IMAGE, {"prompt": "a", "width": 511}, 422, "greater than or equal to 512"),
        (IMAGE, {"prompt": "a", "height": 2049}, 422, "less than or equal to 2048"),
        (IMAGE, {"prompt": "a", "widht": 512}, 422, "Did you mean 'width'?"),
        (IMAGE, {"prompt": "a", "steps": 4}, 422, "Unknown field 'steps'"),
        (IMAGE, {"prompt": "a", "workflow": "selfhost/video_wan.json"}, 400, "POST /api/media/generate"),
        (IMAGE, {"prompt": "a", "workflow": "local/cart"}, 400, "Did you mean 'local/card'?"),
        (MEDIA, {"prompt": "a", "media_type": "film"}, 422, "'image' or 'video'"),
        (MEDIA, {"prompt": "a", "duration": 4}, 422, "a picture has none"),
        (MEDIA, {"prompt": "a", "media_type": "video", "duration": 0}, 422, "greater than 0"),
        (MEDIA, {"prompt": "a", "media_type": "video", "workflow": "local/card"}, 400, "but media_type is 'video'"),
        (MEDIA, {"prompt": "a", "image_path": "/etc/passwd"}, 400, "no file in an allowed folder"),
        (MEDIA, {"prompt": "a", "image_path": "https://127.0.0.1/a.png"}, 403, "127.0.0.1"),
        (MEDIA, {"prompt": "a", "image_path": "words.txt"}, 400, "which is not image"),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_refused_before_anything_is_made(  # noqa: PLR0917 - pytest passes them by name
    http: httpx.AsyncClient,
    deck: Deck,
    settings: GatewaySettings,
    path: str,
    body: dict[str, Any],
    status: int,
    said: str,
) -> None:
    (settings.data_dir / "words.txt").write_text("words")
    got = await http.post(path, json=body)
    assert got.status_code == status, got.text
    assert said in str(got.json()["detail"])
    assert deck.begun == []


async def test_what_the_model_refuses_and_who_hangs_up(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.fails_next = FailedPrecondition("No steps.", reason="ENGINE_NOT_TUNED")
    got = await http.post(MEDIA, json={"prompt": "a", "steps": 4})
    assert (got.status_code, got.json()["reason"]) == (400, "ENGINE_NOT_TUNED")
    deck.held[""] = asyncio.Event()
    for path, body in ((IMAGE, {"prompt": "a"}), (MEDIA, {"prompt": "a", "media_type": "video"})):
        deck.begun.clear()
        deck.cancelled.clear()
        asking = asyncio.create_task(http.post(path, json=body))
        await deck.until(lambda: bool(deck.begun))
        asking.cancel()
        await deck.until(lambda: bool(deck.cancelled))
