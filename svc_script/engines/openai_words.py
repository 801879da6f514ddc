"""What the words of an endpoint's refusal are about. The lists were read from recorded refusals: tests/recorded."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import openai

__all__ = ["Field", "Topic", "asks_too_much", "field_in", "is_blind", "sentence", "topic", "words_of"]

Field = Literal["bounds", "response_format", "max_tokens", "temperature", "seed", "stream_options", "stream", "system"]
Topic = Literal["long", "credit", "filter", "rate", ""]
_FIELDS: tuple[tuple[str, Field], ...] = (
    ("minitems", "bounds"),
    ("maxitems", "bounds"),
    ("schema contains features not supported", "bounds"),
    ("flavored json schema", "bounds"),
    ("response_format", "response_format"),
    ("response format", "response_format"),
    ("output_format", "response_format"),
    ("output_config.format", "response_format"),
    ("json_schema", "response_format"),
    ("json_object", "response_format"),
    ("json schema", "response_format"),
    ("structured output", "response_format"),
    ("grammar", "response_format"),
    ("max_completion_tokens", "max_tokens"),
    ("max_tokens", "max_tokens"),
    ("temperature", "temperature"),
    ("stream_options", "stream_options"),
    ("stream this model", "stream"),
    ("'stream'", "stream"),
    ('"param": "stream"', "stream"),
    ("support streaming", "stream"),
    ("streaming is not", "stream"),
    ("system role", "system"),
    ("role 'system'", "system"),
    ("support 'system'", "system"),
    ("roles must alternate", "system"),
    ("seed", "seed"),
)
"""A word in a refusal, and what it is about."""
_LONG = (
    "context length",
    "context_length",
    "context window",
    "context size",
    "context_size",
    "too many tokens",
    "exceeded model token limit",
    "range of input length",
    "request too large",
)
_BLIND = ("image", "vision", "multimodal", "multi-modal", "content type", "must be a string", "expected a string")
"""In refusals of models that are shown a picture and take text only."""
_CREDIT = (
    "insufficient_quota",
    "insufficient balance",
    "exceeded your current quota",
    "exceeded current quota",
    "exceeded_current_quota",
    "billing_hard_limit",
    "billing hard limit",
    "billing_not_active",
    "credit balance",
    "arrearage",
    "overdue",
)
_FILTER = ("content_filter", "content management policy", "content policy", "data_inspection_failed", "safety")
_RATE = ("rate limit", "rate_limit")
_PER_MINUTE = "#token-limit"
"""Of the page to which DashScope sends for its limits per minute, which it calls insufficient_quota."""
_ANSWER_TOO_LONG = re.compile(r"in the completion|output tokens|max_(?:completion_)?tokens\W.{0,40}too large")
_TITLE = re.compile(r"<title[^>]*>\s*([^<]*[^<\s])", re.IGNORECASE)


def sentence(error: openai.APIError) -> str:
    """What an endpoint said, without the JSON or the page round it; where that is nothing, what the library says."""
    body: Any = error.body
    if isinstance(body, dict):
        said = next((body[name] for name in ("message", "detail") if isinstance(body.get(name), str)), "")
    else:
        said = body if isinstance(body, str) else ""
    if "<html" in said[:500].lower():
        found = _TITLE.search(said)
        said = found[1] if found else ""
    return said.strip() or error.message


def words_of(error: openai.APIError) -> str:
    """Everything that was said, codes and all, in small letters."""
    return f"{error.message} {json.dumps(error.body, default=str)}".lower()


def topic(words: str) -> Topic:
    """What a refusal in `words_of` is about, as far as words tell."""
    if any(word in words for word in _LONG):
        return "long"
    if _PER_MINUTE not in words and any(word in words for word in _CREDIT):
        return "credit"
    if any(word in words for word in _FILTER):
        return "filter"
    return "rate" if any(word in words for word in _RATE) else ""


def field_in(words: str, sent: frozenset[str]) -> Field | None:
    """Which of the fields that were sent is spoken of; None: none."""
    return next((name for word, name in _FIELDS if word in words and name in sent), None)


def asks_too_much(words: str) -> bool:
    """Whether a refusal for length is about the room that was asked for the answer, beside that of the text."""
    return bool(_ANSWER_TOO_LONG.search(words))


def is_blind(words: str) -> bool:
    """Whether pictures are spoken of."""
    return any(word in words for word in _BLIND)
