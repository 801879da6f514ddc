"""Speech by workflow files, wherever those are run: $text, $voice, $speed, $ref_audio."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pixelle.comfyui.workshop import Order
from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, PixelleError
from svc_tts.engines.base import Speech, VoiceInfo
from svc_tts.engines.vendor import decoded, rate_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pixelle.comfyui.workflow import Value, Workflow
    from pixelle.comfyui.workshop import Workshop
    from pixelle.runtime.work import Tick
    from svc_tts.engines.base import Line, VoiceSpec

__all__ = ["WorkflowEngine"]

_OWN = "default"
"""The voice that is in the file."""
_SLOWEST, _FASTEST = 0.5, 2.0
_GIVEN = {"text", "voice", "speed", "ref_audio", "seed", "index"}


class WorkflowEngine:
    """Every workflow file is a model of this engine: "selfhost/tts_mine.json"."""

    version = "1"
    summary = "Workflow files"
    features = Features(cloning=True, min_speed=_SLOWEST, max_speed=_FASTEST, seeded=True, models=True)
    """What some file can; each has its own when it is named."""

    def __init__(self, workshop: Workshop, *, default: str, voices: Sequence[str], setting: str) -> None:
        """
        default: the file for requests that name none. voices: names that can be given to files with $voice.
        setting: the environment variable for `default`.
        """
        self.workshop = workshop
        self.extra = tuple(voices)
        self._default = default
        self._setting = setting

    def missing(self) -> str | None:
        """What the workshop misses."""
        return self.workshop.missing()

    def ailing(self) -> str | None:
        """Why a text would not be spoken now: what the workshop says, or no file."""
        if not self.models():
            return "there is no workflow file for speech. Put one into data/workflows, its name beginning with tts_"
        return self.workshop.ailing()

    def load(self, device: str) -> None:
        """Nothing to load: who runs the files has the models."""

    def close(self) -> None:
        """Let go of the connections."""
        self.workshop.close()

    def models(self) -> Sequence[str]:
        """The files there are now."""
        return self.workshop.names()

    def named(self, model: str) -> _OneWorkflow:
        """
        This engine with one workflow file.

        Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition (WORKFLOW_UNSET, WORKFLOW_NO_TEXT,
        WORKFLOW_PARAMETER_MISSING and what the workshop says).
        """
        name = model or self._default
        if not name:
            raise FailedPrecondition(
                f"No workflow is set for {self.workshop.title}'s speech. Name one, or set {self._setting}.",
                reason="WORKFLOW_UNSET",
            )
        return _OneWorkflow(self, _checked(self.workshop.open(name)))

    def voices(self) -> tuple[VoiceInfo, ...]:
        """Those of every file that can be read without asking anybody, the default file's first."""
        found: list[VoiceInfo] = []
        for name in sorted(self.models(), key=lambda name: name != self._default):
            try:
                workflow = self.workshop.glance(name)
                found += _voices(name, workflow and _checked(workflow), self.extra)
            except PixelleError:
                continue  # it says what is wrong when it is named
        return tuple(found)

    def fingerprint(self, voice: str) -> str:
        """Files decide: asked of the engine with one of them."""
        return voice

    def learn(self, recording: bytes, *, tick: Tick) -> bytes:
        """The recording itself: it is sent along with every line."""
        tick(0.0, "reading the recording")
        return recording

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """Speak with the default workflow."""
        return self.named("").synthesize(lines, voice, speed=speed, tick=tick, seed=seed)


