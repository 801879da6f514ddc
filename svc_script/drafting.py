"""Drafting about a topic with a tiny model: rules frame the script and begin its sentences, the model ends them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Protocol

from pixelle.runtime.errors import FailedPrecondition
from svc_script.bookends import closings, openings
from svc_script.drafts import Kept, choose, clean
from svc_script.engines.base import Narrations
from svc_script.lengths import per_second
from svc_script.plug import PLUG_IN
from svc_script.remarks import among, remarks
from svc_script.scenes import Line, arrange, measured, shared
from svc_script.splitting import sentences
from svc_script.stems import stems
from svc_script.topics import read_topic
from svc_script.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from pixelle.runtime.work import Tick
    from svc_script.drafts import Meaning
    from svc_script.engines.base import NarrationBrief
    from svc_script.topics import Topic

__all__ = ["Drafter", "Drafts", "check_reach"]

_SPARE = 1
"""Stems tried beyond those needed, so that the weakest sentence can be left out."""
_ROUNDS = 2
_FRAME = 2
"""Lines that are said first and last, by rule."""
_FRAME_WORDS = 24
_SURE, _SURE_WORDS = 0.4, 9
"""Share of the stems that end in a usable sentence, and its words, on the whole."""
_ROOM = 20
"""Words that a sentence may have where only the whole is measured."""
_REMARKS_EACH = 2
"""General remarks for each sentence of the model at most: beyond that it is no script about the topic."""
_GRAMMAR = 'root ::= " " [a-z] [a-z ,\'-]* "."\n'
"""One sentence's rest, in lower case: no digits, no names, no quotes."""
_ASKED = "Write simple, true sentences that everyone agrees with. Topic: "


class Drafts(Protocol):
    """Completes one raw prompt several times (`svc_script.engines.llama.Llama.drafts`)."""

    def __call__(self, prompt: str, *, grammar: str, tokens: int, temperature: float, seed: int) -> list[str]:
        """The completions; the same seed gives the same ones."""
        ...


