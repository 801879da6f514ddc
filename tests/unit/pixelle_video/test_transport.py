"""Problems come back as the error family."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest

from pixelle.runtime.errors import (
    DeadlineExceeded,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    NotFound,
    PixelleError,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)
from pixelle_video.transport import Transport, encoded, over_network


def _answering(answer: httpx.Response) -> Transport:
    return Transport(
        httpx.AsyncClient(transport=httpx.MockTransport(lambda _: answer), base_url="http://gateway.example")
    )


def _problem(status: int, **members: Any) -> httpx.Response:
    return httpx.Response(status, json={"status": status, **members}, headers={"retry-after": "7"})


@pytest.mark.parametrize(
    ("status", "title", "kind"),
    [
        (400, "Invalid argument", InvalidArgument),
        (400, "Failed precondition", FailedPrecondition),
        (401, "Not authenticated", Unauthenticated),
        (404, "Not found", NotFound),
        (429, "Too busy", ResourceExhausted),
        (503, "Unavailable", Unavailable),
        (500, "Internal error", Internal),
        (502, "Bad Gateway", Unavailable),
    ],
)
async def test_problem_details(status: int, title: str, kind: type[PixelleError]) -> None:
    answer = _problem(status, title=title, detail="No voice 'x'.", reason="VOICE_NOT_FOUND", trace_id="ab")
    with pytest.raises(PixelleError) as caught:
        await _answering(answer).ask("GET", "/x")
    assert type(caught.value) is kind
    assert (caught.value.message, caught.value.reason) == ("No voice 'x'.", "VOICE_NOT_FOUND")
    assert caught.value.retry_after == 7.0
    assert caught.value.details["trace_id"] == "ab"


async def test_the_list_of_a_422_is_one_sentence_per_field() -> None:
    detail = [
        {"loc": ["body", "n_scenes"], "msg": "Input should be at most 20"},
        {"loc": ["body", "bgm_volum"], "msg": "Unknown field 'bgm_volum'."},
        {"loc": ["query", "page"], "msg": "Too small"},
        {"loc": ["body"], "msg": "text is blank."},
    ]
    said = "n_scenes: Input should be at most 20; bgm_volum: Unknown field 'bgm_volum'.; page: Too small"
    with pytest.raises(InvalidArgument, match=rf"^{said}; text is blank\.$"):
        await _answering(_problem(422, detail=detail)).ask("POST", "/x", body={})


async def test_answers_that_are_no_problems() -> None:
    with pytest.raises(Unavailable, match="503"):
        await _answering(httpx.Response(503, text="<html>")).ask("GET", "/x")
    with pytest.raises(Unavailable, match="not JSON") as caught:
        await _answering(httpx.Response(200, text="<html>")).ask("GET", "/x")
    assert caught.value.reason == "NOT_A_GATEWAY"
    for status, told in ((501, True), (404, True), (502, False)):
        with pytest.raises(PixelleError) as caught_too:
            await _answering(httpx.Response(status, text="<html>")).ask("GET", "/x")
        assert ("http://gateway.example/ is the address of a Pixelle gateway" in str(caught_too.value)) == told


async def test_a_file_that_is_refused_is_named_also_where_the_error_is_printed(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes")
    refusing = _answering(_problem(400, title="Invalid argument", detail="The file is no picture."))
    with pytest.raises(InvalidArgument, match=r"notes\.txt': The file is no picture"):
        await refusing.upload(tmp_path / "notes.txt")


async def test_the_way_itself_fails() -> None:
    def late(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("late", request=request)

    slow = Transport(httpx.AsyncClient(transport=httpx.MockTransport(late), base_url="http://gateway.example"))
    with pytest.raises(DeadlineExceeded):
        await slow.ask("GET", "/x")
    gone = Transport(over_network("http://127.0.0.1:9", None))
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1:9 cannot be reached") as caught:
        await gone.ask("GET", "/x")
    assert caught.value.reason == "GATEWAY_DOWN"
    await gone.close()


@pytest.mark.parametrize("url", ["", "gateway", "ftp://x", "http://", "127.0.0.1:8000"])
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        over_network(url, None)
    assert caught.value.reason == "GATEWAY_URL"


async def test_the_key_is_sent_and_not_shown() -> None:
    client = over_network("http://gateway.example", "secret-key")
    assert client.headers["authorization"] == "Bearer secret-key"
    assert "secret-key" not in repr(Transport(client))
    await client.aclose()


def test_paths_are_sent_as_text() -> None:
    assert encoded({"frame_template": Path("a/b.html"), "n": None}) == b'{"frame_template": "a/b.html", "n": null}'


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "nan"),
        ({"deep": [float("inf")]}, "finite"),
        (b"bytes", "a bytes is not JSON"),
        ({"of", "sets"}, "a set is not JSON"),
        ("half a \ud800 sign", "surrogates"),
    ],
)
def test_what_json_cannot_hold_is_named(value: object, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said) as caught:
        encoded({"text": "good", "metadata": value})
    assert caught.value.message.startswith("metadata is ")
    assert caught.value.reason == "SCHEMA"
