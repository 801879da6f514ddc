"""A kind of diffusion model with random weights in our engine, and the requests it is measured with."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.architectures import build
from svc_media.diffusion.pipe import Pipe
from svc_media.engines.base import Brief
from svc_media.engines.diffusers import DiffusersEngine

if TYPE_CHECKING:
    from svc_media.diffusion.catalogue import Entry
    from svc_media.diffusion.model import OneModel

LIKE = {"sdxl": "sdxl", "flux": "flux-schnell", "wan": "wan-1.3b"}
SECONDS = 5.0
"""Length of a clip."""
WORDS = "a lighthouse on a cliff at dusk, long exposure, warm light in the windows"


class RandomEngine(DiffusersEngine):
    """The engine, with weights that are drawn instead of read. Entries say which by their `weights`."""

    tiny = False

    def opened(self, entry: Entry, device: str, *, cramped: bool) -> Pipe:
        """A pipeline of the entry's kind; parts of which the entry says so have numbers of their own."""
        import torch  # pyright: ignore[reportMissingImports]

        dtype = "float32" if device == "cpu" else "bfloat16"  # random weights may leave the range of float16
        made = build(Path(entry.weights).name.partition("-")[0], tiny=self.tiny, device=device, dtype=dtype)
        for name, kind in entry.dtype.items() if isinstance(entry.dtype, dict) and device != "cpu" else ():
            if name != "default":
                getattr(made, name).to(getattr(torch, kind))
        made.set_progress_bar_config(disable=True)
        return Pipe(made, entry, device, cramped=cramped)


class TinyEngine(RandomEngine):
    """The same for --smoke."""

    tiny = True


class Subject:
    """One kind of model, two of them in a catalogue of its own."""

    def __init__(self, kind: str, folder: Path, *, smoke: bool, repeat: int, steps: int = 0) -> None:
        """folder: for the catalogue and what the service keeps. steps: of denoising; 0: as many as are usual."""
        self.kind, self.folder, self.smoke, self.repeat = kind, folder, smoke, repeat
        self.device = "cpu" if smoke else "cuda"
        self.film = kind == "wan"
        self.steps = 2 if smoke else steps or {"sdxl": 30, "flux": 4, "wan": 20}[kind]
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
        # a first call of the size that is measured comes before every measurement, so none of another size is needed
        given: dict[str, Any] = {"compiled": mode != "none", "warm_up": False} | options
        made = (TinyEngine if self.smoke else RandomEngine)(self.folder, **given)
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


def quiet(fraction: float, message: str = "") -> None:
    """Progress that nobody follows."""
    del fraction, message
