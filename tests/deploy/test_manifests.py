"""Every object of every overlay is of its schema: of Kubernetes, or of what is added to it."""

from __future__ import annotations

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import pytest
import yaml

from tests.deploy.overlays import K8S, OVERLAYS, Doc, containers, of_kind, rendered

VERSION = "1.37"
SCHEMAS = {
    name: json.loads((Path(__file__).parent / "schemas" / f"{name}.json").read_text())
    for name in ("keda", "cert-manager", "gateway")
}
OTHERS = {
    "keda.sh/v1alpha1": "keda",
    "cert-manager.io/v1": "cert-manager",
    "gateway.networking.k8s.io/v1": "gateway",
}
"""What Kubernetes has no schema of, to a schema of ours: the fields we use, as their reference documents them."""


def check(doc: Doc) -> None:
    """Raises a ValidationError."""
    ours = OTHERS.get(doc["apiVersion"])
    if ours is None:
        kubernetes_validate.validate(doc, VERSION, strict=True)
        return
    kinds: dict[str, Any] = SCHEMAS[ours]["$defs"]
    jsonschema.validate(doc, {**kinds[doc["kind"]], "$defs": kinds}, cls=jsonschema.Draft202012Validator)


@cache
def checked(text: str) -> None:
    """As `check`; most objects are the same in every overlay, and reading their schemas takes long."""
    check(json.loads(text))


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_every_object_is_of_its_schema(overlay: str) -> None:
    for doc in rendered(overlay):
        checked(json.dumps(doc))


def test_each_overlay_has_what_it_is_for() -> None:
    kinds = {overlay: {doc["kind"] for doc in rendered(overlay)} for overlay in OVERLAYS}
    everywhere = {
        *("Namespace", "ServiceAccount", "PriorityClass", "ConfigMap", "Service", "Deployment", "StatefulSet", "Job"),
        *("PersistentVolumeClaim", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy"),
    }
    for overlay, found in kinds.items():
        assert everywhere <= found, overlay
    assert {"postgres", "s3", "worker"} == {
        doc["metadata"]["name"] for doc in of_kind(rendered("overlays/local"), "StatefulSet")
    }
    assert "Ingress" in kinds["overlays/cloud-cpu"]
    assert {"ScaledObject", "TriggerAuthentication"} <= kinds["overlays/cloud-gpu"]
    assert {"Certificate", "Issuer"} <= kinds["examples/mtls"]
    assert {"Gateway", "HTTPRoute"} <= kinds["examples/gateway-api"]
    assert "Ingress" not in kinds["examples/gateway-api"]


def _one(overlay: str, kind: str, name: str) -> Any:
    (found,) = (doc for doc in of_kind(rendered(overlay), kind) if doc["metadata"]["name"] == name)
    return found


@pytest.mark.parametrize(
    ("overlay", "kind", "name", "path", "value"),
    [
        ("overlays/local", "Deployment", "tts", "spec.template.spec.containers.0.readinesProbe", {}),
        ("overlays/local", "NetworkPolicy", "tts", "spec.podSelektor", {}),
        ("overlays/cloud-gpu", "ScaledObject", "tts", "spec.minReplicas", 0),
        ("overlays/cloud-gpu", "ScaledObject", "tts", "spec.triggers.0.type", "postgres"),
        ("overlays/cloud-gpu", "ScaledObject", "tts", "spec.triggers.1.metadata.threshold", 8),
        ("overlays/cloud-gpu", "ScaledObject", "media", "spec.triggers.0.metadata.activationQueryValue", "0"),
        ("overlays/cloud-gpu", "TriggerAuthentication", "database", "spec.secretTargetRef.0.secret", "x"),
        ("examples/mtls", "Certificate", "tts", "spec.usages", ["server"]),
        ("examples/mtls", "Certificate", "tts", "spec.duration", "90d"),
        ("examples/mtls", "Issuer", "authority", "spec.ca", {}),
        ("examples/gateway-api", "HTTPRoute", "gateway", "spec.rules.0.timeouts.request", "0"),
        ("examples/gateway-api", "Gateway", "outside", "spec.listeners.0.protocol", "https"),
    ],
)
def test_mistakes_are_found(overlay: str, kind: str, name: str, path: str, value: object) -> None:
    doc = _one(overlay, kind, name)
    *parents, last = path.split(".")
    place = doc
    for each in parents:
        place = place[int(each)] if each.isdigit() else place[each]
    place[last] = value
    with pytest.raises((jsonschema.ValidationError, kubernetes_validate.ValidationError)):
        check(doc)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash runs deploy/k8s/overlays/local/secrets.sh")
def test_the_secrets_of_the_local_overlay_are_what_its_pods_read() -> None:
    script = str(K8S / "overlays" / "local" / "secrets.sh")
    said = [subprocess.run(["bash", script], check=True, capture_output=True, text=True).stdout for _ in range(2)]
    assert said[0] != said[1], "new ones each time"
    made = {doc["metadata"]["name"]: doc["stringData"] for doc in yaml.safe_load_all(said[0])}
    for doc in yaml.safe_load_all(said[0]):
        check(doc)
    for name, each in containers(rendered("overlays/local")):
        for source in each.get("envFrom", ()):
            reference = source.get("secretRef")
            if reference and not reference.get("optional"):
                assert reference["name"] in made, name
        for env in each.get("env", ()):
            key = env.get("valueFrom", {}).get("secretKeyRef")
            if key:
                assert key["key"] in made[key["name"]], name
