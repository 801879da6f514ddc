"""Where a script is cut, and where it must not be."""

from __future__ import annotations

import pytest

from svc_script.splitting import LONGEST_SCENE, paragraphs, sentences, split_script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pi is 3.14. It goes on.", ["Pi is 3.14.", "It goes on."]),
        ("Use fruit, e.g. apples. Good.", ["Use fruit, e.g. apples.", "Good."]),
        ("The U.S. Army left the U.S. The rest stayed.", ["The U.S. Army left the U.S.", "The rest stayed."]),
        ("Dr. Smith met Mr. J. K. Brown. They ate.", ["Dr. Smith met Mr. J. K. Brown.", "They ate."]),
        ("He waited… Then he left.", ["He waited…", "Then he left."]),
        ("He waited... and left. Wait... What?", ["He waited... and left.", "Wait...", "What?"]),
        ('"Stop!" he said. "Go!" Then quiet.', ['"Stop!" he said.', '"Go!"', "Then quiet."]),
        ("She said “yes.” He said ‘no.’ Done.", ["She said “yes.”", "He said ‘no.’", "Done."]),
        ("(Really?) Yes. (It is so.) Good.", ["(Really?)", "Yes.", "(It is so.)", "Good."]),
        ("What?! No way!! OK.", ["What?!", "No way!!", "OK."]),
        ("See No. 5 and fig. 2. I said no. Fine.", ["See No. 5 and fig. 2.", "I said no.", "Fine."]),
        ("See example.com. Open at 5 p.m. We wait.", ["See example.com.", "Open at 5 p.m.", "We wait."]),
        ("1. First thing. 2. Second thing.", ["1. First thing.", "2. Second thing."]),
        ("你好。真的吗？太好了！", ["你好。", "真的吗？", "太好了！"]),
        ("他说：“你好。”然后走了。", ["他说：“你好。”", "然后走了。"]),
        ("“你好。”他说。", ["“你好。”他说。"]),
        ("“你好。”一位老人这样说。他走了。", ["“你好。”一位老人这样说。", "他走了。"]),
        ("See vol. II. INT. KITCHEN. Go.", ["See vol. II.", "INT. KITCHEN.", "Go."]),
        ("चाय आई। सब खुश हुए।", ["चाय आई।", "सब खुश हुए।"]),
        ("「好。」と言った。終わり。", ["「好。」と言った。", "終わり。"]),
        ("圆周率是3.14。结束……好了。", ["圆周率是3.14。", "结束……", "好了。"]),
        ("مرحبا؟ نعم.", ["مرحبا؟", "نعم."]),
        ("no mark at the end", ["no mark at the end"]),
        ("One.\n\n---\n\n***\n\nTwo", ["One.", "Two"]),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_nothing_is_lost() -> None:
    text = "A b. C d? “E f!” G h… I 3.5 j; e.g. k. 你好。再见！"
    assert "".join(sentences(text)).replace(" ", "") == text.replace(" ", "")


def test_paragraphs_join_wrapped_lines() -> None:
    assert paragraphs("one\r\ntwo\r\n \r\nthree\n\n\n你好，\n世界。\n") == ["one two", "three", "你好，世界。"]


def test_lines() -> None:
    assert split_script("  one. two\n\n - \nthree\u2028four", "line") == ["one. two", "three", "four"]


@pytest.mark.parametrize(
    "text",
    [
        "Sie entstanden vor rund 35 Mio. Jahren im Meer. Dr. Huber misst das, z. B. mit Satelliten.",
        "El Sr. García y la Sra. Paz viven en Cádiz. Venden té.",
        "Max came. Then the mill. Ed left.",
        "Meier kam am 5. Mai. Im 19. Jahrhundert war das anders.",
        "M. Dupont dit : « Bonjour ! » Puis il part.",
    ],
)
def test_abbreviations_of_other_languages_end_no_sentence_and_words_do(text: str) -> None:
    assert len(split_script(text, "sentence")) == (3 if text.startswith("Max") else 2)


@pytest.mark.parametrize("unit", ["The sea is calm today. ", "海が静かです。", "word ", "x"])
def test_a_book_in_one_paragraph_becomes_scenes_that_can_be_spoken_and_loses_nothing(unit: str) -> None:
    text = (unit * (20_000 // len(unit))).strip()
    found = split_script(text, "paragraph")
    assert 4 <= len(found) <= 6
    assert all(len(scene) <= LONGEST_SCENE for scene in found)
    assert (" " if " " in unit else "").join(found) == text


def test_a_long_paragraph_stays_one_scene() -> None:
    text = "The sea is calm today. " * 200
    assert split_script(text, "paragraph") == [text.strip()]


def test_thai_sentences_end_with_a_space() -> None:
    text = "ผึ้งเป็นแมลงตัวเล็กที่มีหน้าที่ยิ่งใหญ่ พวกมันบินจากดอกไม้หนึ่งไปยังอีกดอกหนึ่ง ในฤดูร้อน รังหนึ่งอาจมีผึ้งมากกว่าห้าหมื่นตัว"
    assert sentences(text) == [
        "ผึ้งเป็นแมลงตัวเล็กที่มีหน้าที่ยิ่งใหญ่",
        "พวกมันบินจากดอกไม้หนึ่งไปยังอีกดอกหนึ่ง",
        "ในฤดูร้อน รังหนึ่งอาจมีผึ้งมากกว่าห้าหมื่นตัว",
    ]
