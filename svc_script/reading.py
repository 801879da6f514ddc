"""Reading what a language model answered: JSON as asked, JSON nearly as asked, or a list in prose."""

from __future__ import annotations

import json
import re
from typing import Any

from svc_script.thinking import without_thinking

__all__ = ["Entries", "read_entries", "read_object", "read_text"]

_DECODER = json.JSONDecoder(strict=False)
_FENCE = re.compile(r"```[a-zA-Z0-9]*[ \t]*\n?(.*?)(?:```|\Z)", re.DOTALL)
_NUMBERED = re.compile(r"^\s*(?:\*\*)?(?:\d{1,2}[.)、:]|[-*•])\s+(.+?)\s*$", re.MULTILINE)


def _unfenced(answer: str) -> str:
    text = without_thinking(answer)
    blocks = [block for block in _FENCE.findall(text) if re.search(r"[{\[]", block)]
    return (blocks[0] if blocks else text).strip()


def _json_in(answer: str) -> Any:
    """The first JSON object or array with something in it inside an answer, mended where need be; or None."""
    text = _unfenced(answer)
    for start in (match.start() for match in re.finditer(r"[{\[]", text)):
        for mend in (_as_is, _mended):
            value = mend(text[start:])
            if isinstance(value, (dict, list)) and value:
                return value
    return None


def _as_is(text: str) -> Any:
    try:
        return _DECODER.raw_decode(text)[0]
    except ValueError:
        return None


def _mended(text: str) -> Any:
    """JSON with trailing commas, comments, Python's words or curly quotes around names."""
    plain = re.sub(r"[“”](?=\s*[:,}\]])|(?<=[{,\[:])(\s*)[“”]", r'\1"', text)
    plain = re.sub(r"(?m)^\s*//.*$", "", plain)
    plain = re.sub(r",(\s*[}\]])", r"\1", plain)
    plain = re.sub(r"([{,]\s*)'([A-Za-z_]+)'\s*:\s*", r'\1"\2": ', plain)
    plain = re.sub(r"([{,]\s*)([A-Za-z_]+)\s*:(?=\s*[\"\[{])", r'\1"\2":', plain)
    plain = re.sub(r":\s*None\b", ": null", plain)
    return _as_is(plain)


def _find(value: Any, key: str) -> tuple[dict[str, Any], list[Any] | None]:
    """The list under a key, else the only other list, one level down too; and the object it stands in."""
    if isinstance(value, list):
        return {}, value
    if not isinstance(value, dict):
        return {}, None
    if isinstance(value.get(key), list):
        return value, value[key]
    for inner in value.values():
        if isinstance(inner, dict) and isinstance(inner.get(key), list):
            return inner, inner[key]
    lists = [item for name, item in value.items() if isinstance(item, list) and name != "cast" and item]
    if lists:
        return value, lists[0]
    return value, [item for name, item in value.items() if re.search(r"\d$", name)] or None  # scene_1, scene_2, ...


def read_entries(answer: str, key: str) -> tuple[dict[str, Any], list[Any]]:
    """
    What stands beside the list (title, style, ...) and the entries of the list named `key`, as texts or objects.

    Without JSON the items of a numbered or bulleted list; no entries when there is nothing of the kind.
    """
    value = _json_in(answer)
    head, found = _find(value, key)
    if found is not None:
        return {name: item for name, item in head.items() if item is not found}, found
    return {}, _NUMBERED.findall(_unfenced(answer)) if value is None else []


def read_object(answer: str) -> dict[str, Any]:
    """The JSON object of an answer; empty when there is none."""
    value = _json_in(answer)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        value = value[0]
    return value if isinstance(value, dict) else {}


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
        self._start = re.compile(rf'"{re.escape(key)}"\s*:\s*\[')
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
                self.head = head if isinstance(head, dict) else {}
                break
        return match is not None

    def _skip(self) -> None:
        while self._at < len(self._text) and self._text[self._at] in " \t\r\n,":
            self._at += 1
