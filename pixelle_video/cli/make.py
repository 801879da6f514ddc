"""`pixelle make`: a topic or a script in, a video out."""

from __future__ import annotations

import asyncio
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pixelle.runtime.errors import FailedPrecondition, Internal, InvalidArgument, PixelleError
from pixelle_video.cli.display import display
from pixelle_video.cli.logs import log_to_file
from pixelle_video.tasks import writable

if TYPE_CHECKING:
    from pixelle_video.events import ProgressEvent
    from pixelle_video.results import VideoGenerationResult

__all__ = ["Captions", "Mode", "Split", "make"]


class Mode(StrEnum):
    """What to do with the text."""

    GENERATE = "generate"
    FIXED = "fixed"


class Split(StrEnum):
    """Where a script is split into scenes."""

    PARAGRAPH = "paragraph"
    LINE = "line"
    SENTENCE = "sentence"


class Captions(StrEnum):
    """How the picture shows what is being said."""

    OFF = "off"
    LINE = "line"
    WORD = "word"


class Motion(StrEnum):
    """How the pictures move."""

    NONE = "none"
    PAN = "pan"


class Transition(StrEnum):
    """How scenes follow each other."""

    NONE = "none"
    FADE = "fade"


def make(
    topic: Annotated[str, typer.Argument(help="What the video is about. With --script: its title.")] = "",
    *,
    script: Annotated[Path | None, typer.Option(help="File to be spoken as it is; - reads standard input.")] = None,
    mode: Annotated[Mode | None, typer.Option(help="Write about the text, or say exactly it.")] = None,
    split: Annotated[Split, typer.Option(help="Where a script is split into scenes.")] = Split.PARAGRAPH,
    title: Annotated[str | None, typer.Option(help="Title; written when not given.")] = None,
    n_scenes: Annotated[int, typer.Option(help="Number of scenes, 1 to 20.")] = 5,
    template: Annotated[str | None, typer.Option(help="For example 1080x1920/image_full.html.")] = None,
    template_param: Annotated[list[str] | None, typer.Option(help="NAME=VALUE; may be given again.")] = None,
    media: Annotated[str | None, typer.Option(help="Workflow of the pictures, for example local/card.")] = None,
    tts: Annotated[str | None, typer.Option(help="Workflow of the voice, for example local/piper.")] = None,
    voice: Annotated[str | None, typer.Option(help="Voice.")] = None,
    speed: Annotated[float, typer.Option(help="Speed of the voice, 0.5 to 2.")] = 1.0,
    bgm: Annotated[str, typer.Option(help="Music: a name, a file, or none.")] = "default",
    bgm_volume: Annotated[float, typer.Option(help="Volume of the music, 0 to 1.")] = 0.3,
    footage_volume: Annotated[float, typer.Option(help="Volume of the footage's own sound, 0 to 1.")] = 0.0,
    captions: Annotated[Captions, typer.Option(help="Show the whole text, its phrases, or mark words.")] = Captions.OFF,
    motion: Annotated[Motion, typer.Option(help="Let the pictures stand, or pan and zoom slowly.")] = Motion.NONE,
    transition: Annotated[Transition, typer.Option(help="Cut from scene to scene, or fade.")] = Transition.NONE,
    language: Annotated[str | None, typer.Option(help="For example en; that of the text when not given.")] = None,
    fps: Annotated[int, typer.Option(help="Frames per second, 15 to 60.")] = 30,
    seed: Annotated[int | None, typer.Option(help="Makes the pictures repeatable.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to put the video.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
    gateway: Annotated[str | None, typer.Option(help="Let a running gateway make it.")] = None,
    api_key: Annotated[str | None, typer.Option(envvar="PIXELLE_API_KEY", help="The gateway's key.")] = None,
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Make a video about TOPIC, or of a script."""
    try:
        text = _text(topic, script)
        if output is not None:
            writable(output)
        fixed = mode is Mode.FIXED or (mode is None and script is not None)
        request: dict[str, Any] = {
            "text": text,
            "mode": Mode.FIXED.value if fixed else Mode.GENERATE.value,
            "split_mode": split.value,
            "title": title or (topic if script and topic else None),
            "n_scenes": n_scenes,
            "frame_template": template,
            "template_params": _params(template_param or []),
            "media_workflow": media,
            "tts_workflow": tts,
            "tts_voice": voice,
            "tts_speed": speed,
            "bgm_path": None if bgm == "none" else bgm,
            "bgm_volume": bgm_volume,
            "footage_volume": footage_volume,
            "captions": captions.value,
            "motion": motion.value,
            "transition": transition.value,
            "language": language,
            "video_fps": fps,
            "seed": seed,
            "output_path": output,
        }
        result = asyncio.run(_make(request, gateway, api_key, config))
    except PixelleError as error:
        if as_json:
            typer.echo(json.dumps({"error": _error(error)}, ensure_ascii=False))
        raise
    _report(result, as_json=as_json)


def _text(topic: str, script: Path | None) -> str:
    """What the video is made of. Raises InvalidArgument (TEXT_EMPTY, SCRIPT_UNREADABLE)."""
    if script is None:
        if not topic.strip():
            raise InvalidArgument(
                'Say what the video is about: pixelle make "Why develop a reading habit", or give --script FILE.',
                reason="TEXT_EMPTY",
            )
        return topic
    try:
        text = sys.stdin.read() if str(script) == "-" else script.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InvalidArgument(f"Cannot read the script {str(script)!r}: {said}.", reason="SCRIPT_UNREADABLE") from error
    if not text.strip():
        raise InvalidArgument(f"The script {str(script)!r} is empty.", reason="TEXT_EMPTY")
    return text


def _params(pairs: list[str]) -> dict[str, str] | None:
    params: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise InvalidArgument(
                f"--template-param {pair!r} is not NAME=VALUE, for example accent_color=#ff8800.",
                reason="TEMPLATE_PARAM",
            )
        params[name] = value
    return params or None


async def _make(
    request: dict[str, Any], gateway: str | None, api_key: str | None, config: Path
) -> VideoGenerationResult:
    with display(live=sys.stderr.isatty()) as shown:
        shown.say("Starting")
        from pixelle_video.service import PixelleVideoCore

        log = log_to_file() if gateway is None else None

        def show(event: ProgressEvent) -> None:
            shown.show(event)

        try:
            async with PixelleVideoCore(config, gateway_url=gateway, api_key=api_key) as core:
                return await core.generate_video(progress_callback=show, **request)
        except FailedPrecondition as error:
            if error.reason == "DATABASE_IN_USE":
                error.message += " To let `pixelle serve` make it: --gateway http://127.0.0.1:8000."
            raise
        except Internal as error:
            if log is None:
                raise
            raise Internal(f"{error.message} The log is {log}.", reason=error.reason, details=error.details) from error


def _report(result: VideoGenerationResult, *, as_json: bool) -> None:
    board = result.storyboard
    if as_json:
        typer.echo(json.dumps(_summary(result), ensure_ascii=False))
        return
    for warning in result.warnings:
        typer.echo(f"note: {warning}", err=True)
    if board.notice:
        typer.echo(f"note: {board.notice}", err=True)
    size = result.file_size / 1e6
    typer.echo(f"{result.video_path}  ({result.duration:.1f} s, {len(board.frames)} scenes, {size:.1f} MB)")


def _summary(result: VideoGenerationResult) -> dict[str, Any]:
    board = result.storyboard
    return {
        "video_path": result.video_path,
        "duration": result.duration,
        "file_size": result.file_size,
        "task_id": result.task_id,
        "title": board.title,
        "language": board.language,
        "engine": board.engine,
        "notice": board.notice,
        "warnings": result.warnings,
        "scenes": [
            {"index": frame.index, "narration": frame.narration, "image_prompt": frame.image_prompt}
            for frame in board.frames
        ],
    }


def _error(error: PixelleError) -> dict[str, Any]:
    return {"message": error.message, "reason": error.reason, "retryable": error.retryable}
