"""The order of a video's scenes."""

from __future__ import annotations

import itertools
import math

import pytest

from svc_media.art.chance import order, stream
from svc_media.art.layouts import LAYOUTS
from svc_media.art.palettes import PALETTES
from svc_media.art.scene import look_of


def test_streams_depend_on_their_parts_alone() -> None:
    assert stream(1, "a").random() == stream(1, "a").random()
    assert stream(1, "a").random() != stream(1, "b").random()
    # pinned: pictures must stay the same from one release to the next
    assert [order(7, "layout", 11, index) for index in range(11)] == [3, 9, 4, 6, 7, 8, 5, 10, 0, 1, 2]


def test_layouts_and_palettes_share_no_divisor() -> None:
    assert len(LAYOUTS) >= 20
    assert math.gcd(len(LAYOUTS), len(PALETTES)) == 1


@pytest.mark.parametrize("seed", [0, 1, 7, 2**32 - 1])
def test_neighbours_differ_and_no_pair_comes_back_within_twenty_scenes(seed: int) -> None:
    looks = [look_of("Reading is good for you.", seed=seed, index=index) for index in range(20)]
    assert len({(look.layout, look.palette) for look in looks}) == 20
    for one, other in itertools.pairwise(looks):
        assert one.layout != other.layout
        assert one.palette != other.palette


def test_the_text_sets_mood_and_place() -> None:
    night = [look_of("Sleep repairs your body at night.", seed=3, index=index) for index in range(8)]
    assert all(look.dark for look in night)
    assert look_of("The oceans cover our planet.", seed=3, index=0).place == "sea"
    assert look_of("Cities are getting hotter.", seed=3, index=0).place == "city"
    plain = [look_of("Tea was first grown in China.", seed=3, index=index).hour for index in range(8)]
    assert plain.count("night") == 1
    assert set(plain) == {"dawn", "day", "dusk", "night"}


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("Camels cross the desert.", {"room", "shelf", "lake", "tide", "street", "road"}),
        ("Wolves live in the forest.", {"room", "shelf", "tide", "street"}),
        ("The astronaut looks at Mars.", {"room", "lake", "tide", "street", "clearing"}),
        ("The ship leaves the harbour.", {"room", "street", "clearing", "road"}),
    ],
)
def test_no_composition_belies_the_place(text: str, never: set[str]) -> None:
    assert not never & {look_of(text, seed=seed, index=index).layout for seed in (1, 2) for index in range(20)}
