"""What a sentence is about, as drawings of the art pack."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pixelle.runtime.blas import one_blas_thread
from svc_media.art.chance import stream
from svc_media.art.company import Company, company
from svc_media.art.emphasis import in_senses, weighed
from svc_media.art.idioms import plainly
from svc_media.art.lexicon import lexicon
from svc_media.art.metaphors import imagined
from svc_media.art.moods import aloft, long_ago
from svc_media.art.people import trade_of, unnamed
from svc_media.art.words import Word, content_words, stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from svc_media.art.index import ArtIndex, Drawing, Encoder
    from svc_media.art.people import Member

__all__ = ["Cast", "choose"]

_MARGIN = 0.05
"""Drawings that score this much less than the best say the same, so any of them may be the hero."""
_VAGUE = 0.62
"""A best score below this means that nothing in the text can be drawn: the topic is shown instead."""
_ALIKE = 0.66
"""Two drawings with a cosine above this would tell the same thing twice."""
_COMMON = 0.35
"""How much of a drawing's fit to the video's topic is taken off its fit to a scene."""
_OPENERS = 5
"""So many drawings that say the topic best belong to the first scene."""
_AGAIN = 0.72
"""What is left of the score of one of those in a later scene: it must be much the best to come again."""
_WORTH = 0.6
"""A prop scores at least this share of the hero: what fits less is clutter."""
_PANELS = frozenset(str(lexicon()["panels"]).split())
_PLAIN = 0.7
"""What is left of the score of those that are no good hero."""
_FACES = re.compile(r"-face\b")
"""Round yellow faces: apt for a feeling, but seldom what a poster shows."""
_ANYBODY = frozenset(["person", "man", "woman", "peopl", "people", "human", "look", "see", "find"])
"""Stems that tell neither a trade nor what somebody can be seen doing."""
_ONLY = {name: frozenset(map(stem, words.split())) for name, words in lexicon()["only"].items()}
"""Drawings with the stems of the words without which they are not shown."""
_MODERN = frozenset(
    {"automobile", "bus", "cityscape", "cityscape-at-dusk", "desktop-computer", "laptop", "mobile-phone"}
    | {"office-building", "sport-utility-vehicle", "taxi", "vertical-traffic-light", "night-with-stars"}
    | {
        "astronaut",
        "factory-worker",
        "firefighter",
        "mechanic",
        "office-worker",
        "pilot",
        "police-officer",
        "technologist",
    }
)
"""Things and trades that there were not in the days of castles."""
_COMPANIONS = ("sparkles", "potted-plant", "star", "seedling", "light-bulb", "herb")


_IMAGINED = 4.0
"""How far above any match the drawings of an idea are put."""


@dataclass(frozen=True)
class Cast:
    """The drawings of a scene: the first is what it is about."""

    hero: str
    props: tuple[str, ...]
    """Two to four, best first; a person among them when the text speaks of people."""
    vague: bool = False
    """Nothing in the text could be drawn, so the drawings stand for the topic of the video."""


def _touch(drawing: Drawing, word: Word) -> float:
    if word.stem in drawing.meant:
        return 1.0
    if word.stem in drawing.own:
        return 1.0 if len(drawing.own) == 1 else 0.8
    return 0.4 if word.stem in drawing.loose else 0.0


@one_blas_thread()
def _scores(
    text: str, topic: str, index: ArtIndex, encoder: Encoder
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """How well each drawing fits the text, and how well it fits each content word [words, drawings]."""
    words = weighed(text, topic)
    if {word.stem for word in words} <= {word.stem for word in content_words(topic)}:
        topic = ""
    encoded = encoder.encode([text, topic or text, *(word.text for word in words)])
    whole = index.vectors @ encoded[0]
    # a word that the drawing shares with the text counts less where the two speak of different things
    apt = np.clip((whole - 0.02) / 0.2, 0.45, 1)
    if topic:
        whole = whole - _COMMON * np.maximum(index.vectors @ encoded[1], 0)
    if not words:
        return whole, whole[None, :]
    meaning = encoded[2:] @ index.vectors.T
    named = np.array([[_touch(drawing, word) for drawing in index.drawings] for word in words], np.float32)
    # what comes first in a sentence is mostly what it speaks of
    order = np.array([word.weight * (1.0 if place == 0 else 0.88) for place, word in enumerate(words)], np.float32)
    each = (0.55 * meaning + 0.5 * named * apt) * order[:, None]
    top = np.sort(each, axis=0)[::-1]
    return (0.9 * whole + top[0] + 0.3 * np.maximum(top[1:2].sum(axis=0), 0)).astype(np.float32), each.astype(
        np.float32
    )


def _fit(text: str, topic: str, index: ArtIndex) -> NDArray[np.float32]:
    """What each drawing's score is multiplied by for what it is, whatever it means [drawings]."""
    spoken = {word.stem for word in content_words(f"{text} {topic}")}
    old = long_ago(text, topic)

    def fit(name: str) -> float:
        if (old and trade_of(name) in _MODERN) or (name in _ONLY and not spoken & _ONLY[name]):
            return 0.0
        return _PLAIN if name in _PANELS or _FACES.search(name) else 1.0

    return np.array([fit(drawing.name) for drawing in index.drawings], np.float32)


