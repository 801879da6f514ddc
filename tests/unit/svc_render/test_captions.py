"""Captions: two lines of 42 columns at most, in order, on time, safe to read."""

from __future__ import annotations

import itertools
import unicodedata

import pytest

from svc_render.captions import Cue, cues, phrases, srt, vtt
from svc_render.written import SpokenWord

ENGLISH = (
    "Reading ten pages a day adds up to a dozen books a year, and each one quietly changes how you think. "
    'It costs 3.50 a week; you said "yes" already!'
)
CHINESE = "每天读十页书，一年就是十几本；它们会悄悄改变你思考、说话和看待他人的方式，让你更从容、更清醒。今天就开始吧！"


def timed(text: str, step: float = 0.3) -> list[SpokenWord]:
    parts = text.split() if " " in text else [char for char in text if char.isalnum()]
    return [SpokenWord(part, number * step, (number + 1) * step - 0.05) for number, part in enumerate(parts)]


def width(line: str) -> int:
    return sum(1 if char.isascii() else 2 for char in line)


@pytest.mark.parametrize("text", [ENGLISH, CHINESE, "x" * 300, "One."])
@pytest.mark.parametrize("with_words", [True, False])
def test_every_word_once_in_order_in_its_box(text: str, with_words: bool) -> None:
    words = timed(text) if with_words else []
    length = words[-1].end + 0.5 if words else 9.0
    found = cues(text, words, begin=10.0, length=length)
    shown = "".join("".join(cue.lines) for cue in found)
    assert shown.replace(" ", "") == text.replace(" ", "")
    assert all(1 <= len(cue.lines) <= 2 or len(text) == 300 for cue in found)
    assert all(width(line) <= 42 for cue in found for line in cue.lines)
    assert all(cue.start < cue.end for cue in found)
    assert all(one.end <= two.start + 1e-9 for one, two in itertools.pairwise(found))
    assert found[0].start == 10.0
    assert found[-1].end <= 10.0 + length + 1e-9


def test_a_new_sentence_begins_a_new_cue() -> None:
    first = cues(ENGLISH, timed(ENGLISH), begin=0, length=20)
    starts = [cue.lines[0].split()[0] for cue in first]
    assert "It" in starts


def test_a_cue_begins_with_its_first_word() -> None:
    words = timed(ENGLISH)
    found = cues(ENGLISH, words, begin=5.0, length=20)
    starts = {round(5.0 + word.start, 6): word.text for word in words}
    assert [starts[round(cue.start, 6)] for cue in found] == [cue.lines[0].split()[0] for cue in found]


def test_files() -> None:
    shown = [Cue(0.0, 1.5, ("a --> b",)), Cue(3661.25, 3662.0, ("1 < 2 & 3", "x"))]
    assert srt(shown) == (
        "1\n00:00:00,000 --> 00:00:01,500\na -> b\n\n2\n01:01:01,250 --> 01:01:02,000\n1 < 2 & 3\nx\n\n"
    )
    assert vtt(shown, language="en").startswith("WEBVTT\nLanguage: en\n\n00:00:00.000 --> 00:00:01.500\na --&gt; b\n")
    assert "1 &lt; 2 &amp; 3" in vtt(shown, language="x\ny")
    assert "Language" not in vtt(shown, language="x\ny")


