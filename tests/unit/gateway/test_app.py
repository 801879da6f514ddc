"""What the gateway says about itself, and how its errors look."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from gateway.services import ServiceUrls
from gateway.settings import GatewaySettings
from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    import httpx


async def test_the_root_is_the_documented_one(http: httpx.AsyncClient) -> None:
    got = (await http.get("/")).json()
    version = got.pop("version")
    names = ("llm", "tts", "image", "content", "video", "tasks", "files", "resources", "frame")
    assert got == {
        "service": "Pixelle-Video API",
        "docs": "/docs",
        "health": "/health",
        "api": {name: f"/api/{name}" for name in names},
    }
    for path in ("/health", "/version"):
        expected = {"status": "healthy", "version": version, "service": "Pixelle-Video API"}
        assert (await http.get(path)).json() == expected


async def test_the_description(http: httpx.AsyncClient) -> None:
    spec = (await http.get("/openapi.json")).json()
    assert {
        "/api/video/generate/sync",
        "/api/video/generate/async",
        "/api/tasks",
        "/api/tasks/{task_id}",
        "/api/files/{path}",
    } <= set(spec["paths"])
    for path in ("/docs", "/redoc"):
        page = await http.get(path)
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert not re.search(r"(src|href)=\"https?:", page.text)


async def test_errors_are_problems(http: httpx.AsyncClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    got = await http.get("/api/nothing", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert got.headers["content-type"] == "application/problem+json"
    assert got.json() == {
        "type": "urn:pixelle:error:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "Not Found",
        "instance": "/api/nothing",
        "reason": "NOT_FOUND",
        "retryable": False,
        "trace_id": trace,
    }
    wrong = await http.put("/api/tasks")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
    broken = await http.post("/api/video/generate/async", content=b"{", headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["reason"]) == (422, "SCHEMA")


def test_lists_in_the_environment_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIXELLE_API_KEYS", "key-of-one, key-of-two")
    monkeypatch.setenv("PIXELLE_TRUSTED_PROXIES", "10.0.0.0/8")
    settings = GatewaySettings()
    assert [key.get_secret_value() for key in settings.api_keys] == ["key-of-one", "key-of-two"]
    assert settings.trusted_proxies == ["10.0.0.0/8"]
    assert "key-of" not in repr(settings)


def test_a_missing_address_is_named() -> None:
    settings = GatewaySettings(script_url="a", tts_url="b", media_url="c")
    assert settings.separate
    with pytest.raises(FailedPrecondition, match="PIXELLE_RENDER_URL"):
        ServiceUrls.of(settings)
