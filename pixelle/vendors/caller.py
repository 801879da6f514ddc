"""One vendor's HTTP interface: questions with deadlines, downloads with a size cap through the guarded fetch."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import httpx

from pixelle.runtime.errors import (
    DeadlineExceeded,
    FailedPrecondition,
    InvalidArgument,
    PermissionDenied,
    PixelleError,
    Unavailable,
)
from pixelle.runtime.fetch import fetch, is_public
from pixelle.vendors.refusals import refusal, unreachable
from pixelle.vendors.waiting import awaited, rest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Beat = Callable[[], object]
    Address = ipaddress.IPv4Address | ipaddress.IPv6Address

__all__ = ["Caller", "Question", "cut", "lost", "text_at", "titled", "tree"]

_CONNECT = 10.0
_PAUSES = (0.5, 1.0)
"""Seconds before a file that could not be fetched is fetched again: making it anew would be paid for again."""
_NOT_THERE = 404
_PASSING = frozenset({_NOT_THERE, 408, 425, 429, 500, 502, 503, 504})
"""Statuses of a store that may pass; 404: the file was named before all of the store knew it."""
_LARGEST_ANSWER = 100_000_000
"""Bytes of JSON: pictures come in it as base64."""


@dataclass(frozen=True)
class Question:
    """One HTTP request."""

    method: str
    path: str
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    """Sent as multipart/form-data, with `files`."""
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    """Field to name, bytes and media type."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Caller:
    """Asks one vendor."""

    def __init__(
        self,
        vendor: str,
        base_url: str,
        headers: Callable[[], Mapping[str, str]],
        *,
        seconds: float = 300.0,
        meanings: Mapping[str, str] | None = None,
    ) -> None:
        """
        vendor: its name for people. base_url: what paths are put behind. headers: with the key, made for each call.
        seconds: for one answer. meanings: of the vendor's codes, as in `refusal`.
        """
        self.vendor = vendor
        self.url = base_url.rstrip("/")
        self._headers = headers
        self._seconds = seconds
        self._meanings = meanings or {}

    def ask(self, question: Question, beat: Beat) -> dict[str, Any]:
        """
        The JSON object that is answered.

        Raises what `refusal` makes of a refusal, Unavailable (VENDOR_UNREACHABLE, VENDOR_ANSWER), DeadlineExceeded
        (VENDOR_TIMEOUT).
        """
        status, headers, content = awaited(self._ask(question), beat)
        told = _parsed(content)
        if not 200 <= status < 300:
            said = text_at(told, "error", "message") or text_at(told, "message") or text_at(told, "msg")
            code = text_at(told, "error", "code") or text_at(told, "code")
            said = said or _page(content)
            raise refusal(self.vendor, status, headers, said, code=code, meaning=self._meanings.get(code, ""))
        if not isinstance(told, dict):
            raise Unavailable(
                f"{self.vendor} answered something that is no JSON object ({content[:40]!r}). Try again.",
                reason="VENDOR_ANSWER",
            )
        return cast("dict[str, Any]", told)

    async def _ask(self, question: Question) -> tuple[int, Mapping[str, str], bytes]:
        limits = httpx.Timeout(self._seconds, connect=_CONNECT)
        body: dict[str, Any] = {"json": question.json} if question.json is not None else {}
        body |= {"data": question.form} if question.form is not None else {}
        body |= {"files": question.files} if question.files is not None else {}
        shown = {**self._headers(), **question.headers}
        try:
            async with (
                asyncio.timeout(self._seconds),
                httpx.AsyncClient(timeout=limits, verify=self.url.startswith("https:")) as client,
                client.stream(question.method, self.url + question.path, headers=shown, **body) as answer,
            ):
                content = bytearray()
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > _LARGEST_ANSWER:
                        raise Unavailable(
                            f"{self.vendor} answered more than {_LARGEST_ANSWER:,} bytes.", reason="VENDOR_ANSWER"
                        )
                return answer.status_code, answer.headers, bytes(content)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise DeadlineExceeded(
                f"{self.vendor} did not answer within {self._seconds:g} s. Try again.", reason="VENDOR_TIMEOUT"
            ) from error
        except httpx.HTTPError as error:
            raise unreachable(self.vendor, error) from error

    def download(self, url: str, beat: Beat, *, limit: int, accept: tuple[str, ...], seconds: float = 600.0) -> bytes:
        """
        A file that the vendor names, by the guarded fetch; only the vendor's own address may be a private one.

        A store that is named by plain http, as DashScope does, is asked by https. A connection that breaks, or a store
        that has a bad moment, is tried again, twice.
        limit: bytes. accept: prefixes of media types. Raises FailedPrecondition (VENDOR_RESULT_TOO_LARGE), Unavailable
        (VENDOR_ANSWER, VENDOR_UNREACHABLE).
        """
        if url.startswith("http://") and not self._own(url):
            url = "https://" + url.removeprefix("http://")
        pauses = iter(_PAUSES)
        while True:
            try:
                return awaited(self._fetched(url, limit, accept, seconds), beat)
            except (InvalidArgument, PermissionDenied, Unavailable) as error:
                pause = next(pauses, None) if _passing(error.__cause__) else None
                if pause is None:
                    raise self._unusable(error, url, limit) from error
            rest(pause, beat)

    async def _fetched(self, url: str, limit: int, accept: tuple[str, ...], seconds: float) -> bytes:
        own: set[Address] = set()
        base = urlsplit(self.url)
        if self._own(url) and base.hostname:
            # the operator chose this address in the settings
            found = await asyncio.get_running_loop().getaddrinfo(base.hostname, base.port, type=socket.SOCK_STREAM)
            own = {ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found}
        got = await fetch(
            url,
            allow_http=bool(own) and base.scheme == "http",
            max_bytes=limit,
            seconds=seconds,
            accept=accept,
            permitted=lambda address: address in own or is_public(address),
        )
        return got.data

    def _own(self, url: str) -> bool:
        """It is at the address of the settings."""
        base, named = urlsplit(self.url), urlsplit(url)
        return (named.scheme, named.netloc) == (base.scheme, base.netloc)

    def _unusable(self, error: PixelleError, url: str, limit: int) -> PixelleError:
        if error.reason == "URL_TOO_LARGE":
            return FailedPrecondition(
                f"What {self.vendor} made has more than {limit:,} bytes. Ask for something smaller.",
                reason="VENDOR_RESULT_TOO_LARGE",
            )
        reason = "VENDOR_UNREACHABLE" if error.reason == "URL_UNREACHABLE" else "VENDOR_ANSWER"
        said = error.message.replace(url, url.partition("?")[0])  # what is behind it may be a signature
        return Unavailable(f"What {self.vendor} made cannot be fetched: {said}", reason=reason)


