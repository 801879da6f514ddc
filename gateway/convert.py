"""The one bridge between the JSON of the REST contract and the messages of the services."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from google.protobuf.json_format import MessageToDict

from gateway.boards import CastMemberModel, SceneModel, StoryboardModel, UsageModel
from gateway.tuning import tune
from gateway.watching import Delivery, ErrorDetail, Progress, Task, TaskResult
from gateway.workflow.brief import Brief
from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2
from pixelle.render.v1 import render_pb2
from pixelle.runtime.errors import InvalidArgument
from pixelle.script.v1 import script_pb2
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.schemas import VideoGenerateRequest
    from gateway.workflow.state import TaskState

__all__ = [
    "MIRRORS",
    "brief_of",
    "music_of",
    "plan_of",
    "storyboard_message",
    "storyboard_model",
    "task_model",
    "template_params",
]

MIRRORS: dict[type[Any], type[Any]] = {
    SceneModel: core_pb2.Scene,
    StoryboardModel: core_pb2.Storyboard,
    CastMemberModel: core_pb2.CastMember,
    UsageModel: core_pb2.Usage,
}
"""Every model that mirrors a message field by field; a test compares them."""

_MODES = {"generate": script_pb2.SCRIPT_MODE_GENERATE, "fixed": script_pb2.SCRIPT_MODE_FIXED}
_SPLITS = {
    "paragraph": script_pb2.SPLIT_MODE_PARAGRAPH,
    "line": script_pb2.SPLIT_MODE_LINE,
    "sentence": script_pb2.SPLIT_MODE_SENTENCE,
}
_CAPTIONS = {
    "off": render_pb2.CAPTION_MODE_OFF,
    "line": render_pb2.CAPTION_MODE_LINE,
    "word": render_pb2.CAPTION_MODE_WORD,
}
_MOTIONS = {"none": render_pb2.MOTION_NONE, "pan": render_pb2.MOTION_PAN}
_TRANSITIONS = {"none": render_pb2.TRANSITION_NONE, "fade": render_pb2.TRANSITION_FADE}
_FITS = {"auto": render_pb2.FIT_AUTO, "cover": render_pb2.FIT_COVER, "contain": render_pb2.FIT_CONTAIN}
_MUSIC_MODES = {"loop": render_pb2.MUSIC_MODE_LOOP, "once": render_pb2.MUSIC_MODE_ONCE}


def storyboard_message(model: StoryboardModel) -> core_pb2.Storyboard:
    """As the services know it; scenes are numbered by their order."""
    board = core_pb2.Storyboard(**model.model_dump(exclude={"scenes"}))
    for index, scene in enumerate(model.scenes):
        board.scenes.add(**{**scene.model_dump(), "index": index})
    return board


def storyboard_model(board: core_pb2.Storyboard) -> StoryboardModel:
    """
    As the REST contract shows it.

    Not validated: what a service has written is shown, even where it is longer than what a request may bring.
    """
    shown: dict[str, Any] = MessageToDict(
        board, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    shown["scenes"] = [SceneModel.model_construct(**scene) for scene in shown["scenes"]]
    shown["cast"] = [CastMemberModel.model_construct(**member) for member in shown["cast"]]
    if "usage" in shown:
        shown["usage"] = UsageModel.model_construct(**shown["usage"])
    return StoryboardModel.model_construct(**shown)


def template_params(given: dict[str, Any] | None) -> dict[str, str]:
    """Values as templates take them: text. Raises InvalidArgument (TEMPLATE_PARAM_INVALID)."""
    params: dict[str, str] = {}
    for name, value in (given or {}).items():
        if isinstance(value, bool):
            params[name] = "true" if value else "false"
        elif isinstance(value, (str, int, float)):
            params[name] = str(value)
        elif value is not None:
            raise InvalidArgument(
                f"template_params.{name[:80]} is {type(value).__name__}; send text, a number or true/false.",
                reason="TEMPLATE_PARAM_INVALID",
            )
    return params


def brief_of(request: VideoGenerateRequest, template: render_pb2.Template, *, language: str) -> Brief:
    """
    What the steps will be asked for, as far as the request alone decides it.

    template: the one that will be used. language: BCP 47 tag, "" when unknown.
    Raises InvalidArgument (TEMPLATE_PARAM_INVALID, FOOTAGE_NOT_SHOWN).
    """
    media = template.media
    if request.footage_volume and media != render_pb2.TEMPLATE_MEDIA_VIDEO:
        raise InvalidArgument(
            f"footage_volume is {request.footage_volume:g}, but the template {template.key!r} shows no footage. "
            "Send 0, or choose a frame_template whose name begins with video_.",
            reason="FOOTAGE_NOT_SHOWN",
        )
    illustrated = media in {render_pb2.TEMPLATE_MEDIA_IMAGE, render_pb2.TEMPLATE_MEDIA_VIDEO}
    prompt_words = script_pb2.WordRange(min=request.min_image_prompt_words, max=request.max_image_prompt_words)
    brief = Brief(seed=request.seed, footage_volume=request.footage_volume)
    brief.write = script_pb2.WriteStoryboardRequest(
        plan=plan_of(request, language),
        title=request.title or "",
        with_image_prompts=illustrated,
        image_prompt_words=prompt_words if illustrated else None,
        prompt_prefix=request.prompt_prefix or "",
    )
    brief.speak = tts_pb2.SynthesizeRequest(
        workflow=request.tts_workflow or "",
        speed=request.tts_speed,
        language=language,
        pronunciations=request.pronunciations or {},
        verify=request.verify,
    )
    prompt = media_pb2.MediaPrompt(width=template.media_width, height=template.media_height)
    tune(prompt, request)
    workflow = request.media_workflow or ""
    if media == render_pb2.TEMPLATE_MEDIA_IMAGE:
        brief.image = media_pb2.GenerateImageRequest(workflow=workflow, prompt=prompt)
    elif media == render_pb2.TEMPLATE_MEDIA_VIDEO:
        brief.footage = media_pb2.GenerateVideoRequest(workflow=workflow, prompt=prompt, fps=request.video_fps)
    brief.clip = render_pb2.RenderClipRequest(
        page=render_pb2.Page(template=template.key, params=template_params(request.template_params)),
        fps=request.video_fps,
        captions=_CAPTIONS[request.captions or "off"],
        motion=_MOTIONS[request.motion or "none"],
        transition=_TRANSITIONS[request.transition or "none"],
        fit=_FITS[request.footage_fit],
    )
    brief.assemble.transition = brief.clip.transition
    if request.storyboard:
        brief.storyboard = storyboard_message(request.storyboard)
    return brief


def plan_of(request: VideoGenerateRequest, language: str = "") -> script_pb2.NarrationPlan:
    """What is to be said. language: BCP 47 tag, "" when unknown."""
    words = script_pb2.WordRange(min=request.min_narration_words, max=request.max_narration_words)
    scene_count, seconds = request.n_scenes, (request.target_seconds or 0.0) * request.tts_speed
    if seconds:  # what the caller left open follows from the length
        said = request.model_fields_set
        scene_count = request.n_scenes if "n_scenes" in said else 0
        if not said & {"min_narration_words", "max_narration_words"}:
            words = script_pb2.WordRange()
    return script_pb2.NarrationPlan(
        text=request.text,
        mode=_MODES[request.mode],
        scene_count=scene_count if request.mode == "generate" else 0,
        split_mode=_SPLITS[request.split_mode] if request.mode == "fixed" else script_pb2.SPLIT_MODE_UNSPECIFIED,
        words=words if request.mode == "generate" else None,
        language=language,
        style=request.style or "",
        target_seconds=seconds,
    )


def music_of(request: VideoGenerateRequest, source: render_pb2.MediaSource) -> render_pb2.Music:
    """The background music of a request."""
    return render_pb2.Music(source=source, volume=request.bgm_volume, mode=_MUSIC_MODES[request.bgm_mode])


def task_model(found: TaskState, base_url: str, deliveries: Sequence[dict[str, Any]] = ()) -> Task:
    """base_url: how the client reaches this gateway, without a slash at the end. deliveries: calls of its callback."""
    record, body = found.record, found.progress
    request = record.payload.get("request", {})
    files = f"{base_url}/api/files"
    task = Task(
        task_id=record.task_id,
        status=found.state,
        progress=Progress.model_validate({name: body[name] for name in Progress.model_fields if name in body}),
        created_at=record.created_at,
        started_at=found.started_at,
        completed_at=found.completed_at,
        request_params={name: value for name, value in request.items() if name != "metadata"},
        eta_seconds=found.eta_seconds,
        queue_position=found.queue_position,
        notice=body.get("notice", ""),
        metadata=request.get("metadata"),
        deliveries=[Delivery.model_validate(each) for each in deliveries],
        regenerated_from=record.payload.get("regenerated_from"),
        version=found.version,
    )
    if found.progress["stage"] not in {"queued", "storyboard"}:
        task.storyboard_url = f"{base_url}/api/tasks/{record.task_id}/storyboard"
    if record.result:
        folder = f"{files}/{record.task_id}"
        task.result = TaskResult(
            video_url=f"{files}/{record.result['path']}",
            loudness=record.result.get("loudness"),
            credits=record.result.get("credits", []),
            spent=record.result.get("spent", []),
            **{name: record.result[name] for name in ("duration", "file_size", "warnings")},
        )
        task.captions_url = {kind: f"{folder}/captions.{kind}" for kind in record.result["captions"]}
    if record.error:
        facts = record.error.details
        scene = facts.get("scene", "")
        task.error = record.error.message
        task.error_detail = ErrorDetail(
            reason=record.error.reason,
            retryable=record.error.retryable,
            stage=facts.get("stage", ""),
            scene=int(scene) if scene.isdecimal() else None,
            service=facts.get("service", ""),
        )
    return task
