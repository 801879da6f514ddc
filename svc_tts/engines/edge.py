"""The voices of Microsoft Edge's read-aloud service (package: edge-tts)."""

from __future__ import annotations

from contextlib import aclosing
from functools import partial
from html import unescape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, Unavailable
from pixelle.vendors.waiting import awaited
from svc_tts.engines.base import Line, Speech, SpokenWord, VoiceInfo, VoiceSpec
from svc_tts.engines.edge_voices import VOICES
from svc_tts.engines.vendor import decoded, refusal, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pixelle.runtime.work import Tick

__all__ = ["EdgeEngine"]

_VENDOR = "Edge's read-aloud service"
_RATE = 24_000
_TICKS = 10_000_000
"""The service's time units per second."""


class EdgeEngine:
    """Sends each line to the service, which tells when its words are spoken."""

    version = "2"
    summary = "Edge's read-aloud voices over the network, 64 languages, word times"
    features = Features(
        languages=tuple(dict.fromkeys(name.partition("-")[0] for name in VOICES)),
        word_timings=True,
        min_speed=0.5,
        max_speed=2.0,
    )

    def __init__(self, *, allowed: bool) -> None:
        """allowed: the user lets texts leave this machine."""
        self._allowed = allowed

    def missing(self) -> str | None:
        """The package, and the user's word: what is spoken is sent to Microsoft."""
        if find_spec("edge_tts") is None or find_spec("av") is None:
            return "edge-tts is not installed. Run: pip install 'pixelle-video[edge]'"
        if not self._allowed:
            return "it sends every text to Microsoft. If you want that, set PIXELLE_TTS_EDGE_ALLOWED=true"
        return None

    def load(self, device: str) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to let go of."""

    def voices(self) -> tuple[VoiceInfo, ...]:
        """Two for each language at least; of English and Chinese most that the service offers in the common accents."""
        return tuple(
            VoiceInfo(name, title.removesuffix("Neural").removesuffix("Multilingual"), (tag,), gender)
            for name, gender in VOICES.items()
            for tag, _, title in (name.rpartition("-"),)
        )

    def fingerprint(self, voice: str) -> str:
        """The voice's name: the service does not say when it changes one."""
        return voice

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """Speak line by line. Raises Unavailable, FailedPrecondition, ResourceExhausted (VENDOR_*, QUOTA)."""
        del seed  # the service has none
        rate = f"{round((speed - 1) * 100):+d}%"
        for position, line in enumerate(lines):
            sound, events = self._ask(line.text, voice.name, rate, position / len(lines), tick)
            yield Speech(decoded(_VENDOR, sound, rate=_RATE), _RATE, _spans(line, events), line.pause)
        tick(1.0, "spoken")

    def _ask(
        self, text: str, voice: str, rate: str, done: float, tick: Tick
    ) -> tuple[bytes, list[tuple[str, float, float]]]:
        """The sound (MP3) of a text, and the words the service names, with start and end in seconds."""
        import aiohttp
        from edge_tts import Communicate
        from edge_tts.exceptions import EdgeTTSException, NoAudioReceived, SkewAdjustmentError

        sound = b""
        events: list[tuple[str, float, float]] = []

        async def listen() -> None:
            nonlocal sound
            asked = Communicate(text, voice, rate=rate, boundary="WordBoundary", receive_timeout=60)
            async with aclosing(asked.stream()) as answer:
                async for each in answer:
                    told: Any = each
                    if told["type"] == "audio":
                        sound += told["data"]
                    else:
                        start = told["offset"] / _TICKS
                        # the package leaves the quotes of the service's XML as they come
                        events.append((unescape(told["text"]), start, start + told["duration"] / _TICKS))
            ended: Any = asked.state  # it counts what came when the service says that this was all
            if ended.get("cumulative_audio_bytes", len(sound)) < len(sound):
                raise Unavailable(f"{_VENDOR} stopped in the middle of a sentence. Try again.", reason="VENDOR_CUT")

        try:
            # the package's own blocking way never ends when the service answers with a fault
            awaited(listen(), partial(tick, done, "speaking"))
        except (aiohttp.ClientResponseError, SkewAdjustmentError) as error:
            if not isinstance(error, aiohttp.ClientResponseError) or error.status == 403:
                raise FailedPrecondition(
                    f"{_VENDOR} turned this machine away (403), as it does when its clock is wrong or when the package "
                    "edge-tts is out of date. Set the clock, or run: pip install -U edge-tts",
                    reason="VENDOR_REFUSED",
                ) from error
            raise refusal(_VENDOR, error.status, error.headers or {}, error.message) from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise unreachable(_VENDOR, error) from error
        except NoAudioReceived as error:
            raise Unavailable(
                f"{_VENDOR} answered without sound for {text[:40]!r} in the voice {voice!r}, as it does when a voice "
                "does not speak the language of a text. Try again, or choose a voice of that language.",
                reason="VENDOR_ANSWER",
            ) from error
        except EdgeTTSException as error:
            raise Unavailable(
                f"{_VENDOR} answered something unknown ({type(error).__name__}). Try again.", reason="VENDOR_ANSWER"
            ) from error
        return sound, events


def _spans(line: Line, events: Sequence[tuple[str, float, float]]) -> tuple[SpokenWord, ...]:
    """A time for each unit from the words the service names; none when those are not the line's."""
    told = [(owner, letter) for owner, unit in enumerate(line.units) for letter in _letters(unit.text)]
    letters = "".join(letter for _, letter in told)
    found: dict[int, tuple[float, float]] = {}
    at = 0
    for text, start, end in events:
        named = "".join(_letters(text))
        if not letters.startswith(named, at):
            return ()
        for owner in dict.fromkeys(owner for owner, _ in told[at : at + len(named)]):
            found[owner] = (found[owner][0] if owner in found else start, end)
        at += len(named)
    if {owner for owner, _ in told} - found.keys() or not found:
        return ()
    words: list[SpokenWord] = []
    last = 0.0
    for owner, unit in enumerate(line.units):
        # a sign alone, as in "Tom & Jerry", is said between its neighbours
        start, end = found.get(owner) or (last, next((found[k][0] for k in sorted(found) if k > owner), last))
        words.append(SpokenWord(unit.written, max(start, last), max(end, last)))
        last = words[-1].end
    return tuple(words)


def _letters(text: str) -> Iterator[str]:
    """The small letters and digits of a text, each of one character, some from one: "ß" is two."""
    for c in text:
        yield from (small for small in c.casefold() if small.isalnum())
