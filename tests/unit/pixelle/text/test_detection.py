"""Language detection: sure when it can be, silent when it cannot."""

from __future__ import annotations

import pytest

from pixelle.text.detection import detect_language


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Why develop a reading habit", "en"),
        ("为什么要养成阅读习惯", "zh"),
        ("読書の習慣を身につける理由", "ja"),
        ("Pourquoi prendre l'habitude de lire chaque jour", "fr"),
        ("لماذا القراءة مهمة", "ar"),
        ("Why the Roman Empire fell", "en"),
        ("A day in Tokyo", "en"),
        ("The life of Leonardo da Vinci", "en"),
        ("Best travel destinations 2025", "en"),
        ("How to make crème brûlée", "en"),
        ("Receta de paella", "es"),
        ("La storia di Roma", "it"),
        ("Il caffè di Napoli", "it"),
        ("Os benefícios do café", "pt"),
        ("Dlaczego niebo jest niebieskie", "pl"),
        ("Чому ми спимо", "uk"),
        ("Кофе", "ru"),
        # nothing but names and words that many languages share
        ("Ancient Egypt", "en"),
        ("Artificial intelligence", ""),
        ("Albert Einstein", ""),
        ("Leonardo da Vinci", ""),
        ("Coral reefs", ""),
        ("Beyoncé", ""),
        ("Marie Curie, Albert Einstein, Niels Bohr, Max Planck: quantum pioneers", ""),
        ("São Paulo", ""),
        ("La Paz", ""),
        ("Los gatos", "es"),
        ("Der Mond", "de"),
        ("OK", ""),
        ("Start small.", ""),
        ("42", ""),
    ],
)
def test_detects(text: str, tag: str) -> None:
    assert detect_language(text) == tag


def test_a_foreign_notice_before_a_book_does_not_decide() -> None:
    notice = "This book may be read, copied and given away by anybody who keeps this notice in every copy of it. " * 7
    assert (
        detect_language(notice + "Die Fischer flickten ihre Netze an der Mauer, und der Hafen erwachte. " * 200) == "de"
    )


def test_marks_and_addresses_are_no_words() -> None:
    page = '<div class="content main-column"><p style="margin: 0">今天我们来谈谈茶。</p></div>' * 8
    assert detect_language(f"{page} https://example.com/the/story/of/tea/and/the/people") == "zh"


def test_a_pause_is_no_word_of_any_language() -> None:
    assert detect_language("Hello [pause 5000s] you") == detect_language("Hello you") != "nb"


def test_a_book_is_in_the_language_of_its_chapters_and_not_of_its_notice() -> None:
    notice = "This book is free for everybody, and may be copied, given away or used again under these terms. " * 25
    chapter = "Als der Morgen kam, ging der alte Mann langsam durch die Straßen der Stadt und dachte an das Meer. "
    assert detect_language(notice) == "en"
    assert detect_language(notice + chapter * 300) == "de"
