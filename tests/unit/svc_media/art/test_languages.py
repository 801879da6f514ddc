"""Everyday sentences of every language that words are listed of, and what they are shown as, on the real packs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from svc_media.art.glossary import LANGUAGES, tables
from svc_media.art.subjects import choose
from svc_media.art.tongues import language_of, said_in_english
from svc_media.art.words import content_words

if TYPE_CHECKING:
    from tests.unit.svc_media.conftest import Art

_SCRIPTS = {
    "ja": r"[\u3005\u3040-\u30ff\u3400-\u9fff]+",
    "ko": r"[\uac00-\ud7a3]+",
    "hi": r"[\u0900-\u0963-]+",
    "th": r"[\u0e00-\u0e7f]+",
}
"""Letters of the languages whose table does not name them."""


def everyday() -> dict[str, list[tuple[str, str]]]:
    """By language: what the hero may be, and a sentence."""
    found: dict[str, list[tuple[str, str]]] = {}
    language = ""
    for line in Path(__file__).with_name("everyday.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            language = line[1:-1]
        elif line[:1] not in {"", "#"}:
            hero, _, sentence = line.partition(" | ")
            found.setdefault(language, []).append((hero, sentence))
    return found


EVERYDAY = everyday()


def cells() -> list[tuple[str, str, str, str]]:
    """Language, its letters, English and word of every entry."""
    return [
        (name, letters[column], row[0], word.strip())
        for head, letters, _, *rows in tables().values()
        for column, name in enumerate(head[1:], 1)
        for row in rows
        for word in filter(None, row[column].split("/"))
    ]


CELLS = cells()


@pytest.mark.parametrize("language", LANGUAGES)
def test_everyday_sentences_show_what_they_speak_of(art: Art, language: str) -> None:
    """`hero | sentence`, written before the words were listed; `!` says what must not be shown."""
    wrong: list[str] = []
    for wanted, sentence in EVERYDAY[language]:
        english = said_in_english(sentence, art.index.stems)
        hero = choose(english, art.index, art.encoder, seed=11, turn=1).hero if english else ""
        allowed = not re.search(wanted[1:], hero) if wanted[0] == "!" else re.search(wanted, hero)
        if not allowed or language_of(sentence, art.index.stems) != language:
            wrong.append(f"{sentence} [{english}] {hero}")
    assert len(EVERYDAY[language]) >= 20
    assert wrong == []


def test_all_english_of_the_tables_can_be_drawn(art: Art) -> None:
    lost = {row[0] for rows in tables().values() for row in rows[3:]}
    lost = {english for english in lost if not {word.stem for word in content_words(english)} & art.index.stems}
    assert lost == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_written_with_the_letters_of_their_language(language: str) -> None:
    wrong: list[str] = []
    for name, letters, english, word in CELLS:
        if name != language:
            continue
        latin = "" if name in {"ru", "uk", "ar"} else "a-z"
        known = _SCRIPTS.get(name, rf"[{re.escape(letters)}{latin}'\-]+")
        if not all(re.fullmatch(known, part) for part in word.lower().removesuffix("-").removesuffix(".").split()):
            wrong.append(f"{english}: {word}")
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_listed_twice(language: str) -> None:
    """The first meaning would win unseen."""
    seen: dict[str, str] = {}
    twice: list[str] = []
    for name, _, english, word in CELLS:
        if name == language and seen.setdefault(word, english) != english:
            twice.append(f"{word}: {seen[word]}, {english}")
    assert twice == []


@pytest.mark.parametrize(
    "text",
    [
        "Proč kočky tolik spí?",
        "Miért alszanak annyit a macskák?",
        "A méhek fontosak az emberek számára.",
        "Albinele sunt importante pentru oameni.",
        "Miksi kissat nukkuvat niin paljon?",
        "Γιατί οι γάτες κοιμούνται τόσο πολύ;",
        "למה חתולים ישנים כל כך הרבה?",
        "Защо котките спят толкова много?",
        "چرا گربه‌ها اینقدر می‌خوابند؟",
        "মৌমাছি মানুষের জন্য গুরুত্বপূর্ণ।",
        "Bakit mahilig matulog ang mga pusa?",
    ],
)
def test_languages_that_no_words_are_listed_of_are_told(art: Art, text: str) -> None:
    assert language_of(text, art.index.stems) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # nouns have a capital in German, and what they are stands at their end
        ("Halte das Seil gut fest.", ""),
        ("Das Fest war schön.", "party celebrate"),
        ("Im Apfelbaum sitzt ein Vogel.", "tree apple, bird"),
        ("Zum Beispiel gibt es keine Antwort.", ""),
        # forms of the same words
        ("Los volcanes y los limones de la isla.", "volcano, lemon, island"),
        ("Os leões e os tubarões são animais.", "lion, shark, animal"),
        ("Le case e i laghi sono nella valle.", "house, lake water, nature park"),
        ("De katten eten de vissen van de boeren.", "cat, meal, fish, farm field"),
        ("Kitaplarımızı kütüphaneye götürdük ve çok okuduk.", "book read, reading book"),
        ("وفي بيوتهم قططهم وكلابهم", "house, cat, dog"),
        ("बिल्लियों और कुत्तों को पानी चाहिए।", "cat, dog, water"),
        # what is played, which is no game
        ("Mijn broer speelt piano.", "piano keyboard music"),
        ("Мой брат играет в шахматы.", "chess"),
        ("Les enfants jouent dans la cour de l'école.", "child, school"),
        # phrases
        ("La pomme de terre pousse dans le champ.", "potato, farm field"),
        ("Cá voi và cá mập sống ở biển.", "whale, shark, sea ocean"),
        ("Kereta api itu berangkat dari stasiun.", "railway, station"),
        ("Kiên nhẫn là chìa khóa của thành công.", "key, goal success"),
        # words inside others
        ("De burgemeester wist het gisteren.", ""),
        ("Küçük alışkanlıklar büyük farklar yaratır.", "habit"),
        ("空港で空き缶を拾った。", "airplane"),
        ("3月は月がきれいだ。", "moon"),
        ("リスクを取る。", ""),
        ("หมีกินปลา", "bear, meal, fish"),
        ("ปลายทางของจดหมาย", "envelope letter"),
    ],
)
def test_words_are_told_from_what_looks_like_them(art: Art, text: str, said: str) -> None:
    assert said_in_english(text, art.index.stems) == said
