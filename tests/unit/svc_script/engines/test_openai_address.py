"""Addresses and keys of endpoints as people write them."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from svc_script.engines.base import CompletionBrief
from svc_script.engines.openai import OpenaiEngine
from svc_script.engines.openai_address import address_of

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.mark.parametrize(
    ("text", "url", "query"),
    [
        ("https://api.openai.com/v1", "https://api.openai.com/v1", {}),
        (" http://127.0.0.1:11434/v1/ ", "http://127.0.0.1:11434/v1", {}),
        ("https://api.x.ai/v1/chat/completions", "https://api.x.ai/v1", {}),
        (
            "https://me.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=2024-10-21",
            "https://me.openai.azure.com/openai/deployments/gpt",
            {"api-version": "2024-10-21"},
        ),
    ],
)
def test_the_endpoint_that_is_meant(text: str, url: str, query: dict[str, str]) -> None:
    found = address_of(text)
    assert (found.url, found.query, found.wrong) == (url, query, "")
    assert found.keyed == ("azure" in text)


def test_a_password_is_used_and_not_shown() -> None:
    found = address_of("http://me:secret@127.0.0.1:9/v1")
    assert "secret" in found.url
    assert "secret" not in found.shown


def missing(url: str, key: str = "k") -> str:
    return OpenaiEngine(base_url=url, model="m", key=SecretStr(key)).missing() or ""


@pytest.mark.parametrize(
    "url", ["127.0.0.1:11434/v1", "localhost:11434", "htp://x/v1", "http:///v1", "http://a:99999/v1"]
)
def test_what_is_no_address_is_said_before_any_call(url: str) -> None:
    assert url in missing(url)


@pytest.mark.parametrize("key", ["sk-\u00e9", "sk-a b", "sk-a\nb", "\u201csk-1\u201d"])
def test_what_is_no_key_is_said_before_any_call_and_not_shown(key: str) -> None:
    told = missing("http://127.0.0.1:1/v1", key)
    assert "PIXELLE_LLM_API_KEY" in told
    assert "sk-" not in told


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


@contextmanager
def seen() -> Generator[tuple[str, list[tuple[str, str]]]]:
    """An endpoint and the path and the key of each call to it."""
    calls: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            calls.append((self.path, self.headers["authorization"]))
            answer = {"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}]}
            payload = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the library
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", calls
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_calls_go_where_the_address_points_with_the_key_as_it_is() -> None:
    with seen() as (url, calls):
        made = OpenaiEngine(base_url=f"{url}/d/gpt/chat/completions?api-version=1", model="m", key=SecretStr("sk-1\n"))
        assert made.missing() is None
        made.load("cpu")
        made.complete(CompletionBrief("hi"), lambda _: None, silent)
        made.close()
    assert calls == [("/d/gpt/chat/completions?api-version=1", "Bearer sk-1")]
