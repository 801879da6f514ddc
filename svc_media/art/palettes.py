"""Palettes picked by hand, each with a light and a dark reading."""

from __future__ import annotations

from dataclasses import dataclass

from svc_media.art.colour import RGB, hexed

__all__ = ["PALETTES", "Palette", "Tones"]


@dataclass(frozen=True)
class Tones:
    """The colours of one scene."""

    top: RGB
    """Sky or wall, above."""
    bottom: RGB
    """Sky or wall, at the horizon."""
    shape: RGB
    """The large shape behind the hero."""
    far: RGB
    near: RGB
    ground: RGB
    """What the hero stands on."""
    accent: RGB
    """Small things that may shine."""
    ink: RGB
    """Shadows."""
    dark: bool
    """A night reading: stars and lamps rather than clouds."""


@dataclass(frozen=True)
class Palette:
    """A family of colours."""

    name: str
    light: Tones
    dark: Tones


def _tones(text: str, *, dark: bool) -> Tones:
    top, bottom, shape, far, near, ground, accent, ink = (hexed(part) for part in text.split())
    return Tones(top, bottom, shape, far, near, ground, accent, ink, dark)


def _palette(name: str, light: str, dark: str) -> Palette:
    return Palette(name, _tones(light, dark=False), _tones(dark, dark=True))


