"""When vendors say to come back."""

from __future__ import annotations

import pytest

from pixelle.runtime.errors import ResourceExhausted
from pixelle.vendors.refusals import refusal


@pytest.mark.parametrize(
    ("headers", "text", "wait"),
    [
        ({"retry-after": "7"}, "slow down", 7.0),
        ({"retry-after": "0"}, "try again in 20s", 0.0),
        ({"retry-after-ms": "1500"}, "slow down", 1.5),
        ({}, "Rate limit reached. Please try again in 1m2s.", 62.0),
        ({}, "slow down", 5.0),
    ],
)
def test_the_wait_is_that_of_the_header_then_of_the_sentence(headers: dict[str, str], text: str, wait: float) -> None:
    error = refusal("Somebody", 429, headers, text)
    assert isinstance(error, ResourceExhausted)
    assert error.retry_after == wait


@pytest.mark.parametrize("said", ["It may be inappropriate.", "It may be inappropriate", "It may be inappropriate。"])
def test_a_vendors_sentence_ends_once(said: str) -> None:
    error = refusal("Somebody", 400, {}, said, meaning="content")
    assert error.message == "Somebody will not make this: It may be inappropriate. Say it differently."
