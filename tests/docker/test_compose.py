"""deploy/compose.yaml as it stands: two gateways, two workers and the services make a video that both gateways show."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml

from deploy.processes import free_port
from deploy.stage import DETERMINISTIC, ENDED, SIX_SCENES
from tests.docker.images import COMPOSE, built, named, no_image

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path


_SERVICES = ("script", "tts", "media", "render")
_OURS = dict.fromkeys(("gateway-1", "gateway-2", "worker-1", "worker-2"), "gateway") | {
    name: name for name in _SERVICES
}


def _compose() -> list[str]:
    """The command, as a plug-in of docker or a program of its own; empty where it is neither."""
    plugged = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    if not plugged.returncode:
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else []


@pytest.fixture
def gateways(tmp_path: Path) -> Generator[tuple[httpx.Client, httpx.Client]]:
    """Both of them, of a cluster of containers that is gone afterwards with all that it kept."""
    command = _compose()
    missing = "" if command else "docker compose is not there: apt-get install docker-compose"
    missing = missing or no_image(named("postgres")) or no_image(named("s3"))
    if missing:
        pytest.skip(missing)
    ports, key = [str(free_port()), str(free_port())], secrets.token_hex(16)
    words = ("PIXELLE_DB_PASSWORD", "PIXELLE_STORE_KEY_ID", "PIXELLE_STORE_SECRET")
    env = os.environ | {name: secrets.token_hex(16) for name in words}
    env |= {"PIXELLE_API_KEYS": key, "PIXELLE_GATEWAY_1_PORT": ports[0], "PIXELLE_GATEWAY_2_PORT": ports[1]}
    # engines that need no packs
    changed: dict[str, Any] = {name: {"image": built(image)} for name, image in _OURS.items()}
    for name, engine in DETERMINISTIC.items():
        changed[name.split("_")[1].lower()]["environment"] = {name: engine}
    override = tmp_path / "override.yaml"
    override.write_text(yaml.safe_dump({"services": changed}))
    project = f"pixelle-{os.getpid()}"
    # Debian's Compose 1 knows no `name`, which -p says anyway
    given = tmp_path / "compose.yaml"
    given.write_text(COMPOSE.read_text().replace("\nname: pixelle\n", "\n"))
    command += ["-p", project, "--project-directory", str(COMPOSE.parent), "-f", str(given), "-f", str(override)]
    clients = [
        httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False
        )
        for port in ports
    ]
    try:
        done = subprocess.run([*command, "up", "-d"], env=env, capture_output=True, text=True, check=False)
        assert not done.returncode, done.stderr[-2000:]
        _until_healthy(project, 2)
        first, second = clients
        yield first, second
    finally:
        for client in clients:
            client.close()
        subprocess.run([*command, "down", "-v", "-t", "5"], env=env, capture_output=True, check=False)


def _until_healthy(project: str, gateways: int) -> None:
    """Until as many gateways say /readyz: they ask every service, the store and the database."""
    told = ["docker", "events", "--since", "30m", "--filter", f"label=com.docker.compose.project={project}"]
    shown = ["--filter", "event=health_status", "--format", "{{.Actor.Attributes.name}} {{.Status}}"]
    left = set[str]()
    with subprocess.Popen(["timeout", "300", *told, *shown], stdout=subprocess.PIPE, text=True) as events:
        assert events.stdout
        for line in events.stdout:
            if "gateway" in line and line.strip().endswith(": healthy"):
                left.add(line.split()[0])
            if len(left) == gateways:
                events.terminate()
                return
    pytest.fail(f"only {left} were ready within five minutes")


@pytest.mark.timeout(1800)  # the first one builds
def test_a_video_is_made_and_both_gateways_show_it(gateways: tuple[httpx.Client, httpx.Client]) -> None:
    first, second = gateways
    asked = first.post("/api/video/generate/async", json=SIX_SCENES)
    assert asked.status_code == 200, asked.text
    name = asked.json()["task_id"]
    found: dict[str, Any] = {"status": "pending", "version": -1}
    while found["status"] not in ENDED:
        found = second.get(f"/api/tasks/{name}", params={"wait": 30, "since": found["version"]}).json()
    assert found["status"] == "completed", found
    videos = [each.get(f"/api/files/{name}/final.mp4") for each in (first, second)]
    assert videos[0].content[4:8] == b"ftyp"
    assert videos[0].content == videos[1].content
    assert httpx.get(f"{first.base_url}/api/tasks/{name}", trust_env=False).status_code == 401, "keys are asked for"
