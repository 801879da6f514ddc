"""Reading JSON as language models write it: with the slips that a person would not stumble over."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["values_in"]

_DECODER = json.JSONDecoder(strict=False)
_DEEPEST = 40
_TRIES, _STRICT_TRIES = 40, 1000
"""Places of a text at which something that is nearly JSON is looked for, and JSON as it should be."""
_BRACKET = re.compile(r"[{\[]")
_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/|#[^\n]*)*", re.DOTALL)
_QUOTES = {'"': '"', "'": "'", "“": '”“"', "”": '”“"', "„": '“”"', "‘": "’‘'", "’": "’'", "«": "»"}
_NAME = re.compile(r"[^\W\d]\w*")
_PLAIN = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|True|False|None")
_WORDS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None}
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_NEXT = re.compile(r"\s*(?:$|[}\]:]|,\s*(?:$|[\"'“”‘{\[}\]\d/#-]|true|false|null|None|\w+\s*:)|\n\s*[\"'“{])")
"""What stands behind a quote that ends a string, rather than one that is part of what is said."""
_NAMED = re.compile(r"\s+[\"'“][\w ]{1,40}[\"'”]\s*:")
"""As well: the next name, where the comma is missing."""


def values_in(text: str) -> list[Any]:
    """
    The objects and arrays with something in them that stand in a text, in order.

    Taken as well: trailing and missing commas, comments, single or curly quotes, quotes inside texts, names without
    quotes, Python's words, missing brackets. What is cut off at the end is left out with the entry it belongs to.
    """
    found: list[Any] = []
    at, tries = 0, 0
    while tries < _STRICT_TRIES and (bracket := _BRACKET.search(text, at)):
        start = bracket.start()
        at = start + 1
        try:
            value, at = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            value, tries = None, tries + 1
            if tries <= _TRIES:
                reader = _Loose(text, start)
                value = reader.read()
                at = reader.at if value else at
        if (isinstance(value, dict) and value) or (isinstance(value, list) and any(map(_holds, value))):
            found.append(value)
    return found


def _holds(item: Any) -> bool:
    """Whether an array with this in it can be an answer; "[1]" is a note."""
    return isinstance(item, (str, dict, list)) and bool(item)


class _NotJson(Exception):
    """What stands here is something else."""


class _Loose:
    """One value, read as far as it goes."""

    def __init__(self, text: str, at: int) -> None:
        self._text, self.at, self._cut = text, at, False

    def read(self) -> Any:
        """The value of the bracket here; None when it is none. `at` is behind it."""
        try:
            return self._value(0)
        except _NotJson:
            return None

    def _part(self, depth: int) -> Any:
        """A value inside another; where there is none, the text counts as cut off."""
        try:
            return self._value(depth + 1)
        except _NotJson:
            self._cut = True
            return None

    def _value(self, depth: int) -> Any:
        sign = self._text[self.at : self.at + 1]
        if depth > _DEEPEST:
            raise _NotJson
        if sign == "{":
            return self._object(depth)
        if sign == "[":
            return self._array(depth)
        if sign in _QUOTES and sign:
            return self._string()
        plain = _PLAIN.match(self._text, self.at)
        if not plain:
            raise _NotJson
        self.at = plain.end()
        return _WORDS[plain[0]] if plain[0] in _WORDS else float(plain[0])

    def _skip(self, signs: str) -> str:
        """Go on behind spaces, comments and these signs; the sign that stands there, "" at the end."""
        while True:
            space = _SPACE.match(self._text, self.at)
            self.at = space.end() if space else self.at
            sign = self._text[self.at : self.at + 1]
            if not sign or sign not in signs:
                return sign
            self.at += 1

    def _array(self, depth: int) -> list[Any]:
        self.at += 1
        made: list[Any] = []
        while (sign := self._skip(",")) not in {"", "]", "}"}:
            value = self._part(depth)
            if not self._cut or (value and isinstance(value, list)):
                made.append(value)
            if self._cut:
                return made
        self._close(sign, "]")
        return made

    def _object(self, depth: int) -> dict[str, Any]:
        self.at += 1
        made: dict[str, Any] = {}
        while (sign := self._skip(",")) not in {"", "]", "}"}:
            name = self._string() if sign in _QUOTES else self._bare()
            self._cut = self._cut or not name or not self._skip(":")
            value = None if self._cut else self._part(depth)
            if not self._cut or isinstance(value, (list, dict)):
                made[name] = value
            if self._cut:
                return made
        self._close(sign, "}")
        return made

    def _close(self, sign: str, own: str) -> None:
        """A bracket of the wrong kind ends what is inside the one it belongs to."""
        self._cut = not sign
        self.at += sign == own

    def _bare(self) -> str:
        """A name without quotes; "" when there is none."""
        name = _NAME.match(self._text, self.at)
        self.at = name.end() if name else self.at
        return name[0] if name and self._skip("") == ":" else ""

    def _string(self) -> str:
        ends = _QUOTES[self._text[self.at]]
        sought = re.compile(f"[{re.escape(ends)}]|\\\\")
        said: list[str] = []
        start = self.at + 1
        while found := sought.search(self._text, start):
            said.append(self._text[start : found.start()])
            start = found.end()
            if found[0] == "\\":
                start = self._escaped(start, said)
            elif _NEXT.match(self._text, start) or _NAMED.match(self._text, start):
                self.at = start
                return "".join(said)
            else:
                said.append(found[0])
        self._cut, self.at = True, len(self._text)
        return ""

    def _escaped(self, at: int, said: list[str]) -> int:
        code = re.compile(r"u([0-9a-fA-F]{4})").match(self._text, at)
        if not code:
            said.append(_ESCAPED.get(self._text[at : at + 1], self._text[at : at + 1]))
            return at + 1
        high = int(code[1], 16)
        low = re.compile(r"\\u([dD][c-fC-F][0-9a-fA-F]{2})").match(self._text, code.end())
        if 0xD800 <= high < 0xDC00 and low:
            said.append(chr(0x10000 + (high - 0xD800) * 0x400 + int(low[1], 16) - 0xDC00))
            return low.end()
        said.append("" if 0xD800 <= high < 0xE000 else chr(high))
        return code.end()
