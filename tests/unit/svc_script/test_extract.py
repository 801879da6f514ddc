"""Which sentences carry a text."""

from __future__ import annotations

import pytest

from pixelle.runtime.errors import InvalidArgument
from svc_script.engines.base import NarrationBrief, WordRange
from svc_script.engines.outline import extracted, text_title
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


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CHAPTER I\n\nThe House above the Harbour\n\nIt rained.", "The House above the Harbour"),
        ("第一章\n\n海边的房子\n\n下雨了。", "海边的房子"),
        ("Chapter 2\n\nIt rained all day.", "Chapter 2"),
        ("Book lovers\n\nWhy we read\n\nIt rained.", "Book lovers"),
        ("It rained.\n\nAnd then it stopped.", ""),
        ("Only this", ""),
    ],
)
def test_the_number_of_a_chapter_is_no_title_where_it_has_one(text: str, found: str) -> None:
    assert heading(text) == found


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


NEWS = """The council voted on Tuesday to build a tram line to the university. The line will cost 380 million euros and
open in 2031. "This is the most important decision on trams and buses in a generation," said the mayor after the vote.
"We could buy buses for the cost of the tram line," said a member of the council.
The tram line will have 21 stops. Work begins with the removal of old pipes in spring."""


def test_news_is_told_rather_than_what_was_said_of_it() -> None:
    lines, fitting = carrying_sentences(NEWS, 3, WordRange(5, 20))
    assert lines[0].startswith("The council voted")
    assert not [line for line in lines if line.startswith('"')]
    assert fitting == 6


def test_chinese() -> None:
    text = "面包是用面粉和水做的。酵母让面团变大。烤箱把面团变成面包。我的阿姨有一辆车。"
    lines, fitting = carrying_sentences(text, 2, WordRange(5, 20))
    assert (len(lines), fitting) == (2, 4)


def test_short_paragraphs_of_other_scripts_are_no_headings() -> None:
    hindi = "चाय की कहानी\n\nहर सुबह की शुरुआत चाय से होती है।\n\nलोग स्टेशन पर कुल्हड़ की चाय पीते हैं।"
    arabic = "قصة القهوة\n\nهل تعرف كم فنجاناً يشرب العالم كل يوم؟\n\nأكثر من ملياري فنجان من القهوة."
    for text in (hindi, arabic):
        lines, fitting = carrying_sentences(text, 2, WordRange(5, 20))
        assert (lines, fitting) == (text.split("\n\n")[1:], 2)


LIST = """# Houseplants

**They clean the air** and calm the mind. See [our guide](https://example.com/guide) for more of this.

- They raise the humidity of a dry room.
1. Water it when the top 2.5 cm of soil is dry.
2. Turn it once in a while toward the light.

| Plant | Light |
|---|---|
"""


def test_what_markdown_writes_is_said_without_its_signs() -> None:
    lines, fitting = carrying_sentences(LIST, 9, WordRange(5, 20))
    assert fitting == 5
    assert "They clean the air and calm the mind." in lines
    assert "They raise the humidity of a dry room." in lines
    assert "Water it when the top 2.5 cm of soil is dry." in lines


def test_speech_without_marks_is_cut_where_another_thought_begins() -> None:
    text = (
        "so yesterday i went to the market and there was this old man selling apples and he told me that he had been "
        "selling apples on that corner for forty years and i asked him if he ever got tired of it and he laughed"
    )
    lines, _ = carrying_sentences(text, 3, WordRange(5, 20))
    assert len(lines) == 3
    assert all(line[0].isupper() and line.endswith(".") for line in lines)
    assert not any(line.startswith(("And ", "So ")) for line in lines)


def test_half_a_pair_of_quotation_marks_is_left_out() -> None:
    lines, _ = carrying_sentences('"I know another way. By noon we shall be there." So they went.', 3, WordRange(3, 9))
    assert all(line.count('"') % 2 == 0 for line in lines)


def test_japanese_is_not_cut_where_no_sentence_ends() -> None:
    text = "ゴロゴロという音は、低い振動で、骨や筋肉の回復を助けるとも言われています。"
    assert carrying_sentences(text, 1, WordRange(5, 20)) == ([], 0)
    assert carrying_sentences(text, 1, WordRange(5, 40))[0] == [text]


def test_what_leans_on_the_sentence_before_is_held_back_in_other_languages_too() -> None:
    spanish = (
        "El café llegó a Europa hace siglos. Sin embargo, eso no gustó a todos. Los médicos discutían sobre el café."
    )
    assert not any("Sin embargo" in line for line in carrying_sentences(spanish, 2, WordRange(5, 20))[0])
    chinese = "茶是古老的饮料之一。他也很喜欢这种饮料。今天每天有很多人喝茶。"
    assert "他也很喜欢这种饮料。" not in carrying_sentences(chinese, 2, WordRange(5, 20))[0]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("honey bees", "Honey bees"),
        ("iPhone tips", "iPhone tips"),
        ("Die Alpen entstanden, als vor rund 35 Mio. Jahren zwei Kontinente zusammenstießen.", "Die Alpen entstanden"),
        (
            "El Sr. García, dueño de una tienda en Cádiz, vendía 3,5 kg al día en 1789.",
            "El Sr. García, dueño de una tienda en Cádiz",
        ),
        ("# Bread\n\nIt is baked.", "Bread"),
    ],
)
def test_a_title_is_a_clause_of_the_text(text: str, title: str) -> None:
    assert text_title(text) == title


def test_a_chinese_list_is_not_cut_in_the_middle() -> None:
    text = "唐代的陆羽写了一本书，叫《茶经》，讲怎样种茶、采茶和煮茶。"
    assert carrying_sentences(text, 1, WordRange(5, 20))[0] == ["唐代的陆羽写了一本书，叫《茶经》。"]


def test_a_date_at_the_beginning_keeps_its_day() -> None:
    text = "7. April 1989 war ein Tag am Meer.\nDie Fischer flickten ihre Netze an der Mauer."
    assert carrying_sentences(text, 2, WordRange(5, 20))[0][0] == "7. April 1989 war ein Tag am Meer."


def test_a_book_with_a_foreign_notice_is_told_in_its_own_language() -> None:
    notice = "This eBook is for the use of anyone anywhere at no cost and with almost no restrictions whatsoever. " * 20
    book = "Die Fischer flickten ihre Netze an der Mauer im Hafen. Die Sonne stand schon hoch über dem Meer. " * 90
    told = extracted(NarrationBrief(notice + book, 1, WordRange(5, 20), "de"))
    assert len(told.lines) == 1
    with pytest.raises(InvalidArgument, match="not in the language 'fr'"):
        extracted(NarrationBrief(notice + book, 1, WordRange(5, 20), "fr"))


def test_topics() -> None:
    assert is_topic("Why develop a reading habit")
    assert is_topic("How do bees make honey?")
    assert not is_topic(TEXT)
