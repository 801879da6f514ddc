"""What has to be true of every pod: each rule looks at all objects of an overlay and names what breaks it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.deploy.overlays import containers, labels_of, matches, of_kind, pods

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.deploy.overlays import Doc

__all__ = ["RULES"]

_SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY\b|_KEYS\b|KEY_ID|DATABASE_URL")


def restricted(docs: Sequence[Doc]) -> list[str]:
    """The Pod Security Standard "restricted", and a root that cannot be written."""
    faults = [
        "the namespace does not enforce it"
        for namespace in of_kind(docs, "Namespace")
        if namespace["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") != "restricted"
    ]
    for name, container in containers(docs):
        context = container.get("securityContext", {})
        if context.get("allowPrivilegeEscalation") is not False:
            faults.append(f"{name} may gain privileges")
        if context.get("capabilities", {}) != {"drop": ["ALL"]}:
            faults.append(f"{name} keeps capabilities")
        if context.get("readOnlyRootFilesystem") is not True:
            faults.append(f"{name} can write to its image")
        if context.get("runAsUser") == 0 or context.get("runAsNonRoot") is False or context.get("privileged"):
            faults.append(f"{name} may run as root")
    return faults


def confined(docs: Sequence[Doc]) -> list[str]:
    """The same standard for whole pods; scratch folders have a limit, and no pod has a token of the cluster."""
    faults: list[str] = []
    for name, pod in pods(docs):
        spec = pod["spec"]
        own = spec.get("securityContext", {})
        if not own.get("runAsNonRoot") or own.get("runAsUser", 0) == 0:
            faults.append(f"{name} may run as root")
        if own.get("seccompProfile", {}).get("type") not in {"RuntimeDefault", "Localhost"}:
            faults.append(f"{name} has no seccomp profile")
        if any(spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")):
            faults.append(f"{name} is on the host")
        if spec.get("automountServiceAccountToken") is not False:
            faults.append(f"{name} has a token that nothing needs")
        kinds = {"emptyDir", "persistentVolumeClaim", "configMap", "secret", "projected"}
        faults += [f"{name} mounts {each}" for each in spec.get("volumes", ()) if not kinds & each.keys()]
        faults += [
            f"{name} has a scratch folder without a limit: {each['name']}"
            for each in spec.get("volumes", ())
            if "emptyDir" in each and "sizeLimit" not in (each["emptyDir"] or {})
        ]
    return faults


def versioned(docs: Sequence[Doc]) -> list[str]:
    """Images are named by a version or a digest."""
    good = re.compile(r"(:v?\d[\w.\-]*|@sha256:[0-9a-f]{64})$")
    return [f"{name}: {each['image']}" for name, each in containers(docs) if not good.search(each["image"])]


def limited(docs: Sequence[Doc]) -> list[str]:
    """Requests and limits of CPU and memory; a GPU is asked for with a toleration and a pool."""
    faults = [
        f"{name}: {kind} of {what}"
        for name, each in containers(docs)
        for kind in ("requests", "limits")
        for what in ("cpu", "memory")
        if what not in each.get("resources", {}).get(kind, {})
    ]
    for name, pod in pods(docs):
        wants = any("nvidia.com/gpu" in each["resources"].get("limits", {}) for each in pod["spec"]["containers"])
        tolerates = any(each.get("key") == "nvidia.com/gpu" for each in pod["spec"].get("tolerations", ()))
        pool = pod["spec"].get("nodeSelector", {}).get("pixelle/pool")
        if wants != tolerates or (pool == "gpu") != wants:
            faults.append(f"{name}: its GPU, its toleration and its pool do not agree")
    return faults


def watched(docs: Sequence[Doc]) -> list[str]:
    """Everything that lasts has three probes, on ports it has."""
    faults: list[str] = []
    lasting = {doc["metadata"]["name"] for doc in of_kind(docs, "Deployment", "StatefulSet")}
    for name, each in containers(docs):
        if name not in lasting:
            continue
        known = {port["containerPort"] for port in each["ports"]} | {port["name"] for port in each["ports"]}
        for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
            probe = each.get(kind, {})
            (how,) = probe.keys() & {"grpc", "httpGet", "tcpSocket", "exec"} or {""}
            if not how or (how != "exec" and probe[how]["port"] not in known):
                faults.append(f"{name}: {kind}")
    return faults


def guarded(docs: Sequence[Doc]) -> list[str]:
    """All is refused by default; every port is in a policy, and no policy names a port that its pods do not have."""
    policies = of_kind(docs, "NetworkPolicy")
    faults = [] if _deny(policies) else ["nothing denies what is not allowed"]
    ports_of = {name: _ports(pod) for name, pod in pods(docs)}
    for name, pod in pods(docs):
        mine = [each["spec"] for each in policies if matches(each["spec"]["podSelector"], labels_of(pod))]
        opened = {
            port["port"]
            for spec in mine
            if "Ingress" in spec["policyTypes"]
            for rule in spec.get("ingress", ())
            for port in rule["ports"]
            if rule.get("from")
        }
        faults += [f"{name}: port {port} is in no policy" for port in sorted(ports_of[name] - opened)]
    everything: set[int] = set[int]().union(*ports_of.values())
    for each in policies:
        for rule in each["spec"].get("ingress", ()):
            if not rule.get("from"):
                faults.append(f"{each['metadata']['name']}: open to everybody")
            unknown = {port["port"] for port in rule["ports"]} - everything
            faults += [f"{each['metadata']['name']}: nothing listens on {port}" for port in sorted(unknown)]
    return faults


def reachable(docs: Sequence[Doc]) -> list[str]:
    """Services select pods, on ports they have; budgets, scalers and mounts name what exists."""
    templates = [pod for _, pod in pods(docs)]
    faults: list[str] = []
    for service in of_kind(docs, "Service"):
        chosen = [pod for pod in templates if matches({"matchLabels": service["spec"]["selector"]}, labels_of(pod))]
        names = {port["name"] for pod in chosen for each in pod["spec"]["containers"] for port in each["ports"]}
        wanted = {port["targetPort"] for port in service["spec"]["ports"]}
        if not chosen or not wanted <= names:
            faults.append(f"Service {service['metadata']['name']}")
    faults += [
        f"PodDisruptionBudget {budget['metadata']['name']}"
        for budget in of_kind(docs, "PodDisruptionBudget")
        if not any(matches(budget["spec"]["selector"], labels_of(pod)) for pod in templates)
    ]
    there = {(doc["kind"], doc["metadata"]["name"]) for doc in docs}
    scaled: list[tuple[str, str]] = []
    for scaler in of_kind(docs, "HorizontalPodAutoscaler", "ScaledObject"):
        target = scaler["spec"]["scaleTargetRef"]
        scaled.append((target["kind"], target["name"]))
        if scaled[-1] not in there:
            faults.append(f"{scaler['kind']} {scaler['metadata']['name']} scales nothing")
    faults += [f"{each} is scaled twice" for each in set(scaled) if scaled.count(each) > 1]
    faults += [
        f"{doc['metadata']['name']} loses what its scaler gave it with every apply"
        for doc in of_kind(docs, "Deployment", "StatefulSet")
        if (doc["kind"], doc["metadata"]["name"]) in scaled and "replicas" in doc["spec"]
    ]
    for name, pod in pods(docs):
        spec = pod["spec"]
        if ("PriorityClass", spec.get("priorityClassName")) not in there:
            faults.append(f"{name}: its priority does not exist")
        for volume in spec.get("volumes", ()):
            claim = volume.get("persistentVolumeClaim", {}).get("claimName")
            if claim and ("PersistentVolumeClaim", claim) not in there:
                faults.append(f"{name}: no claim {claim}")
            made = {each["spec"]["secretName"] for each in of_kind(docs, "Certificate")}
            if "secret" in volume and volume["secret"]["secretName"] not in made:
                faults.append(f"{name}: nobody makes {volume['secret']['secretName']}")
    return faults


def lasting(docs: Sequence[Doc]) -> list[str]:
    """What there is more than one of is spread over machines and zones, may not be evicted all at once, and drains."""
    budgets = [each["spec"]["selector"] for each in of_kind(docs, "PodDisruptionBudget")]
    faults: list[str] = []
    for doc in of_kind(docs, "Deployment", "StatefulSet"):
        name, pod = doc["metadata"]["name"], doc["spec"]["template"]
        if doc["spec"].get("replicas") == 1:
            continue  # of the local overlay; others are scaled, from zero or more
        spread = [
            each["topologyKey"]
            for each in pod["spec"].get("topologySpreadConstraints", ())
            if matches(each["labelSelector"], labels_of(pod))
        ]
        if set(spread) != {"topology.kubernetes.io/zone", "kubernetes.io/hostname"}:
            faults.append(f"{name} is spread over {spread}")
        if not any(matches(selector, labels_of(pod)) for selector in budgets):
            faults.append(f"{name} may be evicted all at once")
        if any("preStop" not in each.get("lifecycle", {}) for each in pod["spec"]["containers"]):
            faults.append(f"{name} is still called when it ends")
    return faults


def discreet(docs: Sequence[Doc]) -> list[str]:
    """No secret is written down: neither in a ConfigMap nor in a pod."""
    kept = of_kind(docs, "ConfigMap")
    faults = [
        f"ConfigMap {doc['metadata']['name']}: {key}" for doc in kept for key in doc["data"] if _SECRET.search(key)
    ]
    faults += [
        f"{name}: {env['name']}"
        for name, each in containers(docs)
        for env in each.get("env", ())
        if _SECRET.search(env["name"]) and "value" in env
    ]
    return faults + [f"Secret {doc['metadata']['name']}" for doc in of_kind(docs, "Secret")]


def _deny(policies: Sequence[Doc]) -> bool:
    def closed(spec: Doc) -> bool:
        both = set(spec["policyTypes"]) == {"Ingress", "Egress"}
        return spec["podSelector"] == {} and both and not spec.get("ingress") and not spec.get("egress")

    return any(closed(each["spec"]) for each in policies)


def _ports(pod: Doc) -> set[int]:
    return {port["containerPort"] for each in pod["spec"]["containers"] for port in each.get("ports", ())}


RULES: tuple[Callable[[Sequence[Doc]], list[str]], ...] = (
    *(restricted, confined, versioned, limited, watched, guarded, reachable, lasting, discreet),
)
