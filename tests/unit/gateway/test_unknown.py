"""A misspelt name is told, wherever it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from .conftest import Deck


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/api/tasks?limt=5", "'limt'. Did you mean 'limit'? Known: cursor, limit, status."),
        ("/api/tasks?limit=5&state=failed", "'state'. Did you mean 'status'?"),
        ("/api/history?pagesize=5", "'pagesize'. Did you mean 'page_size'?"),
        ("/api/history?statistic=false", "'statistic'. Did you mean 'statistics'?"),
        ("/api/resources/voices?langage=zh", "'langage'. Did you mean 'language'?"),
        ("/api/resources/bgm?size=5", "'size'. None is taken here."),
    ],
)
async def test_a_misspelt_query_parameter_is_told(http: httpx.AsyncClient, path: str, said: str) -> None:
    got = await http.get(path)
    assert (got.status_code, got.json()["reason"]) == (422, "SCHEMA")
    (only,) = got.json()["detail"]
    assert only["msg"].startswith(f"Unknown query parameter {said}")
    assert only["loc"][0] == "query"


async def test_what_belongs_into_the_body_is_told(http: httpx.AsyncClient, deck: Deck) -> None:
    got = await http.post("/api/tts/synthesize?text=Hello")
    (only,) = got.json()["detail"]
    assert (got.status_code, only["loc"]) == (422, ["query", "text"])
    assert only["msg"] == "Unknown query parameter 'text'. It belongs into the body."
    assert deck.begun == []


async def test_addresses_of_pages_and_files_may_be_extended(http: httpx.AsyncClient) -> None:
    for path in ("/?utm_source=mail", "/health?probe=1", "/docs?x=1", "/api/tasks?_=1700000000000"):
        assert (await http.get(path)).status_code == 200, path
    template = "/api/resources/templates/1080x1920/static_default.html/preview?of=0123&again=1"
    assert (await http.get(template)).status_code == 200
    kept = await http.post("/api/files", files={"file": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20))})
    assert (await http.get(f"/api/files/{kept.json()['path']}?t=3")).status_code == 200


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ({"storyboard": {"scenes": [{"narration": "A."}], "titel": "x"}}, "storyboard.titel", "'title'"),
        ({"storyboard": {"scenes": [{"naration": "A."}]}}, "storyboard.scenes.0.naration", "'narration'"),
        ({"storyboard": {"scenes": [{"narration": "A."}], "cast": [{"nam": "B"}]}}, "storyboard.cast.0.nam", "'name'"),
        ({"assets": ["a.png", {"path": "b.png", "captoin": "c"}]}, "assets.1.AssetModel.captoin", "'caption'"),
        ({"loras": [{"path": "x", "wieght": 1}]}, "loras.0.wieght", "'weight'"),
    ],
)
async def test_a_misspelt_field_inside_of_another_is_told(
    http: httpx.AsyncClient, more: dict[str, Any], place: str, said: str
) -> None:
    got = await http.post("/api/video/generate/async", json={"text": "Reading", **more})
    told = {".".join(map(str, each["loc"][1:])): each["msg"] for each in got.json()["detail"]}
    assert got.status_code == 422
    assert f"Did you mean {said}?" in told[place], told


async def test_a_flood_of_unknown_names_is_told_in_short(http: httpx.AsyncClient) -> None:
    """Each would be looked for among all that are known, while nobody else is served."""
    got = await http.post("/api/video/generate/async", json={"text": "x"} | {f"f{each}": 1 for each in range(3000)})
    detail = got.json()["detail"]
    assert (got.status_code, len(detail)) == (422, 21)
    assert detail[-1]["msg"] == "So 2980 more are not listed."
    many = await http.get("/api/tasks", params={f"f{each}": "1" for each in range(300)})
    assert (many.status_code, len(many.json()["detail"])) == (422, 20)


async def test_a_name_without_end_is_told_in_short(http: httpx.AsyncClient) -> None:
    got = await http.post("/api/video/generate/async", json={"text": "x", "n" * 1_000_000: 1})
    assert got.status_code == 422
    assert len(got.content) < 4000
