"""Who is served: holders of a key; without any key, only callers on this machine."""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.requests import Request

from gateway.problems import problem, trace_of
from pixelle.runtime.errors import PermissionDenied, PixelleError, Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import SecretStr
    from starlette.types import ASGIApp, Receive, Scope, Send

__all__ = ["Caller", "KeyGate", "holds_key", "is_browser"]

_OPEN = frozenset({"/health", "/readyz"})
"""Asked by probes, which have no key and tell nothing about tasks."""
_PAGES = frozenset({"/docs", "/redoc", "/openapi.json"})
_PAGE_FILES = "/studio/"
"""A browser opens these, and `/`, before anybody can enter a key."""
_HARMLESS = frozenset({"GET", "HEAD", "OPTIONS"})
"""Change nothing, and what they answer is shown to no page of another origin."""


@dataclass(frozen=True)
class Caller:
    """Who sent a request."""

    name: str
    """The same for every request with the same key; tells nothing about the key."""
    may_hurry: bool
    """Whether their tasks may go before others'."""


class KeyGate:
    """ASGI middleware that answers 401 to everybody else."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: Sequence[SecretStr],
        trusted_proxies: Sequence[str],
        urgent_keys: Sequence[SecretStr] = (),
        origins: Sequence[str] = (),
    ) -> None:
        """
        keys: bearer keys, compared in constant time. trusted_proxies: addresses or networks.
        urgent_keys: those of `keys` whose tasks may go before others'.
        origins: of web pages of others that may ask.
        """
        self._app = app
        self._urgent = {key.get_secret_value().encode() for key in urgent_keys}
        self._keys = [key.get_secret_value().encode() for key in keys]
        self._proxies = [ipaddress.ip_network(each) for each in trusted_proxies]
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through or answer it."""
        if scope["type"] == "http" and scope["path"] not in _OPEN:
            request = Request(scope)
            refusal = self._refusal(request)
            if refusal:
                answer = problem(refusal, path=scope["path"], trace_id=trace_of(request))
                await answer(scope, receive, send)
                return
            scope.setdefault("state", {})["caller"] = self._caller(request)
        await self._app(scope, receive, send)

    def _refusal(self, request: Request) -> PixelleError | None:
        if self._keys and _is_page(request):
            return None
        if self._keys:
            sent = request.headers.get("authorization", "")
            return None if holds_key(self._keys, sent) else _without_key(sent)
        if not all(self._is_here(address) for address in self._callers(request)):
            return Unauthenticated(
                "No key is configured, so only callers on this machine are served. Start the gateway with "
                "PIXELLE_API_KEYS=<key> and send `Authorization: Bearer <key>`."
            )
        host = request.url.hostname or ""
        if not _is_local_name(host):
            # a web page that points its own name at this machine is not a caller on this machine
            return Unauthenticated(
                f"The host {host!r} is not a name of this machine. Use http://localhost, or configure a key with "
                "PIXELLE_API_KEYS."
            )
        if request.method not in _HARMLESS and self._is_elsewhere(request):
            # browsers ask nobody before they send a form, or text, to where its page is not from
            return PermissionDenied(
                "A web page from elsewhere asks, and without a key it could make videos in your name. Name its origin "
                "in PIXELLE_CORS_ORIGINS, or configure a key with PIXELLE_API_KEYS.",
                reason="ORIGIN_FORBIDDEN",
            )
        return None

    def _is_elsewhere(self, request: Request) -> bool:
        """Whether a browser sends this for a page that is not the gateway's own, nor of an origin that may ask."""
        origin = request.headers.get("origin", "")
        if origin in self._origins:
            return False
        # said by browsers as they see it, whatever a proxy makes of the host (W3C Fetch Metadata)
        if site := request.headers.get("sec-fetch-site"):
            return site not in {"same-origin", "none"}
        return bool(origin) and origin.rpartition("//")[2] != request.headers.get("host")

    def _caller(self, request: Request) -> Caller:
        if not self._keys:
            return Caller("local", may_hurry=True)
        key = request.headers.get("authorization", "").partition(" ")[2].strip().encode()
        return Caller(f"key-{hashlib.sha256(key).hexdigest()[:16]}", may_hurry=key in self._urgent)

    def _callers(self, request: Request) -> list[str | None]:
        """
        Every address that must be of this machine.

        Forwarded addresses stand for the caller's only as far as known proxies vouch for them. Those that nobody
        vouches for never let a caller in, but the nearest one keeps it out: somebody forwarded the request.
        """
        address = request.client.host if request.client else None
        hops = [hop.strip() for line in request.headers.getlist("x-forwarded-for") for hop in line.split(",")]
        while address and hops and self._is_proxy(address):
            address = hops.pop()
        return [address, *hops[-1:]]

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in net for net in self._proxies)

    @staticmethod
    def _is_here(address: str | None) -> bool:
        if not address:
            return True  # a unix socket, or a call inside this process
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
        return (mapped or parsed).is_loopback


def _without_key(authorization: str) -> Unauthenticated:
    if authorization.lower().startswith("bearer "):
        said = "The key that was sent is none of this gateway's. Send one of PIXELLE_API_KEYS."
        return Unauthenticated(said, reason="KEY_REJECTED")
    return Unauthenticated("Send one of the configured keys as `Authorization: Bearer <key>`.")


def is_browser(request: Request) -> bool:
    """True when a person opened the address, and no program asked for JSON."""
    return request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", "")


def _is_page(request: Request) -> bool:
    path = request.url.path
    return path in _PAGES or path.startswith(_PAGE_FILES) or (path == "/" and is_browser(request))


def holds_key(keys: Sequence[bytes], authorization: str) -> bool:
    """True when the value of an Authorization header names one of the keys."""
    scheme, _, key = authorization.partition(" ")
    # every key is compared, so that the time taken tells nothing about which one is near
    fits = [secrets.compare_digest(key.strip().encode(), each) for each in keys]
    return scheme.lower() == "bearer" and any(fits)


def _is_local_name(host: str) -> bool:
    """True for addresses and for names that no public DNS answers: one label, or *.localhost."""
    if host.endswith(".localhost") or "." not in host:
        return True
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
