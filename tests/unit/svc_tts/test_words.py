"""Words, sentences and pauses of texts in several scripts."""

from __future__ import annotations

import pytest

from svc_tts.words import CLAUSE_PAUSE, PARAGRAPH_PAUSE, SENTENCE_PAUSE, is_speakable, sentences, written_words


def spoken(text: str) -> list[str]:
    return [" ".join(sentence.words) for sentence in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pi is 3.14 today. Good.", ["Pi is 3.14 today.", "Good."]),
        ("Fruit, e.g. apples. Eat!", ["Fruit, e.g. apples.", "Eat!"]),
        ("The U.S. Congress met. Dr. Smith spoke.", ["The U.S. Congress met.", "Dr. Smith spoke."]),
        ("“Stop!” he said. “Why?” Nobody knew…", ["“Stop!” he said.", "“Why?”", "Nobody knew…"]),
        ("Wait… what? Yes", ["Wait… what?", "Yes"]),
        ("one line\nand another", ["one line", "and another"]),
        ("J. K. Rowling wrote. Then I. did", ["J. K. Rowling wrote.", "Then I. did"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert spoken(text) == expected


def test_cjk_sentences_end_without_spaces() -> None:
    assert [sentence.words[-1] for sentence in sentences("你好！今天很好。「去吧。」走")] == [
        "你好！",
        "很好。",
        "「去吧。」",
        "走",
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("hi", "क्या यह सच है?हाँ।नहीं।", ["क्या यह सच है?", "हाँ।", "नहीं।"]),
        ("hi", "डॉ. ए. पी. जे. कलाम आए। वे गए।", ["डॉ. ए. पी. जे. कलाम आए।", "वे गए।"]),
        ("ur", "یہ سچ ہے۔وہ گیا۔", ["یہ سچ ہے۔", "وہ گیا۔"]),
        ("ar", "هل تعلم؟نعم. جاء د. أحمد وأ.د. محمد.", ["هل تعلم؟", "نعم.", "جاء د. أحمد وأ.د. محمد."]),
        ("ko", "안녕하세요!반갑습니다.그래요.", ["안녕하세요!", "반갑습니다.", "그래요."]),
        ("el", "Ο κ. Νίκος ήρθε; Ναι, δηλ. τώρα.", ["Ο κ. Νίκος ήρθε;", "Ναι, δηλ. τώρα."]),
        ("nl", "Dhr. Jansen, nr. 5. Nr. 6 ook.", ["Dhr. Jansen, nr. 5.", "Nr. 6 ook."]),
        ("uk", "Це зробив проф. Коваль. Він був у м. Київ.", ["Це зробив проф. Коваль.", "Він був у м. Київ."]),
        ("uk", "Говерла має 2061 м. Це вершина. У 1991 р. Україна стала вільною.",
         ["Говерла має 2061 м.", "Це вершина.", "У 1991 р. Україна стала вільною."]),
        ("pl", "Pieczemy 25 min. Potem 5 zł. W 1410 r. Krzyżacy przegrali.",
         ["Pieczemy 25 min.", "Potem 5 zł.", "W 1410 r. Krzyżacy przegrali."]),
        ("de", "Das dauert 5 Min. Pause und 3 m. Kabel.", ["Das dauert 5 Min. Pause und 3 m. Kabel."]),
        ("en", "It sold out. iPhone sales rose. we saw it.", ["It sold out.", "iPhone sales rose. we saw it."]),
        ("da", "Prof. Hansen kom kl. 9. Han fik 5 mio. EUR, bl.a. Det var godt. Ringe osv. Slut.",
         ["Prof. Hansen kom kl. 9. Han fik 5 mio. EUR, bl.a. Det var godt.", "Ringe osv.", "Slut."]),
        ("nb", "Det tok 5 min. Han kom f.eks. hit. Prisen er 3 mrd. kr.",
         ["Det tok 5 min.", "Han kom f.eks. hit.", "Prisen er 3 mrd. kr."]),
        ("fi", "Ks. s. 5. kerros esim. tässä. Siinä jne. Loppu.", ["Ks. s. 5. kerros esim. tässä.",
        "Siinä jne.", "Loppu."]),
        ("ro", "Dl. Popescu stă pe str. Florilor nr. 5. A venit.", ["Dl. Popescu stă pe str. Florilor nr. 5.",
        "A venit."]),
        ("sk", "Prišiel Ing. Novák, napr. o 8. hodine. Bolo to atď. Potom odišiel 5. mája.",
         ["Prišiel Ing. Novák, napr. o 8. hodine.", "Bolo to atď.", "Potom odišiel 5. mája."]),
        ("ca", "El Sr. Puig, p. ex. al núm. 5. Va marxar.", ["El Sr. Puig, p. ex. al núm. 5.", "Va marxar."]),
        ("th", "วันที่ 5 มี.ค. 2567 เวลา 9.30 น. ดร.สมชายมา", ["วัน ที่ 5 มี. ค. 2567 เวลา 9.30 น. ดร. สม ชาย มา"]),
        ("cs", "Přišel Ing. Novák i MUDr. Malá. Pak odešli.", ["Přišel Ing. Novák i MUDr. Malá.", "Pak odešli."]),
    ],
)  # fmt: skip
def test_sentences_of_a_language(language: str, text: str, expected: list[str]) -> None:
    assert [" ".join(sentence.words) for sentence in sentences(text, language=language)] == expected


def test_no_word_begins_with_a_thai_vowel_that_belongs_to_the_letter_before_it() -> None:
    words = written_words("วันนี้อากาศดีมาก เราจะไปเที่ยวกัน น้ำ")
    assert "".join(words) == "วันนี้อากาศดีมากเราจะไปเที่ยวกันน้ำ"
    assert not [word for word in words if word[0] in "ะาำ" or word[-1] in "เแโใไ"]


def test_pauses_by_what_follows() -> None:
    found = sentences("One. Two.\nThree.\n\nFour.")
    assert [sentence.pause for sentence in found] == [SENTENCE_PAUSE, SENTENCE_PAUSE, PARAGRAPH_PAUSE, PARAGRAPH_PAUSE]


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    found = sentences("some words that go on and on " * 5 + "until here, " + "and then on " * 12)
    assert found[0].words[-1] == "here,"
    assert found[0].pause == CLAUSE_PAUSE
    assert all(len(" ".join(sentence.words)) <= 220 for sentence in found)


def test_a_long_thai_sentence_is_cut_where_a_space_is() -> None:
    phrase = "วันนี้อากาศดีมากเราจะไปเที่ยวทะเลด้วยกัน"
    found = sentences(" ".join([phrase] * 12))
    assert len(found) > 1
    assert {"".join(sentence.words).replace(phrase, "") for sentence in found} == {""}


def test_unspoken_signs_stay_with_a_neighbour() -> None:
    assert written_words("Well — yes 🙂 ok") == ["Well —", "yes 🙂", "ok"]
    assert written_words("— so") == ["— so"]
    assert written_words("Tom & Jerry = fun") == ["Tom", "&", "Jerry", "=", "fun"]
    assert written_words("***\nHello") == ["Hello"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我们去「公园」玩。", ["我们", "去", "「公园」", "玩。"]),
        ("AI技术2026年", ["AI", "技术", "2026", "年"]),
        ("カーテンです", ["カーテ", "ンで", "す"]),
        ("한국어 문장입니다.", ["한국어", "문장입니다."]),
        ("สวัสดี", ["สวั", "สดี"]),
    ],
)
def test_words_of_other_scripts(text: str, expected: list[str]) -> None:
    assert written_words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("a", True), ("7", True), ("好", True), ("🙂 …!", False), ("&%", False), ("", False)]
)
def test_speakable(text: str, *, expected: bool) -> None:
    assert is_speakable(text) is expected
