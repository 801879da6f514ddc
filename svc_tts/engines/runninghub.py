"""Speech by workflows at RunningHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.comfyui.library import Library
from pixelle.runninghub.client import RunningHub
from pixelle.runninghub.cloud import Cloud
from svc_tts.engines.by_workflow import WorkflowEngine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pixelle.vendors.orders import Orders

__all__ = ["RunninghubEngine"]


class RunninghubEngine(WorkflowEngine):
    """Every file that names a workflow there is a model of this engine: "runninghub/tts_mine.json"."""

    summary = "Speech by workflows of your own at RunningHub, a cloud for ComfyUI"

    def __init__(
        self,
        url: str,
        key: str,
        folder: Path,
        *,
        instance: str = "",
        default: str = "",
        voices: Sequence[str] = (),
        seconds: float = 1700.0,
        poll: float = 3.0,
        orders: Orders | None = None,
    ) -> None:
        """
        url: of the region. folder: the files that name workflows. default, voices: as in `WorkflowEngine`.
        orders: as in `Cloud`.
        """
        library = Library([folder], ("audio",), source="runninghub")
        hub = RunningHub(url, key)
        cloud = Cloud(hub, library, key=key, instance=instance, seconds=seconds, poll=poll, orders=orders)
        super().__init__(cloud, default=default, voices=voices, setting="PIXELLE_TTS_RUNNINGHUB_WORKFLOW")
