"""The language model, asked directly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar, overload

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from pixelle_video.workflows import WORKING, Maker, sent_only

if TYPE_CHECKING:
    from pydantic import BaseModel

    M = TypeVar("M", bound=BaseModel)

__all__ = ["LanguageModel"]

_FENCED = re.compile(r"^```[a-z]*\n(.*)\n```$", re.DOTALL)


class LanguageModel(Maker):
    """Answers prompts: `await pixelle.llm("Name three colours.")`."""

    kind = "llm"

    @overload
    async def __call__(
        self,
        prompt: str,
        temperature: float = 0.7,
        max_tokens: int = 2000,
        response_type: None = None,
        *,
        workflow: str | None = None,
        seed: int | None = None,
    ) -> str: ...

    @overload
    async def __call__(
        self,
        prompt: str,
        temperature: float = 0.7,
        max_tokens: int = 2000,
        *,
        response_type: type[M],
        workflow: str | None = None,
        seed: int | None = None,
    ) -> M: ...

    async def __call__(
        self,
        prompt: str,
        temperature: float = 0.7,
        max_tokens: int = 2000,
        response_type: type[Any] | None = None,
        *,
        workflow: str | None = None,
        seed: int | None = None,
    ) -> Any:
        """
        What the model answers: a text, or a `response_type`, which is a pydantic model.

        temperature: 0 to 2. max_tokens: 1 to 32,000. workflow: a key of `list_workflows`. seed: makes it repeatable
        where the engine can.
        Raises PixelleError: InvalidArgument (RESPONSE_TYPE_INVALID), FailedPrecondition (ENGINE_CANNOT_COMPLETE) where
        no model is plugged in, (ANSWER_TRUNCATED, ANSWER_UNFIT) when the answer is no `response_type`.
        """
        if response_type is not None and not hasattr(response_type, "model_json_schema"):
            raise InvalidArgument(
                f"response_type is {response_type!r}. Give a class derived from pydantic.BaseModel.",
                reason="RESPONSE_TYPE_INVALID",
            )
        given: dict[str, Any] = {
            "prompt": prompt,
            "temperature": temperature,
            "max_tokens": max_tokens,
            "response_schema": response_type.model_json_schema() if response_type else None,
            "workflow": workflow,
            "seed": seed,
        }
        said = await self._ready().transport.ask("POST", "/api/llm/chat", body=sent_only(given), seconds=WORKING)
        return _read(said, response_type) if response_type else said["content"]


def _read(said: dict[str, Any], wanted: type[M]) -> M:
    content: str = said["content"].strip()
    if fenced := _FENCED.match(content):
        content = fenced[1]
    try:
        return wanted.model_validate_json(content)
    except ValueError as error:
        if said.get("truncated"):
            raise FailedPrecondition(
                f"The answer ended at max_tokens before it was a whole {wanted.__name__}. Ask with more of them.",
                reason="ANSWER_TRUNCATED",
            ) from error
        raise FailedPrecondition(
            f"The model did not answer with a {wanted.__name__}: {content[:200]!r}. Say in the prompt what each field "
            "is to hold, or use a stronger model.",
            reason="ANSWER_UNFIT",
        ) from error
