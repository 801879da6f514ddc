"""Settings of the speech service."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr

from pixelle.comfyui.settings import ComfyuiSettings
from pixelle.runninghub.settings import RunninghubSettings

__all__ = ["TtsSettings"]


class TtsSettings(ComfyuiSettings, RunninghubSettings):
    """Read from environment variables, for example PIXELLE_TTS_ENGINE."""

    tts_engine: str = "piper"
    """Engine used when a request names none."""
    tts_listen: str = "127.0.0.1:50052"
    """Address the service listens on: host:port or unix:/path."""
    tts_threads: int = Field(default=1, ge=1, le=64)
    """Threads of one piper call; more shorten the wait for one scene, not the time for many."""
    tts_voices_dir: Path = Path("voices")
    """Folder of your own Piper voices (name.onnx beside name.onnx.json); a relative one is inside `data_dir`."""

    tts_edge_allowed: bool = False
    """Offer the voices of Edge's read-aloud service: texts are sent to Microsoft."""
    tts_openai_base_url: str = "https://api.openai.com/v1"
    """Server with OpenAI's speech endpoint, for `api/openai`."""
    tts_openai_api_key: SecretStr = SecretStr("")
    """Its key. Empty: none is sent."""
    tts_openai_model: str = "gpt-4o-mini-tts"
    """Its model when a request says `api/openai` and no more."""
    tts_openai_voices: tuple[str, ...] = (
        *(
            "alloy",
            "ash",
            "ballad",
            "cedar",
            "coral",
            "echo",
            "fable",
            "marin",
            "nova",
            "onyx",
            "sage",
            "shimmer",
            "verse",
        ),
    )
    """Names of its voices, the default first; as JSON in the environment."""
    tts_kokoro_dir: Path = Path("kokoro")
    """Folder of your own Kokoro model (.onnx) with voices.npz or voices.bin; a relative one is inside `data_dir`."""
    tts_xtts_dir: Path = Path("xtts")
    """Folder with config.json, model.pth and vocab.json of XTTS v2; a relative one is inside `data_dir`."""
    tts_xtts_terms_accepted: bool = False
    """You accept the terms of the XTTS weights (Coqui Public Model License: no commercial use)."""
    tts_batch: int = Field(default=8, ge=1, le=64)
    """Lines that XTTS speaks at once; more is faster on a GPU and takes more of its memory."""
    tts_comfyui_workflow: str = ""
    """Workflow file for speech when a request names only "selfhost"."""
    tts_runninghub_workflow: str = ""
    """Workflow file for speech when a request names only "runninghub"."""
    tts_workflow_voices: tuple[str, ...] = ()
    """Names for workflow files with $voice, besides the one in the file; as JSON in the environment."""
    tts_consent: str = (
        "I am the person who speaks in this recording, or I have that person's permission, and I agree that this voice "
        "is copied to make speech."
    )
    """What a caller has to send as `consent` to have a voice made; it is kept with the voice. Empty: anything."""
    tts_verify_model: Path = Path()
    """Folder of a CTranslate2 Whisper model that listens to what was spoken. Empty: that of the installed pack."""
    tts_verify_limit: float = Field(default=0.25, ge=0, le=1)
    """Word error above which a text is spoken again when a request says `verify`."""

    @property
    def verify_models(self) -> tuple[Path, ...]:
        """Where a transcriber may be, the best first."""
        packs = (self.packs_dir / "whisper-base", self.packs_dir / "whisper-tiny")
        return (self.tts_verify_model,) if self.tts_verify_model != Path() else packs

    @property
    def voices_dir(self) -> Path:
        """Folder of the user's own voices."""
        return self.data_dir / self.tts_voices_dir
