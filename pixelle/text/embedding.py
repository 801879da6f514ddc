"""Sentence embeddings: the all-MiniLM-L6-v2 encoder in plain numpy."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from pixelle.runtime.blas import one_blas_thread

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

__all__ = ["Embedder"]

_LAYERS, _HEADS, _WIDTH, _EPSILON = 6, 12, 384, 1e-12


_shared: dict[Path, Embedder] = {}
_sharing = threading.Lock()


class Embedder:
    """
    Maps sentences to unit vectors whose dot product says how near their meanings are.

    Architecture: BERT (Devlin et al. 2018), 6 layers, 12 heads, width 384, mean pooling over the tokens
    (Reimers and Gurevych 2019). English; texts are cut at 128 tokens.
    """

    def __init__(self, folder: Path) -> None:
        """folder: holds `model.safetensors` and `tokenizer.json`. Loads 90 MB."""
        import numpy as np
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self._np = np
        weights = load_file(str(folder / "model.safetensors"))
        self._weights: dict[str, Floats] = {
            name.removeprefix("bert."): value.astype(np.float32, copy=False)
            for name, value in weights.items()
            if np.issubdtype(value.dtype, np.floating)
        }
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(128)
        self._tokenizer.enable_padding()

    @classmethod
    def shared(cls, folder: Path) -> Embedder:
        """The one encoder of this process for a folder: services that live together hold its weights once."""
        with _sharing:
            if folder not in _shared:
                _shared[folder] = cls(folder)
            return _shared[folder]

    def encode(self, texts: Sequence[str], *, batch: int = 64) -> Floats:
        """Unit vectors, shape [len(texts), 384]."""
        np = self._np
        with one_blas_thread():
            parts = [self._encode(list(texts[start : start + batch])) for start in range(0, len(texts), batch)]
        return np.concatenate(parts) if parts else np.zeros((0, _WIDTH), np.float32)

    def _encode(self, texts: list[str]) -> Floats:
        np = self._np
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([item.ids for item in encoded])
        mask = np.array([item.attention_mask for item in encoded], np.float32)
        w = self._weights
        x = (
            w["embeddings.word_embeddings.weight"][ids]
            + w["embeddings.position_embeddings.weight"][: ids.shape[1]]
            + w["embeddings.token_type_embeddings.weight"][0]
        )
        x = self._norm(x, "embeddings.LayerNorm")
        hidden = ((1 - mask) * -1e9)[:, None, None, :]
        for layer in range(_LAYERS):
            x = self._layer(x, hidden, f"encoder.layer.{layer}")
        pooled = (x * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return (pooled / np.linalg.norm(pooled, axis=1, keepdims=True)).astype(np.float32)

    def _layer(self, x: Floats, hidden: Floats, name: str) -> Floats:
        np = self._np
        size = _WIDTH // _HEADS
        shape = (x.shape[0], x.shape[1], _HEADS, size)
        query, key, value = (
            self._linear(x, f"{name}.attention.self.{part}").reshape(shape).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / size**0.5 + hidden
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights /= weights.sum(-1, keepdims=True)
        mixed = (weights @ value).transpose(0, 2, 1, 3).reshape(x.shape)
        x = self._norm(self._linear(mixed, f"{name}.attention.output.dense") + x, f"{name}.attention.output.LayerNorm")
        inner = self._linear(x, f"{name}.intermediate.dense")
        inner = 0.5 * inner * (1 + np.tanh(0.7978845608 * (inner + 0.044715 * inner**3)))  # GELU, tanh form
        return self._norm(self._linear(inner, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")

    def _linear(self, x: Floats, name: str) -> Floats:
        return x @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, x: Floats, name: str) -> Floats:
        np = self._np
        centred = x - x.mean(-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(-1, keepdims=True) + _EPSILON)
        return centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
