"""XTTS v2 with the weights of the user's choice: copied voices in seventeen languages (package: coqui-tts)."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition
from pixelle.text.tags import primary
from svc_tts.engines.base import Part, Speech, VoiceInfo, VoiceSpec
from svc_tts.engines.coqui_codes import Chooser, Row, Tokens, cut, until_stop, watching
from svc_tts.engines.coqui_voices import ENCODER, RATE, Voices, stock_name
from svc_tts.sound import joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_tts.engines.base import Line

__all__ = ["CoquiEngine"]

_LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "pl", "tr", "ru", "nl", "cs", "ar", "zh", "hu", "ko", "ja", "hi")
_FILES = ("config.json", "model.pth", "vocab.json")
_PAUSE = 0.08
"""Seconds between the parts of a line that is too long for the model."""
_PENALTY = 10.0
"""Against codes that were used before, as XTTS v2 is published."""


class CoquiEngine:
    """Speaks with a copied voice, several lines at a time."""

    version = "4"
    summary = "XTTS v2: copies a voice from a recording, 17 languages"
    features = Features(
        languages=_LANGUAGES,
        cloning=True,
        min_speed=0.5,
        max_speed=2.0,
        seeded=True,
        batch=8,
        speaker_encoder=ENCODER,
    )

    def __init__(self, *, model_dir: Path, terms_accepted: bool, batch: int = 8) -> None:
        """
        model_dir: folder with config.json, model.pth and vocab.json, as XTTS v2 is published.
        terms_accepted: the user has accepted the terms of the weights.
        batch: lines spoken at once.
        """
        self._dir = model_dir
        self._accepted = terms_accepted
        self.features = replace(self.features, batch=batch)
        self._model: Any = None
        self._facts = ""
        self._voices: Voices | None = None
        self._tokens: Tokens | None = None

    def missing(self) -> str | None:
        """The packages, the weights, and the user's word on their terms."""
        absent = [name for name in ("torch", "torchaudio", "TTS") if find_spec(name) is None]
        if absent:
            return f"{', '.join(absent)} is not installed. Run: pip install 'pixelle-video[gpu]'"
        lacking = [name for name in _FILES if not (self._dir / name).is_file()]
        if lacking:
            return (
                f"{', '.join(lacking)} of XTTS v2 is not in {self._dir.name!r} in the data folder. Download the model "
                "there, or set PIXELLE_TTS_XTTS_DIR to where it is"
            )
        if not self._accepted:
            return (
                "the terms of the XTTS weights (CPML: no commercial use) are not accepted. If you accept them, set "
                "PIXELLE_TTS_XTTS_TERMS_ACCEPTED=true"
            )
        return None

    def load(self, device: str) -> None:
        """Read the weights. Raises FailedPrecondition (MODEL_BROKEN)."""
        from TTS.tts.configs.xtts_config import XttsConfig  # pyright: ignore[reportMissingImports]
        from TTS.tts.models.xtts import Xtts  # pyright: ignore[reportMissingImports]

        config: Any = XttsConfig()
        self._facts = self._files()
        try:
            config.load_json(str(self._dir / "config.json"))
            model: Any = Xtts(config)
            model.load_checkpoint(config, checkpoint_dir=str(self._dir), eval=True)
        except Exception as error:  # the tokenizer raises bare exceptions, the unpickler whatever it meets
            raise FailedPrecondition(
                f"The XTTS model in {self._dir.name!r} cannot be read ({type(error).__name__}). Download it again.",
                reason="MODEL_BROKEN",
            ) from error
        self._model = model.to(device)
        self._voices, self._tokens = Voices(self._model), Tokens(self._model)

    def close(self) -> None:
        """Let the weights go."""
        self._model = self._voices = self._tokens = None
        self._facts = ""

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The speakers that come with the weights (`speakers_xtts.pth`), once they are loaded."""
        stock = self._voices.stock() if self._voices else ()
        return tuple(VoiceInfo(stock_name(name), name, _LANGUAGES) for name in stock)

    def fingerprint(self, voice: str) -> str:
        """Names, sizes and times of the files that were read: their hash would take a minute."""
        return hashlib.sha256(f"{self._facts or self._files()} {voice}".encode()).hexdigest()

    def _files(self) -> str:
        facts = [(name, (self._dir / name).stat()) for name in _FILES]
        return repr([(name, stat.st_size, stat.st_mtime_ns) for name, stat in facts])

    def learn(self, recording: bytes, *, tick: Tick) -> bytes:
        """What XTTS knows of a voice, as an `.npz`: its prosody [1, n, channels] and its sound [1, 512, 1]."""
        return self._ready()[1].learn(recording, tick=tick)

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """
        Speak; the first line alone, so that it can be heard early, the others together.

        Raises FailedPrecondition (LANGUAGE_NOT_INSTALLED) when a package for the language is missing.
        """
        at = 0
        while at < len(lines):
            some = lines[at : at + (self.features.batch if at else 1)]
            parts = [Part(line, voice, speed, seed) for line in some]
            yield from self.synthesize_many(parts, tick=_share(tick, at, len(some), len(lines)))
            at += len(some)
            tick(at / len(lines), "speaking")

    def synthesize_many(self, parts: Sequence[Part], *, tick: Tick) -> Sequence[Speech]:
        """
        Speak lines of any voices, languages and speeds, each as it would be spoken alone.

        Raises FailedPrecondition (LANGUAGE_NOT_INSTALLED) when a package for a language is missing.
        """
        tokens, voices = self._ready()
        texts = [cut(part.line, tokens.limit(_language(part.voice))) for part in parts]
        rows = [
            Row(text, _language(part.voice), voices.of(part.voice), part.speed, part.seed)
            for part, own in zip(parts, texts, strict=True)
            for text in own
        ]
        sounds: list[NDArray[np.float32]] = []
        for at in range(0, len(rows), self.features.batch):
            some = rows[at : at + self.features.batch]
            sounds += self._speak(some, watch=watching(_share(tick, at, len(some), len(rows))))
        given = iter(sounds)
        pieces: list[Speech] = []
        for part, own in zip(parts, texts, strict=True):
            said = joined([next(given) for _ in own], RATE, gap=_PAUSE)
            pieces.append(Speech(said, RATE, (), part.line.pause, voices.likeness(part.voice, said)))
        return pieces

    def _ready(self) -> tuple[Tokens, Voices]:
        if self._tokens is None or self._voices is None:
            raise FailedPrecondition("The engine is not loaded.", reason="ENGINE_NOT_LOADED")
        return self._tokens, self._voices

    def _speak(self, rows: Sequence[Row], *, watch: Any, chance: bool = True) -> list[NDArray[np.float32]]:
        """
        The sound of each row. chance: False takes the most likely code each time.

        Codes of all rows are drawn together: their prefixes (voice, then text) are padded on the left and masked,
        which changes nothing for a model whose positions are counted inside text and sound (Casanova et al. 2024).
        """
        import torch  # pyright: ignore[reportMissingImports]
        from torch.nn import functional  # pyright: ignore[reportMissingImports]

        gpt = self._model.gpt
        known, _ = self._ready()
        tokens = [known.of(row.text, row.language) for row in rows]
        chooser = [Chooser(rows)] if chance else []
        sounds: list[NDArray[np.float32]] = []
        with torch.inference_mode():
            prefixes: list[Any] = []
            for row, each in zip(rows, tokens, strict=True):
                gpt.compute_embeddings(row.voice[0], each)
                prefixes.append(gpt.gpt_inference.cached_prefix_emb)
            longest = max(prefix.shape[1] for prefix in prefixes)
            padded = [functional.pad(prefix, (0, 0, longest - prefix.shape[1], 0)) for prefix in prefixes]
            gpt.gpt_inference.store_prefix_emb(torch.cat(padded))
            inputs = torch.ones((len(rows), longest + 1), dtype=torch.long, device=self._model.device)
            inputs[:, -1] = gpt.start_audio_token
            mask = torch.ones_like(inputs)
            for number, prefix in enumerate(prefixes):
                mask[number, : longest - prefix.shape[1]] = 0
            drawn = gpt.gpt_inference.generate(
                inputs,
                attention_mask=mask,
                bos_token_id=gpt.start_audio_token,
                pad_token_id=gpt.stop_audio_token,
                eos_token_id=gpt.stop_audio_token,
                max_length=gpt.max_gen_mel_tokens + inputs.shape[-1],
                logits_processor=[watch, *chooser],
                repetition_penalty=_PENALTY,
                do_sample=False,  # the chooser draws
            )[:, inputs.shape[1] :]
            for number, (row, each) in enumerate(zip(rows, tokens, strict=True)):
                codes = until_stop(drawn[number], gpt.stop_audio_token)[None]
                latents = gpt(
                    each,
                    torch.tensor([each.shape[-1]], device=each.device),
                    codes,
                    torch.tensor([codes.shape[-1] * gpt.code_stride_len], device=each.device),
                    cond_latents=row.voice[0],
                    return_attentions=False,
                    return_latent=True,
                )
                if row.speed != 1.0:
                    latents = functional.interpolate(
                        latents.transpose(1, 2), scale_factor=1 / row.speed, mode="linear"
                    ).transpose(1, 2)
                sounds.append(self._model.hifigan_decoder(latents, g=row.voice[1]).float().cpu().numpy().reshape(-1))
        return sounds


def _language(voice: VoiceSpec) -> str:
    return primary(voice.language) or "en"


def _share(tick: Tick, at: int, count: int, total: int) -> Tick:
    """Progress of `count` of `total` things that begin at `at`."""

    def share(fraction: float, message: str = "") -> None:
        tick((at + fraction * count) / total, message)

    return share
