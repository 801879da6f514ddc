"""Pictures and footage by the user's own ComfyUI servers and workflow files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pixelle.comfyui.library import Library
from pixelle.comfyui.workshop import Selfhost
from svc_media.engines.by_workflow import WorkflowEngine

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["BUILT_IN", "ComfyuiEngine"]

BUILT_IN = Path(__file__).parents[1] / "workflows" / "selfhost"
"""The files that come with the service."""


class ComfyuiEngine(WorkflowEngine):
    """Every workflow file is a model of this engine: "selfhost/image_flux.json"."""

    summary = "Workflow files of your own at your own ComfyUI servers"

    def __init__(
        self,
        urls: Sequence[str],
        folder: Path,
        *,
        key: str = "",
        key_header: str = "Authorization",
        image_workflow: str = "",
        video_workflow: str = "",
        seconds: float = 1700.0,
        patience: float = 20.0,
    ) -> None:
        """
        urls: the servers. folder: the user's own workflow files, taken before the built-in ones.
        image_workflow, video_workflow: the files for requests that name none. The rest: as in `Selfhost`.
        """
        library = Library([folder, BUILT_IN])
        self.servers = Selfhost(urls, library, key=key, key_header=key_header, seconds=seconds, patience=patience)
        super().__init__(
            self.servers, image_workflow=image_workflow, video_workflow=video_workflow, setting="PIXELLE_COMFYUI"
        )
