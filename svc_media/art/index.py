"""The art pack made quick to open: usable drawings, what they stand for and their vectors, in one SQLite file."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sqlite3
import tempfile
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from svc_media.art.lexicon import digest, lexicon, own_drawings
from svc_media.art.words import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["TONES", "ArtIndex", "Drawing", "Encoder", "build_index", "index_path", "is_current"]

_FORMAT = "5"
"""Changes whenever the file's layout or the way texts are written for the encoder does."""
TONES = ("light", "medium-light", "medium", "medium-dark", "dark")
"""How the pack names its skin tones; the hair goes with them."""
_PEOPLE = re.compile(
    r"^(wo)?(man|person)-|^(old-(wo)?man|child|artist|astronaut|cook|detective|farmer|factory-worker|firefighter"
    r"|construction-worker|health-worker|judge|mechanic|office-worker|pilot|police-officer|scientist|singer|student"
    r"|teacher|technologist|skier|snowboarder|horse-racing|family)$"
)


class Encoder(Protocol):
    """Turns texts into unit vectors."""

    def encode(self, texts: list[str]) -> NDArray[np.float32]:
        """float32 [number of texts, size]."""
        ...


@dataclass(frozen=True)
class Drawing:
    """One drawing of the pack."""

    name: str
    own: frozenset[str]
    """Stems of its name."""
    meant: frozenset[str]
    """Stems of the words our lexicon gives it."""
    loose: frozenset[str]
    """Stems of the words the emoji list gives it."""
    person: bool


class ArtIndex:
    """An open index: everything small in memory, the drawings themselves read when asked for."""

    def __init__(self, path: Path) -> None:
        """Open the index file at `path`; it stays readable when the file is replaced."""
        # one connection for all threads: a file that a newer version removes is still there for who has it open
        self._file = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._turn = threading.Lock()
        rows: list[Any] = self._file.execute(
            "SELECT name, own, meant, loose, person FROM drawing ORDER BY id"
        ).fetchall()
        (vectors,) = self._file.execute("SELECT value FROM fact WHERE key = 'vectors'").fetchone()
        self.drawings = [Drawing(row[0], _set(row[1]), _set(row[2]), _set(row[3]), person=bool(row[4])) for row in rows]
        self.place = {drawing.name: place for place, drawing in enumerate(self.drawings)}
        self.variants = frozenset(str(row[0]) for row in self._file.execute("SELECT name FROM variant"))
        """Drawings that stand for no word of their own: heads, and people and hands in every skin tone."""
        self.stems = frozenset(one for each in self.drawings for one in (*each.own, *each.meant, *each.loose))
        """Of all words that can be drawn."""
        self.named = frozenset(one for each in self.drawings for one in (*each.own, *each.meant))
        """Of the words that name a drawing, in its own name or by our lexicon."""
        self.doings = frozenset(one for each in self.drawings if each.person for one in each.own)
        """Of what people are seen doing, and their trades."""
        self.vectors: NDArray[np.float32] = np.frombuffer(vectors, np.float16).reshape(len(rows), -1).astype(np.float32)

    def close(self) -> None:
        """Close the file."""
        with self._turn:
            self._file.close()

    def svg(self, name: str) -> str:
        """The inside of a drawing's <svg>, on a 32 by 32 field."""
        table = "variant" if name in self.variants else "drawing"
        with self._turn:
            (packed,) = self._file.execute(f"SELECT svg FROM {table} WHERE name = ?", (name,)).fetchone()  # noqa: S608
        return zlib.decompress(packed).decode()


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _version(pack: Path) -> str:
    """What an index of this pack made by this code is called."""
    size = (pack / "icons.json").stat().st_size
    return hashlib.sha256(f"{_FORMAT} {size} {digest()}".encode()).hexdigest()[:12]


def index_path(pack: Path) -> Path:
    """Where the index of a pack lies; the name changes when it must be made again."""
    return pack / f"index-{_version(pack)}.sqlite"


def is_current(pack: Path) -> bool:
    """True when the pack has an index that this code can use."""
    return (pack / "icons.json").is_file() and index_path(pack).is_file()


def _kept(names: Sequence[str], rules: dict[str, Any]) -> list[str]:
    refused = re.compile("|".join(f"(?:{pattern})" for pattern in rules["exclude"]))
    wanted = set(rules["include"])
    return sorted(name for name in names if name in wanted or not refused.search(name))


