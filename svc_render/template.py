"""The template language: an HTML page with {{name:type=default}} placeholders."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pixelle.runtime.errors import InvalidArgument, nearest
from svc_render.contexts import Context, Place, Scanner
from svc_render.nearby import Beside, look_beside
from svc_render.values import ParamKind, checked, written

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from svc_render.spoken import CaptionKind

__all__ = ["PRESETS", "Param", "Template", "TemplateMediaKind", "parse"]

PRESETS = frozenset({"title", "text", "image", "index", "count"})
"""Names that the request itself fills."""

TemplateMediaKind = Literal["static", "image", "video"]

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PLACEHOLDER = re.compile(
    r"\{\{\s*(?P<name>" + _NAME + r")\s*(?::\s*(?P<kind>[a-z]+)\s*)?(?P<default>=.*?)?\s*\}\}", re.DOTALL
)
_DOCTYPE = re.compile(r"<!doctype[^>]*>", re.IGNORECASE)
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(name|content)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_LOADING = frozenset({Context.URL, Context.CSS_URL})
_SOFT = "_soft"
_EMPTY: dict[ParamKind, str] = {"text": "", "number": "0", "color": "#000000", "bool": "false"}


@dataclass(frozen=True)
class Param:
    """A value that callers may set."""

    name: str
    kind: ParamKind
    default: str
    bare: bool = False
    """Neither a type nor a default was said."""

    @property
    def label(self) -> str:
        """Name for people."""
        return self.name.replace("_", " ").strip().capitalize()


@dataclass(frozen=True)
class _Blank:
    """A placeholder: whose value stands there, and in which grammar."""

    name: str
    default: str | None
    place: Place
    soft: bool = False
    """The small copy of the picture in `name` is loaded there, not the picture."""

    @property
    def key(self) -> str:
        """Under which its value is found."""
        return self.name + _SOFT if self.soft else self.name


@dataclass(frozen=True)
class Template:
    """A parsed template."""

    key: str
    width: int
    height: int
    media: TemplateMediaKind
    media_width: int
    media_height: int
    params: tuple[Param, ...]
    word_captions: bool
    """The page says how a spoken word is marked."""
    custom: bool
    sha256: str
    """Of all that the page is made of: the file, the base style and the files it names."""
    literals: tuple[str, ...]
    """The page's own text, around the blanks: one more than there are blanks."""
    blanks: tuple[_Blank, ...]
    beside: Beside = field(default_factory=Beside)

    @property
    def name(self) -> str:
        """File name without folder."""
        return self.key.rpartition("/")[2]

    @property
    def display_name(self) -> str:
        """Name for people."""
        stem = self.name.removesuffix(".html").removeprefix(f"{self.media}_")
        return stem.replace("_", " ").strip().capitalize()

    def values(self, given: Mapping[str, str]) -> dict[str, str]:
        """
        The values that a caller gave, checked, in plain form.

        Raises InvalidArgument (PARAM_UNKNOWN, PARAM_INVALID).
        """
        known = {param.name: param for param in self.params}
        for name in given:
            if name in PRESETS:
                raise InvalidArgument(
                    f"template_params[{name!r}] is set by the request's own field {name!r}. Leave it out here.",
                    reason="PARAM_UNKNOWN",
                    details={"param": name},
                )
            if name not in known:
                raise InvalidArgument(
                    f"The template {self.key!r} has no parameter {name!r}.{nearest(name, known)}",
                    reason="PARAM_UNKNOWN",
                    details={"param": name},
                )
        return {name: checked(name, known[name].kind, value) for name, value in given.items()}

    def soft(self, name: str) -> bool:
        """True when the page also shows the picture in `name` small and out of focus, as {{<name>_soft}}."""
        return any(blank.soft and blank.name == name for blank in self.blanks)

    def loads(self, name: str) -> bool:
        """True when the value of `name` is a picture the page loads."""
        return any(blank.name == name and blank.place.context in _LOADING for blank in self.blanks)

    def names(self, name: str) -> bool:
        """True when the value of `name` stands somewhere in the page."""
        return any(blank.name == name for blank in self.blanks)

    @property
    def shows_text(self) -> bool:
        """The scene's text stands in the page itself, where captions can replace it."""
        return any(_is_shown_text(blank) for blank in self.blanks)

    @property
    def captions(self) -> frozenset[CaptionKind]:
        """Captions it can show."""
        if not self.shows_text:
            return frozenset()
        return frozenset({"line", "word"} if self.word_captions else {"line"})

    def fill(self, values: Mapping[str, str], *, served: Collection[str], mark: str = "") -> str:
        """
        The page with every placeholder replaced, in one pass: values are never read as templates.

        values: by name, presets included; what is not there stands as its default. served: the URLs that we answer.
        mark: letters and digits that stand where the page shows the scene's text, for a script to find; "": the text.
        """
        defaults = {param.name: param.default for param in self.params}
        parts = [self.literals[0]]
        for blank, literal in zip(self.blanks, self.literals[1:], strict=True):
            default = blank.default if blank.default is not None else defaults.get(blank.key, "")
            value = mark if mark and _is_shown_text(blank) else values.get(blank.key, default)
            parts += (written(value, blank.place, trusted=value == default, served=value in served), literal)
        return "".join(parts)


