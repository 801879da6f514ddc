"""Looks into a media file and says what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelle.footage.decoded import shown_size, upright_of
from pixelle.runtime.errors import InvalidArgument
from pixelle.runtime.fetch import sniff
from svc_render.pictures import read_picture

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer

__all__ = ["Facts", "probe"]

_MAX_PICTURE_BYTES = 100_000_000


@dataclass(frozen=True)
class Facts:
    """What a media file holds; zeros for what it has not."""

    media_type: str
    duration_seconds: float = 0.0
    has_audio: bool = False
    has_video: bool = False
    width: int = 0
    """As shown, in pixels."""
    height: int = 0
    """As shown, in pixels."""
    fps: float = 0.0
    sample_rate: int = 0
    channels: int = 0


def probe(path: Path) -> Facts:
    """
    Decode the beginning of every stream of a file.

    Raises InvalidArgument (MEDIA_UNREADABLE, IMAGE_INVALID, IMAGE_TOO_LARGE).
    """
    import av
    from av.error import FFmpegError

    with path.open("rb") as file:
        head = file.read(4096)
    media_type = sniff(head)
    if media_type.startswith("image/") or b"<svg" in head[:1000].lower():
        return _of_picture(path, media_type)
    try:
        with av.open(str(path)) as container:
            # so FFmpeg calls what reads single pictures
            if container.format.name.endswith("_pipe"):
                return _of_picture(path, f"image/{container.format.name.removesuffix('_pipe')}")
            return _facts(container, media_type)
    except (FFmpegError, UnicodeDecodeError) as error:
        raise _unreadable("it is not a known sound or video format") from error


def _of_picture(path: Path, media_type: str) -> Facts:
    if path.stat().st_size > _MAX_PICTURE_BYTES:
        raise _unreadable(f"it is a picture of {path.stat().st_size} bytes")
    picture = read_picture(path.read_bytes(), fit=4096)
    return Facts(media_type, has_video=True, width=picture.width, height=picture.height)


def _facts(container: InputContainer, media_type: str) -> Facts:
    from av.stream import Disposition

    # a cover picture in a music file is no video
    videos = [stream for stream in container.streams.video if not stream.disposition & Disposition.attached_pic]
    audio = container.streams.audio[0] if container.streams.audio else None
    duration = (container.duration or 0) / 1_000_000
    width = height = 0
    fps = 0.0
    if videos:
        frame = next(container.decode(videos[0]), None)
        if frame is None:
            raise _unreadable("its pictures cannot be decoded")
        width, height = shown_size(frame, float(videos[0].sample_aspect_ratio or 1), upright_of(frame))
        fps = float(videos[0].average_rate or 0)
        container.seek(0)
    elif audio is None:
        raise _unreadable("it holds neither sound nor pictures")
    if audio is not None and next(container.decode(audio), None) is None:
        raise _unreadable("its sound cannot be decoded")
    if media_type == "application/octet-stream":
        media_type = ("video/" if videos else "audio/") + container.format.name.partition(",")[0]
    return Facts(
        media_type,
        duration_seconds=duration,
        has_audio=audio is not None,
        has_video=bool(videos),
        width=width,
        height=height,
        fps=fps,
        sample_rate=audio.rate or 0 if audio else 0,
        channels=audio.channels if audio else 0,
    )


def _unreadable(why: str) -> InvalidArgument:
    return InvalidArgument(
        f"The media file cannot be used: {why}. Send a common format such as MP3, WAV, M4A, OGG, MP4 or WebM.",
        reason="MEDIA_UNREADABLE",
    )
