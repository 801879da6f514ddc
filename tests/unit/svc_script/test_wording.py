"""Counting, cutting and titling."""

from __future__ import annotations

from typing import SupportsIndex

import pytest

from svc_script.engines.base import WordRange
from svc_script.wording import count_words, full_stop, short_title, shorten


@pytest.mark.parametrize(
    ("text", "count"),
    [("It's 3.14 km, e.g. far-off!", 5), ("你好，世界", 4), ("", 0), ("a — b", 2), ("C3PO 和我", 3)],
)
def test_count(text: str, count: int) -> None:
    assert count_words(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("भारत में हर सुबह की शुरुआत चाय से होती है।", 10),
        ("বাংলাদেশের মানুষ ভাত ভালোবাসে", 4),
        ("தமிழ் நாட்டில் காபி", 3),
        ("ثم فُتحت المقاهي في مكة", 5),
        ("מְאֹד טוֹב", 2),
        ("می\u200cخواهم بروم", 2),
        ("cafe\u0301 nai\u0308ve", 2),
        ("か\u3099く", 2),
    ],
)
def test_signs_above_and_below_letters_part_no_words(text: str, count: int) -> None:
    assert count_words(text) == count


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("ทุกเช้าเขาจะตื่นแต่เช้าแล้วเดินไปตลาดเพื่อซื้อผลไม้สด", 9, 15),
        ("ខ្ញុំស្រលាញ់ភាសាខ្មែរ", 3, 5),
        ("မြန်မာနိုင်ငံ", 2, 3),
    ],
)
def test_words_are_counted_about_where_no_spaces_part_them(text: str, low: int, high: int) -> None:
    assert low <= count_words(text) <= high


@pytest.mark.parametrize(
    ("text", "mark"), [("Tea", "."), ("茶", "。"), ("चाय", "।"), ("ชา", ""), ("قهوة", "."), ("茶 (2)", "。"), ("", ".")]
)
def test_the_mark_that_ends_a_sentence_is_that_of_its_script(text: str, mark: str) -> None:
    assert full_stop(text) == mark


def test_clauses_end_at_the_marks_of_their_script() -> None:
    text = "حمل الراعي الثمار إلى الشيخ، فجففها وغلاها في الماء؟"
    assert shorten(text, WordRange(3, 6)) == "حمل الراعي الثمار إلى الشيخ؟"


def test_a_long_sentence_ends_at_its_last_clause_that_fits() -> None:
    text = "Bees gather nectar from flowers, carry it home to the hive, and turn it into honey for the winter!"
    assert shorten(text, WordRange(5, 12)) == "Bees gather nectar from flowers, carry it home to the hive!"
    assert shorten(text, WordRange(3, 7)) == "Bees gather nectar from flowers!"


def test_what_cannot_be_cut_well_is_not_cut() -> None:
    assert shorten("Nine words stand here in a row without bounds.", WordRange(2, 5)) is None
    assert shorten("Too short.", WordRange(5, 9)) is None
    assert shorten("He said (among others, me and you) that it rains a lot here.", WordRange(3, 6)) is None


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Why We Sleep Better After a Long Walk: What Science Says Today", "Why We Sleep Better After a Long Walk"),
        (
            "Tea: How One Small Leaf Changed the Whole World Over Four Thousand Years",
            "Tea: How One Small Leaf Changed the Whole World Over Four",
        ),
    ],
)
def test_a_long_title_ends_with_a_part_of_it_where_that_says_enough(text: str, title: str) -> None:
    assert short_title(text) == title


def test_titles_end_at_whole_words() -> None:
    cut = short_title("The long and winding road that leads to your door will never disappear again")
    assert cut == "The long and winding road that leads to your door"
    assert short_title('# "Tea."') == "Tea"
    assert short_title("x" * 200) == "x" * 60
    assert len(short_title("为什么要读书" * 30)) <= 60


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "El café llegó a Europa en el siglo XVII y cambió la vida de las ciudades.",
            "El café llegó a Europa en el siglo XVII y cambió la vida",
        ),
        (
            "Die Geschichte der Eisenbahn zwischen Wien und Triest über die Alpen",
            "Die Geschichte der Eisenbahn zwischen Wien und Triest",
        ),
    ],
)
def test_no_title_ends_with_a_loose_word_in_other_languages(text: str, title: str) -> None:
    assert short_title(text) == title


def test_a_list_of_a_hundred_thousand_signs_is_cut_without_reading_it_again_and_again() -> None:
    class Counting(str):
        read = 0

        def __getitem__(self, key: SupportsIndex | slice) -> str:
            Counting.read += 1
            return str(self)[key]

    assert shorten(Counting("apples, " * 12_000), WordRange(5, 20)) == "apples, " * 19 + "apples."
    assert Counting.read < 50
