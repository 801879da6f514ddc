"""One prompt at a real server: progress, queue, cancel, a server that dies, what it refuses and why."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from pixelle.runtime.errors import Cancelled, Conflict, FailedPrecondition
from tests.comfyui import nodes
from tests.comfyui.painting import SAID, Ticks, failure, paint

if TYPE_CHECKING:
    from collections.abc import Generator

    from svc_media.engines.comfyui import ComfyuiEngine
    from tests.comfyui.real.server import ComfyUI

WAITS = "image_waits.json"


@pytest.fixture
def pool() -> Generator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as threads:
        yield threads


def test_every_node_and_step_is_told_and_progress_never_goes_back(engine: ComfyuiEngine) -> None:
    ticks = Ticks()
    paint(engine, tick=ticks, seed=11)
    messages = [message for _, message in ticks.heard]
    assert "KSampler, step 4 of 4" in messages
    assert {"CLIPTextEncode", "VAEDecode", "SaveImage"} & set(messages)
    fractions = [fraction for fraction, _ in ticks.heard]
    assert fractions == sorted(fractions)
    assert len({fraction for fraction in fractions if fraction < 0.95}) >= 4


def test_the_place_in_the_queue_is_told(comfyui: ComfyUI, engine: ComfyuiEngine, pool: ThreadPoolExecutor) -> None:
    comfyui.shut()
    for text in ("one", "two"):
        comfyui.occupy(text)
    comfyui.wait(lambda: comfyui.queue()[0])
    ticks = Ticks()
    painting = pool.submit(paint, engine, tick=ticks, seed=12)
    ticks.wait("in ComfyUI's queue, 2 before us")
    comfyui.open()
    assert painting.result(60).pixels.std() > 8


def test_a_waiting_prompt_that_is_cancelled_leaves_the_queue_and_others_stay(
    comfyui: ComfyUI, engine: ComfyuiEngine, pool: ThreadPoolExecutor
) -> None:
    comfyui.shut()
    first, second = (comfyui.occupy(text) for text in ("three", "four"))
    comfyui.wait(lambda: comfyui.queue() == ([first], [second]))
    ticks = Ticks()
    painting = pool.submit(paint, engine, tick=ticks, seed=13)
    ticks.wait("2 before us")
    ticks.gone.set()
    with pytest.raises(Cancelled):
        painting.result(30)
    assert comfyui.queue() == ([first], [second])
    comfyui.open()
    comfyui.wait(lambda: comfyui.ended() == {first: "success", second: "success"})


def test_a_running_prompt_that_is_cancelled_is_interrupted_and_others_run_on(
    comfyui: ComfyUI, engine: ComfyuiEngine, pool: ThreadPoolExecutor
) -> None:
    comfyui.shut()
    ticks = Ticks()
    painting = pool.submit(paint, engine, WAITS, tick=ticks)
    ticks.wait("Waits, step 1 of 4")
    (ours,), _ = comfyui.queue()
    others = comfyui.occupy("five")
    ticks.gone.set()
    with pytest.raises(Cancelled):
        painting.result(30)
    comfyui.wait(lambda: comfyui.queue() == ([others], []))
    comfyui.open()
    comfyui.wait(lambda: comfyui.ended() == {ours: "interrupted", others: "success"})


def test_a_sampler_stops_within_one_step(comfyui: ComfyUI, engine: ComfyuiEngine, pool: ThreadPoolExecutor) -> None:
    ticks = Ticks()
    painting = pool.submit(paint, engine, "image_everything.json", tick=ticks, steps=2000, negative_prompt="people")
    ticks.wait("KSampler, step 3 of 2000")
    ticks.gone.set()
    with pytest.raises(Cancelled):
        painting.result(30)
    comfyui.wait(lambda: comfyui.queue() == ([], []), 10)
    assert list(comfyui.ended().values()) == ["interrupted"]


def test_while_a_prompt_of_others_runs_nothing_is_interrupted(comfyui: ComfyUI, engine: ComfyuiEngine) -> None:
    comfyui.shut()
    others = comfyui.occupy("six")
    comfyui.wait(lambda: comfyui.queue() == ([others], []))
    engine.servers.servers().all[0].withdraw("unknown")
    comfyui.open()
    comfyui.wait(lambda: comfyui.ended() == {others: "success"})


def test_a_prompt_that_somebody_interrupts_is_not_tried_again(
    comfyui: ComfyUI, engine: ComfyuiEngine, pool: ThreadPoolExecutor
) -> None:
    comfyui.shut()
    ticks = Ticks()
    painting = pool.submit(paint, engine, WAITS, tick=ticks)
    ticks.wait("Waits, step 1 of 4")
    comfyui.post("/interrupt", {})
    with pytest.raises(Conflict) as caught:
        painting.result(30)
    assert caught.value.reason == "COMFYUI_INTERRUPTED"
    assert len(comfyui.ended()) == 1


def test_a_server_that_restarts_is_given_the_prompt_once_more(
    comfyui: ComfyUI, patient: ComfyuiEngine, pool: ThreadPoolExecutor
) -> None:
    comfyui.shut()
    ticks = Ticks()
    painting = pool.submit(paint, patient, WAITS, tick=ticks)
    ticks.wait("Waits, step 1 of 4")
    comfyui.stop()
    comfyui.open()
    ticks.wait("ComfyUI does not answer")
    comfyui.start()
    assert painting.result(120).pixels.shape == (320, 256, 3)
    assert list(comfyui.ended().values()) == ["success"]


@pytest.mark.parametrize(
    ("name", "reason", "said", "details"),
    [
        *SAID,
        ("image_gives_up.json", "COMFYUI_INTERRUPTED", "given up by itself", {}),
        ("image_blocked.json", "COMFYUI_FAILED", "no face was found", {}),
    ],
)
def test_what_comfyui_says_is_said_by_name(
    engine: ComfyuiEngine, name: str, reason: str, said: str, details: dict[str, str]
) -> None:
    error = failure(engine, name)
    assert (error.reason, said in error.message) == (reason, True), error.message
    assert details.items() <= error.details.items()


def test_a_model_file_that_is_broken_is_told_with_its_node(engine: ComfyuiEngine) -> None:
    """other.safetensors is there and empty, as after a download that broke off."""
    error = failure(engine, "image_other_model.json")
    assert (type(error), error.reason) == (FailedPrecondition, "COMFYUI_FAILED")
    assert "CheckpointLoaderSimple" in error.message


def test_the_given_picture_is_uploaded_and_used(comfyui: ComfyUI, engine: ComfyuiEngine) -> None:
    reference = nodes.png(nodes.Thing("ab" * 32, 320, 256))
    for name in ("image_edit.json", "image_tilde.json"):
        made = paint(engine, name, reference=reference, seed=hash(name) % 1000)
        assert made.pixels.shape == (320, 256, 3)
        graph = next(graph for graph in comfyui.sent().values() if graph["7"]["inputs"]["images"] == ["6", 0])
        assert str(graph["4"]["inputs"].popitem()[1]).startswith("pixelle/pixelle_")
        comfyui.post("/history", {"clear": True})


def test_an_equal_prompt_is_answered_from_memory(comfyui: ComfyUI, engine: ComfyuiEngine) -> None:
    """The server runs no node again and still names the file, and we fetch it once more."""
    first, again = (paint(engine, seed=21) for _ in range(2))
    assert np.array_equal(first.pixels, again.pixels)
    cached = [
        told["nodes"]
        for entry in comfyui.get("/history").values()
        for kind, told in entry["status"]["messages"]
        if kind == "execution_cached"
    ]
    assert len(cached[-1]) == len(comfyui.get("/history").popitem()[1]["prompt"][2])


def test_a_result_that_is_gone_from_the_folder_is_told(comfyui: ComfyUI, engine: ComfyuiEngine) -> None:
    paint(engine, seed=22)
    for file in (comfyui.home / "output").rglob("*.png"):
        file.unlink()
    error = failure(engine, "image_plain.json", seed=22)
    assert (error.reason, "another seed" in error.message) == ("COMFYUI_RESULT_GONE", True)


def test_saved_goes_before_previewed_and_an_expanded_node_counts_as_its_own(engine: ComfyuiEngine) -> None:
    assert paint(engine, "image_preview_only.json", seed=23).pixels.std() > 8
    assert paint(engine, "image_expands.json", seed=24).pixels.std() > 8
    assert paint(engine, "image_half_blocked.json", seed=25).pixels.std() > 8
