"""Everything a deployment keeps, written to a folder and brought back from it: the tasks first, then their files."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from obstore.exceptions import AlreadyExistsError
from sqlalchemy.exc import OperationalError

from gateway.workflow.database import Database, unavailable
from pixelle.runtime.artifacts import USED, ArtifactStore, store_errors
from pixelle.runtime.errors import Conflict, FailedPrecondition, InvalidArgument, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from gateway.settings import GatewaySettings

__all__ = ["Saved", "backup", "restore"]

_MANIFEST, _DUMP, _FILES = "backup.json", "tasks.dump", "store"
_FORMAT = 1
_AT_ONCE = 8
"""Files on their way at the same time."""
_PASSING = (USED, "probe/")
"""What in a store is not kept: times of use and traces of health checks."""
_INSTALL = "apt-get install postgresql-client, of the server's version or a newer one"


@dataclass(frozen=True)
class Saved:
    """What a backup holds; written last, so that a folder without it is half a backup."""

    format: int
    made_at: str
    store_url: str
    """Tasks name their files by it, so they can only be brought back to it."""
    dump_sha256: str
    files: int
    bytes: int


def backup(settings: GatewaySettings, folder: Path) -> Saved:
    """
    Write tasks and files to `folder`, also while everything runs; files that are there from before are not read again.

    The tasks first, as they are at one moment: whatever file they speak of exists by then, and is copied after.
    Raises FailedPrecondition (BACKUP_NEEDS_POSTGRES, SERVER_NOT_INSTALLED, DUMP_FAILED, FILE_DAMAGED), Unavailable.
    """
    database = _postgres(settings)
    store = ArtifactStore.open(settings)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / _MANIFEST).unlink(missing_ok=True)
    try:
        _run(database, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={folder / _DUMP}")
    finally:
        database.close()
    with store_errors():
        kept = dict(_listed(store))
        _together(lambda name: _fetch(store, name, folder / _FILES / name, kept[name]), kept)
    _drop_others(folder / _FILES, kept)
    there = [name for name in kept if (folder / _FILES / name).is_file()]
    saved = Saved(
        format=_FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        store_url=store.url,
        dump_sha256=_digest(folder / _DUMP),
        files=len(there),
        bytes=sum((folder / _FILES / name).stat().st_size for name in there),
    )
    (folder / _MANIFEST).write_text(json.dumps(asdict(saved), indent=1) + "\n")
    return saved


def restore(settings: GatewaySettings, folder: Path, *, replace: bool) -> Saved:
    """
    Bring tasks and files back; nothing may run meanwhile. replace: also over tasks that are there.

    The files first, so that there is no task without them. Everything is checked before anything is written.
    Raises NotFound (BACKUP_NOT_FOUND), InvalidArgument (BACKUP_UNKNOWN, STORE_DIFFERS), FailedPrecondition
    (BACKUP_NEEDS_POSTGRES, FILE_DAMAGED, SERVER_NOT_INSTALLED, DUMP_FAILED), Conflict (DATABASE_BUSY,
    DATABASE_NOT_EMPTY), Unavailable.
    """
    saved = _manifest(folder)
    store = ArtifactStore.open(settings)
    if store.url != saved.store_url:
        raise InvalidArgument(
            f"The tasks in {folder} name their files by {saved.store_url!r}, and PIXELLE_STORE_URL is {store.url!r}. "
            "Set it to the same; the server behind it (PIXELLE_STORE_ENDPOINT) may be another.",
            reason="STORE_DIFFERS",
        )
    names = _checked(folder, saved)
    database = _postgres(settings)
    try:
        _quiet(database, replace=replace)
        with store_errors():
            _together(lambda name: _send(store, name, folder / _FILES / name), names)
        whole = ("--clean", "--if-exists", "--single-transaction", "--exit-on-error")
        _run(database, "pg_restore", "--no-owner", "--no-privileges", *whole, str(folder / _DUMP))
    finally:
        database.close()
    return saved


def _postgres(settings: GatewaySettings) -> Database:
    if not settings.effective_database_url.startswith("postgresql"):
        raise FailedPrecondition(
            "Tasks are kept in SQLite here (PIXELLE_DATABASE_URL is not set). Stop pixelle and copy the folder "
            f"{settings.data_dir} instead.",
            reason="BACKUP_NEEDS_POSTGRES",
        )
    database = Database(settings.effective_database_url)
    try:
        with database.engine.connect():
            return database
    except OperationalError as error:
        raise unavailable() from error


def _run(database: Database, tool: str, *options: str) -> None:
    """One of Postgres' own programs, with the password where no list of processes shows it."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"), key=lambda path: int(path.parts[-3]))
    program = str(newest[-1]) if newest else shutil.which(tool)
    if program is None:
        raise FailedPrecondition(f"{tool!r} is not installed. Run: {_INSTALL}", reason="SERVER_NOT_INSTALLED")
    url = database.engine.url
    plain = sa.URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    password = {"PGPASSWORD": str(url.password)} if url.password else {}
    command = (program, "--dbname", plain.render_as_string(), *options)
    done = subprocess.run(command, env={**os.environ, **password}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FailedPrecondition(f"{tool} failed: {done.stderr[-1000:]}", reason="DUMP_FAILED")


def _quiet(database: Database, *, replace: bool) -> None:
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with database.engine.connect() as connection:
        busy = connection.execute(sa.text(others)).scalar_one()
        if busy:
            raise Conflict(
                f"{busy} connections to this database are open. Stop every gateway and worker, then try again.",
                reason="DATABASE_BUSY",
            )
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname IN ('dbos', 'public')"
        if not replace and connection.execute(sa.text(tables)).scalar_one():
            raise Conflict(
                "There are tasks in this database already. Give --replace to lose them, or name an empty one.",
                reason="DATABASE_NOT_EMPTY",
            )
    database.engine.dispose()  # or our own idle connection would hold up what is replaced


def _listed(store: ArtifactStore) -> Iterator[tuple[str, int]]:
    for batch in store.objects.list():
        for item in batch:
            if not item["path"].startswith(_PASSING):
                yield item["path"], item["size"]


def _together(work: Callable[[str], None], names: Iterable[str]) -> None:
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in [pool.submit(work, name) for name in names]:
            done.result()


def _fetch(store: ArtifactStore, name: str, path: Path, size: int) -> None:
    """One file to the folder, whole or not at all; one that has been swept away since it was listed is left out."""
    sha256 = _content(name)
    if sha256 and path.is_file() and path.stat().st_size == size:
        return
    try:
        stream = store.objects.get(name).stream()
    except FileNotFoundError:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            for chunk in stream:
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            if sha256 and digest.hexdigest() != sha256:
                raise _damaged(f"{store.url}/{name}")
        except BaseException:
            Path(file.name).unlink()
            raise
    Path(file.name).replace(path)


def _send(store: ArtifactStore, name: str, path: Path) -> None:
    try:
        store.objects.put(name, path, mode="create" if _content(name) else "overwrite")
    except (AlreadyExistsError, FileExistsError):
        return  # its name says that it is the same


def _manifest(folder: Path) -> Saved:
    try:
        given = json.loads((folder / _MANIFEST).read_text())
    except FileNotFoundError as error:
        raise NotFound(
            f"{folder} holds no whole backup: {_MANIFEST} is missing, which is written last.",
            reason="BACKUP_NOT_FOUND",
        ) from error
    if given.get("format") != _FORMAT:
        raise InvalidArgument(
            f"The backup has format {given.get('format')!r}; this one reads {_FORMAT}. Use the release that made it.",
            reason="BACKUP_UNKNOWN",
        )
    return Saved(**given)


def _checked(folder: Path, saved: Saved) -> Sequence[str]:
    """Names of the files; each is read once."""
    if _digest(folder / _DUMP) != saved.dump_sha256:
        raise _damaged(str(folder / _DUMP))
    root = folder / _FILES
    names = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    for name in names:
        if (sha256 := _content(name)) and _digest(root / name) != sha256:
            raise _damaged(str(root / name))
    if len(names) != saved.files:
        raise FailedPrecondition(
            f"{root} holds {len(names)} files; the backup was made of {saved.files}.", reason="FILE_DAMAGED"
        )
    return names


def _damaged(what: str) -> FailedPrecondition:
    return FailedPrecondition(
        f"{what} does not hold what its name says. Bring it back from elsewhere, or delete it if it is not needed.",
        reason="FILE_DAMAGED",
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _content(name: str) -> str:
    """The hash that a file is named by; "" where the name says nothing about what is inside."""
    kind, _, digest = name.rpartition("/")
    return digest if kind != "cache" and len(digest) == 64 and set(digest) <= set("0123456789abcdef") else ""


def _drop_others(root: Path, kept: Collection[str]) -> None:
    """Delete what an earlier backup left in this folder and the store has no more."""
    for path in list(root.rglob("*")):
        if path.is_file() and path.relative_to(root).as_posix() not in kept:
            path.unlink()
