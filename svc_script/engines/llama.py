"""A GGUF model inside this process, through the direct calls of xllamacpp."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import Cancelled, FailedPrecondition, InvalidArgument, Unavailable
from svc_script.engines.base import Completion, Usage
from svc_script.thinking import Unthought

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from pixelle.runtime.work import Tick
    from svc_script.asking import Message, Question

__all__ = ["Llama"]


class Llama:
    """A loaded model, asked with the chat template of its own file. Calls block; one at a time."""

    def __init__(self, path: Path, *, device: str, threads: int, drafts: int, context: int) -> None:
        """
        path: the GGUF file. device: "cpu" or "cuda[:n]". threads: threads one call computes with.
        drafts: completions of one prompt that are drawn together, sharing its reading.
        context: tokens all of them share.
        Raises FailedPrecondition (MODEL_UNREADABLE).
        """
        from importlib import import_module

        xllamacpp: Any = import_module("xllamacpp")  # it ships no types

        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx, params.n_parallel, params.kv_unified = context, drafts, True
        # the library always listens; a private port and a key nobody has make sure that only we are served
        params.hostnames, params.port, params.api_keys = ["127.0.0.1"], 0, [secrets.token_urlsafe(32)]
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        # threads that spin while they wait for each other stand still for seconds when the cores are busy
        params.cpuparams.poll = params.cpuparams_batch.poll = 0
        params.n_gpu_layers = 999 if device.startswith("cuda") else 0
        if device.startswith("cuda:"):
            params.main_gpu = int(device.partition(":")[2])
        params.verbosity, params.warmup, params.use_jinja = -1, False, True
        try:
            self._server: Any = xllamacpp.Server(params)
        except (RuntimeError, ValueError) as error:
            raise FailedPrecondition(
                f"The model file {path.name!r} could not be loaded: it is no GGUF file that this llama.cpp reads, "
                "or there is too little memory. Set PIXELLE_SCRIPT_GGUF to another file.",
                reason="MODEL_UNREADABLE",
            ) from error
        self._drafts = drafts
        self.sees = False
        self.room, self.spare = context // 2, 0  # an answer forced into a schema holds no thinking

    def drafts(self, prompt: str, *, grammar: str, tokens: int, temperature: float, seed: int) -> list[str]:
        """Several completions of one raw prompt, drawn together; the same seed gives the same drafts."""
        answer = self._server.handle_completions(
            {
                "prompt": prompt,
                "grammar": grammar,
                "n_cmpl": self._drafts,
                "max_tokens": tokens,
                "temperature": temperature,
                "top_p": 0.95,
                "min_p": 0.08,
                "seed": seed,
                "cache_prompt": False,  # a warm cache reads the prompt in other batches, which changes the last digits
            }
        )
        return [choice["text"] for choice in _checked(answer)["choices"]]

    def __call__(self, question: Question, tick: Tick, emit: Callable[[str], None] | None = None) -> Completion:
        """The answer to a question about a script, thinking left out. Raises as `chat`."""
        return self.chat(
            question.messages,
            schema=question.schema,
            tokens=question.max_tokens,
            temperature=question.temperature,
            seed=question.seed,
            emit=emit,
            tick=tick,
            repeat_penalty=1.1,  # small models fall into loops
        )

    def chat(
        self,
        messages: Sequence[Message],
        *,
        schema: object = None,
        tokens: int,
        temperature: float,
        seed: int,
        emit: Callable[[str], None] | None,
        tick: Tick,
        repeat_penalty: float = 1.0,
    ) -> Completion:
        """
        The answer of the next turn, streamed to `emit`.

        schema: a JSON Schema the answer is forced to satisfy; None for free text.
        Raises InvalidArgument (PROMPT_TOO_LONG, SCHEMA_INVALID) and Cancelled.
        """
        body: dict[str, Any] = {
            "messages": [{"role": message.role, "content": message.text} for message in messages],
            "max_tokens": tokens,
            "temperature": temperature,
            "seed": seed,
            "repeat_penalty": repeat_penalty,
            "cache_prompt": False,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if schema is not None:
            shape = {"name": "answer", "strict": True, "schema": schema}
            body["response_format"] = {"type": "json_schema", "json_schema": shape}
        pieces: list[str] = []
        thoughts = Unthought()
        ends: list[str] = []
        last: list[dict[str, Any]] = []
        gone: list[Cancelled] = []

        def say(text: str) -> None:
            if shown := thoughts.feed(text):
                pieces.append(shown)
                if emit:
                    emit(shown)

        def take(chunk: dict[str, Any]) -> bool:
            last[:] = [chunk]
            for choice in chunk.get("choices") or []:
                ends.extend([choice["finish_reason"]] if choice.get("finish_reason") else [])
                if text := (choice.get("delta") or {}).get("content"):
                    say(text)
            try:
                tick(min(0.99, len(pieces) / tokens))
            except Cancelled as error:  # the library swallows exceptions; True tells it to stop
                gone.append(error)
                return True
            return False

        said = self._asked(body, take)
        if gone:
            raise gone[0]
        final = _checked(said if isinstance(said, dict) else last[0] if last else {})
        if rest := thoughts.rest():
            pieces.append(rest)
            if emit:
                emit(rest)
        used = final.get("usage") or {}
        usage = Usage(int(used.get("prompt_tokens") or 0), int(used.get("completion_tokens") or 0), 1)
        return Completion("".join(pieces), usage, truncated="length" in ends)

    def _asked(self, body: dict[str, Any], take: Callable[[dict[str, Any]], bool]) -> object:
        try:
            return self._server.handle_chat_completions(body, take)
        except ValueError as error:
            if "response_format" not in body:
                raise
            why = str(error).rpartition("JSON schema error at ")[2][:200]
            raise InvalidArgument(
                f"The local model cannot be held to this response_schema: {why}. Write it in other words, or leave it "
                "out.",
                reason="SCHEMA_INVALID",
            ) from error


def _checked(answer: dict[str, Any]) -> dict[str, Any]:
    error = answer.get("error")
    if not error:
        return answer
    if error.get("type") == "exceed_context_size_error":
        raise InvalidArgument(
            f"The prompt has {error.get('n_prompt_tokens')} tokens; the model reads {error.get('n_ctx')}. Shorten it.",
            reason="PROMPT_TOO_LONG",
        )
    if error.get("code") == 400:
        raise InvalidArgument(f"The model refused the request: {error.get('message')}", reason="SCHEMA_INVALID")
    raise Unavailable(f"The local model failed: {error.get('message')}", reason="MODEL_FAILED")
