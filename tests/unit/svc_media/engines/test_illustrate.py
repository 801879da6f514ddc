"""Illustrated scenes on the real packs."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from svc_media.art.cards import card
from svc_media.art.chinese import in_english
from svc_media.art.layouts import ALL, LAYOUTS
from svc_media.art.scene import look_of, paint
from svc_media.art.stage import Stage
from svc_media.art.subjects import Cast
from svc_media.engines.base import Brief, Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from svc_media.engines.illustrate import IllustrateEngine

SCENES = (
    "Reading every day changes how you think.",
    "Start small: two pages a night.",
    "A book is a door to other worlds.",
    "Bees collect nectar from thousands of flowers.",
    "Your heart will thank you.",
)


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


def scene(
    engine: IllustrateEngine, index: int, width: int, height: int, *, text: str = "", seed: int = 5
) -> NDArray[np.uint8]:
    brief = Brief(
        prompt="a picture",
        width=width,
        height=height,
        seed=seed + index,
        narration=text or SCENES[index % len(SCENES)],
        series=Series(seed, index, 20),
    )
    return engine.paint(brief, tick=silent).pixels


def fingerprint(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """256 bits: where a 16 x 17 thumbnail gets brighter from left to right, for each of its colours' mean."""
    small = np.asarray(Image.fromarray(pixels).convert("L").resize((17, 16), Image.Resampling.BOX), np.int16)
    return np.diff(small, axis=1) > 0


def test_the_same_brief_gives_the_same_pixels_and_another_seed_does_not(illustrate: IllustrateEngine) -> None:
    first, again = scene(illustrate, 3, 300, 400), scene(illustrate, 3, 300, 400)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, scene(illustrate, 3, 300, 400, seed=6))


def test_a_scene_depends_on_its_own_request_alone(illustrate: IllustrateEngine) -> None:
    alone = scene(illustrate, 7, 300, 400)
    for index in range(7):
        scene(illustrate, index, 256, 256)
    assert np.array_equal(alone, scene(illustrate, 7, 300, 400))


def test_no_two_of_twenty_scenes_of_one_video_are_alike(illustrate: IllustrateEngine) -> None:
    pictures = [scene(illustrate, index, 270, 480) for index in range(20)]
    prints = [fingerprint(picture) for picture in pictures]
    thumbs = [np.asarray(Image.fromarray(p).resize((8, 8), Image.Resampling.BOX), np.int16) for p in pictures]
    for (a, b), (c, d) in zip(itertools.combinations(prints, 2), itertools.combinations(thumbs, 2), strict=True):
        assert np.count_nonzero(a != b) >= 30 or np.abs(c - d).mean() > 30
        assert np.abs(c - d).mean() > 8


