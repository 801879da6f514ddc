"""Image prompts made by rule from the narration itself, in a given number of words."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import hashlib
import random
import re
from typing import TYPE_CHECKING

from svc_script.showing import shown
from svc_script.wording import LOOSE, count_words, words_of

if TYPE_CHECKING:
    from svc_script.engines.base import WordRange

__all__ = ["describe", "fit_picture", "house_style"]

# Phrases name no things: engines match the prompt by meaning, and what the narration says must decide.
_FORMS = (
    "An illustrated scene:",
    "A calm, clear picture:",
    "A richly detailed scene:",
    "A modern illustration:",
)
_SETTINGS = (
    "set in a believable, lived-in place that fits the subject",
    "in a quiet everyday setting with a gentle sense of depth",
    "in an open space with room to breathe around the subject",
    "seen up close, with softly blurred surroundings",
)
_LIGHTS = (
    "warm early morning light and long soft shadows",
    "bright, even daylight with clean highlights",
    "golden late afternoon light from the side",
    "soft diffused light and a gentle glow",
)
_COMPOSITIONS = (
    "one clear focal point placed off centre",
    "a balanced composition with layered foreground and background",
    "a low viewpoint that makes the subject stand tall",
    "a wide view with strong simple shapes",
)
_COLOURS = (
    "harmonious warm colours with one cool accent",
    "fresh natural colours with deep contrast",
    "a limited palette of rich, quiet colours",
    "clear bright colours on a calm ground",
)
_FINISH = ("fine texture", "crisp edges", "inviting mood", "no lettering", "natural proportions", "polished finish")
_STYLE_WORDS = 13
_STARTERS = frozenset(
    """
    a an the this that these those it its he his she her we our you your they their in on at of for with from to by as
    if when while where what who why how there here so even no not every each some many most all both few one two
    people friends children today now then once after before
    """.split()
)
"""Words that are written small inside a sentence; another first word may be a name."""
_PHRASES = (
    "one clear focal point",
    "fine natural detail",
    "gentle depth",
    "soft shadows",
    "a balanced composition",
    "an inviting mood",
    "believable proportions",
    "calm surroundings",
    "crisp edges",
)
_FILL = ("detailed", "clear", "warm", "harmonious", "calm", "expressive", "vivid", "gentle", "balanced", "inviting")


def house_style(seed: int) -> str:
    """The style line of a video whose caller sets none; the same seed gives the same line."""
    chance = random.Random(f"style/{seed}")
    return f"{chance.choice(_LIGHTS)}, {chance.choice(_COLOURS)}"


def describe(narration: str, index: int, words: WordRange, seed: int) -> str:
    """A description of the narration's picture, for a style line to follow; the same arguments give the same text."""
    digest = hashlib.sha256(f"{seed}\n{index}\n{narration}".encode()).digest()
    chance = random.Random(digest)
    subject = shown(narration)
    form = _FORMS[random.Random(f"form/{seed}").randrange(len(_FORMS))]
    if subject.partition(" ")[0].lower() in _STARTERS:
        subject = subject[:1].lower() + subject[1:]
    text = f"{form} {subject}"
    aim = (words.low + words.high + 1) // 2 - _STYLE_WORDS
    for more in (chance.choice(_SETTINGS), chance.choice(_COMPOSITIONS), *chance.sample(_FINISH, len(_FINISH))):
        longer = f"{text}, {more}"
        if count_words(longer) <= aim + 5:
            text = longer
    return text


def fit_picture(prompt: str, words: WordRange) -> str:
    """The prompt on one line, cut or filled up to the range, without changing what fits."""
    text = re.sub(r"\s+", " ", prompt).strip().rstrip(".,;: ")
    if count_words(text) > words.high:
        text = _first_words(text, words.high).rstrip(".,;: ")
    missing = words.low - count_words(text)
    fill: list[str] = []
    for phrase in _PHRASES:
        if (size := count_words(phrase)) <= missing and phrase not in text:
            fill.append(phrase)
            missing -= size
    fill += [_FILL[index % len(_FILL)] for index in range(missing)]
    return ", ".join(filter(None, (text, *fill)))


def _first_words(text: str, count: int) -> str:
    """The text up to its `count`-th word, at a clause bound when one is near."""
    end = 0
    for word in words_of(text)[:count]:
        end = text.index(word, end) + len(word)
    bound = text.rfind(", ", 0, end)
    cut = text[:bound] if bound > end * 0.8 else text[:end]
    while len(cut.split()) > 2 and cut.split()[-1].lower() in LOOSE:
        cut = cut.rsplit(None, 1)[0]
    return cut
