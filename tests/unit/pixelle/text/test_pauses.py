"""Pauses asked for inside a text."""

from __future__ import annotations

import pytest

from pixelle.text.pauses import without_pauses


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("One [pause 0.5s] two.", "One two."),
        ("One [pause 1s]. Two, [pause] ...and three [pause]!", "One. Two, ...and three!"),
        ("一 [pause 1s]。二", "一。二"),
        ("[pause 1s] One.[PAUSE] Two [pause 2]", "One. Two"),
        ("[1] One\ntwo [pause]\nthree  four", "[1] One\ntwo\nthree four"),
        ("  untouched  text ", "  untouched  text "),
    ],
)
def test_pauses_are_not_shown(written: str, shown: str) -> None:
    assert without_pauses(written) == shown
