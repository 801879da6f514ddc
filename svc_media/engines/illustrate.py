"""The default without a GPU: a scene composed from drawings that fit what is said."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pixelle.runtime.engines import Features
from svc_media.art.glossary import LANGUAGES
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
_CHINESE = "dictionary-zh"


class IllustrateEngine(SingleModel):
    """Fluent Emoji drawings (Microsoft, MIT) chosen by meaning and set in a painted scene."""

    version = "14"
    summary = "Illustrated scenes composed from drawings that fit the sentence; no GPU"
    features = Features(languages=("en", "zh", "nb", *LANGUAGES), images=True, videos=True, deterministic=True)
    edits = False
    negative_prompts = False

    def __init__(self, packs_dir: Path) -> None:
        """packs_dir: holds the packs art-fluent and embeddings-minilm, and dictionary-zh where Chinese is drawn."""
        self._art = packs_dir / _ART
        self._embeddings = packs_dir / _EMBEDDINGS
        self._chinese = packs_dir / _CHINESE / "cedict.txt.gz"
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
        from pixelle.text.embedding import Embedder
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
        """The index in use, which changes with the pack and with what we know of its drawings; and the dictionary."""
        from svc_media.art.index import index_path

        read = f"+{_CHINESE}" if self._chinese.is_file() else ""
        return f"{index_path(self._art).name}{read}"

    def _loaded(self) -> tuple[ArtIndex, Encoder, Sprites]:
        if self._ready is None:
            raise RuntimeError("load() has not been called")
        return self._ready

    def _subject(self, brief: Brief) -> str:
        """
        What a scene is about, in English.

        Its narration if that is English, else its prompt, else what we can read of the narration.

        A prompt that was made by rule says no more than the narration: the words around it name a style, not things.
        """
        from svc_media.art.tongues import echoes, language_of

        narration, prompt = brief.narration, brief.prompt
        told = narration and language_of(narration, self._loaded()[0].stems) == "en"
        if told or (narration and echoes(prompt, narration)):
            return self._read(narration)
        return self._read(prompt) or self._read(narration)

    def _read(self, text: str) -> str:
        """A text in English, as far as we can read it."""
        from svc_media.art.cedict import ChineseDictionary
        from svc_media.art.chinese import is_chinese
        from svc_media.art.tongues import said_in_english

        index = self._loaded()[0]
        known = is_chinese(text) and self._chinese.is_file()
        return said_in_english(text, index.stems, ChineseDictionary.shared(self._chinese) if known else None)

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Choose the drawings by the narration, or the prompt where that says nothing we can read; compose; paint."""
        from svc_media.footage import below_title

        opens = brief.series is not None and brief.series.index == 0
        return self._composed(brief, below_title(brief.width, brief.height) if opens else brief.height, tick)

    def _composed(self, brief: Brief, height: int, tick: Tick) -> Picture:
        """height: of the part of the picture, from its top, that the scene stands in; its ground goes on below."""
        from svc_media.art.cards import card
        from svc_media.art.people import Member
        from svc_media.art.scene import look_of, paint
        from svc_media.art.subjects import choose
        from svc_media.footage import rooted

        index, encoder, sprites = self._loaded()
        series = brief.series
        seed, turn = (series.seed, series.index) if series else (brief.seed, 0)
        tick(0.1, "choosing what to show")
        text = self._subject(brief)
        topic = self._read(series.title) if series else ""
        if not text and not topic:
            # things would be there for no reason: shapes claim nothing
            return Picture(card(brief.width, brief.height, seed=seed, index=turn, own=brief.scene_seed))
        cast = choose(
            text or topic,
            index,
            encoder,
            seed=seed,
            turn=turn,
            topic=topic,
            members=[Member(name, self._read(shape) or shape) for name, shape in series.cast] if series else (),
            told=f"{brief.prompt}\n{brief.narration}",
        )
        look = look_of(text, seed=seed, index=turn, topic=topic)
        tick(0.3, "painting")
        pixels = paint(look, cast, sprites, width=brief.width, height=height, seed=brief.seed, index=turn)
        return rooted(Picture(pixels), brief.height)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """A slow drift over the scene, which stands above the words that pages lay over footage."""
        from svc_media.footage import above_words, drift, grown

        large = replace(brief, width=grown(brief.width), height=grown(brief.height))
        above = above_words(large.width, large.height)
        still = self._composed(large, above, lambda fraction, message="": tick(0.2 * fraction, message))
        turn = brief.series.index if brief.series else brief.seed
        return drift(still, brief.width, brief.height, duration=duration, fps=fps, turn=turn, tick=tick)
