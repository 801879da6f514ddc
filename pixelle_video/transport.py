"""The one HTTP client under the SDK: answers as values, problems as our error family."""

from __future__ import annotations

import asyncio
import json
from contextlib import ExitStack, asynccontextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, cast

import httpx

from pixelle.runtime.errors import (
    Conflict,
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PixelleError,
    Unavailable,
    from_http,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping
    from pathlib import Path

__all__ = ["Transport", "encoded", "over_network", "problem"]

_UPLOAD = 900.0
"""Seconds that a file may take to be sent."""
_OF_PROXIES = frozenset({413, 429, 502, 503, 504})
"""What those in front of a gateway answer by themselves."""
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
"""Seconds: longer than the gateway holds a question open."""


def over_network(url: str, api_key: str | None) -> httpx.AsyncClient:
    """A client of the gateway at `url`. Raises InvalidArgument (GATEWAY_URL, KEY_INVALID)."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InvalidArgument(f"gateway_url {url!r} is not a URL: {error}.", reason="GATEWAY_URL") from error
    if parsed.scheme not in {"http", "https"} or not parsed.host:
        raise InvalidArgument(
            f"gateway_url {url!r} is not the address of a gateway. It looks like http://127.0.0.1:8000.",
            reason="GATEWAY_URL",
        )
    if api_key and not (api_key.isascii() and api_key.isprintable()):
        raise InvalidArgument(
            "api_key has characters that cannot be sent: letters outside of ASCII, or the end of a line. "
            "Give the key as the gateway's PIXELLE_API_KEYS has it.",
            reason="KEY_INVALID",
        )
    headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
    return httpx.AsyncClient(base_url=parsed, headers=headers, timeout=_TIMEOUT)


class Transport:
    """Requests to a gateway, wherever it runs."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str | float] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> Any:
        """
        The JSON answer. seconds: to wait for it, instead of the usual time.

        Raises PixelleError: what the gateway said, that it cannot be reached, or InvalidArgument (SCHEMA) for a value
        that JSON cannot hold.
        """
        content = None if body is None else encoded(body)
        sent = dict(headers or {}) | ({} if content is None else {"Content-Type": "application/json"})
        with _translated(self._client):
            answer = await self._client.request(
                method, path, content=content, params=query, headers=sent, timeout=_patience(seconds)
            )
        return self._read(method, path, answer)

    async def send(
        self, path: str, *, form: Mapping[str, str], files: Mapping[str, Path] | None = None, seconds: float
    ) -> Any:
        """
        The JSON answer to a form, posted with files. seconds: to wait for it.

        Raises PixelleError as `ask`, and NotFound (FILE_NOT_FOUND) for a file that cannot be opened.
        """
        with ExitStack() as opened:
            try:
                parts = {
                    name: (each.name, opened.enter_context(each.open("rb"))) for name, each in (files or {}).items()
                }
            except OSError as error:
                raise NotFound(
                    f"{error.filename!r} cannot be read: {error.strerror}.", reason="FILE_NOT_FOUND"
                ) from error
            # without a file httpx would not send multipart, which is what the gateway asks for
            sent: Any = {name: (None, value) for name, value in form.items() if value} | parts
            with _translated(self._client):
                answer = await self._client.post(path, files=sent, timeout=_patience(seconds))
        return self._read("POST", path, answer)

    def _read(self, method: str, path: str, answer: httpx.Response) -> Any:
        if answer.is_error:
            raise problem(answer)
        try:
            return answer.json()
        except ValueError as error:
            raise Unavailable(
                f"{self._client.base_url} answered {method} {path} with something that is not JSON. "
                "Check that it is the address of a Pixelle gateway.",
                reason="NOT_A_GATEWAY",
            ) from error

    async def upload(self, file: Path) -> dict[str, Any]:
        """What POST /api/files answers to a file of this machine. Raises PixelleError like `send`."""
        try:
            return await self.send("/api/files", form={}, files={"file": file}, seconds=_UPLOAD)
        except PixelleError as error:
            if str(file) not in error.message:
                error.message = f"{str(file)!r}: {error.message}"
            raise

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncGenerator[httpx.Response]:
        """A file, read piece by piece. Raises PixelleError like `ask`."""
        with _translated(self._client):
            async with self._client.stream("GET", path) as answer:
                if answer.is_error:
                    await answer.aread()
                    raise problem(answer)
                yield answer

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def encoded(body: Mapping[str, object]) -> bytes:
    """`body` as JSON, in which paths are text. Raises InvalidArgument (SCHEMA) with the field that JSON cannot hold."""
    try:
        return _json(body)
    except (TypeError, ValueError, RecursionError):
        for name, value in body.items():
            try:
                _json(value)
            except (TypeError, ValueError, RecursionError) as error:
                raise InvalidArgument(
                    f"{name} is {_short(value)}, which cannot be sent ({error}). Give text, finite numbers, true or "
                    "false, or lists and dictionaries of these.",
                    reason="SCHEMA",
                ) from error
        raise


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_text_of_path).encode()