def check_reach(brief: NarrationBrief) -> None:
    """Raises FailedPrecondition (DRAFT_TOO_WEAK) for what is surely too long; cheap."""
    topic = read_topic(sentences(brief.text)[0])
    begun, extra = len(stems(topic)), remarks(topic)
    lines = _FRAME + int(begun * _SURE) + len(extra)
    words = int(_FRAME_WORDS + sum(map(count_words, extra)) + begun * _SURE * _SURE_WORDS)
    if brief.total and brief.total.low > words:
        middle = (brief.total.low + brief.total.high) / 2
        most = int(words / per_second(brief.language) * middle / brief.total.low // 5 * 5)
        raise FailedPrecondition(
            f"The tiny model has enough to say about {topic.text!r} for about {most} seconds. Ask for a target_seconds "
            f"of at most {most}, or plug in a model. {PLUG_IN}",
            reason="DRAFT_TOO_WEAK",
            details={"seconds": str(most)},
        )
    if brief.count > lines or (not brief.total and brief.count * brief.words.low > words):
        most = min(lines, brief.count if brief.total else words // brief.words.low)
        raise FailedPrecondition(
            f"The tiny model has enough to say about {topic.text!r} for about {most} scenes"
            f"{'' if brief.total else f' of {brief.words} words'}, and {brief.count} were asked for. Ask for fewer or "
            f"shorter ones, or plug in a model. {PLUG_IN}",
            reason="DRAFT_TOO_WEAK",
            details={"scenes": str(most)},
        )


class Drafter:
    """Drafts scripts with a model that can do no more than end a sentence."""

    def __init__(self, drafts: Drafts, meaning: Meaning, vocabulary: Collection[str]) -> None:
        """meaning: judges which of several drafts says what most say. vocabulary: the words that exist."""
        self._drafts, self._meaning, self._vocabulary = drafts, meaning, vocabulary

    def draft(self, brief: NarrationBrief, tick: Tick) -> Narrations:
        """
        A framed beginning and end, the model's sentences between; general remarks where those are too few.

        The notice says how many remarks there are. Raises FailedPrecondition (DRAFT_TOO_WEAK).
        """
        topic = read_topic(sentences(brief.text)[0])
        chance = random.Random(brief.seed)
        first = chance.sample(openings(topic), len(openings(topic)))
        last = chance.sample(closings(topic), len(closings(topic)))
        extra = chance.sample(remarks(topic), len(remarks(topic)))
        frame = Line(first), Line(last)
        kept: list[Kept] = []
        beginnings = stems(topic)
        tried, needed = 0, 0
        for attempt in range(_ROUNDS):
            for position, stem in enumerate(beginnings):
                if made := _laid_out(frame, _strongest(kept), brief):
                    if tried >= _SPARE or attempt:
                        return Narrations(tuple(_laid_out(frame, _strongest(kept, needed), brief) or made))
                    tried, needed = tried + 1, needed or len(kept)
                tick(min(0.9, (attempt * len(beginnings) + position) / (1.5 * len(beginnings))), "drafting sentences")
                number = attempt * len(beginnings) + position
                found = self._best(stem, topic, kept, brief, seed=brief.seed + number, strict=attempt == 0)
                if found:
                    kept.append(found)
            if made := _laid_out(frame, _strongest(kept), brief):
                return Narrations(tuple(made))
            if filled := _filled(frame, _strongest(kept), extra, brief):
                return filled
        raise FailedPrecondition(
            f"The tiny model found only {len(kept)} usable sentences about {topic.text!r}, too few for "
            f"{_wanted(brief)}. Ask for less, say the topic in fewer words, or plug in a model. {PLUG_IN}",
            reason="DRAFT_TOO_WEAK",
            details={"sentences": str(len(kept))},
        )

    def _best(
        self, stem: str, topic: Topic, kept: list[Kept], brief: NarrationBrief, *, seed: int, strict: bool
    ) -> Kept | None:
        most = max(brief.words.high, _ROOM) if brief.total else brief.words.high
        room = most - count_words(stem)
        if room < 2:
            return None
        prompt = f"<|im_start|>user\n{_ASKED}{topic.about}<|im_end|>\n<|im_start|>assistant\n{stem}"
        ends = self._drafts(
            prompt, grammar=_GRAMMAR, tokens=min(24, room + room // 3 + 2), temperature=0.5, seed=seed % 2**31
        )
        drafts = [text for end in ends if (text := clean(stem, end, topic, self._vocabulary))]
        fitting = [text for text in drafts if count_words(text) <= most]
        return choose(fitting, topic.about, kept, self._meaning, strict=strict)


def _strongest(kept: Sequence[Kept], count: int = 0) -> list[str]:
    """The sentences in their order without those that are weakest, so that `count` stay; 0: all."""
    best = sorted(range(len(kept)), key=lambda index: -kept[index].score)[: count or None]
    return [kept[index].text for index in sorted(best)]


def _laid_out(frame: tuple[Line, Line], body: Sequence[str], brief: NarrationBrief) -> list[str] | None:
    """The narrations; None while there is too little to say."""
    if not brief.total:
        return arrange(frame, body, brief.count, brief.words)
    lines = measured(frame, body, brief.total, least=1 if brief.open_count else brief.count)
    return shared(lines, min(brief.count, len(lines))) if lines else None


def _filled(
    frame: tuple[Line, Line], body: list[str], extra: Sequence[str], brief: NarrationBrief
) -> Narrations | None:
    """The narrations with as few general remarks as it takes; None where they would be most of it."""
    for many in range(1, min(len(extra), _REMARKS_EACH * len(body)) + 1):
        if made := _laid_out(frame, among(body, extra[:many]), brief):
            said = " ".join(made)
            used = sum(remark in said for remark in extra)
            are = "is a general remark" if used == 1 else "are general remarks"
            return Narrations(
                tuple(made),
                f"{used} of its sentences {are} made by rule: the model had too little to say.",
            )
    return None


def _wanted(brief: NarrationBrief) -> str:
    if brief.total:
        return f"{brief.total} words"
    return f"{brief.count} scenes of {brief.words} words"
