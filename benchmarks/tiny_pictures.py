"""Picture pipelines of every family of the catalogue, as small as they can be, with random weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.building import NOISE, UNET, clip, clip_tokenizer, qwen_tokenizer, t5, t5_tokenizer, vae

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["TINY_PICTURES"]

_CROSS = {
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
}


def _tiny_sd(folder: Path) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        DDIMScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )

    return StableDiffusionPipeline(
        unet=UNet2DConditionModel(
            block_out_channels=(32, 64), layers_per_block=1, sample_size=32, cross_attention_dim=32, **UNET, **_CROSS
        ),
        vae=vae(32, 64, 64, 64),
        text_encoder=clip(),
        tokenizer=clip_tokenizer(folder),
        scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False, **NOISE),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def _tiny_sdxl(folder: Path) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        EulerDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )

    return StableDiffusionXLPipeline(
        unet=UNet2DConditionModel(
            block_out_channels=(32, 64),
            layers_per_block=1,
            sample_size=32,
            attention_head_dim=(2, 4),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            transformer_layers_per_block=(1, 1),
            projection_class_embeddings_input_dim=80,
            cross_attention_dim=64,
            **UNET,
            **_CROSS,
        ),
        vae=vae(32, 64, 64, 64),
        text_encoder=clip(hidden_act="gelu"),
        text_encoder_2=clip(hidden_act="gelu", projected=True),
        tokenizer=clip_tokenizer(folder),
        tokenizer_2=clip_tokenizer(folder),
        scheduler=EulerDiscreteScheduler(**NOISE),
    )


def _tiny_sd3(folder: Path) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        FlowMatchEulerDiscreteScheduler,
        SD3Transformer2DModel,
        StableDiffusion3Pipeline,
    )

    return StableDiffusion3Pipeline(
        transformer=SD3Transformer2DModel(
            sample_size=32,
            in_channels=4,
            out_channels=4,
            num_layers=2,
            attention_head_dim=8,
            num_attention_heads=4,
            joint_attention_dim=64,
            caption_projection_dim=32,
            pooled_projection_dim=64,
            pos_embed_max_size=32,
        ),
        vae=vae(8, 8, 8, 8, norm_num_groups=1, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.06),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        text_encoder=clip(projected=True),
        tokenizer=clip_tokenizer(folder),
        text_encoder_2=clip(projected=True),
        tokenizer_2=clip_tokenizer(folder),
        text_encoder_3=t5(d_model=64),
        tokenizer_3=t5_tokenizer(),
    )


def _tiny_flux(folder: Path) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        FlowMatchEulerDiscreteScheduler,
        FluxPipeline,
        FluxTransformer2DModel,
    )

    return FluxPipeline(
        transformer=FluxTransformer2DModel(
            in_channels=4,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            axes_dims_rope=(4, 4, 8),
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
        text_encoder=clip(),
        tokenizer=clip_tokenizer(folder),
        text_encoder_2=t5(),
        tokenizer_2=t5_tokenizer(),
    )


def _tiny_qwen(_: Path) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        AutoencoderKLQwenImage,
        FlowMatchEulerDiscreteScheduler,
        QwenImagePipeline,
        QwenImageTransformer2DModel,
    )
    from transformers import (  # pyright: ignore[reportMissingImports]
        Qwen2_5_VLConfig,
        Qwen2_5_VLForConditionalGeneration,
    )

    tokenizer = qwen_tokenizer()
    reads: Any = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": len(tokenizer),
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "num_key_value_heads": 2,
            "max_position_embeddings": 4096,
            "rope_scaling": {"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
        },
        vision_config={
            "depth": 1,
            "hidden_size": 16,
            "intermediate_size": 16,
            "num_heads": 2,
            "out_hidden_size": 16,
        },
    )
    return QwenImagePipeline(
        transformer=QwenImageTransformer2DModel(
            in_channels=16,
            out_channels=4,
            num_layers=2,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=16,
            axes_dims_rope=(8, 4, 4),
        ),
        vae=AutoencoderKLQwenImage(
            base_dim=24,
            z_dim=4,
            dim_mult=[1, 1, 1, 1],
            num_res_blocks=1,
            temperal_downsample=[False, True, True],
            latents_mean=[0.0] * 4,
            latents_std=[1.0] * 4,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        text_encoder=Qwen2_5_VLForConditionalGeneration(reads),
        tokenizer=tokenizer,
    )


def _tiny_zimage(_: Path) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        FlowMatchEulerDiscreteScheduler,
        ZImagePipeline,
        ZImageTransformer2DModel,
    )
    from transformers import Qwen3Config, Qwen3Model  # pyright: ignore[reportMissingImports]

    tokenizer = qwen_tokenizer()
    reads: Any = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=4096,
    )
    return ZImagePipeline(
        transformer=ZImageTransformer2DModel(
            in_channels=4,
            dim=32,
            n_layers=2,
            n_refiner_layers=1,
            n_heads=2,
            n_kv_heads=2,
            cap_feat_dim=32,
            axes_dims=[8, 4, 4],
            axes_lens=[1024, 64, 64],
        ),
        vae=vae(8, 8, 8, 8, norm_num_groups=1, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.06),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        text_encoder=Qwen3Model(reads),
        tokenizer=tokenizer,
    )


TINY_PICTURES: dict[str, Callable[[Path], Any]] = {
    "sd": _tiny_sd,
    "sdxl": _tiny_sdxl,
    "sd3": _tiny_sd3,
    "flux": _tiny_flux,
    "qwen": _tiny_qwen,
    "zimage": _tiny_zimage,
}
