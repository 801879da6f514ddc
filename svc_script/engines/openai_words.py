"""What the words of an endpoint's refusal are about. The lists were read from recorded refusals: tests/recorded."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import openai

__all__ = ["Field", "Topic", "asks_too_much", "field_in", "is_blind", "sentence", "topic", "words_of"]

Field = Literal["bounds", "response_format", "max_tokens", "temperature", "seed", "stream_options", "stream", "system"]
Topic = Literal["long", "key", "credit", "filter", "rate", ""]
_FIELDS: tuple[tuple[str, Field], ...] = (
    ("minitems", "bounds"),
    ("maxitems", "bounds"),
    ("schema contains features not supported", "bounds"),
    ("flavored json schema", "bounds"),
    ("too many states", "bounds"),
    ("response_format", "response_format"),
    ("response format", "response_format"),
    ("output_format", "response_format"),
    ("output_config.format", "response_format"),
    ("json_schema", "response_format"),
    ("json_object", "response_format"),
    ("json schema", "response_format"),
    ("structured output", "response_format"),
    ("json mode", "response_format"),
    ("specified schema", "response_format"),
    ("failed to generate json", "response_format"),
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
    "exceeds the maximum number of tokens",
    "maximum prompt length",
    "maximum allowed input length",
    "exceeds max length",
    "max_seq_len",
    "max_new_tokens",
    "range of input length",
    "request too large",
)
_BLIND = ("image", "vision", "multimodal", "multi-modal", "content type", "must be a string", "expected a string")
"""In refusals of models that are shown a picture and take text only."""
_KEY = ("api key not valid", "api_key_invalid", "incorrect api key", "invalid api key", "api key expired")
"""Some endpoints say this with the status 400."""
_CREDIT = (
    "insufficient_quota",
    "insufficient balance",
    "balance is insufficient",
    "余额不足",
    "specified api usage limits",
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
_FILTER = (
    "content_filter",
    "contentfilter",
    "content management policy",
    "content policy",
    "usage policy",
    "was flagged",
    "data_inspection_failed",
    "safety",
)
_RATE = ("rate limit", "rate_limit", "resource_exhausted")
_NOTHING_FREE = re.compile(r"limit: 0\b")
"""Gemini's quota of a model that the key's tier does not have."""
_PER_MINUTE = "#token-limit"
"""Of the page to which DashScope sends for its limits per minute, which it calls insufficient_quota."""
_ANSWER_TOO_LONG = re.compile(
    r"in the completion|output tokens|max_new_tokens|max_(?:completion_)?tokens\W.{0,40}too large"
)
_SENTENCES = ("message", "error", "detail", "msg", "status_msg")
_BEHIND = "Provider returned error"
_TITLE = re.compile(r"<title[^>]*>\s*([^<]*[^<\s])", re.IGNORECASE)


def sentence(error: openai.APIError) -> str:
    """What an endpoint said, without the JSON or the page round it; where that is nothing, what the library says."""
    said = _told(error.body)
    if "<html" in said[:500].lower():
        found = _TITLE.search(said)
        said = found[1] if found else ""
    return " ".join(said.split()) or error.message


def _told(body: Any, deep: int = 5) -> str:
    """The sentence in a body: under its name, in a list (Gemini), or behind one that says nothing (OpenRouter)."""
    if isinstance(body, str):
        return (_told(_json(body), deep - 1) if deep else "") or body
    if isinstance(body, list):
        return next(filter(None, (_told(item, deep - 1) for item in body)), "") if deep else ""
    if not isinstance(body, dict):
        return ""
    inner = body.get("metadata")
    if isinstance(inner, dict) and body.get("message") == _BEHIND and inner.get("raw"):
        return _told(inner["raw"], deep)
    return next(filter(None, (_told(body.get(name), deep - 1) for name in _SENTENCES)), "") if deep else ""


def _json(text: str) -> Any:
    """What a text is that is JSON itself: gateways hand the answer of the one behind on as a text."""
    try:
        return json.loads(text) if text.lstrip()[:1] in {"{", "["} else None
    except ValueError:
        return None


def words_of(error: openai.APIError) -> str:
    """Everything that was said, codes and all, in small letters."""
    return f"{error.message} {json.dumps(error.body, default=str, ensure_ascii=False)}".lower()


def topic(words: str) -> Topic:
    """What a refusal in `words_of` is about, as far as words tell."""
    if any(word in words for word in _LONG):
        return "long"
    if any(word in words for word in _KEY):
        return "key"
    per_minute = _PER_MINUTE in words or ("resource_exhausted" in words and not _NOTHING_FREE.search(words))
    if not per_minute and any(word in words for word in _CREDIT):
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
