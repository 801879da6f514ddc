"""Diffusion pipelines with random weights: real architectures for a GPU, tiny ones of the same kinds for a CPU."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["REAL", "TINY", "build"]

_UNET = {"in_channels": 4, "out_channels": 4}
_CROSS = {
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
}
_NOISE = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}


def build(kind: str, *, tiny: bool = True, device: str = "cpu", dtype: str = "float32", seed: int = 5) -> Any:
    """A pipeline with weights drawn from `seed`. kind: a name in TINY or REAL. dtype: as torch names it."""
    import torch  # pyright: ignore[reportMissingImports]

    torch.manual_seed(seed)
    with _numbers(getattr(torch, dtype)), torch.device(device), tempfile.TemporaryDirectory() as folder:
        made = (TINY if tiny else REAL)[kind](Path(folder))
    made.scheduler = type(made.scheduler).from_config(made.scheduler.config)  # its numbers belong on the processor
    return made


@contextmanager
def _numbers(dtype: Any) -> Generator[None]:
    """Weights made inside are of this kind."""
    import torch  # pyright: ignore[reportMissingImports]

    before: Any = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def _clip_tokenizer(folder: Path) -> Any:
    """Every byte a token."""
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import CLIPTokenizer  # pyright: ignore[reportMissingImports]

    signs = sorted(ByteLevel.alphabet())
    tokens = [*signs, *(sign + "</w>" for sign in signs), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({token: number for number, token in enumerate(tokens)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    made: Any = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=77)
    return made


def _t5_tokenizer() -> Any:
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


def _clip(*, projected: bool = False, **sizes: Any) -> Any:
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


def _t5(*, umt5: bool = False, **sizes: Any) -> Any:
    from transformers import (  # pyright: ignore[reportMissingImports]
        T5Config,
        T5EncoderModel,
        UMT5Config,
        UMT5EncoderModel,
    )

    tiny = {"vocab_size": 128, "d_model": 32, "d_ff": 37, "d_kv": 8, "num_layers": 2, "num_heads": 4}
    shape: dict[str, Any] = tiny | sizes | {"feed_forward_proj": "gated-gelu"}
    return UMT5EncoderModel(UMT5Config(**shape)) if umt5 else T5EncoderModel(T5Config(**shape))


def _vae(*channels: int, **more: Any) -> Any:
    from diffusers import AutoencoderKL  # pyright: ignore[reportMissingImports]

    shape: dict[str, Any] = {
        "block_out_channels": channels,
        "down_block_types": ("DownEncoderBlock2D",) * len(channels),
        "up_block_types": ("UpDecoderBlock2D",) * len(channels),
        "latent_channels": 4,
    }
    return AutoencoderKL(**(shape | more))


def _tiny_sd(folder: Path) -> Any:
    from diffusers import (  # pyright: ignore[reportMissingImports]
        DDIMScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )

    return StableDiffusionPipeline(
        unet=UNet2DConditionModel(
            block_out_channels=(32, 64), layers_per_block=1, sample_size=32, cross_attention_dim=32, **_UNET, **_CROSS
        ),
        vae=_vae(32, 64, 64, 64),
        text_encoder=_clip(),
        tokenizer=_clip_tokenizer(folder),
        scheduler=DDIMScheduler(clip_sample=False, set_alpha_to_one=False, **_NOISE),
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
            **_UNET,
            **_CROSS,
        ),
        vae=_vae(32, 64, 64, 64),
        text_encoder=_clip(hidden_act="gelu"),
        text_encoder_2=_clip(hidden_act="gelu", projected=True),
        tokenizer=_clip_tokenizer(folder),
        tokenizer_2=_clip_tokenizer(folder),
        scheduler=EulerDiscreteScheduler(**_NOISE),
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
        vae=_vae(
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
        text_encoder=_clip(),
        tokenizer=_clip_tokenizer(folder),
        text_encoder_2=_t5(),
        tokenizer_2=_t5_tokenizer(),
    )


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
            **_UNET,
        ),
        motion_adapter=MotionAdapter(
            block_out_channels=(32, 64),
            motion_layers_per_block=1,
            motion_norm_num_groups=2,
            motion_num_attention_heads=4,
        ),
        vae=_vae(32, 64, 64, 64),
        text_encoder=_clip(),
        tokenizer=_clip_tokenizer(folder),
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
        text_encoder=_t5(),
        tokenizer=_t5_tokenizer(),
    )


def _tiny_wan(_: Path) -> Any:
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
        ),
        vae=AutoencoderKLWan(
            base_dim=3, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1, temperal_downsample=[False, True, True]
        ),
        scheduler=UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0),
        text_encoder=_t5(umt5=True),
        tokenizer=_t5_tokenizer(),
    )


def _real_sdxl(folder: Path) -> Any:
    """As stabilityai/stable-diffusion-xl-base-1.0: 2.6 billion parameters in the denoiser."""
    from diffusers import (  # pyright: ignore[reportMissingImports]
        EulerDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )

    large: dict[str, Any] = {
        "hidden_size": 1280,
        "intermediate_size": 5120,
        "num_attention_heads": 20,
        "num_hidden_layers": 32,
    }
    small: dict[str, Any] = {
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_attention_heads": 12,
        "num_hidden_layers": 12,
    }
    return StableDiffusionXLPipeline(
        unet=UNet2DConditionModel(
            block_out_channels=(320, 640, 1280),
            layers_per_block=2,
            sample_size=128,
            attention_head_dim=(5, 10, 20),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=256,
            transformer_layers_per_block=(1, 2, 10),
            projection_class_embeddings_input_dim=2816,
            cross_attention_dim=2048,
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            **_UNET,
        ),
        vae=_vae(128, 256, 512, 512, layers_per_block=2, sample_size=1024, scaling_factor=0.13025),
        text_encoder=_clip(projection_dim=768, **small),
        text_encoder_2=_clip(projected=True, projection_dim=1280, hidden_act="gelu", **large),
        tokenizer=_clip_tokenizer(folder),
        tokenizer_2=_clip_tokenizer(folder),
        scheduler=EulerDiscreteScheduler(**_NOISE),
    )


def _real_flux(folder: Path) -> Any:
    """As FLUX.1-schnell: 12 billion parameters in the denoiser, 4.8 in the text encoder."""
    from diffusers import (  # pyright: ignore[reportMissingImports]
        FlowMatchEulerDiscreteScheduler,
        FluxPipeline,
        FluxTransformer2DModel,
    )

    small: dict[str, Any] = {
        "hidden_size": 768,
        "intermediate_size": 3072,
        "num_attention_heads": 12,
        "num_hidden_layers": 12,
    }
    return FluxPipeline(
        transformer=FluxTransformer2DModel(),
        vae=_vae(
            128,
            256,
            512,
            512,
            layers_per_block=2,
            latent_channels=16,
            scaling_factor=0.3611,
            shift_factor=0.1159,
            use_quant_conv=False,
            use_post_quant_conv=False,
        ),
        scheduler=FlowMatchEulerDiscreteScheduler(),
        text_encoder=_clip(projection_dim=768, **small),
        tokenizer=_clip_tokenizer(folder),
        text_encoder_2=_t5(vocab_size=32128, d_model=4096, d_ff=10240, d_kv=64, num_layers=24, num_heads=64),
        tokenizer_2=_t5_tokenizer(),
    )


def _real_wan(_: Path) -> Any:
    """As Wan2.1-T2V-1.3B: 1.4 billion parameters in the denoiser, 5.7 in the text encoder."""
    from diffusers import (  # pyright: ignore[reportMissingImports]
        AutoencoderKLWan,
        UniPCMultistepScheduler,
        WanPipeline,
        WanTransformer3DModel,
    )

    text = {"vocab_size": 256384, "d_model": 4096, "d_ff": 10240, "d_kv": 64, "num_layers": 24, "num_heads": 64}
    return WanPipeline(
        transformer=WanTransformer3DModel(num_attention_heads=12, attention_head_dim=128, ffn_dim=8960, num_layers=30),
        vae=AutoencoderKLWan(),
        scheduler=UniPCMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0),
        text_encoder=_t5(umt5=True, **text),
        tokenizer=_t5_tokenizer(),
    )


TINY: dict[str, Callable[[Path], Any]] = {
    "sd": _tiny_sd,
    "sdxl": _tiny_sdxl,
    "flux": _tiny_flux,
    "animatediff": _tiny_animatediff,
    "ltx": _tiny_ltx,
    "wan": _tiny_wan,
}
REAL: dict[str, Callable[[Path], Any]] = {"sdxl": _real_sdxl, "flux": _real_flux, "wan": _real_wan}
