"""Image prompts by rule."""

from __future__ import annotations

import pytest

from svc_script.engines.base import Look, Member, PictureBrief, WordRange
from svc_script.pictures import fit_picture
from svc_script.steps import derived
from svc_script.wording import count_words

NARRATIONS = [
    "Bees carry nectar home.",
    "Have you ever wondered why cats purr?",
    "面包是用面粉和水做的。",
    "word " * 90,
]


def derive_pictures(narrations: list[str], words: WordRange, seed: int) -> list[str]:
    return list(derived(PictureBrief(tuple(narrations), words, seed)).prompts)


@pytest.mark.parametrize(
    "words", [WordRange(30, 60), WordRange(10, 12), WordRange(100, 100), WordRange(30, 30)], ids=str
)
def test_the_range_is_kept(words: WordRange) -> None:
    for prompt in derive_pictures(NARRATIONS, words, 4):
        assert count_words(prompt) in words
        assert "\n" not in prompt


def test_the_same_seed_gives_the_same_prompts_and_scenes_differ() -> None:
    words = WordRange(30, 60)
    assert derive_pictures(NARRATIONS, words, 1) == derive_pictures(NARRATIONS, words, 1)
    assert derive_pictures(NARRATIONS, words, 1) != derive_pictures(NARRATIONS, words, 2)
    assert len(set(derive_pictures(["Same."] * 3, words, 1))) > 1


def test_the_narration_leads() -> None:
    assert "bees carry nectar home" in derive_pictures(NARRATIONS, WordRange(30, 60), 1)[0].lower()[:90]


def test_short_forms_keep_their_full_stops() -> None:
    prompt = derive_pictures(["Dr. Lee of a U.S. bank came at 9:30. Nobody knew why."], WordRange(30, 60), 1)[0]
    assert "Dr. Lee of a U.S. bank came at 9:30" in prompt
    assert "9:30, Nobody knew why," in prompt


def test_what_fits_is_not_changed() -> None:
    assert fit_picture("A red boat,\n on a lake.", WordRange(4, 9)) == "A red boat, on a lake"


def test_what_is_cut_does_not_end_with_a_loose_word_and_what_is_filled_says_nothing_twice() -> None:
    assert fit_picture("A boat on a lake with a red sail", WordRange(3, 7)) == "A boat on a lake"
    filled = fit_picture("A quiet lake", WordRange(28, 40)).split(", ")
    assert len(set(filled)) == len(filled) > 5


def test_all_pictures_of_a_video_share_a_style_line_and_videos_differ() -> None:
    brief = PictureBrief(tuple(NARRATIONS[:3]), WordRange(30, 60), 1)
    drawn = derived(brief)
    assert drawn.look.style
    assert all(prompt.endswith(drawn.look.style) for prompt in drawn.prompts)
    assert len({derived(PictureBrief(brief.narrations, brief.words, seed)).look.style for seed in range(8)}) > 3


def test_a_given_look_is_kept_and_a_prefix_replaces_the_style() -> None:
    look = Look("ink on rough paper", (Member("Mia", "girl in a red coat"),))
    drawn = derived(PictureBrief(("Mia sleeps.", "Rain falls."), WordRange(20, 40), 1, look=look))
    assert all(prompt.endswith(", ink on rough paper") for prompt in drawn.prompts)
    assert ["girl in a red coat" in prompt for prompt in drawn.prompts] == [True, False]
    assert derived(PictureBrief(("Rain falls.",), WordRange(20, 40), 1, prefix="Oil")).look.style == ""
