"""RunningHub as a place that runs workflow files: {"source": "runninghub", "workflow_id": "..."}."""

from __future__ import annotations

import json
import threading
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING

import structlog

from pixelle.comfyui.outputs import Found, chosen
from pixelle.comfyui.workflow import SEEDS, Upload, Workflow
from pixelle.comfyui.workshop import LARGEST, Product
from pixelle.runninghub.client import RunningHub, Setting
from pixelle.runninghub.faults import BUSY
from pixelle.runtime.errors import FailedPrecondition, PixelleError, ResourceExhausted
from pixelle.vendors.caller import lost, text_at
from pixelle.vendors.orders import Orders
from pixelle.vendors.waiting import polled

if TYPE_CHECKING:
    from pixelle.comfyui.library import Library
    from pixelle.comfyui.workflow import Graph
    from pixelle.comfyui.workshop import Order
    from pixelle.runninghub.client import Output
    from pixelle.runtime.work import Tick

__all__ = ["Cloud"]

_log = structlog.get_logger("pixelle.runninghub")

_GONE = frozenset({"RUNNINGHUB_TASK_LOST", "RUNNINGHUB_CANCELLED"})
"""Nothing more can come of a task of which this is said."""
_FRESH = 300.0
"""Seconds for which a workflow is believed to be as it was."""


