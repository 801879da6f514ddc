"""Files that vendors name: from where they are fetched."""

from __future__ import annotations

from typing import Any

import pytest

from pixelle.runtime.fetch import Fetched
from pixelle.vendors import caller
from pixelle.vendors.caller import Caller


@pytest.mark.parametrize(
    ("named", "asked"),
    [
        (
            "http://dashscope-result-bj.oss-cn-beijing.aliyuncs.com/1d/a.png?Expires=1&Signature=x",
            "https://dashscope-result-bj.oss-cn-beijing.aliyuncs.com/1d/a.png?Expires=1&Signature=x",
        ),
        ("https://cdn.example/a.png", "https://cdn.example/a.png"),
        ("http://10.0.0.7:8000/files/a.png", "http://10.0.0.7:8000/files/a.png"),
    ],
)
def test_a_store_that_is_named_by_http_is_asked_by_https(
    named: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    async def fetch(url: str, **_: Any) -> Fetched:
        seen.append(url)
        return Fetched(b"\x89PNG", "image/png")

    monkeypatch.setattr(caller, "fetch", fetch)
    at = Caller("DashScope", "http://10.0.0.7:8000/api/v1", dict)
    assert at.download(named, lambda: None, limit=10, accept=("image/",)) == b"\x89PNG"
    assert seen == [asked]
