from __future__ import annotations

import pytest

from svc_script.plain import plain, unmarked

SUBTITLES = """WEBVTT

1
00:00:01.000 --> 00:00:04.000
The first lighthouse stood in Alexandria.

2
00:00:04,500 --> 00:00:08,000 align:start
It guided ships for more than
<i>a thousand</i>

3
00:00:08,500 --> 00:00:12,000
{\\an8}years. 1987 was long after.
"""
PAGE = """<!DOCTYPE html><html><head><title>T</title><style>p{a:b}</style></head><body><nav><a href="x">Home</a></nav>
<h1>Coral   reefs</h1><p>They cover <b>1&nbsp;%</b> of the
sea.</p><script>var a = "<p>no</p>";</script><ul><li>Warm water &amp; dynamite.</li><li>Both.</li></ul></body></html>"""


def test_of_subtitles_only_what_is_said_is_left() -> None:
    assert plain(SUBTITLES).split("\n\n") == [
        "The first lighthouse stood in Alexandria.",
        "It guided ships for more than a thousand years. 1987 was long after.",
    ]


def test_of_a_page_only_what_is_seen_is_left() -> None:
    assert plain(PAGE).split("\n\n") == [
        "Coral reefs",
        "They cover 1 % of the sea.",
        "Warm water & dynamite.",
        "Both.",
    ]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Tom &amp; Jerry&nbsp;met &#8220;Bo&#x201D;&hellip;", "Tom & Jerry met “Bo”…"),
        ("Ring&#7; it.", "Ring it."),
        ("R&D &c., a & b; x &lt; y", "R&D &c., a & b; x &lt; y"),
    ],
)
def test_entities_of_pages_are_read_outside_of_pages_too(text: str, read: str) -> None:
    assert plain(text) == read


def test_times_before_the_lines_of_a_transcript_are_left_out() -> None:
    assert plain("0:00 Hello there\n0:04 my friends\n[1:02:30] of tea") == "Hello there\nmy friends\nof tea"


@pytest.mark.parametrize(
    "text",
    [
        "Meet at 9:30.",
        "9:00 breakfast\n10:30 a walk\n12:00 lunch",
        "If a < b and b > c, then </p> closes it.",
        "# Title\n\n- one\n- two **bold**",
        "0:00 is midnight.",
        "今天\u3000我们喝茶\n\n再见",
        "family: 👩\u200d👧 and नमस्\u200dते",
    ],
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert plain(text) == text


def test_signs_that_nobody_sees_are_taken_out() -> None:
    assert plain("\ufeffWhy\x00 walk\x07ing\u200b \x1b[31mhelps\x1b[0m\tus\r\n") == "Why walking helps\tus\r\n"


def test_markdown_that_nobody_reads_aloud_is_taken_out() -> None:
    text = "A.\n\n```py\nx = 1.\n```\n\n| a | b |\n|---|---|\n\n> B.[^1]\n\n"
    text += "- C.\n- D.\n1. E.\n2. F.\n\n![i](u)\n[^1]: note"
    assert [block.strip() for block in unmarked(text).split("\n\n") if block.strip()] == [
        "A.",
        "B.",
        "- C.",
        "- D.",
        "- E.",
        "- F.",
    ]
    assert unmarked("1. A\n2. B") == "\n\n- A\n\n\n- B"
