"""The studio where things are rough: only a keyboard, answers that get lost, many videos, values out of range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.async_api import expect

from tests.browser.tabs import made, say, studio, until
from tests.embedded import served

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Page, Route

pytestmark = pytest.mark.slow

MANY = 26
"""More than the library shows at first."""


async def focused(tab: Page) -> str:
    return await tab.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent")


async def filled(url: str, count: int) -> None:
    """Videos that were asked for and stopped."""
    async with httpx.AsyncClient(base_url=url) as http:
        for number in range(count):
            asked = {"text": f"Story number {number}.", "mode": "fixed", "title": f"Tale {number}"}
            task = (await http.post("/api/video/generate/async", json=asked)).json()["task_id"]
            await http.delete(f"/api/tasks/{task}")


async def test_scenes_are_moved_added_and_removed_at_the_keyboard(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url) as tab:
        await say(tab, "One is first.\n\nTwo comes after it.\n\nThree is the last.")
        await tab.get_by_role("button", name="Plan it first").click()
        await expect(tab.get_by_role("article")).to_have_count(3)
        await tab.get_by_role("button", name="Move scene 1 down").press("Enter")
        assert await focused(tab) == "Move scene 2 down"
        await tab.keyboard.press("Enter")
        assert await focused(tab) == "Move scene 3 up"
        await tab.get_by_role("button", name="Add a scene after 3").press("Enter")
        last = tab.get_by_role("article", name="Scene 4").get_by_label("Narration")
        await expect(last).to_be_focused()
        await expect(tab.get_by_text("4 scenes")).to_be_visible()
        await tab.get_by_role("button", name="Make the video").press("Enter")
        await expect(tab.get_by_role("alert").last).to_contain_text("Scene 4 says nothing yet")
        await expect(last).to_be_focused()
        await tab.get_by_role("button", name="Remove scene 4").press("Enter")
        await expect(tab.get_by_role("article", name="Scene 3").get_by_label("Narration")).to_be_focused()
        voice = tab.get_by_label("Voice").first
        await expect(voice.locator("option")).to_have_count(1)  # two hundred scenes with all voices each are slow
        await voice.focus()
        await voice.select_option("tone/low")
        await tab.get_by_role("link", name="New video").click()
        await tab.get_by_role("link", name="A plan of yours is still here").click()
        await expect(tab.get_by_label("Narration").first).to_have_value("Two comes after it.")
        await expect(voice).to_have_value("tone/low")


async def test_a_video_asked_for_again_after_a_lost_answer_is_made_once_and_not_deleted_at_once(tmp_path: Path) -> None:
    lost: list[str] = []

    async def lose(route: Route) -> None:
        if lost:
            await route.continue_()
        else:
            lost.append(route.request.url)
            await route.fetch()
            await route.abort()

    async with served(tmp_path) as url, studio(url, lost=True) as tab:
        await tab.route("**/api/video/generate/async", lose)
        await say(tab, "Once is enough.")
        make = tab.get_by_role("button", name="Make the video")
        await make.click()
        await expect(tab.get_by_role("alert").last).to_contain_text("The gateway does not answer")
        await make.click()
        await made(tab)
        async with httpx.AsyncClient(base_url=url) as http:
            assert len((await http.get("/api/tasks")).json()) == 1
        delete = tab.get_by_role("button", name="Delete", exact=True)
        await delete.press("Enter")
        await expect(tab.get_by_role("button", name="Keep it")).to_be_focused()
        await tab.keyboard.press("Escape")
        await expect(delete).to_be_focused()


async def test_a_gateway_that_is_away_for_a_while_is_told_and_followed_again(tmp_path: Path) -> None:
    tries: list[str] = []

    async def away(route: Route) -> None:
        tries.append(route.request.url)
        await (route.abort() if len(tries) < 3 else route.continue_())

    async with served(tmp_path) as url, studio(url, lost=True) as tab:
        await tab.route("**/events?*", away)
        await say(tab, "\n\n".join(f"Sentence {number} of a story." for number in range(6)))
        await tab.get_by_role("button", name="Make the video").click()
        told = tab.get_by_text("The gateway does not answer at the moment")
        await expect(told).to_be_visible()
        await made(tab)
        await expect(told).to_be_hidden()
        await expect(tab.get_by_text("The video is ready.")).to_be_visible()


async def test_the_library_finds_one_of_many_and_stays_where_it_was_left(tmp_path: Path) -> None:
    async with served(tmp_path) as url:
        await filled(url, MANY)
        async with studio(url) as tab:
            await tab.get_by_role("link", name="Library").click()
            tiles = tab.locator(".tile")
            await expect(tiles).to_have_count(24)
            await tab.get_by_role("button", name="Show more").click()
            await expect(tiles).to_have_count(MANY)
            await expect(tab.get_by_role("button", name="Show more")).to_be_hidden()
            await tiles.last.scroll_into_view_if_needed()
            await until(tab, "JSON.parse(sessionStorage.getItem('pixelle-library')).top > 0")
            top = await tab.evaluate("scrollY")
            await tiles.last.click()
            await expect(tab.get_by_role("heading", name="Tale 0")).to_be_visible()
            await tab.go_back()
            await expect(tiles).to_have_count(MANY)
            await until(tab, f"scrollY === {top}")
            await tab.get_by_label("Search").fill("TALE 17")
            await expect(tiles).to_have_count(1)
            await expect(tiles.first).to_contain_text("Tale 17")
            await tab.get_by_label("Show").select_option("Finished")
            await expect(tab.get_by_text("Nothing fits.")).to_be_visible()


async def test_what_is_out_of_range_is_said_in_words_where_it_is(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url) as tab:
        make = tab.get_by_role("button", name="Make the video")
        told = tab.get_by_role("alert").last
        text = tab.locator("textarea.topic")
        await text.fill("long " * 30_000)
        await make.click()
        await expect(told).to_contain_text("150,000 characters")
        await expect(text).to_have_value("long " * 30_000)
        await text.fill("Tea")
        await tab.get_by_label("Scenes", exact=True).fill("50")
        await make.click()
        await expect(told).to_contain_text("Scenes: choose a number from 1 to 20.")
        await tab.get_by_label("Scenes", exact=True).fill("3")
        await tab.get_by_text("More", exact=True).click()
        await tab.get_by_label("Seed").fill("-4")
        await tab.get_by_text("More", exact=True).click()
        await make.click()
        await expect(told).to_contain_text("Seed: choose a number")
        await expect(tab.get_by_label("Seed")).to_be_focused()


async def test_a_length_leaves_the_scenes_open_and_a_view_takes_the_focus_and_names_the_page(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url) as tab:
        scenes = tab.get_by_label("Scenes", exact=True)
        await expect(scenes).to_have_value("5")
        await tab.get_by_label("Length").select_option("1:00")
        await expect(scenes).to_have_value("")
        await scenes.fill("4")
        kept = "JSON.parse(sessionStorage.getItem('pixelle-draft'))"
        assert await tab.evaluate(f"[{kept}.n_scenes, {kept}.target_seconds]") == [4, 60]
        await expect(tab).to_have_title("New video · Pixelle-Video")
        await tab.get_by_role("link", name="Library").press("Enter")
        await expect(tab.get_by_role("heading", name="Nothing here yet")).to_be_visible()
        await expect(tab).to_have_title("Library · Pixelle-Video")
        assert await tab.evaluate("document.activeElement.id") == "view"
        missed = "(files => {const data = new DataTransfer(); if (files) data.items.add(new File(['x'], 'x.png'));"
        missed += "else data.setData('text/plain', 'x'); return !document.body.dispatchEvent("
        missed += "new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))})"
        assert await tab.evaluate(f"{missed}(true)"), "a file beside its place must not replace the page"
        assert not await tab.evaluate(f"{missed}(false)"), "words may be dropped into a field"
        await tab.goto(f"{url}/#%E0%A4%A")
        await expect(tab.locator(".make")).to_be_visible()


async def test_voices_and_settings_hold_at_the_width_of_a_phone_and_at_twice_the_size(tmp_path: Path) -> None:
    async with served(tmp_path) as url:
        for locale in ("en-GB", "zh-CN"):
            async with studio(url, locale=locale) as tab:
                await expect(tab.locator(".make")).to_be_visible()
                await tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
                for width, height in ((390, 844), (320, 640), (640, 400)):
                    await tab.set_viewport_size({"width": width, "height": height})
                    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), (locale, width)
                assert await tab.evaluate("document.querySelector('.asking').getBoundingClientRect().height < 120")
