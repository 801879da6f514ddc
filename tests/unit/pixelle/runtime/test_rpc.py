"""Server and client together: health, errors across the wire, cancel, drain."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import grpc
import grpc.aio
import pytest
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from structlog.testing import capture_logs

from pixelle.core.v1 import core_pb2
from pixelle.runtime.client import call, dial, result_of, unknown
from pixelle.runtime.errors import (
    Cancelled,
    FailedPrecondition,
    Internal,
    InvalidArgument,
    PixelleError,
    ResourceExhausted,
    Unavailable,
)
from pixelle.runtime.server import Service, start_server
from pixelle.runtime.testing import running
from pixelle.runtime.work import Slots, stream
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from pixelle.runtime.work import Report, Tick

NAME = "pixelle.tts.v1.TtsService"


def foreign(delay: float = 0, **told: str) -> bytes:
    """What a service of somebody else's may say of an error."""
    status = status_pb2.Status(code=14, message="The voice model is being fetched.")
    info = error_details_pb2.ErrorInfo(reason="ENGINE_LOADING", domain="pixelle", metadata=told)
    status.details.add().Pack(info)
    if delay:
        wait = error_details_pb2.RetryInfo()
        wait.retry_delay.FromMilliseconds(round(delay * 1000))
        status.details.add().Pack(wait)
    return status.SerializeToString()


FOREIGN = {"standard": foreign(2.5), "odd": foreign(retry_after="2s"), "endless": foreign(retry_after="nan")}
FOREIGN["not a status"] = b"\xff\xff\xff"


class Parrot(tts_pb2_grpc.TtsServiceServicer):
    """Answers what the text asks for."""

    def __init__(self) -> None:
        self.slots = Slots("parrot")
        self.cancelled = threading.Event()

    async def Synthesize(self, request: Any, context: Any) -> AsyncIterator[tts_pb2.SynthesizeResponse]:
        if request.text == "bad":
            raise InvalidArgument("'bad' is bad.", reason="TEXT_BAD", retry_after=3, details={"field": "text"})
        if request.text == "bug":
            raise RuntimeError("a secret from inside")
        if request.text in FOREIGN:
            context.set_trailing_metadata((("grpc-status-details-bin", FOREIGN[request.text]),))
            await context.abort(grpc.StatusCode.UNAVAILABLE, "in other words")
        if request.text == "unfinished":
            raise NotImplementedError
        if request.text == "full":
            raise OSError(errno.ENOSPC, "No space left on device", "/secret/place")
        if request.text == "nothing":
            return
        if request.text == "bytes alone":
            spoken = core_pb2.Narration(audio=core_pb2.Artifact(inline=b"RIFF"))
            yield tts_pb2.SynthesizeResponse(narration=spoken)
            return

        async def work(report: Report) -> core_pb2.Narration:
            steps = 100_000 if request.text == "for very long" else 100
            return await self.slots.run(partial(self._work, steps), report=report)

        async for message in stream(work, tts_pb2.SynthesizeResponse, "narration"):
            yield message

    def _work(self, steps: int, tick: Tick) -> core_pb2.Narration:
        try:
            for step in range(steps):
                tick(step / steps, "speaking")
                threading.Event().wait(0.005)
        except Cancelled:
            self.cancelled.set()
            raise
        return core_pb2.Narration(duration_seconds=1.0)

    async def ListVoices(self, request: Any, context: Any) -> Any:
        return tts_pb2.ListVoicesResponse()

    def CreateVoice(self, request: Any, context: Any) -> Any: ...
    async def DeleteVoice(self, request: Any, context: Any) -> Any: ...
    async def CheckSpeech(self, request: Any, context: Any) -> Any: ...
    async def ListEngines(self, request: Any, context: Any) -> Any: ...


async def nothing() -> None:
    return None


def service(parrot: Parrot, load: Any = nothing) -> Service:
    return Service(NAME, lambda server: tts_pb2_grpc.add_TtsServiceServicer_to_server(parrot, server), load, nothing)


async def ask(channel: grpc.aio.Channel, text: str, **more: Any) -> Any:
    stub = tts_pb2_grpc.TtsServiceStub(channel)
    return await result_of(stub.Synthesize, tts_pb2.SynthesizeRequest(text=text), timeout=20, service="tts", **more)


async def test_a_result_with_progress_before_it() -> None:
    seen: list[float] = []

    def note(fraction: float, message: str = "") -> None:
        assert message == "speaking"
        seen.append(fraction)

    async with running(service(Parrot())) as channel:
        narration = await ask(channel, "hello", report=note)
    assert narration.duration_seconds == 1.0
    assert seen == sorted(seen)
    assert seen


async def test_our_errors_cross_whole() -> None:
    async with running(service(Parrot())) as channel:
        with pytest.raises(InvalidArgument) as caught:
            await ask(channel, "bad")
    error = caught.value
    assert (error.message, error.reason, error.retry_after) == ("'bad' is bad.", "TEXT_BAD", 3)
    assert error.details == {"field": "text"}


