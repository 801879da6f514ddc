"""A place that runs workflow files; one of them: the user's own ComfyUI servers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from pixelle.comfyui.outputs import picked
from pixelle.runtime.errors import PixelleError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pixelle.comfyui.library import Library, Makes
    from pixelle.comfyui.prompts import Prompts
    from pixelle.comfyui.servers import Servers
    from pixelle.comfyui.workflow import Value, Workflow
    from pixelle.runtime.work import Tick

__all__ = ["LARGEST", "Order", "Product", "Selfhost", "Workshop"]

LARGEST: dict[Makes, int] = {"image": 100_000_000, "video": 1_000_000_000, "audio": 100_000_000}
"""Bytes of a result that are fetched."""


@dataclass(frozen=True)
class Order:
    """One workflow with what one request gives it."""

    workflow: Workflow
    values: Mapping[str, Value]
    seed: int
    """For seeds that the file leaves open."""
    kind: Makes
    name: str = "reference"
    """What files are called there."""


@dataclass(frozen=True)
class Product:
    """What an order made."""

    data: bytes
    """The file."""
    spent: float = 0.0
    """What it cost there, in `unit`; 0 when nothing is told."""
    unit: str = ""


class Workshop(Protocol):
    """Runs workflow files."""

    title: str
    """Name for people."""

    def missing(self) -> str | None:
        """What must be set or installed first; None when ready. Cheap."""
        ...

    def ailing(self) -> str | None:
        """Why an order would fail just now; None when it would not. May ask a server."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...

    def names(self) -> list[str]:
        """The files there are now."""
        ...

    def glance(self, name: str) -> Workflow | None:
        """What can be told of a file without asking anybody; None: not what it takes. Raises as `open`."""
        ...

    def open(self, name: str) -> Workflow:
        """A file, read. Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition (WORKFLOW_*)."""
        ...

    def run(self, order: Order, *, tick: Tick) -> Product:
        """The file that the workflow makes. Cancelled by `tick`, the work is stopped there too."""
        ...


class Selfhost:
    """The user's own ComfyUI servers."""

    title = "ComfyUI"

    def __init__(
        self,
        urls: Sequence[str],
        library: Library,
        *,
        key: str = "",
        key_header: str = "Authorization",
        seconds: float = 1700.0,
        patience: float = 20.0,
    ) -> None:
        """urls: the servers. seconds, patience: as in `Prompts`."""
        self._urls = list(urls)
        self._library = library
        self._key, self._key_header = key, key_header
        self._seconds, self._patience = seconds, patience
        self._servers: Servers | None = None
        self._connecting = threading.Lock()

    def missing(self) -> str | None:
        """The address or the package that is not there."""
        if not self._urls:
            return "no ComfyUI server is set. Set PIXELLE_COMFYUI_URL, for example to http://127.0.0.1:8188"
        packages = [name for name in ("httpx", "websockets", "av") if find_spec(name) is None]
        if packages:
            return f"the package {packages[0]} is not installed. Run: pip install 'pixelle-video[media,tts]'"
        return None

    def ailing(self) -> str | None:
        """Why no server would take a prompt."""
        return self.servers().ailing()

    def close(self) -> None:
        """Let go of the connections."""
        if self._servers:
            self._servers.close()
            self._servers = None

    def servers(self) -> Servers:
        """The servers, connected when first asked."""
        from pixelle.comfyui.client import Server
        from pixelle.comfyui.servers import Servers

        with self._connecting:
            if self._servers is None:
                self._servers = Servers([Server(url, key=self._key, key_header=self._key_header) for url in self._urls])
            return self._servers

    def prompts(self) -> Prompts:
        """What runs prompts there."""
        from pixelle.comfyui.prompts import Prompts

        return Prompts(self.servers(), seconds=self._seconds, patience=self._patience)

    def names(self) -> list[str]:
        """The files there are now."""
        return list(self._library.files())

    def glance(self, name: str) -> Workflow | None:
        """The file: reading it asks nobody."""
        return self._library.open(name)

    def open(self, name: str) -> Workflow:
        """As `Library.open`."""
        return self._library.open(name)

    def run(self, order: Order, *, tick: Tick) -> Product:
        """Run a prompt and fetch what it made. Raises as `Prompts.run`, FailedPrecondition (COMFYUI_NO_OUTPUT)."""
        done = self.prompts().run(order.workflow, order.values, seed=order.seed, tick=tick, name=order.name)
        try:
            made = picked(order.workflow, done.outputs, order.kind)
        except PixelleError as error:
            raise done.blocked or error from error
        return Product(done.server.view(made, limit=LARGEST[order.kind], tick=tick))
