"""
XTTS at its real size with random weights: `python -m benchmarks.xtts [--device cuda]`, one JSON line per question.

How much several lines at once gain (1, 8, 32), and how long 1, 8 and 32 concurrent requests of one line take on one
slot, in one run. `--smoke` asks two layers of 64 channels on the CPU, and fewer of them; its numbers mean nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tts import TEXT, batch_gain, measure, unheard
from pixelle.runtime.work import Slots
from svc_tts.engines.base import VoiceSpec
from svc_tts.engines.coqui import CoquiEngine
from svc_tts.reading.lines import lines_of
from svc_tts.track import wav

REAL = {"gpt_layers": 30, "gpt_n_model_channels": 1024, "gpt_n_heads": 16, "decoder_input_dim": 1024}
TINY = {"gpt_layers": 2, "gpt_n_model_channels": 64, "gpt_n_heads": 4, "decoder_input_dim": 64}


def random_weights(folder: Path, *, tiny: bool) -> None:
    """An XTTS as it is published, but for a vocabulary of single letters and weights drawn from a seed."""
    import torch  # pyright: ignore[reportMissingImports]
    from tokenizers import Tokenizer, models, pre_tokenizers
    from TTS.tts.configs.xtts_config import XttsConfig  # pyright: ignore[reportMissingImports]
    from TTS.tts.layers.xtts.tokenizer import VoiceBpeTokenizer  # pyright: ignore[reportMissingImports]
    from TTS.tts.models.xtts import Xtts, XttsArgs  # pyright: ignore[reportMissingImports]

    special = ["[STOP]", "[UNK]", "[SPACE]", "[en]", "[START]"]
    vocabulary = {token: number for number, token in enumerate([*special, *map(chr, range(33, 127))])}
    core: Any = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="[UNK]"))
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    core.add_special_tokens(special)
    core.save(str(folder / "vocab.json"))
    longest = {"gpt_max_audio_tokens": 8 if tiny else 605, "gpt_max_text_tokens": 402, "gpt_max_prompt_tokens": 70}
    args: Any = XttsArgs(
        **(TINY if tiny else REAL),
        **longest,
        gpt_num_audio_tokens=1026,
        gpt_start_audio_token=1024,
        gpt_stop_audio_token=1025,
        gpt_use_perceiver_resampler=True,
        d_vector_dim=512,
        tokenizer_file=str(folder / "vocab.json"),
    )
    config: Any = XttsConfig(model_args=args, languages=["en"])
    config.save_json(str(folder / "config.json"))
    torch.manual_seed(5)
    model: Any = Xtts(config)
    model.tokenizer = VoiceBpeTokenizer(vocab_file=str(folder / "vocab.json"))
    model.init_models()
    torch.save({"model": model.state_dict(), "config": None}, folder / "model.pth")


async def concurrent(folder: Path, device: str, counts: tuple[int, ...]) -> list[dict[str, Any]]:
    """So many requests of one line each at once, as the service runs them: one slot, one after the other."""
    engine = CoquiEngine(model_dir=folder, terms_accepted=True)
    engine.load(device)
    hum = 0.3 * np.sin(np.arange(6 * 24_000) * (2 * np.pi * 140 / 24_000))
    voice = VoiceSpec("", "en", engine.learn(wav(np.rint(hum * 32767).astype("<i2").tobytes(), 24_000), tick=unheard))
    line = lines_of(TEXT, language="en").lines[:1]
    measure(engine, line, voice)
    slots, lines = Slots("xtts", queue=64), list[dict[str, Any]]()
    for count in counts:
        start = time.perf_counter()
        told = await asyncio.gather(*(slots.run(lambda _: measure(engine, line, voice)) for _ in range(count)))
        wall, audio = time.perf_counter() - start, sum(each["audio"] for each in told)
        lines.append({"question": "concurrent", "requests": count, "wall": wall, "audio_per_second": audio / wall})
    slots.close()
    engine.close()
    return lines


def main() -> None:
    """Ask both questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--smoke", action="store_true", help="a tiny model on the CPU")
    given = parser.parse_args()
    device = "cpu" if given.smoke else given.device
    with tempfile.TemporaryDirectory() as folder:
        random_weights(Path(folder), tiny=given.smoke)
        for line in asyncio.run(concurrent(Path(folder), device, (1, 2) if given.smoke else (1, 8, 32))):
            rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in line.items()}
            print(json.dumps({"engine": "xtts", "device": device, **rounded}), flush=True)
        print(json.dumps({"question": "batch", **batch_gain(Path(folder), device)}), flush=True)


if __name__ == "__main__":
    main()
