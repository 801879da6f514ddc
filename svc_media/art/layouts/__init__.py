"""Compositions: each is one way to arrange a hero and its props on the whole canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svc_media.art.layouts.outdoors import hills, planet, portal, tide
from svc_media.art.layouts.posters import rays, split, steps, studio
from svc_media.art.layouts.rooms import arch, room, shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from svc_media.art.stage import Stage

__all__ = ["LAYOUTS"]

LAYOUTS: dict[str, Callable[[Stage], None]] = {
    "hills": hills,
    "studio": studio,
    "room": room,
    "portal": portal,
    "arch": arch,
    "split": split,
    "tide": tide,
    "shelf": shelf,
    "rays": rays,
    "planet": planet,
    "steps": steps,
}
"""By name. Their number has no divisor in common with the number of palettes, so pairs repeat late."""
