"""The studio in other languages than English, in a real browser."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.async_api import expect

from tests.browser.tabs import made, studio, until
from tests.embedded import served

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

pytestmark = pytest.mark.slow

CHINESE = Path(str(files("gateway").joinpath("static/studio/languages/zh-Hans.json"))).read_text("utf-8")
MARK = "※"
# what comes from elsewhere: names of languages, engines and voices, units, what somebody wrote
FOREIGN = (
    "script, noscript, .reasons, .brand, .consent, #language, option:not([value='']), output, [dir=auto], .tile,"
    " .finished .muted"
)
UNSAID = f"""
(() => {{
  const bare = [], foreign = {json.dumps(FOREIGN)};
  const said = text => !/\\p{{L}}/u.test(text) || text.includes("{MARK}") || text === "Pixelle-Video";
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {{
    const {{data, parentElement}} = walker.currentNode;
    if (!said(data) && !parentElement.closest(foreign)) bare.push(data);
  }}
  for (const name of ["aria-label", "placeholder", "title"]) {{
    for (const each of document.querySelectorAll(`[${{name}}]:not(img, video)`)) {{
      if (!said(each.getAttribute(name))) bare.push(`${{name}}=${{each.getAttribute(name)}}`);
    }}
  }}
  return bare;
}})()
"""


async def marked(route: Route) -> None:
    """Every text of the language, with a mark by which it is known in the page."""
    language: dict[str, dict[str, Any]] = json.loads(CHINESE)
    for key, text in language["says"].items():
        plural = isinstance(text, dict)
        language["says"][key] = {form: f"{MARK}{each}" for form, each in text.items()} if plural else f"{MARK}{text}"
    language["names"] = {name: f"{MARK}{each}" for name, each in language["names"].items()}
    await route.fulfill(json=language)


async def unsaid(tab: Page) -> list[str]:
    return await tab.evaluate(UNSAID)


async def test_a_script_in_chinese_becomes_a_video_on_a_page_in_chinese(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url, locale="zh-CN") as tab:
        await expect(tab.locator("html")).to_have_attribute("lang", "zh-Hans")
        await expect(tab).to_have_title("新建视频 · Pixelle-Video")
        await expect(tab.locator(".make")).to_be_visible()
        names = await tab.locator(".template > span:last-child").all_text_contents()
        assert len(names) > 10
        assert [name for name in names if not re.match(r"[\u4e00-\u9fff]", name)] == []
        await tab.get_by_label("用我的文案").check()
        await tab.locator("textarea.topic").fill("茶最早是一种药。\n\n今天，一杯茶只要几分钱。")
        await expect(tab.get_by_text("22 字")).to_be_visible()
        await tab.get_by_label("逐词高亮").check()
        await tab.get_by_role("button", name="先看分镜").click()
        await expect(tab.get_by_text("2 个分镜")).to_be_visible()
        await tab.get_by_role("button", name="下移分镜 1").click()
        await tab.get_by_role("button", name="生成视频").click()
        await made(tab)
        await expect(tab.get_by_role("status").filter(has_text="视频已生成。")).to_be_visible()
        said = tab.locator(".said")
        assert await said.all_text_contents() == ["今天，一杯茶只要几分钱。", "茶最早是一种药。"]
        await expect(said.first).to_have_attribute("lang", "zh")
        await tab.get_by_role("article", name="分镜 1").get_by_text("修改这个分镜").click()
        await expect(tab.get_by_label("旁白")).to_be_visible()
        await tab.get_by_role("button", name="删除", exact=True).click()
        await tab.get_by_role("button", name="确认删除").click()
        await expect(tab.get_by_role("heading", name="还没有作品")).to_be_visible()


async def test_a_topic_without_a_model_says_what_helps_and_leads_there(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url, locale="zh-CN", wrong="400") as tab:
        await tab.get_by_role("button", name="猫为什么会打呼噜").click()
        await tab.get_by_role("button", name="生成视频").click()
        told = tab.get_by_role("alert").last
        await expect(told).to_contain_text("还没有接入能写这个主题的大语言模型")
        await expect(told).to_contain_text("PIXELLE_LLM_BASE_URL")
        await told.get_by_text("服务返回的原文").click()
        await expect(told).to_contain_text("outline")
        await told.get_by_role("button", name="用我的文案").click()
        await expect(tab.get_by_label("用我的文案")).to_be_checked()
        await expect(tab.get_by_label("文案，逐字朗读")).to_be_focused()


async def test_the_language_is_that_of_the_browser_or_else_english(tmp_path: Path) -> None:
    async with served(tmp_path) as url:
        for locale, spoken in (("en-US", "en"), ("fr-FR", "en"), ("zh-SG", "zh-Hans"), ("zh-TW", "zh-Hans")):
            async with studio(url, locale=locale) as tab:
                await expect(tab.locator(".make")).to_be_visible()
                await expect(tab.locator("html")).to_have_attribute("lang", spoken)


async def test_a_language_is_switched_and_kept(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url) as tab:
        await tab.locator("textarea.topic").fill("Tea")
        await tab.get_by_label("Language", exact=True).select_option("简体中文")
        await expect(tab.get_by_role("button", name="生成视频")).to_be_visible()
        await expect(tab.locator("textarea.topic")).to_have_value("Tea")
        await tab.reload()
        await expect(tab.get_by_role("button", name="生成视频")).to_be_visible()
        await expect(tab.locator("html")).to_have_attribute("lang", "zh-Hans")
        await tab.get_by_label("界面语言").select_option("English")
        await expect(tab.get_by_role("button", name="Make the video")).to_be_visible()


async def test_nothing_is_said_but_by_the_language(tmp_path: Path) -> None:
    async with served(tmp_path) as url, studio(url, locale="zh-CN") as tab:
        await tab.route("**/languages/zh-Hans.json", marked)
        await tab.reload()
        await expect(tab.locator(".make")).to_be_visible()
        await tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert await unsaid(tab) == []
        await tab.get_by_label(f"{MARK}用我的文案").check()
        await tab.locator("textarea.topic").fill("一。\n\n二。")
        assert await unsaid(tab) == []
        await tab.get_by_role("button", name=f"{MARK}先看分镜").click()
        await expect(tab.locator(".plan .scene")).to_have_count(2)
        assert await unsaid(tab) == []
        await tab.get_by_role("button", name=f"{MARK}生成视频").click()
        await made(tab)
        await tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        await until(tab, "document.querySelectorAll('.tools textarea').length === 4")
        assert await unsaid(tab) == []
        await tab.get_by_role("link", name=f"{MARK}作品").click()
        await expect(tab.locator(".tile")).to_have_count(1)
        assert await unsaid(tab) == []