async def test_when_to_try_again_is_said_as_everybody_says_it() -> None:
    async with running(service(Parrot())) as channel:
        stub = tts_pb2_grpc.TtsServiceStub(channel)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            async for _ in stub.Synthesize(tts_pb2.SynthesizeRequest(text="bad"), timeout=20):
                pass
    status = rpc_status.from_call(caught.value)  # type: ignore[arg-type]
    assert status
    info, wait = error_details_pb2.ErrorInfo(), error_details_pb2.RetryInfo()
    assert status.details[0].Unpack(info)
    assert status.details[1].Unpack(wait)
    assert wait.retry_delay.ToMilliseconds() == 3000


@pytest.mark.parametrize(
    ("text", "reason", "wait"),
    [("standard", "ENGINE_LOADING", 2.5), ("odd", "ENGINE_LOADING", None), ("endless", "ENGINE_LOADING", None),
     ("not a status", "SERVICE_DOWN", None)],
)  # fmt: skip
async def test_errors_of_services_by_others_are_understood(text: str, reason: str, wait: float | None) -> None:
    async with running(service(Parrot())) as channel:
        with pytest.raises(Unavailable) as caught:
            await ask(channel, text)
    assert (caught.value.reason, caught.value.retry_after) == (reason, wait)


async def test_results_can_be_handed_on_with_their_bytes() -> None:
    recording = core_pb2.Artifact(inline=bytes(12 * 1024 * 1024))
    request = tts_pb2.SynthesizeRequest(text="bad", ref_audio=recording)
    async with running(service(Parrot())) as channel:
        stub = tts_pb2_grpc.TtsServiceStub(channel)
        with pytest.raises(InvalidArgument, match="is bad"):
            await result_of(stub.Synthesize, request, timeout=20, service="tts")


async def test_faults_cross_without_their_text() -> None:
    async with running(service(Parrot())) as channel:
        with pytest.raises(Internal) as caught:
            await ask(channel, "bug")
    assert "secret" not in caught.value.message
    assert caught.value.details["trace_id"] in caught.value.message


async def test_a_full_disk_is_said_to_be_full() -> None:
    async with running(service(Parrot())) as channel:
        with pytest.raises(ResourceExhausted) as caught:
            await ask(channel, "full")
    assert caught.value.reason == "STORE_FULL"
    assert "secret" not in caught.value.message


async def test_the_log_has_the_begin_and_the_end_of_a_call() -> None:
    with capture_logs() as logs:
        async with running(service(Parrot())) as channel:
            with pytest.raises(InvalidArgument):
                await ask(channel, "bad")
    calls = [each for each in logs if each["event"].startswith("call")]
    assert [(each["event"], each["log_level"]) for each in calls] == [("call begun", "debug"), ("call", "info")]
    assert calls[1]["outcome"] == "TEXT_BAD"


async def test_a_stream_without_a_result_is_an_error() -> None:
    async with running(service(Parrot())) as channel:
        with pytest.raises(Unavailable) as caught:
            await ask(channel, "nothing")
    assert caught.value.reason == "NO_RESULT"


async def test_a_result_that_nobody_could_read_afterwards_is_an_error() -> None:
    async with running(service(Parrot())) as channel:
        with pytest.raises(FailedPrecondition, match="tts service answered 'audio' of its Narration") as caught:
            await ask(channel, "bytes alone")
    assert caught.value.reason == "RESULT_NOT_STORED"


async def test_cancelling_the_caller_stops_the_engine() -> None:
    parrot = Parrot()
    first = asyncio.Event()

    def note(fraction: float, message: str = "") -> None:
        del fraction, message
        first.set()

    async with running(service(parrot)) as channel:
        task = asyncio.create_task(ask(channel, "long", report=note))
        await first.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(parrot.cancelled.wait, 5)


async def test_a_service_that_is_down_is_named() -> None:
    async with dial("grpc://127.0.0.1:9") as channel:
        stub = tts_pb2_grpc.TtsServiceStub(channel)
        with pytest.raises(Unavailable, match="tts service") as caught:
            await call(stub.ListVoices, tts_pb2.ListVoicesRequest(), timeout=5, service="tts")
    assert caught.value.details == {"service": "tts"}


async def test_health_is_serving_only_after_load(tmp_path: Path) -> None:
    loaded = asyncio.Event()
    server = await start_server([service(Parrot(), loaded.wait)], f"unix:{tmp_path}/s")
    async with dial(server.address) as channel:
        health: Any = health_pb2_grpc.HealthStub(channel)
        asked = health_pb2.HealthCheckRequest(service=NAME)
        assert (await health.Check(asked)).status == health_pb2.HealthCheckResponse.NOT_SERVING
        loaded.set()
        await server.ready()
        assert (await health.Check(asked)).status == health_pb2.HealthCheckResponse.SERVING
    await server.stop()


async def test_a_taken_port_is_an_error() -> None:
    server = await start_server([service(Parrot())], "127.0.0.1:0")
    with pytest.raises(FailedPrecondition) as caught:
        await start_server([service(Parrot())], server.address)
    assert caught.value.reason == "ADDRESS_IN_USE"
    await server.stop()


