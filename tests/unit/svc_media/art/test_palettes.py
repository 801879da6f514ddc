"""Enough palettes, and every one with room for a hero to stand out."""

from __future__ import annotations

import pytest

from svc_media.art.colour import RGB, contrasting, distance, hexed, lightness, mix, oklab
from svc_media.art.palettes import PALETTES, Tones

HEROES = {name: hexed(value) for name, value in {
    "book": "#e8622f", "leaf": "#55b04a", "heart": "#f0204f", "coin": "#f5b433", "cloud": "#e8e6f0", "pawn": "#333036",
    "brain": "#f47bd0", "skin": "#f7b93a", "water": "#58a8f5", "stone": "#8d8494",
}.items()}  # fmt: skip


def every() -> list[tuple[str, Tones]]:
    return [(f"{p.name}-{kind}", tones) for p in PALETTES for kind, tones in (("light", p.light), ("dark", p.dark))]


def test_there_are_at_least_twenty_four_and_no_two_are_alike() -> None:
    assert len(PALETTES) >= 24
    assert len({palette.name for palette in PALETTES}) == len(PALETTES)
    for kind in ("light", "dark"):
        tones: list[Tones] = [getattr(palette, kind) for palette in PALETTES]
        for place, one in enumerate(tones):
            for other in tones[place + 1 :]:
                pairs = zip((one.bottom, one.shape, one.ground), (other.bottom, other.shape, other.ground), strict=True)
                assert max(distance(a, b) for a, b in pairs) > 0.05


@pytest.mark.parametrize(("name", "tones"), every(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_palette_has_depth(name: str, tones: Tones) -> None:
    assert lightness(tones.ink) < lightness(tones.ground) < lightness(tones.far)
    assert distance(tones.shape, tones.bottom) > 0.05
    assert tones.dark == (lightness(tones.top) < 0.5), name


@pytest.mark.parametrize("hero", HEROES.values(), ids=HEROES.keys())
@pytest.mark.parametrize(("name", "tones"), every(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_hero_stands_out_from_some_backdrop_of_every_palette(name: str, tones: Tones, hero: RGB) -> None:
    pale = mix(tones.top, (255, 255, 255), 0.65)
    chosen = contrasting((hero,), [tones.shape, tones.bottom, pale, tones.near, mix(tones.ground, tones.ink, 0.5)])
    assert distance(hero, chosen) > 0.15, name


def test_oklab_of_known_colours() -> None:
    assert oklab((255, 255, 255)) == pytest.approx((1, 0, 0), abs=1e-3)
    assert oklab((255, 0, 0)) == pytest.approx((0.628, 0.225, 0.126), abs=1e-3)
