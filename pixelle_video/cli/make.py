"""`pixelle make`: a topic or a script in, a video out."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.assets import Asset
from pixelle_video.cli.boards import read_board, text_of
from pixelle_video.cli.run import complaining, report, run
from pixelle_video.placing import writable

if TYPE_CHECKING:
    from pixelle_video.cli.run import Show
    from pixelle_video.results import VideoGenerationResult
    from pixelle_video.service import PixelleVideoCore

__all__ = ["Captions", "Mode", "Split", "asset_of", "make", "source"]


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


class Pipeline(StrEnum):
    """What a script is written from."""

    STANDARD = "standard"
    ASSET_BASED = "asset_based"


class Match(StrEnum):
    """How scenes get their assets."""

    ORDER = "order"
    CAPTION = "caption"


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
    speed: Annotated[
        float | None, typer.Option(help="Speed of the voice, 0.5 to 2; that of the settings, else 1.")
    ] = None,
    bgm: Annotated[str, typer.Option(help="Music: a name, a file, or none.")] = "default",
    bgm_volume: Annotated[float, typer.Option(help="Volume of the music, 0 to 1.")] = 0.3,
    footage_volume: Annotated[float, typer.Option(help="Volume of the footage's own sound, 0 to 1.")] = 0.0,
    captions: Annotated[Captions, typer.Option(help="Show the whole text, its phrases, or mark words.")] = Captions.OFF,
    motion: Annotated[Motion, typer.Option(help="Let the pictures stand, or pan and zoom slowly.")] = Motion.NONE,
    transition: Annotated[Transition, typer.Option(help="Cut from scene to scene, or fade.")] = Transition.NONE,
    language: Annotated[str | None, typer.Option(help="For example en; that of the text when not given.")] = None,
    style: Annotated[str | None, typer.Option(help="Audience and tone of the script.")] = None,
    seconds: Annotated[float | None, typer.Option(help="How long it is spoken; decides the words per scene.")] = None,
    fps: Annotated[int, typer.Option(help="Frames per second, 15 to 60.")] = 30,
    seed: Annotated[int | None, typer.Option(help="Makes the pictures repeatable.")] = None,
    asset: Annotated[
        list[str] | None, typer.Option(help="Own picture or clip, FILE or FILE=CAPTION; repeat it.")
    ] = None,
    asset_match: Annotated[Match, typer.Option(help="Show them in their order, or where captions fit.")] = Match.ORDER,
    pipeline: Annotated[Pipeline, typer.Option(help="asset_based: write around the assets.")] = Pipeline.STANDARD,
    storyboard: Annotated[Path | None, typer.Option(help="A plan of `pixelle plan`, edited or not.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Where to put the video.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")] = False,
    gateway: Annotated[str | None, typer.Option(help="Let a running gateway make it.")] = None,
    api_key: Annotated[str | None, typer.Option(envvar="PIXELLE_API_KEY", help="The gateway's key.")] = None,
    config: Annotated[Path, typer.Option(help="Settings file.")] = Path("config.yaml"),
) -> None:
    """Make a video about TOPIC, or of a script."""
    with complaining(as_json=as_json):
        board = read_board(storyboard) if storyboard else None
        text = topic if board and topic.strip() else text_of(board) if board else source(topic, script)
        if output is not None:
            writable(output, "video/mp4")
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
            "style": style,
            "target_seconds": seconds,
            "video_fps": fps,
            "seed": seed,
            "assets": [asset_of(each) for each in asset or ()] or None,
            "asset_match": asset_match.value,
            "pipeline": pipeline.value,
            "storyboard": board,
            "output_path": output,
        }

        async def work(core: PixelleVideoCore, show: Show) -> VideoGenerationResult:
            return await core.generate_video(progress_callback=show, **request)

        result = run(work, gateway=gateway, api_key=api_key, config=config)
    report(result, as_json=as_json)


def source(topic: str, script: Path | None) -> str:
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


def asset_of(given: str) -> Asset:
    """
    FILE or FILE=CAPTION; the file's own name may have a = in it, and so may a URL after its question mark, where a
    caption is told by its spaces. Raises InvalidArgument (FILE_NOT_FOUND).
    """
    path, _, caption = (given, "", "") if Path(given).is_file() else given.partition("=")
    if path.lower().startswith(("http://", "https://")):
        if "?" in path:
            path, _, caption = given.rpartition("=")
            path, caption = (path, caption) if " " in caption.strip() else (given, "")
    elif not Path(path).is_file():
        raise InvalidArgument(f"--asset names {path!r}, which is no file here.", reason="FILE_NOT_FOUND")
    return Asset(path, caption.strip())


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
