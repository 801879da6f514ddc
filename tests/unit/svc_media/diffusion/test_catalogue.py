"""The catalogue: what is in it, how an installation changes it, and what it says of mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import FailedPrecondition
from svc_media.diffusion.catalogue import catalogue

if TYPE_CHECKING:
    from pathlib import Path

FAMILIES = {
    "ChromaPipeline",
    "FluxKontextPipeline",
    "Flux2KleinPipeline",
    "StableDiffusionPipeline",
    "StableDiffusionXLPipeline",
    "StableDiffusion3Pipeline",
    "FluxPipeline",
    "QwenImagePipeline",
    "ZImagePipeline",
    "AnimateDiffPipeline",
    "LTXPipeline",
    "WanPipeline",
    "WanImageToVideoPipeline",
}


def test_every_family_is_in_it() -> None:
    entries = catalogue()
    assert {entry.pipeline for entry in entries.values()} == FAMILIES
    for name, entry in entries.items():
        assert entry.title, name
        assert entry.vram_gb > 0, name
        assert entry.weights.count("/") == 1, name
        assert not entry.sampler or entry.sampler in entry.samplers, name
        assert entry.guided or not entry.takes_negative, name


def test_own_entries_are_laid_over_and_added(tmp_path: Path) -> None:
    own = tmp_path / "models.yaml"
    own.write_text("sdxl: {steps: 12}\nmine: {like: sdxl, weights: my-model, title: Mine, negative_prompts: false}\n")
    entries = catalogue(own)
    assert (entries["sdxl"].steps, entries["sdxl"].guidance) == (12, 5.0)
    mine = entries["mine"]
    assert (mine.weights, mine.steps, mine.pipeline) == ("my-model", 12, "StableDiffusionXLPipeline")
    assert entries["sdxl"].takes_negative
    assert not mine.takes_negative
    assert entries["sdxl-lightning"].weights == entries["sdxl"].weights, "`like` follows what was laid over"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("sdxl: {stepz: 12}", "stepz"),
        ("sdxl: {steps: many}", "'many'"),
        ("sdxl: {guidance: .nan}", "guidance"),
        ("sdxl: {sampler: eular}", "Did you mean 'euler'"),
        ("mine: {like: sdxk}", "Did you mean 'sdxl'"),
        ("a: {like: b}\nb: {like: a}", "leads nowhere"),
        ("mine: {title: Mine}", "weights"),
        ("mine: {weights: x, makes: videos}", "frames"),
        ("- sdxl", "names"),
        ("sdxl: 12", "names"),
        ("sdxl: {steps: [", "models.yaml"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, named: str) -> None:
    own = tmp_path / "models.yaml"
    own.write_text(text)
    with pytest.raises(FailedPrecondition) as caught:
        catalogue(own)
    assert caught.value.reason == "CATALOGUE_BROKEN"
    assert named in caught.value.message


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "models.yaml").write_text("# nothing yet\n")
    assert catalogue(tmp_path / "models.yaml") == catalogue(tmp_path / "not there.yaml") == catalogue()
