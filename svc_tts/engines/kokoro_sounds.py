"""The sounds Kokoro knows (misaki's alphabet) for English, Chinese and Japanese, unit by unit."""

from __future__ import annotations

import logging
import re
import unicodedata
import warnings
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition
from pixelle.text.tags import primary
from svc_tts.engines.base import Unit
from svc_tts.engines.english import English

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Sounds", "can_read", "kana_sounds", "mora_sounds"]

_MARKS = {"，": ",", "、": ",", "。": ".", "．": ".", "！": "!", "？": "?", "：": ":", "；": ";", "–": "—"}
_SPOKEN_MARKS = frozenset(",.!?:;—…")
_HAN = re.compile(r"[\u3007\u3400-\u9fff]")
_RUNS = re.compile(r"[\u3007\u3400-\u9fff]+|[A-Za-z][A-Za-z'’-]*")
_KATAKANA = re.compile(r"[\u30a0-\u30ff]")
_NEAR = 4
"""Characters around its place in which a word is looked for."""
_GOES_ON = "+"
"""Stands where a word goes on in the next unit."""
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_KEPT = 1024
"""Lines whose sounds are remembered."""
_IPA = (
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("oʊ", "O"),
    ("əʊ", "Q"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("dʒ", "ʤ"),
    ("tʃ", "ʧ"),
    ("g", "ɡ"),
)
"""Pairs of IPA that are one letter in misaki's alphabet."""


_PACKAGES = {"zh": ("jieba", "misaki", "pypinyin"), "ja": ("pyopenjtalk",)}
"""What reads a language besides what is always here."""


def can_read(language: str) -> bool:
    """The packages that read a language ("en-GB", "zh") are installed."""
    return all(find_spec(name) for name in _PACKAGES.get(primary(language), ()))


class Sounds:
    """Pronounces lines; what a language needs is read when it is first spoken."""

    def __init__(self) -> None:
        self._english = English()
        self._chinese: Any = None
        self._japanese: Any = None
        self._known = lru_cache(maxsize=_KEPT)(self._spoken)

    def of(self, units: Sequence[Unit], language: str) -> list[str]:
        """
        Sounds of each unit, its pause mark and the space to the next at the end.

        language: "en", "zh" or "ja". Raises FailedPrecondition (LANGUAGE_NOT_INSTALLED).
        """
        found: list[str] = []
        for unit, sound in zip(units, self._known(tuple(units), language), strict=True):
            heard = _from_ipa(unit.ipa) if unit.ipa else sound.removesuffix(_GOES_ON).strip() or "ə"
            last = unit is units[-1]
            mark = _mark(unit.words[-1]) or ("." if last else "")
            goes_on = sound.endswith(_GOES_ON) and not mark
            found.append(heard + mark + ("" if last or goes_on else " "))
        return found

    def _spoken(self, units: tuple[Unit, ...], language: str) -> list[str]:
        """Sounds of each unit; `_GOES_ON` at the end of one in the middle of a word."""
        if language == "zh":
            return self._in_chinese(units)
        return self._in_japanese(units) if language == "ja" else self._english.sounds(units)

    def _in_chinese(self, units: Sequence[Unit]) -> list[str]:
        """Words are found by jieba over the whole line, their tones by pypinyin, their sounds by misaki."""
        if self._chinese is None:
            self._chinese = _chinese_reader()
        jieba, lazy_pinyin, style, to_sounds = self._chinese
        texts = ["".join(unit.said) for unit in units]
        spoken = _Shared(len(units))
        owners = [owner for owner, text in enumerate(texts) for _ in text]
        at = 0
        for word in jieba.lcut("".join(texts)):
            for run in _RUNS.finditer(word):  # "T恤" is one word of two scripts
                own = owners[at + run.start() : at + run.end()]
                if _HAN.match(run[0]):
                    readings = lazy_pinyin(run[0], style=style, neutral_tone_with_five=True, tone_sandhi=True)
                    if len(readings) != len(own):
                        readings = [lazy_pinyin(char, style=style, neutral_tone_with_five=True)[0] for char in run[0]]
                    # a character that pypinyin does not know stays as it is
                    spoken.give([to_sounds(reading) if reading.isascii() else "" for reading in readings], own)
                else:
                    latin = Unit((run[0],), run[0], tuple(_letters(run[0])))
                    spoken.give(self._english.sounds([latin]), own[:1])
            at += len(word)
        # misaki writes a syllabic consonant with a sign below, which the model has no number for
        return [sound.replace(chr(815), "") for sound in spoken.sounds]

    def _in_japanese(self, units: Sequence[Unit]) -> list[str]:
        """Readings by Open JTalk over the whole line, then kana by kana."""
        if self._japanese is None:
            self._japanese = _japanese_reader()
        text, owners = "", list[int]()
        for owner, unit in enumerate(units):
            apart = " " if max(map(len, unit.said)) > 1 else ""  # letters of an acronym are one word
            said = unicodedata.normalize("NFKC", apart.join(unit.said))
            if _LATIN.match(said) and _LATIN.match(text[-1:]):
                said = f" {said}"  # two English words side by side
            text += said
            owners += [owner] * len(said)
        spoken = _Shared(len(units))
        at = 0
        for node in self._japanese(text):
            surface, reading = unicodedata.normalize("NFKC", str(node["string"])), str(node["pron"])
            # signs it does not know are told as others, so a word may stand a little off
            found = text.find(surface, at, at + len(surface) + _NEAR)
            at = found if found >= 0 and node["pos"] != "記号" else at
            own = owners[at : at + len(surface)] or owners[-1:]
            at += len(surface)
            unknown = node["pos"] == "フィラー" and not surface.isupper()
            if _LATIN.fullmatch(surface) and (unknown or not _KATAKANA.search(reading)):
                spoken.give(self._english.sounds([Unit((surface,), surface, tuple(_letters(surface)))]), own[:1])
                continue
            morae = mora_sounds(reading)
            total = sum(length for _, length in morae)
            places = [sum(length for _, length in morae[:k]) * len(own) // max(total, 1) for k in range(len(morae))]
            attached = node["pos"] in {"助詞", "助動詞"}
            spoken.give([sound for sound, _ in morae], [own[place] for place in places], attached=attached)
        return spoken.sounds


class _Shared:
    """Sounds of words handed to the units that they are written in."""

    def __init__(self, count: int) -> None:
        self.sounds = [""] * count

    def give(self, sounds: Sequence[str], owners: Sequence[int], *, attached: bool = False) -> None:
        """The sounds of one word and the unit of each. attached: the word is heard as the end of that before it."""
        last = -1
        for sound, owner in zip(sounds, owners, strict=True):
            if last not in {-1, owner}:
                self.sounds[last] += _GOES_ON
            self.sounds[owner] += sound if attached or last == owner or not self.sounds[owner] else f" {sound}"
            last = owner


def _letters(word: str) -> list[str]:
    """A word, or the letters of an acronym; "A" is not the article."""
    return ["ay" if char == "A" else char for char in word] if word.isupper() and len(word) <= 5 else [word]


def _mark(word: str) -> str:
    """The pause mark a written word ends with, as Kokoro knows it."""
    for char in reversed(word):
        mark = _MARKS.get(char, char)
        if mark in _SPOKEN_MARKS:
            return mark
        if char.isalnum():
            break
    return ""


def _from_ipa(ipa: str) -> str:
    for pair, letter in _IPA:
        ipa = ipa.replace(pair, letter)
    return ipa


def _chinese_reader() -> tuple[Any, Any, Any, Any]:
    try:
        with warnings.catch_warnings():  # jieba's source has escapes that Python complains about when it compiles them
            warnings.simplefilter("ignore")
            import jieba
        from misaki.zh import ZHG2P
        from pypinyin import Style, lazy_pinyin
    except ImportError as error:
        raise _not_installed("Chinese", error) from error
    jieba.setLogLevel(logging.WARNING)
    return jieba, lazy_pinyin, Style.TONE3, ZHG2P.py2ipa


def _japanese_reader() -> Any:
    try:
        import pyopenjtalk
    except ImportError as error:
        raise _not_installed("Japanese", error) from error
    return pyopenjtalk.run_frontend


def _not_installed(language: str, error: ImportError) -> FailedPrecondition:
    return FailedPrecondition(
        f"Kokoro needs packages to read {language} ({error}). Run: pip install 'pixelle-video[kokoro]'",
        reason="LANGUAGE_NOT_INSTALLED",
    )


_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "ɡ": "ガギグゲゴ", "s": "サシスセソ", "ʣ": "ザジズゼゾ", "t": "タチツテト",
    "d": "ダヂヅデド", "n": "ナニヌネノ", "h": "ハヒフヘホ", "b": "バビブベボ", "p": "パピプペポ", "m": "マミムメモ",
    "ɾ": "ラリルレロ", "v": "ヷヸヴヹヺ",
}  # fmt: skip
_SINGLE = {
    "シ": "ɕi", "ス": "sɨ", "ジ": "ʥi", "ズ": "zɨ", "チ": "ʨi", "ツ": "ʦɨ", "ヂ": "ʥi", "ヅ": "zɨ", "ニ": "ɲi",
    "ヒ": "çi", "フ": "ɸɯ", "ヤ": "ja", "ユ": "jɯ", "ヨ": "jo", "ワ": "βa",
    "ヰ": "i", "ヱ": "e", "ヲ": "o", "ー": "ː", "ッ": "ʔ",
}  # fmt: skip
_SMALL = {"ァ": "a", "ィ": "i", "ゥ": "ɯ", "ェ": "e", "ォ": "o", "ャ": "a", "ュ": "ɯ", "ョ": "o", "ヮ": "a"}


def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for consonant, row in _ROWS.items():
        for kana, vowel in zip(row, "aiɯeo", strict=True):
            soft = "ʲ" if vowel == "i" and consonant else ""
            table[kana] = f"{consonant}{soft}{vowel}"
    return table | _SINGLE


_KANA = _table()


def kana_sounds(reading: str) -> str:
    """Sounds of katakana as Open JTalk writes a pronunciation; other signs are silent."""
    return "".join(sound for sound, _ in mora_sounds(reading))


def mora_sounds(reading: str) -> list[tuple[str, int]]:
    """The same mora by mora, each with how many kana it is written in."""
    morae: list[tuple[str, int]] = []
    kana = [c for c in reading if c in _KANA or c in _SMALL or c == "ン"]
    for position, char in enumerate(kana):
        following = _KANA.get(kana[position + 1], "") if position + 1 < len(kana) else ""
        if char == "ン":
            nasal = "m" if following[:1] in {"m", "p", "b"} else "ŋ" if following[:1] in {"k", "ɡ"} else "n"
            alone = following[:1] in {"", "a", "i", "ɯ", "e", "o", "j", "β", "h", "s", "ɕ"}
            morae.append(("ɴ" if alone else nasal, 1))
        elif char in _SMALL:
            # a small vowel takes the place of the vowel before it; ya, yu, yo soften what is left
            before, length = morae.pop() if morae else ("", 0)
            head = before[:-1]
            if char in "ャュョ" and head and head[-1] not in "ʲɕʥʨɲçj":
                head += "ʲ"
            morae.append((head + _SMALL[char], length + 1))
        else:
            morae.append((_KANA[char], 1))
    return morae
