"""Where an endpoint is, as people write it: with the path of one call, a version behind a question mark, a space."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit, urlunsplit

__all__ = ["Address", "address_of"]

_CALL = "/chat/completions"
_AZURE = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")


@dataclass(frozen=True)
class Address:
    """An endpoint."""

    url: str
    """What calls are put behind."""
    query: dict[str, str] = field(default_factory=dict[str, str])
    """Sent with every call; Azure has its version there."""
    keyed: bool = False
    """It reads the key from `api-key`."""
    shown: str = ""
    """For people: without a password."""
    wrong: str = ""
    """What is wrong with it; "" when nothing is."""


def address_of(text: str) -> Address:
    """The endpoint that is meant by what stands in the settings."""
    try:
        parts = urlsplit(text.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        return Address(text, shown=text, wrong=f"it is no address: {error}")
    if parts.scheme not in {"http", "https"} or not host:
        return Address(text, shown=text, wrong="it must begin with http:// or https:// and name a host")
    path = parts.path.rstrip("/").removesuffix(_CALL)
    place = parts.netloc.rpartition("@")[2]
    return Address(
        urlunsplit((parts.scheme, parts.netloc, path, "", "")),
        dict(parse_qsl(parts.query)),
        host.endswith(_AZURE),
        urlunsplit((parts.scheme, place, path, "", "")),
    )
