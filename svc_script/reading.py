"""Reading what a language model answered: JSON as asked, JSON nearly as asked, or a list in prose."""

from __future__ import annotations

import json
import re
from typing import Any

from svc_script.loose import values_in
from svc_script.thinking import without_thinking

__all__ = ["Entries", "read_entries", "read_object", "read_text"]

_DECODER = json.JSONDecoder(strict=False)
_FENCE = re.compile(r"```[a-zA-Z0-9]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_NUMBERED = re.compile(r"^\s*(?:\*\*)?(?:\d{1,2}[.)、:]|[-*•])\s+(.+?)\s*$", re.MULTILINE)
_INSIDE = 4
"""Levels of an answer at which its list is looked for: tools and wrappers put theirs around it."""
_SCHEMA_WORDS = frozenset({"required", "enum", "anyOf", "oneOf", "allOf", "prefixItems"})


def _unfenced(answer: str) -> str:
    text = without_thinking(answer)
    blocks = [block for block in _FENCE.findall(text) if re.search(r"[{\[]", block)]
    return (blocks[0] if blocks else text).strip()


def _values(answer: str) -> list[Any]:
    """The JSON in an answer, the last first: what a model corrects comes after what it corrects."""
    return values_in(without_thinking(answer))[::-1]


def _listed(value: Any) -> list[Any] | None:
    """A list of entries, also one written as an object by number or name ("scene_1"); None when it is none."""
    if isinstance(value, list):
        inner: Any = value[0] if len(value) == 1 else None
        return inner if isinstance(inner, list) else value
    if not isinstance(value, dict):
        return None
    if value and all(re.search(r"\d$", str(name)) for name in value):
        return list(value.values())
    return [value] if _is_entry(value) else None


def _is_entry(value: Any) -> bool:
    return isinstance(value, dict) and any(str(name).lower() == "narration" for name in value)


def _under(value: Any, key: str, deep: int = _INSIDE) -> tuple[dict[str, Any], list[Any]] | None:
    """The list under a key, at any level, and the object it stands in."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        value = next(iter(values_in(value)), None)
    if isinstance(value, dict):
        for name, item in value.items():
            if str(name).strip().lower() == key and (found := _listed(item)):
                return value, found
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in inner if deep else ():
        if found := _under(item, key, deep - 1):
            beside = (
                {name: other for name, other in value.items() if other is not item} if isinstance(value, dict) else {}
            )
            return beside | found[0], found[1]
    return None


def _otherwise(values: list[Any]) -> tuple[dict[str, Any], list[Any]] | None:
    """The entries of an answer that gives its list another name, or none."""
    if len(values) > 1 and all(_is_entry(value) for value in values):
        return {}, values[::-1]  # a line for each
    for value in values:
        if isinstance(value, list):
            if len(value) > 1 and any(map(_is_entry, value)):
                value = [item for item in value if _is_entry(item)]  # noqa: PLW2901 - without the title's object
            return {}, _listed(value) or value
        if not isinstance(value, dict):
            continue
        lists = [(name, item) for name, item in value.items() if isinstance(item, list) and item]
        for name, item in lists:
            if name != "cast" and name not in _SCHEMA_WORDS:
                return value, item
        numbered = [item for name, item in value.items() if re.search(r"\d$", str(name))]
        if numbered or _is_entry(value):
            return value, numbered or [value]
    return None


def read_entries(answer: str, key: str) -> tuple[dict[str, Any], list[Any]]:
    """
    What stands beside the list (title, style, ... in small letters) and the entries of the list named `key`.

    Entries are texts or objects. Without JSON the items of a numbered or bulleted list; none when there is nothing
    of the kind.
    """
    values = _values(answer)
    found = next((found for value in values if (found := _under(value, key))), None) or _otherwise(values)
    if not found:
        return {}, [] if values else _NUMBERED.findall(_unfenced(answer))
    head, entries = found
    beside = {str(name).strip().lower(): item for name, item in head.items() if item is not entries}
    return {name: item for name, item in beside.items() if name != key}, entries


def read_object(answer: str) -> dict[str, Any]:
    """The JSON object of an answer; empty when there is none."""
    for value in _values(answer):
        item: Any = value[0] if isinstance(value, list) else value
        if isinstance(item, dict) and item:
            return item
    return {}


def read_text(answer: str, *names: str) -> str:
    """The text under one of the names, else the only text of the object, else what is no JSON at all as it is."""
    value = read_object(answer)
    texts = {name.lower(): item for name, item in value.items() if isinstance(item, str)}
    for name in names:
        if texts.get(name):
            return texts[name]
    if texts:
        return next(iter(texts.values()))
    plain = _unfenced(answer)
    return "" if value or re.match(r"[{\[]", plain) else plain


class Entries:
    """Reads the entries of one list out of JSON that is still being written."""

    def __init__(self, key: str) -> None:
        """key: name of the list."""
        self._start = re.compile(rf'"{re.escape(key)}"\s*:\s*\[', re.IGNORECASE)
        self._text = ""
        self._at = -1
        self.head: dict[str, Any] = {}
        """What stood before the list, once the list has begun."""

    @property
    def begun(self) -> bool:
        """The list has begun."""
        return self._at >= 0

    def feed(self, piece: str) -> list[Any]:
        """The entries that this piece completes, in order."""
        self._text += piece
        if not self.begun and not self._begin():
            return []
        found: list[Any] = []
        while True:
            self._skip()
            if self._text[self._at : self._at + 1] in {"", "]"}:
                return found
            try:
                value, self._at = _DECODER.raw_decode(self._text, self._at)
            except ValueError:
                return found
            found.append(value)

    def _begin(self) -> bool:
        match = self._start.search(self._text)
        if match:
            before = self._text[: match.start()]
            self._at = match.end()
            for brace in re.finditer("{", before):  # the one that opens the object around the list
                try:
                    head = json.loads(before[brace.start() :].rstrip().rstrip(",") + "}", strict=False)
                except ValueError:
                    continue
                self.head = {str(name).strip().lower(): item for name, item in head.items()}
                break
        return match is not None

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in " \t\r\n,":
            self._at += 1
