"""What the render benchmarks are fed: narrations, pictures and footage, made here, the same bytes every time."""

from __future__ import annotations

import json
import wave
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from svc_tts.engines.base import VoiceSpec
from svc_tts.engines.tone import ToneEngine
from svc_tts.reading.lines import lines_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["SceneInput", "footage", "load", "picture", "save", "scene", "speak"]

_LEAD = 0.25  # seconds of silence before the first word, as voices have
_SENTENCES = (
    "Ten quiet pages before breakfast become a dozen finished books by the end of the year",
    "A reader borrows the long experience of people who spent a whole life on one question",
    "Small habits survive the busy weeks because they never ask for much time or courage",
    "Keep the book where the phone used to lie and the evening will choose for you",
    "Nobody remembers every page yet the way of thinking stays and grows with each book",
    "Write one line about what you read and it will still be yours after many years",
    "Children who see their parents read begin to read long before anybody asks them to",
    "An hour with a good story slows the heart and clears the noise of a crowded day",
    "The library asks for nothing except your curiosity and brings the books back on time",
    "Start tonight with a single page and let tomorrow decide about the second one",
)


@dataclass(frozen=True)
class SceneInput:
    """One scene, as both sides of a comparison get it."""

    text: str
    sound: str
    """Path of a WAV file, 24 kHz mono 16 bit."""
    seconds: float
    words: tuple[tuple[str, float, float], ...]
    """Word, start and end in seconds."""
    visual: str
    """Path of a PNG picture or an MP4 with footage."""


def scene(folder: Path, number: int, *, length: float | None, moving: bool, size: tuple[int, int]) -> SceneInput:
    """
    Scene `number`, its files written into `folder` unless they are there.

    length: seconds; None: as long as its sentence takes, some 5 s. moving: footage instead of a picture.
    size: of the picture or footage, pixels.
    """
    text = _SENTENCES[number % len(_SENTENCES)] + "."
    sound = folder / f"speech-{number}-{length or 0:g}.wav"
    seconds, words = speak(sound, text, length=length)
    shape = f"{number}-{size[0]}x{size[1]}"
    visual = folder / (f"footage-{shape}-{seconds:.0f}.mp4" if moving else f"picture-{shape}.png")
    if not visual.exists():
        if moving:
            footage(visual, seed=number, size=size, seconds=seconds + 0.5)
        else:
            Image.fromarray(picture(number, *size)).save(visual, "PNG", compress_level=1)
    return SceneInput(text, str(sound), seconds, words, str(visual))


def speak(path: Path, text: str, *, length: float | None = None) -> tuple[float, tuple[tuple[str, float, float], ...]]:
    """
    A text spoken by the tone engine, written as WAV; its seconds and word times.

    length: repeat it for that many seconds, to the sample.
    """
    engine = ToneEngine()
    voice = VoiceSpec(name="low", language="en")
    speeches = list(engine.synthesize(lines_of(text, language="").lines, voice, speed=1.0, tick=_unheard))
    rate = speeches[0].sample_rate
    sounds: list[NDArray[np.float32]] = [np.zeros(round(_LEAD * rate), np.float32)]
    words: list[tuple[str, float, float]] = []
    at = len(sounds[0])
    for speech in speeches:
        words += [(word.text, at / rate + word.start, at / rate + word.end) for word in speech.words]
        sounds += [np.asarray(speech.samples, np.float32), np.zeros(round(speech.pause * rate), np.float32)]
        at += len(sounds[-2]) + len(sounds[-1])
    sound = np.concatenate(sounds)
    if length:
        sound = np.resize(sound, round(length * rate))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((sound * 32767).astype("<i2").tobytes())
    return len(sound) / rate, tuple(words)


def _unheard(fraction: float, message: str = "") -> None:
    """Progress that nobody follows."""


def picture(seed: int, width: int, height: int) -> NDArray[np.uint8]:
    """A synthetic photograph, RGB [height, width, 3]: noise with the 1/f spectrum of real ones, over a light."""
    chance = np.random.default_rng(seed)
    down, across = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    strength = 1.0 / np.maximum(np.hypot(down, across), 1.0 / max(width, height)) ** 1.2
    planes: list[NDArray[np.float64]] = []
    for share in (1.0, 0.35, 0.35):  # one lightness, two weaker colours
        phase = chance.uniform(0.0, 2.0 * np.pi, strength.shape)
        noise = np.fft.irfft2(strength * np.exp(1j * phase), (height, width))
        planes.append(share * noise / noise.std())
    light = np.linspace(1.0, -1.0, height)[:, None] + np.linspace(-0.4, 0.4, width)[None, :]
    grain = chance.normal(0.0, 0.06, (height, width))
    base = 128.0 + 44.0 * (0.8 * light + planes[0] + grain)
    colours = (base + 40 * planes[1], base, base + 40 * planes[2])
    return np.clip(np.stack(colours, axis=2), 0, 255).astype(np.uint8)


def footage(path: Path, *, seed: int, size: tuple[int, int], seconds: float, fps: int = 30) -> None:
    """A slow diagonal pan across a synthetic photograph as H.264 in MP4, high profile with B frames, crf 20."""
    import av

    width, height = size
    steps = round(seconds * fps)
    wide = picture(seed, width + 2 * steps, height + steps)
    with av.open(str(path), "w", format="mp4", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libx264", rate=fps, options={"preset": "veryfast", "crf": "20"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, fps)
        for step in range(steps):
            shown = np.ascontiguousarray(wide[step : step + height, 2 * step : 2 * step + width])
            frame = av.VideoFrame.from_ndarray(shown, "rgb24")
            frame.pts = step
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def save(path: Path, scenes: list[SceneInput]) -> None:
    """Write a list of scenes for another process."""
    path.write_text(json.dumps([asdict(one) for one in scenes]))


def load(path: Path) -> list[SceneInput]:
    """Read what `save` wrote."""
    return [
        SceneInput(**(one | {"words": tuple((text, start, end) for text, start, end in one["words"])}))
        for one in json.loads(path.read_text())
    ]
