"""The rows of an XTTS batch: lines cut to what the model takes, as tokens, each with chance of its own."""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle.runtime.work import Tick
    from svc_tts.engines.base import Line

__all__ = ["Chooser", "Row", "Tokens", "cut", "until_stop", "watching"]

_TEMPERATURE, _TOP_K, _TOP_P = 0.75, 50, 0.85
"""As XTTS v2 is published."""
_LONGEST = 200
"""Characters of a text in a language that the tokenizer names no limit for."""
_CLAUSE = re.compile(r"[,;:!?…]+(?=\s)|[，、；：。！？،]+")
_SPACE = re.compile(r"\s+")
_KEPT = 64
"""Texts that are remembered as tokens."""


@dataclass(frozen=True)
class Row:
    """A text of a batch."""

    text: str
    language: str
    voice: tuple[Any, Any]
    """Prosody and sound."""
    speed: float
    seed: int


class Tokens:
    """Texts as tokens on the model's device; the latest are remembered."""

    def __init__(self, model: Any) -> None:
        """model: an Xtts with its tokenizer."""
        self._model = model
        self._known: OrderedDict[tuple[str, str], Any] = OrderedDict()

    def limit(self, language: str) -> int:
        """Characters that the model takes at once."""
        return int(self._model.tokenizer.char_limits.get(language, _LONGEST))

    def of(self, text: str, language: str) -> Any:
        """int32 [1, tokens]. Raises FailedPrecondition (LANGUAGE_NOT_INSTALLED)."""
        import torch  # pyright: ignore[reportMissingImports]

        key = (text, language)
        if key not in self._known:
            try:
                found = self._model.tokenizer.encode(text.strip().lower(), lang=language)
            except ImportError as error:
                raise FailedPrecondition(
                    f"XTTS needs a package for {language!r} ({error}). Run: pip install 'coqui-tts[languages]'",
                    reason="LANGUAGE_NOT_INSTALLED",
                ) from error
            # more than the model can take cannot come from texts of its own limits, but from rare signs
            kept = found[: self._model.args.gpt_max_text_tokens - 1]
            self._known[key] = torch.tensor(kept, dtype=torch.int32)[None].to(self._model.device)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]


class Chooser:
    """
    Draws the next code of every row, each from random numbers of its own, so that nobody hears who stood beside them.

    A drawn code is the largest of log-probability plus Gumbel noise (Maddison et al. 2014, "A* sampling").
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        import torch  # pyright: ignore[reportMissingImports]

        self._chances = [torch.Generator().manual_seed(zlib.crc32(repr((row.text, row.seed)).encode())) for row in rows]

    def __call__(self, _: Any, scores: Any) -> Any:
        """scores: logits [rows, codes]; the same with the drawn code the largest."""
        import torch  # pyright: ignore[reportMissingImports]

        scores = scores.float() / _TEMPERATURE
        best = scores.topk(min(_TOP_K, scores.shape[-1])).values
        scores = scores.masked_fill(scores < best[:, -1:], -torch.inf)
        ordered, order = scores.sort(descending=True, dim=-1)
        before = ordered.softmax(-1).cumsum(-1) - ordered.softmax(-1)
        unlikely = torch.zeros_like(scores, dtype=torch.bool).scatter(1, order, before > _TOP_P)
        noise = torch.stack([-torch.empty(scores.shape[-1]).exponential_(generator=c).log() for c in self._chances])
        return scores.masked_fill(unlikely, -torch.inf) + noise.to(scores.device)


def cut(line: Line, limit: int) -> list[str]:
    """A line as texts of at most `limit` characters, about equally long, cut after a comma, at a space or anywhere."""
    parts: list[str] = []
    rest = line.said
    while len(rest) > limit:
        even = len(rest) / -(-len(rest) // limit)
        at = _best(_CLAUSE, rest, even, limit) or _best(_SPACE, rest, even, limit) or limit
        parts.append(rest[:at].strip())
        rest = rest[at:].strip()
    return [*parts, rest] if rest else parts


def _best(mark: re.Pattern[str], text: str, even: float, limit: int) -> int:
    """Where a mark ends nearest to `even`, from half of it to `limit`; 0 when none does."""
    ends = [found.end() for found in mark.finditer(text, 0, limit) if found.end() >= even / 2]
    return min(ends, key=lambda end: abs(end - even), default=0)


def until_stop(codes: Any, stop: int) -> Any:
    """The codes before the first stop; at least one."""
    ends = (codes == stop).nonzero()
    return codes[: max(1, int(ends[0]))] if len(ends) else codes


def watching(tick: Tick) -> Any:
    """A look between two codes at whether somebody still waits, as transformers asks for it."""

    def watch(_: Any, scores: Any) -> Any:
        tick(0.0, "speaking")
        return scores

    return watch
