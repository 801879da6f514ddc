"""The public names of the SDK, pinned: a change here is a change for callers."""

from __future__ import annotations

import dataclasses
import inspect
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pixelle_video
from pixelle_video import PixelleVideoCore, ProgressEvent, Storyboard, StoryboardFrame, VideoGenerationResult
from pixelle_video import service as documented
from pixelle_video.options import VideoOptions

ROOT = Path(__file__).parents[2]


def _names(kind: type) -> list[str]:
    return [name for name in vars(kind) if not name.startswith("_")]


def test_exports() -> None:
    assert sorted(pixelle_video.__all__) == [
        "Asset",
        "Estimate",
        "MediaResult",
        "PixelleVideoCore",
        "ProgressEvent",
        "Storyboard",
        "StoryboardFrame",
        "VideoGenerationResult",
        "VideoResult",
        "Voice",
        "pixelle_video",
    ]
    assert documented.PixelleVideoCore is PixelleVideoCore
    assert pixelle_video.VideoResult is VideoGenerationResult
    assert isinstance(pixelle_video.pixelle_video, PixelleVideoCore)
    assert files("pixelle_video").joinpath("py.typed").is_file()


def test_the_core() -> None:
    names = [name for kind in reversed(PixelleVideoCore.__mro__) for name in _names(kind)]
    assert names == [
        *("llm", "media", "image", "history"),
        *("tts", "voices"),
        *("plan", "regenerate_scene", "retry"),
        *("initialize", "cleanup", "generate_video", "generate_video_sync"),
    ]
    made = inspect.signature(PixelleVideoCore).parameters
    assert list(made) == ["config_path", "gateway_url", "api_key"]
    assert made["config_path"].default == "config.yaml"


def test_a_plan_takes_what_a_video_takes() -> None:
    making = inspect.signature(PixelleVideoCore.generate_video).parameters
    not_planned = {"self", "text", "pipeline", "storyboard", "idempotency_key", "output_path", "progress_callback"}
    told = {name: said.__forward_arg__ for name, said in VideoOptions.__annotations__.items()}
    assert told == {name: one.annotation for name, one in making.items() if name not in not_planned}


def test_generate_video() -> None:
    waiting = inspect.signature(PixelleVideoCore.generate_video)
    assert inspect.signature(PixelleVideoCore.generate_video_sync).parameters == waiting.parameters
    kinds = {parameter.kind for parameter in waiting.parameters.values()}
    assert kinds == {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
    assert {name: p.default for name, p in waiting.parameters.items() if p.default not in (None, p.empty)} == {
        "pipeline": "standard",
        "mode": "generate",
        "n_scenes": 5,
        "split_mode": "paragraph",
        "verify": False,
        "bgm_volume": 0.3,
        "bgm_mode": "loop",
        "footage_volume": 0.0,
        "footage_fit": "auto",
        "asset_match": "order",
        "video_fps": 30,
        "min_narration_words": 5,
        "max_narration_words": 20,
        "min_image_prompt_words": 30,
        "max_image_prompt_words": 60,
    }
    assert [name for name, p in waiting.parameters.items() if p.default is None] == [
        *("title", "tts_workflow", "tts_voice", "tts_speed", "ref_audio", "pronunciations"),
        *(
            "media_workflow",
            "media_width",
            "media_height",
            "frame_template",
            "template_params",
            "prompt_prefix",
            "bgm_path",
        ),
        *("language", "style", "target_seconds", "captions", "motion"),
        *("transition", "seed", "negative_prompt", "steps", "guidance", "sampler", "loras"),
        *("assets", "metadata", "storyboard", "idempotency_key", "output_path"),
        "progress_callback",
    ]


def test_results() -> None:
    def fields(kind: type) -> set[str]:
        return {field.name for field in dataclasses.fields(kind)}

    assert fields(VideoGenerationResult) >= {"video_path", "storyboard", "duration", "file_size", "created_at"}
    assert fields(Storyboard) | {"is_completed", "progress"} >= {
        *("title", "config", "frames", "final_video_path", "total_duration", "created_at", "completed_at"),
        *("is_completed", "progress"),
    }
    assert fields(StoryboardFrame) >= {
        *("index", "narration", "image_prompt", "audio_path", "media_type", "image_path", "video_path"),
        *("composed_image_path", "video_segment_path", "duration", "created_at"),
    }
    assert fields(ProgressEvent) >= {
        *("event_type", "progress", "frame_current", "frame_total", "step", "action", "extra_info"),
    }


def test_importing_has_no_side_effect_and_is_light(tmp_path: Path) -> None:
    script = (
        "import sys, threading, pixelle_video\n"
        "from pixelle_video.service import PixelleVideoCore\n"
        "PixelleVideoCore(); PixelleVideoCore(gateway_url='http://127.0.0.1:1')\n"
        "heavy = {'grpc', 'fastapi', 'dbos', 'numpy', 'playwright', 'onnxruntime', 'typer', 'svc_tts', 'gateway'}\n"
        "print(sorted(heavy & set(sys.modules)), 'pixelle_video' in vars(pixelle_video), threading.active_count())\n"
    )
    environment = {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[] False 1\n"
    assert not list(tmp_path.iterdir())
