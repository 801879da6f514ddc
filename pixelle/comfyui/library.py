"""The workflow files of an installation: its own before the built-in ones, read anew for every request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pixelle.comfyui.workflow import Workflow
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

__all__ = ["Kind", "Library", "Makes", "kind_of"]

Makes = Literal["image", "video", "audio"]
"""What a workflow may be asked for."""
Kind = Literal["image", "video", "audio", "analysis", ""]
"""What a file is for; "": its name does not say."""

_KINDS: dict[str, Kind] = {
    "image": "image",
    "video": "video",
    "i2v": "video",
    "af": "video",
    "digital": "video",
    "tts": "audio",
    "analyse": "analysis",
}
_LONGEST = 5_000_000


def kind_of(name: str) -> Kind:
    """What a file makes, by the start of its name; "" when that says nothing."""
    return _KINDS.get(name.partition("_")[0], "")


@dataclass(frozen=True)
class Library:
    """Folders of workflow files, first come first served."""

    folders: Sequence[Path]
    kinds: Collection[Kind] = ("image", "video", "")
    """What is wanted of them; other files are none of ours."""
    source: str = "selfhost"
    """The first part of their keys."""

    def files(self) -> dict[str, Path]:
        """Name to file of everything that is there now."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            if folder.is_dir():
                for path in sorted(folder.glob("*.json")):
                    if path.is_file() and kind_of(path.name) in self.kinds:
                        found.setdefault(path.name, path)
        return found

    def open(self, name: str) -> Workflow:
        """
        The workflow in the file `name`.

        Raises what `text` and `Workflow.read` say.
        """
        return Workflow.read(name, self.text(name))

    def text(self, name: str) -> str:
        """
        What is in the file `name`.

        Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition (WORKFLOW_UNREADABLE, WORKFLOW_NAME_UNCLEAR).
        """
        files = self.files()
        if name not in files:
            known = [f"{self.source}/{each}" for each in files]
            key, place = f"{self.source}/{name}", "/".join(self.folders[0].parts[-2:])
            raise InvalidArgument(
                f"Unknown workflow {key!r}.{nearest(key, known)} A workflow file of yours goes into {place!r}, where "
                "the service runs.",
                reason="WORKFLOW_UNKNOWN",
            )
        if not kind_of(name):
            raise FailedPrecondition(
                f"The name of the workflow file {name!r} does not say what it makes. Begin it with image_, video_ or "
                "i2v_.",
                reason="WORKFLOW_NAME_UNCLEAR",
            )
        path = files[name]
        try:
            if path.stat().st_size > _LONGEST:
                raise FailedPrecondition(
                    f"The workflow file {path.name!r} has more than {_LONGEST:,} bytes.", reason="WORKFLOW_UNREADABLE"
                )
            return path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise FailedPrecondition(
                f"The workflow file {path.name!r} cannot be read ({type(error).__name__}). Save it as UTF-8 text that "
                "the service's user may read.",
                reason="WORKFLOW_UNREADABLE",
            ) from error
