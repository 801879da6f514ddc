"""The JSON of what requests can name."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["WorkflowInfo", "WorkflowList"]


class WorkflowInfo(BaseModel):
    """Something requests can name as `media_workflow` or `tts_workflow`."""

    key: str = Field(description='What is sent: "local/illustrate", "selfhost/image_flux.json".')
    name: str = Field(description='The key without its source: "image_flux.json".')
    display_name: str
    source: str = Field(description='"local", "selfhost", "runninghub" or "api".')
    path: str = Field(description="Place of the workflow file; empty for engines without one.")
    kinds: list[Literal["image", "video", "speech", "text"]] = Field(description="What it makes.")
    engine: str
    available: bool = Field(description="A request that names it would be accepted now.")
    reason: str = Field(description="Why not and how to make it so; empty when available.")


class WorkflowList(BaseModel):
    """The workflow keys of this installation, as they are now."""

    success: bool = True
    message: str = "Success"
    workflows: list[WorkflowInfo]
