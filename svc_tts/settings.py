"""Settings of the speech service."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from pixelle.runtime.settings import ServiceSettings

__all__ = ["TtsSettings"]


class TtsSettings(ServiceSettings):
    """Read from environment variables, for example PIXELLE_TTS_ENGINE."""

    tts_engine: str = "piper"
    """Engine used when a request names none."""
    tts_listen: str = "127.0.0.1:50052"
    """Address the service listens on: host:port or unix:/path."""
    tts_threads: int = Field(default=1, ge=1, le=64)
    """Threads of one piper call; more shorten the wait for one scene, not the time for many."""
    tts_voices_dir: Path = Path("voices")
    """Folder of your own Piper voices (name.onnx beside name.onnx.json); a relative one is inside `data_dir`."""

    @property
    def voices_dir(self) -> Path:
        """Folder of the user's own voices."""
        return self.data_dir / self.tts_voices_dir
