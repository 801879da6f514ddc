"""Own pictures enter at their step; which scene shows which is decided by order or by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from gateway.workflow.assets import by_caption, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from gateway.settings import GatewaySettings
    from tests.unit.gateway.conftest import Deck

PNG = b"\x89PNG\r\n\x1a\n"


async def test_an_asset_is_its_scene_s_visual_and_nothing_is_made_for_it(
    http: httpx.AsyncClient, deck: Deck, settings: GatewaySettings, until_finished: Callable[..., Any]
) -> None:
    (settings.data_dir / "mine.png").write_bytes(PNG)
    deck.credit = "Photo by Ann"
    request = {"text": "Bees", "n_scenes": 2, "assets": [{"path": "mine.png", "caption": "a bee"}]}
    task_id = (await http.post("/api/video/generate/async", json=request)).json()["task_id"]
    task = await until_finished(http, task_id)
    assert task["status"] == "completed"
    assert [step for step in deck.steps() if step.startswith("illustrate")] == ["illustrate[1]"]
    shown = deck.requests["clip[0]"].page.visual
    assert (shown.engine, shown.width, shown.artifact.media_type) == ("asset", 640, "image/png")
    assert await deck.store.read(shown.artifact) == PNG
    assert deck.requests["clip[1]"].page.visual.engine == ""
    assert task["result"]["credits"] == ["Photo by Ann"]
    board = (await http.get(f"/api/tasks/{task_id}/storyboard")).json()
    assert [scene.get("attribution") for scene in board["scenes"]] == [None, "Photo by Ann"]
    assert [scene["asset"] for scene in board["scenes"]] == [1, 0]
    # a scene's own picture stays when its words change, and makes way for one that is described
    again = await http.post(f"/api/tasks/{task_id}/scenes/0/regenerate", json={"narration": "Other words."})
    await until_finished(http, again.json()["task_id"])
    assert deck.requests["clip[0]"].page.visual.engine == "asset"
    other = await http.post(f"/api/tasks/{task_id}/scenes/0/regenerate", json={"image_prompt": "a hive"})
    await until_finished(http, other.json()["task_id"])
    assert deck.requests["illustrate[0]"].prompt.prompt == "a hive"
    assert deck.requests["clip[0]"].page.visual.engine == ""


@pytest.mark.parametrize(
    ("captions", "scenes", "found"),
    [
        (["the beach", "a mountain"], ["We climb mountains.", "Then to the beaches."], {0: 1, 1: 0}),
        (["reading a book"], ["She cooks.", "He reads books."], {1: 0}),
        (["a dog", "a cat"], ["The dog sleeps.", "The dog eats."], {}),
        (["海边的灯塔", "山上的雪"], ["雪落在山上。", "灯塔亮了。"], {0: 1, 1: 0}),
        (["", "12"], ["One.", "12 of them."], {}),
        (["tea"], ["Tea."], {}),
        (["lunch at the market"], ["We looked at the stars.", "The market was loud.", "Home again."], {1: 0}),
        (["WhatsApp Image 2026-05-01 at 12.01.33"], ["She arrived at noon.", "Every image tells.", "Then home."], {}),
        (["der Hund am Strand"], ["Wir sind am Bahnhof.", "Der Zug kommt.", "Am Strand ist Ruhe."], {2: 0}),
    ],
)
def test_words_decide(captions: list[str], scenes: list[str], found: dict[int, int]) -> None:
    assert by_caption(captions, scenes) == found


def test_what_counts_as_the_same_word() -> None:
    assert words_of("Beaches, beach; reading reads") == ["beach", "beach", "read", "read"]
    assert words_of("灯塔亮") == ["灯塔", "塔亮"]
