"""A browser's tab at the studio, and what is done in it again and again."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, async_playwright, expect

from pixelle.runtime.errors import FailedPrecondition
from svc_render.browser import find_browser

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

__all__ = ["made", "say", "studio", "until"]

expect.set_options(timeout=60_000)


@asynccontextmanager
async def studio(
    url: str, scheme: str = "light", *, wrong: str = "nothing", lost: bool = False, locale: str = "en-GB"
) -> AsyncGenerator[Page]:
    """A tab at the studio. wrong: the status that answers are meant to have here, by the log. lost: some never come."""
    try:
        program = find_browser("")
    except FailedPrecondition as error:
        pytest.skip(error.message)
    said: list[str] = []
    elsewhere: list[str] = []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=str(program), args=["--no-sandbox"])
        try:
            tab = await chromium.new_page(color_scheme="dark" if scheme == "dark" else "light", locale=locale)
            tab.set_default_timeout(60_000)
            tab.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
            tab.on("pageerror", lambda error: said.append(str(error)))
            tab.on(
                "request",
                lambda request: (
                    elsewhere.append(request.url) if not request.url.startswith((url, "blob:", "data:")) else None
                ),
            )
            await tab.goto(url)
            yield tab
        finally:
            await chromium.close()
    assert elsewhere == []
    meant = (f"status of {wrong}", "net::ERR_FAILED" if lost else f"status of {wrong}")
    assert [line for line in said if not any(each in line for each in meant)] == []


async def say(tab: Page, script: str) -> None:
    await tab.get_by_label("Say exactly this").check()
    await tab.locator("textarea.topic").fill(script)


async def made(tab: Page) -> None:
    """Wait until the video can be played."""
    video = tab.locator(".finished video")
    await expect(video).to_be_visible(timeout=120_000)
    await until(tab, "document.querySelector('.finished video')?.readyState >= 1")


async def until(tab: Page, true: str) -> None:
    """Wait for something that is true in the page; the page itself may evaluate nothing."""
    async with asyncio.timeout(60):
        while not await tab.evaluate(true):  # noqa: ASYNC110 - a page tells nobody
            await asyncio.sleep(0.05)
