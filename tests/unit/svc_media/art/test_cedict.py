"""The Chinese-English dictionary: its file format, and which sense is taken."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from svc_media.art.cedict import ChineseDictionary

if TYPE_CHECKING:
    from pathlib import Path

LINES = """# a comment
#! entries=9
東風 东风 [Dong1 feng1] /Dongfeng, a maker of cars/
東風 东风 [dong1 feng1] /(literary) an east wind; a driving force/CL:陣|阵[zhen4]/
河口 河口 [He2 kou3] /Hekou (place name)/
李白 李白 [Li3 Bai2] /Li Bai (701-762), poet of the Tang/
長江 长江 [Chang2 Jiang1] /Yangtze River, or Chang Jiang/
冬至 冬至 [Dong1 zhi4] /Winter Solstice, 22nd of the 24 solar terms (21st December)/
乾坤 乾坤 [qian2 kun1] /variant of 天地/heaven and earth/
乾杯 干杯 [gan1 bei1] /to drink a toast (at a party (of friends))/
茶 茶 [cha2] /tea/
"""


@pytest.fixture
def dictionary(tmp_path: Path) -> ChineseDictionary:
    file = tmp_path / "cedict.txt.gz"
    file.write_bytes(gzip.compress(LINES.encode()))
    return ChineseDictionary(file)


@pytest.mark.parametrize(
    ("word", "english"),
    [
        ("东风", "east wind"),
        ("河口", "Hekou"),
        ("李白", "poet of the Tang"),
        ("长江", "Yangtze River"),
        ("冬至", "Winter Solstice"),
        ("乾坤", "heaven and earth"),
        ("干杯", "drink a toast"),
    ],
)
def test_the_first_sense_is_taken(dictionary: ChineseDictionary, word: str, english: str) -> None:
    assert word in dictionary
    assert dictionary.meaning(word) == english


def test_single_characters_and_comments_are_left_out(dictionary: ChineseDictionary) -> None:
    assert "茶" not in dictionary
    assert "entries=9" not in dictionary
    with pytest.raises(KeyError):
        dictionary.meaning("茶")


def test_traditional_characters_are_known_unless_they_are_also_simplified(dictionary: ChineseDictionary) -> None:
    assert "東風長江".translate(dictionary.simplified) == "东风长江"
    assert "乾坤".translate(dictionary.simplified) == "乾坤"
