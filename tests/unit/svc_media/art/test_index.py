"""The index of the art pack."""

from __future__ import annotations

import hashlib
import json
import time
from typing import TYPE_CHECKING

import numpy as np

from svc_media.art.index import ArtIndex, build_index, index_path, is_current
from svc_media.art.lexicon import lexicon, own_drawings
from svc_media.art.sprites import Sprites
from svc_media.art.words import stem
from svc_media.settings import MediaSettings

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.unit.svc_media.conftest import Art


class Letters:
    """Counts letters: the simplest encoder."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        rows = [np.bincount([ord(c) % 16 for c in text], minlength=16) for text in texts]
        counts = np.array(rows, np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


def pack(folder: Path) -> Path:
    body = '<circle cx="16" cy="16" r="12" fill="#f00"/>'
    icons = {name: {"body": body} for name in ("red-apple", "open-book", "flag-peru", "man-farmer", "seven-oclock")}
    (folder / "icons.json").write_text(json.dumps({"icons": icons}))
    (folder / "emojilib.json").write_text(json.dumps({"🍎": ["red_apple", "fruit", "eating"]}))
    (folder / "unicode-emoji.json").write_text(json.dumps({"🍎": {"slug": "red_apple"}}))
    return folder


def test_a_pack_is_indexed_without_what_is_unsuitable(tmp_path: Path) -> None:
    made = build_index(pack(tmp_path), Letters())
    index = ArtIndex(made)
    packed = [drawing for drawing in index.drawings if drawing.name not in own_drawings()]
    assert [drawing.name for drawing in packed] == ["man-farmer", "open-book", "red-apple"]
    assert [drawing.person for drawing in packed] == [True, False, False]
    apple = index.drawings[index.place["red-apple"]]
    assert apple.own == {"red", stem("apple")}
    assert {"fruit", "eat"} <= apple.loose
    assert "circle" in index.svg("red-apple")
    assert index.vectors.shape == (3 + len(own_drawings()), 16)
    expected = Letters().encode(["man farmer.  farmer"])[0]
    assert float(index.vectors[index.place["man-farmer"]] @ expected) > 0.8, "vectors keep the order of the drawings"


def test_an_index_is_made_once_and_again_when_the_pack_changes(tmp_path: Path) -> None:
    folder = pack(tmp_path)
    assert not is_current(folder)
    first = build_index(folder, Letters())
    before = hashlib.sha256(first.read_bytes()).hexdigest()
    assert build_index(folder, Letters()) == first
    assert hashlib.sha256(first.read_bytes()).hexdigest() == before
    (folder / "icons.json").write_text((folder / "icons.json").read_text() + " ")
    assert not is_current(folder)
    second = build_index(folder, Letters())
    assert second != first
    assert set(folder.glob("index-*")) == {first, second}, "the one before stays for who uses it; no draft is left"
    (folder / "icons.json").write_text((folder / "icons.json").read_text() + " ")
    third = build_index(folder, Letters())
    assert set(folder.glob("index-*")) == {second, third}, "older ones are removed"


def test_an_open_index_outlives_its_file(tmp_path: Path) -> None:
    made = build_index(pack(tmp_path), Letters())
    index = ArtIndex(made)
    made.unlink()
    assert "circle" in index.svg("red-apple")
    index.close()


def test_everybody_is_there_in_every_skin_tone_but_matched_once(tmp_path: Path) -> None:
    folder = pack(tmp_path)
    icons = json.loads((folder / "icons.json").read_text())["icons"]
    names = ("farmer", "woman-farmer-dark", "man-farmer-light", "red-apple-light", "girl", "girl-medium")
    icons |= {name: {"body": f"<g id='{name}'/>"} for name in names}
    (folder / "icons.json").write_text(json.dumps({"icons": icons}))
    index = ArtIndex(build_index(folder, Letters()))
    assert index.variants == {"woman-farmer-dark", "man-farmer-light", "red-apple-light", "girl", "girl-medium"}
    assert not index.variants & index.place.keys()
    assert index.svg("woman-farmer-dark") == "<g id='woman-farmer-dark'/>"


def test_the_real_index_opens_fast(art: Art) -> None:
    path = index_path(MediaSettings().packs_dir / "art-fluent")
    start = time.process_time()
    index = ArtIndex(path)
    assert time.process_time() - start < 0.3
    assert len(index.drawings) == len(art.index.drawings) > 700
    assert path.stat().st_size < 16e6


def test_our_own_drawings_are_whole_and_used(art: Art) -> None:
    own = own_drawings()
    assert {"eiffel-tower", "earthquake", "pyramids", "bridge", "river"} <= own.keys()
    sprites = Sprites(art.index.svg)
    for name in own:
        sprite = sprites.get(name, 256)
        assert min(sprite.image.size) > 90, (name, sprite.image.size)
        assert name in lexicon()["words"], name
