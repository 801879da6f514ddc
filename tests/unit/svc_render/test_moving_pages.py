"""A page whose picture moves looks like the page whose picture stands, but for the move."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import FailedPrecondition
from svc_render.clip import Length, make_clip
from svc_render.spoken import NOTHING, by_phrase, by_word
from svc_render.video.motion import Hero, Pan
from svc_render.video.planes import rgb
from svc_render.written import SpokenWord
from tests.unit.svc_render.conftest import artist_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from svc_render.browser import Browser
    from svc_render.drawing import Artist, Drawn
    from svc_render.spoken import Spoken

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWN = {
    "image_behind": "<!doctype html><style>body{margin:0}div{position:absolute;inset:20px 60px;"
    'background:url("{{image}}") 20% 30%/cover;'
    "border:6px solid #fff;padding:12px;color:#fff}</style><div>{{text}}</div>",
    "image_contain": "<!doctype html><style>body{margin:0;background:#402}img{position:absolute;left:30px;top:20px;"
    "width:400px;height:300px;object-fit:contain;padding:10px;border:4px solid #0f0}</style><img src={{image}}>",
    "image_turned": "<!doctype html><style>body{margin:0;background:#fff}img{position:absolute;left:90px;top:60px;"
    "width:300px;height:220px;object-fit:cover;border-radius:30px;transform:rotate(8deg) scale(1.1);opacity:.8;"
    "filter:grayscale(1) drop-shadow(0 8px 8px #000)}</style><img src={{image}}>{{text}}",
    "image_blurred": '<!doctype html><div style="filter:blur(9px)"><img src="{{image}}"></div>{{text}}',
}
BUILT_IN = [
    "1080x1920/image_default.html",
    "1080x1920/image_full.html",
    "1080x1920/image_note.html",
    "1080x1920/image_purple.html",
    "1920x1080/image_film.html",
    "1080x1080/image_minimal_framed.html",
]


@pytest.fixture
def artist(browser: Browser, tmp_path: Path) -> Artist:
    return artist_with(OWN, tmp_path, browser, default=BUILT_IN[0])


def photo(mode: str = "RGB", size: tuple[int, int] = (640, 512)) -> bytes:
    rows, columns = np.mgrid[0 : size[1], 0 : size[0]]
    layers = [128 + 100 * np.sin(columns / 37), 128 + 100 * np.cos(rows / 23), (rows + columns) % 256]
    if mode == "RGBA":
        layers.append(np.where(columns < 100, 0, 255))
    out = io.BytesIO()
    Image.fromarray(np.stack(layers, axis=2).astype(np.uint8), mode).save(out, "PNG")
    return out.getvalue()


def page(template: str, picture: bytes = b"") -> render_pb2.Page:
    found = render_pb2.Page(template=template, title="A title", text="One two three", language="en")
    artifact = core_pb2.Artifact(inline=picture or photo(), media_type="image/png")
    found.visual.CopyFrom(core_pb2.Visual(artifact=artifact, kind=core_pb2.MEDIA_KIND_IMAGE))
    return found


def quiet(fraction: float, message: str = "") -> None:
    del fraction, message


def decoded(drawn: Drawn, length: Length, folder: Path) -> list[NDArray[np.int64]]:
    made = make_clip(drawn, None, length, scratch_root=folder, tick=quiet)
    with made.scratch, av.open(str(made.path), options={"err_detect": "explode"}) as container:
        frames = [rgb(frame).astype(int) for frame in container.decode(video=0)]
        with Image.open(made.first) as first:
            assert np.abs(np.asarray(first.convert("RGB")).astype(int) - frames[0]).mean() < 4
    assert len(frames) == length.count
    return frames


def standing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Hero], Pan]:
    """Moves that do not move."""

    def plan(hero: Hero, *, seconds: float, seed: int) -> Pan:
        del seconds, seed
        return Pan(hero, (1, 0, 0), (1, 0, 0))

    monkeypatch.setattr(Pan, "of", plan)
    return lambda hero: plan(hero, seconds=0, seed=0)


@pytest.mark.parametrize("template", [*BUILT_IN, *(f"512x384/{name}.html" for name in OWN if name != "image_blurred")])
async def test_a_move_of_nothing_is_the_still_page(
    artist: Artist, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, template: str
) -> None:
    standing(monkeypatch)
    still = await artist.draw(page(template))
    moved = await artist.draw(page(template), pan=(1.0, 1))
    (one,) = decoded(still, Length(1, 30), tmp_path)
    (other,) = decoded(moved, Length(1, 30), tmp_path)
    error = np.abs(one - other)
    assert error.mean() < 2
    assert np.percentile(error, 99) <= 16
    assert (error.max(axis=2) > 48).mean() < 0.001, "nothing is elsewhere"


async def test_only_the_picture_moves(artist: Artist, tmp_path: Path) -> None:
    template = "1080x1920/image_default.html"
    frames = decoded(await artist.draw(page(template), pan=(5.0, 2)), Length(16, 30), tmp_path)
    moved = np.abs(frames[0] - frames[-1]).max(axis=2) > 24
    rows, columns = np.flatnonzero(moved.any(axis=1)), np.flatnonzero(moved.any(axis=0))
    assert 150 < rows[0] < rows[-1] < 1450, "the card"
    assert 60 < columns[0] < columns[-1] < 1020
    assert moved[400:1250, 100:900].mean() > 0.3


@pytest.mark.parametrize("template", ["1080x1920/image_full.html", "1080x1920/image_note.html"])
async def test_words_are_marked_over_a_moving_picture_in_their_time(
    artist: Artist, tmp_path: Path, template: str
) -> None:
    words = [SpokenWord("One", 0.1, 0.3), SpokenWord("two", 0.31, 0.5), SpokenWord("three", 0.52, 0.8)]
    captions = by_word("One two three", words, length=1)
    asked = page(template)
    asked.params["accent_color"] = "#ff00ff"
    drawn = await artist.draw(asked, captions, pan=(1.0, 3))
    timeline = captions.timeline(count=30, fps=30, shown=drawn.patches)
    assert timeline == [(NOTHING, 3), (0, 6), (1, 7), (2, 14)]
    frames = decoded(drawn, Length(30, 30, timeline), tmp_path)
    accented = [(np.abs(frame[1100:] - (255, 0, 255)).max(axis=2) < 60) for frame in frames]
    middle = [float(np.nonzero(each)[1].mean()) if each.sum() > 50 else 0.0 for each in accented]
    steps = [number for number in range(1, 30) if abs(middle[number] - middle[number - 1]) > 20]
    assert steps == [3, 9, 16]
    assert middle[3] < middle[9] < middle[16]


async def test_phrases_over_a_moving_picture(artist: Artist, tmp_path: Path) -> None:
    text = "A short one, and it ends. Then a rather longer second sentence follows over two lines."
    captions: Spoken = by_phrase(text, [], length=1)
    asked = page("1080x1920/image_full.html")
    asked.text = text
    drawn = await artist.draw(asked, captions, pan=(1.0, 3))
    timeline = captions.timeline(count=30, fps=30, shown=drawn.patches)
    frames = decoded(drawn, Length(30, 30, timeline), tmp_path)
    change = timeline[0][1]
    inside = [float(np.abs(a[1250:1500] - b[1250:1500]).mean()) for a, b in pairwise(frames)]
    assert int(np.argmax(inside)) == change - 1
    assert inside[change - 1] > 4 * np.median(inside)


async def test_what_cannot_move_is_refused(artist: Artist) -> None:
    with pytest.raises(FailedPrecondition) as caught:
        await artist.draw(page("512x384/image_blurred.html"), pan=(1.0, 1))
    assert caught.value.reason == "MOTION_NOT_SUPPORTED"


async def test_a_picture_with_transparent_parts_stands_still_and_a_warning_says_so(artist: Artist) -> None:
    asked = page(BUILT_IN[0], photo("RGBA"))
    drawn = await artist.draw(asked, pan=(1.0, 1))
    assert drawn.moving is None
    assert len(drawn.warnings) == 1
    assert "stands still" in drawn.warnings[0]
    assert not drawn.passing
    with Image.open(io.BytesIO(drawn.png)) as one, Image.open(io.BytesIO((await artist.draw(asked)).png)) as other:
        assert np.array_equal(np.asarray(one), np.asarray(other))
