"""Joins clips and a sound track by copying packets: nothing is encoded again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from heapq import merge
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import InvalidArgument
from svc_render.video.skip import Skips

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

    from pixelle.runtime.work import Tick

__all__ = ["ClipFile", "join", "unusable"]


_UNDECODED = {"codec_whitelist": "none"}  # packets are copied; opening would decode the first ones to look at them


@dataclass(frozen=True)
class ClipFile:
    """A clip as the request describes it, and where its file lies."""

    path: Path
    frame_count: int
    fps: int
    width: int
    height: int
    what: str
    """Names it in errors."""
    start: int = 0
    """Number of the first frame that is used."""

    @property
    def used(self) -> int:
        """How many frames are used."""
        return self.frame_count - self.start


def join(path: Path, clips: Sequence[ClipFile], sound: Path, *, title: str, language: str, tick: Tick) -> None:
    """
    Write clips one after the other, with a sound track beside them, as a faststart MP4.

    clips: all of one size, rate and encoder setting. sound: AAC in MP4.
    title: for the file's metadata. language: ISO 639-2 code of the sound, "" when unknown.
    Raises InvalidArgument (CLIPS_DIFFER, CLIP_INVALID).
    """
    import av

    first = clips[0]
    total = sum(clip.used for clip in clips)
    with (
        av.open(str(first.path), options=_UNDECODED) as model,
        av.open(str(sound)) as heard,
        # a bit-exact file names no encoder version: the same clips give the same bytes
        av.open(str(path), "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}) as out,
    ):
        pictures = out.add_stream_from_template(model.streams.video[0])
        pictures.time_base = Fraction(1, first.fps)
        track = out.add_stream_from_template(heard.streams.audio[0])
        track.time_base = heard.streams.audio[0].time_base
        out.metadata["title"] = title
        if language:
            pictures.metadata["language"] = track.metadata["language"] = language
        headers = bytes(model.streams.video[0].codec_context.extradata or b"")
        copied = chain.from_iterable(
            _pictures(clip, start, pictures, headers) for clip, start in zip(clips, _starts(clips), strict=True)
        )
        seen = _told_apart(copied, headers)
        both: Iterator[tuple[Fraction, Packet[Any]]] = merge(seen, _sound(heard, track), key=itemgetter(0))
        for time, packet in both:
            out.mux_one(packet)
            tick(min(float(time * first.fps / total), 1.0), "joining")


def _starts(clips: Sequence[ClipFile]) -> Iterator[int]:
    start = 0
    for clip in clips:
        yield start
        start += clip.used


def _sound(heard: InputContainer, track: AudioStream) -> Iterator[tuple[Fraction, Packet[AudioStream]]]:
    for packet in heard.demux(heard.streams.audio[0]):
        if packet.pts is not None:
            time = packet.pts * (packet.time_base or Fraction(1, 48_000))
            packet.stream = track
            yield time, packet


def _told_apart(
    copied: Iterator[tuple[Fraction, Packet[VideoStream]]], headers: bytes
) -> Iterator[tuple[Fraction, Packet[VideoStream]]]:
    """The same packets; of key pictures next to each other, each has an idr_pic_id of its own."""
    import av

    row = 0  # key pictures up to here, without another between them
    for time, packet in copied:
        row = row + 1 if packet.is_keyframe else 0
        if row < 2:
            yield time, packet
            continue
        other: Any = av.Packet(Skips.of_mp4(headers).apart(bytes(packet), 3 + row % 2))
        other.stream, other.time_base, other.is_keyframe = packet.stream, packet.time_base, True
        other.pts, other.dts, other.duration = packet.pts, packet.dts, packet.duration
        yield time, other


def _pictures(
    clip: ClipFile, start: int, target: VideoStream, headers: bytes
) -> Iterator[tuple[Fraction, Packet[VideoStream]]]:
    """The clip's packets with their time in seconds, moved to frame `start`."""
    import av
    from av.error import FFmpegError

    base = Fraction(1, clip.fps)
    read = 0
    try:
        with av.open(str(clip.path), options=_UNDECODED) as container:
            stream = container.streams.video[0]
            if bytes(stream.codec_context.extradata or b"") != headers:
                raise InvalidArgument(
                    f"The {clip.what} was encoded with other settings than the first one's. "
                    "Render all clips again with the same service.",
                    reason="CLIPS_DIFFER",
                )
            for packet in container.demux(stream):
                if packet.pts is None:
                    continue
                read += 1
                if read <= clip.start:
                    continue
                packet.stream = target
                packet.time_base = base
                place = start + read - clip.start - 1
                packet.pts = packet.dts = place
                packet.duration = 1
                yield place * base, packet
    except (FFmpegError, IndexError) as error:
        raise unusable(clip, "it cannot be read") from error
    if read != clip.frame_count:
        raise unusable(clip, f"it holds {read} frames, not {clip.frame_count}")


def unusable(clip: ClipFile, why: str) -> InvalidArgument:
    """The error for a clip that is not what it should be."""
    return InvalidArgument(f"The {clip.what} cannot be used: {why}. Render it again.", reason="CLIP_INVALID")
