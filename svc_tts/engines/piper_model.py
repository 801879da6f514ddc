"""A Piper voice file run by onnxruntime, changed so that it tells its durations and repeats itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pixelle.runtime.errors import FailedPrecondition

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["PiperConfig", "PiperModel", "read_config"]

_NOISE_STEPS = 4096
"""Length of the noise table in frames (about 47 s at 22.05 kHz); longer runs read it again from the start."""


@dataclass(frozen=True)
class PiperConfig:
    """What we use of a voice's `.onnx.json` (format of the Piper project, version 1)."""

    sample_rate: int
    ids: dict[str, tuple[int, ...]]
    """Symbol (one code point) to the ids the model expects."""
    language: str
    """BCP 47 tag, for example "en-US"."""
    espeak: str
    """The voice of eSpeak NG that pronounced what it was trained on, for example "de"."""
    phonemes: str
    """Which alphabet the ids stand for: "espeak" (IPA), "text", "pinyin" ..."""
    noise: float
    length: float
    noise_width: float
    speakers: tuple[str, ...]
    """Names in the order of their ids; empty for a voice of one speaker."""


def read_config(path: Path) -> PiperConfig:
    """Read a voice's description. Raises OSError, ValueError or KeyError when it is not one."""
    raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    inference = raw.get("inference", {})
    espeak = str(raw.get("espeak", {}).get("voice", ""))
    code = str(raw.get("language", {}).get("code") or espeak)
    speakers: dict[str, int] = raw.get("speaker_id_map") or {}
    count = int(raw.get("num_speakers", 1))
    names = {number: name for name, number in speakers.items()}
    return PiperConfig(
        sample_rate=int(raw["audio"]["sample_rate"]),
        ids={symbol: tuple(ids) for symbol, ids in raw["phoneme_id_map"].items()},
        language=_tag(code),
        espeak=espeak or code.replace("_", "-").lower(),
        phonemes=str(raw.get("phoneme_type", "espeak")),
        noise=float(inference.get("noise_scale", 0.667)),
        length=float(inference.get("length_scale", 1.0)),
        noise_width=float(inference.get("noise_w", 0.8)),
        speakers=tuple(names.get(n, str(n)) for n in range(count)) if count > 1 else (),
    )


def _tag(code: str) -> str:
    """BCP 47 from "en_US" or espeak's "en-us"."""
    language, _, region = code.replace("_", "-").partition("-")
    return f"{language.lower()}-{region.upper()}" if len(region) == 2 else language.lower()


