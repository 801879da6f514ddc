"""Servers behind paths, proxies and certificates: reached, or an error that says what to do."""

from __future__ import annotations

import json
import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.comfyui.client import Server
from pixelle.runtime.errors import PixelleError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def serving(answer: Callable[[str], Answer], certificate: Path | None = None) -> Generator[str]:
    """A server that answers a path; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = answer(self.path)
            self.send_response(status)
            for name, value in (headers | {"content-length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def comfyui(path: str) -> Answer:
    assert path == "/comfy/prompt"
    return 200, {}, json.dumps({"exec_info": {"queue_remaining": 4}}).encode()


def said(url: str, key: str = "") -> PixelleError:
    server = Server(url, key=key)
    with pytest.raises(PixelleError) as caught:
        server.load()
    server.close()
    return caught.value


@pytest.mark.parametrize("ending", ["/comfy", "/comfy/"])
def test_a_server_behind_a_path(ending: str) -> None:
    with serving(comfyui) as url:
        server = Server(url + ending)
        assert server.load() == 4
        server.close()


def test_a_proxy_that_refuses_is_shown_by_its_page() -> None:
    page = b"<html><head><title>403 Forbidden - Gatekeeper</title></head><body>no</body></html>"
    with serving(lambda path: (403, {"content-type": "text/html"}, page)) as url:
        without, refused = said(url), said(url, "wrong")
    assert (without.reason, without.retryable) == ("COMFYUI_KEY_REFUSED", False)
    assert "none is set" in without.message
    assert "Gatekeeper" in without.message
    assert "<html" not in without.message
    assert "refuses the key" in refused.message
    assert "wrong" not in refused.message


def test_a_redirect_says_where_to() -> None:
    headers = {"location": "https://comfy.example.com/prompt?token=secret"}
    with serving(lambda path: (301, headers, b"")) as url:
        error = said(url)
    assert error.reason == "COMFYUI_URL_WRONG"
    assert "https://comfy.example.com/prompt" in error.message
    assert "secret" not in error.message


def test_a_certificate_that_nobody_has_signed_is_said_and_can_be_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = tmp_path / "both.pem"
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=comfy -addext subjectAltName=IP:127.0.0.1 "
        f"-keyout {key} -out {certificate}".split(),
        check=True,
        capture_output=True,
    )
    both.write_bytes(key.read_bytes() + certificate.read_bytes())
    with serving(comfyui, both) as url:
        error = said(url + "/comfy")
        assert (error.reason, error.retryable) == ("COMFYUI_CERTIFICATE", False)
        assert "SSL_CERT_FILE" in error.message
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        server = Server(url + "/comfy")
        assert server.load() == 4
        server.close()
