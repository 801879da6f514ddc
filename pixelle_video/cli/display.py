"""Showing a video in the making: a live bar in a terminal, plain lines elsewhere; always on standard error."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from pixelle_video.events import ProgressEvent

__all__ = ["Display", "display"]

_STAGES = {
    "generating_narrations": "Writing the script",
    "splitting_script": "Splitting the script",
    "generating_title": "Writing the title",
    "generating_image_prompts": "Describing the pictures",
    "processing_frame": "Making the scenes",
    "frame_step": "Making the scenes",
    "concatenating": "Putting it together",
    "completed": "Done",
}
_DONE = {"audio": "spoken", "media": "drawn", "compose": "composed", "video": "filmed"}
_QUIET = 10.0
"""Seconds after which a plain line is printed although nothing began or ended."""


class Display(Protocol):
    """Something that shows events until it is closed."""

    def __enter__(self) -> Self:
        """Begin to show."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the screen tidy."""
        ...

    def show(self, event: ProgressEvent) -> None:
        """Show one event."""
        ...

    def say(self, text: str) -> None:
        """A stage that comes before the first event."""
        ...


def display(*, live: bool) -> Display:
    """live: standard error is a terminal."""
    return _Live() if live else _Plain()


def _left(seconds: float | None) -> str:
    if seconds is None or seconds < 1:
        return ""
    whole = round(seconds)
    return f"about {whole // 60}:{whole % 60:02d} left" if whole >= 60 else f"about {whole} s left"


class _Live:
    """One line that is redrawn: stage, scene, bar, time left."""

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TaskProgressColumn, TextColumn

        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TaskProgressColumn(),
            TextColumn("{task.fields[left]}", style="dim"),
            TextColumn("{task.fields[info]}", style="dim", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._row = self._bar.add_task("Starting", total=1.0, left="", info="")
        self._filmed: set[int] = set()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, event: ProgressEvent) -> None:
        stage = _STAGES[event.event_type]
        if event.action == "video" and event.frame_current:
            self._filmed.add(event.frame_current)
        if event.frame_total:
            stage = f"{stage} ({len(self._filmed)}/{event.frame_total})"
        left, info = _left(event.eta_seconds), (event.extra_info or "")[:60]
        self._bar.update(self._row, description=stage, completed=event.progress, left=left, info=info)

    def say(self, text: str) -> None:
        self._bar.update(self._row, description=text)


class _Plain:
    """A line for each thing that begins or ends, for logs and pipes."""

    def __init__(self) -> None:
        self._last = ""
        self._at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def show(self, event: ProgressEvent) -> None:
        what = _STAGES[event.event_type]
        if event.frame_current:
            done = f" {_DONE[event.action]}" if event.action else ""
            what = f"Scene {event.frame_current} of {event.frame_total}{done}"
        now = time.monotonic()
        onward = what == self._last or (event.event_type == "processing_frame" and not event.frame_current)
        if onward and now - self._at < _QUIET:
            return
        self._last, self._at = what, now
        left = _left(event.eta_seconds)
        self._print(f"{event.progress:4.0%}  {what}{f'  ({left})' if left and event.progress < 1 else ''}")

    def say(self, text: str) -> None:
        self._print(f"  0%  {text}")

    @staticmethod
    def _print(line: str) -> None:
        import typer

        typer.echo(line, err=True)
