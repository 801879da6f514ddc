"""Names that are nearly those of settings are told; those of others are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pixelle_video.embedded import setting_names
from pixelle_video.misspelt import misspelt

ROOT = Path(__file__).parents[3]


def test_what_is_nearly_a_setting_is_told() -> None:
    known = setting_names()
    assert {"PIXELLE_API_KEYS", "PIXELLE_TTS_VOICES_DIR", "PIXELLE_COMFYUI_URL", "PIXELLE_RENDER_PAGES"} <= known
    meant = {
        "PIXELLE_TASK_AT_ONCE": "PIXELLE_TASKS_AT_ONCE",
        "PIXELLE_KEEP_DAY": "PIXELLE_KEEP_DAYS",
        "PIXELLE_LLM_KEY": "PIXELLE_LLM_API_KEY",
        "pixelle_datadir": "PIXELLE_DATA_DIR",
    }
    said = misspelt(meant, known)
    assert sorted(said) == sorted(
        f"{name} is no setting and does nothing. Did you mean {right}?" for name, right in meant.items()
    )


def test_what_others_set_is_left_alone() -> None:
    known = setting_names()
    theirs = ["PIXELLE_GATEWAY_SERVICE_HOST", "PIXELLE_GATEWAY_PORT_80_TCP", "PIXELLE_DB_PASSWORD", "PIXELLE_SECRET"]
    assert misspelt([*theirs, "PIXELLE_TEST_COMFYUI_URL", *known, "pixelle_api_keys"], known) == []


def test_every_command_says_so(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PIXELLE_KEEP_DAY": "7", "PIXELLE_API_KEY": "mine"}
    command = [sys.executable, "-m", "pixelle_video", "setup", "--help"]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stderr == "pixelle: PIXELLE_KEEP_DAY is no setting and does nothing. Did you mean PIXELLE_KEEP_DAYS?\n"
