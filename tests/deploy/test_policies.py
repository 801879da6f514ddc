"""Every overlay keeps every rule, and every rule can be broken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.deploy import policies
from tests.deploy.overlays import OVERLAYS, of_kind, rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.deploy.overlays import Doc


@pytest.mark.parametrize("rule", policies.RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("overlay", OVERLAYS)
def test_overlays_keep_the_rules(overlay: str, rule: Callable[[Sequence[Doc]], list[str]]) -> None:
    assert rule(rendered(overlay)) == []


def _named(docs: Sequence[Doc], kind: str, name: str) -> Any:
    (found,) = (doc for doc in of_kind(docs, kind) if doc["metadata"]["name"] == name)
    return found


def _pod(docs: Sequence[Doc]) -> Any:
    return _named(docs, "Deployment", "tts")["spec"]["template"]["spec"]


def _root(docs: list[Doc]) -> None:
    _pod(docs)["securityContext"]["runAsUser"] = 0


def _writable(docs: list[Doc]) -> None:
    _pod(docs)["containers"][0]["securityContext"]["readOnlyRootFilesystem"] = False


def _host_folder(docs: list[Doc]) -> None:
    _pod(docs)["volumes"].append({"name": "host", "hostPath": {"path": "/"}})


def _latest(docs: list[Doc]) -> None:
    _pod(docs)["containers"][0]["image"] = "pixelle-tts:latest"


def _untagged(docs: list[Doc]) -> None:
    _pod(docs)["containers"][0]["image"] = "registry.example.com:5000/pixelle-tts"


def _unlimited(docs: list[Doc]) -> None:
    del _pod(docs)["containers"][0]["resources"]["limits"]["memory"]


def _without_toleration(docs: list[Doc]) -> None:
    _pod(docs)["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] = "1"


def _unwatched(docs: list[Doc]) -> None:
    del _pod(docs)["containers"][0]["livenessProbe"]


def _probe_of_no_port(docs: list[Doc]) -> None:
    _pod(docs)["containers"][0]["readinessProbe"]["grpc"]["port"] = 1


def _open_port(docs: list[Doc]) -> None:
    _pod(docs)["containers"][0]["ports"].append({"name": "more", "containerPort": 6000})


def _open_to_all(docs: list[Doc]) -> None:
    del _named(docs, "NetworkPolicy", "tts")["spec"]["ingress"][0]["from"]


def _no_denial(docs: list[Doc]) -> None:
    docs.remove(_named(docs, "NetworkPolicy", "nothing"))


def _no_pod(docs: list[Doc]) -> None:
    _named(docs, "Service", "tts")["spec"]["selector"] = {"app.kubernetes.io/name": "ttss"}


def _scaled_twice(docs: list[Doc]) -> None:
    docs.append(_named(docs, "HorizontalPodAutoscaler", "tts"))


def _fixed_number(docs: list[Doc]) -> None:
    _named(docs, "Deployment", "tts")["spec"]["replicas"] = 0


def _no_claim(docs: list[Doc]) -> None:
    docs.remove(_named(docs, "PersistentVolumeClaim", "models"))


def _unspread(docs: list[Doc]) -> None:
    _pod(docs)["topologySpreadConstraints"].pop()


def _no_budget(docs: list[Doc]) -> None:
    docs.remove(_named(docs, "PodDisruptionBudget", "tts"))


def _no_pause(docs: list[Doc]) -> None:
    del _pod(docs)["containers"][0]["lifecycle"]["preStop"]


def _secret_in_a_map(docs: list[Doc]) -> None:
    of_kind(docs, "ConfigMap")[0]["data"]["PIXELLE_STORE_SECRET"] = "x"


def _secret_in_a_pod(docs: list[Doc]) -> None:
    _pod(docs)["containers"][0]["env"] = [{"name": "PIXELLE_LLM_API_KEY", "value": "x"}]


@pytest.mark.parametrize(
    ("rule", "spoil"),
    [
        (policies.restricted, _writable),
        *((policies.confined, spoil) for spoil in (_root, _host_folder)),
        *((policies.versioned, spoil) for spoil in (_latest, _untagged)),
        *((policies.limited, spoil) for spoil in (_unlimited, _without_toleration)),
        *((policies.watched, spoil) for spoil in (_unwatched, _probe_of_no_port)),
        *((policies.guarded, spoil) for spoil in (_open_port, _open_to_all, _no_denial)),
        *((policies.reachable, spoil) for spoil in (_no_pod, _scaled_twice, _fixed_number, _no_claim)),
        *((policies.lasting, spoil) for spoil in (_unspread, _no_budget, _no_pause)),
        *((policies.discreet, spoil) for spoil in (_secret_in_a_map, _secret_in_a_pod)),
    ],
    ids=lambda each: each.__name__.strip("_"),
)
def test_rules_can_be_broken(rule: Callable[[Sequence[Doc]], list[str]], spoil: Callable[[list[Doc]], None]) -> None:
    docs = rendered("overlays/local")
    spoil(docs)
    assert rule(docs)
