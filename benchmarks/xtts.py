"""
XTTS at its real size: `python -m benchmarks.xtts [--device cpu]`, one JSON line per question.

How long 1, 8 and 32 concurrent requests of one line take through the service, line by line and then in batches, and
how much that gains over one line at a time, both in one run; and the same for one long text. Weights are random unless
`--weights FOLDER` has others: they never stop by themselves, so every line has `--codes` codes (46 ms each). With
`--voice FILE` that recording is copied and its likeness told, which means something with trained weights only.
`--smoke` asks two layers of 64 channels on the CPU; its numbers mean nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import structlog

from benchmarks.tts import TEXT, batch_gain, hum, spent
from pixelle.core.v1 import core_pb2
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.testing import running
from pixelle.tts.v1 import tts_pb2, tts_pb2_grpc
from svc_tts.cloning.shelf import VoiceShelf
from svc_tts.server import build
from svc_tts.settings import TtsSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

REAL = {"gpt_layers": 30, "gpt_n_model_channels": 1024, "gpt_n_heads": 16, "decoder_input_dim": 1024}
TINY = {"gpt_layers": 2, "gpt_n_model_channels": 64, "gpt_n_heads": 4, "decoder_input_dim": 64}
LINE = TEXT.partition(".")[0] + "."
_VOICE = "xtts/made-bench"
_DEADLINE = 900.0


def random_weights(folder: Path, *, tiny: bool, codes: int, languages: Sequence[str] = ("en",)) -> None:
    """
    An XTTS as it is published, but for a vocabulary of single letters and weights drawn from a seed.

    codes: the most of one line; languages: those of its tokenizer.
    """
    import torch  # pyright: ignore[reportMissingImports]
    from tokenizers import Tokenizer, models, pre_tokenizers
    from TTS.tts.configs.xtts_config import XttsConfig  # pyright: ignore[reportMissingImports]
    from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer  # pyright: ignore[reportMissingImports]
    from TTS.tts.models.xtts import Xtts, XttsArgs  # pyright: ignore[reportMissingImports]

    special = ["[STOP]", "[UNK]", "[SPACE]", *(f"[{language}]" for language in languages), "[START]"]
    vocabulary = {token: number for number, token in enumerate([*special, *map(chr, range(33, 127))])}
    core: Any = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    core.add_special_tokens(special)
    core.save(str(folder / "vocab.json"))
    args: Any = XttsArgs(
        **(TINY if tiny else REAL),
        gpt_max_audio_tokens=codes,
        gpt_max_text_tokens=402,
        gpt_max_prompt_tokens=70,
        gpt_num_audio_tokens=1026,
        gpt_start_audio_token=1024,
        gpt_stop_audio_token=1025,
        gpt_use_perceiver_resampler=True,
        d_vector_dim=512,
        tokenizer_file=str(folder / "vocab.json"),
    )
    config: Any = XttsConfig(model_args=args, languages=list(languages))
    config.save_json(str(folder / "config.json"))
    torch.manual_seed(5)
    model: Any = Xtts(config)
    model.tokenizer = VoiceBpeTokenizer(vocab_file=str(folder / "vocab.json"))
    model.init_models()
    torch.save({"model": model.state_dict(), "config": None}, folder / "model.pth")


async def concurrent(
    weights: Path, device: str, *, batch: int, counts: Sequence[int], voice: bytes = b""
) -> list[dict[str, Any]]:
    """
    So many requests of one line each at once, over gRPC.

    batch: lines spoken together. voice: a recording to copy; b"": a hum stands for one.
    """
    lines: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as data:
        settings = TtsSettings(
            data_dir=Path(data),
            tts_engine="xtts",
            tts_xtts_dir=weights,
            tts_xtts_terms_accepted=True,
            tts_batch=batch,
            device=device,
            queue=max(counts),
        )
        store = ArtifactStore.open(settings)
        await VoiceShelf(store).put(
            tts_pb2.KeptVoice(
                voice=tts_pb2.Voice(id=_VOICE, name="hum", languages=["en"], workflow="local/xtts", cloned=True),
                recording=core_pb2.Artifact(inline=hum(), sha256="hum"),
            )
        )
        async with running(build(settings, store)) as channel:
            make: Any = tts_pb2_grpc.TtsServiceStub
            stub = make(channel)
            await _ask(stub, 0, voice)  # the voice is learned, and the first call is slower
            seeds = iter(range(1, 10_000))
            for count in counts:
                start, before = time.perf_counter(), spent()
                told = await asyncio.gather(*(_ask(stub, next(seeds), voice) for _ in range(count)))
                wall = time.perf_counter() - start
                audio = sum(narration.duration_seconds for _, narration in told)
                alike = [said.voice_likeness.cosine for _, said in told if said.HasField("voice_likeness")]
                lines.append(
                    {
                        "question": "concurrent",
                        "batch": batch,
                        "requests": count,
                        "wall": wall,
                        "audio": audio,
                        "audio_per_second": audio / wall,
                        "cpu_per_audio": (spent() - before) / audio,
                        "first_audio_median": median(first for first, _ in told),
                        "first_audio_worst": max(first for first, _ in told),
                        "likeness": sum(alike) / len(alike) if alike else None,
                    }
                )
    return lines


async def _ask(stub: Any, seed: int, voice: bytes) -> tuple[float, core_pb2.Narration]:
    """Seconds until the first sound, and the narration. seed: another one is another request."""
    whose: dict[str, Any] = {"ref_audio": core_pb2.Artifact(inline=voice)} if voice else {"voice_id": _VOICE}
    asked = tts_pb2.SynthesizeRequest(
        workflow="local/xtts",
        text=LINE,
        language="en",
        seed=seed,
        stream_audio=True,
        request_id=f"bench{seed}",
        **whose,
    )
    start, first = time.perf_counter(), 0.0
    narration = core_pb2.Narration()
    async for message in stub.Synthesize(asked, timeout=_DEADLINE):
        kind = message.WhichOneof("event")
        first = first or (time.perf_counter() - start if kind == "chunk" else 0.0)
        if kind == "narration":
            narration.CopyFrom(message.narration)
    return first, narration


def gains(alone: Sequence[dict[str, Any]], together: Sequence[dict[str, Any]]) -> dict[str, float]:
    """How many times as much sound a second has, in batches, by the number of requests."""
    pairs = zip(alone, together, strict=True)
    return {f"gain_{one['requests']}": each["audio_per_second"] / one["audio_per_second"] for one, each in pairs}


def main() -> None:
    """Ask the questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--requests", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--batch", type=int, default=TtsSettings().tts_batch, help="lines spoken together")
    parser.add_argument("--codes", type=int, default=140, help="of one line, with random weights")
    parser.add_argument("--weights", type=Path, help="folder of XTTS weights; random ones without")
    parser.add_argument("--voice", type=Path, help="a recording to copy; a hum without")
    parser.add_argument("--no-long", action="store_true", help="leave out the long text")
    parser.add_argument("--smoke", action="store_true", help="a tiny model on the CPU")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    device, batch = ("cpu", 2) if given.smoke else (given.device, given.batch)
    counts = (1, 3) if given.smoke else tuple(given.requests)
    voice = given.voice.read_bytes() if given.voice else b""
    what = {"engine": "xtts", "device": device, "weights": "given" if given.weights else "random"}

    def tell(line: dict[str, Any]) -> None:
        rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in line.items()}
        print(json.dumps(what | rounded), flush=True)

    with tempfile.TemporaryDirectory() as folder:
        if not given.weights:
            random_weights(Path(folder), tiny=given.smoke, codes=16 if given.smoke else given.codes)
        weights = given.weights or Path(folder)
        found: list[list[dict[str, Any]]] = []
        for size in (1, batch):
            found.append(asyncio.run(concurrent(weights, device, batch=size, counts=counts, voice=voice)))
            for line in found[-1]:
                tell(line)
        tell({"question": "gain", "batch": batch, **gains(*found)})
        if not given.no_long:
            tell({"question": "long", **batch_gain(weights, device, lines=6 if given.smoke else 33)})


if __name__ == "__main__":
    main()
