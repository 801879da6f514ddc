"""Processes work where nothing can be written but what the manifests mount: /tmp, /data and /cache."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import pytest

from deploy.images.table import ROOT
from deploy.processes import free_port
from tests.deploy.overlays import pods, rendered

if TYPE_CHECKING:
    from pathlib import Path

_SEAL = (
    "mount --make-rprivate / && mount --bind {root} /mnt && mount -t tmpfs tmp /tmp && mkdir -p {root} && "
    "mount --bind /mnt {root} && mount --bind {home}/store {home}/store && mount -t tmpfs data {home}/data && "
    "mount -t tmpfs cache {home}/cache && mount -o remount,bind,ro {root} && mount -o remount,bind,ro {top}"
)
"""
In a mount namespace of its own: neither this repository, which may lie below /tmp, nor the file system that holds it
can be written.
"""
_UNSEALED = "not sealed"
CASES = {
    "script": ("outline", "test_a_storyboard_has_exactly_the_scenes_asked_for"),
    "tts": ("tone", "test_the_narration_is_a_mono_wav"),
    "media": ("card", "test_a_request_decides_its_picture"),
    "render": ("", "test_a_frame or test_a_clip_has_exactly_its_frames or test_a_video"),
}
"""Service to its engine and the tests of its contract that make it write."""


def _top(path: str) -> str:
    return subprocess.run(["stat", "-c", "%m", path], check=True, capture_output=True, text=True).stdout.strip()


def _why_not() -> str:
    if shutil.which("unshare") is None:
        return "unshare is not installed"
    tried = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False)
    return "mounting is not allowed here" if tried.returncode else ""


@pytest.mark.slow
@pytest.mark.skipif(bool(_why_not()), reason=_why_not())
@pytest.mark.parametrize("name", CASES)
def test_a_service_works_on_a_root_that_cannot_be_written(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    engine, tests = CASES[name]
    # not below /tmp, which the process has for itself
    home = ROOT / "output" / f"read-only-{name}-{os.getpid()}"
    for folder in ("data", "store", "cache"):
        (home / folder).mkdir(parents=True)
    port = free_port()
    settings = {f"PIXELLE_{name.upper()}_LISTEN": f"127.0.0.1:{port}", "PIXELLE_DATA_DIR": str(home / "data")}
    settings |= {
        "PIXELLE_STORE_URL": (home / "store").as_uri(),
        "PIXELLE_CACHE_DIR": str(home / "cache"),
        "HOME": "/tmp",
    }
    if engine:
        settings[f"PIXELLE_{name.upper()}_ENGINE"] = engine
    seal = _SEAL.format(home=home, root=ROOT, top=_top(str(ROOT)))
    proof = f"! touch {ROOT}/sealed 2>/dev/null && ! touch /opt/sealed 2>/dev/null && cd {ROOT}"
    shell = f"{{ {seal} && {proof}; }} || {{ echo {_UNSEALED} >&2; exit 1; }}; exec {sys.executable} -m svc_{name}"
    log = tmp_path_factory.mktemp(name) / "log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", shell], cwd=ROOT, stderr=said, env={"PATH": os.environ["PATH"], **settings}
        )
    try:
        suite = ["-q", "-p", "no:cacheprovider", f"tests/contract/test_{name}.py", "-k", tests]
        _until_serving(log, process)
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *suite, f"--{name}", f"grpc://127.0.0.1:{port}"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=250,
        )  # fmt: skip
        assert not done.returncode, done.stdout[-2000:] + log.read_text()[-2000:]
        assert re.search(r"[1-9]\d* passed", done.stdout)
        assert "Read-only" not in log.read_text()
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(home)


def _until_serving(log: Path, process: subprocess.Popen[bytes]) -> None:
    follower = ["timeout", "120", "tail", "-n", "+1", "-F", f"--pid={process.pid}", str(log)]
    with subprocess.Popen(follower, stdout=subprocess.PIPE, text=True) as tail:
        assert tail.stdout
        for line in tail.stdout:
            if "serving" in line:
                tail.terminate()
                return
            if _UNSEALED in line:
                tail.terminate()
    pytest.fail(f"it did not start: {log.read_text()[-2000:]}")


def test_the_manifests_mount_what_was_tried() -> None:
    tried = {"/tmp", "/data", "/cache"}
    for name, pod in pods(rendered("overlays/local")):
        if name in CASES:
            mounts = pod["spec"]["containers"][0]["volumeMounts"]
            writable = {each["mountPath"] for each in mounts if not each.get("readOnly")}
            assert writable == tried, name
            assert import_module(f"svc_{name}")
