"""The engine for any OpenAI-compatible endpoint: OpenAI, Qwen, DeepSeek, Claude, Moonshot, Ollama, vLLM."""

from __future__ import annotations

import importlib.util
import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from pixelle.runtime.engines import Features
from svc_script import llm
from svc_script.engines.base import (
    Beat,
    Board,
    BoardBrief,
    Completion,
    CompletionBrief,
    NarrationBrief,
    Narrations,
    PictureBrief,
    Pictures,
    TitleBrief,
    Usage,
)
from svc_script.engines.openai_address import address_of
from svc_script.engines.openai_body import body_of, content_of, sent_in, shows, size_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from pixelle.runtime.work import Tick
    from svc_script.asking import Ask, Question
    from svc_script.prices import Price

__all__ = ["OpenaiEngine", "asker"]

_OFFICIAL = "https://api.openai.com/v1"
_PICTURES = "pictures"
_FOREIGN = "(a schema of the caller's)"
_WINDOWS = frozenset(2**power for power in range(11, 18))
"""Tokens that a question has which Ollama cut to fit: as many as the model was given to read, to the token."""
_SURELY_MORE = 2.0
"""Times as long a question must be by our count, which is high by up to three quarters, to be surely longer."""
_CONNECT = 15.0
"""Seconds in which an endpoint that is there takes the call."""
_UNSTREAMED = 600.0
"""Seconds that an answer may take of which no byte comes before the whole does."""


