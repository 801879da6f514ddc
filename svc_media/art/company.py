"""The people of a scene: who is there, how they stand, and which drawings show them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from svc_media.art.lexicon import people_words
from svc_media.art.moods import mood_of
from svc_media.art.people import figure_of, in_text, mentioned, protagonist
from svc_media.art.words import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_media.art.index import ArtIndex
    from svc_media.art.people import Figure, Member

__all__ = ["Company", "company"]

_PEOPLE = re.compile(
    r"\b(you|your|yourself|people|person|we|our|us|friends?|child(ren)?|kids?|parents?|students?|teachers?|workers?|men|man|"
    r"women|woman|he|she|his|her|they|them|everyone|everybody|someone|anyone|team|humans?|i|my|me|(grand)?(mother|father)s?)\b",
    re.IGNORECASE,
)
_THIRD = frozenset(["he", "she", "his", "her", "they", "them"])
"""Words that may mean an animal that was named before."""
_ALONE = frozenset(["he", "she", "his", "her", "him", "they", "them", "their"])
_STANCES = {
    "plain": ("person-walking", "person-standing"),
    "calm": ("person-in-lotus-position", "person-standing"),
    "joyful": ("person-raising-hand", "person-walking"),
    "sad": ("person-standing",),
    "tense": ("person-running", "person-standing"),
}
"""How somebody stands there when the text does not say what they do."""


@dataclass(frozen=True)
class Company:
    """Who is in a scene."""

    figures: tuple[Figure, ...]
    """The first is whoever the scene speaks of."""
    leads: bool
    """The first is a member of the cast: shown as the hero."""
    anybody: bool
    """The text speaks of somebody."""
    crowd: bool
    """It speaks of several."""
    beasts: bool
    """It speaks of animals and of nobody: a swimmer beside "turtles swim" would be somebody else."""
    stance: str
    """The drawing for somebody of whom it is not said what they do."""

    def dressed(self, names: list[str], index: ArtIndex) -> list[str]:
        """The drawings with everybody in their own skin, hair and clothes; members come first, company is added."""
        known = index.variants | index.place.keys()
        first = self.figures[0]
        person = next((name for name in names if name in index.place and index.drawings[index.place[name]].person), "")
        done = [first.drawn(name, known) if name == person else first.hand(name, known) for name in names]
        if self.leads:
            shown = first.drawn(person or self.stance, known)
            done = [shown, *(name for name in done if name != shown)]
        others = self.figures[1:] if self.leads or (self.crowd and person) else ()
        for other in others:
            shown = other.drawn(self.stance, known)
            if shown not in done:
                done.insert(min(2, len(done)), shown)
        return done


def company(text: str, told: str, members: Sequence[Member], index: ArtIndex, *, seed: int, turn: int) -> Company:
    """
    Who is in the scene `turn` of the video `seed`.

    Members that `told` or the text name come first. Without them it is the video's own "you", the same in every scene,
    and beside it somebody else where the text speaks of several.
    """
    named = mentioned(members, f"{told}\n{text}") or _meant(members, text)
    figures = [figure_of(member, index, seed=seed) for member in named[:3]]
    crowd = any(word in people_words()["crowd"] for word in re.findall(r"[^\W\d_]+", text.lower()))
    if not figures:
        figures = [in_text(text, protagonist(seed), turn=turn)]
        if crowd:
            figures.append(protagonist(seed, 1 + turn % 4))
    stances = _STANCES[mood_of(text)]
    beasts = not named and _of_animals(text)
    return Company(
        figures=tuple(figures),
        leads=bool(named),
        anybody=bool(named) or (not beasts and bool(_PEOPLE.search(text))),
        crowd=crowd,
        beasts=beasts,
        stance=stances[turn % len(stances)],
    )


def _meant(members: Sequence[Member], text: str) -> list[Member]:
    """The only member, where "she", "he" or "they" can hardly be anybody else."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    known = people_words()
    # by whole words: a village is no villager
    others = any({word, word.removesuffix("s")} & known[kind] for word in words for kind in ("animals", "human"))
    return list(members) if len(members) == 1 and not others and _ALONE & set(words) else []


def _of_animals(text: str) -> bool:
    """An animal is named, and no person; "he" and "they" behind it mean it."""
    known = people_words()
    found = False
    for word in re.findall(r"[^\W\d_]+", text.lower()):
        if word in known["animals"] or stem(word) in known["animals"]:
            found = True
        elif word in _THIRD:
            if not found:
                return False
        elif _PEOPLE.fullmatch(word) or word in known["human"] or stem(word) in known["human"]:
            return False
    return found
