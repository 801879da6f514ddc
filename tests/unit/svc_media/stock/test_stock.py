"""Stock photos and footage through the real service: found by words, fitted, with who made them; every fault named."""

from __future__ import annotations

import io
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from PIL import Image
from pydantic import SecretStr

from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.artifacts import ArtifactStore
from pixelle.runtime.client import call, result_of
from pixelle.runtime.errors import PixelleError, from_http
from pixelle.runtime.testing import running
from svc_media.engines import stock
from svc_media.server import build
from svc_media.settings import MediaSettings
from svc_media.stock.words import queries
from tests.recorded import recording, recordings
from tests.unit.svc_media.stock.library import KEY, Library, library

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator
    from pathlib import Path

    from pixelle.core.v1 import core_pb2

RECORDED = {
    "proxy/bad_gateway": ("STOCK_DOWN", True),
    "proxy/welcome": ("STOCK_ANSWER", True),
    "pexels/key": ("STOCK_KEY_REJECTED", False),
    "pexels/blocked": ("STOCK_BLOCKED", False),
    "pexels/limit": ("STOCK_LIMIT", True),
    "pixabay/key": ("STOCK_KEY_REJECTED", False),
    "pixabay/challenge": ("STOCK_BLOCKED", False),
    "pixabay/limit": ("STOCK_LIMIT", True),
}
"""Recorded answers to a search, and what they are here: the reason, and whether it is tried again."""
PROMPT = "A soft watercolour picture of the harbour with a tree, warm light"


@pytest.fixture
def said() -> Generator[Library]:
    with library() as found:
        yield found


class Service:
    """The media service with keys for both libraries."""

    def __init__(self, stub: Any, store: ArtifactStore) -> None:
        self.stub, self.store = stub, store

    async def make(self, workflow: str, prompt: str = PROMPT, *, seconds: float = 0.0, seed: int = 1) -> Any:
        what = media_pb2.MediaPrompt(prompt=prompt, width=512, height=288, seed=seed)
        if seconds:
            request: Any = media_pb2.GenerateVideoRequest(workflow=workflow, prompt=what, duration_seconds=seconds)
            return await result_of(self.stub.GenerateVideo, request, timeout=60, service="media")
        image = media_pb2.GenerateImageRequest(workflow=workflow, prompt=what)
        return await result_of(self.stub.GenerateImage, image, timeout=60, service="media")

    async def colour(self, visual: core_pb2.Visual) -> list[int]:
        data = await self.store.read(visual.artifact)
        if visual.duration_seconds:
            with av.open(io.BytesIO(data), "r") as container:
                pixels = next(container.decode(video=0)).to_ndarray(format="rgb24")
        else:
            pixels = np.asarray(Image.open(io.BytesIO(data)))
        assert pixels.shape[:2] == (288, 512)
        return [round(float(level)) for level in pixels.mean(axis=(0, 1))]


@asynccontextmanager
async def serving(folder: Path, said: Library, key: str = KEY) -> AsyncGenerator[Service]:
    settings = MediaSettings(
        data_dir=folder / "data",
        media_engine="card",
        pexels_api_key=SecretStr(key),
        pexels_url=said.url,
        pixabay_api_key=SecretStr(key),
        pixabay_url=said.url,
    )
    async with running(build(settings)) as channel:
        yield Service(media_pb2_grpc.MediaServiceStub(channel), ArtifactStore.open(settings))


async def test_a_photo_of_the_right_shape_with_who_made_it(tmp_path: Path, said: Library) -> None:
    async with serving(tmp_path, said) as service:
        visual = await service.make("api/pexels/photo")
        assert np.abs(np.subtract(await service.colour(visual), (200, 30, 30))).max() < 6, "the wide one"
        assert visual.attribution == "Photo by Ann wide on Pexels: https://www.pexels.com/photo/0/"
        assert said.asked == [("/v1/search", {"query": "harbour tree", "orientation": "landscape", "per_page": "30"})]
        again = await service.make("api/pexels/photo")
        assert again.attribution == visual.attribution
        assert len(said.asked) == 1, "remembered, as the libraries ask for"
        other = await service.make("api/pixabay/photo")
        assert other.attribution == "Photo by Cleo on Pixabay: https://pixabay.com/photos/7/"
        assert said.asked[-1][1]["orientation"] == "horizontal"
    assert KEY not in "".join(said.shown), "the key is not shown to where the files lie"
    assert "python-" not in "".join(said.shown), "a name under which the libraries refuse"


