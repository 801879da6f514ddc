"""XTTS v2 with the weights of the user's choice: copied voices in seventeen languages (package: coqui-tts)."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections import OrderedDict
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition
from svc_tts.engines.base import Line, Part, Speech, VoiceInfo, VoiceSpec
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
_PENALTY = 10.0
"""Against codes that were used before (as XTTS v2 is published, with the three below)."""
_TEMPERATURE, _TOP_K, _TOP_P = 0.75, 50, 0.85
_KEPT = 64
"""Voices, and texts as tokens, that are remembered."""


@dataclass(frozen=True)
class _Row:
    """A text of a batch."""

    text: str
    language: str
    voice: tuple[Any, Any]
    """Prosody and sound."""
    speed: float
    seed: int


class CoquiEngine:
    """Speaks with a copied voice, several lines at a time."""

    version = "2"
    summary = "XTTS v2: copies a voice from a recording, 17 languages"
    features = Features(languages=_LANGUAGES, cloning=True, min_speed=0.5, max_speed=2.0, seeded=True, batch=8)

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
        self._voices: OrderedDict[tuple[str, bytes], tuple[Any, Any]] = OrderedDict()
        self._texts: OrderedDict[tuple[str, str], Any] = OrderedDict()

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
        self._voices.clear()
        self._texts.clear()

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
        import numpy as np

        rows = [
            _Row(text, _language(part.voice), self._voice(part.voice), part.speed, part.seed)
            for part in parts
            for text in _texts(part.line, self._limit(_language(part.voice)))
        ]
        sounds: list[NDArray[np.float32]] = []
        for at in range(0, len(rows), self.features.batch):
            some = rows[at : at + self.features.batch]
            sounds += self._speak(some, watch=_watch(_share(tick, at, len(some), len(rows))))
        given = iter(sounds)
        gap = np.zeros(round(_PAUSE * _RATE), np.float32)
        pieces: list[Speech] = []
        for part in parts:
            heard = [next(given)]
            for _ in _texts(part.line, self._limit(_language(part.voice)))[1:]:
                heard += [gap, next(given)]
            pieces.append(Speech(np.concatenate(heard), _RATE, (), part.line.pause))
        return pieces

    def _limit(self, language: str) -> int:
        """Characters that the model takes at once."""
        return int(self._model.tokenizer.char_limits.get(language, 200))

    def _stock(self) -> dict[str, Any]:
        manager = getattr(self._model, "speaker_manager", None)
        return dict(manager.name_to_id) if manager else {}

    def _voice(self, voice: VoiceSpec) -> tuple[Any, Any]:
        """Prosody and sound of a voice, as tensors on the device."""
        key = (voice.name, hashlib.sha256(voice.learned).digest() if voice.learned else b"")
        if key not in self._voices:
            self._voices[key] = self._found(voice)
            while len(self._voices) > _KEPT:
                self._voices.popitem(last=False)
        self._voices.move_to_end(key)
        return self._voices[key]

    def _found(self, voice: VoiceSpec) -> tuple[Any, Any]:
        import numpy as np
        import torch  # pyright: ignore[reportMissingImports]

        device = self._model.device
        if not voice.learned:
            known = {name.replace(" ", "_"): each for name, each in self._stock().items()}[voice.name]
            return known["gpt_cond_latent"].to(device), known["speaker_embedding"].to(device)
        with np.load(io.BytesIO(voice.learned), allow_pickle=False) as kept:
            return torch.from_numpy(kept["prosody"]).to(device), torch.from_numpy(kept["speaker"]).to(device)

    def _speak(self, rows: Sequence[_Row], *, watch: Any, chance: bool = True) -> list[NDArray[np.float32]]:
        """
        The sound of each row. chance: False takes the most likely code each time.

        Codes of all rows are drawn together: their prefixes (voice, then text) are padded on the left and masked,
        which changes nothing for a model whose positions are counted inside text and sound (Casanova et al. 2024).
        """
        import torch  # pyright: ignore[reportMissingImports]
        from torch.nn import functional  # pyright: ignore[reportMissingImports]

        gpt = self._model.gpt
        tokens = [self._tokens(row.text, row.language) for row in rows]
        chooser = [_Chooser(rows)] if chance else []
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
                codes = _until_stop(drawn[number], gpt.stop_audio_token)[None]
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

    def _tokens(self, text: str, language: str) -> Any:
        import torch  # pyright: ignore[reportMissingImports]

        known = (text, language)
        if known not in self._texts:
            try:
                found = self._model.tokenizer.encode(text.strip().lower(), lang=language)
            except ImportError as error:
                raise FailedPrecondition(
                    f"XTTS needs a package for {language!r} ({error}). Run: pip install 'coqui-tts[languages]'",
                    reason="LANGUAGE_NOT_INSTALLED",
                ) from error
            # more than the model can take cannot come from texts of its own limits, but from rare signs
            kept = found[: self._model.args.gpt_max_text_tokens - 1]
            self._texts[known] = torch.tensor(kept, dtype=torch.int32)[None].to(self._model.device)
            while len(self._texts) > _KEPT:
                self._texts.popitem(last=False)
        self._texts.move_to_end(known)
        return self._texts[known]


class _Chooser:
    """
    Draws the next code of every row, each from random numbers of its own, so that nobody hears who stood beside them.

    A drawn code is the largest of log-probability plus Gumbel noise (Maddison et al. 2014, "A* sampling").
    """

    def __init__(self, rows: Sequence[_Row]) -> None:
        import torch  # pyright: ignore[reportMissingImports]

        self._chances = [torch.Generator().manual_seed(zlib.crc32(repr((row.text, row.seed)).encode())) for row in rows]

    def __call__(self, _: Any, scores: Any) -> Any:
        """scores: logits [rows, codes]; the same with the drawn code the largest."""
        import torch  # pyright: ignore[reportMissingImports]

        scores = scores.float() / _TEMPERATURE
        best = scores.topk(min(_TOP_K, scores.shape[-1])).values
        scores = scores.masked_fill(scores < best[:, -1:], -torch.inf)
        ordered, order = scores.sort(descending=True, dim=-1)
        before = ordered.softmax(-1).cumsum(-1) - ordered.softmax(-1)
        unlikely = torch.zeros_like(scores, dtype=torch.bool).scatter(1, order, before > _TOP_P)
        noise = torch.stack([-torch.empty(scores.shape[-1]).exponential_(generator=c).log() for c in self._chances])
        return scores.masked_fill(unlikely, -torch.inf) + noise.to(scores.device)


def _language(voice: VoiceSpec) -> str:
    return voice.language.partition("-")[0] or "en"


def _share(tick: Tick, at: int, count: int, total: int) -> Tick:
    """Progress of `count` of `total` things that begin at `at`."""

    def share(fraction: float, message: str = "") -> None:
        tick((at + fraction * count) / total, message)

    return share


def _texts(line: Line, limit: int) -> list[str]:
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


def _watch(tick: Tick) -> Any:
    """Lets nobody's request be stopped between two codes."""

    def watch(_: Any, scores: Any) -> Any:
        tick(0.0, "speaking")
        return scores

    return watch
