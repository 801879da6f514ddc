"""Calling a service: one dial, deadlines on every call, errors as our family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import grpc
import grpc.aio

from pixelle.core.v1 import core_pb2
from pixelle.runtime import traces
from pixelle.runtime.errors import FailedPrecondition, Unavailable
from pixelle.runtime.interceptors import from_rpc_error
from pixelle.runtime.tls import client_credentials

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from google.protobuf.message import Message

    from pixelle.runtime.errors import PixelleError
    from pixelle.runtime.work import Report

__all__ = ["call", "dial", "result_of", "unknown"]

Q = TypeVar("Q", bound="Message")
R = TypeVar("R", bound="Message")

_OPTIONS = (
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.lb_policy_name", "round_robin"),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
)


def dial(url: str, *, tls: Path | None = None) -> grpc.aio.Channel:
    """
    A channel to "grpc://host:port", "host:port", "dns:///name:port" or "unix:/path". Connects when used.

    tls: folder of certificates, for all but unix sockets; the other side must be called as its certificate says.
    Raises FailedPrecondition (TLS_FILE_MISSING).
    """
    target = url.removeprefix("grpc://")
    if tls is None or target.startswith("unix:"):
        return grpc.aio.insecure_channel(target, options=_OPTIONS)
    return grpc.aio.secure_channel(target, client_credentials(tls), options=_OPTIONS)


async def call(method: grpc.aio.UnaryUnaryMultiCallable[Q, R], request: Q, *, timeout: float, service: str) -> R:  # noqa: ASYNC109 - it is the wire deadline
    """
    One question, one answer.

    timeout: deadline in seconds. service: name for people in errors. Raises PixelleError.
    """
    try:
        return await method(request, timeout=timeout, metadata=traces.metadata())
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error, service=service) from error


def unknown(error: PixelleError) -> bool:
    """Whether the service has no such method: it is an older one, or somebody's own that leaves it out."""
    cause = error.__cause__
    return isinstance(cause, grpc.aio.AioRpcError) and cause.code() == grpc.StatusCode.UNIMPLEMENTED


async def result_of(
    method: grpc.aio.UnaryStreamMultiCallable[Q, R],
    request: Q,
    *,
    timeout: float,  # noqa: ASYNC109 - it is the wire deadline
    service: str,
    report: Report | None = None,
    pieces: Mapping[str, Callable[[Any], None]] | None = None,
) -> Any:
    """
    Ask for costly work and wait for its one result, the last message's field of the oneof `event`.

    report: told every progress. pieces: by field of `event`, told each of the parts that come before the result.
    Cancelling the awaiting task cancels the call at the server.
    Raises PixelleError; Unavailable (NO_RESULT) when the stream ends without a result; FailedPrecondition
    (RESULT_NOT_STORED) when a file of it is in no store.
    """
    stream = method(request, timeout=timeout, metadata=traces.metadata())
    result: Any = None
    try:
        async for message in stream:
            name = cast("str | None", message.WhichOneof("event"))  # type: ignore[arg-type]
            if name == "progress":
                if report:
                    progress = message.progress  # type: ignore[attr-defined]
                    report(progress.fraction, progress.message)
            elif name and pieces and name in pieces:
                pieces[name](getattr(message, name))
            elif name:
                result = getattr(message, name)
    except grpc.aio.AioRpcError as error:
        raise from_rpc_error(error, service=service) from error
    finally:
        stream.cancel()
    if result is None:
        raise Unavailable(
            f"The {service} service ended the call without a result.", reason="NO_RESULT", details={"service": service}
        )
    _must_be_stored(result, service)
    return result


def _must_be_stored(result: Any, service: str) -> None:
    """What is bytes alone is lost with the message; somebody's own service may not know."""
    for part, value in result.ListFields() if hasattr(result, "ListFields") else ():
        file = part.message_type is core_pb2.Artifact.DESCRIPTOR and not part.is_repeated
        if file and value.inline and not value.uri:
            raise FailedPrecondition(
                f"The {service} service answered {part.name!r} of its {result.DESCRIPTOR.name} as bytes alone. Results "
                "have to be in the deployment's store (PIXELLE_STORE_URL), with their uri.",
                reason="RESULT_NOT_STORED",
                details={"service": service},
            )
