"""Prompts of any length: cut into pieces that a text encoder reads, or refused with the numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import InvalidArgument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_media.diffusion.catalogue import Entry

__all__ = ["encoded", "piece_count", "pieces"]


def pieces(text: str, tokenizers: Sequence[Any], tokens: int) -> list[str]:
    """
    `text` cut between words into pieces of at most `tokens` tokens each, for every tokenizer; at least one.

    A word that is longer by itself (or a text without spaces) is cut between letters.
    """
    units = re.findall(r"\S+\s*", text)
    made, room = [""], tokens
    while units:
        unit = units.pop(0)
        size = max(_count(unit, tokenizer) for tokenizer in tokenizers)
        if size > tokens and len(unit) > 1:
            half = len(unit) // 2
            units[:0] = [unit[:half], unit[half:]]
            continue
        if size > room:
            made.append("")
            room = tokens
        made[-1] += unit
        room -= size
    return [piece.strip() for piece in made]


def piece_count(pipe: Any, texts: Sequence[str], entry: Entry) -> int:
    """In how many pieces a model reads the longest of these texts."""
    if not entry.prompt.pieces:
        return 1
    return max(len(pieces(text, _tokenizers(pipe), entry.prompt.tokens)) for text in texts)


def encoded(
    pipe: Any, prompts: Sequence[str], negatives: Sequence[str] | None, entry: Entry, *, cfg: bool
) -> dict[str, Any]:
    """
    The arguments that give a pipeline its texts.

    As text where the encoder reads all of it; else as embeddings of the pieces, one after the other, which a model
    whose cross-attention takes any length sees as one prompt (the way of the popular web interfaces).
    negatives: what to avoid, one for each prompt; None: not told. cfg: the pipeline is guided.
    Raises InvalidArgument (PROMPT_TOO_LONG).
    """
    rules = entry.prompt
    if not rules.pieces:
        reader = getattr(pipe, rules.reader)
        for text in (*prompts, *(negatives or ())):
            size = _count(text, reader)
            if size > rules.tokens:
                raise InvalidArgument(
                    f"The prompt has {size:,} tokens ({len(text):,} characters); {entry.title or 'this model'} reads "
                    f"{rules.tokens:,}. Shorten it to {len(text) * rules.tokens // size:,} characters or so.",
                    reason="PROMPT_TOO_LONG",
                )
    else:
        tokenizers = _tokenizers(pipe)
        said = [pieces(text, tokenizers, rules.tokens) for text in prompts]
        avoided = [pieces(text, tokenizers, rules.tokens) for text in negatives] if negatives else []
        longest = max(len(each) for each in (*said, *avoided))
        if longest > 1:
            skipped = {"clip_skip": entry.call["clip_skip"]} if "clip_skip" in entry.call else {}
            return _in_pieces(pipe, _padded(said, longest), _padded(avoided, longest), cfg=cfg, **skipped)
    return {"prompt": list(prompts)} | ({"negative_prompt": list(negatives)} if negatives is not None else {})


def _in_pieces(
    pipe: Any, said: list[list[str]], avoided: list[list[str]], *, cfg: bool, **skipped: float | str
) -> dict[str, Any]:
    import torch  # pyright: ignore[reportMissingImports]

    found: list[tuple[Any, ...]] = []
    with torch.no_grad():
        for number in range(len(said[0])):
            found.append(  # noqa: PERF401 - one call is long enough
                pipe.encode_prompt(
                    prompt=[each[number] for each in said],
                    negative_prompt=[each[number] for each in avoided] if avoided else None,
                    device=pipe._execution_device,  # noqa: SLF001 - diffusers has no public name for it
                    num_images_per_prompt=1,
                    do_classifier_free_guidance=cfg,
                    **skipped,
                )
            )
    names = ("prompt_embeds", "negative_prompt_embeds")
    texts = {
        name: torch.cat([each[place] for each in found], dim=1)
        for place, name in enumerate(names)
        if found[0][place] is not None
    }
    # SDXL: one vector for the whole text, of its first piece
    pooled = dict(zip(("pooled_prompt_embeds", "negative_pooled_prompt_embeds"), found[0][2:], strict=False))
    return texts | {name: value for name, value in pooled.items() if value is not None}


def _tokenizers(pipe: Any) -> list[Any]:
    return [getattr(pipe, name) for name in ("tokenizer", "tokenizer_2") if getattr(pipe, name, None)]


def _padded(texts: list[list[str]], length: int) -> list[list[str]]:
    return [each + [""] * (length - len(each)) for each in texts]


def _count(text: str, tokenizer: Any) -> int:
    return len(tokenizer(text, add_special_tokens=False)["input_ids"])
