"""
What diffusion models cost in our service: `python -m benchmarks.media [sdxl flux wan]`, one JSON line per question.

Real architectures with random weights on the GPU: pictures per second or seconds per clip at batch 1, 2 and 4, eager
and compiled, peak memory; the time of a step beside a plain diffusers loop in the same run (`over_plain`, at most
1.03), through the whole service too; how soon a cancel is heard; two models under a budget that holds one.
`--smoke` asks the same of tiny models on the CPU, to see that the questions work; its numbers mean nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.architectures import build
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.cache import ResultCache
from pixelle.runtime.client import result_of
from pixelle.runtime.engines import EngineEntry, Engines
from pixelle.runtime.errors import Cancelled
from pixelle.runtime.server import Service
from pixelle.runtime.testing import running
from svc_media.diffusion.loading import Pipe
from svc_media.diffusion.running import Job, run
from svc_media.engines.base import Brief
from svc_media.engines.diffusers import DiffusersEngine
from svc_media.safety import Safety
from svc_media.servicer import MediaServicer

if TYPE_CHECKING:
    from collections.abc import Callable

    from svc_media.diffusion.catalogue import Entry
    from svc_media.diffusion.model import OneModel
    from svc_media.engines.base import MediaEngine

BATCHES = (1, 2, 4)
LIKE = {"sdxl": "sdxl", "flux": "flux-schnell", "wan": "wan-1.3b"}
SECONDS = 5.0
"""Length of a clip."""
WORDS = "a lighthouse on a cliff at dusk, long exposure, warm light in the windows"


class RandomEngine(DiffusersEngine):
    """The engine, with weights that are drawn instead of read. Entries say which by their `weights`."""

    tiny = False

    def opened(self, entry: Entry, device: str, *, cramped: bool) -> Pipe:
        """A pipeline of the entry's kind."""
        dtype = "float32" if device == "cpu" else "bfloat16"  # random weights may leave the range of float16
        made = build(Path(entry.weights).name.partition("-")[0], tiny=self.tiny, device=device, dtype=dtype)
        made.set_progress_bar_config(disable=True)
        return Pipe(made, entry, device, cramped=cramped)


class TinyEngine(RandomEngine):
    """The same for --smoke."""

    tiny = True


