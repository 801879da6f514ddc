"""What words and drawings mean to us, read from the TOML files of this folder."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from svc_media.art.words import stem

__all__ = ["digest", "lexicon", "own_drawings", "people_words"]


def _text(name: str) -> str:
    return files("svc_media.art").joinpath(name).read_text("utf-8")


@cache
def lexicon() -> dict[str, Any]:
    """The tables of lexicon.toml: exclude, include, panels, half_figures, heads, words."""
    return tomllib.loads(_text("lexicon.toml"))


def own_drawings() -> dict[str, str]:
    """By name, the insides of the <svg> elements drawn here because the art pack lacks them, on a 32 by 32 field."""
    folder = files("svc_media.art").joinpath("drawings")
    whole = {
        one.name.removesuffix(".svg"): one.read_text("utf-8") for one in folder.iterdir() if one.name[-4:] == ".svg"
    }
    return {name: text[text.index(">") + 1 : text.rindex("</svg>")].strip() for name, text in sorted(whole.items())}


@cache
def digest() -> str:
    """Changes with the lexicon, the word lists and our own drawings."""
    known = (_text("lexicon.toml"), _text("words.toml"), *(part for pair in own_drawings().items() for part in pair))
    return hashlib.sha256("".join(known).encode()).hexdigest()


@cache
def people_words() -> dict[str, Any]:
    """The tables of people.toml: sets of stems for its lists, words by stem for creature and trades."""
    tables = tomllib.loads(_text("people.toml"))
    crowd = frozenset(tables["crowd"].split())  # a student is not a crowd, students are
    for name, value in tables.items():
        if isinstance(value, str):
            tables[name] = frozenset(form for word in value.split() for form in (word, stem(word)))
    tables["crowd"] = crowd
    for name in ("creature", "trades"):
        tables[name] = {stem(word): drawing for word, drawing in tables[name].items()}
    return tables
