"""Words of other languages as Piper voices know them: IPA by the program eSpeak NG, or the letters themselves."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from pixelle.runtime.errors import FailedPrecondition
from svc_tts.engines.english import clean_ipa, pause_mark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from svc_tts.engines.base import Unit

__all__ = ["Espeak", "Letters", "espeak_version", "has_espeak"]

_PROGRAM = "espeak-ng"
_SECONDS = 20.0
_SWITCH = re.compile(r"\([a-z]{2,3}(?:-[a-z0-9-]+)?\)")
"""Marks where eSpeak NG takes a word for one of another language."""
_SCHWA = "ə"


def has_espeak() -> bool:
    """Whether the program is installed."""
    return shutil.which(_PROGRAM) is not None


def espeak_version() -> str:
    """What it says about itself: another version may pronounce otherwise. "" when it is not installed."""
    path = shutil.which(_PROGRAM)
    return _version(path) if path else ""


class Espeak:
    """
    Pronounces what eSpeak NG has a voice for.

    The program runs as a child: its licence (GPL) forbids to load it into this process.
    """

    def __init__(self, voice: str) -> None:
        """voice: of eSpeak NG, for example "de" or "en-gb-x-rp"."""
        self._voice = voice

    def pronounce(self, units: Sequence[Unit]) -> list[str]:
        """
        IPA (NFD code points) for each unit of a line, its pause mark (one of .,;:!?) at the end.

        Every unit has at least one sound. Raises FailedPrecondition (VOICE_UNUSABLE).
        """
        sounds = list(_sounds(self._voice, tuple(_bare(part) for unit in units for part in unit.said)))
        spoken: list[str] = []
        for unit in units:
            own, sounds = sounds[: len(unit.said)], sounds[len(unit.said) :]
            spoken.append(clean_ipa(unit.ipa or " ".join(filter(None, own))) or _SCHWA)
        return _marked(spoken, units)


class Letters:
    """Gives the letters themselves: for voices that were trained on text."""

    def pronounce(self, units: Sequence[Unit]) -> list[str]:
        """
        Letters (NFD, folded) of each unit, its pause mark at the end.

        Raises FailedPrecondition (ENGINE_CANNOT_IPA).
        """
        told = next((unit.written for unit in units if unit.ipa), "")
        if told:
            raise FailedPrecondition(
                f"The pronunciation of {told!r} is IPA, and this voice reads letters. Write it as a word.",
                reason="ENGINE_CANNOT_IPA",
            )
        return _marked(
            [unicodedata.normalize("NFD", " ".join(map(_bare, unit.said)).casefold()) for unit in units], units
        )


def _bare(part: str) -> str:
    """A word without the signs around it, which would end the sentence there."""
    kept = [number for number, char in enumerate(part) if unicodedata.category(char)[0] in "LMN"]
    return part[kept[0] : kept[-1] + 1] if kept else ""


def _marked(spoken: Sequence[str], units: Sequence[Unit]) -> list[str]:
    return [
        sound + pause_mark(unit.words[-1], last=unit is units[-1]) for sound, unit in zip(spoken, units, strict=True)
    ]


@lru_cache(maxsize=4096)
def _sounds(voice: str, parts: tuple[str, ...]) -> tuple[str, ...]:
    """IPA of each word, as it sounds beside the others where eSpeak NG keeps them apart, else as it sounds alone."""
    together = _said(voice, " ".join(parts)).split()
    if len(together) == len(parts) and all(parts):
        return tuple(together)
    return tuple(" ".join(_said(voice, part).split()) if part else "" for part in parts)


def _said(voice: str, text: str) -> str:
    done = subprocess.run(
        [_PROGRAM, "-q", "--ipa", "-v", voice, "--stdin"],
        input=text.encode(),
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise FailedPrecondition(
            f"espeak-ng cannot pronounce for its voice {voice!r} ({said or done.returncode}).", reason="VOICE_UNUSABLE"
        )
    return _SWITCH.sub("", done.stdout.decode())


@lru_cache(maxsize=8)
def _version(path: str) -> str:
    done = subprocess.run([path, "--version"], capture_output=True, timeout=_SECONDS, check=False)
    return done.stdout.decode(errors="replace").partition("Data at")[0].strip()
