"""The contract of a speech service over the engine openai, at a server that answers as OpenAI's was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from pixelle.runtime.testing import running
from svc_tts.server import build
from svc_tts.settings import TtsSettings
from tests.contract import test_tts
from tests.recorded import recording
from tests.recorded.speech import Answer, said, speech_server, wav_as_streamed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_tts).items() if name.startswith("test_") or name == "tts"})


def speaking(body: dict[str, Any]) -> Answer:
    sound, _ = said(body["input"], body["speed"])
    return 200, recording("openai-speech/wav").headers, wav_as_streamed(sound)


@pytest.fixture(scope="module")
async def tts_channel(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[grpc.aio.Channel]:
    with speech_server(speaking) as (url, _):
        settings = TtsSettings(
            cache_dir=tmp_path_factory.mktemp("openai"),
            tts_engine="openai",
            tts_openai_base_url=url,
            tts_openai_api_key=SecretStr("sk-test"),
        )
        async with running(build(settings)) as channel:
            yield channel