@dataclass(frozen=True)
class _OneWorkflow:
    """The engine with one file."""

    engine: WorkflowEngine
    workflow: Workflow

    @property
    def version(self) -> str:
        """As the engine."""
        return self.engine.version

    @property
    def summary(self) -> str:
        """As the engine."""
        return self.engine.summary

    @property
    def features(self) -> Features:
        """What the file has places for."""
        paced = self.workflow.takes("speed")
        return Features(
            cloning=self.workflow.takes("ref_audio"),
            min_speed=_SLOWEST if paced else 0.0,
            max_speed=_FASTEST if paced else 0.0,
            seeded=self.workflow.takes("seed") or self.workflow.open_seeds,
            models=True,
        )

    def missing(self) -> str | None:
        """As the engine."""
        return self.engine.missing()

    def load(self, device: str) -> None:
        """As the engine."""
        self.engine.load(device)

    def close(self) -> None:
        """The engine is closed, not its workflows."""

    def voices(self) -> tuple[VoiceInfo, ...]:
        """The file's own and, where it takes one, those that can be given."""
        return tuple(_voices(self.workflow.name, self.workflow, self.engine.extra))

    def fingerprint(self, voice: str) -> str:
        """The voice and what is in the file."""
        text = repr((self.workflow.name, self.workflow.graph, voice))
        return hashlib.sha256(text.encode()).hexdigest()

    def learn(self, recording: bytes, *, tick: Tick) -> bytes:
        """As the engine."""
        return self.engine.learn(recording, tick=tick)

    def synthesize(
        self, lines: Sequence[Line], voice: VoiceSpec, *, speed: float, tick: Tick, seed: int = 0
    ) -> Iterator[Speech]:
        """Run the workflow for each line. Raises as `Workshop.run`, Unavailable (VENDOR_ANSWER)."""
        values = _values(voice, speed if self.workflow.takes("speed") else 0.0)
        name = f"pixelle_{hashlib.sha256(voice.learned).hexdigest()[:16]}"
        rate = 0
        for position, line in enumerate(lines):

            def told(fraction: float, message: str = "", done: int = position) -> None:
                tick((done + fraction) / len(lines), message)

            said = values | {"text": line.text, "index": position, "seed": (seed + position) % 2**32}
            order = Order(self.workflow, said, (seed + position) % 2**32, "audio", name)
            sound = self.engine.workshop.run(order, tick=told).data
            rate = rate or rate_of(self.engine.workshop.title, sound)
            yield Speech(decoded(self.engine.workshop.title, sound, rate=rate), rate, (), line.pause)
        tick(1.0, "spoken")


def _checked(workflow: Workflow) -> Workflow:
    """The same, if it can speak. Raises as `WorkflowEngine.named`."""
    if not workflow.takes("text"):
        raise FailedPrecondition(
            f"No node of {workflow.name!r} takes what is to be said. Give the node with the text the title "
            "$text.value! (value being the name of its input) and export the file again.",
            reason="WORKFLOW_NO_TEXT",
        )
    if lacking := workflow.lacking(_GIVEN):
        raise FailedPrecondition(
            f"The workflow {workflow.name!r} needs {', '.join(map(repr, lacking))}, which a narration does not give. "
            "Take the ! out of the node's title so that the value in the file counts.",
            reason="WORKFLOW_PARAMETER_MISSING",
        )
    return workflow


def _values(voice: VoiceSpec, speed: float) -> dict[str, Value]:
    """What all lines of a text give to a workflow."""
    from pixelle.comfyui.workflow import Upload

    values: dict[str, Value] = {"speed": speed} if speed else {}
    chosen = voice.name.partition("/")[2]
    if chosen and chosen != _OWN:
        values["voice"] = chosen
    if voice.learned:
        values["ref_audio"] = Upload(voice.learned)
    return values


def _voices(name: str, workflow: Workflow | None, extra: Sequence[str]) -> Iterator[VoiceInfo]:
    """The voices of a file: its own, the one it names, and those of the settings. None: only its own is known."""
    stem = name.removesuffix(".json")
    needed = workflow.lacking(_GIVEN - {"voice", "ref_audio"}) if workflow else []
    if "ref_audio" in needed:
        return  # it speaks with the voice of a recording alone
    if "voice" not in needed:
        yield VoiceInfo(f"{stem}/{_OWN}", f"{stem}, its own voice", model=name)
    if workflow is None or workflow.takes("voice"):
        marks = [mark for mark in workflow.marks if mark.name == "voice"] if workflow else []
        written = [workflow.graph[mark.node]["inputs"][mark.field] for mark in marks] if workflow else []
        for each in dict.fromkeys((*(value for value in written if isinstance(value, str) and value), *extra)):
            yield VoiceInfo(f"{stem}/{each}", each, model=name)
