"""How English says addresses of the web and names of files: dots, slashes and endings in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["address_said", "addresses"]

_ENDINGS = (
    "com|org|net|edu|gov|info|app|dev|io|ai|co|tv|uk|eu|ca|au|de|fr|es|nl|jp|cn|tech|store|online|xyz|"
    "js|ts|py|rs|md|txt|csv|json|yaml|yml|toml|html|css|xml|pdf|zip|exe|png|jpg|jpeg|gif|svg|mp3|mp4|wav|docx|xlsx"
)
"""Of sites and files, without those that are words: a full stop without a space after it is more often the case."""
_NAME = re.compile(
    rf"(?<![\w@./:])(?:[A-Za-z0-9][\w-]*\.)+(?:{_ENDINGS})(?:/[\w./-]*\w)?/?(?![\w@]|\.\w)"
    r"|(?<![\w@./:])(?:[A-Za-z0-9][\w-]*\.)+[a-z]{2,6}/[\w./-]*\w"
    r"|(?<![\w.])\.(?:NET|env|gitignore|json|html|css|csv|pdf|txt|py|js)\b"
)
_SAID_AS_WORDS = frozenset({"com", "org", "net", "gov", "info", "app", "dev", "tech", "store", "online", "json", "zip"})


def addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Sites without "https://" and names of files."""
    for match in _NAME.finditer(text):
        yield match.start(), match.end(), address_said(match[0])


def address_said(address: str) -> str:
    """An address in words: "example.co/a" is "example dot CO slash a"; endings that are no words as letters."""
    plain = re.sub(r"^\w+://", "", address).rstrip("/")
    plain = re.sub(r"^www\.", "W W W.", plain)
    host, slash, path = plain.partition("/")
    *names, ending = host.split(".")
    if names and len(ending) <= 4 and ending.isalpha() and ending not in _SAID_AS_WORDS:
        ending = ending.upper()
    said = ".".join([*names, ending]) + slash + path
    return " ".join(said.replace(".", " dot ").replace("/", " slash ").split())
