"""What pipelines with random weights are built of: tokenizers, text encoders, picture coders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["NOISE", "UNET", "clip", "clip_tokenizer", "qwen_tokenizer", "t5", "t5_tokenizer", "vae"]

UNET = {"in_channels": 4, "out_channels": 4}
"""Channels of every UNet."""
NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
"""How the schedulers of Stable Diffusion add noise."""


def clip_tokenizer(folder: Path) -> Any:
    """Every byte a token."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import CLIPTokenizer  # pyright: ignore[reportMissingImports]

    signs = sorted(ByteLevel.alphabet())
    tokens = [*signs, *(sign + "</w>" for sign in signs), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    made: Any = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)
    return made


def t5_tokenizer() -> Any:
    """Every letter a token."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast  # pyright: ignore[reportMissingImports]

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", -10.0), ("▁", -2.0), *((chr(c), -3.0) for c in range(33, 127))]
    core: Any = Tokenizer(models.Unigram(pieces, unk_id=2))
    core.pre_tokenizer = pre_tokenizers.Metaspace()
    core.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    special = {"eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    made: Any = PreTrainedTokenizerFast(tokenizer_object=core, model_max_length=512, **special)
    return made


def clip(*, projected: bool = False, **sizes: Any) -> Any:
    from transformers import (  # pyright: ignore[reportMissingImports]
        CLIPTextConfig,
        CLIPTextModel,
        CLIPTextModelWithProjection,
    )

    tiny = {"hidden_size": 32, "intermediate_size": 37, "num_attention_heads": 4, "num_hidden_layers": 2}
    config: Any = CLIPTextConfig(
        **(
            {"vocab_size": 514, "projection_dim": 32}
            | tiny
            | {"bos_token_id": 512, "eos_token_id": 513, "pad_token_id": 1}
            | sizes
        )
    )
    return CLIPTextModelWithProjection(config) if projected else CLIPTextModel(config)


def t5(*, umt5: bool = False, **sizes: Any) -> Any:
    from transformers import (  # pyright: ignore[reportMissingImports]
        T5Config,
        T5EncoderModel,
        UMT5Config,
        UMT5EncoderModel,
    )

    tiny = {"vocab_size": 128, "d_model": 32, "d_ff": 37, "d_kv": 8, "num_layers": 2, "num_heads": 4}
    shape: dict[str, Any] = tiny | sizes | {"feed_forward_proj": "gated-gelu"}
    return UMT5EncoderModel(UMT5Config(**shape)) if umt5 else T5EncoderModel(T5Config(**shape))


def vae(*channels: int, **more: Any) -> Any:
    from diffusers import AutoencoderKL  # pyright: ignore[reportMissingImports]

    shape: dict[str, Any] = {
        "block_out_channels": channels,
        "down_block_types": ("DownEncoderBlock2D",) * len(channels),
        "up_block_types": ("UpDecoderBlock2D",) * len(channels),
        "latent_channels": 4,
    }
    return AutoencoderKL(**(shape | more))


def qwen_tokenizer() -> Any:
    """Every byte a token, with the chat template that Z-Image asks for."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import Qwen2Tokenizer  # pyright: ignore[reportMissingImports]

    vocab = {token: number for number, token in enumerate((*sorted(ByteLevel.alphabet()), "<|endoftext|>"))}
    made: Any = Qwen2Tokenizer(vocab, [], model_max_length=2048)
    made.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    made.chat_template = (
        "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    return made
