"""Texts of other languages read by their words."""

from __future__ import annotations

import pytest

from svc_media.art.tongues import echoes, language_of, said_in_english
from svc_media.art.words import stem

KNOWN = frozenset(map(stem, ["bread", "water", "walk", "friend", "call", "bee", "drink", "star", "honey"]))


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        ("en", "Drink water, walk outside, call a friend.", "Drink water, walk outside, call a friend."),
        ("en", "Bread.", "Bread."),
        ("en", "Write to me@example.com or www.example.com/star", "Write to   or"),
        ("es", "El pan cuesta 2,50 € y huele a mañana.", "bread, price money, morning"),
        ("es", "María compra tomates y un kilo de naranjas.", "buy shopping, tomato, orange tangerine"),
        ("es", "El gato duerme y la niña bebe agua.", "cat, sleep, child, drink, water"),
        ("pt", "O menino bebe leite e a menina nada.", "child, drink, milk, swim"),
        ("de", "Das Kind hört zu, malt und geht.", "child, listen, paint art"),
        ("fr", "Elle nage dans la mer.", "swim, sea ocean"),
        ("de", "Heute fahren 200 Schiffe bis zum Schwarzen Meer.", "ship, sea ocean"),
        ("de", "Die Donaudampfschifffahrtsgesellschaft wurde gegründet.", "company office river"),
        ("fr", "Le pain est cuit tôt le matin.", "bread, morning"),
        ("it", "Il gatto dorme sul divano.", "cat, sleep, couch"),
        ("pt", "Os pescadores saem para o mar à noite.", "fisherman, sea ocean, night"),
        ("ja", "夜10時を過ぎたら、スマートフォンを置きましょう。", "phone, night"),
        ("zh", "机器人医生", "robot, doctor"),
        ("ru", "Кошка, которая пьёт молоко, спит.", "cat, drink, milk, sleep"),
        ("nl", "De kat slaapt in het bed van de dokter.", "cat, sleep, doctor"),
        ("ko", "고양이는 하루에 열여섯 시간을 잡니다.", "cat, sleep, hour minute"),
        ("ar", "اشرب الماء والنوم جيد", "drink, water, sleep"),
        ("pl", "Kot, który śpi, nie pije mleka.", "cat, sleep, drink, milk"),
        ("tr", "İZMİR İTFAİYESİ KEDİYİ KURTARDI", "firefighter, cat, rescue"),
        ("", "Κανείς δεν ξέρει.", ""),
        ("", "ספר אחד", ""),
        ("", "12:30!", ""),
    ],
)
def test_a_text_is_read_in_its_language(language: str, text: str, said: str) -> None:
    assert language_of(text, KNOWN) == language
    assert said_in_english(text, KNOWN) == said


def test_a_prompt_with_the_narration_in_it_says_no_more_than_that() -> None:
    assert echoes(
        "A calm, clear picture of the idea that im Winter friert der Fluss zu, one", "Im Winter friert der Fluss zu."
    )
    assert echoes("An illustrated scene that shows how 机器人医生正在学习, fine texture", "机器人医生正在学习。")
    long = "Uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis"
    assert echoes(
        f"A calm, clear picture of the idea that {long}", f"{long} diecisiete dieciocho diecinueve veinte y más"
    )
    assert not echoes("a robot in a clinic", "机器人医生正在学习。")
    assert not echoes("a fisherman at a stall", "El pescado es barato.")
    assert not echoes("anything", "")
