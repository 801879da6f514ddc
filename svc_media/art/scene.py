"""From a brief to a finished picture: hour, mood, layout, palette, and the order of a video's scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from svc_media.art.canvas import Canvas
from svc_media.art.chance import order, stream
from svc_media.art.layouts import ALL, LAYOUTS, OUTDOORS, SPECIAL
from svc_media.art.lexicon import lexicon
from svc_media.art.light import tones_at
from svc_media.art.moods import hour_of, long_ago, mood_of, place_of, weather_of
from svc_media.art.palettes import PALETTES
from svc_media.art.people import trade_of
from svc_media.art.stage import Stage
from svc_media.art.weather import fall

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from svc_media.art.canvas import Texture
    from svc_media.art.moods import Hour, Mood, Place, Weather
    from svc_media.art.sprites import Sprites
    from svc_media.art.subjects import Cast

__all__ = ["Look", "look_of", "paint"]

_TEXTURES: tuple[Texture, ...] = ("paper", "canvas", "film")
_PLACES: tuple[Place, ...] = ("hills", "mountains", "forest", "hills")
_HOURS: tuple[Hour, ...] = ("day", "dusk", "day", "dawn", "day", "night", "day", "dusk")
"""What hour it is where the text does not say: a scene now and then off the day keeps a video from being all pastel."""

_FURNITURE = frozenset(
    {"bed", "bathtub", "chair", "cooking", "couch-and-lamp", "desktop-computer", "file-cabinet", "in-bed", "mirror"}
    | {"fork-and-knife-with-plate", "printer", "shower", "taking-bath", "television", "toilet", "window"}
)
_OPEN_AIR = frozenset({"clearing", "lake", "road", "street", "tide"})
_INDOORS = ("room", "blinds", "shelf")
"""Where furniture is shown that would stand on a road."""
_SWIMMERS = frozenset(
    {"coral", "dolphin", "fish", "jellyfish", "octopus", "shark", "spouting-whale", "tropical-fish", "turtle", "whale"}
)
_ON_LAND = frozenset({"clearing", "clouds", "hills", "islands", "road", "street"})
_IN_WATER = ("deep", "tide")
"""Where those swim that would lie on a meadow or a cloud."""

_GROUNDED = frozenset(str(lexicon()["grounded"]).split())
_NOT_GROUND = frozenset({"blinds", "clouds", "room", "shelf"})
_GROUND = ("hills", "rays", "portal", "steps")
"""Where what is grounded is shown instead."""
_OF_ASPHALT = frozenset({"road", "street"})
_UNPAVED = ("hills", "clearing", "portal")
"""Where scenes of long ago play instead."""


@dataclass(frozen=True)
class Look:
    """What a scene of a video looks like before it is known what it shows."""

    layout: str
    palette: str
    hour: Hour
    mood: Mood
    weather: Weather
    place: Place
    texture: Texture
    """The same in all scenes of a video."""

    @property
    def dark(self) -> bool:
        """Night."""
        return self.hour == "night"


def look_of(text: str, *, seed: int, index: int, topic: str = "") -> Look:
    """
    The look of scene `index` of the video `seed`: neighbours differ, layout and palette together repeat late.

    topic: what the whole video is about.
    """
    layouts = list(LAYOUTS)
    layout = layouts[order(seed, "layout", len(layouts), index)]
    palette = PALETTES[order(seed, "palette", len(PALETTES), index)]
    place = place_of(text, topic) or _PLACES[order(seed, "place", len(_PLACES), index)]
    unfit, instead = SPECIAL.get(place, (frozenset(), ()))
    if layout in unfit:
        layout = instead[index % len(instead)]
    if layout in _OF_ASPHALT and long_ago(text, topic):
        layout = _UNPAVED[index % len(_UNPAVED)]
    return Look(
        layout,
        palette.name,
        hour_of(text) or _HOURS[order(seed, "hour", len(_HOURS), index)],
        mood_of(text),
        weather_of(text),
        place,
        _TEXTURES[order(seed, "texture", len(_TEXTURES), 0)],
    )


def paint(
    look: Look, cast: Cast, sprites: Sprites, *, width: int, height: int, seed: int, index: int
) -> NDArray[np.uint8]:
    """The picture, uint8 [height, width, 3]."""
    palette = next(palette for palette in PALETTES if palette.name == look.palette)
    tones = tones_at(palette, look.hour, look.mood)
    # whoever it is, what they do is composed in the same way
    rng = stream(seed, index, look.layout, trade_of(cast.hero))
    stage = Stage(
        canvas=Canvas(width, height, tones.ink),
        tones=tones,
        place=look.place,
        hour=look.hour,
        rng=rng,
        sprites=sprites,
        hero=cast.hero,
        props=list(cast.props),
        side=1 if rng.random() < 0.5 else -1,
        flip=rng.random() < 0.5,
    )
    layout = look.layout
    if trade_of(cast.hero) in _FURNITURE and layout in _OPEN_AIR:
        layout = _INDOORS[index % len(_INDOORS)]
    elif cast.hero in _SWIMMERS and layout in _ON_LAND:
        layout = _IN_WATER[index % len(_IN_WATER)]
    elif cast.hero in _GROUNDED and layout in _NOT_GROUND:
        layout = _GROUND[index % len(_GROUND)]
    ALL[layout](stage)
    if look.weather != "clear" and layout in OUTDOORS:
        fall(stage, look.weather)
    vignette = {"night": 0.5, "dusk": 0.46}.get(look.hour, 0.34) + (0.14 if look.mood == "tense" else 0.0)
    return stage.canvas.finish(
        grain=1.5, vignette=vignette, seed=rng.getrandbits(30), texture=look.texture, side=stage.side
    )
