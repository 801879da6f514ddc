"""Draws every built-in template with a picture of the `illustrate` engine: docs/templates/ and docs/templates.png."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tempfile
import zlib
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.render.v1 import render_pb2, render_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.client import dial, result_of
from pixelle.runtime.server import start_server
from svc_media import server as media
from svc_media.settings import MediaSettings
from svc_render import server as render
from svc_render.settings import RenderSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

    from pixelle.core.v1 import core_pb2
    from pixelle.render.v1.render_pb2 import Template

__all__ = ["FOLDER", "RECORD", "SHEET", "preview_path"]

FOLDER = Path(__file__).parents[1] / "docs" / "templates"
"""Where the previews lie, as <W>x<H>/<name>.jpg."""
RECORD = FOLDER / "previews.json"
"""The sha256 of each template that was drawn."""
SHEET = FOLDER.parent / "templates.png"

_MOST_BYTES = 40_000
# title, line and picture of the stories; a template shows the one of its name, the others take turns
_STORIES = {
    "reading": (
        "The Power of Reading",
        "Ten pages a day add up to a dozen books a year.",
        "an open book, books, a cup of tea, a reading lamp",
    ),
    "sea": (
        "Why the Sea Is Salty",
        "Every river carries a little of the mountains down to the sea.",
        "a sailing boat, waves, an island, a whale",
    ),
    "space": (
        "A Walk on the Moon",
        "Twelve people have walked there; nobody has gone back for fifty years.",
        "an astronaut, a rocket, the moon, planets, stars",
    ),
    "garden": (
        "A Garden in One Hour",
        "Start with herbs: they forgive almost everything but too much water.",
        "a potted plant, flowers, a butterfly, a bee, the sun",
    ),
    "city": (
        "Cities That Never Sleep",
        "At night a city spends more light on its streets than on its stars.",
        "a city skyline at night, skyscrapers, a taxi, the moon",
    ),
    "robots": (
        "How Robots See",
        "A camera gives numbers; a robot has to guess the world behind them.",
        "a robot, a gear, a laptop, a light bulb",
    ),
    "bread": (
        "Bread, Slowly",
        "Flour, water, salt and time: the last one cannot be bought.",
        "a loaf of bread, wheat, a baker",
    ),
    "calm": (
        "Five Quiet Minutes",
        "Breathe in for four, out for six, and let the shoulders drop.",
        "a woman meditating, a lotus flower, the sunrise",
    ),
}
_FITTING = {
    "book": "reading",
    "excerpt": "sea",
    "healing": "calm",
    "neon": "city",
    "wide_darktech": "robots",
    "chalk": "space",
    "note": "garden",
    "magazine": "bread",
    "film": "space",
    "elegant": "garden",
    "cartoon": "robots",
    "purple": "space",
    "modern": "city",
    "long_text": "bread",
    "ultrawide_minimal": "city",
    "minimal_framed": "bread",
    "ink": "calm",
    "list": "garden",
    "mono": "robots",
    "news": "space",
    "postcard": "sea",
    "timeline": "reading",
}


def preview_path(key: str) -> Path:
    """Where the preview of a template lies."""
    return FOLDER / f"{key.removesuffix('.html')}.jpg"


@asynccontextmanager
async def _services(folder: Path) -> AsyncGenerator[tuple[grpc.aio.Channel, ArtifactStore]]:
    """The real services over one store, without anybody's own templates."""
    settings = RenderSettings(data_dir=folder)
    store = ArtifactStore.open(settings)
    services = [
        media.build(MediaSettings(data_dir=folder, media_engine="illustrate"), store),
        render.build(settings, store),
    ]
    server = await start_server(services, f"unix:{folder / 'socket'}")
    try:
        await server.ready()
        async with dial(server.address) as channel:
            yield channel, store
    finally:
        await server.stop()


def _story(template: Template) -> tuple[str, str, str]:
    stem = template.name.removesuffix(".html").partition("_")[2]
    return _STORIES[_FITTING.get(stem) or list(_STORIES)[zlib.crc32(template.key.encode()) % len(_STORIES)]]