def tree(told: object, *path: str | int) -> Any:
    """What is at a place of a JSON answer; None when it is not there."""
    for step in path:
        if isinstance(step, str) and isinstance(told, dict):
            told = cast("dict[str, Any]", told).get(step)
        elif isinstance(step, int) and isinstance(told, list) and -len(cast("list[Any]", told)) <= step < len(told):
            told = cast("list[Any]", told)[step]
        else:
            return None
    return told


def text_at(told: object, *path: str | int) -> str:
    """The text or number at a place of a JSON answer, as text; "" when there is none."""
    found = tree(told, *path)
    return str(found) if isinstance(found, (str, int, float)) and not isinstance(found, bool) else ""


def cut(error: PixelleError) -> bool:
    """What `Caller.ask` raised says that the connection broke after the question was sent: it may have been obeyed."""
    return isinstance(error.__cause__, (httpx.ReadError, httpx.RemoteProtocolError))


def lost(error: PixelleError) -> bool:
    """What `Caller.download` raised says that there is nothing to be had at this address, now or later."""
    cause = error.__cause__
    if isinstance(cause, (InvalidArgument, PermissionDenied)):
        return True  # too large, no picture, an address that is not fetched from
    answered = cause.__cause__ if cause else None
    if not isinstance(answered, httpx.HTTPStatusError):
        return False
    status = answered.response.status_code
    return status == _NOT_THERE or status not in _PASSING


def _passing(cause: BaseException | None) -> bool:
    if isinstance(cause, httpx.HTTPStatusError):
        return cause.response.status_code in _PASSING
    return isinstance(cause, (httpx.NetworkError, httpx.RemoteProtocolError))


def _page(content: bytes) -> str:
    """The beginning of a text; of a page, as proxies send it, only its title."""
    text = content[:5000].decode("utf-8", "replace")
    return titled(text).removeprefix(", ") or text[:300]


def titled(text: str) -> str:
    """What to say of an answer that is a web page, with a comma before it; "" of others."""
    found = re.search(r"<title>\s*(.*?)\s*</title>", text[:5000], re.IGNORECASE | re.DOTALL)
    return f", a page {found[1][:100]!r}" if found and text.lstrip().startswith("<") else ""


def _parsed(content: bytes) -> object:
    import json

    try:
        return json.loads(content)
    except ValueError:
        return None
