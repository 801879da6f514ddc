"""What OpenAI-compatible endpoints answer instead of text, as errors of ours, each by its name."""

from __future__ import annotations

import json
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING, Any, Literal

import openai

from pixelle.runtime.errors import (
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
    PixelleError,
    ResourceExhausted,
    Unauthenticated,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FAILURES", "Vendor", "cannot_see", "refused_field", "retry_after"]

FAILURES = (openai.OpenAIError, json.JSONDecodeError)
"""What the client library raises, while connecting and while reading."""
Field = Literal["bounds", "response_format", "max_tokens", "temperature", "seed", "stream_options"]
_WORDS: tuple[tuple[str, Field], ...] = (
    ("minitems", "bounds"),
    ("maxitems", "bounds"),
    ("response_format", "response_format"),
    ("response format", "response_format"),
    ("json_schema", "response_format"),
    ("json_object", "response_format"),
    ("json schema", "response_format"),
    ("structured output", "response_format"),
    ("grammar", "response_format"),
    ("max_completion_tokens", "max_tokens"),
    ("max_tokens", "max_tokens"),
    ("temperature", "temperature"),
    ("stream_options", "stream_options"),
    ("seed", "seed"),
)
"""A word in a refusal, and what it is about."""
_TOO_LONG = (
    "context length",
    "context_length",
    "context window",
    "context size",
    "too many tokens",
    "too long",
)
_BLIND = ("image", "vision", "multimodal", "multi-modal", "content type", "must be a string", "expected a string")
"""In refusals of models that are shown a picture and take text only."""
_NO_CREDIT = ("insufficient_quota", "insufficient balance", "exceeded your current quota", "billing", "credit balance")
_FILTERED = ("content_filter", "content management policy", "content policy", "data_inspection_failed", "safety")


def refused_field(error: openai.APIStatusError, sent: frozenset[str]) -> Field | None:
    """
    Which of the fields that were sent an endpoint does not take; None when the refusal is about something else.

    Read from the refusal's `param` where it has one, else from its words.
    """
    if error.status_code not in {400, 404, 415, 422, 500, 501}:
        return None
    body: Any = error.body
    said = f"{error.message} {json.dumps(body, default=str)}".lower()
    if any(word in said for word in _TOO_LONG):
        return None
    param = str(body.get("param") or "") if isinstance(body, dict) else ""
    for text in (param.lower(), said):
        for word, name in _WORDS:
            if word in text and name in sent:
                return name
    return None


def cannot_see(error: openai.APIStatusError) -> bool:
    """Whether a question with a picture was refused because the model takes text only."""
    if error.status_code not in {400, 404, 415, 422, 500, 501}:
        return False
    said = f"{error.message} {json.dumps(error.body, default=str)}".lower()
    return any(word in said for word in _BLIND) and not any(word in said for word in (*_TOO_LONG, *_FILTERED))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait (RFC 9110, 10.2.3: seconds or a date; or `retry-after-ms`); None when none can be read."""
    said, milliseconds = headers.get("retry-after", ""), headers.get("retry-after-ms", "")
    try:
        wait = float(milliseconds) / 1000 if milliseconds else float(said)
    except ValueError:
        try:
            wait = parsedate_to_datetime(said).timestamp() - time()
        except (ValueError, TypeError):
            return None
    return max(0.0, wait) if wait < float("inf") else None


class Vendor:
    """An endpoint and its model, as errors name them. The key never shows."""

    def __init__(self, base_url: str, key: str, timeout: float) -> None:
        """timeout: seconds without a byte."""
        self._url, self._key, self._timeout = base_url, key, timeout

    def _said(self, text: str) -> str:
        return (text.replace(self._key, "***") if self._key else text)[:300]

    def refusal(self, words: str, model: str) -> FailedPrecondition:
        """MODEL_REFUSED: the model will not write about this."""
        return FailedPrecondition(
            f"The model {model!r} refused: {self._said(words)!r}. Word the text differently, or choose another model.",
            reason="MODEL_REFUSED",
            details={"vendor": self._url, "model": model},
        )

    def filtered(self, model: str, words: str = "") -> FailedPrecondition:
        """CONTENT_FILTERED: the vendor's filter stopped the answer."""
        tail = f": {self._said(words)}" if words else ""
        return FailedPrecondition(
            f"The content filter of {self._url} stopped the answer of {model!r}{tail}. Word the text differently, or "
            "choose another model.",
            reason="CONTENT_FILTERED",
            details={"vendor": self._url, "model": model},
        )

    def empty(self, model: str, *, truncated: bool) -> FailedPrecondition:
        """ANSWER_EMPTY or ANSWER_TRUNCATED: no text came."""
        why = "its whole answer was thinking, up to the token limit" if truncated else "the answer has no text"
        return FailedPrecondition(
            f"The model {model!r} at {self._url} said nothing: {why}. "
            f"{'Raise max_tokens' if truncated else 'Ask again'}, or choose another model.",
            reason="ANSWER_TRUNCATED" if truncated else "ANSWER_EMPTY",
            details={"vendor": self._url, "model": model},
        )

    def blind(self, model: str, words: str) -> FailedPrecondition:
        """MODEL_CANNOT_SEE: the model takes no pictures."""
        return FailedPrecondition(
            f"The model {model!r} at {self._url} takes no pictures: {self._said(words)}",
            reason="MODEL_CANNOT_SEE",
            details={"vendor": self._url, "model": model},
        )

    def cut(self, model: str) -> Unavailable:
        """VENDOR_CUT: the stream ended before the answer did."""
        return Unavailable(
            f"The endpoint {self._url} closed the connection in the middle of the answer.",
            reason="VENDOR_CUT",
            details={"vendor": self._url, "model": model},
        )

    def error(self, error: Exception, model: str) -> PixelleError:
        """A failure of the client library as one of ours; the vendor's own words are kept short."""
        details = {"vendor": self._url, "model": model}
        where = f"The endpoint {self._url}"
        if isinstance(error, openai.APITimeoutError):
            told = f"{where} sent nothing for {self._timeout:g} s. Try again, or raise PIXELLE_LLM_TIMEOUT."
            return Unavailable(told, reason="VENDOR_TIMEOUT", details=details)
        if isinstance(error, openai.APIConnectionError):
            told = f"{where} cannot be reached. Check PIXELLE_LLM_BASE_URL."
            return Unavailable(told, reason="VENDOR_DOWN", details=details)
        if isinstance(error, openai.APIStatusError):
            return self._status(error, model, details)
        said = self._said(str(getattr(error, "message", "") or error))
        if isinstance(error, openai.APIError):
            return Unavailable(f"{where} failed: {said}", reason="VENDOR_DOWN", details=details)
        return Unavailable(
            f"{where} answered what is not the protocol of /chat/completions: {said}",
            reason="VENDOR_ANSWER",
            details=details,
        )

    def _status(  # noqa: PLR0911 - a table of vendor errors
        self, error: openai.APIStatusError, model: str, details: dict[str, str]
    ) -> PixelleError:
        said, where = self._said(error.message), f"The endpoint {self._url}"
        words, status = error.message.lower() + str(error.code or "").lower(), error.status_code
        if status == 401:
            if self._key:
                return Unauthenticated(f"{where} refused the key: {said}", reason="KEY_REJECTED", details=details)
            told = f"{where} asks for a key. Set PIXELLE_LLM_API_KEY."
            return Unauthenticated(told, reason="KEY_MISSING", details=details)
        if status == 402 or (status in {403, 429} and any(word in words for word in _NO_CREDIT)):
            told = f"{where} has no credit left for this key: {said}. Top the account up, or use another key."
            return FailedPrecondition(told, reason="CREDIT_EXHAUSTED", details=details)
        if status == 403:
            return PermissionDenied(f"{where} does not allow this: {said}", details=details)
        if status == 404:
            told = f"{where} does not know {model!r}: {said}. Check PIXELLE_LLM_MODEL and PIXELLE_LLM_BASE_URL."
            return NotFound(told, reason="MODEL_NOT_FOUND", details=details)
        if status == 408:
            return Unavailable(f"{where} timed out: {said}", reason="VENDOR_TIMEOUT", details=details)
        if status == 429:
            wait = retry_after(error.response.headers)
            told = f"{where} answered that a limit is reached: {said}"
            return ResourceExhausted(told, reason="QUOTA", retry_after=wait, details=details)
        if status >= 500:
            wait = retry_after(error.response.headers)
            return Unavailable(f"{where} failed: {said}", reason="VENDOR_DOWN", retry_after=wait, details=details)
        if any(word in words for word in _TOO_LONG):
            told = f"The text is too long for {model!r}: {said}. Set PIXELLE_LLM_CONTEXT to the tokens that it reads."
            return InvalidArgument(told, reason="PROMPT_TOO_LONG", details=details)
        if any(word in words for word in _FILTERED):
            return self.filtered(model, error.message)
        return InvalidArgument(f"{where} refused the request: {said}", reason="VENDOR_REFUSED", details=details)
