"""The documented endpoints, row by row: what they take, with defaults and bounds, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["ROWS", "Given", "Row"]


@dataclass(frozen=True)
class Given:
    """A documented field of a body or query."""

    default: Any = None
    low: float | None = None
    high: float | None = None
    required: bool = False


@dataclass(frozen=True)
class Row:
    """One documented endpoint, and a call that works."""

    method: str
    path: str
    """As in the description."""
    takes: dict[str, Given] = field(default_factory=dict[str, Given])
    """Fields of the body of a POST, else of the query."""
    answers: tuple[str, ...] = ()
    """Fields of the answer; "a.b" is b in a, "a[].b" in each of a; "" when it is no JSON object."""
    call: dict[str, Any] = field(default_factory=dict[str, Any])
    """Arguments of the request; names in braces are filled in."""
    at: str = ""
    """The path that is called; "" for the described one."""
    status: int = 200

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def _optional(*names: str) -> dict[str, Given]:
    return {name: Given() for name in names}


_MUST = Given(required=True)
_ENVELOPE = ("success", "message")
_SIDES = {"width": Given(1024, 512, 2048), "height": Given(1024, 512, 2048)}
_VIDEO = {
    "text": _MUST,
    "mode": Given("generate"),
    "n_scenes": Given(5, 1, 20),
    "min_narration_words": Given(5, 1, 100),
    "max_narration_words": Given(20, 1, 200),
    "min_image_prompt_words": Given(30, 10, 100),
    "max_image_prompt_words": Given(60, 10, 200),
    "video_fps": Given(30, 15, 60),
    "bgm_volume": Given(0.3, 0, 1),
    "tts_speed": Given(1.0, 0.5, 2),
    "split_mode": Given("paragraph"),
    "bgm_mode": Given("loop"),
    "pipeline": Given("standard"),
    **_optional("title", "tts_workflow", "ref_audio", "voice_id", "media_workflow", "frame_template"),
    **_optional("template_params", "prompt_prefix", "bgm_path", "tts_voice", "language", "captions", "motion"),
    **_optional("transition", "seed", "storyboard", "assets", "callback_url", "metadata"),
}
_TASK = (
    *("task_id", "task_type", "status", "progress.current", "progress.total", "progress.percentage"),
    *("progress.message", "progress.stage", "result", "error", "created_at", "started_at", "completed_at"),
    *("request_params", "eta_seconds", "error_detail", "metadata", "storyboard_url", "captions_url"),
)
_EACH_TASK = tuple(f"[].{name}" for name in _TASK)
_SCENE = ("narration", "image_prompt", "seed", "voice")
_WORKFLOW = ("name", "display_name", "source", "path", "key", "engine", "available", "reason")
_TEMPLATE = (
    *("name", "display_name", "size", "width", "height", "orientation", "path", "key", "media_type"),
    *("media_width", "media_height", "params", "preview_url"),
)
_VIDEO_BODY = {"text": "Ten pages a day.", "mode": "fixed", "video_fps": 15, "bgm_volume": 0}
_SHORT = {**_VIDEO_BODY, "frame_template": "1080x1080/static_default.html"}
_ARTICLE = (
    "Reading ten pages every day adds up to a dozen books a year. The habit starts with a book on the pillow. "
    "Whoever reads before sleep rests better than in front of a screen."
)
_STATIC = "1080x1080/static_default.html"

ROWS = (
    Row(
        "GET",
        "/",
        answers=(
            "service",
            "version",
            "docs",
            "health",
            *(
                f"api.{name}"
                for name in ("llm", "tts", "image", "content", "video", "tasks", "files", "resources", "frame")
            ),
        ),
    ),
    Row("GET", "/health", answers=("status", "version", "service")),
    Row("GET", "/version", answers=("status", "version", "service")),
    Row("GET", "/readyz", answers=("status", "failing")),
    Row(
        "POST",
        "/api/llm/chat",
        {"prompt": _MUST, "temperature": Given(0.7, 0, 2), "max_tokens": Given(2000, 1, 32_000)},
        (*_ENVELOPE, "content", "tokens_used"),
        {"json": {"prompt": "Say hello."}},
    ),
    Row(
        "POST",
        "/api/tts/synthesize",
        {"text": _MUST, "speed": Given(1.0, 0.5, 2), **_optional("workflow", "ref_audio", "voice_id", "language")},
        (*_ENVELOPE, "audio_path", "audio_url", "duration", "words[].text", "words[].start", "words[].end"),
        {"json": {"text": "Hello there."}},
    ),
    Row(
        "POST",
        "/api/image/generate",
        {"prompt": _MUST, **_SIDES, **_optional("workflow")},
        (*_ENVELOPE, "image_path", "image_url", "seed"),
        {"json": {"prompt": "a door", "width": 512, "height": 512}},
    ),
    Row(
        "POST",
        "/api/media/generate",
        {
            "prompt": _MUST,
            **_SIDES,
            "media_type": Given("image"),
            **_optional("workflow", "duration", "negative_prompt", "steps", "seed", "image_path"),
        },
        (*_ENVELOPE, "media_path", "media_url", "media_type", "width", "height", "duration"),
        {"json": {"prompt": "a door", "media_type": "video", "duration": 0.5, "width": 512, "height": 512}},
    ),
    Row(
        "POST",
        "/api/content/narration",
        {"text": _MUST, "n_scenes": Given(5, 1, 20), "min_words": Given(5, 1, 100), "max_words": Given(20, 1, 200)},
        (*_ENVELOPE, "narrations"),
        {"json": {"text": _ARTICLE, "n_scenes": 2, "workflow": "local/outline"}},
    ),
    Row(
        "POST",
        "/api/content/image-prompt",
        {"narrations": _MUST, "min_words": Given(30, 10, 100), "max_words": Given(60, 10, 200)},
        (*_ENVELOPE, "image_prompts"),
        {"json": {"narrations": ["Ten pages a day."], "workflow": "local/outline"}},
    ),
    Row(
        "POST",
        "/api/content/title",
        {"text": _MUST, **_optional("style")},
        (*_ENVELOPE, "title"),
        {"json": {"text": _ARTICLE, "workflow": "local/outline"}},
    ),
    Row(
        "POST",
        "/api/video/generate/sync",
        _VIDEO,
        (*_ENVELOPE, "video_url", "duration", "file_size"),
        {"json": {**_SHORT, "title": "Now"}},
    ),
    Row("POST", "/api/video/generate/async", _VIDEO, (*_ENVELOPE, "task_id"), {"json": _SHORT}),
    Row("GET", "/api/tasks", {"status": Given(), "limit": Given(100, 1, 1000), "cursor": Given("")}, _EACH_TASK),
    Row("GET", "/api/tasks/{task_id}", answers=_TASK),
    Row("DELETE", "/api/tasks/{task_id}", answers=_ENVELOPE, at="/api/tasks/{running}"),
    Row(
        "GET",
        "/api/tasks/{task_id}/events",
        {"last-event-id": Given("")},
        ("events[].sequence", "events[].kind", "events[].time", "over"),
        {"headers": {"Accept": "application/json"}},
    ),
    Row("GET", "/api/tasks/{task_id}/storyboard", answers=("title", "scenes[].narration", "scenes[].audio_url")),
    Row(
        "POST",
        "/api/tasks/{task_id}/scenes/{number}/regenerate",
        _optional(*_SCENE[:3], "voice"),
        ("task_id",),
        {"json": {"narration": "Eleven pages a day."}},
        at="/api/tasks/{task_id}/scenes/0/regenerate",
    ),
    Row(
        "POST",
        "/api/storyboards",
        _VIDEO,
        (*(f"storyboard.scenes[].{name}" for name in _SCENE), "storyboard.title", "estimate.seconds", "estimate.cost"),
        {"json": _SHORT},
    ),
    Row("GET", "/api/files/{path}", answers=("",), at="/api/files/{task_id}/final.mp4"),
    Row(
        "POST",
        "/api/files",
        {"file": _MUST},
        ("path", "url", "media_type", "size"),
        {"files": {"file": ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(20))}},
    ),
    *(
        Row(
            "GET",
            f"/api/resources/workflows/{kind}",
            answers=(*_ENVELOPE, *(f"workflows[].{name}" for name in _WORKFLOW)),
        )
        for kind in ("tts", "media", "image")
    ),
    Row(
        "GET",
        "/api/resources/templates",
        answers=(*_ENVELOPE, *(f"templates[].{name}" for name in _TEMPLATE)),
    ),
    Row("GET", "/api/resources/bgm", answers=(*_ENVELOPE, *(f"bgm_files[].{n}" for n in ("name", "path", "source")))),
    Row(
        "GET",
        "/api/resources/voices",
        {"workflow": Given("")},
        (*_ENVELOPE, *(f"voices[].{n}" for n in ("id", "name", "language", "gender", "workflow", "sample_url"))),
    ),
    Row(
        "POST",
        "/api/frame/render",
        {"template": _MUST, "text": _MUST, **_optional("title", "image", "template_params")},
        (*_ENVELOPE, "frame_path", "frame_url", "width", "height"),
        {"json": {"template": _STATIC, "text": "Ten pages a day."}},
    ),
    Row(
        "GET",
        "/api/frame/template/params",
        {"template": _MUST},
        ("template", "media_width", "media_height", "params"),
        {"params": {"template": _STATIC}},
    ),
    Row(
        "GET",
        "/api/history",
        {"page": Given(1, 1), "page_size": Given(20, 1), "status": Given(), "sort": Given("-created_at")},
        (*_ENVELOPE, *(f"tasks[].{name}" for name in _TASK), "total", "statistics.total_tasks"),
    ),
    Row(
        "GET",
        "/api/history/{task_id}",
        answers=(*(f"task.{name}" for name in _TASK), "storyboard.scenes[].narration", "task.result.duration"),
    ),
    Row("POST", "/api/history/{task_id}/duplicate", answers=("task_id", "request.text", "request.mode")),
    Row("DELETE", "/api/history/{task_id}", answers=_ENVELOPE, at="/api/history/{other}"),
)
