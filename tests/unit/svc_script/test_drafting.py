"""Drafts of a model that ends few sentences well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from pixelle.runtime.errors import FailedPrecondition
from svc_script.drafting import Drafter, check_reach
from svc_script.engines.base import NarrationBrief, WordRange
from svc_script.remarks import remarks
from svc_script.topics import read_topic
from svc_script.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ENDS = (
    " stay warm on a long winter evening.",
    " find more joy in the garden behind your house.",
    " carry a heavy bag up the stairs of a tall tower.",
    " share bread with old friends around a wooden table.",
    " watch small birds before the rain comes back.",
)


class Apart:
    """Judges all sentences to be about the topic, and none to be like another."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def encode(self, texts: Sequence[str], *, batch: int = 64) -> NDArray[np.float32]:
        del batch
        places = [self._seen.setdefault(text, len(self._seen) % 63) for text in texts]
        made = np.eye(64, dtype=np.float32)[places] * 0.7
        made[:, 63] = 0.71
        return made


class Weak:
    """A model that knows a few ends, and nonsense."""

    def __init__(self, known: int) -> None:
        self.calls, self._known = 0, known

    def __call__(self, prompt: str, *, grammar: str, tokens: int, temperature: float, seed: int) -> list[str]:
        del prompt, grammar, tokens, temperature, seed
        self.calls += 1
        return [*ENDS[: self._known], " is a the"]


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


def minute(text: str) -> NarrationBrief:
    return NarrationBrief(text, 8, WordRange(15, 22), "en", total=WordRange(120, 180), open_count=True)


def test_what_the_model_cannot_say_is_said_in_general_and_counted() -> None:
    weak = Weak(4)
    got = Drafter(weak, Apart(), ()).draft(minute("Why develop a reading habit"), silent)
    said = " ".join(got.lines)
    used = [line for line in remarks(read_topic("Why develop a reading habit")) if line in said]
    assert len(got.lines) == 8
    assert 120 <= count_words(said) <= 180
    assert len(used) >= 2
    assert got.notice.startswith(f"{len(used)} of its sentences are general remarks")
    assert all(end.strip() in said for end in ENDS[:4])


def test_a_script_of_remarks_alone_is_none() -> None:
    weak = Weak(1)
    with pytest.raises(FailedPrecondition, match="only 1 usable sentences") as caught:
        Drafter(weak, Apart(), ()).draft(minute("Why develop a reading habit"), silent)
    assert caught.value.reason == "DRAFT_TOO_WEAK"
    assert weak.calls <= 24  # it does not try for ever


def test_scenes_that_were_counted_are_as_many_and_as_long() -> None:
    brief = NarrationBrief("Why develop a reading habit", 12, WordRange(5, 20), "en")
    check_reach(brief)
    got = Drafter(Weak(5), Apart(), ()).draft(brief, silent)
    assert len(got.lines) == 12
    assert all(5 <= count_words(line) <= 20 for line in got.lines)
    assert len(set(got.lines)) == 12
