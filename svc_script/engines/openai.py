"""The engine for any OpenAI-compatible endpoint: OpenAI, Qwen, DeepSeek, Claude, Moonshot, Ollama, vLLM."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
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
from svc_script import llm
from svc_script.engines.base import Completion, CompletionBrief, NarrationBrief, Narrations, PictureBrief, TitleBrief

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import SecretStr

    from pixelle.runtime.work import Tick

__all__ = ["OpenaiEngine"]

_OFFICIAL = "https://api.openai.com/v1"
_MATERIAL = 60_000
"""Characters of source material shown to a model (about 15,000 tokens)."""
_STEPS_DOWN: tuple[tuple[str, str], ...] = (
    ("response_format", "response_format"),
    ("json_schema", "response_format"),
    ("max_completion_tokens", "max_tokens"),
    ("max_tokens", "max_tokens"),
    ("temperature", "temperature"),
    ("seed", "seed"),
    ("stream_options", "stream_options"),
)
"""A word in a refusal, and the field it is about."""


class OpenaiEngine:
    """
    Asks a chat endpoint. What an endpoint refuses (JSON schema, seed, ...) is left out from then on.

    Answers are streamed, so that a cancelled call stops costing money. Nothing is retried here except an answer
    that cannot be used: the task's step retries what is marked retryable.
    """

    version = "1"
    summary = "Writes with any OpenAI-compatible endpoint."
    features = Features()

    def __init__(self, *, base_url: str, model: str, key: SecretStr, timeout: float = 60.0) -> None:
        """
        base_url: "" means the official one. model: name at the endpoint. key: may be empty where none is asked for.
        timeout: seconds without a byte after which the endpoint counts as down.
        """
        self._base_url, self._name, self._key, self._timeout = base_url or _OFFICIAL, model, key, timeout
        self._client: Any = None
        self._refused: dict[str, dict[str, int]] = {}

    def missing(self) -> str | None:
        """The package, the model's name or the key."""
        if importlib.util.find_spec("openai") is None:
            return "Package openai is not installed: pip install 'pixelle-video[script]'"
        if not self._name:
            return "No model is named. Set PIXELLE_LLM_MODEL, for example PIXELLE_LLM_MODEL=gpt-4o-mini"
        if self._base_url == _OFFICIAL and not self._key.get_secret_value():
            return "No key is set. Set PIXELLE_LLM_API_KEY, or PIXELLE_LLM_BASE_URL to an endpoint that needs none"
        return None

    def load(self, device: str) -> None:
        """Make the client; nothing is sent."""
        import openai

        del device
        self._client = openai.OpenAI(
            api_key=self._key.get_secret_value() or "none",
            base_url=self._base_url,
            timeout=self._timeout,
            max_retries=0,
        )

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def narrate(self, brief: NarrationBrief, tick: Tick) -> Narrations:
        """Write narrations. Raises FailedPrecondition (SCRIPT_UNUSABLE) and what the vendor says."""
        shown = replace(brief, text=brief.text[:_MATERIAL])
        return Narrations(llm.narrate(self._asker(brief.model), shown, tick))

    def picture(self, brief: PictureBrief, tick: Tick) -> list[str]:
        """Describe pictures."""
        return llm.picture(self._asker(brief.model), brief, tick)

    def title(self, brief: TitleBrief, tick: Tick) -> str:
        """Find a title."""
        return llm.title(self._asker(brief.model), brief, tick)

    def complete(self, brief: CompletionBrief, emit: Callable[[str], None], tick: Tick) -> Completion:
        """Answer a prompt."""
        messages = [{"role": "user", "content": brief.prompt}]
        fields = {"temperature": brief.temperature, "max_tokens": brief.max_tokens, "seed": brief.seed}
        schema = json.loads(brief.schema) if brief.schema else None
        return self._talk(brief.model, messages, fields, schema, emit, tick)

    def _asker(self, model: str) -> llm.Ask:
        def ask(question: llm.Question, tick: Tick) -> str:
            messages = [{"role": message.role, "content": message.text} for message in question.messages]
            fields = {
                "temperature": question.temperature,
                "max_tokens": question.max_tokens,
                "seed": question.seed % 2**31,
            }

            def alive(fraction: float, message: str = "") -> None:
                del fraction
                tick(0.0, message)

            return self._talk(model, messages, fields, question.schema, None, alive).text

        return ask

    def _talk(  # noqa: PLR0917 - private, called twice
        self,
        model: str,
        messages: list[dict[str, str]],
        fields: dict[str, Any],
        schema: dict[str, Any] | None,
        emit: Callable[[str], None] | None,
        tick: Tick,
    ) -> Completion:
        """One streamed answer, in the richest form the endpoint takes."""
        import openai

        assert self._client is not None, "load() comes first"
        name = model or self._name
        refused = self._refused.setdefault(name, {})
        while True:
            body = _body(name, messages, fields, schema, refused)
            try:
                return self._stream(body, emit, tick)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not _step_down(str(error), body, refused):
                    raise self._translated(error, name) from error
            except openai.OpenAIError as error:
                raise self._translated(error, name) from error

    def _stream(self, body: dict[str, Any], emit: Callable[[str], None] | None, tick: Tick) -> Completion:
        pieces: list[str] = []
        tokens = 0
        limit = int(body.get("max_tokens") or body.get("max_completion_tokens") or 4000)
        tick(0.0)
        with self._client.chat.completions.create(**body) as stream:
            for chunk in stream:
                tick(min(0.99, len(pieces) / limit))
                if chunk.usage:
                    tokens = int(chunk.usage.total_tokens)
                for choice in chunk.choices:
                    if choice.delta and choice.delta.content:
                        pieces.append(choice.delta.content)
                        if emit:
                            emit(choice.delta.content)
        return Completion("".join(pieces), tokens)

    def _translated(  # noqa: PLR0911 - a table of vendor errors
        self, error: Exception, model: str
    ) -> PixelleError:
        """A vendor's error as one of ours; the vendor's own words are kept short, the key is cut out."""
        import openai

        said = str(getattr(error, "message", "") or error)
        secret = self._key.get_secret_value()
        said = (said.replace(secret, "***") if secret else said)[:300]
        where = f"The endpoint {self._base_url}"
        details = {"vendor": self._base_url, "model": model}
        if isinstance(error, openai.APITimeoutError):
            return Unavailable(
                f"{where} did not answer within {self._timeout:g} s.", reason="VENDOR_DOWN", details=details
            )
        if isinstance(error, openai.APIConnectionError):
            return Unavailable(
                f"{where} cannot be reached. Check PIXELLE_LLM_BASE_URL.", reason="VENDOR_DOWN", details=details
            )
        if isinstance(error, openai.AuthenticationError):
            if secret:
                return Unauthenticated(f"{where} refused the key: {said}", reason="KEY_REJECTED", details=details)
            return Unauthenticated(
                f"{where} asks for a key. Set PIXELLE_LLM_API_KEY.", reason="KEY_MISSING", details=details
            )
        if isinstance(error, openai.PermissionDeniedError):
            return PermissionDenied(f"{where} does not allow this: {said}", details=details)
        if isinstance(error, openai.NotFoundError):
            return NotFound(
                f"{where} does not know the model {model!r}: {said}. Check PIXELLE_LLM_MODEL and PIXELLE_LLM_BASE_URL.",
                reason="MODEL_NOT_FOUND",
                details=details,
            )
        if isinstance(error, openai.RateLimitError):
            wait = _seconds(error.response.headers.get("retry-after"))
            return ResourceExhausted(
                f"{where} answered that a limit is reached: {said}", reason="QUOTA", retry_after=wait, details=details
            )
        if isinstance(error, openai.APIStatusError) and error.status_code < 500:
            return InvalidArgument(f"{where} refused the request: {said}", reason="VENDOR_REFUSED", details=details)
        if isinstance(error, openai.APIError):
            return Unavailable(f"{where} failed: {said}", reason="VENDOR_DOWN", details=details)
        return FailedPrecondition(f"{where} gave no usable answer: {said}", reason="VENDOR_ANSWER", details=details)


