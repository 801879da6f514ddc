"""The studio in a real browser, against a real gateway with the deterministic engines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.async_api import expect
from pydantic import SecretStr

from tests.browser.tabs import made, say, studio, until
from tests.embedded import served
from tests.photos import irot, photo

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

SCRIPT = "Tea was a <img src=x onerror=alert(1)> medicine first.\n\nToday a cup costs cents."
KEY = "a-long-secret"


async def test_a_script_becomes_a_video_and_one_scene_another(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url) as tab:
        await say(tab, SCRIPT)
        await tab.get_by_label("Word by word").check()
        await tab.get_by_label("Square").check()
        await tab.get_by_role("button", name="Make the video").click()
        scenes = tab.get_by_role("article")
        await expect(scenes).to_have_count(2)
        await made(tab)
        size = await tab.evaluate("(v => [v.videoWidth, v.videoHeight])(document.querySelector('.finished video'))")
        assert size == [1080, 1080]
        first = scenes.first
        await expect(first).to_contain_text("Tea was a <img src=x onerror=alert(1)> medicine first.")
        await first.get_by_role("button", name="Play scene 1").click()
        await expect(first.get_by_role("button", name="Stop scene 1")).to_be_visible()
        await until(tab, "document.querySelector('.scene video').currentTime > 0")
        async with tab.expect_download() as caught:
            await tab.get_by_role("link", name="Download the video").click()
        download = await caught.value
        assert download.suggested_filename.endswith(".mp4")

        before = tab.url
        await first.get_by_text("Change this scene").click()
        await first.get_by_role("button", name="Make this scene again").click()
        await expect(first.get_by_role("alert")).to_contain_text("Nothing is changed yet")
        await first.get_by_label("Narration").fill("Tea was a remedy.")
        await first.get_by_role("button", name="Make this scene again").click()
        await until(tab, f"location.href != {before!r}")
        await made(tab)
        await expect(scenes.first).to_contain_text("Tea was a remedy.")
        await expect(scenes.nth(1)).to_contain_text("Today a cup costs cents.")

        await tab.get_by_role("link", name="Library").click()
        await expect(tab.locator(".tile img")).to_have_count(2)
        await tab.locator(".tile").first.click()
        await made(tab)
        await tab.get_by_role("button", name="Delete").click()
        await tab.get_by_role("button", name="Delete for good").click()
        await expect(tab.locator(".tile")).to_have_count(1)


async def test_cards_fill_while_the_video_is_made(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url) as tab:
        seen: list[str] = []
        tab.on("response", lambda answer: seen.append(answer.url) if "/api/files/" in answer.url else None)
        await say(tab, "\n\n".join(f"This is sentence number {n} of a longer story." for n in range(8)))
        await tab.get_by_role("button", name="Make the video").click()
        await made(tab)
    early = [re.sub(r".*/api/files/", "", each) for each in seen]
    last = next(at for at, each in enumerate(early) if each.endswith("final.mp4"))
    assert any(re.match(r"(images|frames)/[0-9a-f]{64}\.", each) for each in early[:last]), early


async def test_a_plan_is_changed_before_anything_is_made(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url) as tab:
        await say(tab, "One is first.\n\nTwo comes after it.\n\nThree is the last.")
        await tab.get_by_role("button", name="Plan it first").click()
        scenes = tab.get_by_role("article")
        await expect(scenes).to_have_count(3)
        await tab.get_by_role("button", name="Remove scene 2").click()
        await tab.get_by_role("button", name="Move scene 2 up").click()
        await tab.get_by_label("Narration").first.fill("Three leads now.")
        await tab.get_by_label("Title").fill("Counting")
        await tab.reload()
        await expect(tab.get_by_label("Narration").first).to_have_value("Three leads now.")
        await tab.get_by_role("button", name="Make the video").click()
        await made(tab)
        await expect(tab.get_by_role("heading", name="Counting")).to_be_visible()
        said = await tab.locator(".said").all_text_contents()
        assert said == ["Three leads now.", "One is first."]


async def test_what_is_wrong_is_said_where_it_is_asked(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url, wrong="400") as tab:
        make = tab.get_by_role("button", name="Make the video")
        await make.click()
        await expect(tab.get_by_role("alert").last).to_contain_text("Write a topic or a script first")
        await say(tab, "Hello there. [pause 99999s] Goodbye.")
        await make.click()
        await expect(tab.get_by_role("alert").last).to_contain_text("pause")
        await expect(make).to_be_enabled()


async def test_a_key_is_asked_for_and_sent_with_everything(tmp_path: Path) -> None:
    keys = (SecretStr(KEY),)
    async with served(tmp_path, api_keys=keys) as url, studio(url, wrong="401") as tab:
        await expect(tab.get_by_role("heading", name="This gateway asks for a key")).to_be_visible()
        await tab.get_by_label("Key").fill("wrong")
        await tab.get_by_role("button", name="Open the studio").click()
        await expect(tab.get_by_role("alert")).to_contain_text("not accepted")
        await tab.get_by_label("Key").fill(KEY)
        await tab.get_by_role("button", name="Open the studio").click()
        await say(tab, "One sentence is enough.")
        await tab.get_by_role("button", name="Make the video").click()
        await made(tab)
        await expect(tab.locator(".scene video")).to_have_count(1)


async def test_own_pictures_are_shown_and_uploads_that_are_none_refused(tmp_path: Path) -> None:
    from PIL import Image

    picture, text = tmp_path / "a beach.png", tmp_path / "notes.txt"
    Image.new("RGB", (640, 480), (20, 90, 200)).save(picture)
    text.write_text("no picture")
    async with served(tmp_path) as url, studio(url, wrong="400") as tab:
        await tab.locator("#material").set_input_files([picture, text])
        await expect(tab.locator(".assets b")).to_have_text(["a beach.png"])
        await expect(tab.get_by_role("alert").first).to_contain_text("notes.txt")
        await until(tab, "document.querySelector('.assets .thumbnail img')?.naturalWidth === 640")
        await say(tab, "The sea was blue.\n\nThe sand was white.")
        await tab.get_by_role("button", name="Plan it first").click()
        first, second = (tab.get_by_role("article", name=f"Scene {number}") for number in (1, 2))
        await expect(first.get_by_label("Shows")).to_have_value("1")
        await expect(first.get_by_role("img", name="a beach.png")).to_be_visible()
        await expect(first.get_by_label("Picture")).to_have_count(0)
        await first.get_by_label("Shows").select_option("A picture made for it")
        await expect(first.get_by_label("Picture")).to_be_visible()
        await second.get_by_label("Shows").select_option("a beach.png")
        await tab.get_by_role("button", name="Make the video").click()
        await made(tab)
        shown = await tab.evaluate(
            "fetch(`api/tasks/${location.hash.slice(6)}/storyboard`).then(answer => answer.json())"
        )
        assert [scene["asset"] for scene in shown["scenes"]] == [0, 1]


async def test_photos_of_phones_are_seen_where_the_browser_shows_none(tmp_path: Path) -> None:
    (tmp_path / "IMG_1.HEIC").write_bytes(photo(np.full((64, 128, 3), 90, np.uint8), tile=64, properties=[irot(3)]))
    async with served(tmp_path) as url, studio(url) as tab:
        await tab.locator("#material").set_input_files([tmp_path / "IMG_1.HEIC"])
        await expect(tab.locator(".assets b")).to_have_text(["IMG_1.HEIC"])
        await until(tab, "document.querySelector('.assets .thumbnail img')?.naturalHeight === 128")


@pytest.mark.parametrize(("scheme", "bright"), [("light", True), ("dark", False)])
async def test_light_and_dark_come_from_the_same_tokens(tmp_path: Path, scheme: str, bright: bool) -> None:
    async with served(tmp_path) as url, studio(url, scheme) as tab:
        await expect(tab.locator(".make")).to_be_visible()
        ground = await tab.evaluate("getComputedStyle(document.body).backgroundColor")
        unnamed = await tab.evaluate(
            "[...document.querySelectorAll('input, select, textarea')].filter(e => !e.labels.length"
            " && !e.getAttribute('aria-label')).map(e => e.outerHTML)"
        )
        wide = await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await tab.set_viewport_size({"width": 390, "height": 800})
        narrow = await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert (sum(int(each) for each in re.findall(r"\d+", ground)[:3]) > 384) is bright
    assert unnamed == []
    assert wide
    assert narrow
