"""What a model is asked for a storyboard, and what of its answer is taken: scenes with narration and picture."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from svc_script.asking import Fault, Wanted
from svc_script.condensing import beginning, tokens_of
from svc_script.engines.base import Beat, Look
from svc_script.look import CAST_SIZE, dress, joined, not_english, read_look, room_for
from svc_script.narrating import Rules, unit
from svc_script.prompts import language_named, prompt
from svc_script.wording import TITLE_CHARACTERS, count_words, short_title, title_fits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from svc_script.engines.base import BoardBrief

__all__ = ["Scenes"]

_PART_WORDS = 1500
"""Words that one answer is asked for at most: longer ones drift, and small models end before their end."""
_QUESTION = 1000
"""Tokens that a question takes without the text it is about."""
_WORD_TOKENS = 2
"""Tokens of a word of an answer, its share of the JSON included."""
_LINE_TOKENS = 40
"""Tokens of a given narration that are shown at least."""
_BESIDE = 2
"""Narrations before and behind those asked for that are shown where there is no room for all."""
_WISH_WORDS = 60
"""Words up to which a text says what a video is to be about, rather than being what it is made from."""
_TEXT: dict[str, Any] = {"type": "string"}


class Scenes:
    """The scenes of one storyboard: with narrations to write or given ones, with pictures or without."""

    def __init__(
        self, brief: BoardBrief, look: Look, emit: Callable[[int, Beat], None], room: int, seen: Sequence[str] = ()
    ) -> None:
        """
        look: what is given of style and cast. emit: gets every scene once, in order.
        room: tokens of material that may be shown at once, half of what the model reads.
        seen: what each piece of the brief's material shows.
        """
        self._brief, self._given, self._emit, self._seen, self._room = brief, look, emit, seen, room
        plan = brief.narration
        self._total = len(brief.lines) or plan.count
        self._rules = Rules(plan.words, plan.language)
        self._written = not brief.lines
        size = (plan.words.high if self._written else 0) + (brief.pictures.high if brief.pictures else 0)
        self.wanted: Wanted[Beat] = Wanted(
            key="scenes" if self._written else "image_prompts",
            what="writing scenes" if self._written else "describing pictures",
            request=lambda _: self._request(),
            schema=self._schema,
            total=self._total,
            tokens=60 + size * 4,
            judge=self._judge,
            settled_now=emit,
            seed=plan.seed,
            part=max(1, self._answer_words() // max(1, size)),
            heads_first=brief.pictures is not None,
        )

    def _answer_words(self) -> int:
        """Words for which a model has room behind the question."""
        shown = min(self._room, sum(map(tokens_of, self._brief.lines or (self._brief.narration.text,))))
        return min(_PART_WORDS, (2 * self._room - _QUESTION - shown) // _WORD_TOKENS)

    @property
    def title(self) -> str:
        """The title that the model wrote beside the scenes; "" when it wrote none, or one that is too long."""
        found = self.wanted.head.get("title")
        if not isinstance(found, str) or not any(char.isalnum() for char in found):
            return ""
        return short_title(found) if title_fits(found) else ""

    @property
    def look(self) -> Look:
        """Style and cast, given or found."""
        pictures = self._brief.pictures
        if not pictures:
            return self._given
        head = self.wanted.head
        return read_look(head if not self._brief.prefix else {"cast": head.get("cast")}, self._given, pictures)

    def _open(self) -> tuple[bool, bool, bool]:
        """Whether title, style and cast are still to be written."""
        first, pictures = not self.wanted.head, self._brief.pictures is not None
        titled = first and self._written and not self._brief.title
        styled = first and pictures and not (self._brief.prefix or self._given.style)
        return titled, styled, first and pictures and not self._given.cast

    def _request(self) -> str:
        brief, plan, wanted = self._brief, self._brief.narration, self.wanted
        titled, styled, casted = self._open()
        style_words, look_words, described = room_for(brief.pictures) if brief.pictures else (0, 0, "")
        look = self.look
        shared: dict[str, object] = {
            "total": self._total,
            "picture_words": described,
            "style_words": style_words if styled else "",
            "look_words": look_words if casted else "",
            "cast_size": CAST_SIZE if casted else "",
            "given_style": (brief.prefix or look.style) if brief.pictures else "",
            "given_cast": joined(look.cast) if brief.pictures else "",
            "missing": self._numbers(),
            "shape": self._shape(),
        }
        if not self._written:
            lines = self._lines()
            return prompt("pictures").fill(**shared | {"total": len(lines)}, narrations="\n".join(lines))
        settled = json.dumps(
            {str(i + 1): beat.narration for i, beat in sorted(wanted.entries.items())}, ensure_ascii=False
        )
        short = count_words(plan.text) <= _WISH_WORDS
        return prompt("storyboard").fill(
            **shared,
            wish="a topic or a wish" if short else "",
            source="" if short else "material",
            words=plan.words,
            unit=unit(plan.language),
            aim=(plan.words.low + plan.words.high) // 2,
            language=language_named(plan.language),
            style=plan.style.rstrip(". "),
            title_characters=TITLE_CHARACTERS if titled else "",
            settled=settled if wanted.entries else "",
            material=self._material(),
            text=plan.text,
        )

    def _lines(self) -> list[str]:
        """The given narrations, numbered; those in question and their neighbours, shortened, where all are too long."""
        lines = self._brief.lines
        if sum(map(tokens_of, lines)) <= self._room:
            return [f"{index + 1}. {line}" for index, line in enumerate(lines)]
        asked = self.wanted.missing
        first, end = max(0, asked[0] - _BESIDE), min(len(lines), asked[-1] + 1 + _BESIDE)
        most = max(_LINE_TOKENS, self._room // (end - first))
        return [f"{index + 1}. {beginning(lines[index], most)}" for index in range(first, end)]

    def _material(self) -> str:
        """What the scenes show, by their numbers."""
        told = {str(index + 1): text for index, text in enumerate(self._seen)}
        return json.dumps(told, ensure_ascii=False) if told else ""

    def _numbers(self) -> str:
        missing = self.wanted.missing
        return "" if len(missing) == self._total else ", ".join(str(index + 1) for index in missing)

    def _head(self) -> dict[str, Any]:
        """JSON Schema of what is to stand before the list, by name."""
        titled, styled, casted = self._open()
        member = _object({"name": _TEXT, "look": _TEXT})
        fields = {"title": (titled, _TEXT), "style": (styled, _TEXT)}
        fields["cast"] = (casted, {"type": "array", "items": member})
        return {name: schema for name, (wanted, schema) in fields.items() if wanted}

    def _entry(self) -> dict[str, Any]:
        if not self._written:
            return _TEXT
        return _object({"narration": _TEXT} | ({"image_prompt": _TEXT} if self._brief.pictures else {}))

    def _schema(self, count: int) -> dict[str, Any]:
        entries = {"type": "array", "items": self._entry(), "minItems": count, "maxItems": count}
        return _object(self._head() | {self.wanted.key: entries})

    def _shape(self) -> str:
        """The form of the answer; without example texts, which weak models copy."""
        shown = {"title": "text", "style": "text", "cast": '[{"name": text, "look": text}]'}
        fields = self._entry().get("properties", ())
        entry = "{" + ", ".join(f'"{name}": text' for name in fields) + "}" if fields else "text"
        many = len(self.wanted.missing)
        body = {name: shown[name] for name in self._head()}
        body[self.wanted.key] = f"[{entry}{f', ... {many} in all' if many > 1 else ''}]"
        return "{" + ", ".join(f'"{name}": {form}' for name, form in body.items()) + "}"

    def _judge(self, index: int, value: Any, head: dict[str, Any], last: bool) -> Beat | Fault:
        del head
        narration, drawn = self._brief.lines[index] if self._brief.lines else "", ""
        picture = self._seen[index] if self._seen else ""
        if self._written:
            told, drawn = _said(value, pictured=self._brief.pictures is not None)
            narration = self._rules.clean(told, index, last=last)
            others = {other: beat.narration for other, beat in self.wanted.entries.items()}
            if wrong := self._rules.fault(narration, index, others, last=last, alike=self.wanted.final):
                return Fault(wrong)
        if self._brief.pictures:
            told = drawn if self._written else _described(value)
            if wrong := self._unpaintable(told, last=last):
                return Fault(wrong)
            picture = dress(told, self.look, self._brief.pictures)
        return Beat(narration, picture)

    def _unpaintable(self, told: str, *, last: bool) -> str:
        """What is wrong with a description, for the model; lengths are mended by rule when they are nearly right."""
        assert self._brief.pictures
        asked, size = room_for(self._brief.pictures)[2], count_words(told)
        if not size:
            return "there is no image_prompt"
        if wrong := not_english(told):
            return f"the image_prompt {wrong}"
        slack = 0.5 if last else 0.8
        if size < asked.low * slack or (not last and size > self._brief.pictures.high):
            return f"the image_prompt has {size} words; it must have {asked}"
        return ""


def _described(value: Any) -> str:
    """The picture of an entry that is nothing else."""
    spoken, shown = _said(value, pictured=False)
    return shown or spoken


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    required = list(properties)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_LABEL = 2
"""Words up to which a text of an entry is a label ("Scene 1") rather than what is said or seen."""
_NARRATION = ("narration", "text", "voiceover", "narrationtext", "script", "line", "speech")
_PICTURE = ("imageprompt", "image", "prompt", "visual", "picture", "imagedescription", "visualprompt", "description")


def _said(value: Any, *, pictured: bool) -> tuple[str, str]:
    """
    Narration and picture of an entry, by their names; else, in an object of two texts, by what the other one is.

    pictured: an entry is both; else a text, under whatever name.
    """
    if isinstance(value, str):
        return (value, "") if not pictured else ("", "")
    if not isinstance(value, dict):
        return "", ""
    if len(value) == 1 and isinstance(inner := next(iter(value.values())), dict):
        return _said(inner, pictured=pictured)  # {"scene": {...}}
    texts = {re.sub(r"[\W_]", "", str(name).lower()): text for name, text in value.items() if isinstance(text, str)}
    spoken = next((name for name in _NARRATION if name in texts), "")
    shown = next((name for name in _PICTURE if name in texts), "")
    others = [name for name, text in texts.items() if name not in {spoken, shown} and count_words(text) > _LABEL]
    drawn = [name for name in others if re.search("prompt|image|visual|picture|画|图|絵|像", name)]
    if not spoken:
        spoken = next((name for name in others if name not in drawn), "")
    if not shown and pictured:
        rest = [name for name in drawn or others if name != spoken]
        shown = rest[0] if len(rest) == 1 else ""
    return texts.get(spoken, ""), texts.get(shown, "")
