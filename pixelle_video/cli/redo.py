"""`pixelle plan`, `pixelle redo`, `pixelle retry`: before a video is made, and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pixelle_video.cli.boards import board_text
from pixelle_video.cli.make import Mode, Split, source
from pixelle_video.cli.run import complaining, report, run
from pixelle_video.placing import writable

if TYPE_CHECKING:
    from pixelle_video.cli.run import Show
    from pixelle_video.results import Storyboard, VideoGenerationResult
    from pixelle_video.service import PixelleVideoCore

__all__ = ["plan", "redo", "retry"]

_Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to put the video.")]
_Json = Annotated[bool, typer.Option("--json", help="Print one JSON object at the end.")]
_Gateway = Annotated[str | None, typer.Option(help="Let a running gateway do it.")]
_Key = Annotated[str | None, typer.Option(envvar="PIXELLE_API_KEY", help="The gateway's key.")]
_Config = Annotated[Path, typer.Option(help="Settings file.")]


def plan(
    topic: Annotated[str, typer.Argument(help="What the video is about. With --script: its title.")] = "",
    *,
    script: Annotated[Path | None, typer.Option(help="File to be spoken as it is; - reads standard input.")] = None,
    split: Annotated[Split, typer.Option(help="Where a script is split into scenes.")] = Split.PARAGRAPH,
    title: Annotated[str | None, typer.Option(help="Title; written when not given.")] = None,
    n_scenes: Annotated[int, typer.Option(help="Number of scenes, 1 to 20.")] = 5,
    template: Annotated[str | None, typer.Option(help="For example 1080x1920/image_full.html.")] = None,
    language: Annotated[str | None, typer.Option(help="For example en; that of the text when not given.")] = None,
    seed: Annotated[int | None, typer.Option(help="Makes the pictures repeatable.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File for the plan; else it is printed.")
    ] = None,
    gateway: _Gateway = None,
    api_key: _Key = None,
    config: _Config = Path("config.yaml"),
) -> None:
    """Write the storyboard of a video, to be edited and made with `pixelle make --storyboard`."""
    text = source(topic, script)
    if output is not None:
        writable(output, "")

    async def work(core: PixelleVideoCore, _: Show) -> Storyboard:
        return await core.plan(
            text,
            mode=Mode.FIXED.value if script else Mode.GENERATE.value,
            split_mode=split.value,
            title=title or (topic if script and topic else None),
            n_scenes=n_scenes,
            frame_template=template,
            language=language,
            seed=seed,
        )

    board = run(work, gateway=gateway, api_key=api_key, config=config)
    if board.notice:
        typer.echo(f"note: {board.notice}", err=True)
    if output is None:
        typer.echo(board_text(board), nl=False)
    else:
        output.write_text(board_text(board), "utf-8")
        typer.echo(f"{output}  ({len(board.frames)} scenes)")
    if board.estimate:
        guess = board.estimate
        price = "" if guess.cost is None else f", {guess.cost:g} {guess.currency}"
        typer.echo(f"about {guess.video_seconds:.0f} s of video, {guess.seconds:.0f} s of work{price}", err=True)


def redo(
    task: Annotated[str, typer.Argument(help="The video's task: the name of its folder in output/.")],
    *,
    scene: Annotated[int, typer.Option(help="The scene's index in the storyboard: the first one is 0.")],
    narration: Annotated[str | None, typer.Option(help="What the voice is to say.")] = None,
    image_prompt: Annotated[str | None, typer.Option(help="What the picture is to show, in English.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the picture.")] = None,
    voice: Annotated[str | None, typer.Option(help="Voice of this scene.")] = None,
    output: _Output = None,
    as_json: _Json = False,
    gateway: _Gateway = None,
    api_key: _Key = None,
    config: _Config = Path("config.yaml"),
) -> None:
    """Make one scene of TASK anew, and the video with it; without changes, with another picture."""

    async def work(core: PixelleVideoCore, show: Show) -> VideoGenerationResult:
        return await core.regenerate_scene(
            _id(task),
            scene,
            narration=narration,
            image_prompt=image_prompt,
            seed=seed,
            voice=voice,
            output_path=output,
            progress_callback=show,
        )

    with complaining(as_json=as_json):
        result = run(work, gateway=gateway, api_key=api_key, config=config)
    report(result, as_json=as_json)


def _id(task: str) -> str:
    """The folder's name, also of a path to it."""
    return task.rstrip("/").rpartition("/")[2]


def retry(
    task: Annotated[str, typer.Argument(help="The task that failed or was cancelled.")],
    *,
    output: _Output = None,
    as_json: _Json = False,
    gateway: _Gateway = None,
    api_key: _Key = None,
    config: _Config = Path("config.yaml"),
) -> None:
    """Go on with TASK where it stopped; what was finished is kept."""

    async def work(core: PixelleVideoCore, show: Show) -> VideoGenerationResult:
        return await core.retry(_id(task), output_path=output, progress_callback=show)

    with complaining(as_json=as_json):
        result = run(work, gateway=gateway, api_key=api_key, config=config)
    report(result, as_json=as_json)
