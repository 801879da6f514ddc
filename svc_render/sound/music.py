"""Background music: which pieces there are, and a piece played once or without end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pixelle.runtime.errors import InvalidArgument, NotFound, nearest
from svc_render.sound.curves import ramped
from svc_render.sound.decode import RATE, decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    Samples = NDArray[np.float32]

__all__ = ["MusicShelf", "played"]

_BUILT_IN = Path(__file__).parent.parent / "music"
_ENDINGS = frozenset({".mp3", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".wav"})
_SEAM = RATE // 20  # samples of a crossfade: 50 ms
_SHORTEST = RATE // 10
_SILENT = 10.0 ** (-60.0 / 20.0)
_LONG, _PAUSE = RATE // 2, RATE // 4
_MOST = 10 * RATE


class MusicShelf:
    """The pieces that come with the service, and a user's own that override them."""

    def __init__(self, own: Path) -> None:
        """own: folder of the user's pieces."""
        self._folders = (own, _BUILT_IN)

    def names(self) -> list[str]:
        """File names, sorted."""
        found = {
            path.name
            for folder in self._folders
            if folder.is_dir()
            for path in folder.iterdir()
            if path.suffix.lower() in _ENDINGS and path.is_file() and not path.name.startswith(".")
        }
        return sorted(found)

    def pieces(self) -> list[tuple[str, bool]]:
        """File names, sorted, and whether each is the user's own."""
        return [(name, (self._folders[0] / name).is_file()) for name in self.names()]

    def find(self, name: str) -> Path:
        """
        The file of a piece; "default" finds "default.flac".

        Raises NotFound (MUSIC_NOT_FOUND) with the nearest name.
        """
        names = self.names()
        full = name if name in names else next((known for known in names if Path(known).stem == Path(name).stem), "")
        for folder in self._folders:
            # names come from listing the folders, so nothing outside them can be reached
            if full and (folder / full).is_file():
                return folder / full
        raise NotFound(f"There is no music {name[:200]!r}.{nearest(name, names)}", reason="MUSIC_NOT_FOUND")


def played(path: Path, *, loop: bool) -> Iterator[Samples]:
    """
    A piece of music as float32 [2, n] blocks at 48 kHz.

    loop: without end. A piece that is made to loop is repeated to the sample; any other crosses over for 50 ms.
    Where it begins again, silence of up to ten seconds at its end and its beginning is a short pause each.
    Raises InvalidArgument (MEDIA_UNREADABLE, MUSIC_TOO_SHORT).
    """
    tail: Samples | None = None
    while True:
        held = np.zeros((2, 0), np.float32)
        length = 0
        pieces = decoded(path, what="music")
        for piece in _paused(pieces, again=tail is not None) if loop else pieces:
            held = np.concatenate([held, piece], axis=1)
            length += piece.shape[1]
            if tail is not None and held.shape[1] >= _SEAM:
                held = _joined(tail, held)
                tail = None
            if tail is None and held.shape[1] > 2 * _SEAM:
                yield held[:, :-_SEAM]
                held = held[:, -_SEAM:]
        if length < _SHORTEST:
            raise InvalidArgument(
                f"The music lasts {length / RATE:.3f} s; it must last at least {_SHORTEST / RATE} s.",
                reason="MUSIC_TOO_SHORT",
            )
        if not loop:
            yield ramped(held, fall=True)  # it may have been cut anywhere
            return
        yield held[:, :-_SEAM]
        tail = held[:, -_SEAM:]


def _paused(pieces: Iterable[Samples], *, again: bool) -> Iterator[Samples]:
    """The same sound, silence at its end, and at its beginning when it is played `again`, made a pause."""
    quiet = np.zeros((2, 0), np.float32)  # what came since the last sound, or since the beginning
    begun = not again
    for piece in pieces:
        quiet = np.concatenate([quiet, piece], axis=1)
        loud = np.flatnonzero((np.abs(piece) > _SILENT).any(axis=0))
        if not loud.size and quiet.shape[1] <= _MOST:
            continue
        first = quiet.shape[1] - piece.shape[1] + (int(loud[0]) if loud.size else piece.shape[1])
        stop = quiet.shape[1] - piece.shape[1] + (int(loud[-1]) + 1 if loud.size else piece.shape[1])
        yield quiet[:, 0 if begun or first <= _LONG else first - _PAUSE : stop]
        quiet, begun = quiet[:, stop:], True
    yield quiet if quiet.shape[1] <= _LONG else quiet[:, :_PAUSE]


def _joined(tail: Samples, head: Samples) -> Samples:
    """The end of one round and the beginning of the next."""
    step = np.abs(np.diff(np.concatenate([tail[:, -960:], head[:, :960]], axis=1))).max(axis=0)
    seam = tail[:, -960:].shape[1] - 1
    if step[seam] <= 2.0 * np.delete(step, seam).max(initial=0.0):
        return np.concatenate([tail, head], axis=1)
    count = tail.shape[1]
    fade = np.linspace(0.0, np.pi / 2, count, dtype=np.float32)
    over = tail * np.cos(fade) + head[:, :count] * np.sin(fade)
    return np.concatenate([over, head[:, count:]], axis=1)
