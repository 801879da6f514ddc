"""The catalogue: models as entries of a file, the installation's own laid over the built-in ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pixelle.runtime.errors import FailedPrecondition, nearest
from svc_media.diffusion.samplers import SAMPLERS
from svc_media.diffusion.single import SUFFIX

if TYPE_CHECKING:
    from typing import Self

__all__ = ["BUILT_IN", "GUIDED", "Entry", "EntryLora", "Frames", "Part", "PromptRules", "Sizes", "broken", "catalogue"]

BUILT_IN = Path(__file__).parents[1] / "models.yaml"

GUIDED = 1.0
"""Up to this guidance a model is not asked what it would make of what is to be avoided."""

_NOT_READ = (".gguf", ".ckpt", ".pt", ".pth", ".bin")
"""Other formats of weights; opening some of them can run code."""

DType = Literal["float32", "float16", "bfloat16"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True)


class Sizes(_Strict):
    """Which sizes a model can do."""

    multiple: int = Field(default=16, ge=1, le=256)
    """Both sides are multiples of so many pixels."""
    least: int = Field(default=65_536, ge=64)
    """Pixels of the smallest picture that looks right."""
    most: int = Field(default=1_048_576, ge=64)
    """Pixels of the largest."""
    longest: int = Field(default=8192, ge=64)
    """Pixels of the longest side."""


class Frames(_Strict):
    """Which lengths a video model can do: `plus` and a multiple of `step` frames."""

    rate: int = Field(ge=1, le=120)
    """Frames per second it was trained on."""
    step: int = Field(default=1, ge=1)
    plus: int = Field(default=0, ge=0)
    least: int = Field(default=1, ge=1)
    most: int = Field(ge=1)


class PromptRules(_Strict):
    """How much text a model reads."""

    tokens: int = Field(default=75, ge=8)
    """Tokens it reads at once."""
    pieces: bool = False
    """Longer prompts are read in pieces (CLIP); otherwise they are refused."""
    reader: str = "tokenizer"
    """The tokenizer that counts."""


class Part(_Strict):
    """A component that comes from elsewhere."""

    kind: str = Field(alias="class")
    """Its class in diffusers."""
    weights: str
    """A hub id, a folder, or a safetensors file with this component alone."""
    variant: str = ""


class EntryLora(_Strict):
    """A LoRA that belongs to the model and is merged into it."""

    weights: str
    """A hub id or a folder."""
    file: str
    weight: float = 1.0


class Entry(_Strict):
    """One model."""

    title: str = ""
    weights: str
    """A hub id ("owner/name"), a folder in diffusers' format or a safetensors file with everything: absolute, or
    relative to `data/models`."""
    config: str = ""
    """Of a file: the hub id or the folder that has its tokenizers and settings. Empty: the weights of `like`."""
    revision: str = ""
    variant: str = ""
    makes: Literal["images", "videos"] = "images"
    pipeline: str = ""
    """Class in diffusers. Empty: the one the weights name."""
    from_picture: str = ""
    """Class of the pipeline that starts from a picture, made of the same components. Empty: it cannot."""
    needs_picture: bool = False
    """`pipeline` itself starts from a picture and cannot do without."""
    leave_out: tuple[str, ...] = ()
    """Components that are not loaded."""
    parts: dict[str, Part] = {}
    loras: tuple[EntryLora, ...] = ()
    dtype: DType | dict[str, DType] = "bfloat16"
    """Numbers of the weights; by component, "default" for the rest."""
    vram_gb: float = Field(default=0.0, ge=0)
    """GPU memory that weights and work take at its largest size. 0: guessed from the files."""
    offload: Literal["none", "model", "sequential"] = "none"
    """What waits in the machine's memory instead of the GPU's: nothing, whole components, or every layer."""
    compile: Literal["none", "blocks", "whole"] = "none"
    """What torch.compile takes: nothing, the repeated blocks one by one, or the whole denoiser."""
    tiling: bool = False
    """Pictures are decoded in tiles: less memory, more time."""
    steps: int = Field(default=30, ge=1, le=500)
    sampler: str = ""
    """Empty: the one the weights come with."""
    samplers: tuple[str, ...] = ()
    """Those a request may name."""
    shift: float | None = None
    guidance: float = Field(default=5.0, ge=0, le=50)
    guidance_as: str = "guidance_scale"
    """Name of the pipeline's argument."""
    guided: bool = True
    """A request may change the guidance, and say what to avoid unless `negative_prompts` says otherwise."""
    negative: str | None = None
    """What is avoided when a request does not say. None: nothing is passed on."""
    negative_prompts: bool | None = None
    """A request may say what to avoid. None: when it is guided and `negative` is a text."""
    strength: float | None = Field(default=0.6, gt=0, le=1)
    """How far a picture is changed when a request does not say: 1 is wholly. None: the words alone say what changes."""
    prompt: PromptRules = PromptRules()
    call: dict[str, int | float | str | bool] = {}
    """Further arguments of the pipeline."""
    sizes: Sizes = Sizes()
    frames: Frames | None = None
    batch: int = Field(default=1, ge=1, le=64)
    """Alike requests made at once."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        unknown = [name for name in (self.sampler, *self.samplers) if name and name not in SAMPLERS]
        if unknown:
            raise ValueError(f"there is no sampler {unknown[0]!r}.{nearest(unknown[0], SAMPLERS)}")
        for weights in (self.weights, *(part.weights for part in self.parts.values())):
            if weights.endswith(_NOT_READ):
                raise ValueError(f"{weights!r} is not read here: get its .safetensors file, or use a ComfyUI workflow")
        if self.weights.endswith(SUFFIX) and not self.config:
            raise ValueError(
                "a file needs `config`, the hub id or folder of its family, or `like` a model that has one"
            )
        if (self.makes == "videos") != (self.frames is not None):
            raise ValueError("a model that makes videos says so in `frames`, and only such a one")
        return self

    @property
    def takes_picture(self) -> bool:
        """It can start from a picture."""
        return bool(self.from_picture) or self.needs_picture

    @property
    def takes_negative(self) -> bool:
        """A request may say what to avoid."""
        return self.guided and self.negative is not None if self.negative_prompts is None else self.negative_prompts


def catalogue(own: Path | None = None) -> dict[str, Entry]:
    """
    Name to entry. own: the installation's file; it may not exist.

    Raises FailedPrecondition (CATALOGUE_BROKEN) with the entry and the field.
    """
    raw = _read(BUILT_IN)
    if own and own.is_file():
        for name, fields in _read(own).items():
            raw[name] = raw.get(name, {}) | fields
    return {name: _entry(name, raw) for name in raw}


def _read(path: Path) -> dict[str, dict[str, Any]]:
    try:
        found: object = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise broken(path.name, " ".join(str(error).split())[:300]) from error
    entries = cast("dict[object, object]", found) if isinstance(found, dict) else {}
    if (found and not entries) or not all(isinstance(fields, dict) for fields in entries.values()):
        raise broken(path.name, "it must hold names, each with its fields below it")
    return {str(name): cast("dict[str, Any]", fields) for name, fields in entries.items()}


def _entry(name: str, raw: dict[str, dict[str, Any]]) -> Entry:
    fields, seen = raw[name], {name}
    while "like" in fields:
        other = str(fields["like"])
        if other not in raw or other in seen:
            raise broken(name, f"`like: {other}` leads nowhere.{nearest(other, raw)}")
        seen.add(other)
        if str(fields.get("weights", "")).endswith(SUFFIX) and not str(raw[other].get("weights", SUFFIX)).endswith(
            SUFFIX
        ):
            fields = {"config": raw[other]["weights"]} | fields
        fields = raw[other] | {key: value for key, value in fields.items() if key != "like"}
    try:
        return Entry.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "entry"
        raise broken(name, f"{where}: {first['msg']} (it is {first['input']!r:.80})") from error


def broken(what: str, why: str) -> FailedPrecondition:
    """The error for an entry or a file that is wrong."""
    return FailedPrecondition(
        f"The catalogue of models is wrong at {what!r}: {why.rstrip('.')}. Mend it in data/models.yaml.",
        reason="CATALOGUE_BROKEN",
    )
