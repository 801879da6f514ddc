"""What XTTS knows of voices: learned from a recording, kept on the device, compared with what was spoken."""

from __future__ import annotations

import hashlib
import io
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from svc_tts.sound import resampled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pixelle.runtime.work import Tick
    from svc_tts.engines.base import VoiceSpec

__all__ = ["ENCODER", "RATE", "Voices", "stock_name"]

RATE = 24_000
"""Samples per second of recordings and of what the model says."""
ENCODER = "XTTS speaker encoder (H/ASP)"
"""Which network judges likeness: the one whose embedding the model speaks with (Heo et al. 2020, arXiv 2009.14153)."""
_HEARD_RATE = 22_050
"""Samples per second at which the model listens to a voice."""
_HEARD, _CHUNK = 30, 6
"""Seconds of a voice that shape the prosody, and of one look at it."""
_TELLING = 0.5
"""Seconds of speech below which nobody can say whose it is."""
_KEPT = 64
"""Voices that are remembered."""


class Voices:
    """Conditioning of stock and copied voices; the latest are kept as tensors on the model's device."""

    def __init__(self, model: Any) -> None:
        """model: an Xtts with its weights."""
        self._model = model
        self._known: OrderedDict[tuple[str, bytes], tuple[Any, Any]] = OrderedDict()

    def stock(self) -> dict[str, Any]:
        """The speakers that come with the weights (`speakers_xtts.pth`), by name."""
        manager = getattr(self._model, "speaker_manager", None)
        return dict(manager.name_to_id) if manager else {}

    def learn(self, recording: bytes, *, tick: Tick) -> bytes:
        """An `.npz` of a voice: its prosody [1, n, channels] and its sound [1, 512, 1]. recording: as for an engine."""
        import numpy as np
        import torch  # pyright: ignore[reportMissingImports]

        heard = np.frombuffer(recording[44:], "<i2").astype(np.float32) / np.float32(32768)
        tick(0.0, "listening")
        with torch.inference_mode():
            audio = self._audio(heard[: _HEARD * RATE])
            speaker = self._model.get_speaker_embedding(audio, _HEARD_RATE)
            tick(0.5, "listening")
            prosody = self._model.get_gpt_cond_latents(audio, _HEARD_RATE, length=_HEARD, chunk_length=_CHUNK)
        file = io.BytesIO()
        np.savez(file, prosody=prosody.float().cpu().numpy(), speaker=speaker.float().cpu().numpy())
        return file.getvalue()

    def of(self, voice: VoiceSpec) -> tuple[Any, Any]:
        """Prosody and sound of a voice, as tensors on the device."""
        key = (voice.name, hashlib.sha256(voice.learned).digest() if voice.learned else b"")
        if key not in self._known:
            self._known[key] = self._found(voice)
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(key)
        return self._known[key]

    def likeness(self, voice: VoiceSpec, samples: NDArray[np.float32]) -> float | None:
        """
        Cosine of the speaker embeddings of a copied voice's recording and of samples at `RATE`, -1 to 1.

        None for a stock voice, and where too little is said to tell.
        """
        import torch  # pyright: ignore[reportMissingImports]

        if not voice.learned or len(samples) < _TELLING * RATE:
            return None
        with torch.inference_mode():
            spoken = self._model.get_speaker_embedding(self._audio(samples), _HEARD_RATE)
            alike = torch.nn.functional.cosine_similarity(self.of(voice)[1].float(), spoken.float(), dim=1)
        return float(alike.item())

    def _audio(self, samples: NDArray[np.float32]) -> Any:
        import torch  # pyright: ignore[reportMissingImports]

        return torch.from_numpy(resampled(samples, RATE, _HEARD_RATE).copy())[None].to(self._model.device)

    def _found(self, voice: VoiceSpec) -> tuple[Any, Any]:
        import numpy as np
        import torch  # pyright: ignore[reportMissingImports]

        device = self._model.device
        if not voice.learned:
            known = {stock_name(name): each for name, each in self.stock().items()}[voice.name]
            return known["gpt_cond_latent"].to(device), known["speaker_embedding"].to(device)
        with np.load(io.BytesIO(voice.learned), allow_pickle=False) as kept:
            return torch.from_numpy(kept["prosody"]).to(device), torch.from_numpy(kept["speaker"]).to(device)


def stock_name(title: str) -> str:
    """How a speaker that comes with the weights is called in ids."""
    return title.replace(" ", "_")
