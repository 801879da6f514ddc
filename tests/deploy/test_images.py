"""Each image is made of what it needs: its own code, pinned packages, a user without rights."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING

import pytest

from deploy.images.table import ROOT, Image, images
from tests.deploy.overlays import OVERLAYS, containers, rendered

if TYPE_CHECKING:
    from pathlib import Path

IMAGES = images()
OPTIONAL = {
    "tts": {
        "TTS",
        "torch",
        "torchaudio",
        "edge_tts",
        "faster_whisper",
        "misaki",
        "pyopenjtalk",
        "pypinyin",
        "jieba",
        "aiohttp",
        "pocketsphinx",
    },
    "gateway": set[str](),
    "script": set[str](),
    "media": {"torch", "diffusers", "transformers", "accelerate", "huggingface_hub"},
    "render": set[str](),
}
"""Packages of engines that an image leaves out: their engines say what to install."""
each_image = pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.name)


def pinned(image: Image) -> dict[str, str]:
    """Distribution to version, of the lock file."""
    text = (ROOT / image.lock).read_text()
    found = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", text, re.MULTILINE)
    assert text.count("--hash=sha256:") >= len(found)
    return {_plain(name): version for name, version in found}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def stages(image: Image) -> str:
    return (ROOT / image.dockerfile).read_text()


@each_image
def test_the_lock_has_every_package_and_no_more(image: Image) -> None:
    packages = pinned(image)
    assert not {"pytest", "ruff", "pyright", "grpcio-tools", "buf-bin", "uv"} & packages.keys(), (
        "no tools of developers"
    )
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*extras["dependencies"], *(line for extra in image.extras for line in _lines(extras, extra))]
    for line in wanted:
        name = re.match(r"[A-Za-z0-9._-]+", line)
        assert name
        assert _plain(name[0]) in packages, f"{line}: run `make lock`"


def _lines(project: dict[str, dict[str, list[str]]], extra: str) -> list[str]:
    """Requirements of an extra, those of extras it names included."""
    found: list[str] = []
    for line in project["optional-dependencies"][extra]:
        own = re.fullmatch(r"pixelle-video\[(.+)\]", line)
        found += [each for name in own[1].split(",") for each in _lines(project, name)] if own else [line]
    return found


@each_image
def test_versions_are_those_that_are_tested(image: Image) -> None:
    if "gpu" in image.extras:
        installed = re.findall(r"\b(torch\w*)==([\d.]+)", (ROOT / "Makefile").read_text())  # by `make test-torch`
        assert {name for name, _ in installed} == {"torch", "torchaudio", "torchcodec"}
        assert dict(installed).items() <= pinned(image).items()
        return
    tested = dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", (ROOT / "requirements-dev.lock").read_text(), re.M))
    tested = {_plain(name): version for name, version in tested.items()}
    other = {name: version for name, version in pinned(image).items() if tested.get(name, version) != version}
    assert not other, "run `make lock`"


@pytest.mark.parametrize("name", OPTIONAL)
def test_every_import_is_in_the_image(name: str) -> None:
    """A module that our code imports, anywhere in a function, is our own in the image or a package of its lock file."""
    image = next(each for each in IMAGES if each.name == name)
    copied = set(re.findall(r"^COPY (\w+) /src/\1$", stages(image), re.MULTILINE))
    packages = pinned(image).keys()
    makers = packages_distributions()
    todo = [path for folder in copied - {"pixelle"} for path in (ROOT / folder).rglob("*.py")]
    seen: set[Path] = set()
    missing: list[str] = []
    while todo:
        path = todo.pop()
        seen.add(path)
        for full in _imported(path):
            module = full.partition(".")[0]
            file = ROOT / f"{full.replace('.', '/')}.py"
            if file.is_file() and module in copied and file not in seen:
                todo.append(file)  # of the runtime, only what this process uses
            if module in sys.stdlib_module_names or module in copied or module in OPTIONAL[name]:
                continue
            known = {_plain(each) for each in makers.get(module, [])}
            if not known & packages:
                missing.append(f"{path.relative_to(ROOT)} imports {full}, which {image.lock} has not")
    assert not missing


def _imported(path: Path) -> set[str]:
    """Full names of modules, and of what may be modules."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@each_image
def test_the_dockerfile_keeps_the_rules(image: Image) -> None:
    text = stages(image)
    last = text.rpartition("\nFROM ")[2]
    assert len(re.findall(r"^FROM ", text, re.MULTILINE)) == 2, "what builds is left behind"
    assert re.search(r"^USER 10001:10001$", last, re.MULTILINE), "not as root, and by number: runAsNonRoot can see it"
    assert not re.search(r"^(USER|ADD) (root|0|http)", text, re.MULTILINE)
    assert "latest" not in text
    assert 'pixelle.sbom="/opt/pixelle/sbom.cdx.json"' in last
    assert "install.sh packages" in text
    copied = [line.split()[1:-1] for line in text.splitlines() if line.startswith("COPY ") and "--from" not in line]
    assert all((ROOT / source).exists() for line in copied for source in line if "$" not in source)
    ours = {"svc_script", "svc_tts", "svc_media", "svc_render", "gateway"}
    mine = set(re.findall(r"^COPY (\w+) /src/\1$", text, re.MULTILINE)) & ours
    assert image.name == "packs" or len(mine) == 1, "nothing of other services"
    if image.name != "packs":
        assert re.search(r"^HEALTHCHECK .*CMD \[", last, re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    for line in copied:
        for source in line:
            allowed = [
                re.fullmatch(each[1:].replace("*", ".*") + "(/.*)?", source) for each in ignored if each[0] == "!"
            ]
            assert "$" in source or any(allowed), f".dockerignore keeps {source} out"


def test_every_image_of_the_manifests_is_built_here() -> None:
    made = {image.name: image.tag for image in IMAGES}
    named = {each["image"] for overlay in OVERLAYS for _, each in containers(rendered(overlay))}
    ours = {name for name in named if "pixelle" in name and "pixelle-tts-node" not in name}
    for name in ours:
        short = name.removeprefix("registry.example.com/").replace("pixelle/", "pixelle-")
        assert short in made.values(), name


def test_the_inventory_lists_what_is_installed(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    subprocess.run([sys.executable, str(ROOT / "deploy" / "images" / "inventory.py"), str(file)], check=True)
    document = json.loads(file.read_text())
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    listed = {entry["purl"].partition("@")[0]: entry["version"] for entry in document["components"]}
    from importlib.metadata import version

    assert listed["pkg:pypi/grpcio"] == version("grpcio")
    if shutil.which("dpkg-query"):
        assert any(purl.startswith("pkg:deb/") for purl in listed)
