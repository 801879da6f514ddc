"""The local-model engine: any GGUF file, with a way of its own for the tiny one that comes with the starter."""

from __future__ import annotations

import importlib.util
import json
from typing import TYPE_CHECKING

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from svc_script import llm, steps
from svc_script.asking import Message
from svc_script.drafting import Drafter, check_reach
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
)
from svc_script.engines.gguf_file import read_gguf
from svc_script.engines.llama import Llama
from svc_script.engines.outline import extracted, text_title
from svc_script.extract import is_topic
from svc_script.plug import PLUG_IN, TINY_NOTICE
from svc_script.splitting import sentences
from svc_script.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pixelle.runtime.work import Tick
    from pixelle.text.embedding import Embedder

__all__ = ["GgufEngine"]

_DRAFTS = 8
_TINY_CONTEXT = 2048
_REMARK = 40
"""Words up to which a few sentences are a topic with a remark rather than material."""


class GgufEngine:
    """
    Writes with a GGUF model in this process.

    The starter's model (SmolLM2-135M) is too small to follow instructions: rules give it the beginning of each
    sentence, it draws several ends under a grammar, and the draft most drafts agree with is kept. A file of the
    user's own is asked like any language model.
    """

    version = "5"
    summary = "Writes with a GGUF model in this process: a tiny English one, or any file of yours."

    def __init__(self, model: Path, *, own: bool, embeddings: Path, threads: int, context: int = 8192) -> None:
        """
        model: the GGUF file. own: whether it is the user's rather than the starter's tiny one.
        embeddings: folder of the sentence encoder that judges the tiny model's drafts.
        threads: threads the model computes with. context: tokens a model of the user's own reads at most.
        """
        self._threads, self._context = threads, context
        self._path, self._own, self._embeddings = model, own, embeddings
        self.features = Features(languages=() if own else ("en",), deterministic=True)
        self._llama: Llama | None = None
        self._meaning: Embedder | None = None
        self._vocabulary: frozenset[str] = frozenset()

    def missing(self) -> str | None:
        """The package, the model file or the encoder."""
        if importlib.util.find_spec("xllamacpp") is None:
            return "Package xllamacpp is not installed: pip install 'pixelle-video[script]'"
        if not self._path.is_file():
            if self._own:
                return f"PIXELLE_SCRIPT_GGUF names {str(self._path)!r}, which is not a file."
            return "The tiny language model is not there. Fetch it with: pixelle setup"
        if not self._own and not (self._embeddings / "model.safetensors").is_file():
            return "The sentence encoder is not there. Fetch it with: pixelle setup"
        return None

    def load(self, device: str) -> None:
        """
        Load the model and, for the tiny one, the encoder.

        Raises FailedPrecondition (MODEL_UNREADABLE, MODEL_HAS_NO_TEMPLATE).
        """
        drafts, context = (1, self._chats_within()) if self._own else (_DRAFTS, _TINY_CONTEXT)
        self._llama = Llama(self._path, device=device, threads=self._threads, drafts=drafts, context=context)
        if self._own:
            return
        from pixelle.text.embedding import Embedder

        self._meaning = Embedder.shared(self._embeddings)
        pieces = json.loads((self._embeddings / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
        self._vocabulary = frozenset(piece for piece in pieces if piece.isalpha())

    def close(self) -> None:
        """Let go of the model."""
        self._llama = self._meaning = None

    def _chats_within(self) -> int:
        """Tokens of context that the file's model takes; refuses what is no model that can be talked to."""
        try:
            facts = read_gguf(self._path)
        except (ValueError, OSError) as error:
            raise FailedPrecondition(
                f"PIXELLE_SCRIPT_GGUF names {self._path.name!r}, which cannot be read: {error}.",
                reason="MODEL_UNREADABLE",
            ) from error
        if not facts.chat_template:
            raise FailedPrecondition(
                f"The model {self._path.name!r} ({facts.architecture}) has no chat template: it is a base model, which "
                "does not follow instructions. Set PIXELLE_SCRIPT_GGUF to its instruct or chat version.",
                reason="MODEL_HAS_NO_TEMPLATE",
            )
        return min(self._context, facts.context or self._context)

    def _model(self) -> Llama:
        assert self._llama, "load() comes first"
        return self._llama

    def compose(self, brief: BoardBrief, emit: Callable[[int, Beat], None], tick: Tick) -> Board:
        """Write a storyboard: asked of a model of the user's own, drafted step by step with the tiny one."""
        if self._own:
            return llm.compose(self._model(), brief, emit, tick)
        return steps.compose(self, brief, emit, tick)

    def check(self, brief: NarrationBrief) -> None:
        """The tiny model writes English, and of a longer text its own sentences. Raises as `narrate`."""
        if self._own:
            return
        if self._drafted(brief):
            check_reach(brief)
        else:
            extracted(brief)

    def narrate(self, brief: NarrationBrief, tick: Tick) -> Narrations:
        """Write narrations. Raises InvalidArgument (LANGUAGE_UNSUPPORTED), FailedPrecondition (DRAFT_TOO_WEAK)."""
        if self._own:
            return llm.narrate(self._model(), brief, tick)
        if not self._drafted(brief):
            return extracted(brief)  # the text's own sentences are better than anything this model would make of them
        check_reach(brief)
        assert self._meaning, "load() comes first"
        drafted = Drafter(self._model().drafts, self._meaning, self._vocabulary).draft(brief, tick)
        notices = (
            TINY_NOTICE,
            drafted.notice,
            steps.unstyled(brief.style, "the tiny model", why="is too small for one"),
        )
        return Narrations(drafted.lines, "\n".join(filter(None, notices)))

    @staticmethod
    def _drafted(brief: NarrationBrief) -> bool:
        """Whether the text is a topic to write about. Raises InvalidArgument (LANGUAGE_UNSUPPORTED)."""
        few = count_words(brief.text) <= _REMARK and len(sentences(brief.text)) < brief.count
        if not (is_topic(brief.text) or few):
            return False
        if brief.language not in {"", "en"} and not brief.language.startswith("en-"):
            raise InvalidArgument(
                f"The tiny local model writes English only, and the language is {brief.language!r}. Give a text in "
                f"that language in place of a topic, and its own sentences are told; or plug in a model. {PLUG_IN}",
                reason="LANGUAGE_UNSUPPORTED",
                details={"language": brief.language},
            )
        return True

    def picture(self, brief: PictureBrief, tick: Tick) -> Pictures:
        """Describe pictures: asked of a model of the user's own, derived by rule for the tiny one."""
        if self._own:
            return llm.picture(self._model(), brief, tick)
        tick(0.0, "describing pictures")
        return steps.derived(brief)

    def title(self, brief: TitleBrief, tick: Tick) -> Completion:
        """Find a title: asked of a model of the user's own, taken from the text for the tiny one."""
        if self._own:
            return llm.title(self._model(), brief, tick)
        tick(0.0, "finding a title")
        return Completion(text_title(brief.text), notice=steps.unstyled(brief.style, "taking a title from the text"))

    def complete(self, brief: CompletionBrief, emit: Callable[[str], None], tick: Tick) -> Completion:
        """Answer a prompt. Raises InvalidArgument (PROMPT_TOO_LONG, SCHEMA_INVALID)."""
        return self._model().chat(
            [Message("user", brief.prompt)],
            schema=json.loads(brief.schema) if brief.schema else None,
            tokens=brief.max_tokens,
            temperature=brief.temperature,
            seed=brief.seed,
            emit=emit,
            tick=tick,
        )
