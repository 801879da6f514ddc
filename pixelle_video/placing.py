"""Where finished files are put: looked at before any work is spent, then written whole or not at all."""

from __future__ import annotations

import mimetypes
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pixelle.runtime.errors import InvalidArgument, NotFound, ResourceExhausted

if TYPE_CHECKING:
    from collections.abc import Generator

__all__ = ["aside", "put_at", "writable"]

_MADE = {"video/mp4": "an MP4 video", "audio/wav": "a WAV file", "image": "a picture", "video": "footage"}


def writable(output_path: str | Path, kind: Literal["video/mp4", "audio/wav", "image", "video", ""]) -> Path:
    """
    Where a file is to be put, checked before work is spent.

    kind: what will be in it; "": anything. Raises InvalidArgument (OUTPUT_PATH).
    """
    if not isinstance(output_path, (str, Path)):  # pyright: ignore[reportUnnecessaryIsInstance] - callers need no checker
        raise InvalidArgument(f"output_path is {output_path!r}. Give the path of a file.", reason="OUTPUT_PATH")
    target = Path(output_path)
    if "\0" in str(target):
        raise InvalidArgument(f"output_path {str(target)!r} has a NUL in it.", reason="OUTPUT_PATH")
    _check_ending(target, kind)
    folder = target.absolute().parent
    if target.is_dir() or target.name in {"", ".."}:
        raise InvalidArgument(f"output_path {str(target)!r} is a folder: name a file in it.", reason="OUTPUT_PATH")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InvalidArgument(
            f"Cannot write to output_path {str(target)!r}: {error.strerror or error}. Choose another place.",
            reason="OUTPUT_PATH",
        ) from error
    return target


def _check_ending(target: Path, kind: str) -> None:
    """A name that promises another kind of file would be a lie."""
    said = (mimetypes.guess_type(target.name)[0] or "").replace("audio/x-wav", "audio/wav")
    if kind and said.startswith(("video/", "audio/", "image/")) and not said.startswith(kind):
        raise InvalidArgument(
            f"output_path {str(target)!r} ends like {said}, and {_MADE[kind]} is made. Choose another ending.",
            reason="OUTPUT_PATH",
        )


@contextmanager
def aside(target: Path) -> Generator[Path]:
    """A path beside `target` that takes its name when the block ends well, and is gone otherwise."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{target.name[:40]}-", dir=target.parent) as folder:
            beside = Path(folder) / "part"
            yield beside
            beside.replace(target)
    except FileNotFoundError as error:
        raise NotFound(f"{error.filename!r} is not there any more.", reason="FILE_GONE") from error
    except OSError as error:
        raise ResourceExhausted(
            f"Cannot write {str(target)!r}: {error.strerror or error}. Make room or choose another place.",
            reason="DISK_FULL",
        ) from error


def put_at(source: Path, target: Path) -> None:
    """A copy of `source` at `target`, whole or not at all. Raises ResourceExhausted, NotFound."""
    if target.resolve() == source.resolve():
        return
    with aside(target) as beside:
        shutil.copyfile(source, beside)
