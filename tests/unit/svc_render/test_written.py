"""Words are found in the text as written, however a voice tells of them, and none of the text is lost or told twice."""

from __future__ import annotations

from itertools import pairwise

import pytest

from svc_render.captions import cues, phrases
from svc_render.spoken import NOTHING, by_word
from svc_render.written import SpokenWord, placed

ODD = [
    ("Reading 📚 every day is good — really!", "Reading|📚|every|day|is|good|—|really!"),
    ('Hello... world ( yes ) "ok"', 'Hello|...|world|(|yes|)|"|ok|"'),
    ("It's 50% off, isn't it?", "It|'s|50|%|off|,|is|n't|it|?"),
    ("It's GREAT, don’t you think?", "its|great|don't|you|think"),
    ("你好，世界。再见！", "你|好|，|世|界|。|再|见|！"),
    ("Read 20 pages today.", "Read|twenty|pages|today"),
    ("Call 911. Everyone knows.", "Call|nine|one|one|Everyone|knows"),
    (
        "It grew 3.5% in 2024, said Dr. Smith.",
        "It|grew|three|point|five|percent|in|twenty|twenty|four|said|Doctor|Smith",
    ),
    ("การอ่านหนังสือ", "การอ|่านห|นังสือ"),
    ("오늘 읽으면 좋아요.", "오늘|읽|으면|좋아요"),
    ("Nothing of this is said.", "Rien|de|cela"),
]


def timed(words: str) -> list[SpokenWord]:
    return [SpokenWord(word, n * 0.4, n * 0.4 + 0.3) for n, word in enumerate(words.split("|"))]


@pytest.mark.parametrize(("text", "words"), ODD)
def test_the_text_is_shown_once_and_as_it_is_written(text: str, words: str) -> None:
    spoken = timed(words)
    length = spoken[-1].end + 0.2
    lines = [line for cue in cues(text, spoken, begin=0, length=length) for line in cue.lines]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    said = "".join(phrase.text for phrase in phrases(text, spoken, length=length))
    assert said.replace(" ", "") == text.replace(" ", "")
    marked = by_word(text, spoken, length=length)
    assert "".join(part for part, _ in marked.parts) == text
    assert sorted({number for _, number in marked.parts} - {NOTHING}) == [number for _, number in marked.changes]
    places = placed(text, spoken)
    assert all(one.stop <= two.begin and one.start <= two.start for one, two in pairwise(places))
    assert all(place.begin < place.stop for place in places)


def test_words_read_otherwise_take_their_own_time() -> None:
    text, words = ODD[7]
    spoken = timed(words)
    found = {text[place.begin : place.stop]: place.start for place in placed(text, spoken)}
    assert found["3.5%"] == pytest.approx(spoken[2].start)
    assert found["in"] == pytest.approx(spoken[6].start)
    assert found["2024,"] == pytest.approx(spoken[7].start)
    assert found["Smith"] == pytest.approx(spoken[12].start)


def test_a_word_inside_another_one_is_not_taken_for_it() -> None:
    text = "Call 911. Everyone knows."
    spoken = timed("Call|nine|one|one|Everyone|knows")
    found = [(text[place.begin : place.stop], place.start) for place in placed(text, spoken)]
    assert found == [("Call", 0.0), ("911.", pytest.approx(0.4)), ("Everyone", 1.6), ("knows", 2.0)]


def test_a_word_that_was_not_found_does_not_lead_far_away() -> None:
    text = "In 20 parks you can see that there is more to a city than streets, and that each of them is one."
    spoken = timed("In|one|score|parks|you|can|see|that|there|is|more|to|a|city")
    found = {text[place.begin : place.stop]: place.start for place in placed(text, spoken)}
    assert found["20"] == pytest.approx(0.4)
    assert found["city"] == pytest.approx(spoken[-1].start)
