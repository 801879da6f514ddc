"""Where in an HTML page a value stands, so that it can be written safely there."""

from __future__ import annotations

from enum import Enum, auto
from html import unescape

__all__ = ["Context", "Place", "Scanner"]

_URL_ATTRIBUTES = frozenset({"src", "srcset", "href", "xlink:href", "poster", "data", "background", "action"})
_DEAD_ATTRIBUTES = frozenset({"srcdoc", "http-equiv"})
_RAW = frozenset({"style", "script", "title", "textarea", "noscript", "xmp", "iframe", "noembed", "noframes"})
_SPACE = frozenset(" \t\n\r\f")


class Context(Enum):
    """The grammar that reads a value."""

    TEXT = auto()
    """HTML text or an attribute."""
    URL = auto()
    """An attribute that makes the browser load something."""
    CSS = auto()
    """A CSS value outside strings."""
    CSS_STRING = auto()
    """Inside a CSS string."""
    CSS_URL = auto()
    """Inside CSS url(...)."""
    NOWHERE = auto()
    """A place where no value can be written safely: names, scripts, comments."""


class Place:
    """A context, and whether an attribute's grammar lies around it."""

    __slots__ = ("context", "in_attribute")

    def __init__(self, context: Context, *, in_attribute: bool) -> None:
        self.context = context
        self.in_attribute = in_attribute


class _Css:
    """A CSS reader that knows strings, comments and url(...) (CSS Syntax Level 3, section 4)."""

    def __init__(self) -> None:
        self._state = "plain"
        self._tail = ""
        self._escaped = False

    def feed(self, text: str) -> None:
        for char in text:
            if self._escaped:
                self._escaped = False
            elif char == "\\" and self._state != "comment":
                self._escaped = True
            else:
                before = self._state
                self._step(char)
                if self._state == "comment" != before:
                    self._tail = ""  # the star that opens a comment does not close it
                    continue
            self._tail = (self._tail + char.lower())[-3:]

    def _step(self, char: str) -> None:
        state = self._state
        if state == "plain":
            self._step_plain(char)
        elif state == "comment":
            if char == "/" and self._tail.endswith("*"):
                self._state = "plain"
        elif state in {"url", "bare"}:
            if char == ")":
                self._state = "plain"
            elif state == "url" and char not in _SPACE:
                self._state = "url" + char if char in "\"'" else "bare"
        elif char == state[-1]:  # the end of a string, alone or in url(...)
            self._state = "bare" if state.startswith("url") else "plain"
        elif char == "\n":
            self._state = "plain"

    def _step_plain(self, char: str) -> None:
        if char in "\"'":
            self._state = char
        elif char == "(" and self._tail.endswith("url"):
            self._state = "url"
        elif char == "*" and self._tail.endswith("/"):
            self._state = "comment"

    def place(self) -> Context:
        if self._escaped or self._state == "comment":
            return Context.NOWHERE
        if self._state == "plain":
            return Context.CSS
        if self._state == "url":
            self._state = "bare"
        return Context.CSS_STRING if self._state in "\"'" else Context.CSS_URL


class Scanner:
    """Reads a page piece by piece; between two pieces, `place` says where the reader stands."""

    def __init__(self) -> None:
        self._state = "text"
        self._tag = ""
        self._closing = False
        self._attribute = ""
        self._tail = ""
        self._raw = ""
        self._css = _Css()

    def feed(self, text: str) -> None:
        """Read a piece of the page's own source."""
        for char in text:
            self._step(char)

    def place(self) -> Place:
        """Where a value put here would stand."""
        match self._state:
            case "text":
                context = Context.TEXT
            case "raw" if self._raw == "style":
                context = self._css.place()
            case "raw" if self._raw in {"title", "textarea"}:
                context = Context.TEXT
            case "before_value":
                self._open_value("bare")
                return Place(self._attribute_context(), in_attribute=True)
            case "dq" | "sq" | "bare":
                return Place(self._attribute_context(), in_attribute=True)
            case _:
                context = Context.NOWHERE
        return Place(context, in_attribute=False)

    def _attribute_context(self) -> Context:
        name = self._attribute
        if name == "style":
            return self._css.place()
        if name in _URL_ATTRIBUTES:
            return Context.URL
        if name.startswith("on") or name in _DEAD_ATTRIBUTES:
            return Context.NOWHERE
        return Context.TEXT

    def _open_value(self, state: str) -> None:
        self._state = state
        self._css = _Css()
        self._tail = ""

    def _step(self, char: str) -> None:
        match self._state:
            case "text":
                if char == "<":
                    self._state, self._tag, self._closing = "tag", "", False
            case "tag":
                self._step_tag(char)
            case "comment":
                self._tail = (self._tail + char)[-3:]
                if self._tail == "-->":
                    self._state = "text"
            case "raw":
                self._step_raw(char)
            case "dq" | "sq" | "bare":
                self._step_value(char)
            case _:
                self._step_attributes(char)

    def _step_tag(self, char: str) -> None:
        if char == "/" and not self._tag:
            self._closing = True
        elif char in _SPACE or char in "/>":
            self._state = "attributes" if self._tag else "text"
            self._attribute = ""
            if char == ">":
                self._end_tag()
        elif not self._tag and not (char.isascii() and (char.isalpha() or char in "!?")):
            self._state = "text"
        else:
            self._tag += char.lower()
            if self._tag == "!--":
                self._state, self._tail = "comment", ""

    def _step_attributes(self, char: str) -> None:
        if char == ">":
            self._end_tag()
        elif self._state == "before_value":
            if char in "\"'":
                self._open_value("dq" if char == '"' else "sq")
            elif char not in _SPACE:
                self._open_value("bare")
                self._step_value(char)
        elif char == "=" and self._attribute:
            self._state = "before_value"
        elif char in _SPACE:
            self._state = "after_name" if self._attribute else "attributes"
        elif char == "/":
            self._state, self._attribute = "attributes", ""
        else:
            self._attribute = char.lower() if self._state == "after_name" else self._attribute + char.lower()
            self._state = "name"

    def _step_value(self, char: str) -> None:
        ended = char == {"dq": '"', "sq": "'"}.get(self._state) or (self._state == "bare" and char in _SPACE)
        if ended:
            self._state, self._attribute = "attributes", ""
        elif self._state == "bare" and char == ">":
            self._end_tag()
        elif self._attribute == "style":
            self._feed_style_attribute(char)

    def _feed_style_attribute(self, char: str) -> None:
        """The CSS reader sees what the browser's does: character references already resolved."""
        if char == "&" or self._tail:
            self._tail += char
            if char != ";" and len(self._tail) < 10:
                return
            char, self._tail = unescape(self._tail), ""
        self._css.feed(char)

    def _step_raw(self, char: str) -> None:
        if self._raw == "style":
            self._css.feed(char)
        self._tail = (self._tail + char.lower())[-12:]
        if self._tail.endswith("</" + self._raw):
            self._state, self._tag, self._closing, self._raw = "tag", "/" + self._raw, True, ""

    def _end_tag(self) -> None:
        self._state, self._attribute = "text", ""
        if self._tag in _RAW and not self._closing:
            self._state, self._raw, self._tail = "raw", self._tag, ""
            self._css = _Css()
