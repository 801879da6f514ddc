"""A palette in the light of an hour and a mood."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from svc_media.art.colour import RGB, lightness, mix

if TYPE_CHECKING:
    from collections.abc import Callable

    from svc_media.art.moods import Hour, Mood
    from svc_media.art.palettes import Palette, Tones

__all__ = ["tones_at"]

_PEACH, _LILAC, _EMBER, _INDIGO = (255, 206, 170), (206, 200, 236), (246, 142, 84), (66, 58, 132)


def tones_at(palette: Palette, hour: Hour, mood: Mood) -> Tones:
    """The colours of a scene."""
    return _felt(_lit(palette, hour), mood)


def _lit(palette: Palette, hour: Hour) -> Tones:
    day, night = palette.light, palette.dark
    if hour == "day":
        return day
    if hour == "night":
        return night
    if hour == "dawn":
        # low light: a cool zenith over a warm horizon, the land still in haze
        return replace(
            day,
            top=mix(day.top, _LILAC, 0.45),
            bottom=mix(day.bottom, _PEACH, 0.6),
            shape=mix(day.shape, (255, 236, 190), 0.45),
            far=mix(day.far, mix(_PEACH, _LILAC, 0.5), 0.4),
            near=mix(day.near, day.far, 0.12),
        )
    # dusk: the sky burns at the horizon, the land is on its way to the night
    return replace(
        day,
        top=mix(mix(day.near, night.top, 0.45), _INDIGO, 0.5),
        bottom=mix(mix(day.bottom, night.shape, 0.3), _EMBER, 0.5),
        shape=mix(night.shape, (255, 214, 130), 0.45),
        far=mix(mix(day.near, night.bottom, 0.45), _EMBER, 0.14),
        near=mix(day.ground, night.far, 0.6),
        ground=mix(day.ground, night.ground, 0.72),
        ink=night.ink,
    )


def _felt(tones: Tones, mood: Mood) -> Tones:
    if mood == "joyful":
        return _each(tones, lambda colour: _saturated(colour, 1.16))
    if mood == "calm":
        return _each(tones, lambda colour: _saturated(mix(colour, tones.bottom, 0.06), 0.88))
    if mood == "sad":
        cool = (96, 112, 138)
        return _each(tones, lambda colour: mix(_saturated(colour, 0.5), cool, 0.12))
    if mood == "tense":
        return replace(_each(tones, lambda colour: mix(_saturated(colour, 1.06), tones.ink, 0.1)), accent=(226, 62, 52))
    return tones


def _each(tones: Tones, change: Callable[[RGB], RGB]) -> Tones:
    """Every colour but the shadows' changed."""
    names = [field.name for field in fields(tones) if field.name not in {"dark", "ink"}]
    return replace(tones, **{name: change(getattr(tones, name)) for name in names})


def _saturated(colour: RGB, by: float) -> RGB:
    """Further from (by > 1) or nearer to the grey of the same lightness."""
    grey = round(255 * lightness(colour) ** 2.2) if by > 1 else round(sum(colour) / 3)
    red, green, blue = (max(0, min(255, round(grey + (part - grey) * by))) for part in colour)
    return red, green, blue
