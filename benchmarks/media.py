"""
What diffusion models cost in our service: `python -m benchmarks.media [sdxl flux wan]`, one JSON line per answer.

Real architectures with random weights on the GPU: the time of a step beside a plain diffusers loop in the same run
(`over_plain`, at most 1.03), through the whole service too; how soon the GPU is free after a cancel; two models under
a budget that holds one; pictures per second or seconds per clip at batch 1, 2 and 4, eager and compiled, peak memory.
`--ask` chooses among the questions; one that fails is told as such, and the others are asked all the same.
`--smoke` asks the same of tiny models on the CPU, to see that the questions work; its numbers mean nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.device import clear, fresh_peak, peak, settle, timed
from benchmarks.media_service import through_service
from benchmarks.media_subject import LIKE, WORDS, Subject, quiet
from pixelle.runtime.errors import Cancelled
from svc_media.diffusion.running import Job, run
from svc_media.engines.base import Brief

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from svc_media.diffusion.pipe import Pipe

BATCHES = (1, 2, 4)


class Bench(Subject):
    """One kind of model and what is asked of it."""

    def eager(self) -> Generator[dict[str, Any]]:
        """Each batch size as the weights come."""
        return self._batches("none")

    def compiled(self) -> Generator[dict[str, Any]]:
        """Each batch size compiled; what the first call of a size takes is told, and not counted in the others."""
        return self._batches("none" if self.smoke else "whole" if self.kind == "sdxl" else "blocks")

    def _batches(self, mode: str) -> Generator[dict[str, Any]]:
        engine = self.engine(mode)
        for count in BATCHES:
            fresh_peak()
            first = self.make(self.model(engine), count)
            taken = statistics.median(self.make(self.model(engine), count) for _ in range(self.repeat))
            speed = {"seconds_per_clip": taken / count} if self.film else {"images_per_second": count / taken}
            yield {"question": "batch", "compile": mode, "batch": count, **speed, "first": first, "peak_gb": peak()}
        engine.close()

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
                settle()  # what was queued when it was heard runs on
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

    def served(self) -> dict[str, Any]:
        """Requests through the whole service, eight at once, beside one at a time."""
        return asyncio.run(through_service(self))


QUESTIONS = {
    "over_plain": Bench.over_plain,
    "cancel": Bench.cancelled,
    "two_models": Bench.swapped,
    "service": Bench.served,
    "eager": Bench.eager,
    "compiled": Bench.compiled,
}
"""The most important first."""


def answers(bench: Bench, questions: Sequence[str]) -> Generator[dict[str, Any]]:
    """Line by line, as soon as each is known; a question that fails does not take the others with it."""
    for question in questions:
        try:
            found: Any = QUESTIONS[question](bench)
            yield from [found] if isinstance(found, dict) else found
        except Exception as error:
            traceback.print_exc()
            yield {"question": question, "failed": f"{type(error).__name__}: {error}"[:300]}
        clear()


def main() -> None:
    """Ask every question of the kinds named."""
    import torch  # pyright: ignore[reportMissingImports]

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", help=f"of {', '.join(LIKE)}; all when none is named")
    parser.add_argument("--ask", nargs="+", choices=QUESTIONS, default=list(QUESTIONS), help="which questions")
    parser.add_argument("--smoke", action="store_true", help="tiny models on the CPU")
    parser.add_argument("--repeat", type=int, default=5, help="runs per question; the median is told")
    parser.add_argument("--steps", type=int, default=0, help="denoising steps; 0: as the model is commonly used")
    given = parser.parse_args()
    if not given.smoke and not torch.cuda.is_available():
        raise SystemExit("There is no CUDA device here. --smoke asks the questions of tiny models on the CPU.")
    where = "cpu, tiny" if given.smoke else torch.cuda.get_device_name()
    failed = False
    for kind in given.kinds or LIKE:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(kind, Path(folder), smoke=given.smoke, repeat=given.repeat, steps=given.steps)
            for line in answers(bench, given.ask):
                failed = failed or "failed" in line
                rounded = {key: round(value, 4) if isinstance(value, float) else value for key, value in line.items()}
                print(json.dumps({"kind": kind, "device": where, "steps": bench.steps, **rounded}), flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
