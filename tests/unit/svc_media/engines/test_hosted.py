"""Hosted interfaces: what is asked of each vendor, and what comes of its answers when all is well."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PixelleError
from svc_media.engines.ark import ArkEngine
from svc_media.engines.base import Brief
from svc_media.engines.dashscope import DashscopeEngine
from svc_media.engines.kling import KlingEngine
from svc_media.engines.openai_images import OpenaiImagesEngine
from svc_media.hosted.sizes import length, nearest_shape, ratio, within
from tests.comfyui import nodes
from tests.comfyui.painting import Ticks
from tests.hosted import ArkStandIn, DashscopeStandIn, HostedStandIn, KlingStandIn, OpenaiStandIn

if TYPE_CHECKING:
    from collections.abc import Generator

    from svc_media.hosted.base import HostedEngine

PICTURE = nodes.png(nodes.Thing("ab" * 32, 64, 64))
STILL = nodes.png(nodes.Thing("ab" * 32, 360, 630))
"""In the shape of the clips that start from it."""
VENDORS: dict[str, tuple[type[HostedStandIn], Any, tuple[str, ...], str, str]] = {
    "openai": (OpenaiStandIn, OpenaiImagesEngine, ("k3y",), "gpt-image-1", ""),
    "ark": (ArkStandIn, ArkEngine, ("k3y",), "doubao-seedream-4-0-250828", "doubao-seedance-1-0-pro-250528"),
    "kling": (KlingStandIn, KlingEngine, ("acc3ss", "s3cret"), "image/kling-v2", "kling-v1-6"),
    "dashscope": (DashscopeStandIn, DashscopeEngine, ("k3y",), "qwen-image", "wan2.2-t2v-plus"),
}


@contextmanager
def at(name: str, **options: Any) -> Generator[tuple[HostedEngine, HostedStandIn]]:
    standin, engine, keys, image, video = VENDORS[name]
    with standin() as vendor:
        given = {"poll": 0.02, "keys": keys, "image_model": image, "video_model": video} | options
        yield engine(base_url=vendor.url, **given), vendor


def paint(engine: HostedEngine, model: str = "", tick: Ticks | None = None, **fields: Any) -> Any:
    given: dict[str, Any] = {"prompt": "a lighthouse", "width": 256, "height": 448, "seed": 7}
    named, brief = engine.named(model, film=False), Brief(**(given | fields))
    named.check(brief)
    return named.paint(brief, tick=tick or Ticks())


def film(engine: HostedEngine, model: str = "", seconds: float = 0.4, tick: Ticks | None = None, **fields: Any) -> Any:
    given: dict[str, Any] = {"prompt": "a lighthouse", "width": 128, "height": 224, "seed": 7}
    named, brief = engine.named(model, film=True), Brief(**(given | fields))
    named.check(brief, duration=seconds)
    return named.film(brief, duration=seconds, fps=0, tick=tick or Ticks())


def failure(engine: HostedEngine, *, clip: bool = False, **fields: Any) -> PixelleError:
    with pytest.raises(PixelleError) as caught:
        (film if clip else paint)(engine, **fields)
    return caught.value


def test_openai_pictures_and_edits() -> None:
    with at("openai") as (own, vendor):
        official = OpenaiImagesEngine(keys=("",), base_url="https://api.openai.com/v1", image_model="gpt-image-1")
        made = paint(own)
        assert (made.spent, made.unit) == (6260.0, "tokens")
        method, path, headers, body = vendor.seen[-1]
        assert (method, path, headers["Authorization"]) == ("POST", "/v1/images/generations", "Bearer k3y")
        assert body == {"model": "gpt-image-1", "prompt": "a lighthouse", "size": "1024x1536", "n": 1}
        paint(own, reference=PICTURE)
        assert vendor.seen[-1][1] == "/v1/images/edits"
        assert PICTURE in vendor.seen[-1][3]
        for model in ("gpt-image-2", "gpt-image-2.6-flare", "gpt-image-3"):
            paint(own, model, width=1080, height=1920)
            assert vendor.seen[-1][3]["size"] == "1072x1920", "nothing to speak of is cut off"
            paint(own, model, width=1920, height=544)
            assert vendor.seen[-1][3]["size"] == "1920x640", "the flattest that it makes"
    assert "PIXELLE_MEDIA_OPENAI_API_KEY" in (official.missing() or "")
    assert own.missing() is None, "a server of one's own may need none"
    for name in ("gpt-imgae-1", "dall-e-3"):  # a misspelt one, and one that was retired
        with pytest.raises(InvalidArgument, match="gpt-image-2"):
            official.named(name, film=False)


def test_what_the_deployment_adds_is_sent_and_decides_the_result() -> None:
    low = {"quality": "low", "output_compression": 90}
    with at("openai") as (plain, _), at("openai", extra=low) as (own, vendor):
        paint(own)
        assert {**vendor.seen[-1][3], **low} == vendor.seen[-1][3]
        paint(own, reference=PICTURE)
        assert b'name="quality"\r\n\r\nlow\r\n' in vendor.seen[-1][3]
        assert b'name="output_compression"\r\n\r\n90\r\n' in vendor.seen[-1][3]
        own.base_url = plain.base_url
        assert own.named("", film=False).fingerprint() != plain.named("", film=False).fingerprint()


def test_seedream_and_seedance() -> None:
    with at("ark") as (engine, vendor):
        made = paint(engine, reference=PICTURE)
        assert (made.spent, made.unit) == (16384.0, "tokens")
        body = vendor.seen[-1][3]
        width, height = map(int, body["size"].split("x"))
        assert 1280 * 720 <= width * height <= 4096 * 4096
        assert abs(width / height - 256 / 448) < 0.03
        assert base64.b64decode(body["image"].partition(",")[2]) == PICTURE
        paint(engine, "doubao-seedream-3-0-t2i-250415")
        assert vendor.seen[-1][3]["seed"] == 7
        paint(engine, "doubao-seedream-4-5-251128")
        width, height = map(int, vendor.seen[-1][3]["size"].split("x"))
        assert width * height >= 3_686_400, "what it refuses otherwise (media/ark/size)"
        clip = film(engine, seconds=6.0)
        assert clip.frames == 180
        (posted,) = [body for method, path, _, body in vendor.seen if method == "POST" and "tasks" in path]
        text = posted["content"][0]["text"]
        assert text.startswith("a lighthouse --ratio 9:16 --resolution 720p --duration 10 --seed 7")
        film(engine, reference=STILL)
        posted = [body for method, path, _, body in vendor.seen if method == "POST" and "tasks" in path][-1]
        assert posted["content"][1]["image_url"]["url"].startswith("data:image/png;base64,")
        assert "--ratio adaptive" in posted["content"][0]["text"]


def test_kling_signs_and_asks_where_it_posted() -> None:
    with at("kling") as (engine, vendor):
        made = paint(engine, negative_prompt="people")
        assert (made.spent, made.unit) == (0.5, "Kling units")
        _, path, headers, body = vendor.seen[0]
        assert path == "/v1/images/generations"
        assert body == {
            "model_name": "kling-v2",
            "prompt": "a lighthouse",
            "negative_prompt": "people",
            "aspect_ratio": "9:16",
            "n": 1,
        }
        assert vendor.seen[1][:2] == ("GET", "/v1/images/generations/task-0")
        signed, _, mark = headers["Authorization"].removeprefix("Bearer ").rpartition(".")
        expected = hmac.new(b"s3cret", signed.encode(), hashlib.sha256).digest()
        assert base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)) == expected
        claims = signed.partition(".")[2]
        told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        assert told["iss"] == "acc3ss"
        assert told["nbf"] < time.time() < told["exp"]
        clip = film(engine)
        assert (clip.spent, clip.unit) == (3.5, "Kling units")
        film(engine, reference=STILL)
        posted = [(path, body) for method, path, _, body in vendor.seen if method == "POST"][1:]
        assert [path for path, _ in posted] == ["/v1/videos/text2video", "/v1/videos/image2video"]
        assert base64.b64decode(posted[1][1]["image"]) == STILL


def test_qwen_image_and_wan() -> None:
    with at("dashscope") as (engine, vendor):
        made = paint(engine, negative_prompt="people")
        assert (made.spent, made.unit) == (1.0, "pictures")
        _, path, headers, body = vendor.seen[0]
        assert path.endswith("/text2image/image-synthesis")
        assert headers["X-DashScope-Async"] == "enable"
        assert body["input"] == {"prompt": "a lighthouse", "negative_prompt": "people"}
        assert (body["parameters"]["size"], body["parameters"]["seed"]) == ("928*1664", 7)
        for model, size in (
            ("qwen-image", "1104*1472"),
            ("wan2.2-t2i-plus", "832*1024"),
            ("wan2.5-t2i-preview", "1168*1424"),
        ):
            paint(engine, model, width=832, height=1024)
            asked = [body for method, _, _, body in vendor.seen if method == "POST"][-1]
            assert asked["parameters"]["size"] == size
        paint(engine, "wan2.2-t2i-plus", width=1920, height=1080)
        asked = [body for method, _, _, body in vendor.seen if method == "POST"][-1]
        assert asked["parameters"]["size"] == "1440*800", "wide, and not cut from something nearly square"
        for model in ("wan2.2-t2v-plus", "wan2.5-t2v-preview"):
            clip = film(engine, model)
            assert (clip.spent, clip.unit) == (5.0, "seconds of video")
        with pytest.raises(FailedPrecondition) as caught:
            film(engine, "wan2.2-i2v-plus")
        assert caught.value.reason == "REFERENCE_MISSING"
        film(engine, "wan2.2-i2v-plus", reference=STILL)
        posted = [body for method, _, _, body in vendor.seen if method == "POST"][-1]
        assert posted["input"]["img_url"].startswith("data:image/png")
        assert posted["parameters"]["resolution"] == "480P"


@pytest.mark.parametrize("name", VENDORS)
def test_what_it_has_no_place_for_is_refused(name: str) -> None:
    with at(name) as (engine, vendor):
        assert failure(engine, steps=4).reason == "ENGINE_NO_STEPS"
        assert not vendor.seen
        keys = tuple("" for _ in engine.key_settings)
    if name != "openai":
        with at(name, keys=keys) as (engine, _):
            assert engine.key_settings[0] in (engine.missing() or "")


def test_a_newer_model_of_a_family_can_be_set_and_is_then_offered() -> None:
    with at("ark", image_model="doubao-seedream-9") as (engine, vendor):
        offers = {offer.model: (offer.images, offer.videos) for offer in engine.offers()}
        assert offers["doubao-seedream-9"] == (True, False)
        assert offers[""] == (True, True)
        assert offers["doubao-seedance-1-0-pro-250528"] == (False, True)
        paint(engine)
        assert vendor.seen[-1][3]["model"] == "doubao-seedream-9"


def test_sizes() -> None:
    assert nearest_shape(1080, 1920, ((1024, 1024), (1536, 1024), (1024, 1536))) == (1024, 1536)
    assert nearest_shape(900, 900, ((1920, 1080), (1440, 1440), (960, 960))) == (960, 960)
    assert ratio(1920, 800, ("16:9", "21:9", "1:1")) == "21:9"
    assert [length(seconds, (5, 10)) for seconds in (0.4, 5.0, 5.1, 60.0)] == [5, 5, 10, 10]
    assert within(1024, 1024, 1, 1 << 24) == (1024, 1024)


ALLOWED: dict[str, dict[str, Any]] = {
    "gpt-image-2": {"least": 655_360, "most": 3840 * 2160, "longest": 3840, "flattest": 3.0},
    "seedream-4.5": {"least": 2560 * 1440, "most": 4096 * 4096},
    "wan2.2": {"least": 768 * 768, "most": 1440 * 1440, "shortest": 512, "longest": 1440},
    "wan2.5": {"least": 1280 * 1280, "most": 1440 * 1440, "flattest": 4.0},
}


@pytest.mark.parametrize("name", ALLOWED)
def test_a_size_is_one_that_the_vendor_takes_and_keeps_its_shape(name: str) -> None:
    allowed = ALLOWED[name]
    sides = (256, 512, 544, 577, 810, 1024, 1080, 1855, 1920, 1995, 2048, 4096)
    for width, height in ((width, height) for width in sides for height in sides):
        across, down = within(width, height, **allowed)
        said = width, height, across, down
        assert allowed["least"] <= across * down <= allowed["most"], said
        assert across % 16 == down % 16 == 0, said
        assert max(across, down) <= allowed.get("longest", 1 << 20), said
        assert min(across, down) >= allowed.get("shortest", 1), said
        assert max(across, down) / min(across, down) <= allowed.get("flattest", 16), said
        if 1 / 2 < width / height < 2:
            assert abs(across / down * height / width - 1) < 0.05, said


def posted_clip(vendor: HostedStandIn) -> dict[str, Any]:
    return [body for method, path, _, body in vendor.seen if method == "POST" and "tasks" in path][-1]


@pytest.mark.parametrize(
    ("model", "seconds", "lasts", "resolution"),
    [
        ("doubao-seedance-1-5-pro-251215", 0.4, 4, "1080p"),
        ("doubao-seedance-1-5-pro-251215", 6.2, 7, "1080p"),
        ("doubao-seedance-2-0-260128", 13.5, 14, "720p"),
        ("doubao-seedance-2-0-fast-260128", 20.0, 15, "720p"),
        ("ep-20260101-abcde", 5.0, 5, "720p"),
    ],
)
def test_later_seedance_is_told_by_fields_and_makes_no_sound(
    model: str, seconds: float, lasts: int, resolution: str
) -> None:
    engine = ArkEngine(keys=("k3y",), base_url="https://ark.example.com", image_model="", video_model="")
    named = engine.named(model, film=True)
    question = engine.submit(named.name, Brief("a lighthouse", 1080, 1920, 7), seconds=seconds)
    assert question.json == {
        "model": model,
        "content": [{"type": "text", "text": "a lighthouse"}],
        "ratio": "9:16",
        "resolution": resolution,
        "duration": lasts,
        "seed": 7,
        "watermark": False,
        "generate_audio": False,
    }


@pytest.mark.parametrize(
    ("model", "film_wanted"),
    [("seedream-4-0-250828", False), ("seedance-1-0-pro-250528", True), ("ep-20260101-abcde", False)],
)
def test_models_of_byteplus_and_endpoints_of_ones_own_can_be_named(model: str, film_wanted: bool) -> None:
    with at("ark") as (engine, vendor):
        (film if film_wanted else paint)(engine, model)
        assert vendor.seen[0][3]["model"] == model
        if film_wanted:
            assert "--duration 5" in posted_clip(vendor)["content"][0]["text"]
        else:
            width, height = map(int, vendor.seen[0][3]["size"].split("x"))
            assert width * height >= (1280 * 720 if model.startswith("seedream") else 2560 * 1440)
        assert not any(offer.model.startswith(("ep-", "seedream")) for offer in engine.offers())


@pytest.mark.parametrize(
    ("model", "seconds", "told"),
    [
        ("wan2.2-t2v-plus", 9.0, {}),
        ("wan2.5-t2v-preview", 9.0, {"duration": 10}),
        ("wan2.6-t2v", 11.0, {"duration": 15}),
        ("wan2.6-i2v", 3.0, {"duration": 5, "resolution": "720P"}),
        ("wan2.5-i2v-preview", 3.0, {"duration": 5, "resolution": "480P"}),
    ],
)
def test_wan_clips_of_every_generation(model: str, seconds: float, told: dict[str, Any]) -> None:
    engine = DashscopeEngine(keys=("k3y",), base_url="https://dashscope.example.com")
    brief = Brief("a lighthouse", 256, 448, 7, reference=PICTURE if "i2v" in model else b"")
    named = engine.named(model, film=True)
    named.check(brief, duration=seconds)
    question = engine.submit(named.name, brief, seconds=seconds)
    assert question.path.endswith("/video-synthesis")
    assert question.json
    how = question.json["parameters"]
    assert {name: how[name] for name in ("duration", "resolution") if name in how} == told
    assert ("size" in how) == ("t2v" in model)


@pytest.mark.parametrize("field", ["b64_json", "url"])
def test_pictures_as_data_addresses(field: str) -> None:
    address = f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}"
    engine = OpenaiImagesEngine(keys=("",), base_url="http://127.0.0.1:9/v1", image_model="any")
    question = engine.submit("any", Brief("a lighthouse", 256, 256, 1), seconds=0.0)
    made = engine.submitted({"created": 1, "data": [{field: address}]}, question)
    assert (made.data, made.url) == (PICTURE, "")
