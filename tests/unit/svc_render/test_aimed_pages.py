"""A page shows of a picture that it must cut the part that draws the eye, unless the page says which."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from tests.unit.svc_render.conftest import artist_with
from tests.unit.svc_render.people import HAIR, snapshot

if TYPE_CHECKING:
    from pathlib import Path

    from svc_render.browser import Browser
    from svc_render.drawing import Artist

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOX = "<!doctype html><style>body{margin:0}img{display:block;width:512px;height:384px;object-fit:cover;%s}</style>"
OWN = {
    "image_plain": BOX % "" + "<img src={{image}}>",
    "image_lower": BOX % "object-position:50% 100%" + "<img src={{image}}>",
    "image_whole": BOX % "object-fit:contain" + "<img src={{image}}>",
}
BUILT_IN = [
    "1920x1080/image_full.html",
    "1920x1080/image_default.html",
    "1080x1080/image_default.html",
    "1920x1080/image_postcard.html",
    "1920x1080/image_wide_darktech.html",
]


@pytest.fixture
def artist(browser: Browser, tmp_path: Path) -> Artist:
    return artist_with(OWN, tmp_path, browser, default="512x384/image_plain.html")


async def drawn(artist: Artist, template: str, picture: Image.Image, *, moving: bool = False) -> np.ndarray:
    out = io.BytesIO()
    picture.save(out, "PNG")
    data = out.getvalue()
    artifact = core_pb2.Artifact(inline=data, size_bytes=len(data), media_type="image/png")
    visual = core_pb2.Visual(kind=core_pb2.MEDIA_KIND_IMAGE, artifact=artifact)
    page = render_pb2.Page(template=template, text="A line.", title="A title", visual=visual, count=3, index=1)
    made = await artist.draw(page, pan=(4.0, 7) if moving else None)
    png = made.moving.view if made.moving else made.png
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def heads(picture: np.ndarray) -> int:
    return int((np.abs(picture.astype(int) - HAIR).max(axis=2) < 90).sum())


STANDING = snapshot("foliage", (600, 800), [(0.5, 0.97, 0.85)])


@pytest.mark.parametrize("moving", [False, True])
async def test_a_page_that_says_nothing_shows_the_head(artist: Artist, moving: bool) -> None:
    shown = heads(await drawn(artist, "512x384/image_plain.html", STANDING, moving=moving))
    whole = heads(await drawn(artist, "512x384/image_whole.html", STANDING))
    assert shown > 0.9 * whole * (512 / 288) ** 2
    assert heads(await drawn(artist, "512x384/image_lower.html", STANDING, moving=moving)) == 0


@pytest.mark.parametrize("key", BUILT_IN)
async def test_the_built_in_pages_show_the_head(artist: Artist, key: str) -> None:
    tall = snapshot("sky", (600, 1000), [(0.5, 0.98, 0.95)])
    middle = np.asarray(tall)[250:750].copy()
    assert heads(middle) == 0, "which the middle would have lost"
    assert heads(await drawn(artist, key, tall)) > 500
