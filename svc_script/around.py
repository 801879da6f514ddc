"""A script around the caller's pictures without a model that could look: by captions, names and the text."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition
from svc_script.engines.base import Narrations
from svc_script.extract import is_topic
from svc_script.wording import ENDS, count_words, full_stop, short_title

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pixelle.runtime.work import Tick
    from svc_script.engines.base import Material, NarrationBrief, ScriptEngine

__all__ = ["around", "told_of"]

_EMPTY = frozenset(
    """
    img dsc dscn dscf pxl vid mov mvi mvimg mg gopr gopro dji image images photo photos picture pic video clip film scan
    screenshot screenshots screen recording screenrecording rpreplay whatsapp signal telegram cloud size received
    snapchat instagram facebook messenger fb wa chrome safari mmexport inshot capcut at um portrait burst hdr mp nr
    enhanced untitled unnamed download downloaded copy final edit edited export file frame upload jpg jpeg png webp mp4
    heic kopie foto fotos bild bilder bildschirmfoto bildschirmaufnahme capture écran captura pantalla imagen imagem
    vídeo de da do la le 微信图片 微信视频 图片 照片 视频 屏幕截图 截屏 屏幕录制 スクリーンショット 写真 画像 動画
    """.split()
)
"""Words of file names that cameras and programs give, which say nothing."""
_CODE = re.compile(r"\b[A-Z]{1,4}\d{3,}")
_NUMBER = re.compile(r"[0-9a-fA-F-]{16,}")
"""As a whole: a checksum, or a UUID (RFC 9562)."""
_ENGLISH = (
    "Here, for a moment: {it}.",
    "Now look at this: {it}.",
    "And then comes this: {it}.",
    "One more to see: {it}.",
)
"""The colon fits what is a sentence's object as well as a bare file name."""


def told_of(material: Material) -> str:
    """What the caller says about it, else what its name says; "" when that is nothing."""
    return material.caption or _spoken(material.name)


def around(engine: ScriptEngine, material: Sequence[Material], brief: NarrationBrief, tick: Tick) -> Narrations:
    """
    One narration for each piece: its caption where that can be said as it is, else a sentence with caption or name.

    What nothing is known of gets sentences of the engine's own, about the text. Raises as `engine.narrate`, and
    FailedPrecondition (MATERIAL_UNKNOWN) when that has none.
    """
    lines = [_line(told_of(each), index, brief) for index, each in enumerate(material)]
    open_ = [index for index, line in enumerate(lines) if not line]
    if not open_:
        return Narrations(tuple(lines))
    try:
        written = engine.narrate(replace(brief, count=len(open_), total=None, open_count=False), tick)
    except FailedPrecondition as error:
        first = material[open_[0]]
        raise FailedPrecondition(
            f"Nothing is known of {len(open_)} of the {len(lines)} pictures and clips, the first of them number "
            f"{open_[0] + 1} ({first.name!r}), that could be said in {brief.words} words. Give them captions. "
            f"({error.message})",
            reason="MATERIAL_UNKNOWN",
        ) from error
    for index, line in zip(open_, written.lines, strict=True):
        lines[index] = line
    return Narrations(tuple(lines), written.notice, written.usage)


def _line(told: str, index: int, brief: NarrationBrief) -> str:
    """A sentence of allowed length about what a picture shows; "" when none is."""
    return next((text for text in _ways(told, index, brief) if count_words(text) in brief.words), "")


def _ways(told: str, index: int, brief: NarrationBrief) -> Iterator[str]:
    if not told:
        return
    mark = full_stop(told)
    whole = told[:1].upper() + told[1:]
    yield whole if whole[-1] in ENDS else whole + mark
    inner = told.rstrip(f"{ENDS} ")
    topic = short_title(brief.text) if is_topic(brief.text) else ""
    if topic and index == 0:
        yield f"{topic}: {inner}{mark}"
    if brief.language in {"", "en"} or brief.language.startswith("en-"):
        for turn in range(len(_ENGLISH)):
            yield _ENGLISH[(index + turn) % len(_ENGLISH)].format(it=inner)
    if topic:
        yield f"{topic}: {inner}{mark}"


def _spoken(name: str) -> str:
    """A file name as words: "BeachAtNoon_02.jpg" is "beach at noon"; "" for what cameras and programs call theirs."""
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name).replace("WhatsApp", "Whatsapp").replace("_", " ")
    if _NUMBER.fullmatch(stem):
        return ""
    found = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", _CODE.sub(" ", stem)))
    if all(word.lower() in _EMPTY or len(word) == 1 for word in found):
        return ""
    found = [word for word in found if not (word.isupper() and word.lower() in _EMPTY)]
    return " ".join(word.lower() if word.isascii() and not word.isupper() else word for word in found)
