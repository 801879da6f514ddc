"""What diffusion models cost through the whole media service: gRPC, queue, encoding and store."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.media_subject import WORDS
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.cache import ResultCache
from pixelle.runtime.client import result_of
from pixelle.runtime.engines import EngineEntry, Engines
from pixelle.runtime.server import Service
from pixelle.runtime.testing import running
from svc_media.safety import Safety
from svc_media.servicer import MediaServicer

if TYPE_CHECKING:
    from benchmarks.media_subject import Subject
    from svc_media.engines.base import MediaEngine


async def through_service(subject: Subject) -> dict[str, Any]:
    """Requests through the whole service (gRPC, queue, encoding, store), eight at once, beside one at a time."""
    kind = f"benchmarks.media_subject:{'TinyEngine' if subject.smoke else 'RandomEngine'}"
    subject.engine().close()  # writes the catalogue
    engines: Engines[MediaEngine] = Engines(
        {"diffusers": EngineEntry(kind, "local/diffusers", "")},
        group="pixelle.none",
        default="diffusers",
        options={"diffusers": {"data_dir": subject.folder}},
        device=subject.device,
    )
    with tempfile.TemporaryDirectory() as kept:
        store = ArtifactStore(Path(kept).as_uri(), scratch=subject.folder)
        servicer = MediaServicer(engines, store, ResultCache(store), Safety(""))
        service = Service(
            "pixelle.media.v1.MediaService",
            lambda server: media_pb2_grpc.add_MediaServiceServicer_to_server(servicer, server),
            engines.load_default,
            engines.close,
        )
        async with running(service) as channel:
            stub = media_pb2_grpc.MediaServiceStub(channel)

            async def ask(seed: int) -> None:
                prompt = media_pb2.MediaPrompt(
                    prompt=WORDS, width=subject.size[0], height=subject.size[1], seed=seed, steps=subject.steps
                )
                request: Any
                if subject.film:
                    request = media_pb2.GenerateVideoRequest(
                        workflow="local/diffusers/first", prompt=prompt, duration_seconds=subject.seconds
                    )
                else:
                    request = media_pb2.GenerateImageRequest(workflow="local/diffusers/first", prompt=prompt)
                method: Any = stub.GenerateVideo if subject.film else stub.GenerateImage
                await result_of(method, request, timeout=1700, service="media")

            await asyncio.gather(*(ask(1000 + seed) for seed in range(5)))  # one alone, then four together
            alone: list[float] = []
            for seed in range(subject.repeat):
                start = time.perf_counter()
                await ask(2000 + seed)
                alone.append(time.perf_counter() - start)
            start = time.perf_counter()
            await asyncio.gather(*(ask(seed) for seed in range(8)))
            eight = time.perf_counter() - start
    return {"question": "service", "one_at_a_time": statistics.median(alone), "eight_at_once": eight / 8}