def build_index(pack: Path, encoder: Encoder) -> Path:
    """
    Make the index of an art pack and return its path; an index that is current is left alone.

    pack: folder with icons.json, emojilib.json and unicode-emoji.json.
    Takes about a minute and 500 MB; the file appears complete or not at all. Older indexes are removed.
    """
    target = index_path(pack)
    if target.is_file():
        return target
    rules = lexicon()
    icons: dict[str, Any] = json.loads((pack / "icons.json").read_bytes())["icons"]
    bodies = {name: str(icons[name]["body"]) for name in _kept(list(icons), rules)} | own_drawings()
    drawings = sorted(bodies.items())
    variants = [(name, zlib.compress(str(icons[name]["body"]).encode(), 6)) for name in _varied(icons, rules, drawings)]
    del icons
    loose = _emoji_words(pack)
    meant: dict[str, str] = rules["words"]
    texts = [
        f"{name.replace('-', ' ')}. {' '.join(loose.get(name, [])[:6])} {meant.get(name, '')}" for name, _ in drawings
    ]
    # texts of one length share a batch, so that little of the work is padding
    order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
    vectors = np.empty_like(encoded := encoder.encode([texts[place] for place in order]))
    vectors[order] = encoded
    with tempfile.TemporaryDirectory(dir=pack, prefix="index-") as folder:
        draft = Path(folder) / "draft.sqlite"
        file = sqlite3.connect(draft)
        file.execute("CREATE TABLE fact (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID")
        file.execute(
            "CREATE TABLE drawing (id INTEGER PRIMARY KEY, name TEXT UNIQUE, own TEXT, meant TEXT, loose TEXT,"
            " person INTEGER, svg BLOB)"
        )
        file.execute("INSERT INTO fact VALUES ('vectors', ?)", (vectors.astype(np.float16).tobytes(),))
        for number, (name, body) in enumerate(drawings):
            row = (
                number,
                name,
                _stems(name.split("-")),
                _stems(meant.get(name, "").split()),
                _stems(loose.get(name, [])),
                int(bool(_PEOPLE.search(name))),
                zlib.compress(body.encode(), 6),
            )
            file.execute("INSERT INTO drawing VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        file.execute("CREATE TABLE variant (name TEXT PRIMARY KEY, svg BLOB)")
        file.executemany("INSERT INTO variant VALUES (?, ?)", variants)
        file.commit()
        file.close()
        os.replace(draft, target)  # noqa: PTH105 (Path.replace is the same call)
    # the one before stays: another version of this program may be using the same packs
    others = [path for path in pack.glob("index-*.sqlite") if path != target]
    for old in sorted(others, key=lambda path: path.stat().st_mtime_ns)[:-1]:
        old.unlink(missing_ok=True)
    return target


def _varied(icons: dict[str, Any], rules: dict[str, Any], drawings: Sequence[tuple[str, str]]) -> list[str]:
    """The skin tones of everybody and every hand that is kept, and the heads."""
    kept = {name for name, _ in drawings}
    bases = {
        f"{who}{name.removeprefix('man-').removeprefix('woman-').removeprefix('person-')}"
        for name in kept
        for who in ("man-", "woman-", "person-")
    }
    heads = str(rules["heads"]).split()
    toned = (f"{base}-{tone}" for base in sorted(kept | bases | set(heads)) for tone in TONES)
    return [name for name in (*heads, *toned) if name in icons and name not in kept]


def _stems(words: Sequence[str]) -> str:
    return " ".join(sorted({stem(word) for word in words if len(word) > 1}))


def _emoji_words(pack: Path) -> dict[str, list[str]]:
    """Words for each drawing from the emoji lists, where they know it."""
    listed: dict[str, list[str]] = json.loads((pack / "emojilib.json").read_bytes())
    known: dict[str, dict[str, Any]] = json.loads((pack / "unicode-emoji.json").read_bytes())
    found: dict[str, list[str]] = {}
    for emoji, facts in known.items():
        words = [part for entry in listed.get(emoji, []) for part in re.split(r"[_\s-]", entry) if part.isalpha()]
        found[str(facts["slug"]).replace("_", "-")] = list(dict.fromkeys(word.lower() for word in words))
    return found
