"""Who is served."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from pydantic import SecretStr
from starlette.responses import PlainTextResponse

from gateway.auth import KeyGate

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


async def served(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("served")(scope, receive, send)


async def answer(
    client: str = "127.0.0.1",
    *,
    keys: tuple[str, ...] = (),
    proxies: tuple[str, ...] = (),
    path: str = "/api/tasks",
    host: str = "localhost",
    method: str = "GET",
    origins: tuple[str, ...] = (),
    sent: dict[str, str] | None = None,
    **headers: str,
) -> httpx.Response:
    gate = KeyGate(served, keys=[SecretStr(key) for key in keys], trusted_proxies=proxies, origins=origins)
    transport = httpx.ASGITransport(gate, client=(client, 1234))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return await http.request(method, path, headers=headers | (sent or {}))


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
async def test_without_a_key_callers_on_this_machine_are_served(client: str) -> None:
    assert (await answer(client)).status_code == 200


@pytest.mark.parametrize("client", ["192.168.1.7", "8.8.8.8", "2001:db8::1", "::ffff:8.8.8.8", "unknown"])
async def test_without_a_key_nobody_else_is_served_and_is_told_the_way(client: str) -> None:
    refused = await answer(client)
    assert refused.status_code == 401
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.json()["reason"] == "KEY_MISSING"
    assert "PIXELLE_API_KEYS" in refused.json()["detail"]


async def test_probes_are_answered_to_everybody() -> None:
    assert (await answer("8.8.8.8", path="/health")).status_code == 200
    assert (await answer("8.8.8.8", path="/readyz")).status_code == 200
    assert (await answer("8.8.8.8", path="/docs")).status_code == 401
    assert (await answer("8.8.8.8", path="/docs", keys=("right",))).status_code == 200


async def test_the_studio_opens_before_a_key_is_entered_and_shows_nothing_else() -> None:
    page = "text/html,application/xhtml+xml"
    for path in ("/", "/studio/app.js"):
        assert (await answer("8.8.8.8", path=path, keys=("right",), accept=page)).status_code == 200
        assert (await answer("8.8.8.8", path=path, accept=page)).status_code == 401
    for path in ("/api/tasks", "/studio"):
        assert (await answer("8.8.8.8", path=path, keys=("right",), accept=page)).status_code == 401
    assert (await answer("8.8.8.8", path="/", keys=("right",), accept="application/json")).status_code == 401


@pytest.mark.parametrize(
    ("authorization", "status"),
    [("Bearer right", 200), ("bearer other", 200), ("Bearer wrong", 401), ("Basic right", 401), ("", 401)],
)
async def test_with_keys_every_caller_needs_one(authorization: str, status: int) -> None:
    for client in ("127.0.0.1", "8.8.8.8"):
        got = await answer(client, keys=("right", "other"), authorization=authorization)
        assert got.status_code == status
        assert "right" not in got.text
        if status == 401:
            wrong = authorization.startswith("Bearer")
            assert got.json()["reason"] == ("KEY_REJECTED" if wrong else "KEY_MISSING")


async def test_a_forwarded_address_counts_only_from_a_known_proxy() -> None:
    assert (await answer("8.8.8.8", x_forwarded_for="127.0.0.1")).status_code == 401
    assert (await answer("10.0.0.1", proxies=("10.0.0.0/8",), x_forwarded_for="127.0.0.1")).status_code == 200
    assert (await answer("127.0.0.1", proxies=("127.0.0.1",), x_forwarded_for="8.8.8.8")).status_code == 401


async def test_a_proxy_nobody_configured_does_not_open_the_door() -> None:
    assert (await answer("127.0.0.1", x_forwarded_for="8.8.8.8")).status_code == 401
    assert (await answer("127.0.0.1", x_forwarded_for="8.8.8.8", keys=("k",), authorization="Bearer k")).is_success
    assert (await answer("127.0.0.1", x_forwarded_for="127.0.0.1")).status_code == 200


async def test_what_a_client_wrote_before_the_proxy_does_not_count() -> None:
    got = await answer("10.0.0.1", proxies=("10.0.0.0/8",), x_forwarded_for="127.0.0.1, 8.8.8.8")
    assert got.status_code == 401


async def test_a_web_page_that_points_its_name_here_is_refused() -> None:
    assert (await answer(host="evil.example")).status_code == 401
    for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000", "app.localhost"):
        assert (await answer(host=host)).status_code == 200


FOREIGN: list[dict[str, str]] = [
    {"origin": "https://evil.example", "sec-fetch-site": "cross-site"},
    {"origin": "http://localhost:3000", "sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_without_a_key_no_web_page_from_elsewhere_changes_anything(headers: dict[str, str]) -> None:
    for method in ("POST", "DELETE"):
        refused = await answer(method=method, sent=headers)
        assert (refused.status_code, refused.json()["reason"]) == (403, "ORIGIN_FORBIDDEN")
        assert "PIXELLE_CORS_ORIGINS" in refused.json()["detail"]
        assert (await answer(method=method, origins=(headers["origin"],), sent=headers)).status_code == 200
        assert (await answer(method=method, keys=("k",), authorization="Bearer k", sent=headers)).status_code == 200
    assert (await answer(sent=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "http://localhost:8000", "sec-fetch-site": "same-origin"},
        {"origin": "http://localhost:9000", "sec-fetch-site": "same-origin"},  # a proxy has put in another host
        {"origin": "http://localhost:8000"},
        {"origin": "https://localhost:8000"},
    ],
)
async def test_without_a_key_the_studio_and_programs_are_served(headers: dict[str, str]) -> None:
    assert (await answer(method="POST", host="localhost:8000", sent=headers)).status_code == 200
