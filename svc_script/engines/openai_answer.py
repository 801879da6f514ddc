"""One answer of an endpoint, put together from its pieces, and why it is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from svc_script.engines.openai_stream import called_with, text_of
from svc_script.thinking import Unthought

if TYPE_CHECKING:
    from collections.abc import Callable

    from svc_script.engines.openai_errors import Vendor

__all__ = ["Answer"]

_WHOLE = ("}", "]", "```")
"""How an answer ends that is whole though the endpoint does not say why it ended."""
_LENGTH = frozenset({"length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"})
"""Why answers end, in small letters: OpenAI's word for it, then those of Claude, Gemini, Mistral and GLM."""
_FILTERED = frozenset(
    {"content_filter", "safety", "prohibited_content", "blocklist", "spii", "recitation", "sensitive"},
)
_GIVEN_UP = frozenset({"insufficient_system_resource", "error", "network_error"})
"""DeepSeek's, OpenRouter's, GLM's."""


class Answer:
    """What has come of an answer so far."""

    def __init__(self, emit: Callable[[str], None] | None) -> None:
        """emit: gets the text piece by piece, thinking left out."""
        self._emit = emit
        self._thoughts = Unthought()
        self._pieces: list[str] = []
        self._refusal: list[str] = []
        self._thought: list[str] = []
        self._called: list[str] = []
        self._end = ""
        self.usage: Any = None
        """What the endpoint says of tokens; None when it says nothing."""

    @property
    def pieces(self) -> int:
        """How many pieces of text have come."""
        return len(self._pieces)

    def take(self, chunk: Any) -> None:
        """The next chunk, or the whole answer."""
        self.usage = chunk.usage if _counts(chunk.usage) else self.usage
        for choice in chunk.choices or ():
            self._end = str(getattr(choice, "finish_reason", None) or self._end).lower()
            said = getattr(choice, "delta", None) or getattr(choice, "message", None)
            if said is not None:
                self._say(self._thoughts.feed(text_of(getattr(said, "content", None))))
                self._refusal.append(getattr(said, "refusal", None) or "")
                thought = getattr(said, "reasoning_content", None) or getattr(said, "reasoning", None)
                self._thought.append(thought or "")
                self._called.append(called_with(said))

    def _say(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            if self._emit:
                self._emit(text)

    def whole(self, vendor: Vendor, model: str) -> str:
        """The text, now that nothing more comes. Raises MODEL_REFUSED, CONTENT_FILTERED, VENDOR_DOWN and VENDOR_CUT."""
        self._say(self._thoughts.rest())
        if (words := "".join(self._refusal)) or self._end == "refusal":
            raise vendor.refusal(words or self._end, model)
        if self._end.partition(":")[0] in _FILTERED:
            raise vendor.filtered(model)
        if self._end in _GIVEN_UP:
            raise vendor.busy(model)
        text = "".join(self._pieces)
        for aside in ("".join(self._called).strip(), "".join(self._thought).strip()):
            if not text.strip() and aside.startswith("{") and aside.endswith("}"):
                text = aside  # some servers take the whole answer for the call of a tool, or for thinking
        if not self._end and self.usage is None and not text.rstrip().endswith(_WHOLE):
            raise vendor.cut(model)
        return text

    @property
    def truncated(self) -> bool:
        """It ended at a limit of tokens."""
        return self._end in _LENGTH


def _counts(usage: Any) -> bool:
    """Some gateways send an empty `usage` with every piece."""
    return getattr(usage, "prompt_tokens", None) is not None
