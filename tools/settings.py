"""Writes docs/settings.md: every setting with its default and what it means, as the code says it."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, get_args, get_origin

from pydantic import SecretStr

from gateway.settings import GatewaySettings
from pixelle.comfyui.settings import ComfyuiSettings
from pixelle.runninghub.settings import RunninghubSettings
from pixelle.runtime.settings import ServiceSettings
from svc_media.settings import MediaSettings
from svc_render.settings import RenderSettings
from svc_script.settings import ScriptSettings
from svc_tts.settings import TtsSettings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo
    from pydantic_settings import BaseSettings

__all__ = ["PAGE", "page"]

PAGE = Path(__file__).parents[1] / "docs" / "settings.md"
_HEAD = """# Settings

Every setting is an environment variable. `pixelle` and the SDK also read `config.yaml`
([config.example.yaml](../config.example.yaml)); variables go before it. Where everything is one process, as with
`pixelle serve`, all of them count; a process of its own reads those of all processes and those of its part. Lists are
separated by commas. A wrong value keeps the process from starting; variables that are nearly settings are named by
`pixelle`. The code writes this page (`python -m tools.settings`), and a test compares the two.
"""
_PARTS: tuple[tuple[str, str, type[BaseSettings]], ...] = (
    ("All processes", "", ServiceSettings),
    ("Gateway and workers", "[deployment.md](deployment.md), [limits.md](limits.md)", GatewaySettings),
    ("Script service", "[engines.md](engines.md#scripts)", ScriptSettings),
    ("Speech service", "[engines.md](engines.md#voices), [voices.md](voices.md)", TtsSettings),
    ("Media service", "[engines.md](engines.md), [assets.md](assets.md)", MediaSettings),
    ("Render service", "[templates.md](templates.md)", RenderSettings),
    ("Workflow files at ComfyUI servers: speech and media", "[engines.md](engines.md)", ComfyuiSettings),
    ("Workflows at RunningHub: speech and media", "[engines.md](engines.md)", RunninghubSettings),
)
_SHARED = (ServiceSettings, ComfyuiSettings, RunninghubSettings)


def page() -> str:
    """The page as it should be, Markdown."""
    parts = [_HEAD]
    for title, more, kind in _PARTS:
        theirs = {name for each in _SHARED if each is not kind and issubclass(kind, each) for name in each.model_fields}
        rows = [_row(name, field) for name, field in kind.model_fields.items() if name not in theirs]
        seen = f"See {more}.\n\n" if more else ""
        parts.append(f"## {title}\n\n{seen}| setting | default | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)


def _row(name: str, field: FieldInfo) -> str:
    said = " ".join((field.description or "").split()).replace("|", "\\|")
    meaning = re.sub(r"`([a-z_]+)`", lambda found: f"`{_NAMES.get(found[1], found[1])}`", said)
    return f"| `{_NAMES[name]}` | {_default(name, field)} | {meaning}{_choices(field)} |"


def _default(name: str, field: FieldInfo) -> str:
    value: Any = field.get_default(call_default_factory=True, validated_data={})
    if name == "cache_dir":
        return "`~/.cache/pixelle`"
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, list):
        value = ",".join(map(_plain, cast("list[object]", value)))
    return "" if value is None or value in ("", {}) else f"`{_plain(value)}`"


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)


def _choices(field: FieldInfo) -> str:
    """What the setting may be, where that is a few words or a number between others."""
    if get_origin(field.annotation) is Literal:
        return f" One of {', '.join(f'`{each}`' for each in get_args(field.annotation) if each)}."
    said = [(word, getattr(each, name, None)) for name, word in _BOUNDS for each in field.metadata]
    bounds = [f"{word} {value:,}" for word, value in said if value is not None]
    return f" A number, {', '.join(bounds)}." if bounds else ""


_BOUNDS = (("ge", "at least"), ("gt", "more than"), ("le", "at most"), ("lt", "less than"))
_NAMES = {name: f"PIXELLE_{name.upper()}" for _, _, kind in _PARTS for name in kind.model_fields}


def main() -> None:
    """Write it."""
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
