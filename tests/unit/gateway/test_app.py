"""What the gateway says about itself, and how its errors look."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from typing import TYPE_CHECKING, Any, cast

import pytest
from pydantic import SecretStr
from starlette.exceptions import HTTPException
from starlette.requests import Request

from gateway.limits import BodyLimit
from gateway.problems import of_status, problem
from gateway.services import ServiceUrls
from gateway.settings import GatewaySettings
from pixelle.runtime.errors import FailedPrecondition, ResourceExhausted

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import httpx
    from starlette.types import Receive, Scope, Send

    from .conftest import Deck, Open


async def test_the_root_is_the_documented_one(http: httpx.AsyncClient) -> None:
    got = (await http.get("/")).json()
    version = got.pop("version")
    names = ["llm", "tts", "image", "content", "video", "tasks", "files", "resources", "frame"]
    names += ["media", "storyboards", "history"]
    assert got == {
        "service": "Pixelle-Video API",
        "docs": "/docs",
        "health": "/health",
        "api": {name: f"/api/{name}" for name in names},
    }
    for path in ("/health", "/version"):
        expected = {"status": "healthy", "version": version, "service": "Pixelle-Video API"}
        assert (await http.get(path)).json() == expected


async def test_the_first_look_of_a_monitor_is_answered(http: httpx.AsyncClient) -> None:
    for path in ("/", "/health", "/version", "/readyz", "/docs", "/redoc", "/openapi.json"):
        assert (await http.head(path)).status_code == 200, path


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/api/tasks/x", "GET, DELETE"),
        ("/api/files/x", "GET, HEAD"),
        ("/api/resources/voices", "GET, POST"),
        ("/api/history/x", "GET, DELETE"),
        ("/health", "GET, HEAD"),
        ("/studio/app.js", "GET, HEAD"),
    ],
)
async def test_every_method_that_is_answered_is_named(http: httpx.AsyncClient, path: str, methods: str) -> None:
    wrong = await http.patch(path)
    assert (wrong.status_code, wrong.headers["allow"]) == (405, methods)
    assert wrong.json()["detail"] == f"{path!r} is not asked with PATCH but with {methods.replace(', ', ' or ')}."


async def test_a_slash_at_the_end_means_nothing(http: httpx.AsyncClient, deck: Deck) -> None:
    for path in ("/api/tasks/", "/health/", "/docs/", "/api/resources/bgm/", "/api/history//"):
        assert (await http.get(path)).status_code == 200, path
    assert (await http.post("/api/video/generate/async/", json={"text": "Reading", "n_scenes": 1})).status_code == 200
    sent = {"file": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(9 * 2**20))}  # more than bodies of other endpoints may have
    assert (await http.post("/api/files/", files=sent)).status_code == 200
    assert (await http.get("/api/files/nothing/")).json()["reason"] == "FILE_NOT_FOUND"
    assert (await http.get("/studio/")).status_code == 404
    assert (await http.get("//")).status_code == 200


async def test_a_browser_gets_the_studio(http: httpx.AsyncClient) -> None:
    page = await http.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    named = re.findall(r'(?:href|src)="(studio/[^"]+)"', page.text)
    assert len(named) >= 4
    for path in named:
        file = await http.get(f"/{path}")
        assert file.status_code == 200, path
        assert file.headers["cache-control"] == "no-cache"
        again = await http.get(f"/{path}", headers={"If-None-Match": file.headers["etag"]})
        assert again.status_code == 304
    assert (await http.get("/studio/none.js")).status_code == 404
    assert (await http.get("/studio/../docs.html")).status_code == 404


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
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_the_root_names_every_part_of_the_description(http: httpx.AsyncClient) -> None:
    named = set((await http.get("/")).json()["api"].values())
    described = (await http.get("/openapi.json")).json()["paths"]
    assert {"/".join(path.split("/")[:3]) for path in described if path.startswith("/api/")} == named


async def test_every_body_refuses_what_it_does_not_know(http: httpx.AsyncClient, deck: Deck) -> None:
    described = (await http.get("/openapi.json")).json()
    bodies = {
        path: methods["post"]["requestBody"]["content"]
        for path, methods in described["paths"].items()
        if "requestBody" in methods.get("post", {})
    }
    assert len(bodies) >= 12
    for path, content in bodies.items():
        (kind,) = content
        schema = content[kind]["schema"]
        schema = next((each for each in schema.get("anyOf", []) if "$ref" in each), schema)
        fields = described["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"]
        name = next(iter(fields))
        if path == "/api/files":  # one file, whatever else a form says
            continue
        sent: dict[str, Any] = {"json" if kind == "application/json" else "data": {name + "x": "1"}}
        got = await http.post(path.replace("{number}", "0"), **sent)
        assert got.status_code == 422, path
        said = [each["msg"] for each in got.json()["detail"]]
        assert any(f"Unknown field '{name}x'. Did you mean '{name}'?" in each for each in said), (path, said)
    assert deck.begun == []


async def test_a_key_opens_every_part(opened: Open, settings: GatewaySettings) -> None:
    async with opened(settings.model_copy(update={"api_keys": [SecretStr("right")]})) as http:
        paths = (await http.get("/openapi.json")).json()["paths"]
        asked = [(method, path) for path, methods in paths.items() for method in methods if path.startswith("/api/")]
        assert len(asked) > 30
        for method, path in asked:
            got = await http.request(method, path)
            assert (got.status_code, got.json()["reason"]) == (401, "KEY_MISSING"), path


async def test_pages_of_named_origins_may_ask(opened: Open, settings: GatewaySettings) -> None:
    page, other = {"Origin": "http://localhost:3000"}, {"Origin": "https://elsewhere.example"}
    keyed = settings.model_copy(update={"api_keys": [SecretStr("right")], "cors_origins": [page["Origin"]]})
    async with opened(keyed) as http:
        asked = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,idempotency-key",
        }
        before = await http.options("/api/video/generate/async", headers=page | asked)
        assert (before.status_code, before.headers["access-control-allow-origin"]) == (200, page["Origin"])
        assert "idempotency-key" in before.headers["access-control-allow-headers"]
        got = await http.get("/api/tasks", headers=page | {"Authorization": "Bearer right"})
        assert got.headers["access-control-allow-origin"] == page["Origin"]
        assert "X-Next-Cursor" in got.headers["access-control-expose-headers"]
        refused = await http.get("/api/tasks", headers=page)
        assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, page["Origin"])
        assert (await http.options("/api/tasks", headers=other | asked)).status_code == 400
        assert "access-control-allow-origin" not in (await http.get("/health", headers=other)).headers
    async with opened(settings) as http:
        assert "access-control-allow-origin" not in (await http.get("/health", headers=page)).headers


async def test_errors_are_problems(http: httpx.AsyncClient) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    got = await http.get("/api/nothing", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert got.headers["content-type"] == "application/problem+json"
    assert got.json() == {
        "type": "urn:pixelle:error:not-found",
        "title": "Not found",
        "status": 404,
        "detail": "There is nothing at '/api/nothing'. /docs lists what there is.",
        "instance": "/api/nothing",
        "reason": "NOT_FOUND",
        "retryable": False,
        "trace_id": trace,
    }
    wrong = await http.put("/api/tasks")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET")
    assert (wrong.json()["title"], wrong.json()["reason"]) == ("Method not allowed", "METHOD_NOT_ALLOWED")
    assert wrong.json()["detail"] == "'/api/tasks' is not asked with PUT but with GET."
    nul = await http.get("/api/tasks/a%00b")
    assert (nul.status_code, nul.json()["reason"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b'{"text": " "}', 422, "text is blank: send a topic or a script."),
        (b'{"text": "x"', 422, "The body is no JSON: Expecting ',' delimiter at character 12."),
        (b'{"text": "a\nb"}', 422, "The body is no JSON: Invalid control character at character 11."),
        ('{"text": "caf\u00e9"}'.encode("latin-1"), 400, "The body is not UTF-8"),
        (b'{"metadata": ' + b"[" * 100_000, 400, "The body is nested too deeply"),
    ],
    ids=["blank", "cut", "line", "latin", "deep"],
)
async def test_what_is_wrong_with_a_body_is_said(http: httpx.AsyncClient, body: bytes, status: int, said: str) -> None:
    got = await http.post("/api/video/generate/async", content=body, headers={"content-type": "application/json"})
    detail = got.json()["detail"]
    assert got.status_code == status
    assert (detail if isinstance(detail, str) else detail[0]["msg"]).startswith(said)


async def test_an_upload_without_a_file_is_told_how(http: httpx.AsyncClient) -> None:
    for sent in ({"content": b"abc", "headers": {"content-type": "image/jpeg"}}, {"files": {"image": b"abc"}}):
        got = await http.post("/api/files", **sent)  # type: ignore[arg-type]
        assert got.status_code == 422
        assert "-F file=@photo.jpg" in got.json()["detail"][0]["msg"]


@pytest.mark.usefixtures("http")
def test_a_fault_is_not_written_down_twice() -> None:
    server = logging.getLogger("uvicorn.error")
    for said, kept in (("Exception in ASGI application\n", False), ("Started server process [%d]", True)):
        record = logging.LogRecord(server.name, logging.ERROR, "", 0, said, (7,) if kept else (), None)
        assert bool(server.filter(record)) == kept


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_forgotten_content_type_is_named(http: httpx.AsyncClient, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    got = await http.post("/api/video/generate/async", content=b'{"text": "x"}', headers=headers)
    nothing = await http.post("/api/video/generate/async")
    for each in (got, nothing):
        assert each.status_code == 422
        assert "Content-Type: application/json" in each.json()["detail"][0]["msg"]


async def test_too_heavy_is_said_in_the_same_words_announced_or_not(http: httpx.AsyncClient) -> None:
    async def pieces() -> AsyncGenerator[bytes]:
        for _ in range(9):
            yield b"a" * 2**20

    for content in (b"a" * 9 * 2**20, pieces()):
        got = await http.post("/api/content/title", content=content, headers={"content-type": "application/json"})
        said = got.json()
        assert (got.status_code, said["reason"], said["title"]) == (413, "BODY_TOO_LARGE", "Request entity too large")


async def test_the_heaviest_body_is_read(http: httpx.AsyncClient) -> None:
    for size, status in ((2**23, 422), (2**23 + 1, 413)):
        content = b"{" + b" " * (size - 2) + b"}"
        got = await http.post("/api/content/title", content=content, headers={"content-type": "application/json"})
        assert got.status_code == status, size


async def test_a_body_in_too_many_pieces_is_refused_before_it_is_read(http: httpx.AsyncClient, deck: Deck) -> None:
    headers = {"content-type": "application/json"}
    for commas, status in ((100_000, 422), (100_001, 413)):
        content = b'{"text": [' + b"," * commas + b"]}"
        got = await http.post("/api/video/generate/async", content=content, headers=headers)
        assert got.status_code == status, commas
    assert got.json()["reason"] == "BODY_TOO_LARGE"
    sent = {"file": ("a.png", b"\x89PNG\r\n\x1a\n" + b"," * 200_000)}
    assert (await http.post("/api/files", files=sent)).status_code == 200


async def test_a_body_whose_rest_does_not_come_is_given_up() -> None:
    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive()).get("more_body"):
            pass

    began = [{"type": "http.request", "body": b"{", "more_body": True}]

    async def receive() -> Any:
        return began.pop() if began else await asyncio.Event().wait()

    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/api/tasks", "headers": [], "query_string": b""}
    with pytest.raises(HTTPException, match=r"did not come within 0\.01 s") as caught:
        await BodyLimit(app, max_bytes=10, silence=0.01)(scope, receive, cast("Send", None))
    assert caught.value.status_code == 408
    told = json.loads(bytes(of_status(408, caught.value.detail, Request({**scope, "server": ("localhost", 80)})).body))
    assert (told["status"], told["reason"], told["retryable"]) == (408, "REQUEST_TIMEOUT", True)


def test_nobody_is_told_to_come_back_at_once() -> None:
    waits = {0.2: "1", 3.0: "3", 61.4: "61"}
    for seconds, told in waits.items():
        answer = problem(ResourceExhausted("Full.", retry_after=seconds), path="/", trace_id="")
        assert answer.headers["retry-after"] == told


@pytest.mark.parametrize(
    "extra",
    [
        '"metadata": {"x": "\\ud800"}',
        '"metadata": {"x": NaN}',
        '"template_params": {"x": "\\ud800"}',
        '"metadata": ' + '{"a":' * 300 + "1" + "}" * 300,
        '"title": "a\\u0000"',
    ],
    ids=["half", "nan", "param", "deep", "nul"],
)
async def test_json_that_could_not_be_kept_is_refused_and_nothing_is_begun(
    http: httpx.AsyncClient, deck: Deck, extra: str
) -> None:
    body = f'{{"text": "Reading", {extra}}}'
    for path in ("/api/video/generate/async", "/api/storyboards"):
        got = await http.post(path, content=body, headers={"content-type": "application/json"})
        assert (got.status_code, got.json()["reason"]) == (422, "SCHEMA"), got.text
    assert deck.begun == []
    assert (await http.get("/api/tasks")).json() == []


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