def choose(
    text: str,
    index: ArtIndex,
    encoder: Encoder,
    *,
    seed: int,
    turn: int,
    topic: str = "",
    count: int = 3,
    members: Sequence[Member] = (),
    told: str = "",
) -> Cast:
    """
    The drawings for a text.

    topic: what the whole video is about. The first scene shows it, later ones what they add to it.
    turn: position in the video; where several drawings fit equally well the position decides, so that
    sentences that are alike do not get the same hero.
    members: who is seen in several scenes; told: where their names are looked for, besides the text.
    """
    here = company(text, told, members, index, seed=seed, turn=turn)
    text, topic = (in_senses(plainly(unnamed(one, members))) for one in (text, topic))
    text = aloft(text)
    if not content_words(topic):  # "Did you know?": the encoder would find something in it all the same
        topic = ""
    scores, each = _scores(text, topic if turn else "", index, encoder)
    said = _scores(topic, "", index, encoder)[0] if topic else None
    if said is not None and turn:
        scores[np.argsort(-said)[:_OPENERS]] *= _AGAIN
    if here.beasts:
        nobody = np.array([not drawing.person for drawing in index.drawings])
        scores, each = scores * nobody, each * nobody
        said = None if said is None else said * nobody
    fit = _fit(text, topic, index)
    scores, each = scores * fit, each * (fit > 0)
    said = None if said is None else said * (fit > 0)
    vague = float(scores.max()) < _VAGUE
    ideas = () if here.leads else imagined(text, index, encoder, seed=seed, turn=turn, vague=vague and said is None)
    if ideas:
        shown = [index.place[name] for name in ideas if name in index.place]
        # far above the rest, in their order, so that nothing else is near enough to be put beside them
        scores[shown] = _IMAGINED * float(scores.max()) * (1 - 0.1 * np.arange(len(shown), dtype=np.float32))
        vague = False
    if vague and said is not None:
        scores = said
    ranked = [int(place) for place in np.argsort(-scores)[:60]]
    best = float(scores[ranked[0]])
    equals = [place for place in ranked if scores[place] >= best - (0.3 if vague else _MARGIN) * best][:4]
    stream(seed, "hero").shuffle(equals)
    taken = [equals[turn % len(equals)]]
    if here.anybody and not index.drawings[taken[0]].person:
        somebody = _person(text, scores, each, index, here)
        # somebody in bed shows the bed, too
        taken = [somebody] if index.drawings[somebody].own >= index.drawings[taken[0]].own else [*taken, somebody]
    # one prop for each further word keeps the scene about the sentence, not about its loudest word
    leaders = [int(each[word].argmax()) for word in np.argsort(-each.max(axis=1)) if each[word].max() > 0.6]
    _add(taken, [place for place in leaders if scores[place] >= 0.5 * best], index, most=count)
    _add(taken, [place for place in ranked if scores[place] >= _WORTH * best], index, most=count)
    if said is not None and len(taken) < 3 and any(word.weight == 1 for word in content_words(topic)):
        _add(taken, [int(place) for place in np.argsort(-said)[:6]], index, most=3)
    if len(taken) < 3:
        spare = [index.place[name] for name in _COMPANIONS if name in index.place and index.place[name] not in taken]
        taken += spare[: 3 - len(taken)]
    names = here.dressed([index.drawings[place].name for place in taken], index)
    # whoever cannot be drawn doing it (a child on a bicycle) is shown beside what it is done with
    doing = [place for place in taken if index.drawings[place].person]
    if doing and trade_of(index.drawings[doing[0]].name) not in {trade_of(name) for name in names}:
        meant = index.drawings[doing[0]].own | index.drawings[doing[0]].meant
        names[1:1] = [
            drawing.name
            for drawing in (index.drawings[place] for place in ranked)
            if not drawing.person and drawing.name not in names and drawing.own & meant
        ][:1]
    return Cast(names[0], tuple(names[1:5]), vague)


def _add(taken: list[int], candidates: list[int], index: ArtIndex, *, most: int) -> None:
    """Add what says something new, until there are `most`; one person is enough."""
    for place in candidates:
        if len(taken) >= most:
            return
        told = any(
            float(index.vectors[place] @ index.vectors[other]) >= _ALIKE
            or index.drawings[place].own & index.drawings[other].own
            for other in taken
        )
        crowd = index.drawings[place].person and any(index.drawings[other].person for other in taken)
        if not told and not crowd and place not in taken:
            taken.append(place)


def _person(text: str, scores: NDArray[np.float32], each: NDArray[np.float32], index: ArtIndex, here: Company) -> int:
    """Someone who does what the text speaks of, else anyone."""
    people = [int(place) for place in np.argsort(-scores) if index.drawings[int(place)].person and scores[place] > 0]
    # of a member of the cast even a word that says little, such as "run", tells what they do
    said = {word.stem for word in content_words(text) if here.leads or word.weight == 1} - _ANYBODY
    doing = [place for place in people if said & (index.drawings[place].own | index.drawings[place].meant)]
    fitting = doing or [place for place in people[:8] if each[:, place].max() > 0.52]
    return fitting[0] if fitting else index.place.get(here.stance, people[0])
