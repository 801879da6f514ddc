"""The templates of this installation: built-in ones, and a user's own that override them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import structlog

from pixelle.runtime.errors import InvalidArgument, nearest
from svc_render.template import Template, parse

__all__ = ["BUILT_IN", "Catalog", "base_style"]

BUILT_IN = Path(__file__).parent / "templates"
"""Folder of the templates that come with the service."""

_log = structlog.get_logger("svc_render.catalog")
_SIZE = re.compile(r"([1-9]\d{1,4})x([1-9]\d{1,4})")
_PREFERRED = "1080x1920"
_MAX_BYTES = 2_000_000


class Catalog:
    """Finds, reads and remembers templates; a changed file is read again."""

    def __init__(self, own: Path, *, default: str) -> None:
        """own: folder of the user's templates. default: key used when a request names none."""
        self._roots = (own, BUILT_IN)
        self._default = default
        self._read: dict[Path, tuple[list[tuple[int, int]], Template]] = {}

    def get(self, key: str) -> Template:
        """
        The template for a key: "1080x1920/image_default.html", the same without ".html", or only its name.

        Raises InvalidArgument (TEMPLATE_INVALID, or TEMPLATE_UNKNOWN with the nearest known key).
        """
        size, name = _split(key or self._default)
        files = self._files()
        full = f"{size}/{name}" if size else next((known for known in files if known.endswith("/" + name)), "")
        if full not in files:
            meant = full or f"{_split(self._default)[0]}/{name}"
            raise InvalidArgument(
                f"There is no template {key or self._default!r}.{nearest(meant, files)}",
                reason="TEMPLATE_UNKNOWN",
            )
        return self._load(full, files[full])

    def all(self) -> list[Template]:
        """Every usable template, sorted by key; a broken one is logged and left out."""
        found: list[Template] = []
        for key, path in sorted(self._files().items()):
            try:
                found.append(self._load(key, path))
            except InvalidArgument as error:
                _log.warning("template_left_out", template=key, reason=error.message)
        return found

    def _files(self) -> dict[str, Path]:
        """Key to file, the preferred size first."""
        found: dict[str, Path] = {}
        for root in self._roots:
            for path in root.glob("*/*.html"):
                if not _SIZE.fullmatch(path.parent.name) or not path.is_file():  # editors leave links that lead nowhere
                    continue
                if path.resolve().is_relative_to(root.resolve()):
                    found.setdefault(f"{path.parent.name}/{path.name}", path)
        return dict(sorted(found.items(), key=lambda item: (not item[0].startswith(_PREFERRED), item[0])))

    def _load(self, key: str, path: Path) -> Template:
        known = self._read.get(path)
        if known and known[0] == _stamps(path, known[1]):
            return known[1]
        width, height = _page_size(key)
        custom = path.is_relative_to(self._roots[0])
        template = parse(
            _source(key, path),
            key=key,
            width=width,
            height=height,
            custom=custom,
            base=base_style(),
            folder=path.parent if custom else None,
        )
        self._read[path] = (_stamps(path, template), template)
        return template


@cache
def base_style() -> str:
    """The CSS that stands before the styles of every page."""
    css = re.sub(r"/\*.*?\*/", "", (BUILT_IN / "base.css").read_text(), flags=re.DOTALL)
    return re.sub(r"\s*([{};:,])\s+", r"\1", css).strip()


def _source(key: str, path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size <= _MAX_BYTES:
            return path.read_bytes()
    except OSError as error:
        raise InvalidArgument(
            f"The template {key!r} cannot be read: {error.strerror}. Let the service's user read it.",
            reason="TEMPLATE_INVALID",
        ) from error
    raise InvalidArgument(
        f"The template {key!r} has {size} bytes; the most is {_MAX_BYTES}.", reason="TEMPLATE_INVALID"
    )


def _stamps(path: Path, template: Template) -> list[tuple[int, int]]:
    """When the files of a template were written, and their sizes in bytes; zeros for one that is not there."""
    stamps: list[tuple[int, int]] = []
    for part in (path, *template.beside.watched):
        try:
            facts = part.stat()
            stamps.append((facts.st_mtime_ns, facts.st_size))
        except (OSError, ValueError):
            stamps.append((0, 0))
    return stamps


def _split(key: str) -> tuple[str, str]:
    """Folder ("" when none is named) and file name of a key."""
    plain = key.removeprefix("data/").removeprefix("templates/")
    size, _, name = plain.rpartition("/")
    odd = any(ord(char) < 32 or char in "\\:" for char in key) or name.startswith(".")
    if odd or not name or len(key) > 200 or (size and not _SIZE.fullmatch(size)):
        raise InvalidArgument(
            f"{key[:200]!r} is not a template key. A key looks like '1080x1920/image_default.html'.",
            reason="TEMPLATE_INVALID",
        )
    return size, name if name.endswith(".html") else name + ".html"


def _page_size(key: str) -> tuple[int, int]:
    """Page size in pixels from the folder's name."""
    found = _SIZE.match(key)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if width % 2 or height % 2:
        raise InvalidArgument(
            f"The template {key!r} has an odd page size; H.264 video in 4:2:0 needs even numbers.",
            reason="TEMPLATE_INVALID",
        )
    if not (256 <= width <= 2160 and 256 <= height <= 2160):
        raise InvalidArgument(
            f"The template {key!r} is {width}x{height} pixels; width and height must be 256 to 2160.",
            reason="TEMPLATE_INVALID",
        )
    return width, height