def _body(
    model: str,
    messages: list[dict[str, str]],
    fields: dict[str, Any],
    schema: dict[str, Any] | None,
    refused: dict[str, int],
) -> dict[str, Any]:
    """The request, without what the endpoint has refused before."""
    body: dict[str, Any] = {"model": model, "messages": messages, "stream": True}
    body |= {name: value for name, value in fields.items() if name not in refused}
    if refused.get("max_tokens") == 1:
        body["max_completion_tokens"] = fields["max_tokens"]
    if "stream_options" not in refused:
        body["stream_options"] = {"include_usage": True}
    form = refused.get("response_format", 0)
    if schema is not None and form == 0:
        shape = {"name": "answer", "strict": True, "schema": schema}
        body["response_format"] = {"type": "json_schema", "json_schema": shape}
    elif schema is not None and form == 1:
        body["response_format"] = {"type": "json_object"}
    if schema is not None and form:
        told = f"Answer with JSON that satisfies this JSON Schema:\n{json.dumps(schema)}"
        body["messages"] = [*messages[:-1], messages[-1] | {"content": f"{messages[-1]['content']}\n{told}"}]
    return body


def _step_down(refusal: str, body: dict[str, Any], refused: dict[str, int]) -> bool:
    """Note what the endpoint refused; False when it was nothing we can leave out."""
    for word, name in _STEPS_DOWN:
        sent = name in body or (name == "max_tokens" and "max_completion_tokens" in body)
        if word in refusal and sent:
            refused[name] = refused.get(name, 0) + 1
            return True
    return False


def _seconds(header: str | None) -> float | None:
    try:
        return float(header) if header else None
    except ValueError:
        return None
