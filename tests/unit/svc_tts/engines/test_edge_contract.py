"""The contract of a speech service over the engine edge, at a service whose messages are those recorded."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.testing import running
from svc_tts.server import build
from svc_tts.settings import TtsSettings
from tests.contract import test_tts
from tests.recorded.speech import edge_frames, edge_service, mp3, said

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

pytest.importorskip("edge_tts", reason="edge-tts is not installed: pip install 'pixelle-video[edge]'")
pytestmark = pytest.mark.asyncio(loop_scope="session")

globals().update({name: test for name, test in vars(test_tts).items() if name.startswith("test_") or name == "tts"})


def speaking(message: str) -> list[str | bytes]:
    found = re.search(r"rate='([+-]\d+)%'[^>]*>(.*)</prosody>", message, re.DOTALL)
    rate, text = (int(found[1]), unescape(found[2])) if found else (0, "")
    sound, words = said(text, 1 + rate / 100)
    return edge_frames(mp3(sound), words)


@pytest.fixture(scope="module")
async def tts_channel(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[grpc.aio.Channel]:
    with pytest.MonkeyPatch.context() as patched, edge_service(speaking) as (url, _):
        patched.setattr("edge_tts.communicate.WSS_URL", url)
        settings = TtsSettings(cache_dir=tmp_path_factory.mktemp("edge"), tts_engine="edge", tts_edge_allowed=True)
        async with running(build(settings)) as channel:
            yield channel
