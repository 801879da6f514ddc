"""The workflow files of an installation: its own before the built-in ones, read anew for every request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, nearest
from svc_media.comfyui.workflow import Workflow

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BUILT_IN", "Kind", "Library", "kind_of"]

Kind = Literal["image", "video", ""]

BUILT_IN = Path(__file__).parents[1] / "workflows" / "selfhost"
"""The files that come with the service."""

_KINDS: dict[str, Kind] = {"image": "image", "video": "video", "i2v": "video", "af": "video", "digital": "video"}
_ELSEWHERE = {"tts": "the speech service", "analyse": "no service of this version"}
_LONGEST = 5_000_000


def kind_of(name: str) -> Kind:
    """What a file makes, by the start of its name; "" when that says nothing."""
    return _KINDS.get(name.partition("_")[0], "")


@dataclass(frozen=True)
class Library:
    """Folders of workflow files, first come first served."""

    folders: Sequence[Path]

    def files(self) -> dict[str, Path]:
        """Name to file of everything that is there now; speech and analysis workflows are none of ours."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            if folder.is_dir():
                for path in sorted(folder.glob("*.json")):
                    if path.is_file() and path.name.partition("_")[0] not in _ELSEWHERE:
                        found.setdefault(path.name, path)
        return found

    def open(self, name: str) -> Workflow:
        """
        The workflow in the file `name`.

        Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition as `Workflow.read`, WORKFLOW_UNREADABLE and
        WORKFLOW_NAME_UNCLEAR.
        """
        files = self.files()
        if name not in files:
            known = [f"selfhost/{each}" for each in files]
            raise InvalidArgument(
                f"Unknown workflow {f'selfhost/{name}'!r}.{nearest(f'selfhost/{name}', known)}",
                reason="WORKFLOW_UNKNOWN",
            )
        if not kind_of(name):
            raise FailedPrecondition(
                f"The name of the workflow file {name!r} does not say what it makes. Begin it with image_, video_ or "
                "i2v_.",
                reason="WORKFLOW_NAME_UNCLEAR",
            )
        return Workflow.read(name, self.text(files[name]))

    def text(self, path: Path) -> str:
        """What is in a file. Raises FailedPrecondition (WORKFLOW_UNREADABLE)."""
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