def _is_shown_text(blank: _Blank) -> bool:
    return blank.name == "text" and blank.place.context is Context.TEXT and not blank.place.in_attribute


def parse(
    source: bytes, *, key: str, width: int, height: int, custom: bool, base: str = "", folder: Path | None = None
) -> Template:
    """
    Read a template.

    base: CSS that stands before the page's own styles. folder: where the files lie that the page names.
    key: "<W>x<H>/<name>.html"; the name's prefix (static_, image_, video_) tells the media.
    Raises InvalidArgument (TEMPLATE_INVALID).
    """
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidArgument(f"The template {key!r} is not UTF-8 text.", reason="TEMPLATE_INVALID") from error
    own = text
    if base:  # before the doctype it would switch the browser to its old ways
        start = _DOCTYPE.search(text)
        cut = start.end() if start else 0
        text = f"{text[:cut]}<style>{base}</style>{text[cut:]}"
    scanner = Scanner()
    literals: list[str] = []
    blanks: list[_Blank] = []
    params: dict[str, Param] = {}
    end = 0
    for found in _PLACEHOLDER.finditer(text):
        literals.append(text[end : found.start()])
        end = found.end()
        scanner.feed(literals[-1])
        name, kind = found["name"], found["kind"]
        default = found["default"][1:].strip() if found["default"] else None
        place = scanner.place()
        soft = name.endswith(_SOFT) and place.context in _LOADING
        name = name.removesuffix(_SOFT) if soft else name
        blanks.append(_Blank(name, default, place, soft))
        # the first placeholder that says a type or a default speaks for the bare ones
        if name not in PRESETS and (name not in params or (params[name].bare and (kind or default))):
            params[name] = _param(key, name, kind, default)
    literals.append(text[end:])
    media, media_width, media_height = _media(key, own, {blank.name for blank in blanks}, width, height)
    loaded = [blank.default for blank in blanks if blank.default and blank.place.context in _LOADING]
    beside = look_beside(own, folder, also=loaded) if folder else Beside()
    return Template(
        key=key,
        width=width,
        height=height,
        media=media,
        media_width=media_width,
        media_height=media_height,
        params=tuple(params.values()),
        word_captions=_meta(own).get("template:captions", "").strip().lower() == "word",
        custom=custom,
        sha256=hashlib.sha256(source + f"\0{base}\0{beside.fingerprint}".encode()).hexdigest(),
        literals=tuple(literals),
        blanks=tuple(blanks),
        beside=beside,
    )


def _param(key: str, name: str, kind: str | None, default: str | None) -> Param:
    # a type that we do not know reads as text, as existing templates expect
    known: ParamKind = kind if kind in _EMPTY else "text"
    if default is None:
        return Param(name, known, _EMPTY[known], bare=kind is None)
    try:
        return Param(name, known, checked(name, known, default))
    except InvalidArgument as error:
        raise InvalidArgument(
            f"The template {key!r} has a default of the wrong type: {error.message}", reason="TEMPLATE_INVALID"
        ) from error


def _media(key: str, text: str, names: set[str], width: int, height: int) -> tuple[TemplateMediaKind, int, int]:
    """What the template shows, and the size of the picture or footage to make for it."""
    prefix = key.rpartition("/")[2].partition("_")[0]
    media: TemplateMediaKind
    match prefix:
        case "static" | "image" | "video":
            media = prefix
        case _:
            media = "image" if "image" in names else "static"
    if media == "static":
        return media, 0, 0
    said = _meta(text)
    sizes: dict[str, int] = {}
    for name in ("template:media-width", "template:media-height"):
        if name in said:
            size = said[name]
            if not size.isdecimal() or not 64 <= int(size) <= 4096:
                raise InvalidArgument(
                    f"The template {key!r} says {name} {size!r}; it must be 64 to 4096.", reason="TEMPLATE_INVALID"
                )
            sizes[name] = int(size)
    return media, sizes.get("template:media-width", width), sizes.get("template:media-height", height)


def _meta(text: str) -> dict[str, str]:
    """What the page's <meta> elements say, by lower-case name."""
    said: dict[str, str] = {}
    for tag in _META.findall(text):
        pairs = {name.lower(): double or single or bare for name, double, single, bare in _ATTRIBUTE.findall(tag)}
        said[pairs.get("name", "").lower()] = pairs.get("content", "")
    return said
