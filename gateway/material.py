"""The JSON of the caller's own pictures, clips and files."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["AssetModel", "Uploaded"]


class AssetModel(BaseModel):
    """A picture or clip of the caller's. A plain text is its path."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"path": "beach.jpg", "caption": "the beach at sunset"}]}
    )

    path: str = Field(
        min_length=1, max_length=2_000, description="A file in an allowed folder, an upload's path, or an https URL."
    )
    caption: str = Field(
        default="", max_length=2_000, description="What it shows. Empty: its name is all that is known of it."
    )
    name: str = Field(default="", max_length=255, description="Its file name, where `path` does not tell it.")


class Uploaded(BaseModel):
    """A file that requests may now name."""

    success: bool = True
    message: str = "Success"
    path: str = Field(description="What `assets`, `bgm_path`, `ref_audio` or `image` may name.")
    url: str = Field(description="Where it can be looked at.")
    media_type: str = Field(description="Found by looking at the bytes.")
    size: int = Field(description="Bytes.")
