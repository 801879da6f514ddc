"""From a brief to a finished picture: subject, mood, layout, palette, and the order of a video's scenes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from svc_media.art.canvas import Canvas
from svc_media.art.chance import order, stream
from svc_media.art.layouts import LAYOUTS
from svc_media.art.palettes import PALETTES
from svc_media.art.stage import Stage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from svc_media.art.sprites import Sprites
    from svc_media.art.stage import Place
    from svc_media.art.subjects import Cast

__all__ = ["Look", "look_of", "paint"]

_NIGHT = re.compile(
    r"\b(nights?|sleep\w*|asleep|slept|dreams?|moon\w*|stars?|evening|midnight|dark\w*|space|universe|galax\w+|bed(time)?|dusk|planets?)\b",
    re.IGNORECASE,
)
_PLACES: tuple[tuple[Place, re.Pattern[str]], ...] = (
    (
        "sea",
        re.compile(
            r"\b(sea|seas|ocean\w*|waves?|beach\w*|coast\w*|sail\w*|ships?|fish\w*|whales?|islands?|tides?|coral|water)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "city",
        re.compile(
            r"\b(cit(y|ies)|town\w*|street\w*|urban|office\w*|compan\w+|business\w*|money|market\w*|traffic|cars?|build\w*|bank\w*|shop\w*|job|code|software|econom\w+)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "mountains",
        re.compile(
            r"\b(mountain\w*|peaks?|climb\w*|summit|hik\w+|challeng\w+|goals?|courage|volcano\w*|snow\w*|winter|cold)\b",
            re.IGNORECASE,
        ),
    ),
    ("forest", re.compile(r"\b(forest\w*|trees?|woods?|jungle|bears?|wolf|wolves|camp\w*|animals?)\b", re.IGNORECASE)),
    ("desert", re.compile(r"\b(desert\w*|sand|camel\w*|dry|dinosaur\w*|egypt\w*|pyramid\w*)\b", re.IGNORECASE)),
)


@dataclass(frozen=True)
class Look:
    """What a scene of a video looks like before it is known what it shows."""

    layout: str
    palette: str
    dark: bool
    place: Place


def look_of(text: str, *, seed: int, index: int) -> Look:
    """The look of scene `index` of the video `seed`: neighbours differ, layout and palette together repeat late."""
    layouts = list(LAYOUTS)
    layout = layouts[order(seed, "layout", len(layouts), index)]
    palette = PALETTES[order(seed, "palette", len(PALETTES), index)]
    found: Place | None = next((place for place, words in _PLACES if words.search(text)), None)
    places: tuple[Place, Place, Place, Place] = ("hills", "mountains", "forest", "hills")
    place: Place = found or places[order(seed, "place", len(places), index)]
    # a day scene now and then in the dark reading keeps a long video from being all pastel
    dark = bool(_NIGHT.search(text)) or order(seed, "dark", 5, index) == 0
    return Look(layout, palette.name, dark, place)


def paint(
    look: Look, cast: Cast, sprites: Sprites, *, width: int, height: int, seed: int, index: int
) -> NDArray[np.uint8]:
    """The picture, uint8 [height, width, 3]."""
    palette = next(palette for palette in PALETTES if palette.name == look.palette)
    tones = palette.dark if look.dark else palette.light
    rng = stream(seed, index, look.layout, cast.hero)
    stage = Stage(
        canvas=Canvas(width, height, tones.ink),
        tones=tones,
        place=look.place,
        rng=rng,
        sprites=sprites,
        hero=cast.hero,
        props=list(cast.props),
        side=1 if rng.random() < 0.5 else -1,
        flip=rng.random() < 0.5,
    )
    LAYOUTS[look.layout](stage)
    return stage.canvas.finish(grain=1.6, vignette=0.5 if tones.dark else 0.34, seed=rng.getrandbits(30))
