from __future__ import annotations

import pytest

from svc_script.tongue import language_of, named

SPEECH = "The harbour woke slowly while the fishermen mended their nets beside the wall. "


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Albert Einstein", ""),
        ("quantum computing", ""),
        ("Meditation", ""),
        ("World War II", "en"),
        ("Vitamin D", ""),
        ("AI", ""),
        ("Los Angeles", ""),
        ("São Paulo", ""),
        ("5 tips for better sleep", "en"),
        ("Artificial intelligence in medicine", "en"),
        ("Café culture in Vienna", "en"),
        ("The history of tea", "en"),
        ("La historia del café", "es"),
        ("Los gatos", "es"),
        ("Come fare il pane", "it"),
        ("Die Geschichte des Tees", "de"),
        ("5 Tipps für besseren Schlaf", "de"),
        ("L'histoire du thé", "fr"),
        ("pain au levain", "fr"),
        ("História do café", "pt"),
        ("Lịch sử trà", "vi"),
        ("История чая", "ru"),
        ("Історія чаю", "uk"),
        ("Защо котките мъркат?", "bg"),
        ("茶的历史", "zh"),
        ("紅茶の歴史", "ja"),
        ("Python 编程入门", "zh"),
        ("🎉🎉", ""),
    ],
)
def test_the_language_of_a_topic_is_told_by_its_words_and_not_by_the_look_of_a_name(text: str, language: str) -> None:
    assert language_of(text) == language


def test_a_foreign_notice_before_a_book_does_not_decide() -> None:
    book = "Die Fischer flickten ihre Netze an der Mauer, und der Hafen erwachte langsam. " * 200
    assert language_of(SPEECH * 27 + book) == "de"


def test_tags_and_addresses_are_not_words() -> None:
    page = '<div class="content main-column"><p style="margin: 0">今天我们来谈谈茶。</p></div>' * 8
    assert language_of(f"{page} https://example.com/the/story/of/tea/and/the/people") == "zh"


def test_a_model_is_told_where_to_take_an_unknown_language_from() -> None:
    assert "de-AT" in named("de-AT")
    assert "text" in named("")