class PiperModel:
    """One voice in memory."""

    def __init__(self, model: Path, config: PiperConfig, *, device: str, threads: int) -> None:
        """
        model: the voice's `.onnx` file.
        device: "cpu" or "cuda[:n]".
        threads: threads of one call.
        Raises FailedPrecondition (VOICE_BROKEN) when the file is not a Piper voice.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # sentences differ in length: an arena would keep the largest ever seen
        options.enable_cpu_mem_arena = False
        providers = ["CUDAExecutionProvider", "CPUExecutionProvider"] if device.startswith("cuda") else None
        try:
            self._session = onnxruntime.InferenceSession(
                _prepare(model), options, providers=providers or ["CPUExecutionProvider"]
            )
        except (ValueError, RuntimeError) as error:
            raise FailedPrecondition(
                f"The voice file {model.name!r} cannot be loaded ({type(error).__name__}). Download it again.",
                reason="VOICE_BROKEN",
            ) from error
        self._config = config

    def run(
        self, ids: list[int], *, speed: float, speaker: int = 0, seed: int = 0
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """
        Speak a sequence of ids. Another seed is another stretch of the noise table.

        Returns float32 mono samples and, for each id, the sample where it starts; one more entry is the end.
        """
        import numpy as np

        config = self._config
        feed: dict[str, Any] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": np.array([config.noise, config.length, config.noise_width], np.float32),
            "stretch": np.array([1 / speed], np.float32),
            # a prime number of steps apart, so that seeds share no noise soon
            "noise_start": np.array(seed * 997 % _NOISE_STEPS, np.int64),
        }
        if config.speakers:
            feed["sid"] = np.array([speaker], np.int64)
        answer: Any = self._session.run(None, feed)
        samples = np.asarray(answer[0], np.float32).reshape(-1)
        frames = np.concatenate([[0.0], np.cumsum(np.asarray(answer[1], np.float64).reshape(-1))])
        per_frame = len(samples) / frames[-1] if frames[-1] else 0.0
        return samples, np.rint(frames * per_frame).astype(np.int64)


def _prepare(path: Path) -> bytes:
    """
    The model with a second output (frames per id), inputs "stretch" (1 / speed) and "noise_start", and fixed noise.

    VITS (Kim et al. 2021) rounds its durations up in the graph's only Ceil node. Its own length scale acts before
    that, so short sounds cannot become shorter and speed 2 would be speed 1.6; ours acts after it and is exact.
    Its noise comes from RandomNormalLike nodes, whose generator runs on from call to call; each is replaced by
    a look-up in a table of normal noise, so the same ids always sound the same.
    """
    import onnx

    try:
        model = onnx.load_model(str(path))
    except Exception as error:  # protobuf's DecodeError, a name that engines do not import
        raise ValueError(f"{path.name} is not an ONNX file") from error
    graph = model.graph
    rounded = [node.output[0] for node in graph.node if node.op_type == "Ceil"]
    if len(rounded) != 1:
        raise ValueError(f"{path.name} has {len(rounded)} Ceil nodes, a Piper voice has one")
    graph.output.append(onnx.ValueInfoProto(name=rounded[0]))
    graph.input.append(onnx.helper.make_tensor_value_info("stretch", onnx.TensorProto.FLOAT, [1]))
    graph.input.append(onnx.helper.make_tensor_value_info("noise_start", onnx.TensorProto.INT64, []))
    nodes = list(graph.node)
    del graph.node[:]
    for number, node in enumerate(nodes):
        if node.op_type == "RandomNormalLike":
            graph.node.extend(_fixed_noise(graph, node, number))
        elif node.op_type == "Ceil":
            graph.node.extend(_stretched(graph, node))
        else:
            graph.node.append(node)
    return model.SerializeToString()


def _stretched(graph: Any, node: Any) -> list[Any]:
    """`node` (whole frames, shape [1, 1, ids]) and what scales its output so that the running sum stays exact."""
    import numpy as np
    from onnx import helper, numpy_helper

    for key, value in (("last", [2]), ("first", [0]), ("before", [-1])):
        graph.initializer.append(numpy_helper.from_array(np.array(value, np.int64), f"stretch/{key}"))
    graph.initializer.append(numpy_helper.from_array(np.array(2, np.int64), "stretch/axis"))
    graph.initializer.append(numpy_helper.from_array(np.zeros((1, 1, 1), np.float32), "stretch/start"))
    output = node.output[0]
    node.output[0] = "stretch/whole"
    return [
        node,
        helper.make_node("Mul", ["stretch/whole", "stretch"], ["stretch/scaled"]),
        helper.make_node("CumSum", ["stretch/scaled", "stretch/axis"], ["stretch/sum"]),
        helper.make_node("Round", ["stretch/sum"], ["stretch/ends"]),
        helper.make_node("Slice", ["stretch/ends", "stretch/first", "stretch/before", "stretch/last"], ["stretch/cut"]),
        helper.make_node("Concat", ["stretch/start", "stretch/cut"], ["stretch/starts"], axis=2),
        helper.make_node("Sub", ["stretch/ends", "stretch/starts"], [output]),
    ]


def _fixed_noise(graph: Any, node: Any, number: int) -> list[Any]:
    """Nodes that give `node`'s output, shape [1, channels, length], from a table indexed modulo its length."""
    import numpy as np
    from onnx import helper, numpy_helper

    name = f"noise{number}"
    # 192 channels are the most a Piper voice draws; a node that needs fewer reads the first ones
    table = np.random.default_rng(number).standard_normal((1, 192, _NOISE_STEPS)).astype(np.float32)
    for key, value in (
        ("table", table),
        ("steps", np.array(_NOISE_STEPS, np.int64)),
        ("zero", np.array(0, np.int64)),
        ("one", np.array(1, np.int64)),
        ("two", np.array(2, np.int64)),
    ):
        graph.initializer.append(numpy_helper.from_array(value, f"{name}/{key}"))

    def step(kind: str, inputs: list[str], output: str, **attributes: Any) -> Any:
        return helper.make_node(
            kind, [i if i.startswith("/") else f"{name}/{i}" for i in inputs], [output], **attributes
        )

    return [
        helper.make_node("Shape", [node.input[0]], [f"{name}/shape"]),
        step("Gather", ["shape", "two"], f"{name}/length", axis=0),
        step("Range", ["zero", "length", "one"], f"{name}/count"),
        helper.make_node("Add", [f"{name}/count", "noise_start"], [f"{name}/moved"]),
        step("Mod", ["moved", "steps"], f"{name}/index"),
        step("Gather", ["table", "index"], f"{name}/long", axis=2),
        step("Gather", ["shape", "one"], f"{name}/channels", axis=0),
        step("Range", ["zero", "channels", "one"], f"{name}/rows"),
        step("Gather", ["long", "rows"], node.output[0], axis=1),
    ]