class Cloud:
    """One account at RunningHub."""

    title = "RunningHub"

    def __init__(
        self,
        hub: RunningHub,
        library: Library,
        *,
        key: str,
        instance: str,
        seconds: float,
        poll: float,
        orders: Orders | None = None,
    ) -> None:
        """
        key: only whether there is one. instance: its machine. seconds: for a task. poll: seconds between looks.
        orders: where tasks that run there are remembered; None: in this process.
        """
        self._hub = hub
        self._orders = orders or Orders()
        self._library = library
        self._keyed = bool(key)
        self._instance = instance
        self._seconds = seconds
        self._poll = poll
        self._known: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def missing(self) -> str | None:
        """The key or the package that is not there."""
        if not self._keyed:
            return "no key is set. Set PIXELLE_RUNNINGHUB_API_KEY (runninghub_api_key in config.yaml)"
        if find_spec("av") is None:
            return "the package av is not installed. Run: pip install 'pixelle-video[media,tts]'"
        return None

    def ailing(self) -> str | None:
        """Not asked: every listing would be a call."""
        return None

    def close(self) -> None:
        """Connections are not kept."""

    def names(self) -> list[str]:
        """The files there are now."""
        return list(self._library.files())

    def glance(self, name: str) -> Workflow | None:
        """The workflow if it was asked for lately. Raises as `open` for a file that cannot be used."""
        known = self._fresh(self._id(name))
        return Workflow.read(name, known) if known else None

    def open(self, name: str) -> Workflow:
        """
        The workflow that a file names, as RunningHub has it.

        Raises InvalidArgument (WORKFLOW_UNKNOWN), FailedPrecondition (ENGINE_NOT_INSTALLED without a key,
        WORKFLOW_NO_ID), and what `RunningHub.graph` and `Workflow.read` say.
        """
        workflow_id = self._id(name)
        if reason := self.missing():
            raise FailedPrecondition(f"RunningHub is not ready: {reason}", reason="ENGINE_NOT_INSTALLED")
        known = self._fresh(workflow_id)
        if known is None:
            known = self._hub.graph(workflow_id, lambda: None)
            with self._lock:
                self._known[workflow_id] = (time.monotonic(), known)
        return Workflow.read(name, known)

    def _fresh(self, workflow_id: str) -> str | None:
        with self._lock:
            asked, text = self._known.get(workflow_id, (0.0, ""))
        return text if text and time.monotonic() - asked < _FRESH else None

    def _id(self, name: str) -> str:
        """The `workflow_id` of a file."""
        text = self._library.text(name)
        try:
            told: object = json.loads(text)
        except ValueError:
            told = None
        if not (found := text_at(told, "workflow_id").strip()):
            raise FailedPrecondition(
                f'The file {name!r} names no workflow of RunningHub. Write {{"source": "runninghub", "workflow_id": '
                '"..."} with the number from its address; a ComfyUI export belongs into workflows/selfhost.',
                reason="WORKFLOW_NO_ID",
            )
        return found

    def run(self, order: Order, *, tick: Tick) -> Product:
        """
        Run a task and fetch what it made; one that this order began before a restart is gone on with.

        While the account has as many tasks as it may have, it waits. Raises what `faults` say, DeadlineExceeded
        (VENDOR_TIMEOUT), FailedPrecondition (COMFYUI_NO_OUTPUT, VENDOR_RESULT_TOO_LARGE).
        """
        until = time.monotonic() + self._seconds
        workflow_id = self._id(order.workflow.name)
        key = self._key(workflow_id, order)
        if task := text_at(self._orders.find(key), "task"):
            try:
                return self._product(key, task, order, until, tick)
            except PixelleError as error:
                if error.reason == "VENDOR_TIMEOUT":
                    self._orders.forget(key)  # it has had its time twice
                if error.reason not in _GONE:
                    raise

        def send(file: Upload) -> str:
            return self._hub.upload(file.data, lambda: tick(0.01, "sending a file to RunningHub"))

        graph = order.workflow.filled(order.values, seed=order.seed, send=send)
        settings = _changed(order.workflow.graph, graph)
        task = polled(
            lambda: self._created(workflow_id, settings),
            lambda: tick(0.02, "waiting for RunningHub to take the task"),
            vendor=self.title,
            every=self._poll,
            seconds=max(0.0, until - time.monotonic()),
            patience=0.0,
        )
        self._orders.note(key, {"task": task})
        return self._product(key, task, order, until, tick)

    def _key(self, workflow_id: str, order: Order) -> str:
        files = [each.data for each in order.values.values() if isinstance(each, Upload)]
        values = [(name, value) for name, value in sorted(order.values.items()) if not isinstance(value, Upload)]
        graph = order.workflow.graph
        return Orders.key(self._hub.account, workflow_id, graph, values, order.seed, order.kind, self._instance, *files)

    def _product(self, key: str, task: str, order: Order, until: float, tick: Tick) -> Product:
        """What a task makes; it is remembered as long as something may come of it."""
        outputs: list[Output] | None = None
        try:
            outputs = self._ended(task, until - time.monotonic(), tick)
            files = [Found(each.node, f"x.{each.ending}", saved=True, file=each) for each in outputs]
            made = chosen(order.workflow, files, order.kind)
            data = self._hub.fetch(made.url, lambda: tick(0.96, "fetching the result"), limit=LARGEST[order.kind])
        except BaseException as error:
            if not isinstance(error, PixelleError) or error.reason in {"CANCELLED", "VENDOR_TIMEOUT"}:
                over = outputs is None and self._cancel(task)
            else:
                over = not error.retryable or error.reason in _GONE or lost(error)
            if over:
                self._orders.forget(key)
            raise
        self._orders.forget(key)
        return Product(data, sum(each.coins for each in outputs), "RunningHub coins")

    def _created(self, workflow_id: str, settings: list[Setting]) -> str | None:
        """The id of the task; None while the account's places are taken. Not given up half-way: it would run on."""
        try:
            return self._hub.create(workflow_id, settings, self._instance, lambda: None)
        except ResourceExhausted as error:
            if error.reason != BUSY:
                raise
            return None

    def _ended(self, task: str, seconds: float, tick: Tick) -> list[Output]:
        told = ["waiting in RunningHub's queue"]

        def beat() -> None:
            tick(0.05 if "queue" in told[0] else 0.1, told[0])

        def look() -> list[Output] | None:
            stage = self._hub.stage(task, beat)
            if stage == "running":
                told[0] = "RunningHub is working"
            return self._hub.outputs(task, beat) if stage == "ended" else None

        return polled(look, beat, vendor=self.title, every=self._poll, seconds=max(0.0, seconds))

    def _cancel(self, task: str) -> bool:
        try:
            self._hub.cancel(task)
        except PixelleError as error:
            _log.warning("task not cancelled", task=task, because=error.reason)
            return False
        return True


def _changed(before: Graph, after: Graph) -> list[Setting]:
    """The inputs that differ, and every seed: RunningHub draws those anew that it is not told."""
    return [
        Setting(node, field, value)
        for node, parts in after.items()
        for field, value in parts["inputs"].items()
        if isinstance(value, (str, int, float))
        and (value != before[node]["inputs"][field] or (field in SEEDS and not isinstance(value, str)))
    ]
