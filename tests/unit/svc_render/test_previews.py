"""The pictures of templates in docs/: one for every built-in template, made from it as it is now."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from svc_render.catalog import Catalog
from tests.unit.svc_render.conftest import KEYS
from tools.previews import FOLDER, RECORD, SHEET, preview_path

if TYPE_CHECKING:
    from pathlib import Path

AGAIN = "run `make previews`"


@pytest.mark.parametrize("key", KEYS)
def test_every_template_has_a_preview_of_its_present_state(key: str, tmp_path: Path) -> None:
    template = Catalog(tmp_path, default=key).get(key)
    path = preview_path(key)
    assert path.is_file(), AGAIN
    assert path.stat().st_size <= 40_000
    with Image.open(path) as image:
        assert image.format == "JPEG"
        assert abs(image.width / image.height - template.width / template.height) < 0.01
        assert image.width >= 360
        colours = image.convert("RGB").resize((64, 64)).getcolors(64 * 64)
    assert colours
    assert len(colours) > 50
    assert json.loads(RECORD.read_text())[key] == template.sha256, AGAIN


def test_the_sheet_shows_them_all_and_no_more() -> None:
    assert {f"{path.parent.name}/{path.stem}.html" for path in FOLDER.glob("*/*.jpg")} == set(KEYS)
    assert json.loads(RECORD.read_text()).keys() == set(KEYS)
    assert SHEET.stat().st_size <= 1_500_000
    with Image.open(SHEET) as image:
        image.verify()
        assert min(image.size) > 1500
