"""A GPU that stops working for a process: callers hear it by name, and the process makes room for a new one."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.client import dial, result_of
from pixelle.runtime.errors import Unavailable
from pixelle.runtime.faults import hearing, lasting
from pixelle.runtime.probe import serves
from pixelle.runtime.work import Slots
from svc_media.engines.card import CardEngine

if TYPE_CHECKING:
    from pixelle.runtime.work import Tick
    from svc_media.engines.base import Brief, Picture

SERVE = """
from pixelle.runtime.engines import EngineEntry
from pixelle.runtime.server import run_service
from svc_media.server import ENGINES, build
from svc_media.settings import MediaSettings
ENGINES["worn"] = EngineEntry("tests.unit.pixelle.runtime.test_faults:Worn", "local/worn", "")
s = MediaSettings()
run_service(lambda: build(s), s.media_listen, s)
"""


class AcceleratorError(RuntimeError):
    """As torch's: by name and `error_code`."""

    def __init__(self, code: int) -> None:
        super().__init__("CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be reported")
        self.error_code = code


class Worn(CardEngine):
    """Paints as long as nothing is said of a GPU."""

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Fail as CUDA does."""
        if "GPU" in brief.prompt:
            raise AcceleratorError(700)
        return super().paint(brief, tick=tick)


def broken(_: Tick) -> None:
    try:
        raise AcceleratorError(719)
    except AcceleratorError as error:
        raise ValueError("the engine says it in its own words") from error


async def until_serving(address: str) -> None:
    for _ in range(600):
        with suppress(Unavailable):
            if await serves(address):
                return
        await asyncio.sleep(0.1)
    pytest.fail("it never served")


def test_only_faults_that_last_are_known() -> None:
    assert lasting(AcceleratorError(700)) == "CUDA error: an illegal memory access was encountered"
    assert not lasting(AcceleratorError(9))  # an argument that was wrong
    assert not lasting(RuntimeError("CUDA error: an illegal memory access was encountered"))


async def test_after_a_fault_nothing_is_begun() -> None:
    slots, heard, begun = Slots("gpu"), [], []
    with hearing(heard.append):
        for work in (broken, begun.append):
            with pytest.raises(Unavailable, match="illegal memory access was encountered") as caught:
                await slots.run(work)
            assert caught.value.reason == "GPU_FAULTED"
    slots.close()
    assert not begun
    assert [error.reason for error in heard] == ["GPU_FAULTED"]


async def test_a_service_ends_with_a_fault_so_that_a_new_one_is_started(tmp_path: Path) -> None:
    socket = f"unix:{tmp_path / 'media.sock'}"
    environment = {**os.environ, "PIXELLE_MEDIA_LISTEN": socket, "PIXELLE_MEDIA_ENGINE": "worn"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVE),
        cwd=Path(__file__).parents[4],
        env={**environment, "PIXELLE_DATA_DIR": str(tmp_path)},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with dial(socket) as channel:
            stub: Any = media_pb2_grpc.MediaServiceStub(channel)

            async def paint(prompt: str) -> Any:
                asked = media_pb2.GenerateImageRequest()
                asked.prompt.prompt, asked.prompt.width, asked.prompt.height = prompt, 256, 256
                return await result_of(stub.GenerateImage, asked, timeout=60, service="media")

            await until_serving(socket)
            assert (await paint("a lighthouse")).width == 256
            with pytest.raises(Unavailable) as caught:
                await paint("a GPU")
        assert caught.value.reason == "GPU_FAULTED"
        _, said = await asyncio.wait_for(process.communicate(), 60)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 1
    assert "The GPU no longer works for this process" in said.decode()
