"""
Diffusion models on a real GPU: `pytest tests/gpu`, in the environment of `make test-torch` with a torch for CUDA.

The architectures are real (SDXL, FLUX.1, Wan 2.1 1.3B), their weights are random: what is tested is time, memory and
ways, not what is seen.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.media import Bench

pytestmark = [pytest.mark.gpu, pytest.mark.filterwarnings("ignore"), pytest.mark.timeout(1500)]

MOST_OVER = 1.03
"""Our time over that of the plain pipeline."""


def no_gpu() -> str:
    """Why nothing can be tested here; empty when it can."""
    if find_spec("torch") is None or find_spec("diffusers") is None:
        return "torch and diffusers are not installed; `make test-torch` does"
    import torch  # pyright: ignore[reportMissingImports]

    return "" if torch.cuda.is_available() else "torch finds no CUDA device here"


@pytest.fixture
def bench(tmp_path: Path) -> Callable[[str], Bench]:
    """A bench of a kind; skipped without a GPU."""
    if reason := no_gpu():
        pytest.skip(reason)
    from benchmarks.media import Bench

    # a clip of the usual number of steps takes half a minute, and what is asked here is about one step
    film = {"repeat": 3, "steps": 4}
    return lambda kind: Bench(kind, tmp_path, smoke=False, **({"repeat": 5} | (film if kind == "wan" else {})))


@pytest.mark.parametrize("kind", ["sdxl", "flux", "wan"])
def test_our_way_costs_three_percent_at_most(bench: Callable[[str], Bench], kind: str) -> None:
    told = bench(kind).over_plain()
    assert told["over_plain"] <= MOST_OVER, told


def test_the_whole_service_keeps_the_gpu_busy(bench: Callable[[str], Bench]) -> None:
    """Encoding, storing and the network happen beside the next picture, not before it."""
    made = bench("sdxl")
    plain = made.over_plain()["plain_step"] * made.steps
    assert made.served()["eight_at_once"] <= plain * 1.05


@pytest.mark.parametrize("kind", ["sdxl", "wan"])
def test_a_cancel_frees_the_gpu_within_a_step_or_two(bench: Callable[[str], Bench], kind: str) -> None:
    made = bench(kind)
    step = made.over_plain()["plain_step"]
    told = made.cancelled()
    assert told["cancels"] == made.repeat
    assert told["worst"] <= 2 * step + 0.05, told  # the step that runs, and the one queued behind it


def test_two_models_share_a_budget_that_holds_one(bench: Callable[[str], Bench]) -> None:
    told = bench("sdxl").swapped()
    assert told["peak_gb"] <= told["budget_gb"], told


def test_seeds_decide_on_the_gpu(bench: Callable[[str], Bench]) -> None:
    made = bench("sdxl")
    model = made.model(made.engine())

    def pixels(seed: int) -> Any:
        from benchmarks.media import quiet

        return model.paint(made.brief(seed), tick=quiet).pixels

    first = pixels(1)
    assert np.array_equal(first, pixels(1))
    assert not np.array_equal(first, pixels(2))


def test_memory_that_runs_out_leads_to_offload_then_to_a_name(bench: Callable[[str], Bench]) -> None:
    import torch  # pyright: ignore[reportMissingImports]

    made = bench("sdxl")
    engine = made.engine()
    model = made.model(engine)
    made.make(model, 1)
    held = torch.cuda.memory_allocated()
    total: int = torch.cuda.get_device_properties(0).total_memory
    try:
        torch.cuda.empty_cache()
        # too little to work with everything on the device, enough with its parts outside
        torch.cuda.set_per_process_memory_fraction((held + 1.5e9) / total)
        made.make(model, 1)
        # too little for any layer at this size
        torch.cuda.set_per_process_memory_fraction(3e8 / total)
        with pytest.raises(FailedPrecondition) as caught:
            made.make(model, 4)
        assert caught.value.reason == "GPU_OUT_OF_MEMORY"
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    made.make(model, 1)
