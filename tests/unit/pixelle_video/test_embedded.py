"""What starts and ends inside one process."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from gateway.settings import GatewaySettings
from pixelle_video import embedded


async def test_services_that_end_as_soon_as_they_begin_leave_nothing_unfinished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    monkeypatch.setenv("PIXELLE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PIXELLE_SCRIPT_ENGINE", "outline")
    elsewhere = dict.fromkeys(("tts_url", "media_url", "render_url"), "grpc://127.0.0.1:1")
    settings = GatewaySettings(data_dir=tmp_path, **elsewhere)
    with pytest.raises(ValueError, match="cannot start"):
        async with embedded._services_running(settings, Path("config.yaml")):
            raise ValueError("cannot start")
    gc.collect()
    assert [str(each.message) for each in recwarn] == []