class Bench:
    """One kind of model and what is asked of it."""

    def __init__(self, kind: str, folder: Path, *, smoke: bool, repeat: int) -> None:
        """folder: for the catalogue and what the service keeps."""
        self.kind, self.folder, self.smoke, self.repeat = kind, folder, smoke, repeat
        self.device = "cpu" if smoke else "cuda"
        self.film = kind == "wan"
        self.steps = 2 if smoke else {"sdxl": 30, "flux": 4, "wan": 20}[kind]
        self.size = (256, 256) if smoke else (832, 480) if self.film else (1024, 1024)
        self.seconds = 0.2 if smoke else SECONDS

    def engine(self, mode: str = "none", **options: Any) -> DiffusersEngine:
        """A new engine over this kind, and over a second model of it. mode: what is compiled."""
        own: dict[str, Any] = {"like": LIKE[self.kind], "compile": mode, "loras": [], "batch": 4}
        if self.smoke:
            own |= {"vram_gb": 0.1, "sizes": {"multiple": 16, "least": 1024, "most": 1024}}
        entries = {name: own | {"weights": f"{self.kind}-{name}"} for name in ("first", "second")}
        (self.folder / "models.yaml").write_text(json.dumps(entries))
        for fields in entries.values():
            place = self.folder / "models" / fields["weights"]
            place.mkdir(parents=True, exist_ok=True)
            (place / "model_index.json").write_text("{}")
        made = (TinyEngine if self.smoke else RandomEngine)(self.folder, compiled=mode != "none", **options)
        made.load(self.device)
        return made

    def brief(self, seed: int) -> Brief:
        """One request."""
        return Brief(WORDS, *self.size, seed, steps=self.steps)

    def make(self, model: OneModel, count: int, *, tick: Any = None) -> float:
        """Seconds for `count` alike requests at once, fitted and encoded."""
        tick = tick or quiet
        start = time.perf_counter()
        briefs = [self.brief(seed) for seed in range(count)]
        finish: Any
        if self.film:
            finish = model.film_many(briefs, duration=self.seconds, fps=0, tick=tick)
        else:
            finish = model.paint_many(briefs, tick=tick)
        for each in finish:
            each(tick)
        return time.perf_counter() - start

    def model(self, engine: DiffusersEngine, name: str = "first") -> OneModel:
        """A model of the engine."""
        return engine.named(name, film=self.film)

    def batches(self) -> list[dict[str, Any]]:
        """Each batch size, eager and compiled."""
        lines: list[dict[str, Any]] = []
        for mode in ("none", "none" if self.smoke else "whole" if self.kind == "sdxl" else "blocks"):
            engine = self.engine(mode)
            for count in BATCHES:
                fresh_peak()
                self.make(self.model(engine), count)
                taken = statistics.median(self.make(self.model(engine), count) for _ in range(self.repeat))
                speed = {"seconds_per_clip": taken / count} if self.film else {"images_per_second": count / taken}
                lines.append({"question": "batch", "compile": mode, "batch": count, **speed, "peak_gb": peak()})
            engine.close()
        return lines

    def over_plain(self) -> dict[str, Any]:
        """Our way beside the plain pipeline with the same arguments, turn by turn, and the service around it."""
        import torch  # pyright: ignore[reportMissingImports]

        engine = self.engine()
        model = self.model(engine)
        plan = model.alike(self.brief(0), duration=self.seconds if self.film else 0.0)

        def both(pipe: Pipe) -> tuple[list[float], list[float]]:
            line = pipe.pipeline()
            entry = pipe.entry
            given: dict[str, Any] = {"prompt": [WORDS], "width": plan.width, "height": plan.height, "output_type": "pt"}
            given |= {"num_inference_steps": plan.steps, entry.guidance_as: plan.guidance, **entry.call}
            given |= {"num_frames": plan.frames} if self.film else {}
            given |= {"negative_prompt": [entry.negative]} if entry.negative is not None else {}

            def plain() -> None:
                made = line(**given, generator=[torch.Generator("cpu").manual_seed(1)])
                pixels = made.frames if self.film else made.images
                (pixels.float() * 255).round().to(torch.uint8).cpu()

            def ours() -> None:
                run(pipe, plan, [Job(WORDS, "", 1)], tick=quiet)

            ours()  # sets the sampler that both then use
            plain()
            turns = [(timed(plain), timed(ours)) for _ in range(self.repeat)]
            return [turn[0] for turn in turns], [turn[1] for turn in turns]

        plain, ours = engine.use("first", model.entry, both, tick=quiet)
        engine.close()
        return {
            "question": "over_plain",
            "plain_step": statistics.median(plain) / plan.steps,
            "our_step": statistics.median(ours) / plan.steps,
            "over_plain": statistics.median(mine / theirs for theirs, mine in zip(plain, ours, strict=True)),
        }

    def cancelled(self) -> dict[str, Any]:
        """From the moment nobody waits any more to the moment the GPU is free."""
        engine = self.engine()
        model = self.model(engine)
        steps = max(8, self.steps)
        self.make(model, 1)
        found: list[float] = []
        for turn in range(self.repeat):
            gone, left = threading.Event(), [0.0]

            def tick(fraction: float, message: str = "", *, gone: Any = gone) -> None:
                del fraction, message
                if gone.is_set():
                    raise Cancelled("gone")

            def leave(*, gone: Any = gone, left: Any = left) -> None:
                left[0] = time.perf_counter()
                gone.set()

            # somewhere in the middle of a step
            started = threading.Timer(0.02 if self.smoke else 0.35 + 0.05 * turn, leave)
            brief = Brief(WORDS, *self.size, turn, steps=500 if self.smoke else steps * 4)
            started.start()
            try:
                model.film_many([brief], duration=self.seconds, fps=0, tick=tick) if self.film else model.paint_many(
                    [brief], tick=tick
                )
            except Cancelled:
                found.append(time.perf_counter() - left[0])
            started.join()
        engine.close()
        return {"question": "cancel", "cancels": len(found), "median": statistics.median(found), "worst": max(found)}

    def swapped(self) -> dict[str, Any]:
        """Two models in turn under a budget that holds one: with a place in the machine's memory for the other."""
        engine = self.engine()
        needs = int(self.model(engine).entry.vram_gb * 1e9)
        engine.close()
        fresh_peak()
        engine = self.engine(budget=int(needs * 1.2), parking=200 * 10**9)
        turns = ("first", "second") * (1 + self.repeat)
        taken = [self.make(self.model(engine, name), 1) for name in turns]
        same = self.make(self.model(engine, "second"), 1)
        assert engine.residents().names == ["second"]
        engine.close()
        return {
            "question": "two_models",
            "budget_gb": needs * 1.2 / 1e9,
            "peak_gb": peak(),
            "same_model": same,
            "other_model": statistics.median(taken[2:]),
        }

    async def served(self) -> dict[str, Any]:
        """Requests through the whole service (gRPC, queue, encoding, store), eight at once, beside the engine alone."""
        kind = f"benchmarks.media:{'TinyEngine' if self.smoke else 'RandomEngine'}"
        self.engine().close()  # writes the catalogue
        engines: Engines[MediaEngine] = Engines(
            {"diffusers": EngineEntry(kind, "local/diffusers", "")},
            group="pixelle.none",
            default="diffusers",
            options={"diffusers": {"data_dir": self.folder}},
            device=self.device,
        )
        with tempfile.TemporaryDirectory() as kept:
            store = ArtifactStore(Path(kept).as_uri(), scratch=self.folder)
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
                        prompt=WORDS, width=self.size[0], height=self.size[1], seed=seed, steps=self.steps
                    )
                    request: Any
                    if self.film:
                        request = media_pb2.GenerateVideoRequest(
                            workflow="local/diffusers/first", prompt=prompt, duration_seconds=self.seconds
                        )
                    else:
                        request = media_pb2.GenerateImageRequest(workflow="local/diffusers/first", prompt=prompt)
                    method: Any = stub.GenerateVideo if self.film else stub.GenerateImage
                    await result_of(method, request, timeout=1700, service="media")

                await ask(1000)
                alone: list[float] = []
                for seed in range(self.repeat):
                    start = time.perf_counter()
                    await ask(2000 + seed)
                    alone.append(time.perf_counter() - start)
                start = time.perf_counter()
                await asyncio.gather(*(ask(seed) for seed in range(8)))
                eight = time.perf_counter() - start
        return {"question": "service", "one_at_a_time": statistics.median(alone), "eight_at_once": eight / 8}


