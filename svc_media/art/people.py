"""Who is seen: figures that keep their skin, hair and clothes through a whole video."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from svc_media.art.chance import stream
from svc_media.art.index import TONES
from svc_media.art.lexicon import people_words
from svc_media.art.words import stem

if TYPE_CHECKING:
    from collections.abc import Collection

    from svc_media.art.index import ArtIndex

__all__ = ["Figure", "Member", "figure_of", "in_text", "mentioned", "protagonist", "trade_of", "unnamed"]

Sex = Literal["woman", "man"]


@dataclass(frozen=True)
class Member:
    """Somebody who is seen in several scenes."""

    name: str
    look: str
    """In English."""


@dataclass(frozen=True)
class Figure:
    """Somebody as the pack can draw them: always with the same skin, hair and clothes."""

    sex: Sex
    tone: str
    """One of TONES; the hair goes with it."""
    head: str = ""
    """The drawing of a head that shows them in every scene, where no whole figure has their hair or age."""
    trade: str = ""
    """What they are in every scene, for example "astronaut"."""
    creature: str = ""
    """The drawing that is shown instead, for those who are not human."""

    def drawn(self, name: str, known: Collection[str]) -> str:
        """The drawing of this figure that comes nearest to `name`; `known` are the drawings there are."""
        if self.creature:
            return self.creature
        if self.head:
            return next((one for one in (f"{self.head}-{self.tone}", self.head) if one in known), name)
        trade = self.trade or trade_of(name)
        for base in (f"{self.sex}-{trade}", trade, f"person-{trade}"):
            for one in (f"{base}-{self.tone}", base):
                if one in known:
                    return one
        return name

    def hand(self, name: str, known: Collection[str]) -> str:
        """The drawing `name` in the skin of this figure, where the pack has it."""
        one = f"{name}-{self.tone}"
        return one if one in known else name


def trade_of(name: str) -> str:
    """What a drawing of somebody shows them doing, whoever it is: "artist" for "woman-artist-dark"."""
    for tone in sorted(TONES, key=len, reverse=True):
        name = name.removesuffix(f"-{tone}")
    for who in ("man-", "woman-", "person-"):
        name = name.removeprefix(who)
    return name


def protagonist(seed: int, number: int = 0) -> Figure:
    """Who "you" are in a video: its first, second, ... figure; two that follow each other differ in skin and sex."""
    rng = stream(seed, "people")
    sexes: list[Sex] = ["woman", "man"]
    tones = list(TONES)
    rng.shuffle(sexes)
    rng.shuffle(tones)
    return Figure(sexes[number % 2], tones[number % len(tones)])


def figure_of(member: Member, index: ArtIndex, *, seed: int) -> Figure:
    """How a member of the cast is drawn; the same for the same video and the same words."""
    words = [stem(word) for word in re.findall(r"[^\W\d_]+", member.look.lower())]
    lists = people_words()
    for word in words:
        if word in lists["human"]:
            break
        if word in lists["creature"]:
            return Figure("man", TONES[0], creature=lists["creature"][word])
        if word in index.place and not index.drawings[index.place[word]].person:
            return Figure("man", TONES[0], creature=word)
    rng = stream(seed, "member", member.name.lower())
    sex: Sex = _sex(words) or ("woman" if rng.random() < 0.5 else "man")
    look = member.look.lower()
    tone = next((tone for pattern, tone in lists["tones"].items() if re.search(pattern, look)), rng.choice(TONES))
    trade = next((lists["trades"][word] for word in words if word in lists["trades"]), "")
    head = _head(words, look, sex)
    return Figure(sex, tone, "" if trade and not head.startswith(("old-", "girl", "boy")) else head, trade)


def _sex(words: Collection[str]) -> Sex | None:
    lists = people_words()
    for word in words:
        if word in lists["woman"]:
            return "woman"
        if word in lists["man"]:
            return "man"
    return None


def _head(words: Collection[str], look: str, sex: Sex) -> str:
    lists = people_words()
    if any(word in lists["child"] for word in words):
        return "girl" if sex == "woman" else "boy"
    if any(word in lists["old"] for word in words):
        return f"old-{sex}"
    for pattern, head in lists["heads"].items():
        if re.search(pattern, look):
            return head.replace("SEX", sex) if "SEX" in head or head.startswith(sex) else ""
    return ""


def in_text(text: str, figure: Figure, *, turn: int) -> Figure:
    """`figure` as a text speaks of somebody: she or he, a child, somebody old; the skin stays."""
    words = [stem(word) for word in re.findall(r"[^\W\d_]+", text.lower())]
    lists = people_words()
    sex = _sex(words)
    if sex:
        figure = replace(figure, sex=sex)
    if any(word in lists["child"] for word in words):
        girl = sex == "woman" or (sex is None and turn % 2 == 0)
        return replace(figure, sex="woman" if girl else "man", head="girl" if girl else "boy")
    if any(word in lists["grandparent"] for word in words):
        return replace(figure, head=f"old-{figure.sex}")
    return figure


def mentioned(cast: Collection[Member], text: str) -> list[Member]:
    """The members a text names, in the order it names them."""
    found = [(match.start(), member) for member in cast if (match := re.search(_named(member), text, re.IGNORECASE))]
    return [member for _, member in sorted(found, key=lambda pair: pair[0])]


def unnamed(text: str, cast: Collection[Member]) -> str:
    """The text without the members' names, which are not what it is about; unchanged when little else would be left."""
    without = text
    for member in cast:
        without = re.sub(rf"{_named(member)}(['’]s)?", "", without, flags=re.IGNORECASE)
    return without if re.search(r"\w{3}", without) else text


def _named(member: Member) -> str:
    name = re.escape(member.name)
    return rf"(?<!\w){name}(?!\w)" if member.name.isascii() else name
