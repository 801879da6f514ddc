"""What of a narration a picture can show, without the words that lead in and out."""

from __future__ import annotations

import re

from svc_script.splitting import sentences
from svc_script.wording import ENDS

__all__ = ["shown"]

_WONDER = (
    "have you ever wondered|have you ever asked yourself|many people wonder|do you know|it is easy to forget|"
    "now you know|so that is|the next time (?:someone|somebody) asks"
)
_ABOUT = (
    "have you ever thought about|what would life be like without|how much do you really know about|"
    "now you know a little more about|"
    "what do we really know about|everyone has heard of|there is always more to learn about|what (?:is|are)|"
    "who (?:is|was|were)"
)
_DO = "would you like to|do you want to|what could change if you decided to|learning to|let us|why"
_FRAMES = tuple(
    re.compile(rf"^{frame}$", re.IGNORECASE)
    for frame in (
        rf"(?:{_WONDER}) (?:why|how) (.+?)(?:, you will have an answer)?",
        rf"(?:{_ABOUT}) (.+)",
        r"so the next time somebody asks about (.+?), .+",
        r"one good question about (.+?) leads to the next",
        r"behind (.+?) there is a long story",
        r"what makes (.+?) so special",
        r"there is more to (.+?) than meets the eye",
        r"where (?:does|do) (.+?) come from",
        r"how did (.+?) become part of our lives",
        r"why (?:does|do) (.+?) still matter to us",
        r"the next time you (?:come across|see) (.+?), .+",
        rf"(?:{_DO}) ([^,]+?)(?: is easier than it looks)?",
        r"([^,]+?) is easier than it looks",
        r"the more we know about (.+?), .+",
        r"keep (?:exploring|watching), and let (.+?) surprise you again",
        r"(?:and |so )?the story of (.+?) (?:is not over|goes on).*",
        r"small choices add up, so make room for (.+?) today",
        r"so give (.+?) the place (?:it|they) deserves? in your life.*",
        r"think about (.+?) a little more today.*",
        r"give (.+?) a try today",
        r"start small, be patient with yourself, and enjoy (.+)",
        r"so take one small step today, and see where (.+?) leads you",
    )
)
"""Ways to lead in and out, those of `svc_script.bookends` among them; the group is what they are about."""
_ASIDE = re.compile(
    r"(?:let us|let's|here is a good place|the answer|it may be|a few simple ideas|share (?:it|what)|what will you|"
    r"where will|it goes on|but what lies|it is a good question|the best moment to begin|which one will be)\b",
    re.IGNORECASE,
)
"""Sentences beside the one that says something."""


def shown(narration: str) -> str:
    """What of a narration can be shown: its sentences without quotation marks, and without leading in and out."""
    plain = re.sub(r"[\"“”„‟«»「」『』《》]", "", narration).strip()
    told = [re.sub(f"[{ENDS}]+$", "", one) for one in sentences(plain)]
    told = [one for one in told if not _ASIDE.match(one)] or told
    for index, one in enumerate(told):
        found = next((match for frame in _FRAMES if (match := frame.match(one))), None)
        told[index] = found[1] if found else one
    return ", ".join(told).strip(" ,")
