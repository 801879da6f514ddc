"""Values of template parameters: what each type accepts, and how a value is written in each context."""

from __future__ import annotations

import math
import re
import unicodedata
from html import escape
from typing import Literal

from pixelle.runtime.errors import InvalidArgument
from svc_render.contexts import Context, Place

__all__ = ["BLANK_PICTURE", "MAX_VALUE", "ParamKind", "checked", "clean", "written"]

ParamKind = Literal["text", "number", "color", "bool"]

MAX_VALUE = 20_000
"""Longest value in characters."""

BLANK_PICTURE = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""One transparent pixel: stands where a picture is missing, so that no broken-image icon appears."""

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off", ""})
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")
_HEX_COLOR = re.compile(r"#([0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_FUNCTION_COLOR = re.compile(r"(rgba?|hsla?|hwb|lab|lch|oklab|oklch)\([0-9.,%/+\-\s]*(deg|turn|rad)?[0-9.,%/+\-\s]*\)")
_NAMED_COLOR = re.compile(r"[a-zA-Z]{3,24}")
_NOT_CSS = re.compile(r"[^\w .,%#+\-]")
_CSS_STRING_SAFE = re.compile(r"[\w .,!?\-]")


def clean(text: str) -> str:
    """Text without NUL, control characters and non-characters; line ends become "\\n"."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(
        char
        for char in text
        if char in "\n\t" or (unicodedata.category(char) not in {"Cc", "Cs"} and ord(char) & 0xFFFE != 0xFFFE)
    )


def checked(name: str, kind: ParamKind, value: str) -> str:
    """
    A value of the given type in its plain form: numbers as decimals, bools as "true" or "false".

    Raises InvalidArgument (PARAM_INVALID) that names the parameter.
    """
    if len(value) > MAX_VALUE:
        raise _wrong(name, f"{len(value)} characters", f"at most {MAX_VALUE} characters")
    value = clean(value)
    plain = value.strip()
    match kind:
        case "number":
            if not _NUMBER.fullmatch(plain) or not math.isfinite(float(plain)):
                raise _wrong(name, value, "a number, for example 72 or 1.5")
            return plain.removeprefix("+")
        case "bool":
            if plain.lower() not in _TRUE | _FALSE:
                raise _wrong(name, value, 'a bool: "true" or "false"')
            return "true" if plain.lower() in _TRUE else "false"
        case "color":
            if not _is_color(plain):
                raise _wrong(name, value, "a CSS colour, for example #ff5733, rgb(255 87 51) or tomato")
            return plain
        case "text":
            return value


def _is_color(value: str) -> bool:
    if _HEX_COLOR.fullmatch(value) or _FUNCTION_COLOR.fullmatch(value.lower()):
        return True
    if not _NAMED_COLOR.fullmatch(value):
        return False
    from PIL.ImageColor import colormap  # the CSS names, in one well-kept place

    return value.lower() in colormap or value.lower() in {"transparent", "currentcolor"}


def _wrong(name: str, value: str, wanted: str) -> InvalidArgument:
    shown = value if len(value) <= 80 else value[:80] + "…"
    return InvalidArgument(
        f"template_params[{name!r}] is {shown!r}; it must be {wanted}.",
        reason="PARAM_INVALID",
        details={"param": name},
    )


def written(value: str, place: Place, *, trusted: bool, served: bool) -> str:
    """
    The characters that stand for `value` at a place of a page.

    trusted: the value is the template author's own default, not a caller's.
    served: the value is a URL that we answer ourselves; no other URL is ever written.
    """
    match place.context:
        case Context.NOWHERE:
            return ""
        case Context.URL | Context.CSS_URL:
            fine = served or (trusted and value.startswith("data:image/"))
            return escape(value) if fine and not re.search(r"[\s\"'()\\]", value) else BLANK_PICTURE
        case Context.CSS:
            text = value if trusted or _is_color(value) else _NOT_CSS.sub("", value)
            text = text.replace("<", "")
        case Context.CSS_STRING:
            text = "".join(char if _CSS_STRING_SAFE.match(char) else f"\\{ord(char):x} " for char in value)
        case Context.TEXT:
            text = value
    if place.in_attribute or place.context is Context.TEXT:
        text = escape(text, quote=True)
    if place.in_attribute:  # also where the author wrote no quotes around the value
        text = re.sub(r"[\s`=]", lambda found: f"&#{ord(found[0])};", text)
    return text
