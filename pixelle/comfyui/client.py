"""One ComfyUI server: its HTTP calls and its WebSocket, with deadlines and errors of ours."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit, urlunsplit

import httpx

from pixelle.comfyui import faults
from pixelle.comfyui.listener import Listener
from pixelle.comfyui.trust import mistrust, trusted
from pixelle.runtime.errors import FailedPrecondition, PixelleError, ResourceExhausted, Unavailable
from pixelle.runtime.fetch import sniff
from pixelle.vendors.caller import titled

if TYPE_CHECKING:
    from pixelle.comfyui.workflow import Graph, Upload
    from pixelle.runtime.work import Tick

__all__ = ["Made", "Place", "Server"]

_CONNECT, _ANSWER = 3.0, 15.0
"""Seconds to reach a server, and to wait for its answer."""
_ENDINGS = {"image/jpeg": "jpg", "audio/mpeg": "mp3", "audio/mp4": "m4a"}
"""Where it is not the second half of the media type."""


@dataclass(frozen=True)
class Made:
    """A file that a prompt left at the server."""

    filename: str
    subfolder: str
    type: str
    """"output", "temp" or "input"."""


@dataclass(frozen=True)
class Place:
    """Where a prompt is in its server's queue."""

    running: bool
    before: int
    """Prompts that are worked on or come earlier."""


