"""`pixelle voices` and `pixelle say`: which voices there are, making one from a recording, hearing one."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pixelle.runtime.errors import FailedPrecondition
from pixelle_video.cli.run import complaining, run
from pixelle_video.placing import writable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelle_video.cli.run import Show
    from pixelle_video.results import Voice
    from pixelle_video.service import PixelleVideoCore

__all__ = ["say", "voices"]

voices = typer.Typer(help="List, make and delete voices.", add_completion=False, rich_markup_mode=None)

_Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Gateway = Annotated[str | None, typer.Option(help="Let a running gateway do it.")]
_Key = Annotated[str | None, typer.Option(envvar="PIXELLE_API_KEY", help="The gateway's key.")]
_Config = Annotated[Path, typer.Option(help="Settings file.")]


@voices.command("list")
def list_voices(
    *,
    workflow: Annotated[str, typer.Option(help="Only of this workflow, for example local/kokoro.")] = "",
    language: Annotated[str, typer.Option(help="Only those that speak this language, for example zh.")] = "",
    as_json: _Json = False,
    gateway: _Gateway = None,
    api_key: _Key = None,
    config: _Config = Path("config.yaml"),
) -> None:
    """Show the voices that `pixelle make --voice` can name."""

    async def work(core: PixelleVideoCore, _: Show) -> Sequence[Voice]:
        return await core.voices.list(workflow, language)

    with complaining(as_json=as_json):
        found = run(work, gateway=gateway, api_key=api_key, config=config)
    if as_json:
        typer.echo(json.dumps([dataclasses.asdict(each) for each in found], ensure_ascii=False))
        return
    for each in found:
        about = [", ".join(each.languages) or "any language", each.gender, "made here" if each.cloned else ""]
        typer.echo(f"{each.id}  {each.name} ({'; '.join(part for part in about if part)})")


@voices.command("add")
def add(
    recording: Annotated[str, typer.Argument(help="Sound file or URL: at least 3 s of one person speaking.")],
    *,
    name: Annotated[str, typer.Option(help="Name for people.")],
    i_agree: Annotated[
        bool, typer.Option("--i-agree", help="The sentence of consent, which is printed without this, is true.")
    ] = False,
    workflow: Annotated[str, typer.Option(help="Of the engine that copies the voice, for example local/xtts.")] = "",
    language: Annotated[str, typer.Option(help="Of the recording, for example en.")] = "",
    gender: Annotated[str, typer.Option(help="female or male.")] = "",
    as_json: _Json = False,
    gateway: _Gateway = None,
    api_key: _Key = None,
    config: _Config = Path("config.yaml"),
) -> None:
    """Make a voice from RECORDING; its id can be used from then on."""

    async def work(core: PixelleVideoCore, _: Show) -> Voice:
        consent = await core.voices.consent()
        if consent and not i_agree:
            raise FailedPrecondition(
                f'A voice is copied only with consent. If this is true, add --i-agree: "{consent}"',
                reason="CONSENT_MISSING",
            )
        return await core.voices.create(
            name, recording, consent=consent, workflow=workflow, language=language, gender=gender
        )

    with complaining(as_json=as_json):
        voice = run(work, gateway=gateway, api_key=api_key, config=config)
    typer.echo(json.dumps(dataclasses.asdict(voice), ensure_ascii=False) if as_json else voice.id)


@voices.command("remove")
def remove(
    voice: Annotated[str, typer.Argument(help="Id of a voice that was made here.")],
    *,
    gateway: _Gateway = None,
    api_key: _Key = None,
    config: _Config = Path("config.yaml"),
) -> None:
    """Forget VOICE, its recording and its consent."""

    async def work(core: PixelleVideoCore, _: Show) -> None:
        await core.voices.delete(voice)

    run(work, gateway=gateway, api_key=api_key, config=config)


def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    *,
    output: Annotated[Path, typer.Option("--output", "-o", help="WAV file to write.")],
    voice: Annotated[str | None, typer.Option(help="Id of a voice; see `pixelle voices list`.")] = None,
    workflow: Annotated[str | None, typer.Option(help="For example local/kokoro.")] = None,
    ref_audio: Annotated[str | None, typer.Option(help="A recording whose voice is copied: path or URL.")] = None,
    language: Annotated[str | None, typer.Option(help="For example en; that of the text when not given.")] = None,
    speed: Annotated[float | None, typer.Option(help="0.5 to 2; that of the settings, else 1.")] = None,
    gateway: _Gateway = None,
    api_key: _Key = None,
    config: _Config = Path("config.yaml"),
) -> None:
    """Speak TEXT into a file."""
    writable(output, "audio/wav")

    async def work(core: PixelleVideoCore, _: Show) -> str:
        return await core.tts(text, workflow, voice, speed, ref_audio=ref_audio, output_path=output, language=language)

    typer.echo(run(work, gateway=gateway, api_key=api_key, config=config))
