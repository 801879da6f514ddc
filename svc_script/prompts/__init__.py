"""What language models are asked: text files with named holes and a version, filled in here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal

__all__ = ["Name", "Prompt", "language_named", "prompt"]

Name = Literal["condense", "look", "pictures", "repair", "schema", "storyboard", "system", "title"]
_HEADER = re.compile(r"# version (\d+)\n")


@dataclass(frozen=True)
class Prompt:
    """
    A prompt file: `# version N`, then text with holes named `$like_this`.

    The version grows with every change of the text; a test compares both.
    """

    name: str
    version: int
    text: str

    @property
    def holes(self) -> frozenset[str]:
        """The names to be filled in."""
        return frozenset(Template(self.text).get_identifiers())

    def fill(self, **values: object) -> str:
        """
        The text with every hole filled. A line with a hole whose value is "" is left out whole.

        Raises ValueError when a hole is left open or a value has no hole: a fault of ours.
        """
        if self.holes != values.keys():
            raise ValueError(f"prompt {self.name!r} has the holes {sorted(self.holes)}, given were {sorted(values)}")
        said = {name: str(value) for name, value in values.items()}
        lines = (Template(line) for line in self.text.splitlines())
        return "\n".join(line.substitute(said) for line in lines if all(said[name] for name in line.get_identifiers()))


@cache
def prompt(name: Name) -> Prompt:
    """The prompt of that name."""
    raw = files(__name__).joinpath(f"{name}.txt").read_text("utf-8")
    header = _HEADER.match(raw)
    if not header:
        raise ValueError(f"prompt {name!r} does not begin with '# version N'")
    return Prompt(name, int(header[1]), raw[header.end() :].strip())


def language_named(tag: str) -> str:
    """A language as a prompt names it; "": that of the text."""
    if tag:
        return f"the language with the BCP 47 tag {tag}"
    return "the language of the text between the marks (English where that is only a name)"
