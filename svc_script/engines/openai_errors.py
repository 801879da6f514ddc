"""What OpenAI-compatible endpoints answer instead of text, as errors of ours, each by its name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

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
from pixelle.vendors.waits import retry_after, wait_in
from svc_script.engines.openai_words import Field, asks_too_much, field_in, is_blind, sentence, topic, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FAILURES", "Vendor", "cannot_see", "refused_field"]

FAILURES = (openai.OpenAIError, json.JSONDecodeError)
"""What the client library raises, while connecting and while reading."""
_SECRET = 8
"""Characters of a key from which on it is one, rather than "none" or "ollama"."""
_CODES = frozenset(str(status) for status in range(400, 600))
_REFUSALS = frozenset({400, 404, 415, 422, 500, 501})
"""Statuses of endpoints that do not take something of a request."""


def refused_field(error: openai.APIStatusError, sent: frozenset[str]) -> Field | None:
    """
    Which of the fields that were sent an endpoint does not take; None when the refusal is about something else.

    Read from the refusal's `param` where it has one, else from its words.
    """
    if error.status_code not in _REFUSALS:
        return None
    words, body = words_of(error), cast("Any", error.body)
    if _too_long(error.status_code, words):
        return "max_tokens" if "max_tokens" in sent and asks_too_much(words) else None
    param = str(body.get("param") or "") if isinstance(body, dict) else ""
    return field_in(param.lower(), sent) or field_in(words, sent)


def cannot_see(error: openai.APIStatusError) -> bool:
    """Whether a question with a picture was refused because the model takes text only."""
    words = words_of(error)
    known = _too_long(error.status_code, words) or topic(words) == "filter"
    return error.status_code in _REFUSALS and is_blind(words) and not known


class Vendor:
    """An endpoint and its model, as errors name them. The key never shows."""

    def __init__(self, base_url: str, key: str, timeout: float) -> None:
        """timeout: seconds without a byte."""
        self._url, self._key, self._timeout = base_url, key, timeout

    def _said(self, text: str) -> str:
        return (text.replace(self._key, "***") if len(self._key) >= _SECRET else text)[:300]

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

    def unread(self, model: str, read: int) -> InvalidArgument:
        """PROMPT_TOO_LONG: the endpoint cut the question without a word."""
        return InvalidArgument(
            f"The endpoint {self._url} read only {read:,} tokens of a longer question. Set PIXELLE_LLM_CONTEXT={read}, "
            "or have it read more (Ollama: OLLAMA_CONTEXT_LENGTH).",
            reason="PROMPT_TOO_LONG",
            details={"vendor": self._url, "model": model},
        )

    def busy(self, model: str) -> Unavailable:
        """VENDOR_DOWN: the endpoint gave an answer up, as it says."""
        return Unavailable(
            f"The endpoint {self._url} stopped in the middle of the answer: it has not the means for it now.",
            reason="VENDOR_DOWN",
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
            why = self._said(str(error.__cause__ or ""))
            told = f"{where} cannot be reached{f': {why}' if why else ''}. Check PIXELLE_LLM_BASE_URL."
            return Unavailable(told, reason="VENDOR_DOWN", details=details)
        if isinstance(error, openai.APIStatusError):
            return self._refused(error.status_code, error, model, error.response.headers)
        if isinstance(error, openai.APIError):  # told inside an answer that had begun well
            code = str(error.code or "")
            return self._refused(int(code) if code in _CODES else 0, error, model, {})
        return Unavailable(
            f"{where} answered what is not the protocol of /chat/completions: {self._said(str(error))}",
            reason="VENDOR_ANSWER",
            details=details,
        )

    def _refused(self, status: int, error: openai.APIError, model: str, headers: Mapping[str, str]) -> PixelleError:
        """status: 0 where none was told."""
        words, told = words_of(error), self._said(sentence(error)).rstrip(" .。")
        if topic(words) == "key" and status in {0, 400, 403}:
            status = 401
        meant = None if status == 401 else self._meant(status, words, told, model)
        wait = retry_after(headers)
        return meant or self._plain(status, words, told, model, wait_in(words) if wait is None else wait)

    def _meant(self, status: int, words: str, told: str, model: str) -> PixelleError | None:
        """What the words say, whatever the status."""
        details, about = {"vendor": self._url, "model": model}, topic(words)
        if status == 402 or (about == "credit" and status in {0, 400, 403, 429}):
            where = f"The endpoint {self._url}"
            said = f"{where} has no credit left for this key: {told}. Top the account up, or use another key."
            return FailedPrecondition(said, reason="CREDIT_EXHAUSTED", details=details)
        if _too_long(status, words):
            said = f"The text is too long for {model!r}: {told}. Set PIXELLE_LLM_CONTEXT to the tokens that it reads."
            return InvalidArgument(said, reason="PROMPT_TOO_LONG", details=details)
        if about == "filter" and status in {0, 400, 403, 422}:
            return self.filtered(model, told)
        return None

    def _plain(  # noqa: PLR0911 - a table of vendor errors
        self, status: int, words: str, told: str, model: str, wait: float | None
    ) -> PixelleError:
        details, where = {"vendor": self._url, "model": model}, f"The endpoint {self._url}"
        if status == 401:
            if self._key:
                return Unauthenticated(f"{where} refused the key: {told}", reason="KEY_REJECTED", details=details)
            said = f"{where} asks for a key. Set PIXELLE_LLM_API_KEY."
            return Unauthenticated(said, reason="KEY_MISSING", details=details)
        if status == 403:
            return PermissionDenied(f"{where} does not allow this: {told}", details=details)
        if status == 404:
            said = f"{where} does not know {model!r}: {told}. Check PIXELLE_LLM_MODEL and PIXELLE_LLM_BASE_URL."
            return NotFound(said, reason="MODEL_NOT_FOUND", details=details)
        if status == 408:
            return Unavailable(f"{where} timed out: {told}", reason="VENDOR_TIMEOUT", details=details)
        if status == 429 or (status == 0 and topic(words) == "rate"):
            said = f"{where} answered that a limit is reached: {told}"
            return ResourceExhausted(said, reason="QUOTA", retry_after=wait, details=details)
        if status == 0 or status >= 500:
            return Unavailable(f"{where} failed: {told}", reason="VENDOR_DOWN", retry_after=wait, details=details)
        return InvalidArgument(f"{where} refused the request: {told}", reason="VENDOR_REFUSED", details=details)


def _too_long(status: int, words: str) -> bool:
    """Gateways say of themselves that they took too long; that is not about the text."""
    return topic(words) == "long" or (status in {400, 413, 422} and "too long" in words)
