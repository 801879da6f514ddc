"""Who a script of the caller's tells of, so that they look the same in every scene."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["introduced"]

_MOST = 4
"""More than so many would no longer be told apart."""
_NAME = r"(?P<name>[A-Z][a-z]+(?:[ -][A-Z][a-z]+)?)"
_KIND = r"(?P<look>[a-z]+(?:[ -][a-z]+){0,3})"
_KIND_SHORT = _KIND.replace("{0,3}", "{0,3}?")
_ENGLISH = (
    # a little hedgehog named Pip; an old fisherman called Santiago
    re.compile(rf"\b[Aa]n? {_KIND},? (?:named|called|whose name was|by the name of) {_NAME}"),
    # Pip was a little hedgehog; Rusty is a fox
    re.compile(rf"(?:^|[.!?]\s+){_NAME} (?:is|was) an? {_KIND_SHORT}(?= who| that| with| from| and| in|[,.;:!?])"),
    # Pip, a little hedgehog, lived
    re.compile(rf"\b{_NAME}, an? {_KIND},"),
    # Pip the hedgehog
    re.compile(
        rf"\b{_NAME} the (?P<look>(?!great|first|second|third|terrible|wise|younger|elder)[a-z]+)"
        r"(?=[,.;:!?]| [a-z]+(?:s|ed)\b)"
    ),
)
_BEING = re.compile(
    r"\b(?:\w+(?:ist|ian|man|woman|boy|girl|smith|herd)|person|child|kid|baby|son|daughter|brother|sister|father|mother|uncle|aunt"
    r"|(?:grand)?(?:father|mother|pa|ma)|husband|wife|friend|orphan|twin|teenager|king|queen|prince|princess|knight|emperor|pharaoh|monk|nun"
    r"|priest|wizard|witch|fairy|elf|dwarf|giant|ghost|robot|dragon|unicorn|monster|soldier|sailor|captain|officer|general|pilot"
    r"|astronaut|pirate|thief|hunter|baker|farmer|fisher|gardener|teacher|pupil|student|doctor|nurse|lawyer|judge|merchant|trader|miller"
    r"|tailor|shoemaker|carpenter|potter|painter|writer|singer|dancer|player|runner|swimmer|climber|explorer|engineer|inventor|builder"
    r"|worker|driver|cook|chef|waiter|hermit|beggar|slave|poet|actor|actress|author|leader|president|boss|detective|barber|butcher"
    r"|cat|kitten|dog|puppy|fox|wolf|bear|cub|rabbit|hare|bunny|mouse|rat|hedgehog|squirrel|deer|fawn|horse|pony|foal|donkey|cow|calf"
    r"|pig|piglet|sheep|lamb|goat|hen|chick|rooster|duck|duckling|goose|swan|bird|owl|eagle|crow|raven|parrot|penguin|sparrow|robin"
    r"|turtle|tortoise|frog|toad|snake|lizard|crocodile|fish|shark|whale|dolphin|octopus|crab|seal|otter|beaver|badger|mole|bat"
    r"|lion|tiger|leopard|elephant|giraffe|zebra|monkey|gorilla|ape|panda|koala|kangaroo|camel|hippo|rhino|bee|ant|butterfly|ladybug"
    r"|beetle|spider|snail|worm|caterpillar|dinosaur|mammoth)\b"
)
"""English kinds that live: a city called Petra is nobody."""
_LIFELESS = re.compile("[城国村镇山河湖海岛店书星球茶酒]$|公司|地方|小镇")
_HAN = "[\u4e00-\u9fff]"
_CHINESE = (
    # 一只小刺猬，名叫皮皮; 有个男孩叫小明
    re.compile(
        rf"[一有][只个位条头匹名]+(?P<look>{_HAN}{{1,6}}?)[，,]?(?:他|她|它)?(?:名叫|叫做|叫)(?P<name>{_HAN}{{2,3}})(?=[，,。！？、]|的|住|在)"
    ),
    # 一只叫皮皮的小刺猬
    re.compile(
        rf"[一有][只个位条头匹名]+(?:名叫|叫做|叫)(?P<name>{_HAN}{{2,3}})的(?P<look>{_HAN}{{1,5}}?)(?=[，,。！？、在住有是想去])"
    ),
)


def introduced(narrations: Iterable[str]) -> list[core_pb2.CastMember]:
    """
    The living whom the narrations introduce by name and kind, and name again later; at most four, in order.

    English ("a little hedgehog named Pip") and Chinese. A look is in the language of the text.
    """
    told = list(narrations)
    found: dict[str, str] = {}
    for index, narration in enumerate(told):
        for name, look in _introductions(narration):
            again = any(_says(later, name) for later in told[index + 1 :])
            alive = _BEING.search(look) if look.isascii() else not _LIFELESS.search(look)
            if alive and again and name not in found:
                found[name] = look
    sex = _sex(told) if len(found) == 1 else ""
    return [core_pb2.CastMember(name=name, look=f"{look}{sex}") for name, look in list(found.items())[:_MOST]]


def _sex(told: Iterable[str]) -> str:
    """What the pronouns of an English text with one hero say of them, as the end of a look; "" for nothing."""
    words = [word for narration in told for word in re.findall(r"[a-z]+", narration.lower())]
    women, men = (sum(word in kind for word in words) for kind in ({"she", "her", "hers"}, {"he", "him", "his"}))
    return "" if women == men else ", female" if women > men else ", male"


def _introductions(narration: str) -> Iterator[tuple[str, str]]:
    matches = [match for pattern in (*_ENGLISH, *_CHINESE) for match in pattern.finditer(narration)]
    for match in sorted(matches, key=lambda one: one.start()):
        yield match["name"], match["look"]


def _says(text: str, name: str) -> bool:
    return name in text if not name.isascii() else bool(re.search(rf"\b{re.escape(name)}\b", text))
