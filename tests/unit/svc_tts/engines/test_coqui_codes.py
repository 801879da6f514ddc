"""Lines too long for XTTS are cut where one breathes, and nothing of them is lost."""

from __future__ import annotations

import pytest

from svc_tts.engines.base import Line, Unit
from svc_tts.engines.coqui_codes import cut
from svc_tts.reading.lines import lines_of


@pytest.mark.parametrize(
    ("language", "text", "limit"),
    [
        (
            "zh",
            "今天天气很好，我们去公园散步吧，然后一起去吃午饭，下午再去图书馆看书，晚上回家做饭看电视，第二天早上去跑步。",
            30,
        ),
        ("zh", "今天天气很好我们去公园散步然后一起去吃午饭", 8),
        ("en", "Well, it rained all day, so we stayed at home, read our books, and went to bed early that night.", 40),
        ("en", "one two three four five six seven eight nine ten eleven twelve", 20),
        ("en", "It cost $1,234,567,890,123,456.78 and nothing more", 30),
    ],
)
def test_nothing_is_lost(language: str, text: str, limit: int) -> None:
    for line in lines_of(text, language=language).lines:
        parts = cut(line, limit)
        assert "".join("".join(parts).split()) == "".join(line.said.split())
        assert all(0 < len(part) <= limit for part in parts), parts
        assert min(map(len, parts)) > limit / 5, parts


def test_a_cut_is_made_after_a_comma() -> None:
    line = lines_of("早上我们一起去公园散步，下午我们一起去图书馆看书，晚上回家。", language="zh").lines[0]
    assert cut(line, 20) == ["早上我们一起去公园散步，", "下午我们一起去图书馆看书，晚上回家。"]
    assert cut(line, 100) == [line.said]


def test_an_endless_word_is_said_to_its_end() -> None:
    word = "h t t p " * 40
    line = Line((Unit(("x",), "x", (word,)),), 0.3, "x", word.strip())
    assert "".join(cut(line, 50)).replace(" ", "") == "http" * 40
