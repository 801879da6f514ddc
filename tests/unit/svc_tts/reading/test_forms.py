"""Numbers are said as people say them: in the noun's gender and case, as dates, times, money, measures, scores."""

from __future__ import annotations

from pathlib import Path

import pytest

from svc_tts.reading.lines import lines_of

FORMS = [
    tuple(line.split(" | "))
    for line in Path(__file__).with_name("forms.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("language", "written", "spoken"), FORMS)
def test_form(language: str, written: str, spoken: str) -> None:
    assert " ".join(line.said for line in lines_of(written, language=language).lines) == spoken


@pytest.mark.parametrize("language", sorted({language for language, _, _ in FORMS}))
def test_words_by_themselves_say_what_the_line_says(language: str) -> None:
    for line in (line for tag, text, _ in FORMS if tag == language for line in lines_of(text, language=language).lines):
        by_word = "".join(word for unit in line.units for word in unit.said)
        assert _letters(by_word) == _letters(line.said)


def test_a_number_that_is_bent_stays_a_word_of_its_own() -> None:
    (line,) = lines_of("Пришли 2 женщины и 21 мужчина.", language="ru").lines
    assert [(unit.words, unit.said) for unit in line.units] == [
        (("Пришли",), ("Пришли",)),
        (("2",), ("две",)),
        (("женщины",), ("женщины",)),
        (("и",), ("и",)),
        (("21",), ("двадцать", "один")),
        (("мужчина.",), ("мужчина.",)),
    ]


def test_a_date_is_two_or_three_words_of_its_own() -> None:
    (line,) = lines_of("Dne 5. května 2024 přišel.", language="cs").lines
    assert [(unit.words, unit.said) for unit in line.units][1:4] == [
        (("5.",), ("pátého",)),
        (("května",), ("května",)),
        (("2024",), ("dva", "tisíce", "dvacet", "čtyři")),
    ]


def _letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