def test_no_word_of_a_long_sentence_is_left_alone() -> None:
    text = "Rivers bend is a fundamental concept that has been observed across various ecosystems."
    parts = [str(part) for part in text.split()]
    words = [SpokenWord(part, 0.3 * n, 0.3 * n + 0.3) for n, part in enumerate(parts)]
    found = cues(text, words, begin=0.0, length=0.3 * len(parts))
    assert len(found) == 2
    assert all(len(" ".join(cue.lines)) > 25 for cue in found)
    assert " ".join(line for cue in found for line in cue.lines) == text
    assert found[0].end <= found[1].start + 1e-9
    assert found[1].start == pytest.approx(0.3 * parts.index(found[1].lines[0].split()[0]))


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Dr. Lee, the CEO of a U.S. bank, says it.", "Dr. Lee, the CEO of a U.S. bank, says it."),
        ("Heute fahren ca. 200 Schiffe auf ihm.", "Heute fahren ca. 200 Schiffe auf ihm."),
        ("It was J. K. Rowling who wrote it.", "It was J. K. Rowling who wrote it."),
        ("Das war am 3. Oktober in Berlin.", "Das war am 3. Oktober in Berlin."),
        ("“Stop right there!” he said.", "“Stop right there!” he said."),
        ("It was in house No. 5 of them.", "It was in house No. 5 of them."),
        ("He says again: No. But why?", "He says again: No."),
        ("It began in 1969. Then came more.", "It began in 1969."),
        ("We waited for him. He never came.", "We waited for him."),
        ("Water, wine, etc. All of it.", "Water, wine, etc."),
    ],
)
def test_a_short_form_does_not_end_a_sentence(text: str, first: str) -> None:
    assert phrases(text, timed(text), length=9)[0].text == first


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "\"That's crazy,\" says Dr. Lee, but it's all true!",
            ('"That\'s crazy," says Dr. Lee,', "but it's all true!"),
        ),
        ("蜜蜂要采集大约两百万朵花，才能酿出一瓶蜂蜜。", ("蜜蜂要采集大约两百万朵花，", "才能酿出一瓶蜂蜜。")),
        ("工蜂们把花蜜一口一口地传递，直到它变得浓稠。", ("工蜂们把花蜜一口一口地传递，", "直到它变得浓稠。")),
        ("李博士听了这件事以后对大家说“这真的是太疯狂了”", ("李博士听了这件事以后对大家说", "“这真的是太疯狂了”")),
        (
            "かつて壁に見えた大きな問題が、扉に見え始めるのです。",
            ("かつて壁に見えた大きな問題が、", "扉に見え始めるのです。"),
        ),
        (
            "매일 책을 읽으면 생각하는 방식이 바뀌고 마음이 넓어져요.",
            ("매일 책을 읽으면 생각하는", "방식이 바뀌고 마음이 넓어져요."),
        ),
        (
            "Er rief sehr laut „Halt, nicht weiter so“ und lief dann los.",
            ("Er rief sehr laut „Halt,", "nicht weiter so“ und lief dann los."),
        ),
    ],
)
def test_two_lines_part_at_a_pause_or_between_words(text: str, lines: tuple[str, str]) -> None:
    assert [cue.lines for cue in cues(text, [], begin=0, length=9)] == [lines]


def test_words_that_were_given_are_not_broken() -> None:
    words = ["这些", "借来", "的", "头脑", "会", "成为", "你", "自己", "的", "一部分", "而且", "永远", "都", "在"]
    timed_ones = [SpokenWord(word, 0.3 * n, 0.3 * n + 0.3) for n, word in enumerate(words)]
    (cue,) = cues("".join(words), timed_ones, begin=0, length=9)
    ends = list(itertools.accumulate(map(len, words)))
    assert len(cue.lines) == 2
    assert len(cue.lines[0]) in ends


def test_syllables_of_a_word_stay_together() -> None:
    text = "매일 책을 읽으면 생각하는 방식이 바뀌고 드는 시간은 겨우 이십 분입니다. 좋은 책은 다른 머리를 빌려줍니다."
    syllables = [SpokenWord(char, 0.2 * n, 0.2 * n + 0.2) for n, char in enumerate(text) if char.isalnum()]
    found = cues(text, syllables, begin=0, length=0.2 * len(text))
    assert [word for cue in found for line in cue.lines for word in line.split()] == text.split()
    starts = [syllable.start for syllable in syllables]
    assert all(min(abs(cue.start - start) for start in starts) < 1e-9 for cue in found)


def test_a_phrase_without_blanks_is_cut_between_letters() -> None:
    for text in (
        "การอ่านวันละสิบหน้าเท่ากับหนังสือสิบสองเล่มต่อปีและแต่ละเล่มเปลี่ยนวิธีคิดของคุณ",
        "ກະລຸນາອ່ານໜັງສືທຸກໆມື້ເພື່ອໃຫ້ມີຄວາມຮູ້ແລະຄວາມສຸກໃນຊີວິດ",
    ):
        for shift in range(len(text)):
            for cue in cues(text[shift:] + text, [], begin=0, length=9):
                for line in cue.lines[1:]:
                    assert unicodedata.category(line[0])[0] != "M", line
                for line in cue.lines[:-1]:
                    assert line[-1] not in "เแโใไເແໂໃໄ", line


def test_marks_over_letters_take_no_room() -> None:
    (cue,) = cues("हर दिन पढ़ने से आपके सोचने का तरीका बदलता है।", [], begin=0, length=9)
    assert len(cue.lines) == 1


@pytest.mark.parametrize(
    "text", ["पढ़ना अच्छा है। रोज़ पढ़ें।", "هل تقرأ كل يوم؟ اقرأ الآن.", "I love it so much 🎉. Next one."]
)
def test_sentences_end_in_every_script(text: str) -> None:
    end = 1 + max(text.find(sign) for sign in ("।", "؟", "🎉."))
    end += text[end : end + 1] == "."
    for words in ([], timed(text.replace("🎉.", ""))):
        assert [phrase.text for phrase in phrases(text, words, length=9)] == [text[:end], text[end:].strip()]
