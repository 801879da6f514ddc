"""Finished files under names for people: in the output folder, or kept as names of what is in the store."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
from typing import TYPE_CHECKING, Any, cast

from gateway.endings import ENDINGS
from gateway.outcome import spent
from gateway.workflow.brief import to_json
from pixelle.runtime.errors import disk_full
from pixelle.runtime.folders import no_folder, unwritable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gateway.workflow.brief import Brief
    from gateway.workflow.video import SceneParts
    from pixelle.core.v1 import core_pb2
    from pixelle.runtime.artifacts import ArtifactStore

__all__ = ["Publisher"]

_SETTING = "PIXELLE_OUTPUT_DIR"


class Publisher:
    """Lays finished tasks out under `<output_dir>/<task id>/`; in a cluster, by name only."""

    def __init__(self, output_dir: Path | None, store: ArtifactStore) -> None:
        """output_dir: made when needed; None: nothing is copied. store: where the artifacts are."""
        self._output_dir = output_dir
        self._store = store

    async def check(self) -> None:
        """Raises FailedPrecondition (FOLDER_UNWRITABLE), before any work is spent."""
        if self._output_dir and (error := await asyncio.to_thread(unwritable, self._output_dir)):
            raise no_folder(self._output_dir, error, _SETTING)

    async def withdraw(self, task_id: str) -> None:
        """Delete a task's folder; it vanishes at once or not at all."""
        if self._output_dir:
            await asyncio.to_thread(_withdraw, self._output_dir / task_id)

    async def publish(
        self,
        task_id: str,
        brief: Brief,
        board: core_pb2.Storyboard,
        scenes: list[SceneParts],
        video: core_pb2.Video,
    ) -> dict[str, Any]:
        """
        Write the folder aside, then rename it; a folder that is there already is complete and kept.

        Returns path (below `output_dir`), title, duration (s), file_size (bytes), loudness, warnings, credits, spent,
        and names of captions and frames; without a folder also `files`: the artifact of every name.
        Raises NotFound when an artifact is gone, ResourceExhausted (STORE_FULL), FailedPrecondition
        (FOLDER_UNWRITABLE).
        """
        said = [*brief.warnings, *(line for parts in scenes for line in parts.clip.warnings), *video.warnings]
        warnings = list(dict.fromkeys(said))
        result: dict[str, Any] = {
            "path": f"{task_id}/final.mp4",
            "title": board.title,
            "duration": video.duration_seconds,
            "file_size": video.artifact.size_bytes,
            "loudness": {
                "integrated_lufs": video.loudness.integrated_lufs,
                "true_peak_dbtp": video.loudness.true_peak_dbtp,
            }
            if video.HasField("loudness")
            else None,
            "warnings": warnings,
            "credits": list(dict.fromkeys(filter(None, (_attribution(parts) for parts in scenes)))),
            "spent": spent(parts.visual for parts in scenes),
            "captions": [kind for kind, each in _captions(video) if each.uri],
        }
        named = dict(_named(scenes, video))
        result["frames"] = sorted(name.removeprefix("frames/") for name in named if name.startswith("frames/"))
        texts = {
            "storyboard.json": to_json(board),
            "metadata.json": {
                "task_id": task_id,
                "title": board.title,
                "language": board.language,
                "request": brief.to_json(),
                "scenes": [_facts(parts) for parts in scenes],
                "video": to_json(video),
                **{key: result[key] for key in ("duration", "file_size", "warnings", "credits", "spent")},
            },
        }
        texts = {name: _placeless(content, f"{self._store.url}/") for name, content in texts.items()}
        if self._output_dir is None:
            for name, content in texts.items():
                named[name] = await self._store.put("document", _text(content), "application/json")
            return {**result, "files": {name: to_json(artifact) for name, artifact in named.items()}}
        files = await self._store.files(named)
        try:
            await asyncio.to_thread(_lay_out, self._output_dir / task_id, files, texts)
        except FileNotFoundError:  # of the artifacts
            raise
        except OSError as error:
            raise disk_full(error) or no_folder(self._output_dir, error, _SETTING) from error
        return result


def _attribution(parts: SceneParts) -> str:
    return parts.visual.attribution if parts.visual else ""


def _named(scenes: list[SceneParts], video: core_pb2.Video) -> Iterable[tuple[str, core_pb2.Artifact]]:
    """Documented file names, below the task's folder."""
    yield "final.mp4", video.artifact
    for kind, artifact in _captions(video):
        if artifact.uri:
            yield f"captions.{kind}", artifact
    for number, parts in enumerate(scenes, 1):
        audio, visual = parts.narration.audio, parts.visual
        yield f"frames/{number:02d}_audio{_ending(audio)}", audio
        if visual:
            kind = "video" if visual.artifact.media_type.startswith("video/") else "image"
            yield f"frames/{number:02d}_{kind}{_ending(visual.artifact)}", visual.artifact
        if parts.clip.frame.uri:
            yield f"frames/{number:02d}_composed{_ending(parts.clip.frame)}", parts.clip.frame
        yield f"frames/{number:02d}_segment.mp4", parts.clip.artifact


def _captions(video: core_pb2.Video) -> tuple[tuple[str, core_pb2.Artifact], ...]:
    return (("srt", video.captions_srt), ("vtt", video.captions_vtt))


def _ending(artifact: core_pb2.Artifact) -> str:
    return ENDINGS.get(artifact.media_type.partition(";")[0], ".bin")


def _facts(parts: SceneParts) -> dict[str, Any]:
    facts = {"narration": to_json(parts.narration), "clip": to_json(parts.clip)}
    return {**facts, "visual": to_json(parts.visual)} if parts.visual else facts


def _lay_out(folder: Path, files: dict[str, Path], texts: dict[str, Any]) -> None:
    if folder.exists():
        return
    aside = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    (aside / "frames").mkdir(parents=True)
    try:
        for name, source in files.items():
            _place(source, aside / name)
        for name, content in texts.items():
            (aside / name).write_bytes(_text(content))
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _withdraw(folder: Path) -> None:
    gone = folder.with_name(f".{folder.name}.gone")
    with contextlib.suppress(FileNotFoundError):
        folder.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)


def _placeless(content: Any, store: str) -> Any:
    """What is said to everybody who may see the video: names in the store, but not where the store is."""
    if isinstance(content, dict):
        return {name: _placeless(each, store) for name, each in cast("dict[str, Any]", content).items()}
    if isinstance(content, list):
        return [_placeless(each, store) for each in cast("list[Any]", content)]
    return content.removeprefix(store) if isinstance(content, str) else content


def _text(content: Any) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _place(source: Path, target: Path) -> None:
    """A second name for the same file where the disk allows it, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
