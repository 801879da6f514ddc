"""Where errors cross the wire: to `google.rpc.Status` on the server, back to the family on the client."""

from __future__ import annotations

import math
import time
import uuid
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import structlog
from google.protobuf.message import DecodeError
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from pixelle.runtime import metrics, traces
from pixelle.runtime.errors import DeadlineExceeded, Internal, PixelleError, Unavailable, disk_full, from_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from contextlib import AbstractContextManager

__all__ = ["DOMAIN", "ErrorInterceptor", "from_rpc_error", "to_status"]

DOMAIN = "pixelle"
"""The `domain` of every ErrorInfo we send."""
_DETAILS = "grpc-status-details-bin"

_log = structlog.get_logger("pixelle.rpc")


def to_status(error: PixelleError) -> status_pb2.Status:
    """The wire form of an error: one Status with one ErrorInfo, and a RetryInfo where it is known when to try again."""
    info = error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.details)
    if error.retry_after is not None:
        info.metadata["retry_after"] = f"{error.retry_after:g}"
    status = status_pb2.Status(code=code_pb2.Code.Value(error.kind.grpc), message=error.message)
    status.details.add().Pack(info)
    if error.retry_after is not None:
        wait = error_details_pb2.RetryInfo()
        wait.retry_delay.FromMilliseconds(round(error.retry_after * 1000))
        status.details.add().Pack(wait)
    return status


def from_rpc_error(error: grpc.aio.AioRpcError, *, service: str) -> PixelleError:
    """
    The error a call ended with, as one of the family.

    service: name for people, used when the peer said nothing of its own.
    """
    status = _said(error)
    info = error_details_pb2.ErrorInfo()
    for detail in status.details:
        if detail.Unpack(info) and info.domain == DOMAIN:
            details = dict(info.metadata)
            wait = _wait(details.pop("retry_after", ""), status)
            return from_grpc(error.code().name)(status.message, reason=info.reason, retry_after=wait, details=details)
    name = error.code().name
    details = {"service": service}
    if name == "UNAVAILABLE":
        return Unavailable(
            f"The {service} service cannot be reached. Check that it runs and that its address is right.",
            reason="SERVICE_DOWN",
            details=details,
        )
    if name == "DEADLINE_EXCEEDED":
        return DeadlineExceeded(f"The {service} service did not answer in time.", details=details)
    said = error.details() or name
    return from_grpc(name)(f"The {service} service answered: {said}", reason=name, details=details)


def _said(error: grpc.aio.AioRpcError) -> status_pb2.Status:
    """What the peer, whoever wrote it, says of its error; empty where that cannot be read."""
    for name, value in error.trailing_metadata() or ():
        if name == _DETAILS:
            with suppress(DecodeError):
                return status_pb2.Status.FromString(value if isinstance(value, bytes) else value.encode())
    return status_pb2.Status()


def _wait(told: str, status: status_pb2.Status) -> float | None:
    """Seconds to wait: of ErrorInfo, as our services of all versions say it, or of RetryInfo, as others do."""
    with suppress(ValueError):
        if math.isfinite(seconds := float(told)):
            return max(0.0, seconds)
    info = error_details_pb2.RetryInfo()
    for detail in status.details:
        if detail.Unpack(info):
            return max(0.0, info.retry_delay.ToMilliseconds() / 1000)
    return None


class ErrorInterceptor(grpc.aio.ServerInterceptor):
    """Turns raised errors into statuses, hides the text of faults, and logs every call."""

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[grpc.RpcMethodHandler[Any, Any] | None]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> grpc.RpcMethodHandler[Any, Any] | None:
        """Wrap the handler of a call."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith("/grpc."):
            return handler
        make: Any
        if handler.unary_unary is not None:
            make, wrapped = grpc.unary_unary_rpc_method_handler, _unary(handler.unary_unary, method)
        elif handler.unary_stream is not None:
            make, wrapped = grpc.unary_stream_rpc_method_handler, _stream(handler.unary_stream, method)
        else:
            return handler
        return make(wrapped, handler.request_deserializer, handler.response_serializer)


def _unary(inner: Any, method: str) -> Any:
    async def handle(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
        with _Call(method, request, context) as call:
            try:
                return await inner(request, context)
            except PixelleError as error:
                await context.abort_with_status(rpc_status.to_status(call.failed(error)))
            except grpc.aio.AbortError:
                call.refused()
                raise
            except Exception as error:  # the border: what nobody expected must not reach the caller
                await _end(call, error, method, context)

    return handle


async def _end(call: _Call, error: Exception, method: str, context: grpc.aio.ServicerContext[Any, Any]) -> None:
    """End a call with what nobody expected."""
    if _left_out(error, context):
        call.refused()
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{method} is not offered here.")
    await context.abort_with_status(rpc_status.to_status(call.broke(error)))


def _left_out(error: Exception, context: grpc.aio.ServicerContext[Any, Any]) -> bool:
    """Whether this is what generated servicers do for a method that nobody has written."""
    return isinstance(error, NotImplementedError) and context.code() == grpc.StatusCode.UNIMPLEMENTED


def _stream(inner: Any, method: str) -> Any:
    async def handle(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> AsyncIterator[Any]:
        with _Call(method, request, context) as call:
            messages: Any = None
            try:
                messages = inner(request, context)  # what generated servicers leave unwritten raises here
                async for message in messages:
                    yield message
            except PixelleError as error:
                await context.abort_with_status(rpc_status.to_status(call.failed(error)))
            except grpc.aio.AbortError:
                call.refused()
                raise
            except Exception as error:  # the border: what nobody expected must not reach the caller
                await _end(call, error, method, context)
            finally:
                if messages is not None:
                    await messages.aclose()

    return handle


class _Call:
    """One call's lines in the log, its end, and for debugging its begin; its seconds and its span where asked for."""

    def __init__(self, method: str, request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> None:
        self._fields: dict[str, Any] = {"method": method, "request_id": getattr(request, "request_id", "")}
        self._outcome, self._code = "cancelled", "CANCELLED"
        self._started = time.monotonic()
        self._span: AbstractContextManager[object] = nullcontext()
        if traces.tracing():
            task, step, _ = self._fields["request_id"].partition("/")
            parent = traces.parent_of(context.invocation_metadata())
            self._span = traces.span(method[1:], kind="SERVER", parent=parent, task_id=task if step else "")

    def __enter__(self) -> _Call:
        self._span.__enter__()
        _log.debug("call begun", **self._fields)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if kind is None:
            self._outcome, self._code = "ok", "OK"
        seconds = time.monotonic() - self._started
        _log.info("call", outcome=self._outcome, seconds=round(seconds, 3), **self._fields)
        metrics.record(metrics.RPC_SECONDS, seconds, self._fields["method"][1:], self._code)
        self._span.__exit__(kind, error, trace)

    def refused(self) -> None:
        self._outcome, self._code = "refused", "REFUSED"

    def failed(self, error: PixelleError) -> status_pb2.Status:
        self._outcome, self._code = error.reason, error.kind.grpc
        return to_status(error)

    def broke(self, error: Exception) -> status_pb2.Status:
        if full := disk_full(error):
            return self.failed(full)
        trace = traces.trace_id() or uuid.uuid4().hex
        self._outcome, self._code = "BUG", "INTERNAL"
        _log.error("fault", **{**self._fields, "trace_id": trace}, exc_info=error)
        return to_status(
            Internal(
                f"Something went wrong inside. The log has it under trace id {trace}.", details={"trace_id": trace}
            )
        )
