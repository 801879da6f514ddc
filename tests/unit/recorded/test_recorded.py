"""Every kept reply says where its shape was recorded, and is sent as it was kept."""

from __future__ import annotations

import http.client
import threading
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.recorded import FRAMING, Recording, recordings

KEPT = recordings()
STREAM = Recording("x/y", "here", "all", 200, {"x-id": "1"}, chunks=("data: ä\n", "\n", "data: [DONE]\n\n"))


def asked(reply: Recording) -> tuple[http.client.HTTPMessage, bytes]:
    """Headers and body that a client gets."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            reply.send(self)

        def log_message(self, format: str, *args: Any) -> None: ...  # noqa: A002

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        client = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
        with closing(client):
            client.request("GET", "/", headers={"connection": "close"})
            with closing(client.getresponse()) as answer:
                try:
                    return answer.headers, answer.read()
                finally:
                    thread.join()


@pytest.mark.parametrize("kept", [pytest.param(each, id=each.name) for each in KEPT])
def test_a_kept_reply_names_its_source(kept: Recording) -> None:
    assert kept.source
    assert kept.changed
    assert not FRAMING & {name.lower() for name in kept.headers}
    assert not (kept.chunks and kept.body is not None)


def test_chunks_are_sent_one_by_one_with_the_headers_as_kept() -> None:
    headers, body = asked(STREAM)
    assert dict(headers) == {"x-id": "1", "transfer-encoding": "chunked"}
    assert body == STREAM.content


@pytest.mark.parametrize(("body", "sent"), [({"a": None}, b'{"a": null}'), ("<html>\n", b"<html>\n"), (None, b"")])
def test_a_body_is_sent_as_kept(body: Any, sent: bytes) -> None:
    assert asked(Recording("x/y", "here", "all", 500, body=body))[1] == sent


@pytest.mark.parametrize("cut", [replace(STREAM, cut=True), Recording("x/y", "here", "all", 200, body="ab", cut=True)])
def test_a_cut_reply_breaks_the_connection(cut: Recording) -> None:
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        asked(cut)
