"""What kind of sound file a recording is, by its first bytes: people send whatever their telephone made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelle.runtime.fetch import sniff

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["format_of", "is_protected", "what_it_is"]

_HEAD = 64
_ID3 = 10
"""Bytes of the head of an ID3 tag, which stands before MP3 and, by some recorders, before AAC."""
_FORMATS = {
    "audio/wav": "wav",
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/mp4": "mov",
    "audio/ogg": "ogg",
    "audio/amr": "amr",
    "audio/x-caf": "caf",
    "audio/aiff": "aiff",
    "audio/basic": "au",
    "audio/x-ms-wma": "asf",
    "video/mp4": "mov",
    "video/quicktime": "mov",
    "video/webm": "matroska",
    "video/x-msvideo": "avi",
    "video/mp2t": "mpegts",
}
"""Media type to the name that FFmpeg has for the format."""
_MORE = ((0, b"riff\x2e\x91\xcf\x11", "w64"), (4, b"free", "mov"), (4, b"skip", "mov"))
"""Too rare, or too weak a sign, to be known everywhere; the last two are QuickTime from before it told its brand."""
_NO_RECORDINGS = (
    (b"<!doctype html", "a web page; download the file itself"),
    (b"<html", "a web page; download the file itself"),
    (b"mthd", "notes (MIDI) without a voice"),
    (b"pk\x03\x04", "a ZIP archive; unpack it"),
    (b"rar!", "a RAR archive; unpack it"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"%pdf", "a PDF document"),
    (b"#extm3u", "a playlist, without sound of its own"),
)
_PROTECTED = frozenset({"drms", "drmi", "enca", "encv", "aavd"})
"""What stands in place of the codec's name in files with copy protection."""


def format_of(path: Path) -> str:
    """FFmpeg's name for the format of a file that may hold a voice; "" for any other."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if head.startswith(b"ID3") and len(head) >= _ID3:
            size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
            file.seek(_ID3 + size)
            return "aac" if _is_adts(file.read(2)) else "mp3"
    if _is_adts(head):
        return "aac"
    if head[:1] == b"\xff" and len(head) > 1 and head[1] & 0xF0 == 0xF0:
        return "mp3"
    known = next((name for at, magic, name in _MORE if head.startswith(magic, at)), "")
    return known or _FORMATS.get(sniff(head), "")


def what_it_is(path: Path) -> str:
    """Why a file without a known format is no recording, after "it is"."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if not head:
        return "empty"
    found = next((name for magic, name in _NO_RECORDINGS if head.lstrip().lower().startswith(magic)), "")
    media_type = sniff(head)
    return found or ("no sound file" if media_type.endswith("stream") else repr(media_type))


def is_protected(codec_tag: str) -> bool:
    """Whether the sound of a file is encrypted, as of music from a shop: its four letters in place of the codec's."""
    return codec_tag in _PROTECTED


def _is_adts(head: bytes) -> bool:
    """Whether frames of AAC begin here: twelve bits set, and the layer, which MP3 has, is nought."""
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0
