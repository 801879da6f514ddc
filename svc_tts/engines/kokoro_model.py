"""The Kokoro model in memory: the sounds of a line in, samples and the time of every unit out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from svc_tts.sound import frame_levels

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["LONGEST", "RATE", "KokoroModel", "run", "with_durations"]

RATE = 24_000
"""Samples per second."""
LONGEST = 480
"""Symbols of one call; the model takes 510."""
_MARKS = frozenset(",.!?:;—…")
_RELEASE = 0.12
"""Seconds a word may ring on into the pause of its punctuation mark."""
_EARLY = 0.05
"""Seconds by which a symbol is heard before the frames that the model counts for it, whatever the speed."""
_HEARD_DB = 40.0
"""What is this far below the loudest is not the first word yet."""


@dataclass(frozen=True)
class KokoroModel:
    """What was read of the files, and of which."""

    facts: str
    session: Any
    styles: dict[str, NDArray[np.float32]]
    vocabulary: dict[str, int]


def run(
    model: KokoroModel, spoken: Sequence[str], style: NDArray[np.float32], speed: float
) -> tuple[NDArray[np.float32], list[tuple[float, float]]]:
    """Samples of some units' sounds, and when each is spoken, in seconds."""
    import numpy as np

    tokens: list[int] = []
    owners: list[int] = []
    for owner, text in enumerate(spoken):
        paused = False
        for char in text[:LONGEST]:
            if char in model.vocabulary:
                tokens.append(model.vocabulary[char])
                # the space to the next word is the end of this one, a mark is a pause and nobody's
                paused = paused or char in _MARKS
                owners.append(-1 if paused else owner)
    answer: Any = model.session.run(
        None,
        {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": style[min(max(len(tokens) - 1, 0), len(style) - 1)].reshape(1, 256),
            "speed": np.array([speed], np.float32),
        },
    )
    samples = np.asarray(answer[0], np.float32).reshape(-1)
    frames = np.concatenate([[0.0], np.cumsum(np.asarray(answer[1], np.float64).reshape(-1))])
    seconds = frames * (len(samples) / RATE / max(frames[-1], 1.0))
    seconds[1:-1] = np.maximum(seconds[1:-1] - _EARLY, 0.0)
    spans: list[tuple[float, float]] = []
    at = onset = _onset(samples)
    for owner in range(len(spoken)):
        mine = [k for k, who in enumerate(owners, 1) if who == owner]
        start, end = (float(seconds[mine[0]]), float(seconds[mine[-1] + 1])) if mine else (at, at)
        following = float(seconds[next((k for k, who in enumerate(owners, 1) if who > owner), len(seconds) - 1)])
        end = max(end, min(end + _RELEASE / speed, following)) if mine else end
        # the frames of the start are longer than the silence at low speed, and shorter at high
        start = onset if owner == 0 and onset < end else start
        spans.append((max(start, at), max(end, at)))
        at = spans[-1][1]
    return samples, spans


def _onset(samples: NDArray[np.float32]) -> float:
    """Seconds until something can be heard; all of them when nothing can."""
    import numpy as np

    levels = frame_levels(samples, RATE // 100)
    heard = np.flatnonzero(levels > max(float(levels.max(initial=0.0)) * 10 ** (-_HEARD_DB / 20), 1e-9))
    return float(heard[0]) / 100 if len(heard) else len(samples) / RATE


def with_durations(path: Path) -> bytes:
    """The model with a second output: frames per symbol, which it rounds in the graph's only Round node."""
    import onnx

    try:
        model = onnx.load_model(str(path))
    except Exception as error:  # protobuf's DecodeError, a name that engines do not import
        raise ValueError(f"{path.name} is not an ONNX file") from error
    rounded = [node.output[0] for node in model.graph.node if node.op_type == "Round" and "encoder" in node.name]
    if len(rounded) != 1:
        raise ValueError(f"{path.name} has {len(rounded)} places where durations are rounded, Kokoro has one")
    model.graph.output.append(onnx.ValueInfoProto(name=rounded[0]))
    return model.SerializeToString()
