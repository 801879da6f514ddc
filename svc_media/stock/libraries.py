"""Pexels and Pixabay: their questions, and their answers as hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from svc_media.stock.words import written_in

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["File", "Hit", "Library", "Pexels", "Pixabay", "Question"]


@dataclass(frozen=True)
class File:
    """One size of a picture or film."""

    url: str
    width: int
    height: int


@dataclass(frozen=True)
class Hit:
    """A picture or film that was found."""

    files: tuple[File, ...]
    author: str
    page: str
    """Where people find it."""
    seconds: float = 0.0
    """Of a film."""

    @property
    def shape(self) -> float:
        """Width by height; 0 when it has no file."""
        return self.files[0].width / max(1, self.files[0].height) if self.files else 0.0


@dataclass(frozen=True)
class Question:
    """What is asked, as HTTP has it."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


class Library(Protocol):
    """What a search at a vendor looks like."""

    name: str
    base: str
    """Its address."""
    keys: str
    """Where a key is to be had."""

    def question(self, words: str, *, film: bool, shape: float, key: str) -> Question:
        """shape: width by height of what is wanted."""
        ...

    def hits(self, told: Mapping[str, Any], *, film: bool) -> list[Hit]:
        """What an answer found, best first. Raises KeyError, TypeError, ValueError for what is no such answer."""
        ...


_LOCALES = {"zh": "zh-CN", "ja": "ja-JP", "ko": "ko-KR"}
_LARGE_2X = (1880, 1300)
"""Pixels: 940 x 650, twice as fine."""
_PAGE = 30
"""Hits of one search."""


class Pexels:
    """https://www.pexels.com/api/documentation/"""

    name, base, keys = "Pexels", "https://api.pexels.com", "https://www.pexels.com/api/"

    def question(self, words: str, *, film: bool, shape: float, key: str) -> Question:
        """The key is a header."""
        orientation = "landscape" if shape > 1.15 else "portrait" if shape < 0.87 else "square"
        query = {"query": words, "orientation": orientation, "per_page": str(_PAGE)}
        query |= {"locale": _LOCALES[written_in(words)]} if written_in(words) else {}
        return Question("/v1/videos/search" if film else "/v1/search", query, {"Authorization": key})

    def hits(self, told: Mapping[str, Any], *, film: bool) -> list[Hit]:
        """Photos come as large as they are, and smaller; films in several sizes, some of them playlists."""
        if not film:
            return [
                Hit(
                    _sizes(each),
                    str(each["photographer"]),
                    str(each["url"]),
                )
                for each in told["photos"]
            ]
        return [
            Hit(
                tuple(
                    File(str(file["link"]), int(file["width"]), int(file["height"]))
                    for file in each["video_files"]
                    if file.get("width") and file.get("height") and str(file.get("file_type")).startswith("video/mp4")
                ),
                str(each["user"]["name"]),
                str(each["url"]),
                float(each["duration"]),
            )
            for each in told["videos"]
        ]


def _sizes(photo: Mapping[str, Any]) -> tuple[File, ...]:
    """The original, and `large2x`, which fits into a box: ten times fewer bytes."""
    width, height = int(photo["width"]), int(photo["height"])
    original = File(str(photo["src"]["original"]), width, height)
    scale = min(1.0, _LARGE_2X[0] / width, _LARGE_2X[1] / height)
    smaller = photo["src"].get("large2x")
    return (original, *([File(str(smaller), int(width * scale), int(height * scale))] if smaller else []))


class Pixabay:
    """https://pixabay.com/api/docs/"""

    name, base, keys = "Pixabay", "https://pixabay.com", "https://pixabay.com/api/docs/"

    def question(self, words: str, *, film: bool, shape: float, key: str) -> Question:
        """The key is a parameter; films cannot be asked for by their shape."""
        query = {"key": key, "q": words, "per_page": str(_PAGE), "safesearch": "true"}
        query |= {"lang": written_in(words)} if written_in(words) else {}
        if film:
            return Question("/api/videos/", query, {})
        orientation = "horizontal" if shape > 1.15 else "vertical" if shape < 0.87 else "all"
        return Question("/api/", {**query, "image_type": "photo", "orientation": orientation}, {})

    def hits(self, told: Mapping[str, Any], *, film: bool) -> list[Hit]:
        """
        A photo's `largeImageURL` is at most 1280 pixels a side, `fullHDURL` 1920; keys of approved accounts have that.

        Their sizes follow from the original's shape.
        """
        if film:
            return [
                Hit(
                    tuple(
                        File(str(file["url"]), int(file["width"]), int(file["height"]))
                        for file in each["videos"].values()
                        if file.get("url") and file.get("width")
                    ),
                    str(each["user"]),
                    str(each["pageURL"]),
                    float(each["duration"]),
                )
                for each in told["hits"]
            ]
        return [
            Hit(
                (
                    File(
                        str(each.get("fullHDURL") or each["largeImageURL"]),
                        int(each["imageWidth"]),
                        int(each["imageHeight"]),
                    ),
                ),
                str(each["user"]),
                str(each["pageURL"]),
            )
            for each in told["hits"]
        ]
