"""A speech service in another language keeps its files in the bucket of a running cluster, where others find them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from deploy.processes import free_port
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.client import dial, result_of
from pixelle.runtime.settings import ServiceSettings
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from tests.integration.test_swap import EXAMPLE, node

if TYPE_CHECKING:
    from deploy.stage import Stage


async def test_its_narrations_are_in_the_bucket(stage: Stage) -> None:
    if node is None or not (EXAMPLE / "node_modules").is_dir():
        pytest.skip("node or its packages are not there: cd examples/tts-node && npm ci --ignore-scripts")
    bucket = stage.cluster.bucket.settings
    address = f"127.0.0.1:{free_port()}"
    process = subprocess.Popen(  # noqa: ASYNC220 - nothing else waits on this loop
        [node, str(EXAMPLE / "server.js")], env={**bucket, "PIXELLE_TTS_LISTEN": address}, stderr=subprocess.PIPE
    )
    try:
        assert process.stderr
        assert b"serving" in process.stderr.readline()
        async with dial(address) as channel:
            make: Any = tts_pb2_grpc.TtsServiceStub
            request = tts_pb2.SynthesizeRequest(text="Kept where everybody finds it.")
            first = await result_of(make(channel).Synthesize, request, timeout=60, service="tts")
            again = await result_of(make(channel).Synthesize, request, timeout=60, service="tts")
        named: dict[str, Any] = {name.removeprefix("PIXELLE_").lower(): value for name, value in bucket.items()}
        store = ArtifactStore.open(ServiceSettings(**named))
        kept = first.audio.inline
        assert kept
        first.audio.inline = b""
        assert await store.read(first.audio) == kept
        assert again.audio.uri == first.audio.uri, "what is there already is no error"
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()
