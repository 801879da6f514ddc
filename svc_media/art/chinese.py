"""Chinese text as the English words that say what it is about."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

__all__ = ["in_english", "is_chinese"]

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


@cache
def _words() -> tuple[dict[str, str], int, dict[int, str]]:
    """English by Chinese word ("" for those that say nothing), the longest word's length, simplified by traditional."""
    tables: dict[str, str] = tomllib.loads(files("svc_media.art").joinpath("chinese.toml").read_text("utf-8"))
    meant = dict.fromkeys(tables["silent"].split(), "")
    for entry in filter(None, (entry.strip() for entry in re.split(r"[,\n]", tables["words"]))):
        word, _, english = entry.partition("=")
        meant[word] = english
    simplified = {ord(pair[0]): pair[1] for pair in tables["traditional"].split()}
    return meant, max(map(len, meant)), simplified


def is_chinese(text: str) -> bool:
    """True when most letters are Chinese and none is Japanese or Korean."""
    if re.search(r"[\u3040-\u30ff\uac00-\ud7af]", text):
        return False
    han = sum(len(run) for run in _RUN.findall(text))
    return han > 0 and han >= 0.5 * sum(char.isalpha() for char in text)


def in_english(text: str) -> str:
    """
    The words of a Chinese text that we know, in English and in its order; "" when there are none.

    At each place the longest known word is taken (maximum matching, Liu and Liang 1986).
    """
    meant, longest, simplified = _words()
    found: list[str] = []
    for run in _RUN.findall(text.translate(simplified)):
        place = 0
        while place < len(run):
            size = next((n for n in range(min(longest, len(run) - place), 0, -1) if run[place : place + n] in meant), 0)
            if size and meant[run[place : place + size]]:
                found.append(meant[run[place : place + size]])
            place += size or 1
    return ", ".join(dict.fromkeys(found))