async def test_footage_that_is_long_enough_in_the_size_that_is_needed(tmp_path: Path, said: Library) -> None:
    async with serving(tmp_path, said) as service:
        visual = await service.make("api/pexels/video", seconds=2.5, seed=2)
        assert visual.duration_seconds == 2.5
        assert (await service.colour(visual))[2] > 150
        assert visual.attribution == "Footage by Bob long on Pexels: https://www.pexels.com/video/long/"
        assert said.fetched == ["/long-large.mp4"], "the small one would have to be enlarged"
        other = await service.make("api/pixabay/video", seconds=4.0)
        assert other.duration_seconds == 4.0, "slowed down, as it lasts 3 s"
        assert other.attribution == "Footage by Dan on Pixabay: https://pixabay.com/videos/8/"


async def test_fewer_words_are_searched_for_when_nothing_is_found(tmp_path: Path, said: Library) -> None:
    async with serving(tmp_path, said) as service:
        await service.make("api/pexels", "tree of knowledge in the garden at dawn")
        words = [query["query"] for _, query in said.asked]
        assert words == ["tree knowledge garden dawn", "tree knowledge", "tree"]
        assert await refused(service, prompt="submarines everywhere") == ("STOCK_NO_HIT", False)


async def refused(service: Service, workflow: str = "api/pexels/photo", **fields: Any) -> tuple[str, bool]:
    with pytest.raises(PixelleError) as caught:
        await service.make(workflow, **fields)
    assert KEY not in caught.value.message
    return caught.value.reason, caught.value.retryable


