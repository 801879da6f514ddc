"""What language models are asked: text files with named holes and a version, filled in here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template
from typing import Literal

from pixelle.text.tags import primary

__all__ = ["Name", "Prompt", "language_named", "prompt"]

Name = Literal["condense", "look", "pictures", "repair", "schema", "storyboard", "system", "title"]
_HEADER = re.compile(r"# version (\d+)\n")
_NAMES: dict[str, str] = dict(
    re.findall(
        r"(\w+)=(\w+)",
        """
    af=Afrikaans ar=Arabic bg=Bulgarian bn=Bengali bs=Bosnian ca=Catalan cs=Czech da=Danish de=German el=Greek
    en=English es=Spanish et=Estonian fa=Persian fi=Finnish fr=French gl=Galician he=Hebrew hi=Hindi hr=Croatian
    hu=Hungarian id=Indonesian it=Italian ja=Japanese ka=Georgian kk=Kazakh km=Khmer ko=Korean lo=Lao
    lt=Lithuanian lv=Latvian mk=Macedonian mr=Marathi ms=Malay my=Burmese nb=Norwegian ne=Nepali nl=Dutch
    no=Norwegian pl=Polish pt=Portuguese ro=Romanian ru=Russian sk=Slovak sl=Slovenian sq=Albanian sr=Serbian
    sv=Swedish sw=Swahili ta=Tamil te=Telugu th=Thai tl=Filipino tr=Turkish uk=Ukrainian ur=Urdu uz=Uzbek
    vi=Vietnamese yue=Cantonese zh=Chinese
    """,
    )
)
"""English names of languages: small models know those better than tags."""
_TRADITIONAL = re.compile(r"[-_](?:hant|tw|hk|mo)\b", re.IGNORECASE)


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
        name = _NAMES.get(primary(tag), "the language")
        traditional = name == "Chinese" and _TRADITIONAL.search(tag)
        return f"{name}{' in traditional characters' if traditional else ''} (BCP 47 tag {tag})"
    return "the language of the text between the marks (English where that is only a name)"
