"""What is installed from a wheel, as in the images, has every file that the code reads."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

from deploy.images.table import ROOT

if TYPE_CHECKING:
    from pathlib import Path

_LEFT_OUT = ("Dockerfile",)


def test_the_wheel_has_every_file_of_its_packages(tmp_path: Path) -> None:
    folders = ("pixelle", "gateway", "pixelle_video", "api", "svc_script", "svc_tts", "svc_media", "svc_render")
    listed = subprocess.run(["git", "ls-files", *folders], cwd=ROOT, check=True, capture_output=True, text=True)
    wanted = {name for name in listed.stdout.splitlines() if not name.endswith(_LEFT_OUT) and (ROOT / name).is_file()}
    copy = tmp_path / "source"  # building leaves folders beside the source
    copy.mkdir()
    packed = tmp_path / "source.tar"
    names = [*sorted(wanted), "pyproject.toml", "README.md", "LICENSE", "NOTICE"]
    with tarfile.open(packed, "w") as tar:
        for name in names:
            tar.add(ROOT / name, name)
    with tarfile.open(packed) as tar:
        tar.extractall(copy, filter="data")
    build = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, str(tmp_path)], cwd=copy, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        missing = wanted - set(archive.namelist())
    assert not missing
