"""The default without a GPU: a scene composed from drawings that fit what is said."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from pixelle.runtime.engines import Features
from svc_media.engines.base import Brief, Picture
from svc_media.engines.models import SingleModel

if TYPE_CHECKING:
    from pathlib import Path

    from pixelle.runtime.work import Tick
    from svc_media.art.index import ArtIndex, Encoder
    from svc_media.art.sprites import Sprites
    from svc_media.engines.base import Footage

__all__ = ["IllustrateEngine"]

_ART = "art-fluent"
_EMBEDDINGS = "embeddings-minilm"


class IllustrateEngine(SingleModel):
    """Fluent Emoji drawings (Microsoft, MIT) chosen by meaning and set in a painted scene."""

    version = "5"
    summary = "Illustrated scenes composed from drawings that fit the sentence; no GPU"
    features = Features(languages=("en", "zh"), images=True, videos=True, deterministic=True)
    edits = False
    negative_prompts = False

    def __init__(self, packs_dir: Path) -> None:
        """packs_dir: holds the packs art-fluent and embeddings-minilm."""
        self._art = packs_dir / _ART
        self._embeddings = packs_dir / _EMBEDDINGS
        self._ready: tuple[ArtIndex, Encoder, Sprites] | None = None

    def missing(self) -> str | None:
        """The packs or packages that are not there."""
        wanted = {
            _ART: self._art / "icons.json",
            _EMBEDDINGS: self._embeddings / "model.safetensors",
        }
        lacking = [name for name, file in wanted.items() if not file.is_file()]
        if lacking:
            return f"the pack {' and '.join(lacking)} is not in {str(self._art.parent)!r}. Run: pixelle setup"
        packages = [name for name in ("resvg_py", "safetensors", "tokenizers") if find_spec(name) is None]
        if packages:
            return f"the package {packages[0]} is not installed. Run: pip install 'pixelle-video[media]'"
        return None

    def load(self, device: str) -> None:
        """Open the index (made first when set-up has not: half a minute) and the encoder."""
        from pixelle.runtime.embedding import Embedder
        from svc_media.art.index import ArtIndex, build_index
        from svc_media.art.sprites import Sprites

        del device
        encoder = Embedder.shared(self._embeddings)
        index = ArtIndex(build_index(self._art, encoder))
        self._ready = (index, encoder, Sprites(index.svg))

    def close(self) -> None:
        """Forget the index, the encoder and the drawings."""
        self._ready = None

    def fingerprint(self) -> str:
        """The index in use: it changes with the pack and with what we know of its drawings."""
        from svc_media.art.index import index_path

        return index_path(self._art).name

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Choose the drawings by the narration, or the prompt where that says nothing we can read; compose; paint."""
        from svc_media.art.people import Member
        from svc_media.art.scene import look_of, paint
        from svc_media.art.subjects import choose

        if self._ready is None:
            raise RuntimeError("load() has not been called")
        index, encoder, sprites = self._ready
        text = _readable(brief.narration, brief.prompt) or brief.prompt
        seed, turn = (brief.series.seed, brief.series.index) if brief.series else (brief.seed, 0)
        tick(0.1, "choosing what to show")
        series = brief.series
        cast = choose(
            text,
            index,
            encoder,
            seed=seed,
            turn=turn,
            topic=_readable(series.title) if series else "",
            members=[Member(name, shape) for name, shape in series.cast] if series else (),
            told=f"{brief.prompt}\n{brief.narration}",
        )
        look = look_of(text, seed=seed, index=turn)
        tick(0.3, "painting")
        pixels = paint(look, cast, sprites, width=brief.width, height=brief.height, seed=brief.seed, index=turn)
        return Picture(pixels)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """A slow drift over the scene."""
        from svc_media.footage import drift, grown

        large = Brief(
            brief.prompt,
            grown(brief.width),
            grown(brief.height),
            brief.seed,
            narration=brief.narration,
            series=brief.series,
        )
        still = self.paint(large, tick=lambda fraction, message="": tick(0.2 * fraction, message))
        turn = brief.series.index if brief.series else brief.seed
        return drift(still, brief.width, brief.height, duration=duration, fps=fps, turn=turn, tick=tick)


def _readable(*texts: str) -> str:
    """The first text in English, else what the first Chinese one says in English words; "" when we can read none."""
    from svc_media.art.chinese import in_english, is_chinese
    from svc_media.art.words import is_english

    for text in texts:
        if is_english(text):
            return text
    return next((words for text in texts if is_chinese(text) and (words := in_english(text))), "")
