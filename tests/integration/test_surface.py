"""What the contract documents beside videos, through the real gateway and the real services."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import av
import pytest
from PIL import Image

from svc_script.wording import count_words
from tests.embedded import embedded

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    import httpx

ARTICLE = (
    "Reading ten pages every day adds up to a dozen books a year. The habit starts with a book on the pillow. "
    "A short walk and a long story belong together for many people. Children who are read to learn words sooner "
    "than others do. A library card costs nothing and opens a thousand doors. Whoever reads before sleep rests "
    "better than in front of a screen."
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("surface")


@pytest.fixture(scope="module")
async def http(folder: Path) -> AsyncGenerator[httpx.AsyncClient]:
    async with embedded(folder) as client:
        yield client


async def test_narrations_keep_their_number_and_their_range(http: httpx.AsyncClient) -> None:
    asked = {"text": ARTICLE, "n_scenes": 3, "min_words": 8, "max_words": 14}
    lines = (await http.post("/api/content/narration", json=asked)).json()["narrations"]
    assert len(lines) == 3
    assert all(8 <= count_words(line) <= 14 for line in lines)
    asked = {"narrations": lines, "min_words": 40, "max_words": 45}
    prompts = (await http.post("/api/content/image-prompt", json=asked)).json()["image_prompts"]
    assert len(prompts) == 3
    assert all(40 <= count_words(prompt) <= 45 for prompt in prompts)
    title = (await http.post("/api/content/title", json={"text": ARTICLE, "style": "dry"})).json()
    assert ARTICLE.startswith(title["title"].rstrip("."))
    assert 15 < len(title["title"]) <= 60
    assert "'dry' was not applied" in title["notice"]


@pytest.mark.parametrize(
    ("path", "body", "reason", "said"),
    [
        ("/api/llm/chat", {"prompt": "Name a colour."}, "ENGINE_CANNOT_COMPLETE", "PIXELLE_LLM_BASE_URL"),
        ("/api/llm/chat", {"prompt": "a", "workflow": "local/outlien"}, "WORKFLOW_UNKNOWN", "'local/outline'"),
        ("/api/llm/chat", {"prompt": "🙂"}, "TEXT_EMPTY", "prompt"),
        ("/api/content/narration", {"text": "Reading"}, "TOPIC_NEEDS_MODEL", "PIXELLE_LLM_BASE_URL"),
        ("/api/content/narration", {"text": ARTICLE, "n_scenes": 20}, "TEXT_TOO_SHORT", "6 sentences"),
    ],
)
async def test_words_that_cannot_be_written(
    http: httpx.AsyncClient, path: str, body: dict[str, Any], reason: str, said: str
) -> None:
    got = await http.post(path, json=body)
    assert (got.status_code, got.json()["reason"]) == (400, reason), got.text
    assert said in got.json()["detail"]


@pytest.mark.parametrize(
    ("fields", "reason", "said"),
    [
        (
            {"storyboard": {"language": "en", "scenes": [{"narration": "One line."}, {"narration": " ... "}]}},
            "TEXT_NOT_SPEAKABLE",
            "storyboard.scenes[1].narration: ",
        ),
        (
            {"mode": "fixed", "split_mode": "line", "text": "One line is here.\n[pause 20s] And another one."},
            "PAUSE_INVALID",
            "Scene 1 of the script, from 0: ",
        ),
        ({"text": "https://example.com/tea"}, "TEXT_IS_ADDRESS", "text is only an address"),
        ({"pronunciations": {"reading": "!"}}, "PRONUNCIATION_INVALID", "'reading'"),
        ({"template_params": {"accent_color": "redd"}}, "PARAM_INVALID", "redd"),
        ({"template_params": {"acent_color": "red"}}, "PARAM_UNKNOWN", "Did you mean 'accent_color'?"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_no_step_could_do_is_refused_before_the_first(
    http: httpx.AsyncClient, fields: dict[str, Any], reason: str, said: str
) -> None:
    body = {"text": ARTICLE, "language": "en", "frame_template": "1080x1920/static_default.html", **fields}
    for path in ("/api/video/generate/async", "/api/storyboards"):
        got = await http.post(path, json=body)
        assert (got.status_code, got.json()["reason"]) == (400, reason), got.text
        assert said in got.json()["detail"]
        assert "plan." not in got.json()["detail"], "a field of the script service's request"
    assert (await http.get("/api/tasks")).json() == []


async def test_a_picture_of_exactly_the_size(http: httpx.AsyncClient) -> None:
    asked = {"prompt": "an open book by a window", "width": 640, "height": 512, "seed": 5}
    made = (await http.post("/api/image/generate", json=asked)).json()
    assert (made["width"], made["height"], made["seed"], made["engine"]) == (640, 512, 5, "card")
    file = await http.get(made["image_url"])
    assert file.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(file.content)) as image:
        assert image.size == (640, 512)
    assert (await http.post("/api/image/generate", json=asked)).json()["image_path"] == made["image_path"]
    part = await http.get(made["image_url"], headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.content) == (206, b"\xff\xd8")
    other = {"prompt": "an open book", "media_type": "image", "image_path": made["image_path"]}
    refused = await http.post("/api/media/generate", json=other)
    assert (refused.status_code, refused.json()["reason"]) == (400, "ENGINE_CANNOT_EDIT"), refused.text


async def test_footage_lasts_as_long_as_asked(http: httpx.AsyncClient) -> None:
    asked = {"prompt": "waves", "media_type": "video", "duration": 1.5, "width": 512, "height": 512}
    made = (await http.post("/api/media/generate", json=asked)).json()
    assert made["duration"] == pytest.approx(1.5, abs=0.05)
    file = await http.get(made["media_url"])
    assert file.headers["content-type"] == "video/mp4"
    with av.open(io.BytesIO(file.content)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (512, 512)
    odd = await http.post("/api/media/generate", json={**asked, "width": 513})
    assert (odd.status_code, odd.json()["reason"]) == (400, "SIZE_ODD")


async def test_a_page_with_a_picture_made_before(http: httpx.AsyncClient, page: str) -> None:
    asked = {"prompt": "an open book", "width": 640, "height": 640, "seed": 1}
    picture = (await http.post("/api/image/generate", json=asked)).json()["image_path"]
    body = {"template": page, "title": "Reading", "text": "Ten pages a day add up.", "image": picture}
    gone = {"background": "https://127.0.0.1/a.png"}
    drawn = await http.post("/api/frame/render", json={**body, "template_params": gone})
    assert drawn.status_code == 200, drawn.text
    frame = drawn.json()
    assert [line.partition(" was")[0] for line in frame["warnings"]] == ["background"]
    file = await http.get(frame["frame_url"])
    with Image.open(io.BytesIO(file.content)) as image:
        assert (image.format, image.size) == ("PNG", (frame["width"], frame["height"]))
    assert str(frame).count("/") < 12, "no path of the server is told"
    missing = await http.post("/api/frame/render", json={**body, "image": None})
    assert (missing.status_code, missing.json()["reason"]) == (400, "VISUAL_MISSING")
    unknown = await http.post("/api/frame/render", json={**body, "template_params": {"accent_colour": "red"}})
    assert (unknown.status_code, unknown.json()["reason"]) == (400, "PARAM_UNKNOWN")
    assert "Did you mean 'accent_color'?" in unknown.json()["detail"]


@pytest.fixture
async def page(http: httpx.AsyncClient) -> str:
    """A template that shows a picture and takes a background."""
    shown = (await http.get("/api/resources/templates")).json()["templates"]
    able = [each for each in shown if each["media_type"] == "image" and "background" in each["params"]]
    return able[0]["key"]


async def test_templates_and_music_of_a_user(http: httpx.AsyncClient, folder: Path) -> None:
    shown = (await http.get("/api/resources/templates")).json()["templates"]
    assert len(shown) >= 30
    assert {each["media_type"] for each in shown} == {"static", "image", "video"}
    mine = folder / "data" / "templates" / "256x256" / "static_mine.html"
    mine.parent.mkdir(parents=True)
    mine.write_text("<html><body>{{title}} {{size:number=72}} {{loud:bool}} {{text}}</body></html>")
    (folder / "data" / "bgm").mkdir()
    (folder / "data" / "bgm" / "mine.wav").write_bytes(b"")
    asked = {"template": "256x256/static_mine.html"}
    told = (await http.get("/api/frame/template/params", params=asked)).json()
    assert told["params"] == {
        "size": {"type": "number", "default": 72, "label": "Size"},
        "loud": {"type": "bool", "default": False, "label": "Loud"},
    }
    assert (await http.get("/api/frame/template/params", params={"template": "static_mime.html"})).status_code == 404
    music = {each["name"]: each for each in (await http.get("/api/resources/bgm")).json()["bgm_files"]}
    assert music["default.flac"]["source"] == "default"
    assert music["mine.wav"] == {"name": "mine.wav", "path": "bgm/mine.wav", "source": "custom"}


async def test_a_preview_is_small_and_of_the_template(http: httpx.AsyncClient, page: str) -> None:
    shown = {each["key"]: each for each in (await http.get("/api/resources/templates")).json()["templates"]}
    preview = await http.get(shown[page]["preview_url"])
    assert preview.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(preview.content)) as image:
        assert max(image.size) == 640
        assert image.width / image.height == pytest.approx(shown[page]["width"] / shown[page]["height"], abs=0.01)
        colours = image.resize((64, 64)).getcolors(64 * 64)
    assert len(colours or []) > 20
