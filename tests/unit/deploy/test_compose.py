"""deploy/compose.yaml names only what exists, and leaves nothing to chance."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.images.table import images
from gateway.settings import GatewaySettings
from pixelle.runtime.settings import ServiceSettings
from svc_media.settings import MediaSettings
from svc_render.settings import RenderSettings
from svc_script.settings import ScriptSettings
from svc_tts.settings import TtsSettings

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"bucket", "packs"}
"""Those that do something and end."""
WORKERS = ("worker-1", "worker-2")
OURS: dict[str, type[ServiceSettings]] = {
    "script": ScriptSettings,
    "tts": TtsSettings,
    "media": MediaSettings,
    "render": RenderSettings,
    "packs": ServiceSettings,
    **dict.fromkeys(("gateway-1", "gateway-2", *WORKERS), GatewaySettings),
}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_has_an_image_of_a_version_or_is_built(name: str) -> None:
    service = SERVICES[name]
    built = {each["image"] for each in SERVICES.values() if "build" in each}
    assert service["image"] in built or re.search(r":\d[\w.]*(@sha256:[0-9a-f]{64})?$", service["image"])
    assert "latest" not in service["image"]


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ONCE))
def test_every_lasting_service_is_watched_and_started_again(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert service["init"]
    check = service["healthcheck"]
    if name in WORKERS:
        assert check == {"disable": True}
    else:
        assert check["test"][0] in {"CMD", "CMD-SHELL"}
        assert check["interval"]
        assert check["retries"]


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_names_exists(name: str) -> None:
    service = SERVICES[name]
    for other, wanted in service.get("depends_on", {}).items():
        finishes = wanted["condition"] == "service_completed_successfully"
        assert finishes == (other in ONCE), "one that ends is never healthy, and one that lasts never completes"
    assert set(service["networks"]) <= COMPOSE["networks"].keys()
    assert {each.partition(":")[0] for each in service.get("volumes", ())} <= COMPOSE["volumes"].keys()
    for port in service.get("ports", ()):
        assert port.startswith("127.0.0.1:"), "what is open to others is for the operator to decide"
    command = service.get("command", ())
    if command[:2] == ["python", "-m"]:
        assert find_spec(command[2])


@pytest.mark.parametrize("name", OURS)
def test_settings_have_names_that_are_read(name: str) -> None:
    fields = {f"PIXELLE_{field.upper()}" for field in OURS[name].model_fields}
    given = {key: value for key, value in SERVICES[name].get("environment", {}).items() if key.startswith("PIXELLE_")}
    assert given.keys() <= fields
    if name != "packs":
        assert {"PIXELLE_STORE_URL", "PIXELLE_STORE_ENDPOINT", "PIXELLE_STORE_SECRET"} <= given.keys()


def test_addresses_lead_where_services_listen() -> None:
    for name in ("script", "tts", "media", "render"):
        port = SERVICES[name]["environment"][f"PIXELLE_{name.upper()}_LISTEN"].rpartition(":")[2]
        assert SERVICES[name]["healthcheck"]["test"][-1] == f"127.0.0.1:{port}"
        for user in ("gateway-1", "gateway-2", *WORKERS):
            assert SERVICES[user]["environment"][f"PIXELLE_{name.upper()}_URL"] == f"grpc://{name}:{port}"
            assert set(SERVICES[user]["networks"]) & set(SERVICES[name]["networks"])


def test_vendors_can_be_asked_with_what_the_readme_says_to_set() -> None:
    for name in ("script", "tts", "media", "render"):
        assert "outside" in SERVICES[name]["networks"], name
    settings = set(re.findall(r"PIXELLE_LLM_\w+", (ROOT / "README.md").read_text()))
    assert settings
    assert settings <= SERVICES["script"]["environment"].keys()


def test_workers_have_the_names_that_are_expected() -> None:
    expected = SERVICES["worker-1"]["environment"]["PIXELLE_WORKERS"].split(",")
    assert {SERVICES[name]["hostname"] for name in WORKERS} == set(expected)


def test_secrets_come_from_outside() -> None:
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY", key):
                assert re.fullmatch(r"\$\{\w+(:\?.+|:-)\}", value), key


def test_every_image_of_ours_is_built_by_its_dockerfile_and_cannot_be_written() -> None:
    known = {image.tag: image.dockerfile for image in images()}
    for name, service in SERVICES.items():
        if name not in OURS:
            continue
        if "build" in service:
            assert service["build"] == {"context": "..", "dockerfile": known[service["image"]]}
        if name not in ONCE:
            assert service["read_only"]
            assert any(each.startswith("/data") for each in service["tmpfs"])