def _text_of_path(value: object) -> str:
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"a {type(value).__name__} is not JSON")


def _short(value: object) -> str:
    said = ascii(value)
    return said if len(said) <= 80 else f"{said[:80]}..."


def _patience(seconds: float | None) -> Any:
    return httpx.USE_CLIENT_DEFAULT if seconds is None else httpx.Timeout(seconds, connect=10.0)


class _translated:  # noqa: N801 - read as a word after `with`
    """Turns what httpx raises about the way into our family."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._where = str(client.base_url)

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is not None and self._client.is_closed and not _cancelled(error):
            raise FailedPrecondition(
                "It was cleaned up while this was asked. Wait for your calls before you call cleanup().",
                reason="NOT_INITIALIZED",
            ) from error
        if isinstance(error, httpx.TimeoutException):
            raise DeadlineExceeded(f"The gateway at {self._where} did not answer in time.") from error
        if isinstance(error, (httpx.TransportError, httpx.InvalidURL)):
            raise Unavailable(
                f"The gateway at {self._where} cannot be reached ({error}). "
                "Check the address, and that `pixelle serve` runs there.",
                reason="GATEWAY_DOWN",
            ) from error


def _cancelled(error: BaseException) -> bool:
    """Whoever waits was cancelled, and not only the work."""
    this = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and this is not None and this.cancelling() > 0


def problem(answer: httpx.Response) -> PixelleError:
    """The error in an answer: RFC 9457 members where they are, else what the status says."""
    said = _members(answer)
    message = _text(said.get("detail")) or f"The gateway answered {answer.status_code} {answer.reason_phrase}."
    if not said and answer.status_code not in _OF_PROXIES:
        message += f" Check that {answer.url.copy_with(raw_path=b'/')} is the address of a Pixelle gateway."
    details = {"status": str(answer.status_code)}
    if trace := said.get("trace_id"):
        details["trace_id"] = str(trace)
    return _kind(answer.status_code, said.get("title"))(
        message,
        reason=str(said.get("reason") or ""),
        retry_after=_seconds(answer.headers.get("retry-after")),
        details=details,
    )


def _kind(status: int, title: object) -> type[PixelleError]:
    """The class for a status; where several share one, the problem's title (fixed per kind, RFC 9457) decides."""
    for each in (FailedPrecondition, Conflict):
        if each.kind.http == status and each.kind.title == title:
            return each
    return from_http(status)


def _members(answer: httpx.Response) -> dict[str, Any]:
    try:
        said = answer.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def _text(detail: object) -> str:
    """A sentence from `detail`: a string, or the framework's list of what is wrong with which field."""
    if isinstance(detail, str):
        return detail
    if not isinstance(detail, list):
        return ""
    parts: list[str] = []
    for item in cast("list[dict[str, Any]]", detail):
        field = ".".join(str(part) for part in item.get("loc", ())[1:])
        said = str(item.get("msg", "is wrong"))
        parts.append(f"{field}: {said}" if field else said)
    return "; ".join(parts)


def _seconds(value: str | None) -> float | None:
    try:
        return float(value) if value else None
    except ValueError:  # an HTTP date: not worth a clock
        return None
