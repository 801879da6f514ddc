"""A sentence that begins with a foreign name is written in its own direction all the same."""

from __future__ import annotations

import pytest

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from svc_render.directions import direction, led
from svc_render.messages import scene_cues

HEBREW = "OpenAI הכריזה על GPT-4 ביום 14.3."


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (HEBREW, "he", "rtl"),
        ("2024 كان عام Apple", "ar-EG", "rtl"),
        ("OpenAI and GPT", "he", "ltr"),
        ("499 $", "fa", "rtl"),
        ("499 $", "", "ltr"),
        (HEBREW, "", "ltr"),
        ("קריאה with Latin", "", "rtl"),
        ("Read حرف daily", "en", "ltr"),
    ],
)
def test_the_language_decides_where_a_text_has_letters_of_it(text: str, language: str, wanted: str) -> None:
    assert direction(text, language) == wanted


def test_players_are_told_only_where_they_would_get_it_wrong() -> None:
    assert led(HEBREW, "he") == "\u200f" + HEBREW
    for line, language in (("הכריזה על GPT-4", "he"), ("GPT-4 Turbo!", "he"), (HEBREW, "en")):
        assert led(line, language) == line


def test_subtitles_of_a_film_carry_it() -> None:
    track = render_pb2.SceneTrack(text=HEBREW, clip=core_pb2.Clip(frame_count=90, fps=30))
    (cue,) = scene_cues(render_pb2.AssembleVideoRequest(scenes=[track], language="he"))
    assert cue.lines == ("\u200f" + HEBREW,)
