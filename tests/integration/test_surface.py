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

    import httpx

ARTICLE = (
    "Reading ten pages every day adds up to a dozen books a year. The habit starts with a book on the pillow. "
    "A short walk and a long story belong together for many people. Children who are read to learn words sooner "
    "than others do. A library card costs nothing and opens a thousand doors. Whoever reads before sleep rests "
    "better than in front of a screen."
)


@pytest.fixture(scope="module")
async def http(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[httpx.AsyncClient]:
    async with embedded(tmp_path_factory.mktemp("surface")) as client:
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
