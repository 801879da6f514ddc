"""Pictures and footage by the user's own ComfyUI servers and workflow files."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pixelle.runtime.engines import Features
from pixelle.runtime.errors import FailedPrecondition, PixelleError
from svc_media.comfyui.library import BUILT_IN, Library, kind_of
from svc_media.engines.base import Offer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pixelle.runtime.work import Tick
    from svc_media.comfyui.library import Kind
    from svc_media.comfyui.prompts import Prompts
    from svc_media.comfyui.servers import Servers
    from svc_media.comfyui.workflow import Value, Workflow
    from svc_media.engines.base import Brief, Footage, Picture

__all__ = ["ComfyuiEngine"]

_LARGEST = {"image": 100_000_000, "video": 1_000_000_000}
"""Bytes of a result that are fetched."""
_GRID = 16
"""Models work in blocks of so many pixels: we ask for whole ones and cut the rest off."""
_GIVEN = {"prompt", "width", "height", "seed", "index", "narration"}
_ON_REQUEST = {"negative_prompt", "steps", "image"}
_FILM = {"duration", "fps"}
_SUMMARY = "Workflow files of your own at your own ComfyUI servers"


class ComfyuiEngine:
    """Every workflow file is a model of this engine: "selfhost/image_flux.json"."""

    version = "1"
    summary = _SUMMARY
    features = Features(images=True, videos=True)
    edits = True
    negative_prompts = True

    def __init__(
        self,
        urls: Sequence[str],
        folder: Path,
        *,
        key: str = "",
        key_header: str = "Authorization",
        image_workflow: str = "",
        video_workflow: str = "",
        seconds: float = 1700.0,
        patience: float = 20.0,
    ) -> None:
        """
        urls: the servers. folder: the user's own workflow files, taken before the built-in ones.
        image_workflow, video_workflow: the files for requests that name none. seconds, patience: as in `Prompts`.
        """
        self._urls = list(urls)
        self._library = Library([folder, BUILT_IN])
        self._key, self._key_header = key, key_header
        self._defaults: dict[Kind, str] = {"image": image_workflow, "video": video_workflow}
        self._seconds, self._patience = seconds, patience
        self._servers: Servers | None = None
        self._connecting = threading.Lock()

    def missing(self) -> str | None:
        """The address or the package that is not there."""
        if not self._urls:
            return "no ComfyUI server is set. Set PIXELLE_COMFYUI_URL, for example to http://127.0.0.1:8188"
        packages = [name for name in ("httpx", "websockets", "PIL", "av") if find_spec(name) is None]
        if packages:
            return f"the package {packages[0]} is not installed. Run: pip install 'pixelle-video[media]'"
        return None

    def ailing(self) -> str | None:
        """Why no server would take a prompt."""
        return self.servers().ailing()

    def load(self, device: str) -> None:
        """Nothing to load: the servers have the models."""

    def close(self) -> None:
        """Let go of the connections."""
        if self._servers:
            self._servers.close()
            self._servers = None

    def servers(self) -> Servers:
        """The servers, connected when first asked."""
        from svc_media.comfyui.client import Server
        from svc_media.comfyui.servers import Servers

        with self._connecting:
            if self._servers is None:
                self._servers = Servers([Server(url, key=self._key, key_header=self._key_header) for url in self._urls])
            return self._servers

    def prompts(self) -> Prompts:
        """What runs prompts there."""
        from svc_media.comfyui.prompts import Prompts

        return Prompts(self.servers(), seconds=self._seconds, patience=self._patience)

    def offers(self) -> Sequence[Offer]:
        """The files there are now; the engine's own key for the defaults."""
        names = list(self._library.files())
        images, videos = (self._defaults[kind] in names for kind in ("image", "video"))
        own = (Offer("", "ComfyUI", images, videos),) if images or videos else ()
        return (*own, *(self._offer(name) for name in names))

    def _offer(self, name: str) -> Offer:
        kind, reason = kind_of(name), ""
        try:
            workflow = self._library.open(name)
            if lacking := workflow.lacking(_known(kind) | _ON_REQUEST):
                reason = f"it needs {', '.join(map(repr, lacking))}, which a scene does not give"
        except PixelleError as error:
            reason = error.message
        shown = name.removesuffix(".json").replace("_", " ").strip().capitalize()
        return Offer(name, shown, kind == "image", kind == "video", reason)

    def named(self, model: str, *, film: bool) -> _OneWorkflow:
        """
        This engine with one workflow file.

        Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition (WORKFLOW_UNSET, WORKFLOW_NO_PROMPT and what
        `Workflow.read` says).
        """
        kind: Kind = "video" if film else "image"
        name = model or self._defaults[kind]
        if not name:
            raise FailedPrecondition(
                f"No workflow is set for ComfyUI's {kind}s. Name one, or set PIXELLE_COMFYUI_{kind.upper()}_WORKFLOW.",
                reason="WORKFLOW_UNSET",
            )
        workflow = self._library.open(name)
        if not workflow.takes("prompt") and not workflow.takes("image"):
            raise FailedPrecondition(
                f"No node of {name!r} takes what is to be shown. Give the node with the text the title $prompt.text! "
                "(text being the name of its input) and export the file again.",
                reason="WORKFLOW_NO_PROMPT",
            )
        return _OneWorkflow(self, workflow, kind_of(name))

    def fingerprint(self) -> str:
        """Files decide: asked of the engine with one of them."""
        return ""

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Paint with the default workflow."""
        return self.named("", film=False).paint(brief, tick=tick)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """Film with the default workflow."""
        return self.named("", film=True).film(brief, duration=duration, fps=fps, tick=tick)


@dataclass(frozen=True)
class _OneWorkflow:
    """The engine with one file."""

    engine: ComfyuiEngine
    workflow: Workflow
    kind: Kind

    version = ComfyuiEngine.version
    summary = _SUMMARY

    @property
    def features(self) -> Features:
        """What the file makes."""
        return Features(images=self.kind == "image", videos=self.kind == "video")

    @property
    def edits(self) -> bool:
        """A node takes the picture."""
        return self.workflow.takes("image")

    @property
    def negative_prompts(self) -> bool:
        """A node takes what to avoid."""
        return self.workflow.takes("negative_prompt")

    def missing(self) -> str | None:
        """As the engine."""
        return self.engine.missing()

    def ailing(self) -> str | None:
        """As the engine."""
        return self.engine.ailing()

    def load(self, device: str) -> None:
        """As the engine."""
        self.engine.load(device)

    def close(self) -> None:
        """The engine is closed, not its workflows."""

    def offers(self) -> Sequence[Offer]:
        """As the engine."""
        return self.engine.offers()

    def named(self, model: str, *, film: bool) -> _OneWorkflow:
        """Another file of the engine."""
        return self.engine.named(model, film=film)

    def fingerprint(self) -> str:
        """What is in the file."""
        text = repr((self.workflow.name, self.workflow.graph))
        return hashlib.sha256(text.encode()).hexdigest()

    def paint(self, brief: Brief, *, tick: Tick) -> Picture:
        """Run the workflow and fit the picture it saves."""
        from svc_media.comfyui.results import picture

        return picture(self._made(brief, {}, tick), brief.width, brief.height)

    def film(self, brief: Brief, *, duration: float, fps: int, tick: Tick) -> Footage:
        """Run the workflow and fit the footage it saves."""
        from svc_media.comfyui.results import footage
        from svc_media.footage import OWN_FPS

        data = self._made(brief, {"duration": duration, "fps": fps or OWN_FPS}, tick)
        return footage(data, brief.width, brief.height, duration=duration, fps=fps, tick=tick)

    def _made(self, brief: Brief, more: dict[str, Value], tick: Tick) -> bytes:
        """The file that the workflow makes of a brief."""
        from svc_media.comfyui.results import picked

        values = _values(brief) | more
        self._refuse(brief, values)
        name = f"pixelle_{hashlib.sha256(brief.reference).hexdigest()[:16]}"
        done = self.engine.prompts().run(self.workflow, values, seed=_seed(brief), tick=tick, name=name)
        made = picked(self.workflow, done.outputs, film=self.kind == "video")
        return done.server.view(made, limit=_LARGEST[self.kind or "image"], tick=tick)

    def _refuse(self, brief: Brief, values: dict[str, Value]) -> None:
        """What the file has no place for must not be lost silently."""
        if brief.steps and not self.workflow.takes("steps"):
            raise FailedPrecondition(
                f"The workflow {self.workflow.name!r} does not take a number of steps. Leave out steps, or give the "
                "sampler the title $steps.",
                reason="ENGINE_NO_STEPS",
            )
        if "image" in self.workflow.lacking(values):
            raise FailedPrecondition(
                f"The workflow {self.workflow.name!r} starts from a picture. Give one as reference.",
                reason="REFERENCE_MISSING",
            )


def _known(kind: Kind) -> set[str]:
    return _GIVEN | _FILM if kind == "video" else _GIVEN


def _seed(brief: Brief) -> int:
    """Scenes of one video differ even when all else is the same; the first has the seed that was asked for."""
    turn = brief.series.index if brief.series else 0
    return (brief.seed + turn * 0x9E3779B1) % 2**32


def _values(brief: Brief) -> dict[str, Value]:
    """What a brief gives to a workflow, by parameter."""
    from svc_media.comfyui.workflow import Upload

    values: dict[str, Value] = {
        "prompt": brief.prompt,
        "width": -(-brief.width // _GRID) * _GRID,
        "height": -(-brief.height // _GRID) * _GRID,
        "seed": _seed(brief),
        "index": brief.series.index if brief.series else 0,
        "narration": brief.narration,
    }
    if brief.negative_prompt.strip():
        values["negative_prompt"] = brief.negative_prompt
    if brief.steps:
        values["steps"] = brief.steps
    if brief.reference:
        values["image"] = Upload(brief.reference)
    return values
