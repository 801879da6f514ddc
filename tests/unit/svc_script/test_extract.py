"""Which sentences carry a text."""

from __future__ import annotations

from svc_script.engines.base import WordRange
from svc_script.extract import carrying_sentences, heading, is_topic

TEXT = """# Bread

Bread is made of flour, water, salt and yeast.. The yeast makes gas, and the gas lifts the dough.
My aunt once had a blue car. A hot oven turns the dough into bread with a brown crust. The flour and the water make a
dough that holds the gas of the yeast. Bread is made of flour, water, salt and also yeast.
"""


def test_headings_are_not_said() -> None:
    lines, _ = carrying_sentences(TEXT, 4, WordRange(5, 20))
    assert "# Bread" not in " ".join(lines)
    assert heading(TEXT) == "Bread"


def test_the_order_is_kept_and_nothing_is_said_twice() -> None:
    lines, fitting = carrying_sentences(TEXT, 4, WordRange(5, 20))
    places = [TEXT.replace("\n", " ").index(line[:-1]) for line in lines]
    assert places == sorted(places)
    assert fitting == 6
    assert not ({lines[0], "Bread is made of flour, water, salt and also yeast."} <= set(lines))
    assert "My aunt once had a blue car." not in lines


def test_short_neighbours_are_joined_up_to_the_range() -> None:
    lines, _ = carrying_sentences("It rains. It pours. The man snores. He went to bed.", 1, WordRange(7, 9))
    assert lines == ["It rains. It pours. The man snores."]


def test_chinese() -> None:
    text = "面包是用面粉和水做的。酵母让面团变大。烤箱把面团变成面包。我的阿姨有一辆车。"
    lines, fitting = carrying_sentences(text, 2, WordRange(5, 20))
    assert (len(lines), fitting) == (2, 4)


def test_topics() -> None:
    assert is_topic("Why develop a reading habit")
    assert is_topic("How do bees make honey?")
    assert not is_topic(TEXT)
