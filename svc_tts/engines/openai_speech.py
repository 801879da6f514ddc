"""Any server with OpenAI's speech endpoint (`POST /audio/speech`)."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition
from svc_tts.engines.base import Line, Speech, VoiceInfo, VoiceSpec
from svc_tts.engines.vendor import decoded, refusal, said_in, unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from pixelle.runtime.work import Tick

__all__ = ["OpenaiSpeechEngine"]

_VENDOR = "The speech server"
_RATE = 24_000
_OFFICIAL = "https://api.openai.com/v1"


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
        self._client: Any = None

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
        """Open connections when they are needed."""
        import httpx

        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        self._client = httpx.Client(headers=headers, timeout=httpx.Timeout(self._timeout, connect=10.0))

    def close(self) -> None:
        """Close them."""
        if self._client:
            self._client.close()

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
        import httpx

        del seed  # the endpoint has none; it never says the same twice
        if self._client is None:
            raise FailedPrecondition("The engine is not loaded.", reason="ENGINE_NOT_LOADED")
        for position, line in enumerate(lines):
            tick(position / len(lines), "speaking")
            asked = {
                "model": voice.model or self._model,
                "voice": voice.name,
                "input": line.text,
                "speed": speed,
                "response_format": "wav",
            }
            try:
                answer = self._client.post(f"{self._url}/audio/speech", json=asked)
            except httpx.HTTPError as error:
                raise unreachable(_VENDOR, error) from error
            if not answer.is_success:
                said, code = said_in(answer.text.replace(self._key or "\0", "***"))
                raise refusal(_VENDOR, answer.status_code, answer.headers, said, code=code)
            yield Speech(decoded(_VENDOR, answer.content, rate=_RATE), _RATE, (), line.pause)
        tick(1.0, "spoken")
