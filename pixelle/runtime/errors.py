"""One error family and the only table that maps it to gRPC and HTTP."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "AlreadyExists",
    "Cancelled",
    "Conflict",
    "DeadlineExceeded",
    "FailedPrecondition",
    "Internal",
    "InvalidArgument",
    "Kind",
    "NotFound",
    "PermissionDenied",
    "PixelleError",
    "ResourceExhausted",
    "Unauthenticated",
    "Unavailable",
    "disk_full",
    "from_grpc",
    "from_http",
    "nearest",
]


@dataclass(frozen=True)
class Kind:
    """What an error means at each border."""

    grpc: str
    """Name of the status code in `grpc.StatusCode`."""
    http: int
    """HTTP status."""
    title: str
    """Short name for people (RFC 9457 `title`)."""
    retryable: bool
    """Whether the same call may succeed later without being changed."""


class PixelleError(Exception):
    """Something a caller is told: what was wrong, with which value, and what to do next."""

    kind: ClassVar[Kind] = Kind("INTERNAL", 500, "Internal error", retryable=False)
    default_reason: ClassVar[str] = "BUG"

    def __init__(
        self,
        message: str,
        *,
        reason: str = "",
        retry_after: float | None = None,
        details: dict[str, str] | None = None,
    ) -> None:
        """
        message: a sentence for people; names the value (`!r`) and the way out.
        reason: stable UPPER_SNAKE name for programs; the class's own when empty.
        retry_after: seconds to wait before trying again, when known.
        details: further facts for programs, for example {"service": "tts"}.
        """
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.retry_after = retry_after
        self.details = details or {}

    def __str__(self) -> str:
        """The message, also one that was made clearer on its way."""
        return self.message

    @property
    def retryable(self) -> bool:
        """Whether the same call may succeed later without being changed."""
        return self.kind.retryable


class InvalidArgument(PixelleError):
    """The request itself is wrong."""

    kind = Kind("INVALID_ARGUMENT", 400, "Invalid argument", retryable=False)
    default_reason = "INVALID"


class Unauthenticated(PixelleError):
    """No valid key was shown."""

    kind = Kind("UNAUTHENTICATED", 401, "Not authenticated", retryable=False)
    default_reason = "KEY_MISSING"


class PermissionDenied(PixelleError):
    """The caller may not do this."""

    kind = Kind("PERMISSION_DENIED", 403, "Permission denied", retryable=False)
    default_reason = "FORBIDDEN"


class NotFound(PixelleError):
    """What was named does not exist."""

    kind = Kind("NOT_FOUND", 404, "Not found", retryable=False)
    default_reason = "NOT_FOUND"


class AlreadyExists(PixelleError):
    """What was to be made exists."""

    kind = Kind("ALREADY_EXISTS", 409, "Already exists", retryable=False)
    default_reason = "EXISTS"


class Conflict(PixelleError):
    """The thing is in a state that does not allow this."""

    kind = Kind("ABORTED", 409, "Conflict", retryable=False)
    default_reason = "CONFLICT"


class FailedPrecondition(PixelleError):
    """Something must be set up or chosen differently first."""

    kind = Kind("FAILED_PRECONDITION", 400, "Failed precondition", retryable=False)
    default_reason = "PRECONDITION"


class ResourceExhausted(PixelleError):
    """A queue, a quota or the disk is full."""

    kind = Kind("RESOURCE_EXHAUSTED", 429, "Too busy", retryable=True)
    default_reason = "QUOTA"


class DeadlineExceeded(PixelleError):
    """It took longer than the caller was willing to wait."""

    kind = Kind("DEADLINE_EXCEEDED", 504, "Deadline exceeded", retryable=True)
    default_reason = "DEADLINE"


class Unavailable(PixelleError):
    """A service or vendor cannot be reached now."""

    kind = Kind("UNAVAILABLE", 503, "Unavailable", retryable=True)
    default_reason = "UNAVAILABLE"


class Cancelled(PixelleError):
    """Nobody waits for the result any more."""

    kind = Kind("CANCELLED", 499, "Cancelled", retryable=False)
    default_reason = "CANCELLED"


class Internal(PixelleError):
    """A fault of ours; the text is for the log, callers get the trace id."""

    kind = Kind("INTERNAL", 500, "Internal error", retryable=False)
    default_reason = "BUG"


_FAMILY: tuple[type[PixelleError], ...] = (
    InvalidArgument,
    Unauthenticated,
    PermissionDenied,
    NotFound,
    AlreadyExists,
    Conflict,
    FailedPrecondition,
    ResourceExhausted,
    DeadlineExceeded,
    Unavailable,
    Cancelled,
    Internal,
)
_BY_GRPC = {cls.kind.grpc: cls for cls in _FAMILY}
_BY_HTTP = {cls.kind.http: cls for cls in reversed(_FAMILY)} | {422: InvalidArgument}


def from_grpc(code_name: str) -> type[PixelleError]:
    """The class for a gRPC status code name; `Internal` for codes that are not ours."""
    return _BY_GRPC.get(code_name, Internal)


def from_http(status: int) -> type[PixelleError]:
    """The class for an HTTP status; `Internal` for those that are not ours."""
    return _BY_HTTP.get(status, Unavailable if status in {502, 503} else Internal)


def nearest(name: str, known: Iterable[str], *, limit: int = 12) -> str:
    """A tail for error messages: the nearest known name, then the known ones (at most `limit`)."""
    names = sorted(known)
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    listed = ", ".join(names[:limit]) + (", ..." if len(names) > limit else ".")
    return f"{hint} Known: {listed}" if names else f"{hint} None is installed."


def disk_full(error: BaseException) -> ResourceExhausted | None:
    """What to say when the kernel refused a write for lack of room; None for any other error."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ResourceExhausted(
            "The disk is full. Free some space, then send the request again.", reason="STORE_FULL", retry_after=60.0
        )
    return None
