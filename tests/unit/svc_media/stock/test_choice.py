"""Which words stock libraries are asked for, and which of their hits and files is taken."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from svc_media.engines.base import Brief, Series
from svc_media.engines.stock import PexelsEngine, PixabayEngine
from svc_media.stock.libraries import Pexels, Pixabay
from svc_media.stock.words import queries
from tests.recorded import recording
from tests.unit.svc_media.stock.library import KEY, Library, library

if TYPE_CHECKING:
    from collections.abc import Generator

BY_RULE = "An illustrated scene: {}, seen up close, with softly blurred surroundings, crisp edges"
"""As image prompts read that are written without a language model."""


class Harbour(Library):
    """Three wide photos and an upright one for every search, of which each is told in its own order."""

    def __init__(self) -> None:
        super().__init__()
        self.knows = None
        self.large = 800

    def pexels(self, *, film: bool) -> dict[str, Any]:
        told = recording("media/pexels/photos").body
        hit = told["photos"][0]
        sizes = [(1600, 900), (900, 1600), (1600, 900), (1600, 900)]
        told["photos"] = [
            hit
            | {"width": width, "height": height, "url": f"https://www.pexels.com/photo/{number}/"}
            | {"src": {"original": f"{self.url}/wide.jpg", "large2x": f"{self.url}/wide-2x.jpg"}}
            for number, (width, height) in enumerate(sizes)
        ]
        if len(self.asked) % 2:
            told["photos"].reverse()
        return told


@pytest.fixture
def said() -> Generator[Library]:
    with library(Harbour()) as found:
        yield found


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


def engine(said: Library) -> PexelsEngine:
    made = PexelsEngine(KEY, said.url)
    made.load("cpu")
    return made


def test_no_photo_is_shown_twice_in_a_video(said: Library) -> None:
    pexels = engine(said)
    scene = Brief("a harbour", 512, 288, 7)

    def made(title: str, count: int) -> list[str]:
        series = [Series(7, index, count, title) for index in range(count)]
        return [pexels.paint(replace(scene, series=each), tick=silent).credit for each in series]

    harbours = made("Harbours", 4)
    assert len(set(harbours)) == 4, "the upright one before one that was shown"
    assert harbours[3].endswith("/1/")
    assert set(made("Harbours", 4)) == set(harbours), "scenes that are made again take none of the others'"
    assert len(set(made("Another", 6))) == 4, "then they come again"
    pexels.close()


@pytest.mark.parametrize(("side", "file"), [(512, "/wide-2x.jpg"), (1080, "/wide-2x.jpg"), (2400, "/wide.jpg")])
def test_no_more_bytes_than_are_seen(said: Library, side: int, file: str) -> None:
    pexels = engine(said)
    assert isinstance(said, Harbour)
    hits = Pexels().hits(
        {"photos": [{**said.pexels(film=False)["photos"][0], "width": 6000, "height": 3375}]}, film=False
    )
    assert [(each.width, each.height) for each in hits[0].files] == [(6000, 3375), (1880, 1057)]
    said.pexels = lambda *, film: {  # type: ignore[method-assign]
        "photos": [{**recording("media/pexels/photos").body["photos"][1], "src": _sources(said)}]
    }
    pexels.paint(Brief("a harbour", side, side * 9 // 16, 1), tick=silent)
    assert said.fetched == [file]
    pexels.close()


def _sources(said: Library) -> dict[str, str]:
    return {"original": f"{said.url}/wide.jpg", "large2x": f"{said.url}/wide-2x.jpg"}


def test_keys_of_approved_accounts_get_larger_photos() -> None:
    told = recording("media/pixabay/photos").body
    assert "_1280" in Pixabay().hits(told, film=False)[0].files[0].url
    told["hits"][0]["fullHDURL"] = "https://pixabay.com/get/ed6a9369fd0a76647_1920.jpg"
    assert "_1920" in Pixabay().hits(told, film=False)[0].files[0].url


@pytest.mark.parametrize(
    ("narration", "searched"),
    [
        ("Bears swim across cold rivers.", ["bears swim cold rivers", "bears swim", "bears"]),
        (
            "Most people never notice how their phone steals an hour.",
            ["phone steals people notice", "phone steals", "phone"],
        ),
        ("And that is it.", []),
        ("Winter sports explained", ["winter sports explained", "winter sports", "winter"]),
        ("咖啡豆生长在热带的高山上", ["coffee hot sun mountain", "coffee hot", "coffee", "咖啡豆生长在热带的高山上"]),
        ("Los osos nadan.", ["bear swim", "bear"]),
    ],
)
def test_a_prompt_made_by_rule_is_searched_for_by_what_is_said(narration: str, searched: list[str]) -> None:
    found = queries(BY_RULE.format(narration.rstrip(".")), narration=narration, title="The Power of Habits")
    assert found[: len(searched)] == searched
    assert found[-2:] == ["habits power", "habits"], "what the video is about comes last"
    assert not any("illustrated" in words or words == "An" for words in found)


def test_a_prompt_that_names_what_it_shows_is_searched_for_by_that() -> None:
    prompt = "watercolour, A richly detailed scene: bees, seen up close, with softly blurred surroundings"
    assert queries(prompt, narration="The next time you see one, look more closely.", title="Honey") == [
        "bees",
        "honey",
    ]


def test_a_prompt_that_a_model_has_written_goes_before_the_narration() -> None:
    prompt = "A young woman reading by the window, soft morning light"
    found = queries(prompt, narration="Books change you.", title="习惯的力量")
    assert found[:3] == ["woman reading window morning", "woman reading", "woman"]
    assert found[3] == "习惯的力量"


@pytest.mark.parametrize("kind", [PexelsEngine, PixabayEngine])
def test_the_libraries_are_told_the_language_of_the_words(kind: type[PexelsEngine | PixabayEngine]) -> None:
    asked = {
        words: kind.library.question(words, film=True, shape=0.5, key="k").query
        for words in ("lighthouse", "灯塔", "とうだい", "등대")
    }
    name = "locale" if kind is PexelsEngine else "lang"
    assert name not in asked["lighthouse"]
    assert [asked[words][name][:2] for words in ("灯塔", "とうだい", "등대")] == ["zh", "ja", "ko"]
