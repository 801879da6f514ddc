"""A speech service whose workflows run at the stand-in of RunningHub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from svc_tts.settings import TtsSettings
from svc_tts.track import wav
from tests.comfyui.standin import CORPUS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.comfyui.runninghub import HubStandIn


def speaking(hub: HubStandIn, folder: Path) -> TtsSettings:
    """Of a service that speaks with a workflow of the account."""
    files = folder / "data" / "workflows" / "runninghub"
    files.mkdir(parents=True)
    (files / "tts_everything.json").write_text('{"source": "runninghub", "workflow_id": "2001"}')
    hub.offer("2001", CORPUS / "tts_everything.json")
    hub.comfy.files["input", "", "example.wav"] = wav(bytes(48_000), 24_000)
    return TtsSettings(
        data_dir=folder / "data",
        cache_dir=folder / "cache",
        tts_engine="runninghub",
        tts_runninghub_workflow="tts_everything.json",
        runninghub_url=hub.url,
        runninghub_api_key=hub.key,  # pyright: ignore[reportArgumentType]
        runninghub_poll=0.02,
    )