#                 top     bottom  shape   far     near    ground  accent  ink
PALETTES = (
    _palette(
        "apricot",
        "#fdecd6 #f9c49c #f2845c #f4ab82 #d9654b #b84a3f #2f6f7e #5a1f2b",
        "#2a1b3d #7a3b5e #f2a65a #5b2f57 #43234a #2e1838 #f6c177 #120a1e",
    ),
    _palette(
        "lagoon",
        "#e3f5ef #93d3c8 #f7c873 #6fbbb5 #3d948f #24706f #f26b5b #0e3b40",
        "#0b2233 #1c5a6b #f3d9a0 #17485a #103648 #0a2635 #f2917b #04121b",
    ),
    _palette(
        "mustard",
        "#f5e9ee #e0bccd #f0b94a #c48fb0 #8f5482 #64355f #2e8c7a #35173a",
        "#1f1230 #5c3266 #edb458 #472856 #331c44 #221332 #6fc2ae #0e0718",
    ),
    _palette(
        "meadow",
        "#eaf5df #bfdfa0 #fff0b0 #9ccb80 #5fa45a #3a7a45 #f08a4b #173c26",
        "#0e2a2b #2e6650 #f5e6a8 #22524a #173e3a #0f2b2b #f2a65a #06161a",
    ),
    _palette(
        "noon",
        "#8cc6f2 #d8eefb #fff3d6 #86b8e4 #4a86c5 #2f639f #ffb347 #12315c",
        "#0c1b3f #27508c #fbe3a6 #1e3f75 #152e5b #0e2045 #ff9e6b #050d22",
    ),
    _palette(
        "clay",
        "#f7eadd #e7c7a9 #c8643f #d69a75 #a85a3c #7a3b2a #3c6e71 #3a160d",
        "#1d1a33 #8a4a3c #f4b26a #693a38 #47292f #2c1b25 #7fc0b8 #0d0913",
    ),
    _palette(
        "mint",
        "#effaf4 #bfe8d5 #ff9e8a #93d2b8 #55ae93 #2f8473 #f25f6b #124a43",
        "#0d2729 #216059 #ffb59e #1a4f4b #133d3c #0d2b2c #ff8f8a #05181a",
    ),
    _palette(
        "rose",
        "#feefeb #f7c5be #e4576b #f0a19e #c9606f #9b3f57 #2b7a8c #4a1629",
        "#2b1024 #7b2c4b #ffb88a #5c2340 #431a34 #2d1126 #7cc6cf #12060f",
    ),
    _palette(
        "lemon",
        "#fffae6 #ffe49a #ff9f45 #f7cb5f #e39a3b #b86d2b #2d7d90 #56300f",
        "#221a2e #5f4257 #ffd35c #4b3449 #37273a #261b2c #6cc0c8 #0f0a16",
    ),
    _palette(
        "slate",
        "#eef2f5 #bfcdd8 #f2b84b #9db0bf #667f93 #435a6e #e85d4a #1d2c3a",
        "#111a24 #344c61 #f4c95d #2a3e51 #1f303f #15222e #f07f6a #070c12",
    ),
    _palette(
        "berry",
        "#fdebf3 #f2b1cb #ffd166 #e189b0 #b64f86 #863467 #118ab2 #43123a",
        "#240d2c #6b2459 #ffcb69 #511c4b #3c153c #290f2c #58bfd8 #100514",
    ),
    _palette(
        "shore",
        "#fef4e2 #f5dcb0 #4fb3bf #8cc7c4 #3e8fa3 #2a6780 #ef6f4c #12384a",
        "#10202f #2d5b70 #f7b267 #234a5e #1a394b #122838 #f4845f #060f18",
    ),
    _palette(
        "forest",
        "#f0f3e2 #ccd6ac #e9b44c #9db17c #5d7f53 #385a3f #d1495b #162b1c",
        "#101d17 #33543f #eec170 #294534 #1e3428 #14251c #e5717a #060e0a",
    ),
    _palette(
        "ice",
        "#f4f9fc #cbe0ef #f7a38e #a9c8e0 #6e9cc2 #46739b #f4845f #1b3a57",
        "#0e1c30 #30567e #ffc6a8 #274769 #1c3651 #13263b #ff9f7a #060e1a",
    ),
    _palette(
        "peony",
        "#fdf0f4 #f6c6d6 #d8436f #ec9fbb #c0577f #7f3560 #3f9e8f #3f1434",
        "#1f1026 #6a2a55 #f79ab0 #4d1f45 #371636 #230e26 #7fd1b9 #0d0511",
    ),
    _palette(
        "olive",
        "#f6f3df #dcd9a4 #c9582f #b9b873 #83873f #55602f #2f6f8f #262c12",
        "#16221c #5c6b34 #f3c766 #465628 #2f3f22 #1c2817 #f0905c #0a100a",
    ),
    _palette(
        "harbour",
        "#e6f0f7 #a9cbe0 #e8574a #7facc9 #3f7599 #234f73 #f7b538 #0c2338",
        "#0a1626 #22507a #ff9a76 #1a3f63 #122f4c #0a1d31 #f7c04a #040a13",
    ),
    _palette(
        "plum",
        "#f5ecf7 #d9bfe3 #f2a541 #b78fc9 #7b4f96 #523070 #3aa17e #281238",
        "#170d24 #4b2a6b #ffb454 #391f54 #291640 #1a0d2a #5fc9a1 #0a0512",
    ),
    _palette(
        "coral",
        "#fff1e9 #ffd0b8 #ff6f59 #f7a48a #d96a5c #96414b #2c8c99 #481a26",
        "#25121f #7a3044 #ff9b71 #5a2337 #40192b #28101d #5bbcc4 #10060d",
    ),
    _palette(
        "glacier",
        "#eef8f9 #b8e0e4 #f26b8a #8cc6d0 #4a94a8 #2b677f #ffb84d #0f3040",
        "#0a1a24 #1f5566 #ff9db0 #194653 #123541 #0b222c #ffc76b #040c11",
    ),
    _palette(
        "wheat",
        "#fbf5e4 #eddcaa #3f7cac #d3bb7c #a3854a #75592f #d9503f #352510",
        "#141d33 #5a5a58 #f3cf7a #48484f #33343f #20222e #f2846a #080b14",
    ),
    _palette(
        "jade",
        "#ecf6ee #b5dcc0 #f4a33d #82bd97 #3f8a68 #22604d #d8495d #0b3028",
        "#081d22 #1d6a62 #ffa07c #17483c #11372e #0a231e #f77a86 #030d0b",
    ),
    _palette(
        "cobalt",
        "#e9efff #b3c6fb #ff8a5b #86a1ee #4563c4 #2c4496 #ffcf56 #111e50",
        "#0a0f2c #2a3f94 #ffb07a #1f3076 #16235a #0d1539 #ffd970 #04071a",
    ),
    _palette(
        "brick",
        "#faece6 #eebfae #2f7f86 #d98f78 #a8503f #74332d #f0a93b #36120f",
        "#1b1730 #7a3a44 #86d3c8 #5d2c3a #40202f #291523 #f5b66a #0c0812",
    ),
    _palette(
        "lilac",
        "#f4f0fd #cfc4f3 #ff8fa3 #ac9be2 #7562b8 #4d3f8a #f9b44c #211844",
        "#130f2b #443a86 #ff9fb0 #332b6a #251f50 #171333 #ffc877 #080616",
    ),
    _palette(
        "sunset",
        "#fff0dd #ffc48a #e0486b #f79a6c #c9566a #8a3662 #2f8fa8 #3f1238",
        "#1c1440 #a3485c #ffc27a #6d3260 #482556 #281640 #69c3cf #0d071c",
    ),
    _palette(
        "thistle",
        "#f3eff4 #d5cbe0 #5b8e6b #b3a2c6 #7d6b9c #54456f #e0913a #251b38",
        "#141225 #4a4070 #9fd3a6 #383059 #292344 #1a162d #f0b267 #080612",
    ),
)
