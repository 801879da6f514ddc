"""Ranges and conditions on files of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from gateway.downloads import download
from pixelle.runtime.artifacts import ArtifactStore

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = bytes(range(256)) * 4000


@pytest.fixture
async def http(tmp_path: Path) -> httpx.AsyncClient:
    store = ArtifactStore((tmp_path / "store").as_uri())
    artifact = await store.put("video", CONTENT, "video/mp4")
    app = FastAPI()

    @app.api_route("/file", methods=["GET", "HEAD"])
    async def file(request: Request) -> Response:
        return await download(store, artifact, request, headers={"X-Further": "yes"})

    app.state.etag = f'"{artifact.sha256}"'
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")


@pytest.mark.parametrize(
    ("given", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=10-19", 10, 20),
        ("bytes=-7", len(CONTENT) - 7, len(CONTENT)),
        (f"bytes=-{10 * len(CONTENT)}", 0, len(CONTENT)),
        (f"bytes={len(CONTENT) - 1}-", len(CONTENT) - 1, len(CONTENT)),
        (f"bytes=5-{10 * len(CONTENT)}", 5, len(CONTENT)),
    ],
)
async def test_a_part(http: httpx.AsyncClient, given: str, start: int, end: int) -> None:
    answer = await http.get("/file", headers={"Range": given})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{len(CONTENT)}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("given", ["", "bytes=-", "bytes=a-b", "bytes=9-3", "bytes=0-1,5-6", "lines=0-1"])
async def test_the_whole(http: httpx.AsyncClient, given: str) -> None:
    answer = await http.get("/file", headers={"Range": given} if given else {})
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["x-further"] == "yes"


@pytest.mark.parametrize(
    "given", [f"bytes={len(CONTENT)}-", f"bytes={len(CONTENT) + 5}-{len(CONTENT) + 9}", "bytes=-0"]
)
async def test_nothing_there(http: httpx.AsyncClient, given: str) -> None:
    answer = await http.get("/file", headers={"Range": given})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(CONTENT)}")


async def test_head_and_what_the_client_has(http: httpx.AsyncClient) -> None:
    head = await http.head("/file", headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(CONTENT)), b"")
    etag = (await http.head("/file")).headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = await http.get("/file", headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
    assert (await http.get("/file", headers={"If-None-Match": '"other"'})).status_code == 200
    for known, status in ((etag, 206), ('"other"', 200)):
        assert (await http.get("/file", headers={"Range": "bytes=0-9", "If-Range": known})).status_code == status
