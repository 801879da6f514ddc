"""What a vendor's file speaks in: its families of models, and what its answers mean."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import Unavailable
from pixelle.runtime.fetch import sniff
from pixelle.vendors.caller import Question, text_at, tree

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Family", "Pending", "Ready", "data_url", "noted", "read", "stated"]


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


def noted(answer: Ready | Pending) -> dict[str, Any]:
    """What finds it again (JSON); the questions of a task have a path alone."""
    if isinstance(answer, Ready):
        return {"url": answer.url, "spent": answer.spent, "unit": answer.unit}
    cancel = answer.cancel and [answer.cancel.method, answer.cancel.path]
    return {"look": [answer.look.method, answer.look.path], "cancel": cancel}


def read(facts: Mapping[str, Any]) -> Ready | Pending:
    """What `noted` wrote."""
    if url := text_at(facts, "url"):
        return Ready(url, spent=float(text_at(facts, "spent") or 0), unit=text_at(facts, "unit"))
    look, cancel = (
        Question(text_at(facts, name, 0), text_at(facts, name, 1)) if tree(facts, name) else None
        for name in ("look", "cancel")
    )
    assert look, "an order is an address or a task"
    return Pending(look, cancel)


def stated(vendor: str, told: Mapping[str, Any], *path: str | int) -> str:
    """What an answer has to say at `path`. Raises Unavailable (VENDOR_ANSWER) when it does not."""
    if said := text_at(told, *path):
        return said
    raise Unavailable(f"{vendor} answered something unknown. Try again.", reason="VENDOR_ANSWER")


def data_url(picture: bytes) -> str:
    """A picture as a data: URL."""
    return f"data:{sniff(picture)};base64,{base64.b64encode(picture).decode()}"
