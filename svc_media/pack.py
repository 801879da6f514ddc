"""Makes the index of the art pack ahead of time: `python -m svc_media.pack`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from svc_media.settings import MediaSettings

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["build_index", "main"]


def build_index(pack_dir: Path, embedder_dir: Path) -> Path:
    """
    Make the art pack's index beside it, or leave a current one alone; returns its path.

    pack_dir: art-fluent. embedder_dir: embeddings-minilm. Takes half a minute to three on two cores.
    """
    from pixelle.text.embedding import Embedder
    from svc_media.art import index

    if index.is_current(pack_dir):
        return index.index_path(pack_dir)
    return index.build_index(pack_dir, Embedder(embedder_dir))


def main() -> int:
    """Index the packs of this installation."""
    packs = MediaSettings().packs_dir
    for needed in (packs / "art-fluent" / "icons.json", packs / "embeddings-minilm" / "model.safetensors"):
        if not needed.is_file():
            sys.stderr.write(f"{str(needed)!r} is not there. Run: pixelle setup\n")
            return 1
    sys.stdout.write(f"{build_index(packs / 'art-fluent', packs / 'embeddings-minilm')}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