def quiet(fraction: float, message: str = "") -> None:
    """Progress that nobody follows."""
    del fraction, message


def timed(work: Callable[[], None]) -> float:
    """Seconds until the device is done."""
    settle()
    start = time.perf_counter()
    work()
    settle()
    return time.perf_counter() - start


def settle() -> None:
    """Wait for the GPU."""
    import torch  # pyright: ignore[reportMissingImports]

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def fresh_peak() -> None:
    """Forget the largest use so far."""
    import torch  # pyright: ignore[reportMissingImports]

    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def peak() -> float:
    """Largest use of GPU memory, in 10^9 bytes; 0 without one."""
    import torch  # pyright: ignore[reportMissingImports]

    return torch.cuda.max_memory_allocated() / 1e9 if torch.cuda.is_available() else 0.0


def main() -> None:
    """Ask every question of the kinds named."""
    import torch  # pyright: ignore[reportMissingImports]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", help=f"of {', '.join(LIKE)}; all when none is named")
    parser.add_argument("--smoke", action="store_true", help="tiny models on the CPU")
    parser.add_argument("--repeat", type=int, default=5, help="runs per question; the median is told")
    given = parser.parse_args()
    if not given.smoke and not torch.cuda.is_available():
        raise SystemExit("There is no CUDA device here. --smoke asks the questions of tiny models on the CPU.")
    where = "cpu, tiny" if given.smoke else torch.cuda.get_device_name()
    for kind in given.kinds or LIKE:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(kind, Path(folder), smoke=given.smoke, repeat=given.repeat)
            asked: list[Callable[[], Any]] = [bench.batches, bench.over_plain, bench.cancelled, bench.swapped]
            for question in (*asked, lambda bench=bench: asyncio.run(bench.served())):
                found = question()
                for line in found if isinstance(found, list) else [found]:
                    rounded = {
                        key: round(value, 4) if isinstance(value, float) else value for key, value in line.items()
                    }
                    print(json.dumps({"kind": kind, "device": where, "steps": bench.steps, **rounded}), flush=True)


if __name__ == "__main__":
    main()
