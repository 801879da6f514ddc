"""Taking a model's thinking out of its answer, whole or while it is streamed."""

from __future__ import annotations

import re

__all__ = ["Unthought", "without_thinking"]

_NAMES = r"(?:\w+:)?(?:think|thinking|thought|thoughts|reasoning|reflection|scratchpad)"
_OPEN = re.compile(
    rf"<{_NAMES}(?:\s[^<>]*)?>|<\|channel\|>(?:analysis|commentary)[^<]*<\|message\|>|◁think▷|(?-i:\[THINK\])|"
    r"<\|START_THINKING\|>|<\|begin_of_thought\|>",
    re.IGNORECASE,
)
_CLOSE = re.compile(
    rf"</{_NAMES}>|<\|end\|>|◁/think▷|(?-i:\[/THINK\])|<\|END_THINKING\|>|<\|end_of_thought\|>", re.IGNORECASE
)
_FRAME = re.compile(
    r"<\|start\|>\w*|<\|channel\|>final[^<]*|<\|constrain\|>\w*|<\|message\|>|<\|return\|>|<\|end\|>|"
    r"<\|(?:START|END)_RESPONSE\|>|<\|(?:begin|end)_of_solution\|>|<\|im_end\|>|<\|eot_id\|>"
)
"""What some models frame the answer itself with."""
_LONGEST = 64
"""Characters that the beginning of a tag may be spread over before it is text after all."""


def without_thinking(text: str) -> str:
    """
    An answer without what was thought aloud: `<think>...</think>` and its kin.

    Also when the opening tag is missing (a chat template put it into the prompt), and when thinking never ended.
    """
    left = text
    while opened := _OPEN.search(left):
        closed = _CLOSE.search(left, opened.end())
        left = left[: opened.start()] + (left[closed.end() :] if closed else "")
    closings = list(_CLOSE.finditer(left))
    return _FRAME.sub("", left[closings[-1].end() :] if closings else left).strip()


class Unthought:
    """A filter for streamed text: what was thought between tags does not come out."""

    def __init__(self) -> None:
        self._held = ""
        self._inside = False

    def feed(self, piece: str) -> str:
        """What of the text so far can be shown now."""
        self._held += piece
        shown: list[str] = []
        while True:
            found = (_CLOSE if self._inside else _OPEN).search(self._held)
            if not found:
                break
            if not self._inside:
                shown.append(self._held[: found.start()])
            self._held = self._held[found.end() :]
            self._inside = not self._inside
        keep = self._tag_begins()
        if self._inside:
            self._held = self._held[keep:]
        else:
            shown.append(self._held[:keep])
            self._held = self._held[keep:]
        return _FRAME.sub("", "".join(shown))

    def rest(self) -> str:
        """What was held back because it looked like the beginning of a tag."""
        held, self._held = ("" if self._inside else self._held), ""
        return _FRAME.sub("", held)

    def _tag_begins(self) -> int:
        """Where in the held text a tag may have begun; its length when nowhere."""
        begun = re.search(r"[<◁]|\[/?[THINK]{0,5}$", self._held[-_LONGEST:])
        return max(0, len(self._held) - _LONGEST) + begun.start() if begun else len(self._held)
