"""Changing what was made, over the four real services: which engines run again, and that the rest stays as it was."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.errors import Conflict, FailedPrecondition, InvalidArgument, NotFound, PixelleError
from pixelle_video import PixelleVideoCore, ProgressEvent, Storyboard, StoryboardFrame
from svc_media.engines.card import CardEngine
from svc_render import servicer
from svc_script.engines.outline import OutlineEngine
from svc_tts.engines.tone import ToneEngine

if TYPE_CHECKING:
    from collections.abc import Callable

SCRIPT = "Reading keeps the mind awake.\n\nStart with ten minutes a day.\n\nKeep a book beside the bed."
MADE: dict[str, Any] = {"title": "Reading", "video_fps": 15, "frame_template": "1080x1920/image_default.html"}


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIXELLE_TTS_ENGINE", "tone")
    monkeypatch.setenv("PIXELLE_MEDIA_ENGINE", "card")
    monkeypatch.setenv("PIXELLE_SCRIPT_ENGINE", "outline")


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the engines and the two renderers have really worked, caches left out."""
    counted: Counter[str] = Counter()

    def count(owner: Any, name: str, shown: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            counted[shown] += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(owner, name, counting)

    count(OutlineEngine, "narrate", "write")
    count(OutlineEngine, "picture", "describe")
    count(ToneEngine, "synthesize", "narrate")
    count(CardEngine, "paint", "illustrate")
    count(servicer, "make_clip", "clip")
    count(servicer, "assemble", "assemble")
    return counted


def taken(runs: Counter[str]) -> dict[str, int]:
    """The runs since the last look."""
    found = dict(runs)
    runs.clear()
    return found


def digests(task_id: str) -> dict[str, str]:
    folder = Path("output", task_id)
    files = [folder / "final.mp4", *(folder / "frames").iterdir()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def size(path: str) -> int:
    return Path(path).stat().st_size


async def test_only_the_changed_scene_and_the_assembly_run(runs: Counter[str]) -> None:
    told: list[ProgressEvent] = []
    async with PixelleVideoCore() as pixelle:
        first = await pixelle.generate_video(SCRIPT, mode="fixed", **MADE)
        assert taken(runs) == {"describe": 1, "narrate": 3, "illustrate": 3, "clip": 3, "assemble": 1}
        before = digests(first.task_id)

        spoken = await pixelle.regenerate_scene(
            first.task_id, 1, narration="Ten minutes are enough.", progress_callback=told.append
        )
        assert taken(runs) == {"narrate": 1, "illustrate": 1, "clip": 1, "assemble": 1}
        after = digests(spoken.task_id)
        same = {name for name in before if before[name] == after[name]}
        assert same == {name for name in before if name.startswith(("01_", "03_", "02_image"))}
        assert spoken.task_id != first.task_id
        assert [frame.narration for frame in spoken.storyboard.frames] == [
            "Reading keeps the mind awake.",
            "Ten minutes are enough.",
            "Keep a book beside the bed.",
        ]
        assert digests(first.task_id) == before
        assert told[-1].progress == 1.0
        assert {event.event_type for event in told} >= {"frame_step", "concatenating", "completed"}

        await pixelle.regenerate_scene(first.task_id, 0, voice="tone/high")
        # both voices speak as long, so that the clip is asked for and known
        assert taken(runs) == {"narrate": 1, "assemble": 1}
        another = await pixelle.regenerate_scene(first.task_id, 2)
        assert taken(runs) == {"illustrate": 1, "clip": 1, "assemble": 1}
        assert digests(another.task_id)["03_image.jpg"] != before["03_image.jpg"]

        # back to what it was: everything is known, and the video is the same byte for byte
        undone = await pixelle.regenerate_scene(spoken.task_id, 1, narration="Start with ten minutes a day.")
        assert taken(runs) == {}
        assert digests(undone.task_id) == before

        with pytest.raises(NotFound, match="3 scenes, numbered from 0 to 2"):
            await pixelle.regenerate_scene(first.task_id, 3)
        with pytest.raises(InvalidArgument, match="tone/low"):
            await pixelle.regenerate_scene(first.task_id, 0, voice="tone/lower")
        with pytest.raises(Conflict, match="is completed"):
            await pixelle.retry(first.task_id)
        assert taken(runs) == {}


async def test_plan_first_then_only_what_was_edited(runs: Counter[str]) -> None:
    text = " ".join(f"Sentence number {i} says that reading books helps people of every age." for i in range(4))
    async with PixelleVideoCore() as pixelle:
        options: dict[str, Any] = {**MADE, "n_scenes": 2}
        board = await pixelle.plan(text, media_width=512, **options)
        assert set(taken(runs)) == {"write", "describe"}
        assert board.estimate
        assert (board.estimate.scenes, board.estimate.cost, len(board.frames)) == (2, None, 2)
        first = await pixelle.generate_video(text, storyboard=board, **options)
        assert taken(runs) == {"narrate": 2, "illustrate": 2, "clip": 2, "assemble": 1}
        assert [frame.seed for frame in first.storyboard.frames] == [frame.seed for frame in board.frames]

        edited = first.storyboard  # of the finished video, as well as of the plan
        edited.frames[1].narration = "A new ending."
        await pixelle.generate_video(text, storyboard=edited, **options)
        assert taken(runs) == {"narrate": 1, "illustrate": 1, "clip": 1, "assemble": 1}

        # voices do not depend on the order; pictures and clips know their place in the series
        board.frames.insert(0, StoryboardFrame(0, "A new beginning.", image_prompt="a door that opens"))
        again = await pixelle.generate_video(text, storyboard=board, **options)
        assert taken(runs)["narrate"] == 1
        assert again.storyboard.frames[0].narration == "A new beginning."
        with pytest.raises(InvalidArgument, match="no scenes"):
            await pixelle.generate_video(text, storyboard=Storyboard("x"), **options)


async def test_a_failed_task_goes_on_after_a_restart(runs: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise FailedPrecondition("No music today.", reason="MUSIC_BROKEN")

    async with PixelleVideoCore() as pixelle:
        with monkeypatch.context() as patch:
            patch.setattr(servicer, "assemble", broken)
            with pytest.raises(PixelleError, match="No music today") as caught:
                await pixelle.generate_video(SCRIPT, mode="fixed", **MADE)
    assert taken(runs) == {"describe": 1, "narrate": 3, "illustrate": 3, "clip": 3}
    task_id = caught.value.details["task_id"]
    async with PixelleVideoCore() as pixelle:
        result = await pixelle.retry(task_id, output_path="mine.mp4")
        assert (result.task_id, taken(runs)) == (task_id, {"assemble": 1})
    assert size("mine.mp4") == result.file_size


async def test_a_key_is_one_video_also_after_a_restart(runs: Counter[str]) -> None:
    options: dict[str, Any] = {
        **MADE,
        "frame_template": "1080x1920/static_default.html",
        "mode": "fixed",
        "idempotency_key": "k 1",
    }
    async with PixelleVideoCore() as pixelle:
        first = await pixelle.generate_video("One sentence is enough.", **options)
    taken(runs)
    async with PixelleVideoCore() as pixelle:
        second = await pixelle.generate_video("One sentence is enough.", **options)
        with pytest.raises(InvalidArgument, match="'k 1' was sent before") as caught:
            await pixelle.generate_video("Another sentence is too much.", **options)
    assert (second.task_id, taken(runs)) == (first.task_id, {})
    assert caught.value.reason == "IDEMPOTENCY_KEY_REUSED"


def test_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "script.txt").write_text(SCRIPT, "utf-8")

    def pixelle(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from pixelle_video.cli import main; main()", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)

    static = ("--template", "1080x1920/static_default.html")
    planned = pixelle("plan", "Reading", "--script", "script.txt", "-o", "plan.json", *static)
    assert planned.returncode == 0, planned.stderr
    assert planned.stdout == "plan.json  (3 scenes)\n"
    assert "s of work" in planned.stderr
    plan = json.loads((tmp_path / "plan.json").read_text("utf-8"))
    plan["scenes"][0]["narration"] = "Edited by hand."
    (tmp_path / "plan.json").write_text(json.dumps(plan), "utf-8")
    made = pixelle("make", "--storyboard", "plan.json", "--json", "--fps", "15", *static)
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    assert (said["title"], said["scenes"][0]["narration"]) == ("Reading", "Edited by hand.")

    again = pixelle("redo", said["task_id"], "--scene", "2", "--narration", "Good night.", "--json", "-o", "new.mp4")
    assert again.returncode == 0, again.stderr
    assert [scene["narration"] for scene in json.loads(again.stdout)["scenes"]][1:] == [
        "Start with ten minutes a day.",
        "Good night.",
    ]
    assert (tmp_path / "new.mp4").stat().st_size == json.loads(again.stdout)["file_size"]

    for words, code, text in (
        (("redo", said["task_id"], "--scene", "9"), 2, "numbered from 0 to 2"),
        (("retry", said["task_id"]), 1, "is completed"),
        (("make", "--storyboard", "script.txt"), 2, "is not JSON"),
    ):
        done = pixelle(*words)
        assert (done.returncode, done.stderr.splitlines()[-1].count(text)) == (code, 1), done.stderr
