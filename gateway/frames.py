"""The JSON of templates, of single pages drawn from them, and of music."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from gateway.boards import Strict
from gateway.fields import Keepable  # noqa: TC001 - pydantic needs it when the class is made
from pixelle.render.v1 import render_pb2

__all__ = [
    "FrameMade",
    "FrameRequest",
    "MusicInfo",
    "MusicList",
    "ParamInfo",
    "TemplateInfo",
    "TemplateList",
    "TemplateParams",
    "template_info",
    "template_params_of",
]


class ParamInfo(BaseModel):
    """A value that a template can be given."""

    type: Literal["text", "number", "color", "bool"]
    default: str | bool | int | float
    label: str


class TemplateInfo(BaseModel):
    """Something requests can name as `frame_template`, and `/api/frame/render` as `template`."""

    key: str = Field(description='What is sent: "1080x1920/image_default.html".')
    name: str = Field(description="File name.")
    display_name: str
    size: str = Field(description='"1080x1920".')
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    orientation: Literal["portrait", "landscape", "square"]
    path: str = Field(description="Place of its file; of a user's own below data/.")
    media_type: Literal["static", "image", "video"] = Field(description="What it shows besides text.")
    media_width: int = Field(description="Of the picture or footage made for it; 0 for static.")
    media_height: int = Field(description="As above.")
    params: dict[str, ParamInfo]
    captions: list[Literal["line", "word"]] = Field(description="Captions it can show.")
    preview_url: str | None = Field(
        description="A small picture of it, drawn when first asked for. Null where its picture would cost something."
    )


class TemplateList(BaseModel):
    """The templates of this installation, as they are now."""

    success: bool = True
    message: str = "Success"
    templates: list[TemplateInfo]
    default: str = Field(description="Key of the one that is used where a request names none.")


class TemplateParams(BaseModel):
    """What a template can be given."""

    success: bool = True
    message: str = "Success"
    template: str = Field(description="Its key.")
    media_width: int
    media_height: int
    params: dict[str, ParamInfo]


class MusicInfo(BaseModel):
    """A piece of music."""

    name: str
    path: str = Field(description="What is sent as `bgm_path`.")
    source: Literal["default", "custom"] = Field(description="custom: a user's own.")


class MusicList(BaseModel):
    """The music of this installation, as it is now."""

    success: bool = True
    message: str = "Success"
    bgm_files: list[MusicInfo]


class FrameRequest(Strict):
    """What to draw."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"template": "1080x1920/static_default.html", "title": "Reading", "text": "Ten pages a day."}]
        },
    )

    template: str = Field(min_length=1, max_length=500, description="Template key.")
    title: str | None = Field(default=None, max_length=10_000)
    text: str = Field(max_length=20_000, description="The text of the scene.")
    image: str | None = Field(
        default=None, max_length=2_000, description="The picture: an upload's path, an image_path, a file, or a URL."
    )
    template_params: Keepable | None = Field(default=None, max_length=200, description="Values of its parameters.")


class FrameMade(BaseModel):
    """A drawn page."""

    success: bool = True
    message: str = "Success"
    frame_path: str = Field(description="Below /api/files/, and wherever a request takes a path.")
    frame_url: str
    width: int = Field(description="Pixels.")
    height: int = Field(description="Pixels.")
    warnings: list[str] = Field(default_factory=list[str], description="What was left out.")


_MEDIA: dict[int, Literal["static", "image", "video"]] = {
    render_pb2.TEMPLATE_MEDIA_IMAGE: "image",
    render_pb2.TEMPLATE_MEDIA_VIDEO: "video",
}
_CAPTIONS: dict[int, Literal["line", "word"]] = {
    render_pb2.CAPTION_MODE_LINE: "line",
    render_pb2.CAPTION_MODE_WORD: "word",
}
_TYPES: dict[int, Literal["text", "number", "color", "bool"]] = {
    render_pb2.PARAM_TYPE_NUMBER: "number",
    render_pb2.PARAM_TYPE_COLOR: "color",
    render_pb2.PARAM_TYPE_BOOL: "bool",
}


def template_info(template: render_pb2.Template, preview_url: str | None) -> TemplateInfo:
    """A template as it is listed."""
    size = template.key.partition("/")[0]
    shape = template.width - template.height
    return TemplateInfo(
        key=template.key,
        name=template.name or template.key.rpartition("/")[2],
        display_name=template.display_name,
        size=size,
        width=template.width,
        height=template.height,
        orientation="landscape" if shape > 0 else "portrait" if shape else "square",
        path=f"{'data/' if template.custom else ''}templates/{template.key}",
        media_type=_MEDIA.get(template.media, "static"),
        media_width=template.media_width,
        media_height=template.media_height,
        params=template_params_of(template),
        captions=[_CAPTIONS[mode] for mode in template.captions if mode in _CAPTIONS],
        preview_url=preview_url,
    )


def template_params_of(template: render_pb2.Template) -> dict[str, ParamInfo]:
    """By name; defaults as what they are."""
    found: dict[str, ParamInfo] = {}
    for param in template.params:
        kind = _TYPES.get(param.type, "text")
        found[param.name] = ParamInfo(type=kind, default=_value(kind, param.default_value), label=param.label)
    return found


def _value(kind: str, text: str) -> str | bool | int | float:
    if kind == "bool":
        return text.lower() == "true"
    try:
        value = float(text or 0) if kind == "number" else None
    except ValueError:  # of somebody's own render service
        value = None
    if value is None:
        return text
    return int(value) if value.is_integer() else value
