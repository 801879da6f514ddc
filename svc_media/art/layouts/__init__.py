"""Compositions: each is one way to arrange a hero and its props on the whole canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svc_media.art.layouts.nature import clearing, deep
from svc_media.art.layouts.outdoors import hills, planet, portal, tide
from svc_media.art.layouts.posters import rays, split, steps, studio
from svc_media.art.layouts.rooms import arch, room, shelf
from svc_media.art.layouts.still import blinds, scrapbook, spotlight, street
from svc_media.art.layouts.vistas import clouds, islands, lake, road

if TYPE_CHECKING:
    from collections.abc import Callable

    from svc_media.art.stage import Stage

__all__ = ["ALL", "LAYOUTS", "OUTDOORS", "SPECIAL"]

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
    "lake": lake,
    "blinds": blinds,
    "clouds": clouds,
    "scrapbook": scrapbook,
    "road": road,
    "spotlight": spotlight,
    "clearing": clearing,
    "islands": islands,
    "street": street,
}
"""By name, in turn. Their number has no divisor in common with the number of palettes, so pairs repeat late."""

ALL = {**LAYOUTS, "deep": deep}
"""Those, and what only texts that speak of it get."""

OUTDOORS = frozenset({"hills", "portal", "tide", "lake", "clouds", "road", "clearing", "islands", "street"})
"""Where it can rain and snow."""

SPECIAL: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {
    "deep": (
        frozenset({"street", "road", "clearing", "blinds", "room", "shelf", "hills", "spotlight"}),
        ("deep", "tide", "deep", "lake"),
    ),
    "sea": (frozenset({"street", "road", "clearing", "blinds", "room", "spotlight"}), ("tide", "lake", "clouds")),
    "desert": (
        frozenset({"street", "road", "clearing", "tide", "lake", "blinds", "room", "shelf"}),
        ("hills", "portal", "rays"),
    ),
    "forest": (frozenset({"street", "tide", "blinds", "room", "shelf"}), ("clearing", "hills", "road")),
    "space": (
        frozenset({"street", "road", "clearing", "tide", "lake", "room"}),
        ("planet", "islands", "portal", "rays"),
    ),
}
"""Places, the compositions that would belie them, and those to take instead in turn."""