async def test_a_limit_that_is_lifted_within_a_minute_is_waited_out(
    tmp_path: Path, said: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def rest(seconds: float, beat: Callable[[], object]) -> None:
        waited.append(seconds)
        beat()
        said.instead = None  # lifted

    monkeypatch.setattr(stock, "rest", rest)
    said.instead = recording("media/pixabay/limit")
    async with serving(tmp_path, said) as service:
        assert (await service.make("api/pixabay/photo")).attribution
        assert waited == [41.0]
        limit = recording("media/pixabay/limit")
        for seconds in ("3", "3600"):  # the step waits by itself; nobody waits for an hour
            said.instead = replace(limit, headers={**limit.headers, "x-ratelimit-reset": seconds})
            assert await refused(service, "api/pixabay/photo", seed=5) == ("STOCK_LIMIT", True)
        assert waited == [41.0]


async def test_every_fault_has_its_name(tmp_path: Path, said: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stock, "_QUIET", 0.0)
    async with serving(tmp_path, said) as service:
        for recorded, error in RECORDED.items():
            said.instead = recording(f"media/{recorded}")
            workflow = "api/pixabay/photo" if recorded.startswith("pixabay") else "api/pexels/photo"
            assert await refused(service, workflow) == error, recorded
        said.instead = recording("media/pixabay/limit")
        with pytest.raises(from_http(429)) as caught:
            await service.make("api/pixabay/photo")
        assert (caught.value.reason, caught.value.retry_after) == ("STOCK_LIMIT", 41.0)
        said.instead = replace(recording("media/pexels/none"), status=422)
        assert await refused(service) == ("STOCK_REFUSED", False)
        said.instead, said.nonsense = None, True
        for workflow in ("api/pexels/photo", "api/pixabay/photo"):
            assert await refused(service, workflow) == ("STOCK_ANSWER", True)
        assert await refused(service, "api/pexels/video", seconds=1.0) == ("STOCK_ANSWER", True)
        said.nonsense = False
        kept = dict(said.files)
        said.files["/wide-2x.jpg"] = kept["/wide-2x.jpg"][:300]
        assert await refused(service) == ("STOCK_FILE_BROKEN", False)
        said.files["/long-large.mp4"] = b"no film"
        assert await refused(service, "api/pexels/video", seconds=2.0) == ("STOCK_FILE_BROKEN", False)
        del said.files["/wide-2x.jpg"]
        assert await refused(service) == ("STOCK_FILE_MISSING", False)
        said.files = kept
        monkeypatch.setitem(stock._LARGEST, "photo", 1000)
        assert await refused(service) == ("STOCK_FILE_TOO_LARGE", False)
        assert await refused(service, "api/pexels/video") == ("WORKFLOW_WRONG_KIND", False)
        assert await refused(service, "api/pexels/vidoe") == ("WORKFLOW_UNKNOWN", False)
    async with serving(tmp_path / "wrong", said, key="wrong") as service:
        for workflow in ("api/pexels/photo", "api/pixabay/photo"):
            assert await refused(service, workflow) == ("STOCK_KEY_REJECTED", False)


async def test_without_a_key_the_list_says_which_one_is_missing(tmp_path: Path) -> None:
    async with running(build(MediaSettings(data_dir=tmp_path, media_engine="card"))) as channel:
        stub = media_pb2_grpc.MediaServiceStub(channel)
        listed = await call(stub.ListEngines, media_pb2.ListEnginesRequest(), timeout=30, service="media")
        told = {engine.name: engine for engine in listed.engines}
        for name in ("pexels", "pixabay"):
            assert not told[name].available
            assert f"PIXELLE_{name.upper()}_API_KEY" in told[name].reason
        workflows = await call(
            stub.ListWorkflows, media_pb2.ListWorkflowsRequest(page_size=1000), timeout=30, service="media"
        )
        assert {"api/pexels/photo", "api/pexels/video"} <= {each.key for each in workflows.workflows}


@pytest.mark.parametrize(
    ("prompt", "found"),
    [
        ("Ink sketch, an old lighthouse on a cliff", ["lighthouse cliff", "lighthouse"]),
        ("bees", ["bees"]),
        ("soft light", ["soft light"]),
        ("one two three four river", ["four river", "river"]),
        (
            "A wide cinematic shot of a red fishing boat gliding through a misty harbour, soft golden light",
            ["red fishing boat gliding", "fishing boat", "boat"],
        ),
        (
            "Minimalist matchstick figure style illustration, clean lines: a person climbing a mountain of books",
            ["person climbing mountain books", "person climbing", "person"],
        ),
        (
            "Drone view over New York City at night with traffic",
            ["new york city night", "york city", "city"],
        ),
        (
            "Close-up of an elderly baker's flour-dusted hands kneading dough",
            ["elderly baker flour-dusted hands", "flour-dusted hands", "hands"],
        ),
        ("Slow motion of honey dripping from a honeycomb", ["honey dripping honeycomb", "honey dripping", "honey"]),
        ("Portrait of Albert Einstein writing", ["albert einstein writing", "albert einstein", "einstein"]),
        ("A sketch of a light bulb on a desk, no people", ["light bulb desk", "light bulb", "bulb"]),
        ("Photorealistic city street at night, rainy mood", ["city street night", "city street", "street"]),
        ("海边的灯塔，黄昏", ["海边的灯塔", "sea ocean dusk sunset", "sea ocean", "sea"]),
        ("...", ["..."]),
    ],
)
def test_what_is_searched_for(prompt: str, found: list[str]) -> None:
    assert queries(prompt) == found


def test_names_of_invented_people_are_not_searched_for() -> None:
    prompt = "Mara, a woman in her forties with red hair, waters Tom's roses in a garden"
    assert queries(prompt, cast=["Mara", "Tom"])[0] == "woman forties red hair"


def test_every_recorded_reply_of_the_libraries_is_used() -> None:
    good = {f"{name}/{kind}" for name in ("pexels", "pixabay") for kind in ("photos", "videos", "none")}
    kept = {each.name.removeprefix("media/") for name in ("pexels", "pixabay") for each in recordings(f"media/{name}")}
    assert kept == good | {name for name in RECORDED if not name.startswith("proxy/")}
