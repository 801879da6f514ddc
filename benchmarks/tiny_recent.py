"""Pipelines of families that came after the first ones, as small as they can be, with random weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.building import qwen_tokenizer, t5, t5_tokenizer, vae
from benchmarks.tiny_footage import TINY_FOOTAGE
from benchmarks.tiny_pictures import TINY_PICTURES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["TINY_RECENT"]


def _tiny_kontext(folder: Path) -> Any:
    """As FLUX.1 Kontext: a given picture is read beside the text and may be drawn anew."""
    from diffusers import FluxKontextPipeline  # pyright: ignore[reportMissingImports]

    return FluxKontextPipeline(**TINY_PICTURES["flux"](folder).components)


def _tiny_klein(_: Path) -> Any:
    """As FLUX.2 klein: the text is read in three layers of Qwen3."""
    from diffusers import (  # pyright: ignore[reportMissingImports]
        AutoencoderKLFlux2,
        FlowMatchEulerDiscreteScheduler,
        Flux2KleinPipeline,
        Flux2Transformer2DModel,
    )
    from transformers import Qwen3Config, Qwen3ForCausalLM  # pyright: ignore[reportMissingImports]

    tokenizer = qwen_tokenizer()
    reads: Any = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=28,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=4096,
    )
    return Flux2KleinPipeline(
        transformer=Flux2Transformer2DModel(
            in_channels=16,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=48,
            timestep_guidance_channels=32,
            axes_dims_rope=(4, 4, 4, 4),
            guidance_embeds=False,
        ),
        vae=AutoencoderKLFlux2(
            block_out_channels=(8, 8, 8, 8), layers_per_block=1, latent_channels=4, norm_num_groups=1
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(use_dynamic_shifting=True),
        text_encoder=Qwen3ForCausalLM(reads),
        tokenizer=tokenizer,
        is_distilled=True,
    )


def _tiny_chroma(_: Path) -> Any:
    """As Chroma1: a Flux that is guided, and reads with T5 alone."""
    from diffusers import (  # pyright: ignore[reportMissingImports]
        ChromaPipeline,
        ChromaTransformer2DModel,
        FlowMatchEulerDiscreteScheduler,
    )

    return ChromaPipeline(
        transformer=ChromaTransformer2DModel(
            in_channels=4,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            axes_dims_rope=(4, 4, 8),
            approximator_hidden_dim=32,
            approximator_layers=1,
            approximator_num_channels=16,
        ),
        vae=vae(
            8,
            8,
            8,
            8,
            latent_channels=1,
            norm_num_groups=1,
            use_quant_conv=False,
            use_post_quant_conv=False,
            shift_factor=0.06,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        text_encoder=t5(),
        tokenizer=t5_tokenizer(),
    )


def _tiny_wan_two(folder: Path) -> Any:
    """As Wan 2.2 14B: one denoiser for the coarse steps, another for the fine ones."""
    from diffusers import WanPipeline  # pyright: ignore[reportMissingImports]

    first, second = TINY_FOOTAGE["wan"](folder), TINY_FOOTAGE["wan"](folder)
    return WanPipeline(**first.components | {"transformer_2": second.transformer}, boundary_ratio=0.875)


def _tiny_wan_two_picture(folder: Path) -> Any:
    """As the one of those that starts from a picture, which it reads without an encoder of its own."""
    from diffusers import WanImageToVideoPipeline  # pyright: ignore[reportMissingImports]

    first, second = (TINY_FOOTAGE["wan-picture"](folder).components for _ in range(2))
    for parts in (first, second):
        parts["transformer"] = type(parts["transformer"]).from_config(
            {**parts["transformer"].config, "image_dim": None}
        )
    parts = first | {"transformer_2": second["transformer"], "image_encoder": None, "image_processor": None}
    return WanImageToVideoPipeline(**parts, boundary_ratio=0.9)


TINY_RECENT: dict[str, Callable[[Path], Any]] = {
    "kontext": _tiny_kontext,
    "klein": _tiny_klein,
    "chroma": _tiny_chroma,
    "wan-two": _tiny_wan_two,
    "wan-two-picture": _tiny_wan_two_picture,
}
