"""The error table: one meaning per kind, the same at every border."""

from __future__ import annotations

import grpc
import pytest

from pixelle.runtime import errors
from pixelle.runtime.errors import PixelleError, from_grpc, from_http, nearest

FAMILY = [getattr(errors, name) for name in errors.__all__ if isinstance(getattr(errors, name), type)]
KINDS = [cls for cls in FAMILY if issubclass(cls, PixelleError) and cls is not PixelleError]

TABLE = {
    "INVALID_ARGUMENT": (400, False),
    "UNAUTHENTICATED": (401, False),
    "PERMISSION_DENIED": (403, False),
    "NOT_FOUND": (404, False),
    "ALREADY_EXISTS": (409, False),
    "ABORTED": (409, False),
    "FAILED_PRECONDITION": (400, False),
    "RESOURCE_EXHAUSTED": (429, True),
    "DEADLINE_EXCEEDED": (504, True),
    "UNAVAILABLE": (503, True),
    "CANCELLED": (499, False),
    "INTERNAL": (500, False),
}


@pytest.mark.parametrize("cls", KINDS)
def test_every_kind_is_in_the_table(cls: type[PixelleError]) -> None:
    assert cls.kind.grpc in grpc.StatusCode.__members__
    assert TABLE[cls.kind.grpc] == (cls.kind.http, cls.kind.retryable)
    assert from_grpc(cls.kind.grpc) is cls


def test_the_table_is_complete() -> None:
    assert {cls.kind.grpc for cls in KINDS} == set(TABLE)


@pytest.mark.parametrize(
    ("status", "cls"),
    [(404, errors.NotFound), (422, errors.InvalidArgument), (400, errors.InvalidArgument), (418, errors.Internal)],
)
def test_http_statuses_come_back(status: int, cls: type[PixelleError]) -> None:
    assert from_http(status) is cls


def test_unknown_codes_are_internal() -> None:
    assert from_grpc("DATA_LOSS") is errors.Internal


def test_nearest_names_the_likely_one_and_the_rest() -> None:
    assert nearest("local/pipr", ["local/piper", "local/tone"]) == (
        " Did you mean 'local/piper'? Known: local/piper, local/tone."
    )
    assert "None is installed" in nearest("x", [])
    assert nearest("zzz", [f"n{i:02}" for i in range(20)]).endswith(", ...")
