"""Pictures and footage by workflows at RunningHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.comfyui.library import Library
from pixelle.runninghub.client import RunningHub
from pixelle.runninghub.cloud import Cloud
from svc_media.engines.by_workflow import WorkflowEngine

if TYPE_CHECKING:
    from pathlib import Path

    from pixelle.vendors.orders import Orders

__all__ = ["RunninghubEngine"]


class RunninghubEngine(WorkflowEngine):
    """Every file that names a workflow there is a model of this engine: "runninghub/image_mine.json"."""

    summary = "Workflows of your own at RunningHub, a cloud for ComfyUI"

    def __init__(
        self,
        url: str,
        key: str,
        folder: Path,
        *,
        instance: str = "",
        image_workflow: str = "",
        video_workflow: str = "",
        seconds: float = 1700.0,
        poll: float = 3.0,
        orders: Orders | None = None,
    ) -> None:
        """
        url: of the region. folder: the files that name workflows. image_workflow, video_workflow: the files for
        requests that name none. The rest: as in `Cloud`.
        """
        library = Library([folder], source="runninghub")
        hub = RunningHub(url, key)
        cloud = Cloud(hub, library, key=key, instance=instance, seconds=seconds, poll=poll, orders=orders)
        super().__init__(
            cloud, image_workflow=image_workflow, video_workflow=video_workflow, setting="PIXELLE_RUNNINGHUB"
        )
