"""The sheet of pictures in the documentation."""

from __future__ import annotations

from PIL import Image

from tools.pictures import SHEET, STORIES


def test_the_sheet_is_there_and_small() -> None:
    assert SHEET.stat().st_size <= 1_000_000
    with Image.open(SHEET) as sheet:
        assert sheet.format == "PNG"
        assert sheet.width >= 800


def test_it_shows_at_least_three_videos_of_six_scenes_each_way() -> None:
    for upright in (True, False):
        shown = [story for story in STORIES if story.upright == upright]
        assert len(shown) >= 3
        assert all(len(story.scenes) == 6 for story in shown)
