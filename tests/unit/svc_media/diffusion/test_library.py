"""Names of models and LoRAs: found inside the allowed folders, refused outside, told how to get."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied
from svc_media.diffusion.library import Library

if TYPE_CHECKING:
    from pathlib import Path


def model_in(folder: Path, kind: str = "StableDiffusionXLPipeline") -> Path:
    folder.mkdir(parents=True)
    (folder / "model_index.json").write_text(json.dumps({"_class_name": kind}))
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    loras = tmp_path / "data" / "loras"
    loras.mkdir(parents=True)
    (loras / "watercolour.safetensors").write_bytes(b"")
    return Library(data_dir=tmp_path / "data")


def test_a_folder_in_the_models_folder_is_a_model_of_its_kind(library: Library, tmp_path: Path) -> None:
    folder = model_in(tmp_path / "data" / "models" / "mine")
    entry = library.find("mine")
    assert entry.pipeline == "StableDiffusionXLPipeline"
    assert (entry.weights, entry.steps) == (str(folder), 30)
    assert library.missing(entry) == ""
    assert "mine" in library.entries()


def test_a_path_is_taken_inside_the_roots_only(library: Library, tmp_path: Path) -> None:
    inside = model_in(tmp_path / "data" / "models" / "deep" / "er", "FluxPipeline")
    assert library.find(str(inside)).pipeline == "FluxPipeline"
    outside = model_in(tmp_path / "elsewhere")
    for path in (str(outside), str(inside / ".." / ".." / ".." / ".." / "elsewhere")):
        with pytest.raises(PermissionDenied) as caught:
            library.find(path)
        assert caught.value.reason == "MODEL_OUTSIDE_ROOTS"
    assert Library(data_dir=tmp_path / "data", roots=[tmp_path]).find(str(outside)).title == str(outside)
    (inside / "link").symlink_to(outside)
    with pytest.raises(PermissionDenied):
        library.find(str(inside / "link"))
    with pytest.raises(NotFound) as missing:
        library.find(str(tmp_path / "data" / "models" / "none"))
    assert "model_index.json" in missing.value.message


def test_a_kind_nobody_described_and_a_broken_index_are_said(library: Library, tmp_path: Path) -> None:
    folder = model_in(tmp_path / "data" / "models" / "odd", "SomethingNewPipeline")
    for name in (str(folder), "odd"):
        with pytest.raises(FailedPrecondition) as caught:
            library.find(name)
        assert caught.value.reason == "MODEL_UNKNOWN_KIND"
    assert "odd" not in library.entries(), "and the others are not harmed"
    (folder / "model_index.json").write_text("{")
    with pytest.raises(FailedPrecondition) as caught:
        library.find(str(folder))
    assert caught.value.reason == "MODEL_BROKEN"


def test_what_is_missing_is_told_with_the_command(library: Library) -> None:
    told = library.missing(library.find("sdxl-lightning"))
    for part in (
        "hf download stabilityai/stable-diffusion-xl-base-1.0",
        "hf download ByteDance/SDXL-Lightning",
        "data/models",
        "PIXELLE_DIFFUSERS_DOWNLOADS=true",
    ):
        assert part in told
    with pytest.raises(NotFound) as caught:
        library.find("someone/some-model")
    assert caught.value.reason == "MODEL_NOT_INSTALLED"
    assert "hf download someone/some-model" in caught.value.message
    with pytest.raises(InvalidArgument) as unknown:
        library.find("sdlx")
    assert unknown.value.reason == "WORKFLOW_UNKNOWN"
    assert "Did you mean 'sdxl'" in unknown.value.message


def test_only_the_setting_lets_it_download(tmp_path: Path) -> None:
    allowed = Library(data_dir=tmp_path, downloads=True)
    assert allowed.missing(allowed.find("sdxl")) == ""
    (tmp_path / "models.yaml").write_text("mine: {like: sdxl, weights: my-folder}")
    assert "my-folder" in allowed.missing(allowed.find("mine")), "a folder cannot be fetched"


def test_a_hub_id_of_the_catalogue_is_that_entry(library: Library) -> None:
    assert library.find("stabilityai/sdxl-turbo").steps == 2


def test_loras(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "data" / "loras" / "watercolour.safetensors"
    for name in ("watercolour", "watercolour.safetensors", str(file)):
        assert library.lora(name) == file
    outside = tmp_path / "outside.safetensors"
    outside.write_bytes(b"")
    for name in (str(outside), "../../outside", "../../../etc/passwd", "/etc/passwd"):
        with pytest.raises(PermissionDenied) as caught:
            library.lora(name)
        assert caught.value.reason == "LORA_OUTSIDE_ROOTS"
        assert "PIXELLE_DIFFUSERS_ROOTS" in caught.value.message
    (tmp_path / "data" / "loras" / "old.ckpt").write_bytes(b"")
    with pytest.raises(InvalidArgument) as pickled:
        library.lora("old.ckpt")
    assert pickled.value.reason == "LORA_NOT_SAFETENSORS"
    with pytest.raises(NotFound) as missing:
        library.lora("watercolor")
    assert "Did you mean 'watercolour'" in missing.value.message


def test_the_fingerprint_changes_with_files_and_entry(library: Library, tmp_path: Path) -> None:
    folder = model_in(tmp_path / "data" / "models" / "mine")
    entry = library.find("mine")
    before = library.fingerprint(entry)
    assert library.fingerprint(entry) == before
    assert library.fingerprint(entry.model_copy(update={"steps": 3})) != before
    (folder / "weights.safetensors").write_bytes(b"new")
    assert library.fingerprint(entry) != before
