"""Footage pipelines of every family of the catalogue, as small as they can be, with random weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.building import UNET, clip, clip_tokenizer, t5, t5_tokenizer, vae

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["TINY_FOOTAGE"]


def _tiny_animatediff(folder: Path) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        AnimateDiffPipeline,
        DDIMScheduler,
        MotionAdapter,
        UNet2DConditionModel,
    )

    return AnimateDiffPipeline(
        unet=UNet2DConditionModel(
            block_out_channels=(32, 64),
            layers_per_block=1,
            sample_size=8,
            cross_attention_dim=32,
            norm_num_groups=2,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            **UNET,
        ),
        motion_adapter=MotionAdapter(
            block_out_channels=(32, 64),
            motion_layers_per_block=1,
            motion_norm_num_groups=2,
            motion_num_attention_heads=4,
        ),
        vae=vae(32, 64, 64, 64),
        text_encoder=clip(),
        tokenizer=clip_tokenizer(folder),
        scheduler=DDIMScheduler(beta_schedule="linear", clip_sample=False),
    )


def _tiny_ltx(_: Path) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        AutoencoderKLLTXVideo,
        FlowMatchEulerDiscreteScheduler,
        LTXPipeline,
        LTXVideoTransformer3DModel,
    )

    vae: Any = AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, False, False),
        decoder_spatio_temporal_scaling=(True, True, False, False),
        decoder_inject_noise=(False,) * 5,
        upsample_residual=(False,) * 4,
        upsample_factor=(1,) * 4,
        timestep_conditioning=False,
        patch_size=1,
        patch_size_t=1,
        encoder_causal=True,
        decoder_causal=False,
    )
    vae.use_framewise_encoding = vae.use_framewise_decoding = False
    return LTXPipeline(
        transformer=LTXVideoTransformer3DModel(
            in_channels=8,
            out_channels=8,
            num_attention_heads=4,
            attention_head_dim=8,
            cross_attention_dim=32,
            num_layers=1,
            caption_channels=32,
        ),
        vae=vae,
        scheduler=FlowMatchEulerDiscreteScheduler(),
        text_encoder=t5(),
        tokenizer=t5_tokenizer(),
    )


def _tiny_wan(_: Path, stepped: bool = False, **sizes: Any) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        AutoencoderKLWan,
        UniPCMultistepScheduler,
        WanPipeline,
        WanTransformer3DModel,
    )

    return WanPipeline(
        transformer=WanTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=12,
            text_dim=32,
            ffn_dim=32,
            num_layers=2,
            rope_max_seq_len=64,
            **sizes,
        ),
        vae=AutoencoderKLWan(
            base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
        ),
        scheduler=UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0),
        text_encoder=t5(umt5=True),
        tokenizer=t5_tokenizer(),
        expand_timesteps=stepped,
    )


def _tiny_wan22(folder: Path) -> Any:
    """As Wan 2.2 5B: every frame has its own time, so that a picture can stand in the first."""
    return _tiny_wan(folder, stepped=True)


def _tiny_wan_picture(folder: Path) -> Any:
    """As Wan 2.1 from a picture: the picture is read by an encoder of its own, and laid beside the noise."""
    from diffusers import WanImageToVideoPipeline  # pyright: ignore[reportMissingImports]
    from transformers import (  # pyright: ignore[reportMissingImports]
        CLIPImageProcessor,
        CLIPVisionConfig,
        CLIPVisionModel,
    )

    text = _tiny_wan(folder, in_channels=36, image_dim=32)
    sees: Any = CLIPVisionConfig(
        hidden_size=32, intermediate_size=37, num_attention_heads=4, num_hidden_layers=2, image_size=32, patch_size=8
    )
    return WanImageToVideoPipeline(
        **{name: text.components[name] for name in ("transformer", "vae", "scheduler", "text_encoder", "tokenizer")},
        image_encoder=CLIPVisionModel(sees),
        image_processor=CLIPImageProcessor(crop_size=32, size=32),
    )


TINY_FOOTAGE: dict[str, Callable[[Path], Any]] = {
    "animatediff": _tiny_animatediff,
    "ltx": _tiny_ltx,
    "wan": _tiny_wan,
    "wan22": _tiny_wan22,
    "wan-picture": _tiny_wan_picture,
}
