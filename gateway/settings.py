"""Settings of the gateway process."""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode

from gateway.fields import VoiceId  # noqa: TC001 - pydantic needs it when the class is made
from pixelle.runtime.settings import ServiceSettings

__all__ = ["GatewaySettings"]

Price = Annotated[float, Field(ge=0)]
_ORIGIN = re.compile(r"https?://[^/?#@\s]+")


class GatewaySettings(ServiceSettings):
    """Read from environment variables named PIXELLE_<FIELD>. Lists are separated by commas."""

    script_url: str = ""
    """Address of the script service, for example "grpc://script:50051" or "unix:/run/pixelle.sock"."""
    tts_url: str = ""
    """Address of the tts service."""
    media_url: str = ""
    """Address of the media service."""
    render_url: str = ""
    """Address of the render service."""
    database_url: str = ""
    """Where tasks are kept: postgresql://user:password@host/name, or empty for the SQLite file `tasks.db` in
    `data_dir`."""
    role: Literal["all", "gateway", "worker"] = "all"
    """What this process does: answer requests, make the videos, or both. Alone they need Postgres."""
    executor_id: str = ""
    """Name of this process among the workers of a database; no two live ones may share it. Empty: the host's name
    on Postgres, "local" on SQLite."""
    workers: Annotated[list[str], NoDecode] = Field(default_factory=list[str])
    """Names of the workers that should exist. Work of any other is moved as soon as it has gone; empty: every name is
    waited for `worker_silence` seconds."""
    worker_silence: float = Field(default=15.0, ge=3, le=600)
    """Seconds without a sign of life after which the work of a worker whose session has ended is moved."""
    tts_workflow: str = ""
    """Workflow key of the voice of requests that name none. Empty: the tts service's default."""
    tts_voice: VoiceId = ""
    """Voice of requests that name neither voice, workflow nor recording. Empty: the engine's for the language."""
    tts_speed: float = Field(default=1.0, ge=0.5, le=2)
    """Speed of requests that name none."""
    image_workflow: str = ""
    """Workflow key of the pictures of requests that name none. Empty: the media service's default."""
    video_workflow: str = ""
    """Workflow key of the footage of requests that name none. Empty: the media service's default."""
    image_prompt_prefix: str = ""
    """Put in front of the image prompts of requests that give no `prompt_prefix`, for pictures."""
    video_prompt_prefix: str = ""
    """The same for footage."""
    speech_prices: dict[str, Price] = Field(default_factory=dict[str, Price])
    """Price of a thousand characters of speech by workflow key, as JSON: {"api/openai": 0.015}. With any price set,
    plans say what their videos cost."""
    picture_prices: dict[str, Price] = Field(default_factory=dict[str, Price])
    """The same of a picture."""
    footage_prices: dict[str, Price] = Field(default_factory=dict[str, Price])
    """The same of a second of footage."""
    price_currency: str = "USD"
    """Currency of these prices; that of the script service's must be the same."""
    output_dir: Path = Path("output")
    """Where finished videos are laid out for people, one folder per task."""
    allowed_roots: Annotated[list[Path], NoDecode] = Field(default_factory=list[Path])
    """Further folders whose files requests may name (`bgm_path`, `ref_audio`)."""
    allow_http: bool = False
    """Also fetch plain http URLs that requests name; https only when false."""
    public_url: str = ""
    """How clients reach this gateway, for links in answers. Empty: as each request came in."""
    api_keys: Annotated[list[SecretStr], NoDecode] = Field(default_factory=list[SecretStr])
    """Bearer keys that open the API. Without any, only callers on this machine are served."""
    trusted_proxies: Annotated[list[str], NoDecode] = Field(default_factory=list[str])
    """Addresses or networks of proxies whose X-Forwarded-For header counts."""
    cors_origins: Annotated[list[str], NoDecode] = Field(default_factory=list[str])
    """Origins of web pages that may ask from a browser, for example https://app.example.com; * is every page, and
    needs `api_keys`. Empty: only pages of the gateway itself."""
    tasks_listen: str = ""
    """Where the gRPC TaskService listens, for example "127.0.0.1:50055" or "unix:/run/tasks.sock". Empty: nowhere."""
    tasks_at_once: int = Field(default=2, ge=1, le=1000)
    """Videos that are made at the same time in this process; more wait as pending."""
    poll_seconds: float = Field(default=0.15, ge=0.01, le=60)
    """How often the queue is looked at: the longest a task waits for a free place."""
    step_seconds: float = Field(default=1800.0, gt=0)
    """Longest a single step may take before it counts as failed."""
    question_seconds: float = Field(default=10.0, gt=0)
    """Longest a question to a service may take while a request is checked."""
    step_attempts: int = Field(default=7, ge=1, le=100)
    """How often a step is tried when its error may pass."""
    retry_seconds: float = Field(default=0.5, ge=0)
    """Wait before the second try; doubles with each further one."""

    key_running: int = Field(default=0, ge=0, le=1000)
    """Videos that are made at the same time for one API key, over all workers; more wait. 0: no limit. Callers without
    a key count as one."""
    key_waiting: int = Field(default=0, ge=0, le=1_000_000)
    """Tasks of one API key that may wait; one more is refused with 429. 0: no limit."""
    key_calls: int = Field(default=16, ge=0, le=1000)
    """Calls outside of tasks (for speech, pictures, words, pages) that one API key has with the services at once, in
    each gateway; more wait, and from five times as many on they are refused with 429. 0: no limit."""
    queue_tasks: int = Field(default=1000, ge=0, le=1_000_000)
    """Tasks that may wait in all; one more is refused with 429. 0: no limit."""
    urgent_keys: Annotated[list[SecretStr], NoDecode] = Field(default_factory=list[SecretStr])
    """Those of `api_keys` that may ask for a `priority` above 5. Without any key configured, everyone served may."""
    step_queue_seconds: float = Field(default=3600.0, ge=0)
    """Longest a step waits, in all, for a place in the full queue of a service before it counts as failed."""
    keep_days: float = Field(default=0, ge=0)
    """Tasks that ended longer ago are deleted with their files. 0: kept for ever."""
    keep_gb: float = Field(default=0, ge=0)
    """When the files of ended tasks are larger together, the oldest tasks go, never the newest. 0: no limit."""
    cache_days: float = Field(default=0, ge=0)
    """Remembered results that nothing has used for so long are forgotten. 0: kept for ever."""
    cache_gb: float = Field(default=0, ge=0)
    """When the artifact store is larger, remembered results are forgotten, those first that were used longest ago;
    files of kept tasks stay. 0: no limit."""
    sweep_minutes: float = Field(default=60.0, gt=0)
    """How often what need not be kept is deleted, in the process that runs tasks."""
    sweep_grace_seconds: float = Field(default=3600.0, gt=0)
    """Files used within this time are never swept away: a step may be about to need them. At least twice
    `step_seconds`."""
    webhook_secret: SecretStr = SecretStr("")
    """Signs calls to `callback_url`: whsec_ and 24 to 64 bytes in base64. Empty: such requests are refused."""
    webhook_hosts: Annotated[list[str], NoDecode] = Field(default_factory=list[str])
    """Hosts, or host:port, that `callback_url` may name although they are not on the public internet, with http too."""
    webhook_delays: Annotated[list[float], NoDecode] = Field(
        default_factory=lambda: [5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0, 3600.0]
    )
    """Seconds before each further attempt to call a `callback_url` that did not answer with success."""
    webhook_seconds: float = Field(default=10.0, gt=0, le=60)
    """Longest one attempt may take."""
    webhook_poll_seconds: float = Field(default=1.0, ge=0.01, le=60)
    """How often tasks with a `callback_url` are looked at, and due attempts made."""

    @field_validator("webhook_secret")
    @classmethod
    def _signing(cls, value: SecretStr) -> SecretStr:
        kept = value.get_secret_value()
        if kept:
            try:
                size = len(base64.b64decode(kept.removeprefix("whsec_"), validate=True))
            except ValueError:
                size = 0
            if not kept.startswith("whsec_") or not 24 <= size <= 64:
                raise ValueError("give whsec_ and 24 to 64 random bytes in base64")
        return value

    @field_validator("database_url")
    @classmethod
    def _driver(cls, value: str) -> str:
        for scheme in ("postgres://", "postgresql://"):
            if value.startswith(scheme):
                return f"postgresql+psycopg://{value.removeprefix(scheme)}"
        return value

    @field_validator(
        *("api_keys", "trusted_proxies", "allowed_roots", "workers", "urgent_keys", "webhook_hosts", "webhook_delays"),
        "cors_origins",
        mode="before",
    )
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: list[str]) -> list[str]:
        for each in value:
            try:
                ipaddress.ip_network(each)
            except ValueError as error:
                raise ValueError(f"{error}. Give addresses or networks such as 10.0.0.0/8") from error
        return value

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: list[str]) -> list[str]:
        for origin in value:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise ValueError(f"{origin!r} is no origin, which is scheme://host[:port] and nothing after that, or *")
        return value

    @property
    def separate(self) -> bool:
        """True when the services run elsewhere: at least one address is set."""
        return any((self.script_url, self.tts_url, self.media_url, self.render_url))

    @property
    def effective_database_url(self) -> str:
        """`database_url`, or the SQLite file under `data_dir`."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'tasks.db'}"

    @property
    def clustered(self) -> bool:
        """True when this process is one of several: files are shared through the store, not through a folder."""
        return self.role != "all"

    @property
    def worker_name(self) -> str:
        """`executor_id`, or its default."""
        on_postgres = self.effective_database_url.startswith("postgresql")
        return self.executor_id or (socket.gethostname() if on_postgres else "local")

    @property
    def roots(self) -> list[Path]:
        """Folders whose files requests may name; none where another gateway would not see the same files."""
        return [] if self.clustered else [self.data_dir, self.output_dir, *self.allowed_roots]
