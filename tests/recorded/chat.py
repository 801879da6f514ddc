"""Kept replies of chat endpoints with other words of the model in them; every other byte stays as recorded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.recorded import Recording

__all__ = ["cut_into", "saying"]

_TEXT = r'"(?:[^"\\]|\\.)*"'
_CONTENT = re.compile(rf'("content": ?)({_TEXT})')
_THOUGHT = re.compile(rf'("reasoning(?:_content)?": ?)({_TEXT})')
_EVENT = re.compile(r".*?\n\n", re.DOTALL)
_FINISH = re.compile(rf'("finish_reason": ?){_TEXT}')


def saying(kept: Recording, text: str | None, thinking: str = "", finish: str = "") -> Recording:
    """
    A kept reply in which the model says and thinks something else, in pieces as long as those recorded.

    text: None is null or no event at all, as with models that only think. finish: instead of the recorded reason.
    Raises ValueError for thinking where the reply has none.
    """
    chunks, body = kept.chunks, kept.body
    if chunks:
        chunks = _spoken(chunks, _CONTENT, text or "")
        if thinking or _spoken_in(kept.chunks, _THOUGHT):
            chunks = _spoken(chunks, _THOUGHT, thinking)
    else:
        if thinking:
            raise ValueError(f"{kept.name} has no place for thoughts")
        body = _CONTENT.sub(lambda found: found[1] + _literal(text), kept.body, count=1)
    if finish:
        put = rf'\g<1>"{finish}"'
        chunks = tuple(_FINISH.sub(put, chunk) for chunk in chunks)
        body = _FINISH.sub(put, body) if body else body
    words = f"{kept.changed}; all that the model says{f', and why it ends: {finish}' if finish else ''}"
    return replace(kept, chunks=chunks, body=body, changed=words)


def cut_into(kept: Recording, size: int) -> Recording:
    """The same bytes in HTTP chunks of so many characters, whatever events they fall into."""
    whole = kept.content.decode()
    return replace(kept, chunks=tuple(whole[at : at + size] for at in range(0, len(whole), size)))


def _literal(text: str | None) -> str:
    return json.dumps(text, ensure_ascii=False)


def _spoken_in(chunks: tuple[str, ...], where: re.Pattern[str]) -> list[str]:
    """The pieces that are there."""
    found = (json.loads(each[2]) for chunk in chunks for each in where.finditer(chunk))
    return [piece for piece in found if piece]


def _spoken(chunks: tuple[str, ...], where: re.Pattern[str], text: str) -> tuple[str, ...]:
    """The chunks with a text in place of the pieces that are there; those between are repeated."""
    lengths = [len(piece) for piece in _spoken_in(chunks, where)]
    if not lengths:
        raise ValueError("nothing is said in this reply")
    pieces = list(_cut(text, lengths))
    speaking = [index for index, chunk in enumerate(chunks) if _spoken_in((chunk,), where)]
    first, last = speaking[0], speaking[-1]
    begun, ended = _glued(chunks[first], where), '"finish_reason":null' not in chunks[last].replace(" ", "")
    out = list(chunks[:first])
    if begun:
        out.append(_put(chunks[first], where, pieces.pop(0) if pieces else ""))
    tail = pieces.pop() if ended and pieces else ""
    between = [chunks[index] for index in speaking[begun : len(speaking) - ended]]
    out += [_put(chunk, where, piece) for chunk, piece in zip(cycle(between), pieces, strict=False)]
    if ended:
        out.append(_put(chunks[last], where, tail))
    return (*out, *chunks[last + 1 :])


def _glued(chunk: str, where: re.Pattern[str]) -> bool:
    """Whether words came together with an event of another kind."""
    return len(_EVENT.findall(chunk)) > len(_spoken_in((chunk,), where))


def _put(chunk: str, where: re.Pattern[str], text: str) -> str:
    """A chunk whose one piece of text is another one."""

    def other(found: re.Match[str]) -> str:
        return found[1] + _literal(text) if json.loads(found[2]) else found[0]

    return where.sub(other, chunk)


def _cut(text: str, lengths: list[int]) -> Iterator[str]:
    start = 0
    for length in cycle(lengths):
        if start >= len(text):
            return
        yield text[start : start + length]
        start += length
