"""Channels to the services under test: real ones on private sockets, or whatever an option points at."""

from __future__ import annotations

import signal
from contextlib import AsyncExitStack
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
import structlog

from pixelle.runtime.client import dial
from pixelle.runtime.settings import ServiceSettings
from pixelle.runtime.testing import running

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    import grpc.aio

# a shell that starts tests in the background lets them ignore interrupts, and with them all that they start
signal.signal(signal.SIGINT, signal.default_int_handler)

SERVICES = {"script": "outline", "tts": "tone", "media": "card", "render": ""}
"""Service to the deterministic engine it is tested with."""


def pytest_addoption(parser: pytest.Parser) -> None:
    for name in SERVICES:
        parser.addoption(f"--{name}", default="", help=f"address of a {name} service to test, grpc://host:port")


@pytest.fixture(autouse=True)
def own_logging() -> Generator[None]:
    """What a test has done to the log of this process, the next one does not see."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


async def channel_of(
    name: str, request: pytest.FixtureRequest, folder: pytest.TempPathFactory, engine_name: str = ""
) -> AsyncGenerator[grpc.aio.Channel]:
    async with AsyncExitStack() as stack:
        url = str(request.config.getoption(f"--{name}"))
        if url:
            yield await stack.enter_async_context(dial(url))
            return
        kind = getattr(import_module(f"svc_{name}.settings"), f"{name.title()}Settings")
        chosen = engine_name or SERVICES[name]
        engine = {f"{name}_engine": chosen} if chosen else {}
        settings = kind(data_dir=folder.mktemp(name), **engine)
        service = import_module(f"svc_{name}.server").build(settings)
        yield await stack.enter_async_context(running(service))


@pytest.fixture(scope="session")
async def script_channel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[grpc.aio.Channel]:
    async for channel in channel_of("script", request, tmp_path_factory):
        yield channel


_VOICE_PACKS = {"piper": "voice-en-joe", "kokoro": "voice-kokoro"}


@pytest.fixture(
    scope="session",
    params=["tone", *(pytest.param(name, marks=pytest.mark.slow) for name in _VOICE_PACKS)],
)
async def tts_channel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[grpc.aio.Channel]:
    """A service with each engine that works offline as its default; the one under test where `--tts` names one."""
    pack = _VOICE_PACKS.get(request.param)
    if pack and request.config.getoption("--tts"):
        pytest.skip("the service of --tts is tested once")
    if pack and not (ServiceSettings().packs_dir / pack).is_dir():
        pytest.skip(f"the pack {pack} is not there; `pixelle setup --for tests` fetches it")
    async for channel in channel_of("tts", request, tmp_path_factory, request.param):
        yield channel


@pytest.fixture(scope="session")
async def media_channel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[grpc.aio.Channel]:
    async for channel in channel_of("media", request, tmp_path_factory):
        yield channel


@pytest.fixture(scope="session")
async def render_channel(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[grpc.aio.Channel]:
    async for channel in channel_of("render", request, tmp_path_factory):
        yield channel
