"""Events come in the documented order, once each, and never go back."""

from __future__ import annotations

from typing import Any

from pixelle_video.events import ProgressEvent, Story


def _task(stage: str, percentage: float, *scenes: tuple[str, list[str]], status: str = "running") -> dict[str, Any]:
    said = [{"index": index, "state": state, "steps": steps} for index, (state, steps) in enumerate(scenes)]
    progress = {"stage": stage, "percentage": percentage, "message": f"at {percentage}", "scenes": said}
    return {"status": status, "progress": progress, "eta_seconds": 4.0}


def _tell(story: Story, *tasks: dict[str, Any]) -> list[ProgressEvent]:
    return [event for task in tasks for event in story.events(task)]


_ALL = ("done", ["narrate", "illustrate", "clip"])


def test_a_whole_story() -> None:
    story = Story(fixed=False, title_given=False, with_media=True)
    told = _tell(
        story,
        _task("queued", 0),
        _task("storyboard", 0),
        _task("storyboard", 5),
        _task("scenes", 10, ("making", []), ("waiting", [])),
        _task("scenes", 40, ("clipping", ["narrate", "illustrate"]), ("making", ["narrate"])),
        _task("scenes", 38, _ALL, ("making", ["narrate"])),
        _task("assemble", 90, _ALL, _ALL),
        _task("publish", 99, _ALL, _ALL),
        _task("done", 100, _ALL, _ALL, status="completed"),
    )
    assert [(event.event_type, event.frame_current, event.action) for event in told] == [
        ("generating_narrations", None, None),
        ("generating_narrations", None, None),
        ("generating_title", None, None),
        ("generating_image_prompts", None, None),
        ("processing_frame", 1, None),
        ("frame_step", 1, "audio"),
        ("frame_step", 1, "media"),
        ("processing_frame", 2, None),
        ("frame_step", 2, "audio"),
        ("frame_step", 1, "compose"),
        ("frame_step", 1, "video"),
        ("frame_step", 2, "media"),
        ("frame_step", 2, "compose"),
        ("frame_step", 2, "video"),
        ("concatenating", None, None),
        ("concatenating", None, None),
        ("completed", None, None),
    ]
    shares = [event.progress for event in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [event.step for event in told if event.frame_current == 2] == [None, 1, 2, 3, 4]


def test_an_answer_that_skips_everything_still_tells_it_in_order() -> None:
    story = Story(fixed=True, title_given=True, with_media=False)
    told = _tell(story, _task("done", 100, ("done", ["narrate", "clip"]), status="completed"))
    assert [event.event_type for event in told] == [
        "splitting_script",
        "processing_frame",
        "frame_step",
        "frame_step",
        "frame_step",
        "concatenating",
        "completed",
    ]
    assert [event.action for event in told if event.action] == ["audio", "compose", "video"]
    assert not _tell(story, _task("done", 100, ("done", ["narrate", "clip"]), status="completed"))


def test_the_same_answer_twice_tells_nothing_new() -> None:
    story = Story(fixed=False, title_given=False, with_media=True)
    task = _task("scenes", 30, ("making", ["narrate"]))
    assert _tell(story, task)
    assert not _tell(story, task)
    onward = _tell(story, _task("scenes", 33, ("making", ["narrate"])))
    assert [(event.event_type, event.progress, event.eta_seconds) for event in onward] == [
        ("processing_frame", 0.33, 4.0)
    ]


def test_a_page_is_composed_before_its_clip_is_there() -> None:
    story = Story(fixed=True, title_given=True, with_media=False)
    known = {"percentage": 50.0, "message": ""}
    happened = [
        {"kind": "stage", "stage": "scenes"},
        {"kind": "storyboard", "title": "", "scenes": 1},
        {"kind": "scene", "scene": 0, "state": "making", "steps": []},
        {"kind": "step_ended", "step": "narrate", "scene": 0},
        {"kind": "scene", "scene": 0, "state": "clipping", "steps": ["narrate"]},
        {"kind": "step_ended", "step": "clip", "scene": 0},
        {"kind": "scene", "scene": 0, "state": "done", "steps": ["narrate", "clip"]},
    ]
    told = [event for each in happened for event in story.heard({**each, **known})]
    assert [(event.step, event.action) for event in told if event.action] == [
        (1, "audio"),
        (3, "compose"),
        (4, "video"),
    ]
