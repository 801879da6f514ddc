"""The dashboard and the alert rules: PromQL that parses, about metrics and labels that exist, with runbooks."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import promql_parser
import pytest
import yaml

from pixelle.runtime.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "deploy" / "observability"
RULES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "alerts.yaml").read_text())["groups"][0]["rules"]
PANELS: list[dict[str, Any]] = json.loads((FOLDER / "dashboard.json").read_text())["panels"]
QUERIES = [(rule["alert"], rule["expr"]) for rule in RULES] + [
    (panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]
]
FROM_THE_SCRAPE = {"instance", "job"}


def selectors(query: str) -> Iterator[tuple[str, set[str]]]:
    """Names of the series that a query asks for, with the labels that it picks them by."""
    found: list[tuple[str, set[str]]] = []

    def note(node: promql_parser.Expr) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append((node.name or "", {each.name for each in node.matchers.matchers}))

    promql_parser.walk(promql_parser.parse(query), note)
    yield from found


@pytest.mark.parametrize(("title", "query"), QUERIES, ids=[title for title, _ in QUERIES])
def test_every_query_asks_for_what_is_there(title: str, query: str) -> None:
    asked = list(selectors(query.replace("$__rate_interval", "5m")))
    assert asked, title
    known: set[str] = set()
    for name, labels in asked:
        if name == "process_resident_memory_bytes":  # of the client library
            continue
        base = re.sub(r"_(bucket|count|sum)$", "", name)
        metric = METRICS.get(name) or METRICS[base]
        assert (metric.kind == "histogram") == (name != base), f"{title}: {name}"
        allowed = {*metric.labels, *FROM_THE_SCRAPE, *({"le"} if name.endswith("_bucket") else ())}
        assert labels <= allowed, f"{title}: {name} has no {labels - allowed}"
        known |= allowed
    grouped = {each for names in re.findall(r"\b(?:by|on) \(([^)]*)\)", query) for each in names.split(", ")}
    assert grouped <= known, f"{title}: nothing has {grouped - known}"


def test_what_does_not_parse_is_noticed() -> None:
    with pytest.raises(ValueError, match="parenthesis"):
        list(selectors("sum by (step (pixelle_step_seconds_count)"))


def test_every_alert_says_what_to_do() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"^#+ (.*)$", text, re.M)
    }
    for rule in RULES:
        file, _, anchor = rule["annotations"]["runbook"].partition("#")
        assert (file, anchor in anchors) == ("docs/operations.md", True), rule["alert"]
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"]
        placed = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert all(re.search(rf"by \([^)]*\b{label}\b", rule["expr"]) for label in placed), rule["alert"]


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {
        re.sub(r"_(bucket|count|sum)$", "", name)
        for _, query in QUERIES
        for name, _ in selectors(query.replace("$__rate_interval", "5m"))
    }
    assert set(METRICS) <= shown
    ids = [panel["id"] for panel in PANELS]
    assert len(ids) == len(set(ids))
