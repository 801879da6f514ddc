"""What to search for: the words of an image prompt that name things."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re

__all__ = ["queries"]

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_MOST = 100
"""Characters that every library takes."""
_EMPTY = frozenset(
    """
    a an the and or but of to in on at by for with from as into onto over under above below behind beside near between
    is are was were be been being has have had do does it its this that these those there here who whom whose which
    he she they his her their our your my we you i not no very more most some any each every one two three few many
    while when where how why what than then so such just only own other another both all through across around along
    show shows showing shown seen scene view picture image photo photograph photography illustration drawing painting
    style styled watercolour watercolor ink pencil sketch render rendering vector flat digital art artwork cinematic
    realistic photorealistic detailed high quality resolution composition composed background foreground lighting lit
    light soft warm cool muted gentle bright dark subtle palette colours colors tones tone texture textured mood
    atmosphere close-up closeup wide shot angle frame framed depth field focus shallow minimal minimalist clean modern
    old new young small little large big tiny huge tall short long wide narrow empty full beautiful simple single
    """.split()
)
"""Words that lead to no picture, and those that say how one is painted."""


def queries(prompt: str) -> list[str]:
    """What to search for, the most precise first; the prompt's own beginning when it has no word that names a thing."""
    if _UNSPACED.search(prompt):
        first = re.split(r"[\s,.;:!?、。，；：！？]+", prompt.strip())[0]
        return [first[:_MOST]]
    found = [word.lower() for word in _WORD.findall(prompt)]
    named = list(dict.fromkeys(word for word in found if word not in _EMPTY and len(word) > 1))
    if not named:
        return [prompt.strip()[:_MOST]]
    sizes = dict.fromkeys(min(size, len(named)) for size in (4, 2, 1))
    return [" ".join(named[:size])[:_MOST] for size in sizes]
