"""XTTS v2 with the weights of the user's choice: copied voices in seventeen languages (package: coqui-tts)."""

from __future__ import annotations

import hashlib
import io
import zlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition
from svc_tts.engines.base import Line, Speech, VoiceInfo, VoiceSpec
from svc_tts.sound import resampled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick

__all__ = ["CoquiEngine"]

_LANGUAGES = ("en", "es", "fr", "de", "it", "pt", "pl", "tr", "ru", "nl", "cs", "ar", "zh", "hu", "ko", "ja", "hi")
_RATE = 24_000
_HEARD_RATE = 22_050
"""Samples per second at which the model listens to a voice."""
_HEARD, _CHUNK = 30, 6
"""Seconds of a voice that shape the prosody, and of one look at it."""
_FILES = ("config.json", "model.pth", "vocab.json")
_PAUSE = 0.08
"""Seconds between the parts of a line that is too long for the model."""
_SAMPLING = {"temperature": 0.75, "top_p": 0.85, "top_k": 50, "repetition_penalty": 10.0, "do_sample": True}


class CoquiEngine:
    """Speaks with a copied voice, several lines at a time."""

    version = "1"
    summary = "XTTS v2: copies a voice from a recording, 17 languages"
    features = Features(languages=_LANGUAGES, cloning=True, min_speed=0.5, max_speed=2.0, seeded=True)

    def __init__(self, *, model_dir: Path, terms_accepted: bool, batch: int = 8) -> None:
        """
        model_dir: folder with config.json, model.pth and vocab.json, as XTTS v2 is published.
        terms_accepted: the user has accepted the terms of the weights.
        batch: lines spoken at once.
        """
        self._dir = model_dir
        self._accepted = terms_accepted
        self._batch = batch
        self._model: Any = None

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

    def close(self) -> None:
        """Let the weights go."""
        self._model = None

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The speakers that come with the weights (`speakers_xtts.pth`), once they are loaded."""
        return tuple(VoiceInfo(name.replace(" ", "_"), name, _LANGUAGES) for name in self._stock())

    def fingerprint(self, voice: str) -> str:
        """Names, sizes and times of the model's files: their hash would take a minute."""
        facts = [(name, (self._dir / name).stat()) for name in _FILES]
        return hashlib.sha256(repr([(n, s.st_size, s.st_mtime_ns) for n, s in facts] + [voice]).encode()).hexdigest()

    def learn(self, recording: bytes, *, tick: Tick) -> bytes:
        """What XTTS knows of a voice, as an `.npz`: its prosody [1, n, channels] and its sound [1, 512, 1]."""
        import numpy as np
        import torch  # pyright: ignore[reportMissingImports]

        heard = np.frombuffer(recording[44:], "<i2").astype(np.float32) / np.float32(32768)
        sound = resampled(heard[: _HEARD * _RATE], _RATE, _HEARD_RATE)
        tick(0.0, "listening")
        with torch.inference_mode():
            audio = torch.from_numpy(sound.copy())[None].to(self._model.device)
            speaker = self._model.get_speaker_embedding(audio, _HEARD_RATE)
            tick(0.5, "listening")
            prosody = self._model.get_gpt_cond_latents(audio, _HEARD_RATE, length=_HEARD, chunk_length=_CHUNK)
        file = io.BytesIO()
        np.savez(file, prosody=prosody.float().cpu().numpy(), speaker=speaker.float().cpu().numpy())
        return file.getvalue()

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """
        Speak; the first line alone, so that it can be heard early, the others together.

        Raises FailedPrecondition (LANGUAGE_NOT_INSTALLED) when a package for the language is missing.
        """
        import numpy as np

        known = self._voice(voice)
        language = voice.language.partition("-")[0] or "en"
        limit = int(self._model.tokenizer.char_limits.get(language, 200))
        at = 0
        while at < len(lines):
            some = lines[at : at + (self._batch if at else 1)]
            parts = [_parts(line, limit) for line in some]
            flat = [part for each in parts for part in each]
            sounds = self._speak(flat, language, known, speed=speed, seed=seed, watch=_watch(tick, at / len(lines)))
            gap = np.zeros(round(_PAUSE * _RATE), np.float32)
            for line, each in zip(some, parts, strict=True):
                pieces: list[NDArray[np.float32]] = []
                for number in range(len(each)):
                    pieces += [gap, next(sounds)] if number else [next(sounds)]
                yield Speech(np.concatenate(pieces), _RATE, (), line.pause)
            at += len(some)
            tick(at / len(lines), "speaking")

    def _stock(self) -> dict[str, Any]:
        manager = getattr(self._model, "speaker_manager", None)
        return dict(manager.name_to_id) if manager else {}

    def _voice(self, voice: VoiceSpec) -> tuple[Any, Any]:
        """Prosody and sound of a voice, as tensors on the device."""
        import numpy as np
        import torch  # pyright: ignore[reportMissingImports]

        device = self._model.device
        if not voice.learned:
            known = {name.replace(" ", "_"): each for name, each in self._stock().items()}[voice.name]
            return known["gpt_cond_latent"].to(device), known["speaker_embedding"].to(device)
        with np.load(io.BytesIO(voice.learned), allow_pickle=False) as kept:
            return torch.from_numpy(kept["prosody"]).to(device), torch.from_numpy(kept["speaker"]).to(device)

    def _speak(
        self,
        texts: Sequence[str],
        language: str,
        voice: tuple[Any, Any],
        *,
        speed: float = 1.0,
        seed: int = 0,
        watch: Any,
    ) -> Iterator[NDArray[np.float32]]:
        """
        The sound of each text.

        Codes of all texts are drawn together: their prefixes (voice, then text) are padded on the left and masked,
        which changes nothing for a model whose positions are counted inside text and sound (Casanova et al. 2024).
        """
        import torch  # pyright: ignore[reportMissingImports]
        from torch.nn import functional  # pyright: ignore[reportMissingImports]

        prosody, speaker = voice
        gpt = self._model.gpt
        tokens = [self._tokens(text, language) for text in texts]
        # another place in the random numbers for every text and seed, the same for the same
        torch.manual_seed(zlib.crc32(repr((tuple(texts), seed)).encode()))
        with torch.inference_mode():
            prefixes: list[Any] = []
            for each in tokens:
                gpt.compute_embeddings(prosody, each)
                prefixes.append(gpt.gpt_inference.cached_prefix_emb)
            longest = max(prefix.shape[1] for prefix in prefixes)
            padded = [functional.pad(prefix, (0, 0, longest - prefix.shape[1], 0)) for prefix in prefixes]
            gpt.gpt_inference.store_prefix_emb(torch.cat(padded))
            inputs = torch.ones((len(texts), longest + 1), dtype=torch.long, device=self._model.device)
            inputs[:, -1] = gpt.start_audio_token
            mask = torch.ones_like(inputs)
            for row, prefix in enumerate(prefixes):
                mask[row, : longest - prefix.shape[1]] = 0
            drawn = gpt.gpt_inference.generate(
                inputs,
                attention_mask=mask,
                bos_token_id=gpt.start_audio_token,
                pad_token_id=gpt.stop_audio_token,
                eos_token_id=gpt.stop_audio_token,
                max_length=gpt.max_gen_mel_tokens + inputs.shape[-1],
                logits_processor=[watch],
                **_SAMPLING,
            )[:, inputs.shape[1] :]
            for row, each in enumerate(tokens):
                codes = _until_stop(drawn[row], gpt.stop_audio_token)[None]
                latents = gpt(
                    each,
                    torch.tensor([each.shape[-1]], device=each.device),
                    codes,
                    torch.tensor([codes.shape[-1] * gpt.code_stride_len], device=each.device),
                    cond_latents=prosody,
                    return_attentions=False,
                    return_latent=True,
                )
                if speed != 1.0:
                    latents = functional.interpolate(latents.transpose(1, 2), scale_factor=1 / speed, mode="linear")
                    latents = latents.transpose(1, 2)
                yield self._model.hifigan_decoder(latents, g=speaker).float().cpu().numpy().reshape(-1)

    def _tokens(self, text: str, language: str) -> Any:
        import torch  # pyright: ignore[reportMissingImports]

        try:
            found = self._model.tokenizer.encode(text.strip().lower(), lang=language)
        except ImportError as error:
            raise FailedPrecondition(
                f"XTTS needs a package for {language!r} ({error}). Run: pip install 'coqui-tts[languages]'",
                reason="LANGUAGE_NOT_INSTALLED",
            ) from error
        # more than the model can take cannot come from texts of its own limits, but from rare signs
        return torch.tensor(found[: self._model.args.gpt_max_text_tokens - 1], dtype=torch.int32)[None].to(
            self._model.device
        )


def _parts(line: Line, limit: int) -> list[str]:
    """A line as texts of at most `limit` characters, cut between units."""
    if len(line.said) <= limit:
        return [line.said]
    parts = [""]
    for unit in line.units:
        said = " ".join(unit.said)
        if parts[-1] and len(parts[-1]) + 1 + len(said) > limit:
            parts.append("")
        parts[-1] = f"{parts[-1]} {said}".strip()[:limit]
    return parts


def _until_stop(codes: Any, stop: int) -> Any:
    """The codes before the first stop; at least one."""
    ends = (codes == stop).nonzero()
    return codes[: max(1, int(ends[0]))] if len(ends) else codes


def _watch(tick: Tick, done: float) -> Any:
    """Lets nobody's request be stopped between two codes."""

    def watch(_: Any, scores: Any) -> Any:
        tick(done, "speaking")
        return scores

    return watch
