"""The rule-based engine: plans a given text, deterministic, without a model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from pixelle.text.detection import detect_language
from svc_script import steps
from svc_script.engines.base import (
    Beat,
    Board,
    BoardBrief,
    Completion,
    CompletionBrief,
    NarrationBrief,
    Narrations,
    PictureBrief,
    Pictures,
    TitleBrief,
)
from svc_script.extract import carrying_sentences, carrying_text, heading, is_topic
from svc_script.lengths import per_second, widened
from svc_script.narrating import same_language, unit
from svc_script.plain import unmarked
from svc_script.plug import PLUG_IN
from svc_script.scenes import shared
from svc_script.splitting import sentences
from svc_script.topics import unasked
from svc_script.wording import TITLE_CHARACTERS, count_words, short_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.work import Tick
    from svc_script.engines.base import WordRange

__all__ = ["OutlineEngine", "extracted", "text_title"]


_TOLD = re.compile(r"(?<=.{12})\s+(?:that|which|who|where|because|and\s+(?:is|are|has|have))\s.*$", re.IGNORECASE)
_PICKING = "picking sentences"
_CLAUSE = re.compile(rf"(.{{12,{TITLE_CHARACTERS}}})(?:[,;:]\s|[，；：]|\s[–—]\s)")
"""The beginning of a long sentence that makes a title."""


def extracted(brief: NarrationBrief) -> Narrations:
    """The sentences that carry the text. Raises FailedPrecondition (TEXT_TOO_SHORT), InvalidArgument."""
    if detect_language(brief.text) != brief.language and not same_language(brief.text[:2000], brief.language):
        raise InvalidArgument(
            f"The text is not in the language {brief.language!r}, and sentences picked from it cannot be. Leave the "
            f"language out, or plug in a model, which translates. {PLUG_IN}",
            reason="LANGUAGE_UNSUPPORTED",
            details={"language": brief.language},
        )
    if brief.total:
        return _measured(brief, brief.total)
    lines, fitting = carrying_sentences(brief.text, brief.count, brief.words)
    wide = widened(brief.words, brief.language)
    if len(lines) < brief.count and wide != brief.words:
        more, fitting = carrying_sentences(brief.text, brief.count, wide)
        if len(more) == brief.count:
            said = f"Sentences of the text with up to {wide.high} characters were kept: few have {brief.words.high}."
            return Narrations(tuple(more), "\n".join(filter(None, (said, steps.unstyled(brief.style, _PICKING)))))
    if len(lines) < brief.count:
        total = len(sentences(unmarked(brief.text)))
        fewer = f"Ask for {fitting} scene{'s' * (fitting > 1)}, widen" if fitting else "Widen"
        raise FailedPrecondition(
            f"{brief.count} scenes were asked for, but the text has {total} sentence{'s' * (total > 1)}, of which "
            f"{fitting} fit into {brief.words} {unit(brief.language)}. {fewer} the range of words, or "
            "give another text.",
            reason="TEXT_TOO_SHORT",
            details={"sentences": str(total), "fitting": str(fitting)},
        )
    return Narrations(tuple(lines), steps.unstyled(brief.style, _PICKING))


def _measured(brief: NarrationBrief, total: WordRange) -> Narrations:
    """
    Whole sentences that take as long as was asked for, shared out over the scenes.

    Raises FailedPrecondition (TEXT_TOO_SHORT).
    """
    found, size = carrying_text(brief.text, total)
    if sum(map(count_words, found)) < total.low:
        rate = per_second(brief.language)
        raise FailedPrecondition(
            f"target_seconds is too long for this text: all of it takes about {size / rate:.0f} seconds to speak, and "
            f"{(total.low + total.high) / 2 / rate:.0f} were asked for. Ask for less, give a longer text, or plug in a "
            f"model, which writes more. {PLUG_IN}"
            if size < total.low
            else f"The sentences of the text do not add up to {total} {unit(brief.language)}. Ask for another length.",
            reason="TEXT_TOO_SHORT",
            details={"seconds": f"{size / rate:.0f}"},
        )
    if len(found) < brief.count and not brief.open_count:
        raise FailedPrecondition(
            f"{brief.count} scenes were asked for, but only {len(found)} sentences of the text are needed for the "
            f"length. Ask for at most {len(found)} scenes, or a longer video.",
            reason="TEXT_TOO_SHORT",
            details={"sentences": str(len(found))},
        )
    count = min(brief.count, len(found))
    return Narrations(tuple(shared(found, count)), steps.unstyled(brief.style, _PICKING))


def _unclaused(topic: str) -> str:
    """A topic too long for a title without the clause that is told of it."""
    head = _TOLD.sub("", topic) if len(topic) > TITLE_CHARACTERS else topic
    return f"{head}?" if head != topic and topic.rstrip().endswith("?") else head


def text_title(text: str) -> str:
    """A title taken from the text: its heading, else its first sentence; one all in small letters gets a capital."""
    topic = _unclaused(unasked(text)) if is_topic(text) else ""
    first = topic or heading(text) or unasked(next(iter(sentences(unmarked(text))), text))
    clause = _CLAUSE.match(first) if len(first) > TITLE_CHARACTERS else None
    title = short_title(clause[1] if clause else first)
    return title[:1].upper() + title[1:] if title == title.lower() else title


class OutlineEngine:
    """Picks and orders the sentences that carry an article; the same request gives the same bytes."""

    version = "5"
    summary = "Plans a given text by rule: picks the sentences that carry it. Deterministic, no model."
    features = Features(deterministic=True)

    def missing(self) -> str | None:
        """Nothing: it is always ready."""
        return None

    def load(self, device: str) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to let go of."""

    def compose(self, brief: BoardBrief, emit: Callable[[int, Beat], None], tick: Tick) -> Board:
        """Sentences, title and pictures, one after the other."""
        return steps.compose(self, brief, emit, tick)

    def check(self, brief: NarrationBrief) -> None:
        """As `narrate`."""
        self._picked(brief)

    def narrate(self, brief: NarrationBrief, tick: Tick) -> Narrations:
        """Pick sentences. Raises FailedPrecondition (TOPIC_NEEDS_MODEL, TEXT_TOO_SHORT), InvalidArgument."""
        tick(0.0, "choosing sentences")
        return self._picked(brief)

    @staticmethod
    def _picked(brief: NarrationBrief) -> Narrations:
        if is_topic(brief.text):
            raise FailedPrecondition(
                f"{short_title(brief.text)!r} is a topic, and the engine 'outline' only plans a given text. "
                f"Give an article, fetch the tiny model with `pixelle setup`, or plug in a model. {PLUG_IN}",
                reason="TOPIC_NEEDS_MODEL",
            )
        return extracted(brief)

    def picture(self, brief: PictureBrief, tick: Tick) -> Pictures:
        """Derive prompts from the narrations."""
        tick(0.0, "describing pictures")
        return steps.derived(brief)

    def title(self, brief: TitleBrief, tick: Tick) -> Completion:
        """Take a title from the text."""
        tick(0.0, "finding a title")
        return Completion(text_title(brief.text), notice=steps.unstyled(brief.style, "taking a title from the text"))

    def complete(self, brief: CompletionBrief, emit: Callable[[str], None], tick: Tick) -> Completion:
        """Raises FailedPrecondition (ENGINE_CANNOT_COMPLETE)."""
        del brief, emit, tick
        return self._no_model()

    def _no_model(self) -> NoReturn:
        raise FailedPrecondition(
            f"The engine 'outline' has no language model and cannot complete prompts. {PLUG_IN}",
            reason="ENGINE_CANNOT_COMPLETE",
        )
