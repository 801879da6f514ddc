"""Any server with OpenAI's speech endpoint (`POST /audio/speech`)."""

from __future__ import annotations

import asyncio
import hashlib
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import Unavailable
from pixelle.vendors.waiting import watched
from svc_tts.engines.base import Line, Speech, VoiceInfo, VoiceSpec
from svc_tts.engines.vendor import decoded, refusal, said_in, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Self

    import httpx

    from pixelle.runtime.work import Tick

__all__ = ["OpenaiSpeechEngine"]

_VENDOR = "The speech server"
_RATE = 24_000
_OFFICIAL = "https://api.openai.com/v1"
_CONNECT = 10.0
_LARGEST = 64_000_000
"""Bytes of one sentence."""
_SHOWN = 300
"""Characters of what a server says in its own words."""


class OpenaiSpeechEngine:
    """Sends each line to the server; it knows how numbers are said, so it gets them as they are written."""

    version = "1"
    summary = "OpenAI's speech endpoint, or any server that speaks it"
    features = Features(min_speed=0.5, max_speed=2.0, models=True)

    def __init__(self, *, base_url: str, key: str, model: str, voices: Sequence[str], timeout: float = 120.0) -> None:
        """
        base_url: up to and with "/v1". key: bearer key, "" for none. model: used when a request names none.
        voices: names the server knows, the default first. timeout: seconds for one line.
        """
        self._url = base_url.rstrip("/")
        self._key = key
        self._model = model
        self._voices = tuple(voices)
        self._timeout = timeout
        self._trust: Any = True

    def missing(self) -> str | None:
        """The package, and a key where the server is OpenAI's own."""
        if find_spec("httpx") is None or find_spec("av") is None:
            return "httpx or av is not installed. Run: pip install 'pixelle-video[tts]'"
        if self._url == _OFFICIAL and not self._key:
            return (
                "no key is set. Set PIXELLE_TTS_OPENAI_API_KEY, or PIXELLE_TTS_OPENAI_BASE_URL of a server of your own"
            )
        return None

    def load(self, device: str) -> None:
        """Read the certificates that servers are checked with, once for all calls."""
        import httpx

        if self._url.startswith("https:"):
            self._trust = httpx.create_ssl_context()

    def close(self) -> None:
        """Nothing to let go of: connections live as long as a text."""

    def voices(self) -> tuple[VoiceInfo, ...]:
        """Those of the settings; all of them speak every language."""
        return tuple(VoiceInfo(name, name.title()) for name in self._voices)

    def models(self) -> tuple[str, ...]:
        """Whatever the server has."""
        return ()

    def ailing(self) -> str | None:
        """Not asked: an answer costs money."""
        return None

    def named(self, model: str) -> Self:
        """Itself: the model travels with the voice."""
        del model
        return self

    def fingerprint(self, voice: str) -> str:
        """Server, default model and voice."""
        return hashlib.sha256(repr((self._url, self._model, voice)).encode()).hexdigest()

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """Speak line by line. Raises Unavailable, ResourceExhausted, FailedPrecondition, InvalidArgument (VENDOR_*)."""
        del seed  # the endpoint has none; it never says the same twice
        with asyncio.Runner() as runner:
            client = self._client()
            try:
                for position, line in enumerate(lines):
                    done = position / len(lines)
                    asked = {
                        "model": voice.model or self._model,
                        "voice": voice.name,
                        "input": line.text,
                        "speed": speed,
                        "response_format": "wav",
                    }
                    sound = runner.run(watched(self._ask(client, asked), partial(tick, done, "speaking")))
                    yield Speech(decoded(_VENDOR, sound, rate=_RATE), _RATE, (), line.pause)
            finally:
                runner.run(client.aclose())
        tick(1.0, "spoken")

    def _client(self) -> httpx.AsyncClient:
        import httpx

        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        limits = httpx.Timeout(self._timeout, connect=_CONNECT)
        return httpx.AsyncClient(headers=headers, timeout=limits, verify=self._trust)

    async def _ask(self, client: httpx.AsyncClient, asked: Mapping[str, object]) -> bytes:
        """The sound file that is answered within the time for one line, drop by drop or at once."""
        import httpx

        content = bytearray()
        try:
            async with (
                asyncio.timeout(self._timeout),
                client.stream("POST", f"{self._url}/audio/speech", json=asked) as answer,
            ):
                async for piece in answer.aiter_bytes():
                    content += piece
                    if len(content) > _LARGEST:
                        raise Unavailable(
                            f"{_VENDOR} answered a sentence with more than {_LARGEST:,} bytes. Try again.",
                            reason="VENDOR_ANSWER",
                        )
        except (TimeoutError, httpx.HTTPError) as error:
            raise unreachable(_VENDOR, error) from error
        if answer.is_success and not content.startswith(b"{"):
            return bytes(content)
        said, code = said_in(content.decode("utf-8", "replace").replace(self._key or "\0", "***"))
        error = refusal(_VENDOR, answer.status_code, answer.headers, said, code=code)
        if answer.is_success and error.reason == "VENDOR_REFUSED":
            raise Unavailable(
                f"{_VENDOR} answered with words instead of sound: {' '.join(said.split())[:_SHOWN]}. Try again.",
                reason="VENDOR_ANSWER",
            )
        raise error
