"""What the runbook says is done inside a pod can be done inside a pod."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from deploy.images.table import ROOT
from tests.deploy.overlays import OVERLAYS, matches, of_kind, pods, rendered

if TYPE_CHECKING:
    from tests.deploy.overlays import Doc

DOC = (ROOT / "docs" / "operations.md").read_text()
RUNBOOK = "\n".join(re.findall(r"^```bash\n(.*?)^```", DOC[DOC.index("# Runbook") :], re.MULTILINE | re.DOTALL))
BY_HAND = {"KEY", "TASK", "FAILED"}
"""What the reader knows: a key and two tasks."""
PACKAGES = {"curl": "curl", "psql": "postgresql-client", "pg_dump": "postgresql-client", "pixelle": "pixelle_video"}
"""Program to what the image has to have for it."""
OF_EVERY_IMAGE = {"python", "grep"}


def _pod(overlay: str, name: str) -> Doc:
    return dict(pods(rendered(overlay)))[name]


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_the_shell_has_what_the_commands_of_the_runbook_take(overlay: str) -> None:
    container = _pod(overlay, "tools")["spec"]["containers"][0]
    given = {each["name"] for each in container["env"]} | BY_HAND
    secrets = {each["secretRef"]["name"] for each in container["envFrom"] if "secretRef" in each}
    assert {"database", "store-keys", "api-keys"} <= secrets
    wanted = set(re.findall(r"\$([A-Z_]+)", RUNBOOK)) - {"PIXELLE_DATABASE_URL"}
    assert wanted <= given
    dockerfile = (ROOT / "deploy" / "images" / "packs.Dockerfile").read_text()
    assert "pixelle-packs" in container["image"] or "pixelle/packs" in container["image"]
    for line in filter(None, RUNBOOK.splitlines()):
        for program in (part.split()[0] for part in re.sub(r"^(PIXELLE_\w+=\S+ )+", "", line).split(" | ")):
            assert program in OF_EVERY_IMAGE or PACKAGES[program] in dockerfile, line


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_it_may_ask_what_it_asks(overlay: str) -> None:
    docs, labels = rendered(overlay), {"app.kubernetes.io/name": "tools", "app.kubernetes.io/part-of": "pixelle"}
    assert _pod(overlay, "tools")["metadata"]["labels"] == labels
    mine = [each["spec"] for each in of_kind(docs, "NetworkPolicy") if matches(each["spec"]["podSelector"], labels)]
    out = {port["port"] for spec in mine for rule in spec.get("egress", ()) for port in rule.get("ports", ())}
    assert {53, 5432, 8000, 9464, 50053} <= out
    assert out & {443, 8333}, "the store"
    env = {each["name"]: each["value"] for each in _pod(overlay, "tools")["spec"]["containers"][0]["env"]}
    health = int(env["MEDIA_ADDRESS"].rpartition(":")[2])
    probed = _pod(overlay, "media")["spec"]["containers"][0]["livenessProbe"]["grpc"]["port"]
    assert health == probed, "where health is answered without a certificate"
    for name, port in (("gateway", 8000), ("worker", 9464), ("media", health)):
        pod = _pod(overlay, name)["metadata"]["labels"]
        rules = [
            rule
            for each in of_kind(docs, "NetworkPolicy")
            if matches(each["spec"]["podSelector"], pod)
            for rule in each["spec"].get("ingress", ())
        ]
        assert any(
            {"port": port} in rule["ports"]
            and any("podSelector" in who and matches(who["podSelector"], labels) for who in rule["from"])
            for rule in rules
        ), name


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_names_telemetry_and_models_of_the_cluster_can_be_reached(overlay: str) -> None:
    docs = rendered(overlay)
    for name in {"script", "tts", "media", "tts-listing", "media-listing"} & dict(pods(docs)).keys():
        label = _pod(overlay, name)["metadata"]["labels"]
        rules = [
            rule
            for each in of_kind(docs, "NetworkPolicy")
            if matches(each["spec"]["podSelector"], label)
            for rule in each["spec"].get("egress", ())
        ]
        assert _ports(rules, "monitoring") == [[{"port": 4317}]], name
        assert _ports(rules, "models") == [[]], f"{name}: on any port"
        assert any({"ipBlock": {"cidr": "169.254.20.10/32"}} in rule["to"] for rule in rules), "NodeLocal DNSCache"


def _ports(rules: list[Doc], namespace: str) -> list[list[dict[str, int]]]:
    """What is let out to namespaces with our label."""
    wanted = {"namespaceSelector": {"matchLabels": {f"pixelle/{namespace}": "true"}}}
    return [rule.get("ports", []) for rule in rules if wanted in rule["to"]]
