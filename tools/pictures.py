"""Draws docs/pictures.png: scenes of six videos by the engine `illustrate`, upright and wide."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from svc_media.engines.base import Brief, Series
from svc_media.engines.illustrate import IllustrateEngine
from svc_media.settings import MediaSettings

__all__ = ["SHEET", "STORIES", "Story", "draw"]

SHEET = Path(__file__).parents[1] / "docs" / "pictures.png"
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Story:
    """A video's scenes."""

    title: str
    seed: int
    upright: bool
    scenes: tuple[str, ...]
    cast: tuple[tuple[str, str], ...] = ()


STORIES = (
    Story(
        "The Power of Reading",
        11,
        True,
        (
            "Reading every day changes how you think.",
            "Start small: two pages a night before you sleep.",
            "A good book is a door to other worlds.",
            "Your brain builds new paths with every page.",
            "Good friends tell you which book to read next.",
            "Begin this morning, and let the habit grow.",
        ),
    ),
    Story(
        "Maya's Garden",
        5,
        True,
        (
            "Maya wakes up early in the morning.",
            "Maya plants seeds in her garden.",
            "Rusty the fox watches her from the forest.",
            "It rains all afternoon and Maya reads a book.",
            "At night Maya looks at the stars.",
            "Maya and Rusty celebrate the harvest.",
        ),
        (("Maya", "a young woman with brown hair"), ("Rusty", "a small red fox")),
    ),
    Story(
        "茶的故事",
        23,
        True,
        (
            "茶最早生长在中国的山区。",
            "传说一片叶子落进了皇帝的杯子。",
            "商人沿着丝绸之路运送它。",
            "在日本，僧人把它变成了一种仪式。",
            "在伦敦，它成了下午的饮料。",
            "今天，人们每天清晨都喝茶。",
        ),
    ),
    Story(
        "Life in the Deep Sea",
        3,
        False,
        (
            "Most of our planet lies under the ocean.",
            "Down there it is always night.",
            "A whale can hold its breath for two hours.",
            "Corals build cities for thousands of fish.",
            "Plastic has reached even the deepest trench.",
            "Protecting the sea begins on land, with us.",
        ),
    ),
    Story(
        "How Fast Is Light",
        8,
        False,
        (
            "Light travels faster than anything else in the universe.",
            "In one second it circles the Earth seven times.",
            "Sunlight needs eight minutes to reach us.",
            "When you look at a star you look into the past.",
            "Nothing with mass can ever catch up with it.",
            "Einstein built a whole theory on that one fact.",
        ),
    ),
    Story(
        "Save Your First Thousand",
        14,
        False,
        (
            "Most people never learn how to save money.",
            "Pay yourself first, on the day your salary arrives.",
            "Small daily expenses are the quiet thief.",
            "Compound interest makes time your best friend.",
            "Build a safety net before winter comes.",
            "Freedom is the real return on every coin you keep.",
        ),
    ),
)


def draw(engine: IllustrateEngine, story: Story, index: int, width: int, height: int) -> Image.Image:
    """A scene of a story; the engine must be loaded."""
    series = Series(story.seed, index, len(story.scenes), story.title, story.cast)
    text = story.scenes[index]
    brief = Brief(text, width, height, story.seed * 100 + index, narration=text, series=series)
    return Image.fromarray(engine.paint(brief, tick=lambda fraction, message="": None).pixels)


def _sheet(engine: IllustrateEngine) -> Image.Image:
    """A row for each upright story, two for each wide one, titles above."""
    width, gap, margin, head = 1240, 12, 26, 40
    upright = (width - 2 * margin - 5 * gap) // 6
    wide = (width - 2 * margin - 2 * gap) // 3
    font = next((path for path in Path("/usr/share/fonts/opentype/noto").glob("NotoSansCJK-Regular.ttc")), None)
    pen_font = ImageFont.truetype(str(font), 22) if font else ImageFont.load_default(22)
    rows = [
        (story, upright, upright * 16 // 9) if story.upright else (story, wide, wide * 9 // 16) for story in STORIES
    ]
    height = margin + sum(head + (high + gap) * (1 if story.upright else 2) for story, _, high in rows) + margin
    sheet = Image.new("RGB", (width, height), "#f4f3ef")
    pen = ImageDraw.Draw(sheet)
    top = margin
    for story, across, high in rows:
        pen.text((margin, top), story.title, "#1b1b19", font=pen_font)
        top += head
        columns = 6 if story.upright else 3
        for index in range(len(story.scenes)):
            picture = draw(engine, story, index, *((720, 1280) if story.upright else (1280, 720)))
            small = picture.resize((across, high), Image.Resampling.LANCZOS)
            sheet.paste(small, (margin + index % columns * (across + gap), top + index // columns * (high + gap)))
            sys.stdout.write(f"{story.title}: {story.scenes[index]}\n")
        top += (high + gap) * (6 // columns)
    return sheet


def _packed(sheet: Image.Image) -> bytes:
    """PNG of at most 1 MB: 256 colours, and smaller until it fits."""
    while True:
        out = io.BytesIO()
        few = sheet.quantize(palette=sheet.quantize(256), dither=Image.Dither.FLOYDSTEINBERG)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= _MOST_BYTES:
            return out.getvalue()
        sheet = sheet.resize((sheet.width * 19 // 20, sheet.height * 19 // 20), Image.Resampling.LANCZOS)


def _main() -> int:
    engine = IllustrateEngine(MediaSettings().packs_dir)
    if reason := engine.missing():
        sys.stderr.write(f"{reason}\n")
        return 1
    engine.load("cpu")
    SHEET.write_bytes(_packed(_sheet(engine)))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
