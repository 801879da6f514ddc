"""The grammar of node titles by which a workflow file says what callers may set."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pixelle.runtime.errors import FailedPrecondition

__all__ = ["OUTPUT", "Mark", "marks_of", "uploads"]

OUTPUT = "output"
"""The name that marks what a workflow gives, not what it takes: `$output.video`."""

_WIDE = str.maketrans("，！：＄．～", ",!:$.~")
"""Signs as Chinese keyboards write them."""
_MARK = re.compile(
    r"\$(?P<before>~?)(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"(?:\.(?P<after>~?)(?P<field>[^!:\s][^!:]*))?(?P<required>!?)(?::(?P<note>.*))?",
    re.DOTALL,
)
_LOADERS = ("LoadImage", "LoadAudio", "LoadVideo")


@dataclass(frozen=True)
class Mark:
    """One marked input: `$[~]name[.field][!][:note]`."""

    node: str
    """Id of the node."""
    name: str
    """The parameter that sets it."""
    field: str
    """The input that is set; the parameter's name when the title names none."""
    upload: bool
    """The value is a file, sent to the server first."""
    required: bool
    """There is no default."""
    note: str = ""
    """For people."""


def marks_of(node: str, title: str, class_type: str, *, file: str) -> list[Mark]:
    """
    The marks in the title of a node.

    Raises FailedPrecondition (WORKFLOW_TITLE_INVALID) for a part that begins like a mark and is none.
    """
    found: list[Mark] = []
    for part in (piece.strip() for piece in title.translate(_WIDE).split(",")):
        if not part.startswith("$"):
            continue
        match = _MARK.fullmatch(part)
        if match is None:
            raise FailedPrecondition(
                f"The title {title!r} of node {node} in {file!r} has the part {part!r}, which cannot be read. Write "
                "$parameter or $parameter.input, with ! behind when it must be given, ~ before the name for a file.",
                reason="WORKFLOW_TITLE_INVALID",
            )
        name = match["name"]
        found.append(
            Mark(
                node=node,
                name=name,
                field=(match["field"] or name).strip(),
                upload=bool(match["before"] or match["after"]) or uploads(class_type),
                required=bool(match["required"]),
                note=(match["note"] or "").strip(),
            )
        )
    return found


def uploads(class_type: str) -> bool:
    """True for nodes that load a file of the server's input folder."""
    return class_type.startswith((*_LOADERS, "VHS_Load"))
