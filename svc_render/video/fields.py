"""Footage of cameras that took every other line at another moment, as whole pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import av

__all__ = ["whole"]


def whole(frames: Iterator[av.VideoFrame]) -> Iterator[av.VideoFrame]:
    """As many frames, at the same times: from the first that says it is interlaced on, such ones show one moment."""
    graph: Any = None
    made_for = None
    for frame in frames:
        kind = (frame.width, frame.height, frame.format.name)
        if graph and kind != made_for:
            graph.push(None)
            yield from _ready(graph)
            graph = None
        if not graph and not frame.interlaced_frame:
            yield frame
            continue
        if not graph:
            graph, made_for = _graph(frame), kind
        graph.push(frame)
        yield from _ready(graph)
    if graph:
        graph.push(None)
        yield from _ready(graph)


def _ready(graph: Any) -> Iterator[av.VideoFrame]:
    """What can be had already."""
    from av.error import BlockingIOError as NotYet
    from av.error import EOFError as AtEnd

    while True:
        try:
            yield graph.pull()
        except (NotYet, AtEnd):
            return


def _graph(frame: av.VideoFrame) -> Any:
    from av.filter import Graph

    graph: Any = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format.name, time_base=frame.time_base
    )
    woven = graph.add("bwdif", mode="send_frame", deint="interlaced")
    sink = graph.add("buffersink")
    source.link_to(woven)
    woven.link_to(sink)
    graph.configure()
    return graph
