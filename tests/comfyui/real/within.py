# pyright: basic, reportMissingImports=false
"""
Starts ComfyUI (`python within.py FOLDER serve ...`), or writes model files (`python within.py FOLDER weights MODELS`).

FOLDER holds ComfyUI's main.py. It runs in a process and an environment of its own: nothing of ComfyUI comes into ours.
"""

import runpy
import sys

import torch

# torchvision's compiled half wants CUDA; where it cannot be loaded, these two of its operators must have a name
_MISSING = torch.library.Library("torchvision", "FRAGMENT")
for name in ("nms", "qnms"):
    try:
        import torchvision  # noqa: F401
    except (ImportError, RuntimeError):
        _MISSING.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        for loaded in [module for module in sys.modules if module.startswith("torchvision")]:
            del sys.modules[loaded]

TEXT_WIDTH, POOLED, LATENT, DEPTH, PATCHES = 4096, 2048, 16, 2, 96


def weights(models):
    """
    Write model files of real architectures, two blocks small and random, into ComfyUI's models folder.

    A checkpoint as of Stable Diffusion 3 with the tiny autoencoder; its text encoder is CLIP-L in the only size there
    is, with random words and layers that change nothing. A diffusion model as of Wan 2.1, and an autoencoder for it.
    """
    import comfy.ops
    import comfy.sd1_clip
    from comfy.ldm.modules.diffusionmodules.mmdit import OpenAISignatureMMDITWrapper
    from comfy.ldm.wan.model import WanModel
    from comfy.taesd.taehv import TAEHV
    from comfy.taesd.taesd import TAESD
    from safetensors.torch import save_file

    torch.manual_seed(1)
    ours = {"operations": comfy.ops.disable_weight_init, "dtype": torch.float32}
    context = {"target": "torch.nn.Linear", "params": {"in_features": TEXT_WIDTH, "out_features": 64 * DEPTH}}
    stills = OpenAISignatureMMDITWrapper(
        input_size=None,
        in_channels=LATENT,
        depth=DEPTH,
        adm_in_channels=POOLED,
        context_embedder_config=context,
        num_patches=PATCHES**2,
        pos_embed_max_size=PATCHES,
        **ours,
    )
    words = comfy.sd1_clip.SD1ClipModel(device="cpu", dtype=torch.float16).clip_l.transformer
    checkpoint = _named("model.diffusion_model.", stills, _random)
    checkpoint |= _named("text_encoders.clip_l.transformer.", words, _still)
    checkpoint |= _grey(_named("first_stage_model.", TAESD(latent_channels=LATENT), _random))
    save_file(checkpoint, f"{models}/checkpoints/sd_xl_base_1.0.safetensors")

    footage = WanModel(in_dim=LATENT, out_dim=LATENT, dim=128, ffn_dim=128, num_heads=1, num_layers=DEPTH, **ours)
    save_file(_named("", footage, _random), f"{models}/diffusion_models/wan2.1_t2v_1.3B_fp16.safetensors")
    moving = {name: value.float() for name, value in _grey(_named("", TAEHV(LATENT), _random)).items()}
    save_file(moving, f"{models}/vae/wan_2.1_vae.safetensors")


def _named(prefix, module, drawn):
    return {prefix + name: drawn(name, value) for name, value in module.state_dict().items()}


def _grey(decoder):
    """A picture of a random decoder lies about black: move it to the middle."""
    colours = [name for name in decoder if "decoder" in name and tuple(decoder[name].shape) == (3,)]
    decoder[colours[-1]] += 0.5
    return decoder


def _random(name, value):
    if value.dim() < 2:
        return value.clone() if value.dim() == 0 else torch.full_like(value, float(name.endswith("weight"))).half()
    drawn = torch.randn(value.shape)
    drawn -= drawn.flatten(1).mean(1).reshape(-1, *[1] * (value.dim() - 1))
    return (drawn * (1.5 / value[0].numel() ** 0.5)).half()


def _still(name, value):
    if "token_embedding" in name:
        return torch.randn(value.shape).half() / 2
    return torch.full_like(value, float("norm" in name and name.endswith("weight"))).half()


folder, what, *rest = sys.argv[1:]
sys.path.insert(0, folder)
if what == "serve":
    sys.argv = [f"{folder}/main.py", *rest]
    runpy.run_path(sys.argv[0], run_name="__main__")
else:
    sys.argv = [f"{folder}/main.py", "--cpu"]
    import comfy.options

    comfy.options.enable_args_parsing()
    weights(rest[0])