class OpenaiEngine:
    """
    Asks a chat endpoint. What an endpoint refuses (JSON schema, seed, ...) is left out from then on, model by model.

    Answers are streamed, so that a cancelled call stops costing money. Nothing is retried here except an answer
    that cannot be used: the task's step retries what is marked retryable.
    """

    version = "4"
    summary = "Writes with any OpenAI-compatible endpoint."
    features = Features()

    def __init__(
        self,
        *,
        base_url: str,
        model: str,
        key: SecretStr,
        timeout: float = 180.0,
        context: int = 16_000,
        sees: bool = True,
        price: Price | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        """
        base_url: "" means the official one. model: name at the endpoint. key: may be empty where none is asked for.
        timeout: seconds without a byte after which the endpoint counts as down. context: tokens the model reads.
        sees: whether it may be shown pictures. price: of its tokens; None leaves costs unsaid.
        extra: fields of the endpoint's own, sent with every question.
        """
        self._address, self._name, self._timeout = address_of(base_url.strip() or _OFFICIAL), model.strip(), timeout
        self._key = SecretStr(key.get_secret_value().strip())  # files of secrets end with a line
        self._context, self._price, self._extra = context, price, extra or {}
        self._may_see = sees
        self._client: Any = None
        self._refused: dict[str, dict[str, int]] = {}

    def missing(self) -> str | None:
        """The package, the model's name or the key."""
        if importlib.util.find_spec("openai") is None:
            return "Package openai is not installed: pip install 'pixelle-video[script]'"
        if not self._name:
            return "No model is named. Set PIXELLE_LLM_MODEL, for example PIXELLE_LLM_MODEL=gpt-5.4-mini"
        if self._address.wrong:
            return f"PIXELLE_LLM_BASE_URL is {self._address.shown!r}: {self._address.wrong}"
        if not re.fullmatch(r"[!-~]*", self._key.get_secret_value()):
            return "PIXELLE_LLM_API_KEY has signs that no key has: a space, a line end or a letter beyond ASCII"
        if self._address.url == _OFFICIAL and not self._key.get_secret_value():
            return "No key is set. Set PIXELLE_LLM_API_KEY, or PIXELLE_LLM_BASE_URL to an endpoint that needs none"
        return None

    def load(self, device: str) -> None:
        """Make the client; nothing is sent."""
        import openai

        del device
        key = self._key.get_secret_value() or "none"
        self._client = openai.OpenAI(
            api_key=key,
            base_url=self._address.url,
            default_query=self._address.query,
            default_headers={"api-key": key} if self._address.keyed else None,
            timeout=self._patience(self._timeout),
            max_retries=0,
        )

    @staticmethod
    def _patience(seconds: float) -> Any:
        """At most so long without a byte, and a little while for the connection."""
        import openai

        return openai.Timeout(seconds, connect=min(seconds, _CONNECT))

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def compose(self, brief: BoardBrief, emit: Callable[[int, Beat], None], tick: Tick) -> Board:
        """Write a storyboard. Raises FailedPrecondition (SCRIPT_UNUSABLE, MODEL_REFUSED) and what the vendor says."""
        return llm.compose(asker(self, brief.narration.model), brief, emit, tick)

    def narrate(self, brief: NarrationBrief, tick: Tick) -> Narrations:
        """Write narrations. Raises as `compose`."""
        return llm.narrate(asker(self, brief.model), brief, tick)

    def picture(self, brief: PictureBrief, tick: Tick) -> Pictures:
        """Describe pictures. Raises as `compose`."""
        return llm.picture(asker(self, brief.model), brief, tick)

    def title(self, brief: TitleBrief, tick: Tick) -> Completion:
        """Find a title. Raises as `compose`."""
        return llm.title(asker(self, brief.model), brief, tick)

    def complete(self, brief: CompletionBrief, emit: Callable[[str], None], tick: Tick) -> Completion:
        """Answer a prompt. Raises FailedPrecondition (ANSWER_EMPTY, MODEL_REFUSED, ...) and what the vendor says."""
        messages = [{"role": "user", "content": brief.prompt}]
        fields = {"temperature": brief.temperature, "max_tokens": brief.max_tokens, "seed": brief.seed % 2**31}
        schema = json.loads(brief.schema) if brief.schema else None
        said = self.talk(brief.model, messages, fields, schema, emit, tick, foreign=True)
        if not said.text.strip():
            raise self._vendor().empty(brief.model or self._name, truncated=said.truncated)
        return said

    def sees(self, model: str) -> bool:
        """True unless it may not be shown pictures, or has refused one."""
        return self._may_see and not self._refused.get(model or self._name, {}).get(_PICTURES)

    @property
    def room(self) -> int:
        """Tokens of source material that may be shown at once."""
        return self._context // 2

    def _vendor(self) -> Any:
        from svc_script.engines.openai_errors import Vendor

        return Vendor(self._address.shown, self._key.get_secret_value(), self._timeout)

    def talk(  # noqa: PLR0917 - for the two of this module
        self,
        model: str,
        messages: list[dict[str, Any]],
        fields: dict[str, Any],
        schema: dict[str, Any] | None,
        emit: Callable[[str], None] | None,
        tick: Tick,
        *,
        foreign: bool = False,
    ) -> Completion:
        """
        One streamed answer, asked for in the richest form the endpoint takes.

        foreign: the schema is a caller's; that it is refused says nothing of ours.
        """
        import openai

        from svc_script.engines.openai_errors import FAILURES, cannot_see, refused_field

        assert self._client is not None, "load() comes first"
        name = model or self._name
        refused = self._refused.setdefault(f"{name} {_FOREIGN}" if foreign and schema else name, {})
        while True:
            before = dict(refused)
            body = body_of(name, messages, fields, schema, before)
            if self._extra:
                body["extra_body"] = self._extra | body.get("extra_body", {})
            if "stream" in before:  # no byte comes before the whole answer does
                body["timeout"] = self._patience(max(_UNSTREAMED, self._timeout))
            try:
                return self._stream(body, emit, tick)
            except openai.APIStatusError as error:
                if shows(messages) and cannot_see(error):
                    refused[_PICTURES] = 1
                    raise self._vendor().blind(name, error.message) from error
                what = refused_field(error, sent_in(body))
                if what is None:
                    raise self._vendor().error(error, name) from error
                # calls at the same time may be refused the same thing: that is one step down, not two
                refused[what] = max(refused.get(what, 0), before.get(what, 0) + 1)
            except FAILURES as error:
                raise self._vendor().error(error, name) from error

    def _stream(self, body: dict[str, Any], emit: Callable[[str], None] | None, tick: Tick) -> Completion:
        """Raises FAILURES, MODEL_REFUSED, CONTENT_FILTERED, VENDOR_DOWN and VENDOR_CUT."""
        from svc_script.engines.openai_answer import Answer
        from svc_script.engines.openai_stream import chunks

        answer, model, vendor = Answer(emit), body["model"], self._vendor()
        limit = int(body.get("max_tokens") or body.get("max_completion_tokens") or 4000)
        opened = partial(self._client.chat.completions.create, **body)
        for chunk in chunks(opened, lambda: tick(min(0.99, answer.pieces / limit)), lambda: vendor.cut(model)):
            answer.take(chunk)
        usage = self._usage(answer.usage)
        if usage.input_tokens in _WINDOWS and size_of(body["messages"]) > usage.input_tokens * _SURELY_MORE:
            raise vendor.unread(model, usage.input_tokens)
        return Completion(answer.whole(vendor, model), usage, truncated=answer.truncated)

    def _usage(self, said: Any) -> Usage:
        read, written = (int(getattr(said, f"{name}_tokens", 0) or 0) for name in ("prompt", "completion"))
        return self._price.of(read, written) if self._price else Usage(read, written, 1)


def asker(engine: OpenaiEngine, model: str) -> Ask:
    """Questions about scripts, put to a model of the endpoint; "" is the engine's own."""
    return _Asker(engine, model)


class _Asker:
    """Questions about scripts, put to one model of the endpoint."""

    def __init__(self, engine: OpenaiEngine, model: str) -> None:
        self._engine, self._model = engine, model
        self.room, self.spare, self.sees = engine.room, 4000, engine.sees(model)

    def __call__(self, question: Question, tick: Tick, emit: Callable[[str], None] | None = None) -> Completion:
        """As `svc_script.asking.Ask` says."""
        messages = [{"role": message.role, "content": content_of(message)} for message in question.messages]
        fields = {
            "temperature": question.temperature,
            "max_tokens": question.max_tokens,
            "seed": question.seed % 2**31,
        }
        return self._engine.talk(self._model, messages, fields, question.schema, emit, tick)
