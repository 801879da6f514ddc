"""What a GGUF file says about its model, read from its header (specification: ggml, docs/gguf.md, versions 2 and 3)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["GgufFile", "read_gguf"]

_STRING, _ARRAY = 8, 9
_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_ENTRIES_MAX = 10_000
_TEXT_MAX = 64 * 1024 * 1024


@dataclass(frozen=True)
class GgufFile:
    """Facts about a model file."""

    architecture: str
    """For example "llama" or "qwen2"."""
    context: int
    """Tokens it was trained to read; 0 when the file does not say."""
    chat_template: str
    """Its own chat template; "" for a base model, which cannot follow instructions."""


def read_gguf(path: Path) -> GgufFile:
    """The facts of a file. Raises ValueError when it is no GGUF file."""
    with path.open("rb") as file:
        try:
            facts = _entries(file)
        except (struct.error, UnicodeDecodeError, KeyError) as error:
            raise ValueError(f"{path.name!r} is cut off or damaged") from error
    architecture = str(facts.get("general.architecture", ""))
    context = facts.get(f"{architecture}.context_length", 0)
    template = facts.get("tokenizer.chat_template", "")
    return GgufFile(architecture, context if isinstance(context, int) else 0, str(template))


def _entries(file: BinaryIO) -> dict[str, object]:
    magic, version, _tensors, count = struct.unpack("<4sIQQ", file.read(24))
    if magic != b"GGUF" or version not in {2, 3} or count > _ENTRIES_MAX:
        raise ValueError("it is no GGUF file of version 2 or 3")
    facts: dict[str, object] = {}
    for _ in range(count):
        name = _text(file)
        facts[name] = _value(file, _number(file, "<I"))
    return facts


def _number(file: BinaryIO, form: str) -> int:
    return int(struct.unpack(form, file.read(struct.calcsize(form)))[0])


def _text(file: BinaryIO) -> str:
    size = _number(file, "<Q")
    if size > _TEXT_MAX:
        raise KeyError(size)
    return file.read(size).decode("utf-8", "replace")


def _value(file: BinaryIO, kind: int) -> object:
    """One value; arrays (the vocabulary) are passed over."""
    if kind == _STRING:
        return _text(file)
    if kind != _ARRAY:
        form = _SCALARS[kind]
        return struct.unpack(form, file.read(struct.calcsize(form)))[0]
    inner, count = _number(file, "<I"), _number(file, "<Q")
    if inner in _SCALARS:
        file.seek(count * struct.calcsize(_SCALARS[inner]), 1)
        return None
    for _ in range(count):
        _value(file, inner)
    return None
