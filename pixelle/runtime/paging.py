"""Pages of lists, the same way in every service."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["page"]

T = TypeVar("T")


def page(items: Sequence[T], page_size: int, page_token: str) -> tuple[Sequence[T], str]:
    """
    Cut one page out of a list.

    page_size: 0 means 50; at most 1000.
    page_token: "" for the first page, else the token of the page before.
    Returns the items and the next token ("" at the end). Raises InvalidArgument (PAGE_INVALID).
    """
    if not 0 <= page_size <= 1000:
        raise InvalidArgument(f"page_size is {page_size}; it must be 0 to 1000.", reason="PAGE_INVALID")
    if page_token and not page_token.isdecimal():
        raise InvalidArgument(
            f"Unknown page_token {page_token!r}; send the one of the last answer.", reason="PAGE_INVALID"
        )
    start = int(page_token or 0)
    stop = start + (page_size or 50)
    return items[start:stop], str(stop) if stop < len(items) else ""