@pytest.mark.parametrize(("width", "height"), [(450, 800), (800, 450), (600, 600)])
def test_the_whole_canvas_is_used(illustrate: IllustrateEngine, width: int, height: int) -> None:
    for index in range(len(LAYOUTS)):
        grey = np.asarray(Image.fromarray(scene(illustrate, index, width, height)).convert("L"), np.float32)
        layout = look_of(SCENES[index % len(SCENES)], seed=5, index=index).layout
        for name, part in (
            ("upper", grey[: height // 3]),
            ("middle", grey[height // 3 : 2 * height // 3]),
            ("lower", grey[2 * height // 3 :]),
        ):
            # grain alone has a standard deviation of 1.6
            assert part.std() > 5, f"{layout}: the {name} third is flat"
        for name, part in (("left", grey[:, : width // 2]), ("right", grey[:, width // 2 :])):
            assert part.std() > 12, f"{layout}: the {name} half is flat"


@pytest.mark.parametrize(("width", "height"), [(256, 256), (256, 1024), (1024, 256), (641, 359)])
def test_any_size_is_exact(illustrate: IllustrateEngine, width: int, height: int) -> None:
    for index in range(len(LAYOUTS)):
        assert scene(illustrate, index, width, height).shape == (height, width, 3)


def test_a_language_without_words_here_is_read_from_the_prompt(illustrate: IllustrateEngine) -> None:
    def painted(narration: str) -> NDArray[np.uint8]:
        brief = Brief("a honeybee on a flower", 300, 300, 1, narration=narration)
        return illustrate.paint(brief, tick=silent).pixels

    assert np.array_equal(painted("Οι μέλισσες μαζεύουν νέκταρ."), painted(""))
    assert np.array_equal(painted("蜜蜂采集花蜜。"), painted(""))


@pytest.mark.parametrize(
    ("narration", "same"),
    [
        ("El pescado del mercado.", "fish, market shop"),
        ("机器人医生。", "robot, doctor"),
        ("Drink water, walk outside, call a friend.", "Drink water, walk outside, call a friend."),
    ],
)
def test_a_prompt_made_by_rule_shows_the_narration_and_not_the_words_around_it(
    illustrate: IllustrateEngine, narration: str, same: str
) -> None:
    def painted(prompt: str, narration: str) -> NDArray[np.uint8]:
        return illustrate.paint(Brief(prompt, 300, 300, 1, narration=narration), tick=silent).pixels

    around = f"An illustrated scene that shows how {narration}, seen up close, a limited palette of quiet colours"
    assert np.array_equal(painted(around, narration), painted("", same))
    assert not np.array_equal(painted(around, narration), painted("seen up close, a limited palette", ""))


def test_what_nobody_here_can_read_is_shown_as_shapes_not_as_some_thing(illustrate: IllustrateEngine) -> None:
    text = "Κανείς δεν ξέρει."
    brief = Brief(
        f"An illustrated scene that shows how {text}", 300, 400, 1, narration=text, series=Series(3, 1, 4, text)
    )
    shapes = card(300, 400, seed=3, index=1, own=brief.scene_seed)
    assert np.array_equal(illustrate.paint(brief, tick=silent).pixels, shapes)
    titled = replace(brief, series=Series(3, 1, 4, "Bees and Flowers"))
    assert not np.array_equal(illustrate.paint(titled, tick=silent).pixels, shapes)


def test_chinese_without_an_english_prompt_is_read_by_its_words(illustrate: IllustrateEngine) -> None:
    def painted(prompt: str, narration: str, title: str = "") -> NDArray[np.uint8]:
        brief = Brief(prompt, 300, 300, 1, narration=narration, series=Series(4, 2, 5, title))
        return illustrate.paint(brief, tick=silent).pixels

    chinese = painted("蜜蜂采集花蜜。", "蜜蜂采集花蜜。", "花园")
    assert np.array_equal(chinese, painted("x", in_english("蜜蜂采集花蜜。"), in_english("花园")))
    assert not np.array_equal(chinese, painted("机器人。", "机器人。", "花园"))


def test_the_cast_of_a_video_is_seen(illustrate: IllustrateEngine) -> None:
    def painted(look: str) -> NDArray[np.uint8]:
        series = Series(4, 1, 5, "Mia", (("Mia", look),))
        brief = Brief("Mia stands on a hill", 400, 400, 1, narration="Mia stands on a hill.", series=series)
        return illustrate.paint(brief, tick=silent).pixels

    fair, dark = painted("a woman with blonde hair"), painted("a woman with dark skin")
    changed = np.abs(fair.astype(np.int16) - dark).max(axis=2) > 24
    assert 0.003 < changed.mean() < 0.2, f"the figure alone differs, {changed.mean():.1%} of the picture"
    assert np.array_equal(fair, painted("a woman with blonde hair"))


def painted_as(illustrate: IllustrateEngine, size: tuple[int, int] = (270, 480), **changed: Any) -> NDArray[np.uint8]:
    """A scene with everything but `changed` fixed."""
    fixed: dict[str, Any] = {"layout": "hills", "palette": "noon", "hour": "day", "weather": "clear", "texture": "film"}
    look = replace(look_of("It is what it is.", seed=1, index=0), **(fixed | changed))
    assert illustrate._ready is not None
    cast = Cast("open-book", ("potted-plant", "hot-beverage"))
    width, height = size
    return paint(look, cast, illustrate._ready[2], width=width, height=height, seed=1, index=0)


@pytest.mark.parametrize("size", [(270, 480), (480, 270)])
def test_no_two_layouts_are_alike(illustrate: IllustrateEngine, size: tuple[int, int]) -> None:
    assert len(ALL) >= 20
    thumbs: dict[str, NDArray[np.int16]] = {}
    for name in ALL:
        picture = Image.fromarray(painted_as(illustrate, size, layout=name))
        thumbs[name] = np.asarray(picture.resize((24, 24), Image.Resampling.BOX), np.int16)
    for (one, a), (other, b) in itertools.combinations(thumbs.items(), 2):
        # the same drawings in the same colours, and yet
        assert (np.abs(a - b).max(axis=2) > 20).mean() > 0.35, f"{one} and {other} are composed alike"


@pytest.mark.parametrize("size", [(340, 360), (480, 270), (270, 480)])
def test_nothing_stands_where_pages_cut_the_picture(
    illustrate: IllustrateEngine, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    stages: list[Stage] = []

    def kept(**given: Any) -> Stage:
        stages.append(Stage(**given))
        return stages[-1]

    monkeypatch.setattr("svc_media.art.scene.Stage", kept)
    width = size[0]
    for name in ALL:
        painted_as(illustrate, size, layout=name)
        for drawing, (left, _, right, _) in stages[-1].put:
            # what is out of focus grows a little
            assert left >= 0.065 * width, f"{name}: {drawing}"
            assert right <= 0.935 * width, f"{name}: {drawing}"


def test_in_the_first_scene_everything_stands_above_what_a_page_with_a_title_cuts_off(
    illustrate: IllustrateEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    stages: list[Stage] = []

    def kept(**given: Any) -> Stage:
        stages.append(Stage(**given))
        return stages[-1]

    monkeypatch.setattr("svc_media.art.scene.Stage", kept)
    for seed in range(len(LAYOUTS)):
        pixels = scene(illustrate, 0, 340, 360, text="You develop a reading habit.", seed=seed)
        assert pixels.shape == (360, 340, 3)
        for drawing, (_, _, _, bottom) in stages[-1].put:
            assert bottom <= 0.85 * 360, f"{seed}: {drawing}"
    scene(illustrate, 1, 340, 360)
    assert stages[-1].height == 360


@pytest.mark.parametrize(
    ("layout", "misplaced", "fitting"),
    [
        ("road", ("bed", "person-in-bed", "person-in-bed-dark", "couch-and-lamp"), "automobile"),
        ("clouds", ("octopus", "whale", "tropical-fish"), "airplane"),
        ("clouds", ("houses", "bus", "eiffel-tower", "elephant"), "airplane"),
        ("blinds", ("volcano", "earthquake", "river", "bridge"), "books"),
    ],
)
def test_no_bed_stands_on_a_road_and_no_whale_lies_on_a_cloud(
    illustrate: IllustrateEngine,
    monkeypatch: pytest.MonkeyPatch,
    layout: str,
    misplaced: tuple[str, ...],
    fitting: str,
) -> None:
    class ThereAllTheSame(Exception):
        pass

    def there(stage: Stage) -> None:
        raise ThereAllTheSame(stage.hero)

    monkeypatch.setitem(ALL, layout, there)
    assert illustrate._ready is not None
    look = replace(look_of("It is what it is.", seed=1, index=0), layout=layout)
    for hero in misplaced:
        for index in range(3):
            paint(look, Cast(hero, ("pencil",)), illustrate._ready[2], width=256, height=256, seed=1, index=index)
    with pytest.raises(ThereAllTheSame):
        paint(look, Cast(fitting, ("pencil",)), illustrate._ready[2], width=256, height=256, seed=1, index=0)


def test_weather_covers_the_scene_and_textures_hardly_show(illustrate: IllustrateEngine) -> None:
    clear = painted_as(illustrate, weather="clear", texture="film").astype(np.int16)
    for weather in ("rain", "snow", "fog"):
        changed = np.abs(painted_as(illustrate, weather=weather, texture="film") - clear).max(axis=2) > 12
        for part in (changed[: 480 // 2], changed[480 // 2 :]):
            assert part.mean() > 0.01, weather
    for texture in ("paper", "canvas"):
        difference = painted_as(illustrate, weather="clear", texture=texture) - clear
        assert 0.3 < difference.std() < 4, texture
        assert abs(difference.mean()) < 0.2, texture


def test_the_hour_is_seen(illustrate: IllustrateEngine) -> None:
    light = {hour: float(painted_as(illustrate, hour=hour).mean()) for hour in ("dawn", "day", "dusk", "night")}
    assert light["night"] < light["dusk"] < min(light["day"], light["dawn"])


def test_a_picture_costs_at_most_two_seconds_of_processor_time(illustrate: IllustrateEngine) -> None:
    start = time.process_time()
    for index in range(3):
        scene(illustrate, index, 1080, 1920)
    assert (time.process_time() - start) / 3 < 2.0


def test_footage_drifts_over_the_scene(illustrate: IllustrateEngine) -> None:
    brief = Brief("a honeybee on a flower", 320, 320, 1)
    made = illustrate.film(brief, duration=0.4, fps=25, tick=silent)
    assert (made.frames, made.fps) == (10, 25)
    assert made.mp4 == illustrate.film(brief, duration=0.4, fps=25, tick=silent).mp4


def test_cancelling_stops_the_filming(illustrate: IllustrateEngine) -> None:
    class Gone(Exception):
        pass

    def tick(fraction: float, message: str = "") -> None:
        del message
        if fraction > 0.01:
            raise Gone

    with pytest.raises(Gone):
        illustrate.film(Brief("a bee", 256, 256, 1), duration=600, fps=60, tick=tick)
