"""Between messages and what the modules of this service work with."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from pixelle.core.v1 import core_pb2
from pixelle.render.v1 import render_pb2
from svc_render.captions import Cue, cues
from svc_render.directions import led
from svc_render.hyphens import kept, kept_in_parts
from svc_render.spoken import CaptionKind, Spoken, by_phrase, by_word
from svc_render.values import clean
from svc_render.video.join import ClipFile
from svc_render.written import SpokenWord

if TYPE_CHECKING:
    from pathlib import Path

    from svc_render.template import Template
    from svc_render.video.scaling import Fit

__all__ = [
    "FITS",
    "VERSION",
    "clip_file",
    "fingerprint",
    "scene_cues",
    "seen",
    "spoken",
    "template_message",
    "turned_down",
]

VERSION = "12"
"""Part of cache keys: changes whenever the same request gives another result."""

FITS: dict[render_pb2.Fit.ValueType, Fit] = {
    render_pb2.FIT_UNSPECIFIED: "cover",
    render_pb2.FIT_COVER: "cover",
    render_pb2.FIT_CONTAIN: "contain",
    render_pb2.FIT_AUTO: "auto",
}
"""How footage fills the page, by what is asked for."""

_WORTH_SAYING = 3.0  # dB

_MEDIA = {
    "static": render_pb2.TEMPLATE_MEDIA_STATIC,
    "image": render_pb2.TEMPLATE_MEDIA_IMAGE,
    "video": render_pb2.TEMPLATE_MEDIA_VIDEO,
}
_CAPTIONS: dict[CaptionKind, render_pb2.CaptionMode.ValueType] = {
    "line": render_pb2.CAPTION_MODE_LINE,
    "word": render_pb2.CAPTION_MODE_WORD,
}
_KINDS = {
    "text": render_pb2.PARAM_TYPE_TEXT,
    "number": render_pb2.PARAM_TYPE_NUMBER,
    "color": render_pb2.PARAM_TYPE_COLOR,
    "bool": render_pb2.PARAM_TYPE_BOOL,
}


def template_message(template: Template) -> render_pb2.Template:
    """The description of a template."""
    return render_pb2.Template(
        key=template.key,
        name=template.name,
        display_name=template.display_name,
        width=template.width,
        height=template.height,
        media=_MEDIA[template.media],
        media_width=template.media_width,
        media_height=template.media_height,
        params=[
            render_pb2.TemplateParam(
                name=param.name, type=_KINDS[param.kind], default_value=param.default, label=param.label
            )
            for param in template.params
        ],
        custom=template.custom,
        sha256=template.sha256,
        captions=[mode for kind, mode in _CAPTIONS.items() if kind in template.captions],
    )


def clip_file(path: Path, clip: core_pb2.Clip, number: int) -> ClipFile:
    """The clip of a scene, whose file lies at `path`."""
    return ClipFile(path, clip.frame_count, clip.fps, clip.width, clip.height, f"clip of scene {number}")


def scene_cues(request: render_pb2.AssembleVideoRequest) -> list[Cue]:
    """The captions of all scenes, in the video's time."""
    found: list[Cue] = []
    frames = 0
    for track in request.scenes:
        length = track.clip.frame_count / track.clip.fps
        heard = min(track.narration.duration_seconds or length, length)
        words = _words(track.narration, length)
        said = cues(clean(track.text), words, begin=frames / track.clip.fps, length=heard)
        found += (replace(cue, lines=tuple(led(line, request.language) for line in cue.lines)) for cue in said)
        frames += track.clip.frame_count
    return found


def spoken(request: render_pb2.RenderClipRequest) -> Spoken | None:
    """The captions in the picture of a clip; None when there is nothing to show."""
    kinds = {render_pb2.CAPTION_MODE_LINE: by_phrase, render_pb2.CAPTION_MODE_WORD: by_word}
    text = clean(request.page.text)
    if request.captions not in kinds or not text.strip():
        return None
    length = request.narration.duration_seconds
    found = kinds[request.captions](text, _words(request.narration, length), length=length)
    texts = [part for part, _ in found.parts]
    texts = kept_in_parts(texts) if found.kind == "word" else [kept(part) for part in texts]
    return replace(found, parts=tuple(zip(texts, (number for _, number in found.parts), strict=True)))


def seen(request: render_pb2.RenderClipRequest, fps: int) -> render_pb2.RenderClipRequest:
    """What of a clip's request can be seen in it; the number of frames apart."""
    found = render_pb2.RenderClipRequest(page=request.page, fps=fps, transition=request.transition, fit=request.fit)
    if request.page.visual.kind != core_pb2.MEDIA_KIND_IMAGE:
        found.slowest = request.slowest
    if request.motion == render_pb2.MOTION_PAN:
        found.motion, found.seed = request.motion, request.seed
        found.narration.duration_seconds = request.narration.duration_seconds
    if request.captions in {render_pb2.CAPTION_MODE_LINE, render_pb2.CAPTION_MODE_WORD}:
        found.captions = request.captions
        found.narration.duration_seconds = request.narration.duration_seconds
        found.narration.words.extend(request.narration.words)
    return found


def _words(narration: core_pb2.Narration, length: float) -> list[SpokenWord]:
    """The words, none later than `length` seconds."""
    return [
        SpokenWord(clean(word.text), min(word.start_seconds, length), min(word.end_seconds, length))
        for word in narration.words
        if word.text.strip()
    ]


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def turned_down(decibels: float, loudness: float) -> list[str]:
    """A warning when music and footage are heard clearly softer than they were asked for. loudness: LUFS."""
    if decibels < _WORTH_SAYING:
        return []
    said = (
        f"Music and footage were turned down by {decibels:.0f} dB: any louder, they would fill the pauses and take "
        f"the video away from {loudness:g} LUFS."
    )
    return [said]
