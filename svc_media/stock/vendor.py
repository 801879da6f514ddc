"""Calls to a stock library: a search, and a download that is bounded; every failure by its name."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NoReturn, cast

import httpx

from pixelle.runtime.errors import FailedPrecondition, ResourceExhausted, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from pixelle.runtime.work import Tick
    from svc_media.stock.libraries import Hit, Library

__all__ = ["Vendor"]

_NAME = "Pixelle-Video"
"""Shown to the libraries: the filter before them refuses programs that go by the name of their HTTP client."""
_SECONDS = 30.0
_REDIRECTS = 3


class Vendor:
    """One library with a key."""

    def __init__(self, library: Library, base: str, key: str) -> None:
        """base: another address of the library, for example of a proxy; "" means its own."""
        self._library, self._base, self._key = library, base.rstrip("/") or library.base, key
        self._http = httpx.Client(
            headers={"user-agent": _NAME}, timeout=httpx.Timeout(_SECONDS, connect=10.0), trust_env=False
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def search(self, words: str, *, film: bool, shape: float) -> list[Hit]:
        """
        What it finds, best first.

        Raises Unauthenticated (STOCK_KEY_REJECTED), ResourceExhausted (STOCK_LIMIT), Unavailable (STOCK_DOWN,
        STOCK_ANSWER), FailedPrecondition (STOCK_BLOCKED, STOCK_REFUSED).
        """
        asked = self._library.question(words, film=film, shape=shape, key=self._key)
        try:
            answer = self._http.get(f"{self._base}{asked.path}", params=asked.query, headers=asked.headers)
        except httpx.TransportError as error:
            raise self._down(type(error).__name__) from error
        if not answer.is_success:
            self._refuse(answer)
        try:
            told: Any = answer.json()
            return self._library.hits(cast("dict[str, Any]", told), film=film)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unavailable(
                f"{self._library.name} answered a search with something else than its list of hits.",
                reason="STOCK_ANSWER",
            ) from error

    def download(self, url: str, *, limit: int, tick: Tick) -> bytes:
        """
        A file of at most `limit` bytes; the key is not shown to where it lies.

        Raises FailedPrecondition (STOCK_FILE_TOO_LARGE, STOCK_FILE_MISSING), Unavailable (STOCK_DOWN), Cancelled.
        """
        data = bytearray()
        try:
            for _ in range(_REDIRECTS + 1):
                self._check(url)
                with self._http.stream("GET", url) as answer:
                    if answer.is_redirect and answer.next_request:
                        url = str(answer.next_request.url)
                        continue
                    if answer.status_code in {429, *range(500, 600)}:
                        raise self._down(f"{answer.status_code} for a file")
                    if not answer.is_success:
                        break
                    size = int(answer.headers.get("content-length") or 0)
                    for piece in answer.iter_bytes(256 * 1024):
                        data += piece
                        if max(size, len(data)) > limit:
                            raise FailedPrecondition(
                                f"A file of {self._library.name} has more than {limit // 1_000_000} MB. Choose a "
                                "smaller template, or another workflow.",
                                reason="STOCK_FILE_TOO_LARGE",
                            )
                        tick(0.1 + 0.6 * len(data) / max(size, len(data) + 1), "downloading")
                    return bytes(data)
        except (httpx.TransportError, httpx.InvalidURL, ValueError) as error:
            raise self._down(type(error).__name__) from error
        raise FailedPrecondition(
            f"{self._library.name} has found a file that is not there any more. Try another seed.",
            reason="STOCK_FILE_MISSING",
        )

    def _check(self, url: str) -> None:
        secure = self._base.startswith("http:") or url.startswith("https://")
        if not secure or not url.startswith(("http://", "https://")):
            raise FailedPrecondition(
                f"{self._library.name} names a file at {url[:100]!r}, which is no https address.",
                reason="STOCK_FILE_MISSING",
            )

    def _down(self, why: str) -> Unavailable:
        return Unavailable(f"{self._library.name} cannot be reached ({why}). Try again.", reason="STOCK_DOWN")

    def _refuse(self, answer: httpx.Response) -> NoReturn:
        name, said = self._library.name, answer.text[:200].replace(self._key, "***")
        if answer.status_code in {401, 403, 429} and _filtered(answer):
            raise FailedPrecondition(
                f"The filter before {name} takes this server for a robot and refuses it ({answer.status_code}); nobody "
                "looked at the key. Ask from another network, or use another library.",
                reason="STOCK_BLOCKED",
            )
        if answer.status_code in {401, 403} or (answer.status_code == 400 and "key" in said.lower()):
            raise Unauthenticated(
                f"{name} does not take the key of PIXELLE_{name.upper()}_API_KEY: {said!r}. Get one at "
                f"{self._library.keys}.",
                reason="STOCK_KEY_REJECTED",
            )
        if answer.status_code == 429:
            raise ResourceExhausted(
                f"{name} answers that the limit of the key is reached. Wait, or ask them for a higher one.",
                reason="STOCK_LIMIT",
                retry_after=_wait(answer),
            )
        if answer.status_code >= 500:
            raise self._down(str(answer.status_code))
        raise FailedPrecondition(f"{name} refused the search ({answer.status_code}): {said!r}.", reason="STOCK_REFUSED")


def _filtered(answer: httpx.Response) -> bool:
    """Cloudflare has answered, with a page or its own number, and not the library."""
    page = "text/html" in answer.headers.get("content-type", "")
    return page or "cf-mitigated" in answer.headers or answer.text.startswith("error code: 10")


def _wait(answer: httpx.Response) -> float | None:
    """Seconds until the limit is lifted: one vendor tells a moment (seconds since 1970), one how long it is."""
    for name in ("retry-after", "x-ratelimit-reset"):
        try:
            value = float(answer.headers.get(name, ""))
        except ValueError:
            continue
        return max(0.0, value - time.time()) if value > 1e9 else max(0.0, value)
    return None
