"""Where models and LoRAs are: names of requests turned into entries and files, inside the allowed folders only."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PermissionDenied, nearest
from svc_media.diffusion.catalogue import Entry, catalogue
from svc_media.diffusion.single import SUFFIX, like_its_file

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Library", "not_installed"]

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_INDEX = "model_index.json"


class Library:
    """The models of an installation."""

    def __init__(
        self, *, data_dir: Path, roots: Sequence[Path] = (), downloads: bool = False, own: Path | None = None
    ) -> None:
        """
        data_dir: holds `models`, `loras` and `models.yaml`. roots: further folders that models and LoRAs may lie in.
        downloads: what is missing may be fetched from the hub. own: a catalogue instead of data_dir's.
        """
        self._models, self._loras = data_dir / "models", data_dir / "loras"
        self._roots = [path.absolute() for path in (self._models, self._loras, *roots)]
        self.downloads = downloads
        self._own = own or data_dir / "models.yaml"

    def entries(self) -> dict[str, Entry]:
        """The catalogue, and other folders and files in `data/models` of kinds it knows. Raises CATALOGUE_BROKEN."""
        found = catalogue(self._own)
        if self._models.is_dir():
            for folder in sorted(self._models.iterdir()):
                if (folder / _INDEX).is_file() and folder.name not in found:
                    with suppress(FailedPrecondition):  # said when it is named
                        found[folder.name] = _like_its_kind(folder, folder.name, found)
            named = {entry.weights for entry in found.values()}
            for file in sorted(self._models.glob(f"*{SUFFIX}")):
                if file.stem not in found and file.name not in named:
                    with suppress(FailedPrecondition):
                        found[file.stem] = like_its_file(file, file.stem, found)
        return found

    def find(self, model: str) -> Entry:  # noqa: PLR0911 - one way after the other
        """
        The entry for the name in a key: a name of the catalogue, a folder or a file inside the roots, or a hub id.

        Raises InvalidArgument (WORKFLOW_UNKNOWN), PermissionDenied (MODEL_OUTSIDE_ROOTS), NotFound
        (MODEL_NOT_INSTALLED), FailedPrecondition (MODEL_BROKEN, MODEL_UNKNOWN_KIND).
        """
        entries = self.entries()
        if model in entries:
            return entries[model]
        if "/" not in model and (self._models / model / _INDEX).is_file() and model not in {".", ".."}:
            return _like_its_kind(self._models / model, model, entries)
        file = self._models / (model.removesuffix(SUFFIX) + SUFFIX)
        if "/" not in model and "\\" not in model and file.is_file():
            return like_its_file(file, model, entries)
        for entry in entries.values():
            if entry.weights == model and not entry.parts and not entry.loras:
                return entry
        if model.startswith(("/", "~", ".")) or "\\" in model or ".." in Path(model).parts:
            path = Path(model).expanduser() if model.startswith("~/") else Path(model)
            folder = self._inside(path, "model", "MODEL_OUTSIDE_ROOTS")
            if folder.suffix == SUFFIX and folder.is_file():
                return like_its_file(folder, str(folder), entries)
            if not (folder / _INDEX).is_file():
                raise NotFound(
                    f"There is no model at {model!r}: a folder with {_INDEX} is wanted, as diffusers writes it, or a "
                    f"{SUFFIX} file.",
                    reason="MODEL_NOT_INSTALLED",
                )
            return _like_its_kind(folder, str(folder), entries)
        if _HUB_ID.fullmatch(model):
            entry = Entry(weights=model, title=model)
            folder = self.folder(entry.weights)
            if folder is None:
                raise not_installed(self.how_to_get(entry))
            return _like_its_kind(folder, model, entries)
        raise InvalidArgument(
            f"Unknown model {model!r}.{nearest(model, entries)} A hub id (owner/name) or a folder in 'data/models' "
            "may be named, too.",
            reason="WORKFLOW_UNKNOWN",
        )

    def folder(self, weights: str, *, file: str = _INDEX, revision: str = "") -> Path | None:
        """The folder that holds `file` of some weights: as named, in `data/models`, or the hub's cache; else None."""
        for place in (Path(weights).expanduser(), self._models / weights):
            if (place.is_absolute() or place.is_relative_to(self._models)) and (place / file).is_file():
                return place
        if not _HUB_ID.fullmatch(weights) or find_spec("huggingface_hub") is None:
            return None
        from huggingface_hub import try_to_load_from_cache  # pyright: ignore[reportMissingImports]

        cached: Any = try_to_load_from_cache(weights, file, revision=revision or None)
        return Path(cached).parent if isinstance(cached, str) else None

    def single(self, weights: str) -> Path | None:
        """The file that some weights are: as named, or in `data/models`; None when they are none or it is not there."""
        if not weights.endswith(SUFFIX):
            return None
        for place in (Path(weights).expanduser(), self._models / weights):
            if (place.is_absolute() or place.is_relative_to(self._models)) and place.is_file():
                return place
        return None

    def lacking(self, entry: Entry) -> list[str]:
        """The weights of an entry that are not on this machine."""
        wanted = [(entry.weights, _INDEX, entry.revision)]
        if entry.weights.endswith(SUFFIX) and entry.config:
            wanted.append((entry.config, _INDEX, ""))
        wanted += [(part.weights, "config.json", "") for part in entry.parts.values()]
        wanted += [(lora.weights, lora.file, "") for lora in entry.loras]
        return [
            weights
            for weights, file, revision in wanted
            if not (self.single(weights) or self.folder(weights, file=file, revision=revision))
        ]

    def missing(self, entry: Entry) -> str:
        """How to get what an entry lacks; empty when it is all there or may be fetched."""
        hub = all(_HUB_ID.fullmatch(weights) for weights in self.lacking(entry))
        return "" if self.downloads and hub else self.how_to_get(entry)

    def how_to_get(self, entry: Entry) -> str:
        """What to do for the weights an entry lacks; empty when it lacks none."""
        lacking = self.lacking(entry)
        if not lacking:
            return ""
        settings = entry.config if entry.weights.endswith(SUFFIX) else ""
        commands = " && ".join(
            f"hf download {weights}" + (" --include '*.json' --include '*.txt'" if weights == settings else "")
            for weights in lacking
            if _HUB_ID.fullmatch(weights)
        )
        what = f"The weights of {entry.title or entry.weights!r} ({', '.join(lacking)}) are not on this machine."
        if not commands:
            return f"{what} Put the folder or file into 'data/models', or correct `weights` in data/models.yaml."
        return (
            f"{what} Fetch them with: {commands} (after `hf auth login` where the owner asks for it); or put the "
            "folder into 'data/models' and name it as `weights` in data/models.yaml; or let the service fetch them: "
            "PIXELLE_DIFFUSERS_DOWNLOADS=true"
        )

    def lora(self, name: str) -> Path:
        """
        The file of a LoRA: in `data/loras` by its name, or an absolute path inside the roots.

        Raises PermissionDenied (LORA_OUTSIDE_ROOTS), InvalidArgument (LORA_NOT_SAFETENSORS), NotFound
        (LORA_NOT_FOUND).
        """
        path = self._inside(
            Path(name) if Path(name).is_absolute() else self._loras / name, "LoRA", "LORA_OUTSIDE_ROOTS"
        )
        if not path.suffix:
            path = path.with_suffix(".safetensors")
        if path.suffix != ".safetensors":
            raise InvalidArgument(
                f"The LoRA {name!r} must be a .safetensors file: other formats can run code when they are opened.",
                reason="LORA_NOT_SAFETENSORS",
            )
        if not path.is_file():
            known = sorted(file.stem for file in self._loras.rglob("*.safetensors")) if self._loras.is_dir() else []
            raise NotFound(f"There is no LoRA {name!r}.{nearest(name, known)}", reason="LORA_NOT_FOUND")
        return path

    def fingerprint(self, entry: Entry) -> str:
        """sha256 of the entry and of names, sizes and times of its files: their hash would take minutes."""
        facts: list[object] = [entry.model_dump(mode="json")]
        singles = map(self.single, (entry.weights, *(part.weights for part in entry.parts.values())))
        facts += [(str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in singles if file]
        for weights, file in ((entry.weights, _INDEX), *((lora.weights, lora.file) for lora in entry.loras)):
            folder = self.folder(weights, file=file, revision=entry.revision if file == _INDEX else "")
            if folder:
                files = sorted(path for path in folder.rglob("*") if path.is_file())
                facts += [
                    (str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns) for path in files
                ]
        return hashlib.sha256(repr(facts).encode()).hexdigest()

    def _inside(self, path: Path, what: str, reason: str) -> Path:
        """The path with links followed, which must lead into a root."""
        real = path.resolve()
        if not any(real.is_relative_to(root.resolve()) for root in self._roots):
            raise PermissionDenied(
                f"The {what} {str(path)!r} lies outside of the allowed folders. Put it into 'data/{what.lower()}s', "
                "or allow its folder in PIXELLE_DIFFUSERS_ROOTS.",
                reason=reason,
            )
        return real


def not_installed(reason: str) -> NotFound:
    """The error for weights that are not there; `reason` says how to get them."""
    return NotFound(reason, reason="MODEL_NOT_INSTALLED")


def _like_its_kind(folder: Path, weights: str, entries: dict[str, Entry]) -> Entry:
    """An entry for weights nobody has described: as the first of the catalogue with the same pipeline."""
    try:
        kind = str(json.loads((folder / _INDEX).read_text("utf-8"))["_class_name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FailedPrecondition(
            f"{_INDEX} of the model {weights!r} cannot be read ({type(error).__name__}). Get the model again.",
            reason="MODEL_BROKEN",
        ) from error
    for entry in entries.values():
        if kind in {entry.pipeline, entry.from_picture or entry.pipeline} and not entry.loras and not entry.parts:
            changed = {"weights": str(folder), "title": weights, "vram_gb": 0.0, "revision": ""}
            return entry.model_copy(update=changed)
    raise FailedPrecondition(
        f"The model {weights!r} is a {kind}, which the catalogue does not know. Describe it in data/models.yaml.",
        reason="MODEL_UNKNOWN_KIND",
    )
