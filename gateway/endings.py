"""How files are called by what is in them."""

from __future__ import annotations

__all__ = ["ENDINGS", "UPLOADS"]

UPLOADS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/avif": ".avif",
    "image/tiff": ".tif",
    "image/heic": ".heic",
    "image/heif": ".heif",
    "image/heic-sequence": ".heics",
    "image/heif-sequence": ".heifs",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-msvideo": ".avi",
    "video/mp2t": ".ts",
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "audio/amr": ".amr",
    "audio/aiff": ".aiff",
    "audio/x-caf": ".caf",
    "audio/basic": ".au",
    "audio/x-ms-wma": ".wma",
}
"""What may be uploaded, by media type."""
ENDINGS = UPLOADS | {"audio/x-wav": ".wav", "image/bmp": ".bmp", "image/svg+xml": ".svg"}
"""Beside that, what comes by path or is made."""
