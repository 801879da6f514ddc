"""Models in one file, as model sites hand them out: found, read by diffusers, or refused with what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from svc_media.diffusion.catalogue import catalogue
from svc_media.diffusion.library import Library
from svc_media.diffusion.loading import estimate
from svc_media.diffusion.single import predicts
from svc_media.engines.diffusers import DiffusersEngine
from tests.unit.svc_media.diffusion.conftest import brief, quiet

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore")

SMALL = "sizes: {multiple: 16, least: 1024, most: 4096}, steps: 2, vram_gb: 0.1"
_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}


def original_unet(name: str) -> str:
    """A tensor of the tiny denoiser (two levels of one layer) as the first code of Stable Diffusion names it."""
    fixed = {"time_embedding.linear_1": "time_embed.0", "time_embedding.linear_2": "time_embed.2"}
    fixed |= {"conv_in": "input_blocks.0.0", "conv_norm_out": "out.0", "conv_out": "out.2"}
    module, _, kind = name.rpartition(".")
    if module in fixed:
        return f"{fixed[module]}.{kind}"
    found = re.match(r"(down_blocks|up_blocks)\.(\d)\.(resnets|attentions)\.(\d)\.(.*)", name)
    if found:
        side, block, part, layer, rest = found.groups()
        number = 1 + 2 * int(block) + int(layer) if side == "down_blocks" else 2 * int(block) + int(layer)
        place = f"{'input' if side == 'down_blocks' else 'output'}_blocks.{number}.{0 if part == 'resnets' else 1}."
    elif found := re.match(r"mid_block\.(resnets|attentions)\.(\d)\.(.*)", name):
        part, layer, rest = found.groups()
        place = f"middle_block.{1 if part == 'attentions' else 2 * int(layer)}."
    elif name.startswith("down_blocks.0.downsamplers"):
        return f"input_blocks.2.0.op.{kind}"
    else:
        assert name.startswith("up_blocks.0.upsamplers"), name
        return f"output_blocks.1.2.conv.{kind}"
    if part == "resnets":
        module, _, kind = rest.rpartition(".")
        rest = f"{_RESNET[module]}.{kind}"
    return place + rest


def original_vae(name: str, levels: int) -> str:
    """The same of the picture coder."""
    name = name.replace("conv_norm_out", "norm_out").replace("conv_shortcut", "nin_shortcut")
    name = name.replace("mid_block.resnets.0", "mid.block_1").replace("mid_block.resnets.1", "mid.block_2")
    if "mid_block.attentions.0" in name:
        name = name.replace("mid_block.attentions.0", "mid.attn_1").replace("group_norm", "norm")
        for new, old in (("to_q", "q"), ("to_k", "k"), ("to_v", "v"), ("to_out.0", "proj_out")):
            name = name.replace(f".{new}.", f".{old}.")
    name = re.sub(r"down_blocks\.(\d)\.resnets", r"down.\1.block", name)
    name = re.sub(r"down_blocks\.(\d)\.downsamplers\.0", r"down.\1.downsample", name)
    name = re.sub(r"up_blocks\.(\d)\.resnets", lambda m: f"up.{levels - 1 - int(m[1])}.block", name)
    return re.sub(r"up_blocks\.(\d)\.upsamplers\.0", lambda m: f"up.{levels - 1 - int(m[1])}.upsample", name)


@pytest.fixture(scope="module")
def file(data_dir: Path) -> Path:
    """The tiny Stable Diffusion 1.5 in one file, named as model sites name it."""
    from diffusers import StableDiffusionPipeline  # pyright: ignore[reportMissingImports]
    from safetensors.torch import save_file

    pipe: Any = StableDiffusionPipeline.from_pretrained(data_dir / "models" / "tiny-sd")
    tensors: dict[str, Any] = {}
    for name, tensor in pipe.unet.state_dict().items():
        tensors[f"model.diffusion_model.{original_unet(name)}"] = tensor
    for name, tensor in pipe.vae.state_dict().items():
        old = original_vae(name, len(pipe.vae.config.block_out_channels))
        tensors[f"first_stage_model.{old}"] = (
            tensor[:, :, None, None] if ".attn_1." in old and tensor.ndim == 2 and "norm" not in old else tensor
        )
    for name, tensor in pipe.text_encoder.state_dict().items():
        whole = name if name.startswith("text_model.") else f"text_model.{name}"
        tensors[f"cond_stage_model.transformer.{whole}"] = tensor
    made = data_dir / "models" / "dreamPainter_v8.safetensors"
    save_file({name: tensor.contiguous().clone() for name, tensor in tensors.items()}, made)
    return made


def painted(data_dir: Path, text: str, model: str) -> Any:
    own = data_dir / "single.yaml"
    own.write_text(text)
    engine = DiffusersEngine(data_dir, catalogue=own)
    engine.load("cpu")
    try:
        return engine.named(model, film=False).paint(brief(), tick=quiet).pixels
    finally:
        engine.close()


def test_one_file_paints_as_the_folder_it_was_made_of(data_dir: Path, file: Path) -> None:
    folder = f"folder: {{like: sd15, weights: tiny-sd, {SMALL}}}\n"
    single = f"single: {{like: folder, weights: {file.name}}}\n"
    assert np.array_equal(painted(data_dir, folder + single, "folder"), painted(data_dir, folder + single, "single"))


def test_a_file_in_the_models_folder_needs_no_entry(data_dir: Path, file: Path) -> None:
    """Only the settings of its family, which are said when they are not there."""
    own = f"sd15: {{config: tiny-sd, {SMALL}}}"
    assert painted(data_dir, own, file.stem).shape == (576, 320, 3)
    library = Library(data_dir=data_dir)
    entry = library.entries()[file.stem]
    assert (entry.pipeline, entry.weights) == ("StableDiffusionPipeline", str(file))
    assert "hf download stable-diffusion-v1-5/stable-diffusion-v1-5 --include '*.json'" in library.missing(entry)
    assert library.find(file.name).weights == library.find(str(file)).weights == str(file)


def test_a_file_that_changed_is_another_model(data_dir: Path, file: Path) -> None:
    library = Library(data_dir=data_dir)
    entry = library.find(file.stem)
    before = library.fingerprint(entry)
    file.touch()
    assert library.fingerprint(entry) != before


def test_names_that_are_no_files_are_refused_and_not_looked_up(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    write(
        tmp_path / "outside.safetensors", ["cond_stage_model.transformer.text_model.embeddings.token_embedding.weight"]
    )
    for name in ("~nobodyatall", "none", "../outside", "..\\outside", str(tmp_path / "outside.safetensors")):
        with pytest.raises((InvalidArgument, NotFound, PermissionDenied)):
            Library(data_dir=tmp_path).find(name)


@pytest.mark.parametrize(
    ("names", "reason", "said"),
    [
        (["double_blocks.0.img_attn.qkv.weight"], "MODEL_UNKNOWN_KIND", "parts: {transformer: {class: "),
        (None, "MODEL_BROKEN", "Get it again"),
    ],
)
def test_a_file_that_says_nothing_of_its_kind_is_refused_with_what_to_write(
    tmp_path: Path, names: list[str] | None, reason: str, said: str
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    write(models / "krea.safetensors", names)
    library = Library(data_dir=tmp_path)
    assert "krea" not in library.entries()
    with pytest.raises(FailedPrecondition) as caught:
        library.find("krea")
    assert caught.value.reason == reason
    assert said in caught.value.message


def test_a_file_that_is_cut_off_is_said_with_its_bytes(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    write(models / "half.safetensors", ["cond_stage_model.transformer.text_model.embeddings.token_embedding.weight"], 4)
    with pytest.raises(FailedPrecondition) as caught:
        Library(data_dir=tmp_path).find("half")
    assert "bytes" in caught.value.message


def test_quantised_weights_are_refused_with_what_to_do(data_dir: Path) -> None:
    write(data_dir / "models" / "scaled.safetensors", ["a.weight", "a.scale_weight"])
    parts = "parts: {transformer: {class: FluxTransformer2DModel, weights: scaled.safetensors}}"
    with pytest.raises(FailedPrecondition) as caught:
        painted(data_dir, f"scaled: {{like: flux-dev, weights: tiny-flux, {parts}, {SMALL}}}", "scaled")
    assert caught.value.reason == "MODEL_QUANTISED"
    assert "ComfyUI" in caught.value.message


@pytest.mark.parametrize("name", ["flux1-dev-Q4_K_S.gguf", "anything.ckpt"])
def test_formats_that_are_not_read_are_named_in_the_catalogue(tmp_path: Path, name: str) -> None:
    (tmp_path / "models.yaml").write_text(f"mine: {{like: sdxl, weights: {name}}}")
    with pytest.raises(FailedPrecondition) as caught:
        catalogue(tmp_path / "models.yaml")
    assert caught.value.reason == "CATALOGUE_BROKEN"
    assert ".safetensors" in caught.value.message


def test_a_model_that_predicts_velocity_is_run_so(tmp_path: Path) -> None:
    """As NoobAI's: without it everything is noise."""
    write(tmp_path / "v.safetensors", ["v_pred", "ztsnr"])
    assert predicts(tmp_path / "v.safetensors") == {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True}
    write(tmp_path / "plain.safetensors", ["a"])
    assert predicts(tmp_path / "plain.safetensors") == {}