class Server:
    """A server by its address."""

    def __init__(self, url: str, *, key: str = "", key_header: str = "Authorization") -> None:
        """
        url: http(s)://host:port[/path]. key: shown with every call; as `Bearer <key>` in Authorization, as it is in
        any other header.
        """
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        self.name = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
        """The address as people may see it."""
        shown = f"Bearer {key}" if key_header.lower() == "authorization" else key
        self._headers = {key_header: shown} if key else {}
        # without certificates to read where none are shown
        self._trust = trusted() if parts.scheme == "https" else None
        self._http = httpx.Client(
            headers=self._headers,
            timeout=httpx.Timeout(_ANSWER, connect=_CONNECT),
            trust_env=False,
            verify=self._trust or False,
            # a kept connection that the server closes meanwhile would look like a server that is down
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=0),
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def load(self, *, seconds: float = 2.0) -> int:
        """Prompts that wait or run there. Raises Unavailable (COMFYUI_DOWN), FailedPrecondition."""
        told = self._json("GET", "/prompt", timeout=seconds)
        info = told.get("exec_info")
        left = cast("dict[str, Any]", info).get("queue_remaining") if isinstance(info, dict) else None
        if not isinstance(left, int):
            raise FailedPrecondition(
                f"What answers at {self.name} is no ComfyUI server. Set PIXELLE_COMFYUI_URL to the address of one.",
                reason="COMFYUI_URL_WRONG",
            )
        return left

    def submit(self, graph: Graph, *, client_id: str, prompt_id: str) -> str:
        """
        Put a prompt into the queue; its id there (older servers choose their own).

        Raises what `faults.refused` makes of a refusal.
        """
        body = {"prompt": graph, "client_id": client_id, "prompt_id": prompt_id}
        answer = self._send("POST", "/prompt", json=body)
        told = _body(answer)
        if answer.is_success and isinstance(told, dict):
            known = cast("dict[str, Any]", told)
            given = known.get("prompt_id")
            if isinstance(given, str):
                if not known.get("node_errors"):
                    return given
                # it would run without the outputs that are wrong, and give something else than was asked for
                self.withdraw(given)
        raise faults.refused(answer.status_code, told, graph)

    def place(self, prompt_id: str) -> Place | None:
        """Where a prompt is; None when it is neither waiting nor running."""
        told = self._json("GET", "/queue")
        running, pending = (_entries(told.get(name)) for name in ("queue_running", "queue_pending"))
        if any(entry[1] == prompt_id for entry in running):
            return Place(running=True, before=0)
        own = next((entry for entry in pending if entry[1] == prompt_id), None)
        if own is None:
            return None
        return Place(running=False, before=len(running) + sum(entry[0] < own[0] for entry in pending))

    def history(self, prompt_id: str) -> dict[str, Any] | None:
        """{outputs, status} of a prompt that has ended; None before."""
        entry = self._json("GET", f"/history/{prompt_id}").get(prompt_id)
        return cast("dict[str, Any]", entry) if isinstance(entry, dict) else None

    def withdraw(self, prompt_id: str) -> None:
        """Take our prompt out of the queue, or interrupt it when it is the one that runs; others are left alone."""
        self._checked(self._send("POST", "/queue", json={"delete": [prompt_id]}))
        place = self.place(prompt_id)
        if place and place.running:
            # servers since 2025 compare the id once more; older ones interrupt whatever runs
            self._checked(self._send("POST", "/interrupt", json={"prompt_id": prompt_id}))

    def upload(self, file: Upload, name: str) -> str:
        """Put a file into the input folder; what a loading node calls it there."""
        media_type = sniff(file.data)
        name = f"{name}.{_ENDINGS.get(media_type, media_type.rpartition('/')[2])}"
        told = self._json(
            "POST",
            "/upload/image",
            files={"image": (name, file.data, media_type)},
            data={"subfolder": "pixelle", "type": "input", "overwrite": "true"},
        )
        folder, own = told.get("subfolder") or "", told.get("name") or name
        return f"{folder}/{own}" if folder else str(own)

    def view(self, made: Made, *, limit: int, tick: Tick) -> bytes:
        """
        The bytes of a file.

        Raises ResourceExhausted (COMFYUI_RESULT_TOO_LARGE) over `limit`, FailedPrecondition (COMFYUI_RESULT_GONE).
        """
        query = {"filename": made.filename, "subfolder": made.subfolder, "type": made.type}
        data = bytearray()
        try:
            with self._http.stream("GET", f"{self.url}/view", params=query) as answer:
                if answer.status_code == HTTPStatus.NOT_FOUND:
                    raise FailedPrecondition(
                        f"ComfyUI has made {made.filename!r}, but it is not in its {made.type} folder any more: it "
                        "answers an equal prompt from memory. Choose another seed, or restart ComfyUI.",
                        reason="COMFYUI_RESULT_GONE",
                    )
                self._checked(answer)
                for piece in answer.iter_bytes(1 << 16):
                    tick(0.96, "fetching the result")
                    data += piece
                    if len(data) > limit:
                        raise ResourceExhausted(
                            f"ComfyUI's result {made.filename!r} has more than {limit:,} bytes. Make it smaller.",
                            reason="COMFYUI_RESULT_TOO_LARGE",
                            retry_after=3600.0,
                        )
        except httpx.TransportError as error:
            raise self._down(error) from error
        return bytes(data)

    def listen(self, client_id: str) -> Listener | None:
        """The events of a client's prompts; None where the server cannot be listened to (a proxy without WebSocket)."""
        url = "ws" + self.url.removeprefix("http") + f"/ws?clientId={client_id}"
        return Listener.to(url, headers=self._headers, trust=self._trust, seconds=_CONNECT)

    def _json(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        body = _body(self._checked(self._send(method, path, **more)))
        if not isinstance(body, dict):
            raise FailedPrecondition(
                f"{self.name}{path} did not answer as a ComfyUI server does. Check PIXELLE_COMFYUI_URL.",
                reason="COMFYUI_URL_WRONG",
            )
        return cast("dict[str, Any]", body)

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, self.url + path, **more)
        except httpx.TransportError as error:
            raise self._down(error) from error
        if answer.status_code in {401, 403}:
            what = "refuses the key" if self._headers else "asks for a key, and none is set"
            raise FailedPrecondition(
                f"The ComfyUI server {self.name}, or what stands before it, {what} ({answer.status_code}"
                f"{titled(answer.text)}). Set PIXELLE_COMFYUI_API_KEY, and PIXELLE_COMFYUI_KEY_HEADER where it is not "
                "shown as Authorization: Bearer; or let this machine through there.",
                reason="COMFYUI_KEY_REFUSED",
            )
        if answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise FailedPrecondition(
                f"The ComfyUI server {self.name} takes nothing of this size ({answer.text[:200]}). Start it with a "
                "larger --max-upload-size (MB), or give a smaller file.",
                reason="COMFYUI_UPLOAD_TOO_LARGE",
            )
        return answer

    def _checked(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        path = answer.request.url.path
        if answer.status_code >= 500:
            raise Unavailable(
                f"The ComfyUI server {self.name} answered {answer.status_code} to {path}.",
                reason="COMFYUI_DOWN",
                retry_after=5.0,
            )
        elsewhere = answer.headers.get("location", "").partition("?")[0]
        raise FailedPrecondition(
            f"The ComfyUI server {self.name} answered {answer.status_code}{titled(answer.text)} to {path}"
            + (f" and points to {elsewhere[:200]}" if elsewhere else "")
            + ". Check PIXELLE_COMFYUI_URL: it is the address that shows ComfyUI in a browser.",
            reason="COMFYUI_URL_WRONG",
        )

    def _down(self, error: Exception) -> PixelleError:
        if (why := mistrust(error)) is not None:
            return FailedPrecondition(
                f"The certificate of the ComfyUI server {self.name} is not trusted: {why}. Set SSL_CERT_FILE to the "
                "certificate of whoever has signed it, or use its http address in a network of your own.",
                reason="COMFYUI_CERTIFICATE",
            )
        return Unavailable(
            f"The ComfyUI server {self.name} cannot be reached ({type(error).__name__}). Start it, or set "
            "PIXELLE_COMFYUI_URL.",
            reason="COMFYUI_DOWN",
            retry_after=5.0,
        )


def _body(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return answer.text


def _entries(found: object) -> list[list[Any]]:
    """Queue entries: [number, prompt id, ...]."""
    entries = cast("list[Any]", found) if isinstance(found, list) else []
    return [
        cast("list[Any]", entry) for entry in entries if isinstance(entry, list) and len(cast("list[Any]", entry)) > 1
    ]
