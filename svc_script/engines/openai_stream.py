"""Reading an endpoint's answer on a thread of its own, so that a cancelled call never waits for the endpoint."""

from __future__ import annotations

import contextlib
import contextvars
import json
import queue
import socket
import threading
from typing import TYPE_CHECKING, Any

import httpx2  # openai's
import openai
from openai.types.chat import ChatCompletion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pixelle.runtime.errors import PixelleError

__all__ = ["called_with", "chunks", "text_of"]

_LOOK_UP = 0.2
"""Seconds after which whoever waits for the endpoint asks whether anybody still waits for the answer."""


def chunks(
    opened: Callable[[], AbstractContextManager[Any]], tick: Callable[[], None], cut: Callable[[], PixelleError]
) -> Iterator[Any]:
    """
    The pieces of an answer as they come; the whole as one piece from an endpoint that does not stream.

    opened: sends the request. tick: called before every piece and while none comes; what it raises hangs up.
    Raises what the client library does, and `cut()` when the connection breaks.
    """
    line = _Line(opened, cut)
    try:
        while True:
            tick()
            try:
                piece, failure = line.said.get(timeout=_LOOK_UP)
            except queue.Empty:
                continue
            if failure:
                raise failure
            if piece is None:
                return
            yield piece
    finally:
        line.hang_up()


class _Line:
    """One request, read on its own thread until its end or until it is hung up."""

    def __init__(self, opened: Callable[[], AbstractContextManager[Any]], cut: Callable[[], PixelleError]) -> None:
        self.said: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()
        """Pieces; (None, failure) at the end, None for a good one."""
        self._opened, self._cut = opened, cut
        self._gone = threading.Event()
        self._stream: Any = None
        run = contextvars.copy_context().run
        threading.Thread(target=run, args=(self._read,), name="openai-answer", daemon=True).start()

    def hang_up(self) -> None:
        """Have the endpoint notice at once that nobody listens; without waiting for it."""
        self._gone.set()
        if self._stream is not None:
            with contextlib.suppress(OSError, KeyError, AttributeError):
                wire = self._stream.response.extensions["network_stream"].get_extra_info("socket")
                wire.shutdown(socket.SHUT_RDWR)

    def _read(self) -> None:
        try:
            with self._opened() as stream:
                self._stream = stream
                for piece in () if self._gone.is_set() else _pieces(stream, self._cut):
                    self.said.put((piece, None))
                    if self._gone.is_set():
                        return
            self._stream = None  # its connection may be in use again
        except BaseException as error:  # raised where the answer is waited for
            self.said.put((None, error))
        else:
            self.said.put((None, None))


def _pieces(stream: Any, cut: Callable[[], PixelleError]) -> Iterator[Any]:
    kind = stream.response.headers.get("content-type", "")
    try:
        if "html" in kind:
            raise openai.OpenAIError("a web page. PIXELLE_LLM_BASE_URL usually ends in /v1")
        whole = "json" in kind and "event-stream" not in kind
        for piece in [ChatCompletion.model_construct(**_whole(stream.response))] if whole else stream:
            faults = [getattr(choice, "error", None) for choice in piece.choices or ()]  # OpenRouter's
            for failed in (*faults, _failed(getattr(piece, "base_resp", None))):
                if failed:
                    raise openai.APIError(_sentence(failed), stream.response.request, body=failed)
            yield piece
    except openai.APITimeoutError:
        raise
    except httpx2.TimeoutException as error:
        raise openai.APITimeoutError(stream.response.request) from error
    except (openai.APIConnectionError, httpx2.RequestError) as error:
        raise cut() from error


def _whole(response: Any) -> dict[str, Any]:
    """An answer in one piece. Some endpoints tell an error with the status 200. Raises openai.OpenAIError."""
    said: Any = json.loads(response.read())
    if isinstance(said, dict) and said.get("error"):
        raise openai.APIError(_sentence(said["error"]), response.request, body=said["error"])
    if isinstance(said, dict) and "choices" in said:
        return said
    raise openai.OpenAIError(f"JSON without choices: {json.dumps(said)[:200]}")


def _failed(state: Any) -> dict[str, Any] | None:
    """MiniMax tells faults beside the answer; 0 is none."""
    code = state.get("status_code") if isinstance(state, dict) else 0
    return {"message": str(state.get("status_msg") or "it told an error")} if code else None


def _sentence(error: Any) -> str:
    said = error.get("message") if isinstance(error, dict) else error
    return said if isinstance(said, str) and said else "it told an error"


def text_of(content: Any) -> str:
    """The text of a message whose content is one text, or a list of parts of which some are thinking."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [part if isinstance(part, dict) else getattr(part, "__dict__", {}) for part in content]
    return "".join(
        part["text"]
        for part in parts
        if part.get("type") in {"text", "output_text"} and isinstance(part.get("text"), str)
    )


def called_with(said: Any) -> str:
    """What a message calls a tool with though none was offered; "" when it calls none."""
    for call in getattr(said, "tool_calls", None) or ():
        function = call.get("function") if isinstance(call, dict) else getattr(call, "function", None)
        told = function.get("arguments") if isinstance(function, dict) else getattr(function, "arguments", None)
        return told if isinstance(told, str) else ""
    return ""
