"""One call to an address that a caller gave: guarded like any URL of theirs, signed, never followed elsewhere."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx
from standardwebhooks import Webhook

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PermissionDenied, PixelleError
from pixelle.runtime.fetch import is_public, pinned

if TYPE_CHECKING:
    from gateway.settings import GatewaySettings

__all__ = ["Attempt", "Callbacks"]

_GONE = 410


@dataclass(frozen=True)
class Attempt:
    """How a call ended."""

    status: int | None
    """HTTP status of the answer; None when there was none."""
    error: str | None
    """Why it does not count as delivered; None when it does."""

    @property
    def over(self) -> bool:
        """True when nothing is to be sent again: it arrived, or the receiver wants no more (410)."""
        return self.error is None or self.status == _GONE


class Callbacks:
    """Sends messages as Standard Webhooks says (https://www.standardwebhooks.com)."""

    def __init__(self, settings: GatewaySettings) -> None:
        """settings: the secret, the hosts that may be private, the deadline of a call."""
        secret = settings.webhook_secret.get_secret_value()
        self._signer = Webhook(secret) if secret else None
        self._hosts = {host.lower() for host in settings.webhook_hosts}
        self._allow_http = settings.allow_http
        self._seconds = settings.webhook_seconds
        # no connection is kept: two hosts behind one address must not share one that was verified for the other
        self._client = httpx.AsyncClient(
            trust_env=False, timeout=settings.webhook_seconds, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def check(self, url: str) -> None:
        """
        Refuse an address that would never be called.

        Raises FailedPrecondition (WEBHOOK_SECRET_MISSING), InvalidArgument (URL_*), PermissionDenied (URL_FORBIDDEN).
        """
        if self._signer is None:
            raise FailedPrecondition(
                "callback_url needs a secret to sign the calls with. Start the gateway with PIXELLE_WEBHOOK_SECRET="
                "whsec_<24 to 64 random bytes in base64>, or leave callback_url out and watch the task.",
                reason="WEBHOOK_SECRET_MISSING",
            )
        try:
            async with asyncio.timeout(self._seconds):
                await self._request(url, b"", {})
        except PermissionDenied as error:
            raise PermissionDenied(
                f"callback_url={url!r} leads to an address that is not on the public internet. Name a public one, or "
                "allow its host with PIXELLE_WEBHOOK_HOSTS.",
                reason=error.reason,
            ) from error
        except InvalidArgument as error:
            private = " Hosts in PIXELLE_WEBHOOK_HOSTS may be called over http." if url.startswith("http://") else ""
            raise InvalidArgument(f"callback_url: {error.message}{private}", reason=error.reason) from error
        except (TimeoutError, OSError) as error:
            raise InvalidArgument(
                f"callback_url={url!r}: no address is known for this host. Check its name.", reason="URL_UNREACHABLE"
            ) from error

    async def send(self, url: str, message_id: str, body: str) -> Attempt:
        """Call once. message_id: the same for every attempt at one message, so that receivers know it again."""
        assert self._signer, "check() comes first"
        now = datetime.now(UTC)
        headers = {
            "content-type": "application/json",
            "user-agent": "Pixelle-Video",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": self._signer.sign(message_id, now, body),
        }
        try:
            async with asyncio.timeout(self._seconds):
                request = await self._request(url, body.encode(), headers)
                answer = await self._client.send(request, stream=True)  # what it says is not read
                await answer.aclose()
        except (TimeoutError, httpx.TimeoutException):
            return Attempt(None, f"No answer within {self._seconds:g} s.")
        except PixelleError as error:
            return Attempt(None, f"Not called: {error.reason}.")
        except (httpx.HTTPError, OSError):
            return Attempt(None, "The host cannot be reached, or does not answer as HTTP wants it.")
        status = answer.status_code
        if answer.is_success:
            return Attempt(status, None)
        if answer.is_redirect:
            return Attempt(status, f"Answered {status}: redirects are not followed.")
        return Attempt(status, f"Answered {status}" + (": wants no more calls." if status == _GONE else "."))

    async def _request(self, url: str, body: bytes, headers: dict[str, str]) -> httpx.Request:
        trusted = self._trusts(url)
        return await pinned(
            self._client,
            url,
            allow_http=trusted or self._allow_http,
            permitted=(lambda _: True) if trusted else is_public,
            headers=headers,
            content=body,
        )

    def _trusts(self, url: str) -> bool:
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            return False
        return bool({parsed.host, f"{parsed.host}:{parsed.port or ''}"} & self._hosts)

    async def close(self) -> None:
        """Hang up."""
        await self._client.aclose()