async def _draw(channel: grpc.aio.Channel, store: ArtifactStore, template: Template) -> Image.Image:
    painter: Any = media_pb2_grpc.MediaServiceStub
    artist: Any = render_pb2_grpc.RenderServiceStub
    title, text, prompt = _story(template)
    page = render_pb2.Page(template=template.key, title=title, text=text, language="en", index=0, count=5)
    if template.media != render_pb2.TEMPLATE_MEDIA_STATIC:
        brief = media_pb2.MediaPrompt(
            prompt=prompt,
            width=template.media_width,
            height=template.media_height,
            seed=zlib.crc32(template.key.encode()),
        )
        if template.media == render_pb2.TEMPLATE_MEDIA_VIDEO:
            call = painter(channel).GenerateVideo
            asked = media_pb2.GenerateVideoRequest(request_id=template.key, prompt=brief, duration_seconds=0.1, fps=30)
        else:
            call = painter(channel).GenerateImage
            asked = media_pb2.GenerateImageRequest(request_id=template.key, prompt=brief)
        visual: core_pb2.Visual = await result_of(call, asked, timeout=120, service="media")
        page.visual.CopyFrom(visual)
    wanted = render_pb2.RenderFrameRequest(request_id=template.key, page=page)
    frame: core_pb2.Frame = await result_of(artist(channel).RenderFrame, wanted, timeout=120, service="render")
    if frame.warnings:
        raise SystemExit(f"{template.key}: {frame.warnings}")
    with Image.open(io.BytesIO(await store.read(frame.artifact))) as image:
        return image.convert("RGB")


def _save(image: Image.Image, path: Path) -> None:
    """At most 40 KB."""
    path.parent.mkdir(parents=True, exist_ok=True)
    width = 480 if image.width > image.height else 360
    small = image.resize((width, round(width * image.height / image.width)), Image.Resampling.LANCZOS)
    quality, out = 90, io.BytesIO()
    while not 0 < out.tell() <= _MOST_BYTES:
        quality, out = quality - 4, io.BytesIO()
        small.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    path.write_bytes(out.getvalue())


def _sheet(pictures: dict[str, Image.Image]) -> Image.Image:
    """All templates with their names, in rows by size."""
    width, gap, label, margin = 2112, 28, 40, 40
    thumbs = {"1080x1920": (200, 356), "1920x1080": (480, 270), "1080x1080": (314, 314)}
    small = ImageFont.load_default(18)
    large = ImageFont.load_default(28)
    height = margin
    places: list[tuple[str, int, int, tuple[int, int]]] = []
    heads: list[tuple[str, int]] = []
    for size in sorted(thumbs, key=lambda name: (name != "1080x1920", name != "1920x1080")):
        keys = sorted(key for key in pictures if key.startswith(size + "/"))
        heads.append((size, height))
        height += 52
        left = margin
        for key in keys:
            if left + thumbs[size][0] > width - margin:
                left, height = margin, height + thumbs[size][1] + label + gap
            places.append((key, left, height, thumbs[size]))
            left += thumbs[size][0] + gap
        height += thumbs[size][1] + label + 2 * gap
    sheet = Image.new("RGB", (width, height), "#f4f3ef")
    pen = ImageDraw.Draw(sheet)
    for size, top in heads:
        pen.text((margin, top), size.replace("x", " x "), "#1b1b19", font=large)
    for key, left, top, shape in places:
        sheet.paste(pictures[key].resize(shape, Image.Resampling.LANCZOS), (left, top))
        pen.text((left, top + shape[1] + 9), key.partition("/")[2].removesuffix(".html"), "#4a4a46", font=small)
    return sheet.quantize(palette=sheet.quantize(256), dither=Image.Dither.FLOYDSTEINBERG)


async def _make() -> None:
    stub: Any = render_pb2_grpc.RenderServiceStub
    pictures: dict[str, Image.Image] = {}
    record: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="previews-") as folder:
        async with _services(Path(folder)) as (channel, store):
            listed = await stub(channel).ListTemplates(render_pb2.ListTemplatesRequest(page_size=1000))
            for template in listed.templates:
                pictures[template.key] = await _draw(channel, store, template)
                record[template.key] = template.sha256
                sys.stdout.write(f"{template.key}\n")
    for old in FOLDER.glob("*/*.jpg"):
        old.unlink()
    for key, image in pictures.items():
        _save(image, preview_path(key))
    RECORD.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")
    _sheet(pictures).save(SHEET, optimize=True)


if __name__ == "__main__":
    asyncio.run(_make())
