"""Tags of languages."""

from __future__ import annotations

import pytest

from pixelle.runtime.errors import InvalidArgument
from pixelle.text.tags import check_language, speaks


def test_speaks_compares_the_language_not_the_country() -> None:
    assert speaks(["en-US"], "en")
    assert speaks(["en"], "en-GB")
    assert speaks([], "zh")
    assert speaks(["en"], "")
    assert not speaks(["en"], "zh")
    assert speaks(["no"], "nb")


@pytest.mark.parametrize(("tag", "kept"), [("en", "en"), ("zh_CN", "zh-CN"), ("yue", "yue"), (" de-AT ", "de-AT")])
def test_a_language_that_exists_is_taken(tag: str, kept: str) -> None:
    assert check_language(tag, "language") == kept


@pytest.mark.parametrize("tag", ["klingon", "xx", "english", "e", "en us", "x" * 1000])
def test_an_unknown_language_is_refused_by_name(tag: str) -> None:
    with pytest.raises(InvalidArgument, match=r"language is .*no known language") as caught:
        check_language(tag, "language")
    assert caught.value.reason == "LANGUAGE_UNKNOWN"
    assert len(caught.value.message) < 300
