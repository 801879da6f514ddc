"""What manifests tell our processes is what those read, and leads to what exists."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from pydantic import TypeAdapter

from gateway.settings import GatewaySettings
from pixelle.runtime.settings import ServiceSettings
from svc_media.settings import MediaSettings
from svc_render.settings import RenderSettings
from svc_script.settings import ScriptSettings
from svc_tts.settings import TtsSettings
from tests.deploy.overlays import OVERLAYS, of_kind, pods, rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.deploy.overlays import Doc

SERVICES = ("script", "tts", "media", "render")
ROOT = Path(__file__).parents[2]
OURS: dict[str, type[ServiceSettings]] = {
    "gateway": GatewaySettings,
    "worker": GatewaySettings,
    "script": ScriptSettings,
    "tts": TtsSettings,
    "tts-listing": TtsSettings,
    "media": MediaSettings,
    "media-listing": MediaSettings,
    "render": RenderSettings,
    "packs": ServiceSettings,
    "tools": GatewaySettings,
    "backup": GatewaySettings,
}
ONCE = {"packs", "tools", "backup"}
"""What ends by itself."""
THEIRS = {"postgres", "s3", "bucket"}
SECRETS = {
    "store-keys": {"PIXELLE_STORE_KEY_ID", "PIXELLE_STORE_SECRET"},
    "database": {"PIXELLE_DATABASE_URL"},
    "api-keys": {"PIXELLE_API_KEYS"},
    "webhooks": {"PIXELLE_WEBHOOK_SECRET"},
    "script-keys": {"PIXELLE_LLM_API_KEY"},
    "tts-keys": {"PIXELLE_TTS_OPENAI_API_KEY"},
    "media-keys": {"PIXELLE_COMFYUI_API_KEY"},
}
"""The Secrets that docs/kubernetes.md says to make, and what each holds."""
RUNBOOK = (ROOT / "docs" / "operations.md").read_text()
everywhere = pytest.mark.parametrize("overlay", OVERLAYS)


def told(docs: Sequence[Doc], pod: Doc) -> dict[str, str]:
    """Environment of the first container, later sources winning; values of secrets are ""."""
    maps = {doc["metadata"]["name"]: doc["data"] for doc in of_kind(docs, "ConfigMap")}
    container = pod["spec"]["containers"][0]
    env: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        if "configMapRef" in source:
            env |= maps[source["configMapRef"]["name"]]
        else:
            env |= dict.fromkeys(SECRETS[source["secretRef"]["name"]], "")
    return env | {each["name"]: str(each.get("value", "")) for each in container.get("env", ())}


def ours(overlay: str) -> list[tuple[str, Doc, dict[str, str]]]:
    """Name, pod and environment of each process of ours."""
    docs = rendered(overlay)
    return [(name, pod, told(docs, pod)) for name, pod in pods(docs) if name not in THEIRS]


@everywhere
def test_every_variable_is_a_setting_and_every_value_is_one_it_takes(overlay: str) -> None:
    for name, _, env in ours(overlay):
        fields = OURS[name].model_fields
        for variable, value in env.items():
            if name == "tools" and f"${variable}" in RUNBOOK:
                continue
            field = variable.removeprefix("PIXELLE_").lower()
            assert field in fields, f"{name}: {variable}"
            assert variable.startswith("PIXELLE_")
            known: TypeAdapter[Any] = TypeAdapter(fields[field].rebuild_annotation())
            if "list" not in str(fields[field].annotation) and "Secret" not in str(fields[field].annotation):
                known.validate_python(value)


@everywhere
def test_defaults_that_matter_are_set(overlay: str) -> None:
    for name, pod, env in ours(overlay):
        assert env["PIXELLE_LOG_FORMAT"] == "json"
        mounts = {each["mountPath"] for each in pod["spec"]["containers"][0]["volumeMounts"]}
        assert {"/tmp", env["PIXELLE_DATA_DIR"]} <= mounts, name
        writable = {
            each["mountPath"] for each in pod["spec"]["containers"][0]["volumeMounts"] if not each.get("readOnly")
        }
        assert env["PIXELLE_CACHE_DIR"] in writable, f"{name} keeps copies of what is in the store there"
        if name in {"script", "tts", "media", "packs"}:
            assert f"{env['PIXELLE_CACHE_DIR']}/packs" in mounts, name
            assert (f"{env['PIXELLE_CACHE_DIR']}/packs" in writable) == (name == "packs"), name
        if name != "packs":
            assert env["PIXELLE_STORE_URL"].startswith("s3://"), "pods share no folder"
        if name not in ONCE:
            assert env["PIXELLE_METRICS_LISTEN"] == "0.0.0.0:9464"
        if name in {"gateway", "worker", "tools", "backup"}:
            assert "PIXELLE_DATABASE_URL" in env, "no SQLite"
        if name == "worker":
            source = next(each for each in pod["spec"]["containers"][0]["env"] if each["name"] == "PIXELLE_EXECUTOR_ID")
            assert source["valueFrom"] == {"fieldRef": {"fieldPath": "metadata.name"}}


@everywhere
def test_every_address_is_a_service_that_may_be_called_there(overlay: str) -> None:
    docs = rendered(overlay)
    ports = {
        doc["metadata"]["name"]: {port["port"] for port in doc["spec"]["ports"]} for doc in of_kind(docs, "Service")
    }
    called: set[str] = set()
    for name, _, env in ours(overlay):
        for variable, value in env.items():
            if not re.search("_URL$|_ENDPOINT$", variable) or not value or variable == "PIXELLE_PUBLIC_URL":
                continue
            if value.startswith("s3:"):
                continue
            parts = urlsplit(value.replace("dns:///", "dns://"))
            assert parts.hostname
            assert parts.hostname in ports, f"{name}: {variable}={value}"
            assert parts.port in ports[parts.hostname], f"{name}: {variable}={value}"
            called.add(parts.hostname)
    assert {*SERVICES} <= called


@everywhere
def test_services_listen_where_their_ports_are(overlay: str) -> None:
    for name, pod, env in ours(overlay):
        container = pod["spec"]["containers"][0]
        open_ports = {port["containerPort"] for port in container.get("ports", ())}
        for variable, value in env.items():
            if variable.endswith("_LISTEN") and value:
                host, _, port = value.rpartition(":")
                assert host == "0.0.0.0", f"{name}: {variable}"
                assert int(port) in open_ports, f"{name}: {variable}"
        health = env.get("PIXELLE_HEALTH_LISTEN", "").rpartition(":")[2]
        if "PIXELLE_TLS_DIR" in env and name.removesuffix("-listing") in SERVICES:
            assert health, f"{name}: probes have no certificate"
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            asked = container.get(probe, {}).get("grpc")
            if asked and health:
                assert asked["port"] == int(health), f"{name}: {probe}"


@everywhere
def test_commands_exist(overlay: str) -> None:
    for _, pod, _ in ours(overlay):
        arguments = pod["spec"]["containers"][0].get("args", [])
        if arguments[:2] == ["python", "-m"]:
            assert find_spec(arguments[2])
        elif arguments[:1] == ["uvicorn"]:
            assert find_spec(arguments[1].partition(":")[0])
            assert {"--host=0.0.0.0", "--port=8000"} <= set(arguments)


@everywhere
def test_there_is_time_to_drain(overlay: str) -> None:
    for name, pod, env in ours(overlay):
        if name in ONCE:
            continue
        container = pod["spec"]["containers"][0]
        pause = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        told_to = [each.partition("=")[2] for each in container.get("args", ()) if "graceful-shutdown" in each]
        drain = float(env.get("PIXELLE_DRAIN_SECONDS", ServiceSettings().drain_seconds))
        needs = float(told_to[0]) if told_to else drain
        assert pod["spec"]["terminationGracePeriodSeconds"] >= pause + needs + 10, name


@everywhere
def test_engines_are_in_the_table(overlay: str) -> None:
    for name, _, env in ours(overlay):
        service = name.removesuffix("-listing")
        engine = env.get(f"PIXELLE_{service.upper()}_ENGINE")
        if engine:
            assert engine in import_module(f"svc_{service}.server").ENGINES, name
        for variable in ("PIXELLE_TTS_WORKFLOW", "PIXELLE_IMAGE_WORKFLOW"):
            kind = "tts" if "TTS" in variable else "media"
            known = {each.workflow for each in import_module(f"svc_{kind}.server").ENGINES.values()}
            assert not env.get(variable) or env[variable] in known


def test_images_are_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    for overlay in OVERLAYS:
        for name, pod, _ in ours(overlay):
            assert pod["spec"]["containers"][0]["image"].rpartition(":")[2] == version, name


def test_gpu_services_go_to_zero_and_questions_are_still_answered() -> None:
    docs = rendered("overlays/cloud-gpu")
    scaled = {doc["metadata"]["name"]: doc["spec"] for doc in of_kind(docs, "ScaledObject")}
    envs = {name: env for name, _, env in ours("overlays/cloud-gpu")}
    for name in ("tts", "media"):
        assert scaled[name]["minReplicaCount"] == 0
        down = scaled[name]["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
        assert down["stabilizationWindowSeconds"] >= 900
        assert scaled[name]["cooldownPeriod"] >= 900
        variable = f"PIXELLE_{name.upper()}_URL"
        assert f"//{name}-listing:" in envs["gateway"][variable]
        assert f"//{name}:" in envs["worker"][variable]
        assert envs[f"{name}-listing"]["PIXELLE_DEVICE"] == "none", "weights of the other engines do not fit there"
        assert envs[name]["PIXELLE_DEVICE"] == "cuda"
    patience = GatewaySettings(step_attempts=int(envs["worker"]["PIXELLE_STEP_ATTEMPTS"]))
    from gateway.workflow.steps import Patience
    from pixelle.runtime.errors import Unavailable

    waits = Patience.of(patience)
    gone = Unavailable("no pod", reason="SERVICE_DOWN")
    assert sum(waits.wait(gone, tried) or 0 for tried in range(1, waits.attempts)) > 15 * 60, "a GPU node takes long"


def test_workers_are_scaled_by_what_each_takes() -> None:
    (worker,) = (
        doc for doc in of_kind(rendered("overlays/cloud-gpu"), "ScaledObject") if doc["metadata"]["name"] == "worker"
    )
    envs = {name: env for name, _, env in ours("overlays/cloud-gpu")}
    assert worker["spec"]["triggers"][0]["metadata"]["targetQueryValue"] == envs["worker"]["PIXELLE_TASKS_AT_ONCE"]


def test_certificates_are_for_the_names_that_are_called() -> None:
    docs = rendered("examples/mtls")
    names = {doc["metadata"]["name"]: doc["spec"] for doc in of_kind(docs, "Certificate")}
    for name, pod, env in ours("examples/mtls"):
        if name in ONCE:
            continue
        (mount,) = (
            each for each in pod["spec"]["containers"][0]["volumeMounts"] if each["mountPath"] == env["PIXELLE_TLS_DIR"]
        )
        (volume,) = (each for each in pod["spec"]["volumes"] if each["name"] == mount["name"])
        own = names[name.removesuffix("-listing")]
        assert own["secretName"] == volume["secret"]["secretName"]
        usage = "client auth" if name in {"gateway", "worker"} else "server auth"
        assert own["usages"] == [usage]
        for service in SERVICES if usage == "client auth" else ():
            host = urlsplit(env[f"PIXELLE_{service.upper()}_URL"].replace("dns:///", "dns://")).hostname
            assert host in names[service]["dnsNames"]


def test_what_callers_can_send_fits_through_the_door() -> None:
    (ingress,) = of_kind(rendered("overlays/cloud-cpu"), "Ingress")
    notes = ingress["metadata"]["annotations"]
    from gateway import app

    (size,) = re.findall(r"^(\d+)m$", notes["nginx.ingress.kubernetes.io/proxy-body-size"])
    largest = max(value for name, value in vars(app).items() if name.startswith("_MAX"))
    assert int(size) * 2**20 > largest
    assert notes["nginx.ingress.kubernetes.io/proxy-buffering"] == "off", "events would wait"
    assert int(notes["nginx.ingress.kubernetes.io/proxy-read-timeout"]) >= GatewaySettings().step_seconds
