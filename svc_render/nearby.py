"""Files that lie beside a template and that it names: pictures, fonts and stylesheets, and nothing else of the disk."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

__all__ = ["Beside", "NearFile", "look_beside"]

_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
    ".css": "text/css; charset=utf-8",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
}
_MOST_BYTES = 32_000_000
_MOST_FILES = 100
_LOADED_LINKS = frozenset({"stylesheet", "preload", "icon", "shortcut"})
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_NAME = re.compile(
    r"(?:url\(\s*|@import\s*)\"([^\"\n]*)\"|(?:url\(\s*|@import\s*)'([^'\n]*)'|url\(\s*([^\"'()\s][^()\s]*)\s*\)", re.I
)
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:|//", re.IGNORECASE)


@dataclass(frozen=True)
class NearFile:
    """What a page gets for the address of such a file."""

    data: bytes
    media_type: str


@dataclass(frozen=True)
class Beside:
    """What a template names besides itself."""

    found: Mapping[str, tuple[Path, str]] = field(default_factory=dict[str, "tuple[Path, str]"])
    """Place under the template's folder, with "/": the file and the sha256 of what it holds."""
    missing: tuple[str, ...] = ()
    """Names of files that are not there, not in the folder, or not of a kind that pages get."""
    elsewhere: tuple[str, ...] = ()
    """Addresses on the network, which no page reaches."""
    scripts: bool = False
    watched: tuple[Path, ...] = ()
    """Files whose change changes this answer."""

    @property
    def fingerprint(self) -> str:
        """Changes when a named file changes, appears or goes; "" when the template names none."""
        return "".join(f"{name}\0{digest}\0" for name, (_, digest) in sorted(self.found.items()))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the page will lack, for people; the same every time."""
        said: list[str] = []
        if self.elsewhere:
            said.append(
                f"Pages load nothing from the network; the template names {_listed(self.elsewhere)}. "
                "Save such files beside it and name them there."
            )
        if self.missing:
            said.append(
                f"The template names {_listed(self.missing)}: no picture, font or stylesheet of that name lies in its "
                "folder, so it was left out."
            )
        if self.scripts:
            said.append("The template has scripts; pages are drawn without running any.")
        return tuple(said)

    def read(self) -> tuple[dict[str, NearFile], bool]:
        """The files by place, and whether they are still what was found."""
        files: dict[str, NearFile] = {}
        same = True
        for name, (path, digest) in self.found.items():
            try:
                data = path.read_bytes()
            except OSError:
                same = False
                continue
            same = same and hashlib.sha256(data).hexdigest() == digest
            files[name] = NearFile(data, _TYPES[path.suffix.lower()])
        return files, same


def look_beside(page: str, folder: Path, *, also: Iterable[str] = ()) -> Beside:
    """
    Find what a page names, and what its stylesheets name.

    folder: where the page lies; nothing outside of it is found, nor what a link leads out to, nor hidden files.
    also: names that stand as defaults where the page loads something.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    unread = [("", name) for name in (*reader.names, *(name for name in also if not _SCHEME.match(name)))]
    root = folder.resolve()
    found: dict[str, tuple[Path, str]] = {}
    watched: dict[Path, None] = {}
    missing: dict[str, None] = {}
    elsewhere: dict[str, None] = {}
    while unread:
        base, name = unread.pop(0)
        if not name or name.startswith("#") or "{{" in name or name.lower().startswith("data:"):
            continue
        if _SCHEME.match(name):
            elsewhere[name] = None
            continue
        place = _place(base, name)
        if place in found:
            continue
        path = folder / place if place else None
        if path:
            watched[path] = None
        data = _read(path, root) if path and len(found) < _MOST_FILES else None
        if path is None or data is None:
            missing[name] = None
            continue
        found[place] = (path, hashlib.sha256(data).hexdigest())
        if path.suffix.lower() == ".css":
            unread += [(place.rpartition("/")[0], other) for other in _named_in(data.decode("utf-8", "replace"))]
    return Beside(found, tuple(missing), tuple(elsewhere), reader.scripts, tuple(watched))


def _place(base: str, name: str) -> str:
    """Where a relative address leads, from the page's folder; "" when out of it or to something hidden."""
    path = unquote(re.split(r"[?#]", name, maxsplit=1)[0]).replace("\\", "/")
    if path.startswith("/") or any(ord(char) < 32 for char in path):
        return ""
    parts: list[str] = [part for part in base.split("/") if part]
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part.startswith(".") and part != ".":
            return ""
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _read(path: Path, root: Path) -> bytes | None:
    """What a file holds; None when pages do not get it."""
    try:
        real = path.resolve(strict=True)
        if not real.is_relative_to(root) or any(part.startswith(".") for part in real.relative_to(root).parts):
            return None
        known = {path.suffix.lower(), real.suffix.lower()} <= _TYPES.keys()
        if not known or not real.is_file() or real.stat().st_size > _MOST_BYTES:
            return None
        return real.read_bytes()
    except (OSError, ValueError):
        return None


def _named_in(css: str) -> list[str]:
    return ["".join(found).strip() for found in _CSS_NAME.findall(_CSS_COMMENT.sub(" ", css))]


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(repr(name if len(name) <= 120 else name[:120] + "…") for name in names[:8])
    return shown + (f" and {len(names) - 8} more" if len(names) > 8 else "")


class _Reader(HTMLParser):
    """Collects the addresses of what a page loads, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.scripts = False
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        self._in_style = tag == "style"
        self.names += _named_in(facts.get("style", ""))
        if tag == "script":
            self.scripts = True
            src = facts.get("src", "")
            self.names += [src] if _SCHEME.match(src) else []
            return
        loads = tag in {"image", "use", "feimage"} or (
            tag == "link" and not _LOADED_LINKS.isdisjoint(facts.get("rel", "").lower().split())
        )
        for name in ("src", "poster", "background", "data", *(("href", "xlink:href") if loads else ())):
            self.names.append(facts.get(name, "").strip())
        for choice in facts.get("srcset", "").split(", "):
            self.names.append(choice.strip().partition(" ")[0])

    def handle_endtag(self, tag: str) -> None:
        self._in_style = self._in_style and tag != "style"

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.names += _named_in(data)
