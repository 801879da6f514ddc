"""What a task's steps will be asked for, settled when the request was accepted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from google.protobuf.json_format import MessageToDict, ParseDict

from gateway.workflow.assets import Asset
from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.cache import artifacts_in
from pixelle.script.v1 import script_pb2
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from google.protobuf.message import Message

    from gateway.workflow.assets import Match

__all__ = ["Brief", "bare", "from_json", "to_json"]

M = TypeVar("M", bound="Message")


@dataclass
class Brief:
    """One half-filled request per kind of step; the story fills in what a scene adds."""

    write: script_pb2.WriteStoryboardRequest = field(default_factory=script_pb2.WriteStoryboardRequest)
    speak: tts_pb2.SynthesizeRequest = field(default_factory=tts_pb2.SynthesizeRequest)
    image: media_pb2.GenerateImageRequest | None = None
    """Set when the template shows pictures."""
    footage: media_pb2.GenerateVideoRequest | None = None
    """Set when the template shows footage."""
    clip: render_pb2.RenderClipRequest = field(default_factory=render_pb2.RenderClipRequest)
    assemble: render_pb2.AssembleVideoRequest = field(default_factory=render_pb2.AssembleVideoRequest)
    storyboard: core_pb2.Storyboard | None = None
    """Set when the caller brought one."""
    seed: int | None = None
    """The caller's seed; None: drawn with the storyboard."""
    footage_volume: float = 0.0
    """Of the footage's own sound, 0 to 1."""
    warnings: list[str] = field(default_factory=list[str])
    assets: list[Asset] = field(default_factory=list["Asset"])
    """The caller's own pictures and clips, numbered from 1 in scenes."""
    match: Match = "given"
    """How the scenes of the storyboard get them."""

    def bring(self, assets: list[Asset], match: Match, *, written: bool) -> None:
        """Add the caller's own pictures and clips. written: the script is written around them."""
        self.assets, self.match = assets, match
        if written:
            self.write.material.extend(asset.material for asset in assets)
            self.write.with_image_prompts = False
            self.write.ClearField("image_prompt_words")

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the task."""
        parts = {name: getattr(self, name) for name in _PARTS}
        return {
            "seed": self.seed,
            "footage_volume": self.footage_volume,
            "warnings": self.warnings,
            "match": self.match,
            "assets": [{"visual": to_json(asset.visual), "material": to_json(asset.material)} for asset in self.assets],
            **{name: to_json(part) for name, part in parts.items() if part is not None},
        }

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Brief:
        """The inverse of `to_json`."""
        parts = {name: from_json(kept[name], kind) for name, kind in _PARTS.items() if name in kept}
        volume = kept.get("footage_volume", 0.0)  # tasks of older versions have none
        assets = [
            Asset(from_json(each["visual"], core_pb2.Visual), from_json(each["material"], script_pb2.Material))
            for each in kept.get("assets", ())  # as above
        ]
        match = kept.get("match", "given")
        return cls(
            seed=kept["seed"], footage_volume=volume, warnings=kept["warnings"], assets=assets, match=match, **parts
        )


_PARTS: dict[str, Any] = {
    "write": script_pb2.WriteStoryboardRequest,
    "speak": tts_pb2.SynthesizeRequest,
    "image": media_pb2.GenerateImageRequest,
    "footage": media_pb2.GenerateVideoRequest,
    "clip": render_pb2.RenderClipRequest,
    "assemble": render_pb2.AssembleVideoRequest,
    "storyboard": core_pb2.Storyboard,
}


def to_json(message: Message) -> dict[str, Any]:
    """A message as JSON with the names of the proto, without inline bytes: what is kept stays small."""
    return MessageToDict(bare(message), preserving_proto_field_name=True)


def bare(message: M) -> M:
    """A message without inline bytes: itself when there are none."""
    if not _has_bytes(message):
        return message
    kept = type(message)()
    kept.CopyFrom(message)
    _strip(kept)
    return kept


def from_json(kept: dict[str, Any], kind: type[M]) -> M:
    """The inverse of `to_json`."""
    return ParseDict(kept, kind())


def _strip(message: Message) -> None:
    for artifact in artifacts_in(message):
        artifact.ClearField("inline")


def _has_bytes(message: Message) -> bool:
    return any(artifact.inline for artifact in artifacts_in(message))
