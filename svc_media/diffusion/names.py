"""Names in an entry of the catalogue that the model it describes does not know."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import nearest
from svc_media.diffusion.catalogue import broken

if TYPE_CHECKING:
    from collections.abc import Collection

    from svc_media.diffusion.catalogue import Entry

__all__ = ["check_names"]


def check_names(entry: Entry, pipe: Any) -> None:
    """
    pipe: what the entry's weights were loaded as.

    Raises FailedPrecondition (CATALOGUE_BROKEN): diffusers would pass over such a name without a word, or fail only
    when it comes to it.
    """
    import diffusers  # pyright: ignore[reportMissingImports]

    lines: list[Any] = [pipe]
    if entry.from_picture:
        if not hasattr(diffusers, entry.from_picture):
            raise broken(entry.weights, f"from_picture: diffusers has no {entry.from_picture!r}")
        lines.append(getattr(diffusers, entry.from_picture))
    takes = {name for line in lines for name in inspect.signature(line.__call__).parameters}
    parts: Collection[str] = pipe.components
    kinds = [name for name in entry.dtype if name != "default"] if isinstance(entry.dtype, dict) else []
    reader = [] if entry.prompt.pieces else [entry.prompt.reader]
    for field, names, known in (
        ("parts", entry.parts, parts),
        ("dtype", kinds, parts),
        ("prompt.reader", reader, parts),
        ("call", entry.call, takes),
        ("guidance_as", [entry.guidance_as] if entry.guided else [], takes),
    ):
        for name in names:
            if name not in known:
                raise broken(entry.weights, f"{field}: {type(pipe).__name__} has no {name!r}.{nearest(name, known)}")
