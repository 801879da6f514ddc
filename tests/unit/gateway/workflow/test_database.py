"""A place for tasks that cannot be used is named in a sentence, when a gateway starts."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from gateway.problems import hidden
from gateway.settings import GatewaySettings
from gateway.workflow.database import Database, unavailable
from gateway.workflow.publish import Publisher
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.errors import FailedPrecondition, ResourceExhausted

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(FailedPrecondition, match=r"Cannot write in the folder .*PIXELLE_DATA_DIR") as caught:
        Database(GatewaySettings(data_dir=tmp_path / "data").effective_database_url)
    assert caught.value.reason == "FOLDER_UNWRITABLE"


def test_a_connection_that_is_still_used_is_closed_when_it_is_given_back(tmp_path: Path) -> None:
    database = Database(GatewaySettings(data_dir=tmp_path).effective_database_url)
    with database.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        database.close()
        assert connection.execute(sa.text("SELECT 1")).scalar() == 1
    assert raw
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        raw.cursor().execute("SELECT 1")


@pytest.mark.parametrize("broken", ["text", "folder"])
async def test_a_file_that_is_no_database(tmp_path: Path, broken: str) -> None:
    file = tmp_path / "tasks.db"
    if broken == "text":
        file.write_text("no database at all, and long enough to be looked at as one" * 10)
    else:
        file.mkdir()
    database = Database(GatewaySettings(data_dir=tmp_path).effective_database_url)
    with pytest.raises(FailedPrecondition, match=r"tasks\.db' cannot be opened: .*move it away") as caught:
        await database.check()
    assert caught.value.reason == "DATABASE_BROKEN"
    database.close()


def test_a_full_disk_is_told_from_a_database_that_is_away(tmp_path: Path) -> None:
    database = Database(GatewaySettings(data_dir=tmp_path).effective_database_url)
    with database.engine.connect() as connection:
        connection.execute(sa.text("CREATE TABLE lines (line TEXT)"))
        connection.execute(sa.text("PRAGMA max_page_count = 4"))
        with pytest.raises(OperationalError) as caught:
            connection.execute(sa.text("INSERT INTO lines VALUES (:line)"), {"line": "x" * 100_000})
    database.close()
    for told in (unavailable(caught.value), hidden(caught.value)):
        assert (told.reason, told.retryable, "disk is full" in told.message) == ("STORE_FULL", True, True)
    assert hidden(OperationalError("SELECT", {}, Exception("closed"))).reason == unavailable().reason == "DATABASE_DOWN"


def test_starting_on_a_full_disk_says_so(tmp_path: Path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", tmp_path], check=False).returncode:
        pytest.skip("mounting a small tmpfs needs root")
    try:
        database = Database(GatewaySettings(data_dir=tmp_path).effective_database_url)
        (tmp_path / "fill").write_bytes(b"x" * 16_000)
        try:
            with pytest.raises(ResourceExhausted, match="disk is full"):
                asyncio.run(database.check())
        finally:
            database.close()
    finally:
        subprocess.run(["umount", "--lazy", tmp_path], check=True)


async def test_an_output_folder_that_cannot_be_made(tmp_path: Path) -> None:
    store = ArtifactStore((tmp_path / "store").as_uri())
    (tmp_path / "file").write_text("")
    with pytest.raises(FailedPrecondition, match=r"Cannot write in the folder .*PIXELLE_OUTPUT_DIR"):
        await Publisher(tmp_path / "file" / "output", store).check()
    await Publisher(tmp_path / "new" / "output", store).check()
    assert not (tmp_path / "new").exists()
    await Publisher(None, store).check()


def test_every_sqlite_tells_the_time_in_whole_milliseconds(tmp_path: Path) -> None:
    """What DBOS has each row stamped with where Python is 3.12 or later; whole numbers are found again, others not."""
    database = Database(GatewaySettings(data_dir=tmp_path).effective_database_url)
    with database.engine.connect() as connection:
        before = time.time()
        stamp = connection.execute(sa.text("SELECT unixepoch('subsec') * 1000")).scalar_one()
    database.close()
    assert stamp == int(stamp)
    assert 1000 * before - 2 <= stamp <= 1000 * time.time() + 2
