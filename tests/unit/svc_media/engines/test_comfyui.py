"""One prompt at the stand-in: progress, queue, cancel, time-out, a server that dies, several servers, refusals."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pixelle.runtime.errors import Cancelled, Conflict, DeadlineExceeded, FailedPrecondition, Unavailable
from tests.comfyui import nodes
from tests.comfyui.painting import SAID, Ticks, failure, others_graph, paint
from tests.comfyui.standin import StandIn

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.unit.svc_media.conftest import Make


@pytest.fixture
def pool() -> Generator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


def test_every_step_is_told_and_progress_never_goes_back(
    standin: StandIn, make: Make, pool: ThreadPoolExecutor
) -> None:
    standin.gate.clear()
    ticks = Ticks()
    painting = pool.submit(paint, make(standin), tick=ticks)
    standin.wait(lambda: bool(standin.when("start")))
    ticks.wait("KSampler")
    standin.gate.set()
    painting.result(30)
    messages = [message for _, message in ticks.heard]
    assert "KSampler, step 4 of 4" in messages
    fractions = [fraction for fraction, _ in ticks.heard]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < fractions[-1] <= 1


def test_the_place_in_the_queue_is_told(standin: StandIn, make: Make, pool: ThreadPoolExecutor) -> None:
    standin.gate.clear()
    for number in range(2):
        standin.enqueue(others_graph(number))
    standin.wait(lambda: bool(standin.when("start")))
    ticks = Ticks()
    painting = pool.submit(paint, make(standin), tick=ticks)
    ticks.wait("in ComfyUI's queue, 2 before us")
    standin.gate.set()
    painting.result(30)


def test_a_waiting_prompt_that_is_cancelled_leaves_the_queue_and_others_stay(
    standin: StandIn, make: Make, pool: ThreadPoolExecutor
) -> None:
    standin.gate.clear()
    running, waiting = standin.enqueue(others_graph(1)), standin.enqueue(others_graph(2))
    ticks = Ticks()
    painting = pool.submit(paint, make(standin), tick=ticks)
    ticks.wait("2 before us")
    gone = time.monotonic()
    ticks.gone.set()
    with pytest.raises(Cancelled):
        painting.result(30)
    assert standin.when("deleted")[0] - gone < 1.0
    assert not standin.when("interrupt")
    standin.gate.set()
    standin.wait(lambda: len(standin.when("ended")) == 2)
    assert standin.whose("ended") == [running, waiting]
    assert all(standin.history[each]["status"]["completed"] for each in (running, waiting))


@pytest.mark.parametrize("old", [False, True], ids=["now", "before 2025"])
@pytest.mark.parametrize("deaf", [False, True], ids=["websocket", "polling"])
def test_a_running_prompt_that_is_cancelled_is_interrupted_and_others_run_on(
    make: Make, pool: ThreadPoolExecutor, old: bool, deaf: bool
) -> None:
    with StandIn(old=old, deaf=deaf) as server:
        server.gate.clear()
        ticks = Ticks()
        painting = pool.submit(paint, make(server), tick=ticks)
        server.wait(lambda: bool(server.when("start")))
        (ours,) = server.whose("start")
        theirs = server.enqueue(others_graph())
        gone = time.monotonic()
        ticks.gone.set()
        with pytest.raises(Cancelled):
            painting.result(30)
        assert server.when("interrupt")[0] - gone < 1.0
        assert server.whose("interrupt") == [ours]
        server.gate.set()
        server.wait(lambda: len(server.when("ended")) == 2)
        assert server.history[theirs]["status"]["completed"]
        assert server.whose("interrupted") == [ours]


def test_while_a_prompt_of_others_runs_nothing_is_interrupted(make: Make) -> None:
    with StandIn(old=True) as server:
        server.gate.clear()
        server.enqueue(others_graph())
        server.wait(lambda: bool(server.when("start")))
        make(server).servers.servers().all[0].withdraw("unknown")
        assert not server.when("interrupt")
        server.gate.set()


def test_out_of_time_our_prompt_is_withdrawn(standin: StandIn, make: Make) -> None:
    standin.gate.clear()
    with pytest.raises(DeadlineExceeded) as caught:
        paint(make(standin, seconds=0.5))
    assert caught.value.reason == "COMFYUI_TIMEOUT"
    assert "PIXELLE_COMFYUI_SECONDS" in caught.value.message
    assert standin.when("interrupt")


@pytest.mark.parametrize("deaf", [False, True], ids=["websocket", "polling"])
def test_a_server_that_restarts_is_given_the_prompt_once_more(make: Make, pool: ThreadPoolExecutor, deaf: bool) -> None:
    with StandIn(deaf=deaf) as server:
        server.gate.clear()
        painting = pool.submit(paint, make(server))
        server.wait(lambda: bool(server.when("start")))
        server.stop()
        server.gate.set()
        server.start()
        assert painting.result(30).pixels.shape == (320, 256, 3)
        assert len(server.when("queued")) == 2


def test_a_prompt_lost_twice_is_an_error_that_can_be_tried_again(
    standin: StandIn, make: Make, pool: ThreadPoolExecutor
) -> None:
    standin.gate.clear()
    painting = pool.submit(paint, make(standin))
    for times in (1, 2):
        standin.wait(lambda times=times: len(standin.when("start")) == times)
        standin.stop()
        standin.start()
    with pytest.raises(Unavailable) as caught:
        painting.result(30)
    assert caught.value.reason == "COMFYUI_PROMPT_LOST"
    assert caught.value.retryable


def test_a_server_that_dies_for_good_hands_over_to_another(make: Make, pool: ThreadPoolExecutor) -> None:
    with ExitStack() as stack:
        first, second = StandIn(), stack.enter_context(StandIn())
        first.start()
        first.gate.clear()
        painting = pool.submit(paint, make(first, second, patience=0.5))
        first.wait(lambda: bool(first.when("start")))
        first.stop()
        assert painting.result(30).pixels.shape == (320, 256, 3)
        assert len(second.when("ended")) == 1


def test_a_server_that_was_only_silent_does_not_keep_our_prompt(make: Make, pool: ThreadPoolExecutor) -> None:
    with StandIn() as first, StandIn() as second:
        first.gate.clear()
        second.gate.clear()
        painting = pool.submit(paint, make(first, second, patience=0.5))
        first.wait(lambda: bool(first.when("start")))
        first.silent = True
        second.wait(lambda: bool(second.when("start")))
        first.silent = False
        second.gate.set()
        painting.result(30)
        assert first.whose("interrupt") == first.whose("start")


def test_a_socket_that_breaks_is_opened_again(standin: StandIn, make: Make, pool: ThreadPoolExecutor) -> None:
    standin.gate.clear()
    ticks = Ticks()
    painting = pool.submit(paint, make(standin), tick=ticks)
    ticks.wait("KSampler")
    standin.drop_sockets()
    standin.gate.set()
    painting.result(30)
    assert len(standin.when("queued")) == 1


def test_a_server_that_is_down_is_named(make: Make) -> None:
    server = StandIn()
    server.start()
    server.stop()
    engine = make(server)
    error = failure(engine, "image_plain.json")
    assert (type(error), error.reason) == (Unavailable, "COMFYUI_DOWN")
    assert server.url in error.message
    assert server.url in (engine.ailing() or "")
    assert engine.missing() is None


def test_the_server_with_least_to_do_is_taken(make: Make, pool: ThreadPoolExecutor) -> None:
    with StandIn() as busy, StandIn() as idle:
        busy.gate.clear()
        idle.gate.clear()
        for number in range(3):
            busy.enqueue(others_graph(number))
        engine = make(busy, idle)
        all_of_them = [pool.submit(paint, engine, seed=seed) for seed in range(3)]
        idle.wait(lambda: len(idle.when("queued")) == 3)
        assert len(busy.when("queued")) == 3
        busy.gate.set()
        idle.gate.set()
        for each in all_of_them:
            each.result(30)


def test_equal_servers_share_the_work(make: Make, pool: ThreadPoolExecutor) -> None:
    with StandIn() as one, StandIn() as two:
        one.gate.clear()
        two.gate.clear()
        engine = make(one, two)
        painting = [pool.submit(paint, engine, seed=seed) for seed in range(4)]
        one.wait(lambda: len(one.when("queued")) == 2, 5)
        two.wait(lambda: len(two.when("queued")) == 2, 5)
        one.gate.set()
        two.gate.set()
        for each in painting:
            each.result(30)


def test_a_server_that_fails_to_answer_is_passed_over(make: Make) -> None:
    with StandIn() as ill, StandIn() as well:
        ill.failing = 1
        well.gate.set()
        paint(make(ill, well))
        assert (len(ill.when("queued")), len(well.when("queued"))) == (0, 1)


def test_a_node_or_model_one_server_lacks_another_may_have(make: Make) -> None:
    with StandIn(lacks=frozenset({"KSampler"})) as first, StandIn(without_models=True) as second, StandIn() as third:
        paint(make(first, second, third))
        assert [len(each.when("queued")) for each in (first, second, third)] == [0, 0, 1]


@pytest.mark.parametrize(("name", "reason", "said", "details"), SAID)
def test_what_comfyui_says_is_said_by_name(
    make: Make, name: str, reason: str, said: str, details: dict[str, str]
) -> None:
    for deaf in (False, True):
        with StandIn(deaf=deaf) as server:
            error = failure(make(server), name)
        assert (type(error), error.reason) == (FailedPrecondition, reason)
        assert said in error.message
        assert details.items() <= error.details.items()


def test_a_prompt_that_somebody_interrupts_is_not_tried_again(
    standin: StandIn, make: Make, pool: ThreadPoolExecutor
) -> None:
    standin.gate.clear()
    engine = make(standin)
    painting = pool.submit(paint, engine)
    standin.wait(lambda: bool(standin.when("start")))
    engine.servers.servers().all[0].withdraw(standin.whose("start")[0])
    with pytest.raises(Conflict) as caught:
        painting.result(30)
    assert caught.value.reason == "COMFYUI_INTERRUPTED"
    assert len(standin.when("queued")) == 1


@pytest.mark.parametrize(("header", "shown"), [("Authorization", "authorization"), ("X-API-Key", "x-api-key")])
def test_the_key_is_shown_everywhere(make: Make, header: str, shown: str) -> None:
    with StandIn(key="s3cret", header=shown) as server:
        paint(make(server, key="s3cret", key_header=header))
        error = failure(make(server, key="wrong", key_header=header), "image_plain.json")
    assert (type(error), error.reason) == (FailedPrecondition, "COMFYUI_KEY_REFUSED")
    assert "wrong" not in error.message


def test_an_address_where_something_else_answers_is_said() -> None:
    from pixelle.comfyui.client import Server

    with StandIn() as server, pytest.raises(FailedPrecondition) as caught:
        Server(f"http://me:pass@127.0.0.1:{server.port}/nothing").load()
    assert caught.value.reason == "COMFYUI_URL_WRONG"
    assert "pass" not in caught.value.message


def test_saved_goes_before_previewed_and_marked_before_both(standin: StandIn, make: Make) -> None:
    engine = make(standin)
    saved = paint(engine, "image_everything.json", negative_prompt="people", steps=2)
    graph = standin.submitted[-1]
    assert graph["4"]["inputs"]["width"] == 256
    assert saved.pixels.std() > 8
    marked = next(data for (place, _, _), data in standin.files.items() if place == "output" and len(data) > 200)
    assert saved.pixels.shape == (320, 256, 3)
    assert np.abs(np.asarray(_opened(marked), float) - saved.pixels).max() == 0
    assert paint(engine, "image_preview_only.json").pixels.shape == (320, 256, 3)


def test_the_given_picture_is_uploaded_and_used(standin: StandIn, make: Make) -> None:
    engine = make(standin)
    reference = nodes.png(nodes.Thing("ab" * 32, 320, 256))
    for name in ("image_edit.json", "image_tilde.json"):
        assert engine.named(name, film=False).edits
        paint(engine, name, reference=reference)
        assert standin.submitted[-1]["4"]["inputs"].popitem()[1].startswith("pixelle/pixelle_")
    assert len(standin.when("uploaded")) == 2
    assert not engine.named("image_plain.json", film=False).edits
    assert failure(engine, "image_edit.json").reason == "REFERENCE_MISSING"
    assert failure(engine, "image_plain.json", steps=5).reason == "ENGINE_NO_STEPS"


def test_odd_sizes_are_asked_for_in_whole_blocks_and_cut(standin: StandIn, make: Make) -> None:
    assert paint(make(standin), width=577, height=321).pixels.shape == (321, 577, 3)
    inputs = standin.submitted[-1]["4"]["inputs"]
    assert (inputs["width"], inputs["height"]) == (592, 336)


def test_what_is_offered(make: Make, standin: StandIn) -> None:
    engine = make(standin, image_workflow="image_plain.json")
    offers = {offer.model: offer for offer in engine.offers()}
    assert (offers[""].images, offers[""].videos) == (True, False)
    assert (offers["image_plain.json"].images, offers["image_plain.json"].reason) == (True, "")
    assert (offers["i2v_plain.json"].videos, offers["i2v_plain.json"].reason) == (True, "")
    assert "'audio'" in offers["digital_human.json"].reason
    assert "Export (API)" in offers["image_ui_format.json"].reason
    assert "image_sdxl.json" in offers, "the built-in ones are there too"
    assert not {"tts_voice.json", "analyse_image.json"} & set(offers)


def _opened(data: bytes) -> Any:
    import io

    from PIL import Image

    return Image.open(io.BytesIO(data)).convert("RGB")
