"""Which letters of a text no font of this machine has."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["MISSING", "uncertain", "without_font"]

_LATIN = "\u0250"  # what stands before it every font has
_KINDS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No", "Sm", "So"})
"""Categories of what is drawn: no marks, which stand on letters, nor what is seen as nothing."""
_EACH = 4
"""Letters of a script that are looked for at a time: a font has all of them or none, and each takes half a ms."""
_MOST = 12


def uncertain(texts: Iterable[str], known: Collection[str]) -> list[str]:
    """Letters, digits and signs that a machine may have no font for, some of each script. known: those it has."""
    found: dict[str, list[str]] = {}
    for char in dict.fromkeys(char for text in texts for char in text if char >= _LATIN):
        if char not in known and unicodedata.category(char) in _KINDS:
            script = unicodedata.name(char, "").split(" ")[0]
            found.setdefault(script, []).append(char)
    return [char for chars in found.values() for char in chars[:_EACH]]


def without_font(letters: str) -> str:
    """The warning that these are shown as boxes."""
    some = " ".join(letters[:_MOST]) + (" ..." if len(letters) > _MOST else "")
    return (
        f"No font of this machine has {some}: boxes are shown instead. Install fonts with these letters, on Debian "
        "and Ubuntu fonts-noto-core, fonts-noto-cjk (Chinese, Japanese, Korean) and fonts-noto-color-emoji, and start "
        "the service again."
    )


MISSING = """
letters => {
  const faces = new Map();
  const root = document.body || document.documentElement;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const {data, parentElement} = walker.currentNode;
    for (const letter of letters) {
      if (faces.has(letter) || !data.includes(letter)) continue;
      faces.set(letter, getComputedStyle(parentElement).fontFamily);
    }
  }
  const side = 40, context = new OffscreenCanvas(side, side).getContext('2d', {willReadFrequently: true});
  const drawn = (letter, face) => {
    context.clearRect(0, 0, side, side);
    context.font = '24px ' + face;
    context.fillText(letter, 4, 30);
    return context.getImageData(0, 0, side, side).data;
  };
  const boxes = new Map();
  return letters.filter(letter => {
    const face = faces.get(letter) || getComputedStyle(root).fontFamily;
    if (!boxes.has(face)) boxes.set(face, drawn('\\u{10ffff}', face));
    const box = boxes.get(face);
    return drawn(letter, face).every((value, at) => value === box[at]);
  }).join('');
}
"""
"""
A function of letters: those that are drawn as what is no letter (U+10FFFF) is, in the fonts that the page shows them
in, fallbacks included.
"""