def test_what_is_loaded_is_counted_and_not_what_lies_beside_it(tmp_path: Path) -> None:
    """As the whole repository of SDXL: each component twice, and all of them in one file."""
    folder = tmp_path / "models" / "mine"
    for place, size in (("unet", 500), ("vae", 10)):
        (folder / place).mkdir(parents=True)
        (folder / place / "diffusion_pytorch_model.safetensors").write_bytes(bytes(2 * size))
        (folder / place / "diffusion_pytorch_model.fp16.safetensors").write_bytes(bytes(size))
    (folder / "whole.safetensors").write_bytes(bytes(5000))
    (folder / "model_index.json").write_text('{"_class_name": "StableDiffusionXLPipeline"}')
    library = Library(data_dir=tmp_path)
    entry = library.find("mine")
    assert estimate(entry, library) == 510 * 4 // 3
    assert estimate(entry.model_copy(update={"variant": ""}), library) == 1020 * 4 // 3


def test_a_part_may_be_a_file(data_dir: Path) -> None:
    """As the many denoisers that come alone, in the first or in diffusers' names."""
    import torch  # pyright: ignore[reportMissingImports]
    from diffusers import FluxPipeline  # pyright: ignore[reportMissingImports]
    from safetensors.torch import save_file

    pipe: Any = FluxPipeline.from_pretrained(data_dir / "models" / "tiny-flux")
    tensors = {name: torch.zeros_like(tensor) for name, tensor in pipe.transformer.state_dict().items()}
    save_file(tensors, data_dir / "models" / "denoiser.safetensors")
    parts = "parts: {transformer: {class: FluxTransformer2DModel, weights: denoiser.safetensors}}"
    own = f"base: {{like: flux-schnell, weights: tiny-flux, {SMALL}}}\nmine: {{like: base, {parts}}}"
    assert not np.array_equal(painted(data_dir, own, "base"), painted(data_dir, own, "mine"))


def write(path: Path, names: list[str] | None, lacking: int = 0) -> None:
    """A file of tensors with one number each; None: a page that asks to log in. lacking: bytes cut off its end."""
    import json

    if names is None:
        path.write_text("<!doctype html><title>Log in</title>" * 20)
        return
    tensors = {
        name: {"dtype": "F32", "shape": [1], "data_offsets": [4 * number, 4 * number + 4]}
        for number, name in enumerate(names)
    }
    text = json.dumps(tensors).encode()
    whole = len(text).to_bytes(8, "little") + text + bytes(4 * len(names))
    path.write_bytes(whole[: len(whole) - lacking])