@pytest.mark.parametrize(("told", "ends"), [("", True), ("0", False)], ids=["by default", "no time given"])
async def test_sigterm_lets_running_calls_end(tmp_path: Path, told: str, ends: bool) -> None:
    address = f"unix:{tmp_path}/s"
    code = (
        f"import sys; sys.path.insert(0, {os.fspath(__file__.rsplit('/', 1)[0])!r})\n"
        "from test_rpc import Parrot, service\n"
        "from pixelle.runtime.server import run_service\n"
        "from pixelle.runtime.settings import ServiceSettings\n"
        f"run_service(lambda: service(Parrot()), {address!r}, ServiceSettings())\n"
    )
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | ({"PIXELLE_DRAIN_SECONDS": told} if told else {})
    process = subprocess.Popen(  # noqa: ASYNC220 - nothing else waits on this loop
        [sys.executable, "-c", code], env=env, stderr=subprocess.PIPE
    )
    try:
        assert process.stderr
        while b"serving" not in process.stderr.readline():
            assert process.poll() is None
        async with dial(address) as channel:

            def stop(fraction: float, message: str = "") -> None:
                del message
                if fraction > 0.2 or not ends:
                    process.send_signal(signal.SIGTERM)

            if ends:
                assert (await ask(channel, "hello", report=stop)).duration_seconds == 1.0
            else:
                with pytest.raises((Unavailable, Cancelled)):
                    await ask(channel, "for very long", report=stop)
        assert await asyncio.to_thread(process.wait, 20) == 0
    finally:
        process.kill()
        if process.stderr:
            process.stderr.close()
        process.wait()


def without_check() -> Service:
    """A script service of which nothing is written but its generated code."""
    make: Any = script_pb2_grpc.ScriptServiceServicer  # abstract to the type checker only
    nobody = make()
    add = script_pb2_grpc.add_ScriptServiceServicer_to_server
    return Service("pixelle.script.v1.ScriptService", lambda server: add(nobody, server), nothing, nothing)


@pytest.mark.parametrize("served", [without_check(), service(Parrot())], ids=["left out", "another service"])
async def test_a_question_that_a_service_does_not_know_is_told_apart(served: Service) -> None:
    asked = script_pb2.CheckStoryboardRequest()
    async with running(served) as channel:
        method = script_pb2_grpc.ScriptServiceStub(channel).CheckStoryboard
        with pytest.raises(PixelleError) as caught:
            await call(method, asked, timeout=10, service="script")
    assert unknown(caught.value)


@pytest.mark.parametrize("served", [without_check(), service(Parrot())], ids=["left out", "another service"])
async def test_a_stream_that_a_service_does_not_have_is_told_apart(
    served: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logs:
        async with running(served) as channel:
            method = script_pb2_grpc.ScriptServiceStub(channel).WriteStoryboard
            with pytest.raises(PixelleError) as caught:
                await result_of(method, script_pb2.WriteStoryboardRequest(), timeout=10, service="script")
    assert unknown(caught.value)
    assert {each["outcome"] for each in logs if each["event"] == "call"} <= {"refused"}
    assert not [each for each in logs if each["event"] == "fault"]
    assert not caplog.records, "grpc's own log has a traceback"


async def test_unfinished_code_in_a_stream_is_still_a_fault() -> None:
    async with running(service(Parrot())) as channel:
        with pytest.raises(Internal) as caught:
            await ask(channel, "unfinished")
    assert not unknown(caught.value)
    assert caught.value.details["trace_id"]


class Writer(script_pb2_grpc.ScriptServiceServicer):
    """Sends scenes, and a storyboard only when it is asked for a title."""

    async def WriteStoryboard(self, request: Any, context: Any) -> AsyncIterator[script_pb2.WriteStoryboardResponse]:
        for index in range(2):
            yield script_pb2.WriteStoryboardResponse(scene=core_pb2.Scene(index=index))
        if request.title:
            yield script_pb2.WriteStoryboardResponse(storyboard=core_pb2.Storyboard(title=request.title))


async def test_parts_of_a_result_are_told_and_are_no_result() -> None:
    add = script_pb2_grpc.add_ScriptServiceServicer_to_server
    make: Any = Writer
    served = Service("pixelle.script.v1.ScriptService", lambda server: add(make(), server), nothing, nothing)
    told: list[int] = []

    def tell(scene: core_pb2.Scene) -> None:
        told.append(scene.index)

    async def write(title: str) -> Any:
        request, method = script_pb2.WriteStoryboardRequest(title=title), stub.WriteStoryboard
        return await result_of(method, request, timeout=10, service="script", pieces={"scene": tell})

    async with running(served) as channel:
        stub = script_pb2_grpc.ScriptServiceStub(channel)
        assert (await write("Bees")).title == "Bees"
        assert told == [0, 1]
        with pytest.raises(Unavailable) as caught:
            await write("")
    assert caught.value.reason == "NO_RESULT"
    assert told == [0, 1, 0, 1]


async def test_a_refusal_is_no_unknown_question() -> None:
    async with running(service(Parrot())) as channel:
        with pytest.raises(InvalidArgument) as caught:
            await ask(channel, "bad")
    assert not unknown(caught.value)
