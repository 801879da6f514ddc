"""Markdown without its signs: a script pasted from a chat or an editor is read as it looks there."""

from __future__ import annotations

import re

from svc_script.plain import IMAGE, uncommented
from svc_script.wording import ENDS, full_stop

__all__ = ["undecorated"]

_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+(\S.*)")
_HEADING_END = re.compile(r"(?<![ \t])[ \t]+#+[ \t]*$")
_ITEM = re.compile(r"[ \t]*[-*•][ \t]++(?:\[[ xX]\][ \t]++)?(.*\w.*)")
_QUOTE = re.compile(r"[ ]{0,3}>[ \t]?(.*)")
_FENCE = re.compile(r"[ ]{0,3}(?:```|~~~)[\w+-]*[ \t]*")
_ROW = re.compile(r"[ \t]*\|(.*)\|[ \t]*")
_RULE = re.compile(r"[\s|:-]*")
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(IMAGE), ""),
    (re.compile(r"\[([^\[\]\n]+)\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+\"[^\"\n]*\")?\)"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>"), r"\1"),
    (re.compile(r"(\*{2,3})(?=\S)([^*\n]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])([^\n]{0,300}?[^\s_])\1(?!\w)"), r"\2"),
    (re.compile(r"~~(?=\S)([^~\n]+?)(?<=\S)~~"), r"\1"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"\\([*_#\[\]()~`>.-])"), r"\1"),
)


def undecorated(text: str) -> str:
    """
    The text with every word of it, without the signs of headings, lists, quotes, tables, stress, links and code.

    Items of lists, and headings with text right below, end as sentences do: nothing else parts them when spoken.
    """
    lines = text.replace("\r\n", "\n").split("\n")
    made: list[str] = []
    for index, line in enumerate(lines):
        below = lines[index + 1] if index + 1 < len(lines) else ""
        made += [shown] if (shown := _line(line, below)) is not None else []
    text = uncommented("\n".join(made))
    for pattern, plain in _INLINE:
        text = pattern.sub(plain, text)
    return text


def _line(line: str, below: str) -> str | None:
    """A line as it looks; None for one that is only drawn."""
    if found := _QUOTE.fullmatch(line):
        line = found[1]
    if _FENCE.fullmatch(line):
        return None
    if found := _ROW.fullmatch(line):
        cells = [cell.strip() for cell in found[1].split("|")]
        return None if _RULE.fullmatch(found[1]) else _ended(", ".join(filter(None, cells)))
    if found := _ITEM.fullmatch(line):
        return _ended(found[1])
    if found := _HEADING.fullmatch(line):
        words = _HEADING_END.sub("", found[1]).rstrip()
        return _ended(words) if below.strip() else words
    return line


def _ended(words: str) -> str:
    bare = words.rstrip("*_~` \"'”’»)]」』")
    return words if not bare or bare[-1] in f"{ENDS}:;,，；：、" else f"{words.rstrip()}{full_stop(bare)}"
