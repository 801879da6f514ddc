"""Speech by the user's own ComfyUI servers and workflow files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.comfyui.library import Library
from pixelle.comfyui.workshop import Selfhost
from svc_tts.engines.by_workflow import WorkflowEngine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = ["ComfyuiEngine"]


class ComfyuiEngine(WorkflowEngine):
    """Every workflow file is a model of this engine: "selfhost/tts_mine.json"."""

    summary = "Speech by workflow files of your own at your own ComfyUI servers"

    def __init__(
        self,
        urls: Sequence[str],
        folder: Path,
        *,
        key: str = "",
        key_header: str = "Authorization",
        default: str = "",
        voices: Sequence[str] = (),
        seconds: float = 1700.0,
        patience: float = 20.0,
    ) -> None:
        """
        urls: the servers. folder: the workflow files. default, voices: as in `WorkflowEngine`.
        The rest: as in `Selfhost`.
        """
        self.servers = Selfhost(
            urls, Library([folder], ("audio",)), key=key, key_header=key_header, seconds=seconds, patience=patience
        )
        super().__init__(self.servers, default=default, voices=voices, setting="PIXELLE_TTS_COMFYUI_WORKFLOW")
