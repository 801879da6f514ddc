"""A text in the letters of another language is told, foreign words inside a text are not."""

from __future__ import annotations

import pytest

from pixelle.runtime.errors import InvalidArgument
from svc_tts.scripts import must_be_written_in


@pytest.mark.parametrize(
    ("language", "text", "script"),
    [
        ("en", "今天天气很好，我们去公园散步吧。", "Chinese"),
        ("en-GB", "[pause 1s] Привет, как дела?", "Cyrillic"),
        ("de", "สวัสดีชาวโลก", "Thai"),
        ("fr", "مرحبا بالعالم", "Arabic"),
        ("zh", "こんにちは、げんきですか", "Hiragana"),
        ("zh-CN", "Καλημέρα κόσμε", "Greek"),
        ("ja", "안녕하세요 여러분", "Hangul"),
        ("hi", "今天天气很好", "Chinese"),
    ],
)
def test_other_letters_are_told(language: str, text: str, script: str) -> None:
    with pytest.raises(InvalidArgument, match=f"{language!r}, but most letters of the text are {script}") as caught:
        must_be_written_in(language, text)
    assert caught.value.reason == "LANGUAGE_MISMATCH"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "She said 你好 and smiled."),
        ("en", "π ≈ 3.14, Δ > 0"),
        ("en", "𝐇𝐞𝐥𝐥𝐨 Ｗｏｒｌｄ café"),
        ("en", "1984?!"),
        ("zh", "Python, iPhone, WiFi"),
        ("zh", "我用 Python 写代码"),
        ("ja", "今日は天気がいいですね"),
        ("ja", "東京大阪"),
        ("ko", "大韓民國"),
        ("ru", "Hello"),
        ("sr", "Здраво"),
        ("", "今天"),
    ],
)
def test_what_stands_in_such_texts_is_let_through(language: str, text: str) -> None:
    must_be_written_in(language, text)
