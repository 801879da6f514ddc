"""The engine on the real code of diffusers, with tiny random models of every family."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from pixelle.runtime.errors import (
    Cancelled,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    PermissionDenied,
)
from pixelle.runtime.faults import lasting
from svc_media.diffusion.catalogue import catalogue
from svc_media.diffusion.device import TorchMemory
from svc_media.diffusion.running import Job, run
from svc_media.engines.base import Lora
from tests.damaged import broken_avif
from tests.unit.svc_media.diffusion.conftest import brief, quiet

if TYPE_CHECKING:
    from pathlib import Path

    from svc_media.diffusion.pipe import Pipe
    from svc_media.engines.diffusers import DiffusersEngine

pytestmark = pytest.mark.filterwarnings("ignore")

EDITORS = ("t-kontext", "t-klein")
PICTURES = ("t-sd", "t-sdxl", "t-sd3", "t-flux", "t-qwen", "t-zimage", "t-chroma", *EDITORS)
FOOTAGE = ("t-animatediff", "t-ltx", "t-wan", "t-wan22", "t-wan-two")
FROM_PICTURES = ("t-wan-picture", "t-wan-two-picture")


def picture(engine: DiffusersEngine, model: str, **fields: object) -> np.ndarray[Any, Any]:
    return engine.named(model, film=False).paint(brief(**fields), tick=quiet).pixels


def denoiser(pipe: Pipe) -> Any:
    line = pipe.pipeline()
    return getattr(line, "transformer", None) or line.unet


@pytest.mark.parametrize("model", PICTURES)
def test_pictures_of_every_family_are_decided_by_their_seed(engine: DiffusersEngine, model: str) -> None:
    first = picture(engine, model)
    assert first.shape == (576, 320, 3)
    assert first.std() > 8
    assert np.array_equal(first, picture(engine, model))
    assert not np.array_equal(first, picture(engine, model, seed=8))
    assert not np.array_equal(first, picture(engine, model, prompt="a forest at noon"))


@pytest.mark.parametrize("model", [name for name in PICTURES if name not in EDITORS])
def test_a_given_picture_is_kept_as_far_as_is_asked(engine: DiffusersEngine, photo: bytes, model: str) -> None:
    free = picture(engine, model, steps=4)
    little, much = (picture(engine, model, reference=photo, strength=value, steps=4) for value in (0.26, 1.0))
    assert not np.array_equal(little, much)
    assert not np.array_equal(free, little)
    assert picture(engine, model, reference=photo, strength=0.01, steps=1).shape == free.shape


@pytest.mark.parametrize("model", FOOTAGE)
def test_footage_of_every_family(engine: DiffusersEngine, model: str) -> None:
    import av

    made = engine.named(model, film=True)
    film = made.film(brief(), duration=0.5, fps=24, tick=quiet)
    assert (film.frames, film.fps) == (12, 24)
    with av.open(io.BytesIO(film.mp4), "r") as container:
        frames = [frame.to_ndarray(format="gray") for frame in container.decode(video=0)]
    assert len(frames) == 12
    assert frames[0].shape == (576, 320)
    assert made.film(brief(), duration=0.5, fps=24, tick=quiet).mp4 == film.mp4


@pytest.mark.parametrize("model", ["t-ltx", "t-wan22"])
def test_footage_from_a_picture_or_without(engine: DiffusersEngine, photo: bytes, model: str) -> None:
    made = engine.named(model, film=True)
    plain = made.film(brief(), duration=0.3, fps=0, tick=quiet)
    assert made.film(brief(reference=photo), duration=0.3, fps=0, tick=quiet).mp4 != plain.mp4
    assert made.edits
    assert not engine.named("t-wan", film=True).edits


@pytest.mark.parametrize("model", EDITORS)
def test_a_given_picture_is_drawn_anew_by_words_alone(engine: DiffusersEngine, photo: bytes, model: str) -> None:
    free, shown = picture(engine, model), picture(engine, model, reference=photo)
    assert not np.array_equal(free, shown)
    with pytest.raises(FailedPrecondition) as caught:
        picture(engine, model, reference=photo, strength=0.5)
    assert caught.value.reason == "MODEL_HAS_NO_STRENGTH"
    other = io.BytesIO()
    Image.new("RGB", (320, 240), "red").save(other, "PNG")
    briefs = [brief(reference=photo), brief(reference=other.getvalue())]
    together = [finish(quiet).pixels for finish in engine.named(model, film=False).paint_many(briefs, tick=quiet)]
    assert np.array_equal(together[0], shown), "and nothing of another request's picture"
    assert np.array_equal(together[1], picture(engine, model, reference=other.getvalue()))


def test_both_denoisers_of_a_model_are_compiled(engine: DiffusersEngine) -> None:
    made = engine.opened(engine.library.find("t-wan-two"), "cpu", cramped=False)
    made.compiled()
    line = made.pipeline()
    for part in (line.transformer, line.transformer_2):
        assert any(module._compiled_call_impl is not None for module in part.modules())


@pytest.mark.parametrize("model", FROM_PICTURES)
def test_footage_that_needs_a_picture(engine: DiffusersEngine, photo: bytes, model: str) -> None:
    made = engine.named(model, film=True)
    first = made.film(brief(reference=photo), duration=0.3, fps=30, tick=quiet)
    assert first.frames == 9
    assert made.film(brief(reference=photo), duration=0.3, fps=30, tick=quiet).mp4 == first.mp4
    other = np.asarray(Image.open(io.BytesIO(photo)))[::-1]
    file = io.BytesIO()
    Image.fromarray(other).save(file, "PNG")
    assert made.film(brief(reference=file.getvalue()), duration=0.3, fps=30, tick=quiet).mp4 != first.mp4
    with pytest.raises(FailedPrecondition) as caught:
        made.film(brief(), duration=0.3, fps=30, tick=quiet)
    assert caught.value.reason == "REFERENCE_MISSING"


def test_every_pipeline_of_the_catalogue_has_run_here(engine: DiffusersEngine) -> None:
    """A model is an entry, but a kind of pipeline that no test has run is not offered."""
    entries = engine.library.entries()
    tiny = [entries[name] for name in (*PICTURES, *FOOTAGE, *FROM_PICTURES)]
    ran = {(entry.pipeline, entry.from_picture) for entry in tiny}
    assert {(entry.pipeline, entry.from_picture) for entry in catalogue().values()} <= ran


@pytest.mark.parametrize("model", PICTURES)
def test_together_is_as_alone(engine: DiffusersEngine, model: str) -> None:
    """Up to the order of sums: a level of brightness here and there."""
    briefs = [brief(), brief(seed=8, prompt="a forest, " + "with many tall trees " * 6), brief(seed=9)]
    together = [finish(quiet).pixels for finish in engine.named(model, film=False).paint_many(briefs, tick=quiet)]
    for one, pixels in zip(briefs, together, strict=True):
        alone = engine.named(model, film=False).paint(one, tick=quiet).pixels
        assert np.abs(alone.astype(int) - pixels).max() <= 1


@pytest.mark.parametrize("model", ["t-sd", "t-sdxl"])
def test_nothing_of_a_long_prompt_is_lost(engine: DiffusersEngine, model: str) -> None:
    start = "a lighthouse on a cliff over the sea, " * 8
    long = picture(engine, model, prompt=start + "in red", negative_prompt="blurred " * 40)
    assert not np.array_equal(long, picture(engine, model, prompt=start + "in blue", negative_prompt="blurred " * 40))


def test_a_prompt_that_a_model_cannot_read_is_refused_with_the_numbers(engine: DiffusersEngine) -> None:
    with pytest.raises(InvalidArgument) as caught:
        picture(engine, "t-flux", prompt="x" * 1000)
    assert caught.value.reason == "PROMPT_TOO_LONG"
    assert "1,001 tokens" in caught.value.message
    assert "256" in caught.value.message


def test_what_a_request_sets_has_an_effect(engine: DiffusersEngine) -> None:
    plain = picture(engine, "t-sdxl", steps=3)
    for change in ({"guidance": 9.0}, {"sampler": "euler_a"}, {"steps": 4}, {"negative_prompt": "people"}):
        assert not np.array_equal(plain, picture(engine, "t-sdxl", **({"steps": 3} | change))), change
    assert np.array_equal(plain, picture(engine, "t-sdxl", steps=3)), "and none on the next one"


@pytest.mark.parametrize(
    "sampler", ["euler", "euler_trailing", "dpmpp_2m", "dpmpp_2m_sde", "ddim", "unipc", "heun", "lcm"]
)
def test_every_sampler_works(engine: DiffusersEngine, sampler: str) -> None:
    assert picture(engine, "t-sd", sampler=sampler, steps=3).std() > 1


@pytest.mark.parametrize("sampler", ["flow_dpmpp_2m", "flow_euler"])
def test_every_sampler_of_footage_works(engine: DiffusersEngine, sampler: str) -> None:
    made = engine.named("t-wan", film=True).film(brief(sampler=sampler), duration=0.1, fps=0, tick=quiet)
    assert made.frames == 3


def test_progress_is_told_for_every_step(engine: DiffusersEngine) -> None:
    told: list[tuple[float, str]] = []

    def tick(fraction: float, message: str = "") -> None:
        told.append((fraction, message))

    engine.named("t-flux", film=False).paint(brief(steps=5), tick=tick)
    assert [message for _, message in told if message.startswith("step")] == [f"step {n} of 5" for n in range(1, 6)]
    assert [fraction for fraction, _ in told] == sorted(fraction for fraction, _ in told)


@pytest.mark.parametrize("model", ["t-sdxl", "t-flux"])
def test_cancel_is_heard_within_a_step(engine: DiffusersEngine, model: str) -> None:
    worked: list[int] = []

    def work(*_: object) -> None:
        worked.append(1)

    made = engine.named(model, film=False)
    entry = engine.library.find(model)
    hook = engine.use(model, entry, lambda pipe: denoiser(pipe).register_forward_pre_hook(work), tick=quiet)

    def gone(fraction: float, message: str = "") -> None:
        del fraction
        if message == "step 2 of 50":
            raise Cancelled("gone")

    try:
        with pytest.raises(Cancelled):
            made.paint(brief(steps=50), tick=gone)
    finally:
        hook.remove()
    assert len(worked) == 2
    assert picture(engine, model).std() > 8, "and the model is whole for the next one"


def test_memory_that_runs_out_is_caught_and_the_call_done_once_more(engine: DiffusersEngine) -> None:
    import torch  # pyright: ignore[reportMissingImports]

    fails = [1]

    def full(*_: object) -> None:
        if fails:
            fails.pop()
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    entry = engine.library.find("t-sd")
    hook = engine.use("t-sd", entry, lambda pipe: denoiser(pipe).register_forward_pre_hook(full), tick=quiet)
    try:
        assert picture(engine, "t-sd").std() > 8
        assert not fails
        fails[:] = [1, 1, 1, 1]
        with pytest.raises(FailedPrecondition) as caught:
            picture(engine, "t-sd", width=448)
        assert caught.value.reason == "GPU_OUT_OF_MEMORY"
        assert len(fails) == 1, "tried by parts, then by layers, and no more"
    finally:
        hook.remove()


def test_a_batch_that_does_not_fit_is_made_one_by_one(engine: DiffusersEngine) -> None:
    """With everything on the device, which is much faster than its parts outside; the next batch begins so."""
    import torch  # pyright: ignore[reportMissingImports]

    sizes: list[int] = []

    def full(_: object, given: tuple[Any, ...]) -> None:
        sizes.append(len(given[0]))
        if len(given[0]) > 2:  # each with and without guidance
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    entry = engine.library.find("t-sdxl")
    hook = engine.use("t-sdxl", entry, lambda pipe: denoiser(pipe).register_forward_pre_hook(full), tick=quiet)
    briefs = [brief(seed=seed, width=400) for seed in range(3)]
    made = engine.named("t-sdxl", film=False)
    try:
        for told in ([6, 2, 2, 2, 2, 2, 2], [2] * 6):
            sizes.clear()
            together = [finish(quiet).pixels for finish in made.paint_many(briefs, tick=quiet)]
            assert sizes == told
            assert engine.use("t-sdxl", entry, lambda pipe: pipe._level, tick=quiet) == "none"
    finally:
        hook.remove()
    assert [np.array_equal(picture(engine, "t-sdxl", seed=seed, width=400), together[seed]) for seed in range(3)]


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", True),
        ("[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory", True),
        ("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm`", False),
    ],
)
def test_memory_that_torch_has_no_type_for_is_known_by_the_code_in_the_text(
    data_dir: Path, text: str, short: bool
) -> None:
    del data_dir  # it is skipped without torch
    assert TorchMemory().ran_out(RuntimeError(text)) is short


def test_a_gpu_that_is_broken_for_the_process_is_known_by_what_torch_raises(data_dir: Path) -> None:
    """CUDA answers each call after an illegal access with the same error, until the process ends."""
    import torch  # pyright: ignore[reportMissingImports]

    from svc_media.engines.diffusers import DiffusersEngine

    engine = DiffusersEngine(data_dir)

    def broken(code: int) -> Any:
        def work(_: object) -> None:
            error: Any = torch.AcceleratorError(
                "CUDA error: an illegal memory access was encountered\nCUDA kernel errors"
            )
            error.error_code = code
            raise error

        return work

    engine.load("cpu")
    known: list[str] = []
    for code in (700, 9):
        with pytest.raises(torch.AcceleratorError) as caught:
            engine.use("t-sd", engine.library.find("t-sd"), broken(code), tick=quiet)
        known.append(lasting(caught.value))
    engine.close()
    assert known == ["CUDA error: an illegal memory access was encountered", ""]


def test_a_batch_is_decoded_picture_by_picture(engine: DiffusersEngine) -> None:
    """Decoding in the numbers of SDXL takes 5 GB for each picture of a batch, the denoising a few hundred MB."""
    decoded: list[int] = []

    def look(_: object, given: tuple[Any, ...]) -> None:
        decoded.append(len(given[0]))

    entry = engine.library.find("t-sdxl")
    hook = engine.use(
        "t-sdxl", entry, lambda pipe: pipe.pipeline().vae.decoder.register_forward_pre_hook(look), tick=quiet
    )
    try:
        engine.named("t-sdxl", film=False).paint_many([brief(seed=seed) for seed in range(3)], tick=quiet)
    finally:
        hook.remove()
    assert decoded == [1, 1, 1]


def test_a_pipeline_that_tells_nobody_its_steps_is_followed_by_its_scheduler(
    engine: DiffusersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As those of HunyuanVideo 1.5 or PixArt: progress for each step, and a cancel is heard."""
    from diffusers import StableDiffusionPipeline  # pyright: ignore[reportMissingImports]

    own: Any = StableDiffusionPipeline.__call__

    def silent(self: Any, prompt: Any, num_inference_steps: int, generator: Any, height: int, width: int) -> Any:  # noqa: PLR0917
        return own(
            self, prompt, height, width, num_inference_steps, generator=generator, output_type="pt", guidance_scale=7.0
        )

    monkeypatch.setattr(StableDiffusionPipeline, "__call__", silent)
    told: list[str] = []

    def tick(fraction: float, message: str = "") -> None:
        del fraction
        told.append(message)
        if message == "step 3 of 5":
            raise Cancelled("gone")

    with pytest.raises(Cancelled):
        engine.named("t-sd", film=False).paint(brief(steps=5, sampler="euler"), tick=tick)
    assert [message for message in told if message.startswith("step")] == [f"step {n} of 5" for n in (1, 2, 3)]


