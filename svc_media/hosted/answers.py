"""What a vendor's file speaks in: its families of models, and what its answers mean."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelle.runtime.fetch import sniff

if TYPE_CHECKING:
    from pixelle.vendors.caller import Question

__all__ = ["Family", "Pending", "Ready", "data_url"]


@dataclass(frozen=True)
class Family:
    """Models of a vendor that are asked alike."""

    begins: str
    """What their names begin with."""
    known: tuple[str, ...]
    """Those that are listed; newer ones of the family can be named as well."""
    images: bool = False
    videos: bool = False
    edits: bool = False
    """They can start from a picture."""
    needs_picture: bool = False
    """They cannot without one."""
    negative_prompts: bool = False


@dataclass(frozen=True)
class Ready:
    """What was made: a file to fetch, or its bytes."""

    url: str = ""
    data: bytes = b""
    spent: float = 0.0
    """What the vendor counted, in `unit`; 0 when it does not say."""
    unit: str = ""


@dataclass(frozen=True)
class Pending:
    """Work that the vendor has begun."""

    look: Question
    """Asks how far it is."""
    cancel: Question | None = None
    """Stops it; None where the vendor cannot."""


def data_url(picture: bytes) -> str:
    """A picture as a data: URL."""
    return f"data:{sniff(picture)};base64,{base64.b64encode(picture).decode()}"
