"""Nothing outside is ever opened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import httpx
import pytest

from gateway.files import MAX_BYTES, Intake, contained
from pixelle.runtime.errors import InvalidArgument, PermissionDenied

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.settings import GatewaySettings

    from .conftest import Deck

WAV = b"RIFF\x00\x00\x00\x00WAVEfmt "


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "a.txt").write_text("a")
    (root / ".part").write_text("half")
    (tmp_path / "secret.txt").write_text("secret")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    (root / "inner.txt").symlink_to(root / "sub" / "a.txt")
    return root


@pytest.mark.parametrize("path", ["sub/a.txt", "sub/../sub/a.txt", "inner.txt"])
def test_files_inside_are_found(root: Path, path: str) -> None:
    assert contained(root, path) == root / "sub" / "a.txt"


@pytest.mark.parametrize(
    "path", ["../secret.txt", "sub/../../secret.txt", "/etc/passwd", "link.txt", ".part", "sub", "", "a\0b", "x" * 5000]
)
def test_everything_else_is_not(root: Path, path: str) -> None:
    assert contained(root, path) is None


@pytest.mark.parametrize(
    "path",
    ["../tasks.db", "..%2ftasks.db", "%2e%2e/%2e%2e/etc/passwd", "%2Fetc%2Fpasswd", "....//x", "a%00b", "..%5c..%5cx"],
)
async def test_the_endpoint_answers_404_outside(http: httpx.AsyncClient, settings: GatewaySettings, path: str) -> None:
    settings.output_dir.mkdir(exist_ok=True)
    (settings.output_dir.parent / "tasks.db").write_text("x")
    request = http.build_request("GET", "http://localhost/api/files/")
    request.url = httpx.URL(scheme="http", host="localhost", raw_path=b"/api/files/" + path.encode())
    got = await http.send(request)
    assert got.status_code == 404
    assert got.json()["reason"] in {"FILE_NOT_FOUND", "NOT_FOUND"}
    assert str(settings.output_dir.parent) not in got.text


async def test_a_file_whole_and_in_ranges(http: httpx.AsyncClient, settings: GatewaySettings) -> None:
    folder = settings.output_dir / "t"
    folder.mkdir(parents=True)
    (folder / "final.mp4").write_bytes(bytes(range(100)))
    whole = await http.get("/api/files/t/final.mp4")
    assert (whole.status_code, whole.headers["content-type"], len(whole.content)) == (200, "video/mp4", 100)
    assert whole.headers["content-disposition"].startswith("inline")
    assert whole.headers["x-content-type-options"] == "nosniff"
    part = await http.get("/api/files/t/final.mp4", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert part.headers["content-range"] == "bytes 10-19/100"
    head = await http.head("/api/files/t/final.mp4")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "100", b"")
    beyond = await http.get("/api/files/t/final.mp4", headers={"Range": "bytes=200-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */100")
    assert beyond.headers["content-type"] == "application/problem+json"
    assert (beyond.json()["reason"], beyond.json()["detail"][:22]) == ("RANGE_BEYOND_END", "The file has 100 bytes")
    stale = {"Range": "bytes=200-", "If-Range": '"another"'}
    assert (await http.get("/api/files/t/final.mp4", headers=stale)).status_code == 200


@pytest.mark.parametrize("given", ["bytes=5-2", "bytes=abc", "bytes=", "items=0-5", "bytes=0-1,5-6", "bytes=1-x"])
async def test_a_range_that_is_none_is_as_good_as_nothing(
    http: httpx.AsyncClient, settings: GatewaySettings, given: str
) -> None:
    folder = settings.output_dir / "t"
    folder.mkdir(parents=True)
    (folder / "final.mp4").write_bytes(bytes(100))
    got = await http.get("/api/files/t/final.mp4", headers={"Range": given})
    assert (got.status_code, len(got.content)) == (200, 100)


async def test_a_file_that_the_client_has_is_not_sent_again(http: httpx.AsyncClient, settings: GatewaySettings) -> None:
    folder = settings.output_dir / "t"
    folder.mkdir(parents=True)
    (folder / "final.mp4").write_bytes(bytes(100))
    first = await http.get("/api/files/t/final.mp4")
    tag = first.headers["etag"]
    for given in (tag, f'"other", W/{tag}', "*"):
        got = await http.get("/api/files/t/final.mp4", headers={"If-None-Match": given})
        assert (got.status_code, got.content, got.headers["etag"]) == (304, b"", tag)
    other = await http.get("/api/files/t/final.mp4", headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.headers["cache-control"]) == (200, "private, no-cache")
    head = await http.head("/api/files/t/final.mp4", headers={"Range": "bytes=0-1"})
    assert (head.status_code, head.headers["content-length"]) == (200, "100")


async def test_a_path_that_was_sent_as_text_is_told_from_a_file(http: httpx.AsyncClient) -> None:
    got = await http.post("/api/files", files={"file": (None, "photo.jpg")})
    assert got.status_code == 422
    assert "'file' is text and not a file. With curl a file's path follows an @" in got.json()["detail"][0]["msg"]


async def test_one_file_at_a_time_is_kept(http: httpx.AsyncClient) -> None:
    got = await http.post("/api/files", files=[("file", ("a.wav", WAV)), ("file", ("b.wav", WAV))])
    assert (got.status_code, got.json()["reason"]) == (400, "FILES_TOO_MANY")
    assert (await http.post("/api/files", files={"file": ("a.wav", WAV)}, data={"name": "a"})).status_code == 200


async def test_a_form_of_hundreds_of_files_is_not_read_to_its_end(http: httpx.AsyncClient) -> None:
    """Each is held in memory up to a megabyte, all of them at once."""
    got = await http.post("/api/files", files=[("file", ("a.wav", WAV))] * 21)
    assert got.status_code == 400
    assert "Too many files" in got.json()["detail"]


async def test_an_empty_upload_is_called_empty(http: httpx.AsyncClient) -> None:
    got = await http.post("/api/files", files={"file": ("a.png", b"")})
    assert (got.status_code, got.json()["reason"]) == (400, "FILE_EMPTY")


async def test_any_name_works(http: httpx.AsyncClient, settings: GatewaySettings) -> None:
    settings.output_dir.mkdir()
    (settings.output_dir / "标题 é'\".srt").write_text("1")
    got = await http.get("/api/files/标题 é'\".srt")
    assert (got.status_code, got.headers["content-type"]) == (200, "application/x-subrip")
    assert "filename*=" in got.headers["content-disposition"]


async def test_a_named_file_is_taken_into_the_store(deck: Deck, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "music.wav").write_bytes(WAV)
    (tmp_path / "in" / "notes.txt").write_text("text")
    intake = Intake(deck.store, [tmp_path / "in"], allow_http=False)
    for path in ("music.wav", str(tmp_path / "in" / "music.wav")):
        taken = await intake.take(path, field="bgm_path", accept=("audio/",))
        assert taken is not None
        assert (taken.media_type, taken.inline) == ("audio/wav", b"")
        assert await deck.store.read(taken) == WAV
    assert await intake.take("/etc/passwd", field="bgm_path", accept=("audio/",)) is None
    (tmp_path / "in" / "long.wav").write_bytes(WAV)
    os.truncate(tmp_path / "in" / "long.wav", MAX_BYTES + 1)
    with pytest.raises(InvalidArgument, match=r"long\.wav.* too large"):
        await intake.take("long.wav", field="bgm_path", accept=("audio/",))
    with pytest.raises(InvalidArgument, match=r"notes\.txt"):
        await intake.take("notes.txt", field="bgm_path", accept=("audio/",))
    with pytest.raises(PermissionDenied):
        await intake.take("https://127.0.0.1/x.wav", field="bgm_path", accept=("audio/",))


async def test_the_installations_own_files_cannot_be_named(http: httpx.AsyncClient, settings: GatewaySettings) -> None:
    """A few bytes would have the whole database copied into the store, every time anew."""
    kept = (await http.post("/api/files", files={"file": ("a.wav", WAV)})).json()["path"].partition("/")[2]
    names = ("tasks.db", "tasks.db-wal", "store/upload/" + kept.partition(".")[0])
    for name in names:
        (settings.data_dir / name).parent.mkdir(parents=True, exist_ok=True)
        assert (settings.data_dir / name).is_file(), name
        for path in (name, str((settings.data_dir / name).absolute())):
            got = await http.post("/api/storyboards", json={"text": "One.", "assets": [path]})
            assert (got.status_code, got.json()["reason"]) == (400, "FILE_NOT_FOUND"), path
    assert len(list((settings.data_dir / "store" / "upload").iterdir())) == 1