def test_more_sizes_than_torch_compiles_for_by_itself_are_no_fault(
    engine: DiffusersEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each shape, batch, guidance and LoRA may need another graph: torch gives up after eight."""
    import torch  # pyright: ignore[reportMissingImports]
    from torch._dynamo.testing import CompileCounter  # pyright: ignore[reportMissingImports]

    entry, counter, own = engine.library.find("t-qwen"), CompileCounter(), torch.nn.Module.compile
    made = engine.opened(entry, "cpu", cramped=False)

    def traced(module: Any, **given: Any) -> None:
        own(module, **{"backend": counter, **given})

    monkeypatch.setattr(torch.nn.Module, "compile", traced)
    made.compiled()
    monkeypatch.undo()
    alike = engine.named("t-qwen", film=False).alike(brief())
    try:
        for width, height in ((64, 64), (48, 80), (80, 48)):
            for guidance in (4.0, 1.0):
                for words in ("a lighthouse", "a long prompt with many words in it " * 4):
                    for count in (1, 2):
                        plan = replace(alike, width=width, height=height, guidance=guidance)
                        run(made, plan, [Job(words, "", seed) for seed in range(count)], tick=quiet)
    finally:
        torch.compiler.reset()
    assert counter.frame_count > 8


def test_what_is_compiled_is_not_where_layers_come_one_by_one(data_dir: Path) -> None:
    """On a device that is not "cpu" by name, so that everything is done as on a GPU."""
    from svc_media.engines.diffusers import DiffusersEngine

    engine = DiffusersEngine(data_dir)
    entry = engine.library.find("t-flux").model_copy(update={"dtype": "float32"})
    made = engine.opened(entry, "cpu:0", cramped=False)

    def compiled() -> int:
        return sum(module._compiled_call_impl is not None for module in denoiser(made).modules())

    assert compiled() == 2
    assert made.offload()
    assert compiled() == 0
    made.restore()
    assert compiled() == 2
    assert engine.opened(entry, "cpu:0", cramped=True).offload()


def test_loras_are_learned_by_a_model_whose_parts_wait_outside(engine: DiffusersEngine, data_dir: Path) -> None:
    (data_dir / "loras").mkdir(exist_ok=True)
    save_lora(engine, data_dir / "loras" / "outside.safetensors")
    from svc_media.engines.diffusers import DiffusersEngine

    whole, outside = DiffusersEngine(data_dir, warm_up=False), DiffusersEngine(data_dir, budget=10_000, warm_up=False)
    for each in (whole, outside):
        each.load("cpu:0")
    expected = [picture(whole, "t-sd", loras=loras) for loras in ((), (Lora("outside"),), ())]
    found = [picture(outside, "t-sd", loras=loras) for loras in ((), (Lora("outside"),), ())]
    assert outside.use("t-sd", outside.library.find("t-sd"), lambda pipe: pipe._level, tick=quiet) == "model"
    assert all(np.array_equal(one, other) for one, other in zip(expected, found, strict=True))
    assert not np.array_equal(found[0], found[1])


@pytest.mark.parametrize(("code", "short"), [(2, True), (700, False)])
def test_memory_that_a_library_beside_torch_lacks_is_known_by_its_code(data_dir: Path, code: int, short: bool) -> None:
    del data_dir  # it is skipped without torch
    import torch  # pyright: ignore[reportMissingImports]

    error: Any = torch.AcceleratorError("CUDA error")
    assert not TorchMemory().ran_out(error)
    error.error_code = code
    assert TorchMemory().ran_out(error) is short


@pytest.mark.parametrize("model", [*PICTURES, *FOOTAGE, *FROM_PICTURES])
def test_what_is_compiled_is_compiled_whole_and_for_any_batch(
    engine: DiffusersEngine, photo: bytes, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    """Traced as on a GPU, then run as it is: nothing breaks a graph, and few sizes of batches need one of their own."""
    import torch  # pyright: ignore[reportMissingImports]
    from torch._dynamo.testing import CompileCounter  # pyright: ignore[reportMissingImports]

    entry, counter, own = engine.library.find(model), CompileCounter(), torch.nn.Module.compile
    if entry.compile == "none":
        pytest.skip(f"{model} is not compiled")

    def traced(module: Any, **given: Any) -> None:
        own(module, **{"backend": counter, "fullgraph": True, **given})

    monkeypatch.setattr(torch.nn.Module, "compile", traced)
    made = engine.opened(entry, "cpu", cramped=False)
    made.compiled()
    monkeypatch.undo()
    alike = engine.named(model, film=entry.makes == "videos").alike(brief(reference=photo * entry.needs_picture))
    graphs: list[int] = []
    try:
        for count in (1,) if entry.needs_picture else (1, 2, 3, 4):
            picture = Image.open(io.BytesIO(photo)).resize((alike.width, alike.height)) if entry.needs_picture else None
            run(made, alike, [Job("a lighthouse", "", seed, picture) for seed in range(count)], tick=quiet)
            graphs.append(counter.frame_count)
    finally:
        torch.compiler.reset()
    assert graphs[0] >= 1
    assert len(set(graphs[1:])) <= 1, "the second size of a batch is the last that is compiled for"


def test_loras_are_worn_for_one_request_only(engine: DiffusersEngine, data_dir: Path) -> None:
    loras = data_dir / "loras"
    loras.mkdir(exist_ok=True)
    save_lora(engine, loras / "ink.safetensors")
    plain = picture(engine, "t-sd")
    inked = picture(engine, "t-sd", loras=(Lora("ink"),))
    strong = picture(engine, "t-sd", loras=(Lora("ink", 2.0),))
    assert not np.array_equal(plain, inked)
    assert not np.array_equal(inked, strong)
    assert np.array_equal(plain, picture(engine, "t-sd"))
    assert np.array_equal(inked, picture(engine, "t-sd", loras=(Lora("ink"),)))
    with pytest.raises(FailedPrecondition) as caught:
        picture(engine, "t-flux", loras=(Lora("ink"),))
    assert caught.value.reason == "LORA_UNFIT"
    (loras / "noise.safetensors").write_bytes(b"nothing")
    with pytest.raises(FailedPrecondition) as caught:
        picture(engine, "t-sd", loras=(Lora("noise"),))
    assert caught.value.reason == "LORA_UNFIT"


def test_a_lora_named_twice_works_twice(engine: DiffusersEngine, data_dir: Path) -> None:
    (data_dir / "loras").mkdir(exist_ok=True)
    save_lora(engine, data_dir / "loras" / "twice.safetensors")
    whole = picture(engine, "t-sd", loras=(Lora("twice"),))
    assert np.array_equal(whole, picture(engine, "t-sd", loras=(Lora("twice", 0.5), Lora("twice", 0.5))))


def test_a_lora_that_fits_in_part_leaves_nothing_behind(engine: DiffusersEngine, data_dir: Path) -> None:
    import torch  # pyright: ignore[reportMissingImports]
    from safetensors.torch import load_file, save_file

    loras = data_dir / "loras"
    loras.mkdir(exist_ok=True)
    save_lora(engine, loras / "part.safetensors")
    weights = load_file(loras / "part.safetensors")
    name = "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer"
    # of another size than the text encoder
    weights |= {f"{name}.down.weight": torch.ones(4, 7), f"{name}.up.weight": torch.ones(7, 4)}
    save_file(weights, loras / "part.safetensors")
    plain = picture(engine, "t-sd")
    for _ in range(2):
        with pytest.raises(FailedPrecondition) as caught:
            picture(engine, "t-sd", loras=(Lora("part"),))
        assert caught.value.reason == "LORA_UNFIT"
        assert "already in use" not in caught.value.message
        assert np.array_equal(plain, picture(engine, "t-sd"))


def save_lora(engine: DiffusersEngine, path: Path) -> None:
    from diffusers import StableDiffusionPipeline  # pyright: ignore[reportMissingImports]
    from peft import LoraConfig, get_peft_model_state_dict  # pyright: ignore[reportMissingImports]

    def saved(pipe: Pipe) -> None:
        import torch  # pyright: ignore[reportMissingImports]

        torch.manual_seed(3)
        unet = denoiser(pipe)
        unet.add_adapter(LoraConfig(r=4, init_lora_weights=False, target_modules=["to_q", "to_v"]), "new")
        weights = get_peft_model_state_dict(unet, adapter_name="new")
        unet.delete_adapters("new")
        StableDiffusionPipeline.save_lora_weights(
            path.parent, {name: 20 * value for name, value in weights.items()}, weight_name=path.name
        )

    engine.use("t-sd", engine.library.find("t-sd"), saved, tick=quiet)


def test_models_leave_when_the_budget_is_small_and_come_back_the_same(data_dir: Path) -> None:
    from svc_media.engines.diffusers import DiffusersEngine

    small = DiffusersEngine(data_dir, budget=150_000_000, parking=0)
    small.load("cpu")
    first = picture(small, "t-sd")
    picture(small, "t-flux")
    assert small.residents().names == ["t-flux"]
    assert np.array_equal(picture(small, "t-sd"), first)
    small.close()
    parking = DiffusersEngine(data_dir, budget=150_000_000, parking=10**9, preload=["t-sd"])
    parking.load("cpu")
    assert parking.residents().names == ["t-sd"]
    picture(parking, "t-flux")
    assert np.array_equal(picture(parking, "t-sd"), first)
    parking.close()


def test_a_change_of_the_catalogue_is_seen_by_the_next_request(data_dir: Path) -> None:
    from svc_media.engines.diffusers import DiffusersEngine

    own = data_dir / "changing.yaml"
    small = "sizes: {multiple: 16, least: 1024, most: 4096}, steps: 2, variant: '', vram_gb: 0.1"
    own.write_text(f"mine: {{like: sd15, weights: tiny-sd, {small}}}")
    engine = DiffusersEngine(data_dir, catalogue=own)
    engine.load("cpu")
    before = picture(engine, "mine")
    own.write_text(f"mine: {{like: sdxl, weights: tiny-sdxl, {small}}}")
    changed = picture(engine, "mine")
    engine.close()
    assert not np.array_equal(before, changed)
    fresh = DiffusersEngine(data_dir, catalogue=own)
    fresh.load("cpu")
    assert np.array_equal(changed, picture(fresh, "mine"))
    fresh.close()


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("from_picture: StableDiffusionImg2ImgPipelin", "StableDiffusionImg2ImgPipelin"),
        ("prompt: {reader: tokenizer_9}", "tokenizer_9"),
        ("call: {clip_skipp: 1}", "Did you mean 'clip_skip'"),
        ("guidance_as: guidance", "Did you mean 'guidance_scale'"),
        ("dtype: {vea: float32}", "Did you mean 'vae'"),
    ],
)
def test_a_name_that_the_model_does_not_know_is_said(data_dir: Path, field: str, name: str) -> None:
    from svc_media.engines.diffusers import DiffusersEngine

    own = data_dir / "misnamed.yaml"
    own.write_text(f"mine: {{like: sd15, weights: tiny-sd, variant: '', {field}}}")
    engine = DiffusersEngine(data_dir, catalogue=own)
    engine.load("cpu")
    with pytest.raises(FailedPrecondition) as caught:
        picture(engine, "mine")
    assert caught.value.reason == "CATALOGUE_BROKEN"
    assert name in caught.value.message


def test_a_picture_to_start_from_is_seen_as_it_is_shown() -> None:
    from svc_media.diffusion.running import picture_of

    deep, clear = io.BytesIO(), io.BytesIO()
    Image.fromarray(np.full((64, 64), 32896, np.uint16)).save(deep, "PNG")
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(clear, "PNG")
    assert np.asarray(picture_of(deep.getvalue(), 64, 64)).mean() == 128
    assert np.asarray(picture_of(clear.getvalue(), 64, 64)).mean() == 255, "what is transparent is white"
    with pytest.raises(InvalidArgument) as unreadable:
        picture_of(broken_avif(), 64, 64)
    assert unreadable.value.reason == "REFERENCE_NOT_A_PICTURE"


@pytest.mark.parametrize("model", ["t-sdxl", "t-flux"])
def test_what_is_compiled_paints_the_same(data_dir: Path, model: str) -> None:
    """The whole denoiser of one, the blocks of the other; the compiler itself is asked for and then left out here."""
    import torch  # pyright: ignore[reportMissingImports]

    from svc_media.engines.diffusers import DiffusersEngine

    engine = DiffusersEngine(data_dir, compiled=True)
    engine.load("cpu")
    before = picture(engine, model)

    def compile_it(pipe: Pipe) -> int:
        pipe.compiled()
        return sum(module._compiled_call_impl is not None for module in denoiser(pipe).modules())

    asked = engine.use(model, engine.library.find(model), compile_it, tick=quiet)
    assert asked == (1 if model == "t-sdxl" else 2)
    with torch.compiler.set_stance("force_eager"):
        assert np.array_equal(before, picture(engine, model))
    engine.close()


def test_what_cannot_work_is_said_before_the_work(engine: DiffusersEngine, photo: bytes) -> None:
    with pytest.raises(InvalidArgument) as caught:
        picture(engine, "t-sdxl", sampler="eular")
    assert caught.value.reason == "SAMPLER_UNKNOWN"
    assert "Did you mean 'euler'" in caught.value.message
    with pytest.raises(PermissionDenied) as outside:
        picture(engine, "t-sd", loras=(Lora("/etc/passwd"),))
    assert outside.value.reason == "LORA_OUTSIDE_ROOTS"
    for fields, reason in (({"guidance": 4.0}, "MODEL_NOT_GUIDED"), ({"strength": 0.5}, "MODEL_HAS_NO_STRENGTH")):
        with pytest.raises(FailedPrecondition) as refused:
            picture(engine, "t-flux", **fields)
        assert refused.value.reason == reason
    with pytest.raises(FailedPrecondition) as unheard:
        picture(engine, "t-sd", guidance=1.0, negative_prompt="people")
    assert unheard.value.reason == "MODEL_NOT_GUIDED"
    assert "guidance is 1" in unheard.value.message
    with pytest.raises(InvalidArgument) as unreadable:
        picture(engine, "t-sd", reference=photo[:40])
    assert unreadable.value.reason == "REFERENCE_NOT_A_PICTURE"


def test_models_that_are_missing_or_broken_are_said(engine: DiffusersEngine) -> None:
    with pytest.raises(NotFound) as missing:
        engine.named("sdxl", film=False)
    assert missing.value.reason == "MODEL_NOT_INSTALLED"
    assert "hf download stabilityai/stable-diffusion-xl-base-1.0" in missing.value.message
    with pytest.raises(FailedPrecondition) as broken:
        picture(engine, "t-broken")
    assert broken.value.reason == "MODEL_BROKEN"
    offers = {offer.model: offer for offer in engine.offers()}
    assert offers["t-sd"].reason == ""
    assert "hf download" in offers["sdxl"].reason
    assert offers[""].videos or offers[""].images


def test_a_device_that_is_not_there_is_said(data_dir: Path) -> None:
    import torch  # pyright: ignore[reportMissingImports]

    from svc_media.engines.diffusers import DiffusersEngine

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    with pytest.raises(FailedPrecondition) as caught:
        DiffusersEngine(data_dir).load("cuda")
    assert caught.value.reason == "DEVICE_UNAVAILABLE"
