"""How RunningHub is reached: what every service that runs workflow files there is told."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from pixelle.runtime.settings import ServiceSettings

__all__ = ["RunninghubSettings"]


class RunninghubSettings(ServiceSettings):
    """Read from environment variables, for example PIXELLE_RUNNINGHUB_API_KEY."""

    runninghub_url: str = Field(default="https://www.runninghub.cn", pattern="^https?://[^/]+")
    """https://www.runninghub.cn, or https://www.runninghub.ai for accounts outside China."""
    runninghub_api_key: SecretStr = SecretStr("")
    """Your key there."""
    runninghub_concurrent_limit: int = Field(default=1, ge=1, le=100)
    """Tasks that one service has there at once; your account's plan says how many it may have."""
    runninghub_instance_type: Literal["", "default", "plus", "ultra"] = ""
    """The machine: "plus" has 48 GB. Empty: RunningHub's default."""
    runninghub_seconds: float = Field(default=1700.0, gt=0)
    """Seconds for one task, its time in the queue included."""
    runninghub_poll: float = Field(default=3.0, gt=0)
    """Seconds between two questions how far a task is."""

    def runninghub_options(self) -> dict[str, object]:
        """What every engine over RunningHub is told, its folder of files included."""
        return {
            "url": self.runninghub_url,
            "key": self.runninghub_api_key.get_secret_value(),
            "folder": self.data_dir / "workflows" / "runninghub",
            "instance": self.runninghub_instance_type,
            "seconds": self.runninghub_seconds,
            "poll": self.runninghub_poll,
        }
