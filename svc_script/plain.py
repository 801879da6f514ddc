"""The running text of what people paste: web pages, subtitles and transcripts without their marks."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from svc_script.wording import ENDS

__all__ = ["IMAGE", "plain", "uncommented", "unmarked"]

_CONTROL = re.compile(
    r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\u200b\u2060\u00ad]"
)
_ENTITY = re.compile(r"&(?:amp|quot|apos|nbsp|[lr][sd]quo|[mn]dash|hellip|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
_CUE = re.compile(r"^\s*(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->.*$")
_CUE_MARKS = re.compile(r"</?[a-zA-Z][^<>]{0,40}>|\{\\[^{}]{0,40}\}")
_STAMP = re.compile(r"^\s*[\[(]?(?:\d{1,2}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?[\])]?(?:\s+|$)")
_FROM_ZERO = re.compile(r"^\s*[\[(]?(?:0{1,2}:)?0{1,2}:\d{2}")
_LINES = 3
"""Lines with a time, or tags of a page, from which on a text is taken for a transcript, or a page."""
_LONGEST = 400
"""Characters after which a paragraph of subtitles ends, also inside a sentence."""
_TAGS = re.compile(
    r"</(?:p|div|body|html|li|ul|ol|h[1-6]|span|td|tr|table|article|section|a|b|i|em|strong|br)\s*>", re.IGNORECASE
)
_NO_TAG = re.compile(r"<(?![a-zA-Z/!?][^<>]*>)")
"""What begins like a tag and is none: the parser would look for the end of each of them in all of the text."""
_DEEPEST = 100
_BLOCKS = frozenset(
    """
    p div li ul ol h1 h2 h3 h4 h5 h6 tr table article section blockquote header main figure figcaption dd dt body pre
    """.split()
)
_UNSEEN = frozenset("script style noscript template svg nav footer form button head select".split())
IMAGE = r"!\[[^\[\]\n]*\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)"
"""An image of Markdown. What begins like one and never ends is read once, not from each of its brackets again."""
_UNSPOKEN = re.compile(
    r"^(?:```|~~~).*?^(?:```|~~~)[^\n]*$|^[ \t]*\|[^\n]*\|[ \t]*$|^[ \t]*\[[^\]\n]+\]:[ \t]*\S[^\n]*$|"
    rf"{IMAGE}|\[\^[^\[\]\n]+\]",
    re.MULTILINE | re.DOTALL,
)


_NUMBERED = re.compile(r"(?m)^([ \t]*)\d{1,2}[.)][ \t]+")


def plain(text: str) -> str:
    """
    The text without control characters, `&amp;` and its kin as what they stand for; of a web page what is seen of it,
    of subtitles what is said.

    Any other text stays as it is, Markdown too.
    """
    page = len(_TAGS.findall(text)) >= _LINES
    if not page:
        text = _ENTITY.sub(lambda found: unescape(found[0]).replace("\u00a0", " "), text)
    text = _CONTROL.sub("", text)
    lines = text.splitlines()
    if sum(bool(_CUE.match(line)) for line in lines) >= _LINES:
        return _said(lines)
    stamped = [line for line in lines if _STAMP.match(line)]
    if len(stamped) >= _LINES and _FROM_ZERO.match(stamped[0]):
        return "\n".join(_STAMP.sub("", line) for line in lines)
    if page:
        seen = _Page()
        seen.feed(_NO_TAG.sub("&lt;", uncommented(text)))
        seen.close()
        return seen.text
    return text


def _said(lines: list[str]) -> str:
    """What subtitles say, as paragraphs that end with a sentence where they can."""
    blocks = [""]
    for index, line in enumerate(lines):
        following = lines[index + 1] if index + 1 < len(lines) else ""
        number = line.strip().isdecimal() and _CUE.match(following)
        words = _CUE_MARKS.sub("", line).strip()
        if not words or number or _CUE.match(line) or words.startswith(("WEBVTT", "NOTE ")):
            continue
        if re.search(rf"[{ENDS}][\"'”’」』)]*$", blocks[-1]) or len(blocks[-1]) > _LONGEST:
            blocks.append("")
        blocks[-1] = f"{blocks[-1]} {words}".strip()
    return "\n\n".join(blocks)


class _Page(HTMLParser):
    """Collects what is seen of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._hidden: list[str] = []

    @property
    def text(self) -> str:
        """Blocks between empty lines, each on one line."""
        blocks = "".join(self._pieces).split("\n\n")
        return "\n\n".join(line for block in blocks if (line := " ".join(block.split())))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _UNSEEN and len(self._hidden) < _DEEPEST:
            self._hidden.append(tag)
        self._pieces.append("\n\n" if tag in _BLOCKS else "\n" if tag == "br" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            del self._hidden[self._hidden.index(tag) :]
        self._pieces.append("\n\n" if tag in _BLOCKS else "")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._pieces.append(re.sub(r"\n\s*\n", "\n", data))


def uncommented(text: str) -> str:
    """The text without comments of HTML."""
    kept: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def unmarked(text: str) -> str:
    """Markdown without what nobody reads aloud: code, tables, images, notes; items of lists as paragraphs."""
    text = _UNSPOKEN.sub("", uncommented(text))
    text = re.sub(r"(?m)^[ \t]*>[ \t]?", "", text)
    if len(_NUMBERED.findall(text)) > 1:  # a single one may be a date: "7. April"
        text = _NUMBERED.sub(r"\1- ", text)
    return re.sub(r"(?m)^([ \t]*[-*•+][ \t]+)", r"\n\n\1", text)
