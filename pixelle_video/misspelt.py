"""Environment variables that are meant as settings and are none."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["misspelt"]

_TESTS = "PIXELLE_TEST_"
"""What the tests are told."""
_NEAR = 0.85
"""How like a setting a name must be: what else begins with PIXELLE_ may be somebody's own."""


def misspelt(environment: Iterable[str], known: Collection[str]) -> list[str]:
    """
    What is to be said of names in the environment that are nearly those of settings, a sentence for each.

    known: names of the settings, in capitals; the environment's may be written as one likes.
    """
    ours = sorted(name for name in environment if name.upper().startswith("PIXELLE_") and name.upper() not in known)
    mine = (name for name in ours if not name.upper().startswith(_TESTS))
    near = {name: get_close_matches(name.upper(), sorted(known), n=1, cutoff=_NEAR) for name in mine}
    return [f"{name} is no setting and does nothing. Did you mean {meant[0]}?" for name, meant in near.items() if meant]
