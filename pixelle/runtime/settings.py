"""Settings every process shares; each service adds its own fields in a subclass."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["ServiceSettings", "default_cache_dir"]

_HOSTED = 4
"""Calls at once of language models and voices that others run."""


def default_cache_dir() -> Path:
    """`$XDG_CACHE_HOME/pixelle`, else `~/.cache/pixelle`."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "pixelle"


class ServiceSettings(BaseSettings):
    """Read from environment variables named PIXELLE_<FIELD>."""

    model_config = SettingsConfigDict(
        env_prefix="PIXELLE_", extra="ignore", use_attribute_docstrings=True, validate_default=True
    )

    data_dir: Path = Path("data")
    """Where this installation keeps its own files: store, user templates, voices, music."""
    cache_dir: Path = Field(default_factory=default_cache_dir)
    """Where downloaded packs (voice, models, pictures) are kept; safe to delete."""
    store_url: str = ""
    """Artifact store: file:///path or s3://bucket/prefix. Empty: the folder `store` in `data_dir`."""
    store_endpoint: str = ""
    """Address of an S3 server that is not Amazon's, for example http://127.0.0.1:8333."""
    store_region: str = ""
    """Region of the bucket. Empty: as the AWS_* variables say, else us-east-1."""
    store_key_id: str = ""
    """Access key for the bucket. Empty: as the AWS_* variables or the machine's own role say."""
    store_secret: SecretStr = SecretStr("")
    """Secret of that key."""
    tls_dir: Path | None = None
    """Folder with tls.crt, tls.key and ca.crt. Services then serve only callers who show a certificate of ca.crt, and
    gateways and workers show theirs. None: plain connections."""
    health_listen: str = ""
    """Where a service or worker also answers health questions, and nothing else, without TLS: host:port, for probes.
    Empty: nowhere."""
    drain_seconds: float = Field(default=30.0, ge=0)
    """What running calls of a service that is told to end get to end by themselves."""
    device: str = "cpu"
    """Device engines load on: "cpu", "cuda" or "cuda:0". "none": questions about all engines are answered, but none of
    this machine works except the default one, on the CPU."""
    slots: int = Field(default=1, ge=1, le=64)
    """Calls an engine runs at once."""
    engine_slots: dict[str, Annotated[int, Field(ge=1, le=256)]] = {}
    """The same for single engines, by name, as JSON: {"openai": 8, "xtts": 1}. Unless named here, hosted
    language models and voices run 4, hosted pictures and ComfyUI what their own settings say."""
    queue: int = Field(default=32, ge=0, le=10_000)
    """Calls that may wait for an engine; one more is refused with a retry delay."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least severe event that is logged."""
    log_format: Literal["console", "json"] = "console"
    """Log lines for people or for machines."""
    metrics_listen: str = ""
    """Where Prometheus finds the numbers of this process, for example 0.0.0.0:9464. Empty: nowhere."""
    trace_endpoint: str = ""
    """OTLP collector (gRPC) that spans are sent to, for example http://127.0.0.1:4317. Empty: none are made."""
    trace_share: float = Field(default=1.0, ge=0, le=1)
    """Share of the requests that are traced."""

    def widths(self, *hosted: str, **own: int) -> dict[str, int]:
        """Calls at once by engine, where they are not `slots`. hosted: others do the work. own: settings of theirs."""
        return dict.fromkeys(hosted, _HOSTED) | own | self.engine_slots

    @property
    def packs_dir(self) -> Path:
        """Folder of the downloaded packs."""
        return self.cache_dir / "packs"

    @property
    def effective_store_url(self) -> str:
        """`store_url`, or the file store under `data_dir`."""
        return self.store_url or (self.data_dir.absolute() / "store").as_uri()

    @property
    def store_options(self) -> dict[str, str]:
        """What obstore is told about a bucket besides its URL."""
        given = {"endpoint": self.store_endpoint, "region": self.store_region, "access_key_id": self.store_key_id}
        given["secret_access_key"] = self.store_secret.get_secret_value()
        return {name: value for name, value in given.items() if value}
