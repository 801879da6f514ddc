"""Letters that no font has are named instead of being shown as boxes without a word."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from pixelle.render.v1 import render_pb2
from pixelle.runtime.artifacts import ArtifactStore
from svc_render.browser import Browser
from svc_render.catalog import Catalog
from svc_render.drawing import Artist
from svc_render.settings import RenderSettings

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from svc_render.drawing import Drawn

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEY = "512x384/static_own.html"
MIXED = "Café 読書 \U0001f4da ไทย, naïve — “ok”!"


@pytest.fixture
def fonts(tmp_path: Path) -> Path:
    """A folder with a Latin font only."""
    found = subprocess.run(["fc-match", "-f", "%{file}", "monospace"], check=True, capture_output=True, text=True)
    folder = tmp_path / "fonts"
    folder.mkdir()
    shutil.copy(found.stdout, folder)
    return folder


@pytest_asyncio.fixture(loop_scope="module")
async def poor(tmp_path: Path, fonts: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Browser]:
    """A browser on a machine that has no other."""
    config = tmp_path / "fonts.conf"
    config.write_text(
        f"<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig><dir>{fonts}</dir>"
        f"<cachedir>{tmp_path}/cache</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))
    made = Browser()
    yield made
    await made.close()


async def draw(folder: Path, browser: Browser, text: str) -> Drawn:
    place = folder / "templates" / KEY
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("<!doctype html><p style='font:40px serif'>{{text}}")
    store = ArtifactStore.open(RenderSettings(data_dir=folder))
    artist = Artist(Catalog(folder / "templates", default=KEY), store, browser)
    return await artist.draw(render_pb2.Page(template=KEY, text=text))


async def test_letters_that_no_font_has_are_named(tmp_path: Path, poor: Browser) -> None:
    for _ in range(2):
        drawn = await draw(tmp_path, poor, MIXED)
        (said,) = drawn.warnings
        letters = said.removeprefix("No font of this machine has ").partition(":")[0]
        assert set(letters.split()) == set("読書\U0001f4daไทย")
        assert "fonts-noto-cjk" in said
        assert drawn.passing, "a font may be there next time"
    many = await draw(tmp_path, poor, "".join(map(chr, range(0x4E00, 0x4E40))))
    assert "... :" not in many.warnings[0]
    assert len(many.warnings[0]) < 300
    assert (await draw(tmp_path, poor, "Only Latin: Café, naïve")).warnings == ()


async def test_where_fonts_have_them_nothing_is_said(tmp_path: Path, browser: Browser) -> None:
    for text in (MIXED, "القراءة كل يوم", "हर दिन पढ़ना", "한국어", "你好，世界", "Ω ≈ 3 → 4 ✓ ★ 👨‍👩‍👧‍👦 🇩🇪 👍🏽"):
        assert (await draw(tmp_path, browser, text)).warnings == (), text
