"""How far a prompt is, from the events of its server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pixelle.comfyui.workflow import Graph

__all__ = ["Progress"]

_QUEUED, _DONE = 0.02, 0.95


class Progress:
    """Nodes count as many steps as they say they have (`steps`), else one."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._weights = {node: _steps(parts["inputs"]) for node, parts in graph.items()}
        self._shares: dict[str, float] = {}
        self._now = ""
        self.message = "waiting for ComfyUI"
        """What is being done, for people."""

    @property
    def fraction(self) -> float:
        """0 to 1; goes back only when the prompt is sent anew."""
        done = sum(self._weights[node] * share for node, share in self._shares.items())
        return _QUEUED + (_DONE - _QUEUED) * done / sum(self._weights.values())

    def queued(self, before: int) -> None:
        """So many prompts come first."""
        self.message = f"in ComfyUI's queue, {before} before us" if before else "next in ComfyUI's queue"

    def take(self, event: str, data: Mapping[str, Any]) -> None:
        """Note an event of this prompt; unknown ones say nothing."""
        if event == "execution_cached":
            for node in data.get("nodes") or ():
                self._share(str(node), 1.0)
        elif event == "executing" and data.get("node"):
            self._enter(str(data.get("display_node") or data["node"]))
        elif event == "progress":
            self._step(str(data.get("node") or self._now), data)
        elif event == "progress_state":
            self._states(data.get("nodes"))
        elif event == "executed":
            self._share(str(data.get("display_node") or data.get("node")), 1.0)

    def _states(self, nodes: object) -> None:
        for node, told in cast("dict[str, dict[str, Any]]", nodes if isinstance(nodes, dict) else {}).items():
            own = str(told.get("display_node_id") or node)
            if told.get("state") == "finished":
                self._share(own, 1.0)
            elif told.get("state") == "running":
                self._step(own, told)

    def _enter(self, node: str) -> None:
        if self._now and self._now != node:
            self._share(self._now, 1.0)
        self._now = node
        self.message = self._called(node)

    def _step(self, node: str, data: Mapping[str, Any]) -> None:
        value, top = data.get("value"), data.get("max")
        if isinstance(value, (int, float)) and isinstance(top, (int, float)) and top > 0:
            self._share(node, min(1.0, value / top))
            if top > 1 and node in self._weights:
                self.message = f"{self._called(node)}, step {value:g} of {top:g}"

    def _share(self, node: str, share: float) -> None:
        if node in self._weights:
            self._shares[node] = max(share, self._shares.get(node, 0.0))

    def _called(self, node: str) -> str:
        return str(self._graph[node]["class_type"]) if node in self._graph else "working"


def _steps(inputs: Mapping[str, Any]) -> float:
    steps = inputs.get("steps")
    return float(steps) if isinstance(steps, int) and steps > 0 else 1.0
