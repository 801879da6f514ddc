"""Speech and voices through the Python interface, everything in this process."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, NotFound
from pixelle_video import PixelleVideoCore
from tests.speech import recorded, spoken


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return recorded(spoken(tmp_path_factory.mktemp("none")))


def read(path: str) -> bytes:
    return Path(path).read_bytes()


def seconds(path: str | Path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


@pytest.mark.slow
async def test_the_sdk_speaks_and_makes_voices(
    tmp_path: Path, recording: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIXELLE_TTS_ENGINE", "tone")
    (tmp_path / "ann.wav").write_bytes(recording)
    async with PixelleVideoCore() as pixelle:
        consent = await pixelle.voices.consent()
        with pytest.raises(FailedPrecondition, match="only with consent"):
            await pixelle.voices.create("Ann", "ann.wav", consent="")
        with pytest.raises(NotFound, match=r"bob\.wav"):
            await pixelle.voices.create("Bob", "bob.wav", consent=consent)
        voice = await pixelle.voices.create("Ann", "ann.wav", consent=consent, language="en")
        assert voice in await pixelle.voices.list("local/tone")
        own = await pixelle.tts("Hello there.", voice=voice.id, language="en", output_path=tmp_path / "own.wav")
        stock = await pixelle.tts("Hello there.", "local/tone")
        assert Path(stock).parent == Path("output/speech")
        assert seconds(own) == seconds(stock)
        assert read(own) != read(stock)
        assert seconds(await pixelle.voices.sample(voice.id, "sample.wav")) > 3
        assert "local/tone" in await pixelle.tts.available()
        await pixelle.voices.delete(voice.id)
        with pytest.raises(NotFound):
            await pixelle.voices.delete(voice.id)
        with pytest.raises(InvalidArgument, match=voice.id):
            await pixelle.tts("Hello there.", voice=voice.id)
