"""Diffusion pipelines with random weights: real architectures for a GPU, tiny ones of the same kinds for a CPU."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.building import NOISE, UNET, clip, clip_tokenizer, t5, t5_tokenizer, vae
from benchmarks.tiny_footage import TINY_FOOTAGE
from benchmarks.tiny_pictures import TINY_PICTURES
from benchmarks.tiny_recent import TINY_RECENT

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = ["REAL", "TINY", "build"]


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
            **UNET,
        ),
        vae=vae(128, 256, 512, 512, layers_per_block=2, sample_size=1024, scaling_factor=0.13025),
        text_encoder=clip(projection_dim=768, **small),
        text_encoder_2=clip(projected=True, projection_dim=1280, hidden_act="gelu", **large),
        tokenizer=clip_tokenizer(folder),
        tokenizer_2=clip_tokenizer(folder),
        scheduler=EulerDiscreteScheduler(**NOISE),
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
        vae=vae(
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
        text_encoder=clip(projection_dim=768, **small),
        tokenizer=clip_tokenizer(folder),
        text_encoder_2=t5(vocab_size=32128, d_model=4096, d_ff=10240, d_kv=64, num_layers=24, num_heads=64),
        tokenizer_2=t5_tokenizer(),
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
        text_encoder=t5(umt5=True, **text),
        tokenizer=t5_tokenizer(),
    )


TINY: dict[str, Callable[[Path], Any]] = TINY_PICTURES | TINY_FOOTAGE | TINY_RECENT
REAL: dict[str, Callable[[Path], Any]] = {"sdxl": _real_sdxl, "flux": _real_flux, "wan": _real_wan}
