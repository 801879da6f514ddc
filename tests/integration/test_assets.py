"""Own pictures and clips in a video: the right one in the right scene, upright, for as long as is spoken."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from tests.embedded import embedded
from tests.integration.own_material import clip, colours_above, frames_of, middles, photo, quarters, selfie
from tests.photos import irot
from tests.photos import photo as heic

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    import httpx

RED, BLUE, GOLD, GREY = (200, 30, 30), (30, 50, 200), (220, 180, 40), (128, 128, 128)
SCRIPT = "The harbour sleeps under a red sky.\nA blue boat leaves early.\nGolden fields wait behind the hills."
FILM, FPS = "1920x1080/video_default.html", 15


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("assets")


@pytest.fixture(scope="module")
async def http(folder: Path) -> AsyncGenerator[httpx.AsyncClient]:
    async with embedded(folder) as client:
        photo(folder / "data" / "harbour.jpg", RED, GREY, turned=True)
        photo(folder / "data" / "boat.png", BLUE, GREY)
        photo(folder / "data" / "fields.webp", GOLD, GREY)
        clip(folder / "data" / "fields.mp4", GOLD, seconds=2.0, turned=True)
        yield client


async def made(http: httpx.AsyncClient, folder: Path, **fields: Any) -> tuple[dict[str, Any], list[Any]]:
    """The storyboard with what was made for it, and the video's frames."""
    request = {"text": SCRIPT, "mode": "fixed", "split_mode": "line", "video_fps": FPS, "seed": 5, **fields}
    answer = await http.post("/api/video/generate/sync", json=request)
    assert answer.status_code == 200, answer.text
    task_id = answer.json()["task_id"]
    board = (await http.get(f"/api/tasks/{task_id}/storyboard")).json()
    board["task_id"] = task_id
    return board, frames_of(folder / "output" / task_id / "final.mp4")


def near(seen: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) < 30


async def test_assets_go_into_scenes_in_their_order_upright_and_fitted(http: httpx.AsyncClient, folder: Path) -> None:
    assets = ["harbour.jpg", str(folder / "data" / "boat.png"), {"path": "fields.mp4", "caption": "fields"}]
    board, frames = await made(http, folder, assets=assets, frame_template=FILM)
    assert [scene["asset"] for scene in board["scenes"]] == [1, 2, 3]
    at = middles([scene["duration"] for scene in board["scenes"]], FPS)
    for number, left in zip(at, (RED, BLUE, GOLD), strict=True):
        assert near(colours_above(frames[number])[0], left)
    assert near(colours_above(frames[at[0]])[1], GREY), "put upright by its EXIF orientation"
    # the clip lasts 2 s and is slowed down by a third at most, so that it is seen once in its scene
    third = frames[round(sum(scene["duration"] for scene in board["scenes"][:2]) * FPS) + 2 :]
    greens = [colours_above(frame)[1][1] for frame in third]
    assert 2.0 < board["scenes"][2]["duration"] < 3.0
    assert greens[0] < 80
    assert greens[-1] > 200
    assert min(np.diff(greens)) > -6, "it does not begin again"
    files = [path.name for path in sorted((folder / "output" / board["task_id"] / "frames").iterdir())]
    assert {"01_image.jpg", "02_image.png", "03_video.mp4"} <= set(files)


async def test_captions_decide_where_they_are_asked_to(http: httpx.AsyncClient, folder: Path) -> None:
    assets = [
        {"path": "fields.webp", "caption": "fields of wheat, golden"},
        "boat.png",  # its name is as good as a caption
        {"path": "harbour.jpg", "caption": "the harbour at night"},
    ]
    board, frames = await made(http, folder, assets=assets, asset_match="caption", frame_template=FILM)
    assert [scene["asset"] for scene in board["scenes"]] == [3, 2, 1]
    at = middles([scene["duration"] for scene in board["scenes"]], FPS)
    assert [near(colours_above(frames[n])[0], c) for n, c in zip(at, (RED, BLUE, GOLD), strict=True)] == [True] * 3


async def test_scenes_without_an_asset_get_a_picture_as_ever(http: httpx.AsyncClient, folder: Path) -> None:
    answer = await http.post(
        "/api/files", files={"file": ("me.png", (folder / "data" / "boat.png").read_bytes(), "image/png")}
    )
    uploaded = answer.json()
    assert (answer.status_code, uploaded["media_type"]) == (200, "image/png")
    shown = await http.get(uploaded["url"])
    assert (shown.status_code, shown.content) == (200, (folder / "data" / "boat.png").read_bytes())
    board, _ = await made(http, folder, assets=[uploaded["path"]], frame_template="1080x1080/image_default.html")
    assert [scene["asset"] for scene in board["scenes"]] == [1, 0, 0]
    task = folder / "output" / board["task_id"]
    assert (task / "frames" / "01_image.png").read_bytes() == (folder / "data" / "boat.png").read_bytes()
    assert (task / "frames" / "02_image.jpg").is_file(), "made by the engine"


async def test_a_plan_says_which_asset_each_scene_shows_and_is_believed(http: httpx.AsyncClient, folder: Path) -> None:
    fields = {"assets": ["harbour.jpg", "boat.png", "fields.webp"], "frame_template": FILM}
    request = {"text": SCRIPT, "mode": "fixed", "split_mode": "line", **fields}
    plan = (await http.post("/api/storyboards", json=request)).json()["storyboard"]
    assert [scene["asset"] for scene in plan["scenes"]] == [1, 2, 3]
    for scene, asset in zip(plan["scenes"], (3, 3, 1), strict=True):
        scene["asset"] = asset
    board, frames = await made(http, folder, storyboard=plan, **fields)
    at = middles([scene["duration"] for scene in board["scenes"]], FPS)
    assert [near(colours_above(frames[n])[0], c) for n, c in zip(at, (GOLD, GOLD, RED), strict=True)] == [True] * 3
    # a scene of it made anew keeps what it shows; nothing but another narration or a made picture can be asked for
    again = await http.post(f"/api/tasks/{board['task_id']}/scenes/0/regenerate", json={})
    assert (again.status_code, again.json()["reason"]) == (400, "NOTHING_TO_CHANGE")
    plan["scenes"][1]["asset"] = 4
    wrong = await http.post("/api/video/generate/async", json={**request, "storyboard": plan})
    assert (wrong.status_code, wrong.json()["reason"]) == (400, "ASSET_UNKNOWN")


@pytest.mark.parametrize(
    ("fields", "reason", "said"),
    [
        ({"assets": ["boat.png", "words.txt"]}, "MEDIA_UNREADABLE", "assets[1] names 'words.txt'"),
        ({"assets": ["cut.jpg"]}, "IMAGE_INVALID", "assets[0] names 'cut.jpg'. The picture is damaged"),
        ({"assets": ["cut.mp4"]}, "MEDIA_UNREADABLE", "assets[0] names 'cut.mp4'"),
        ({"assets": ["phone.heic"]}, "IMAGE_INVALID", "assets[0] names 'phone.heic'. The picture cannot be shown"),
        ({"assets": ["speech.wav"]}, "FILE_WRONG_TYPE", "assets[0] names 'speech.wav', which is not image or video"),
        ({"assets": ["dot.png"]}, "ASSET_TOO_SMALL", "1x1"),
        ({"assets": ["blink.mp4"]}, "ASSET_TOO_SHORT", "lasts 0.2"),
        ({"assets": [{"path": "dot.png", "name": "my dot.png"}]}, "ASSET_TOO_SMALL", "names 'my dot.png'"),
        ({"assets": ["nowhere.png"]}, "FILE_NOT_FOUND", "assets[0] names 'nowhere.png'"),
        ({"assets": ["../../etc/passwd"]}, "FILE_NOT_FOUND", "allowed folder"),
        ({"assets": ["uploads/" + "0" * 64 + ".png"]}, "FILE_NOT_FOUND", "Upload it"),
        (
            {"assets": [{"path": "uploads/" + "0" * 64 + ".png", "name": "my boat.png"}]},
            "FILE_NOT_FOUND",
            "assets[0] names 'my boat.png'",
        ),
        ({"assets": ["https://127.0.0.1/a.png"]}, "URL_FORBIDDEN", "public internet"),
        ({"assets": ["boat.png"] * 4}, "TOO_MANY_ASSETS", "4 assets for 3 scenes"),
        ({"assets": ["boat.png"] * 2, "mode": "generate", "n_scenes": 1}, "TOO_MANY_ASSETS", "2 assets for 1 scenes"),
        (
            {"assets": ["fields.mp4"], "frame_template": "1920x1080/image_default.html"},
            "ASSETS_NOT_SHOWN",
            "cannot show clips, and some assets are clips. Choose one of these with frame_template: 1920x1080/video_",
        ),
        ({"assets": ["boat.png"], "frame_template": "1080x1920/static_default.html"}, "ASSETS_NOT_SHOWN", "pictures"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isupper() else "",
)
async def test_what_cannot_be_shown_is_refused_before_anything_is_made(
    http: httpx.AsyncClient, folder: Path, fields: dict[str, Any], reason: str, said: str
) -> None:
    data = folder / "data"
    (data / "words.txt").write_text("no picture at all")
    (data / "cut.jpg").write_bytes((data / "harbour.jpg").read_bytes()[:2000])
    (data / "cut.mp4").write_bytes((data / "fields.mp4").read_bytes()[:500])
    (data / "phone.heic").write_bytes(b"\0\0\0\x18ftypheic" + bytes(400))
    (data / "speech.wav").write_bytes(b"RIFF\0\0\0\0WAVEfmt ")
    if not (data / "dot.png").exists():
        from PIL import Image

        Image.new("RGB", (1, 1)).save(data / "dot.png")
        clip(data / "blink.mp4", GOLD, seconds=0.2)
    before = len((await http.get("/api/tasks")).json())
    request = {"text": SCRIPT, "mode": "fixed", "split_mode": "line", **fields}
    answer = await http.post("/api/video/generate/async", json=request)
    assert (answer.status_code, answer.json()["reason"]) == (403 if reason == "URL_FORBIDDEN" else 400, reason)
    assert said in answer.json()["detail"]
    assert len((await http.get("/api/tasks")).json()) == before


@pytest.mark.parametrize(
    ("name", "kind"), [("scan.tif", "image"), ("scan.bmp", "image"), ("camera.avi", "video"), ("camera.ts", "video")]
)
async def test_pictures_and_clips_that_are_less_common(
    http: httpx.AsyncClient, folder: Path, name: str, kind: str
) -> None:
    file = folder / "data" / name
    if kind == "image":
        photo(file, GOLD, GREY)
    else:
        clip(file, GOLD, fmt={"avi": "avi", "ts": "mpegts"}[name.partition(".")[2]])
    paths = [name]
    if name != "scan.bmp":  # not one that an upload may be
        paths.append((await http.post("/api/files", files={"file": (name, file.read_bytes())})).json()["path"])
    for path in paths:
        template = f"1920x1080/{kind}_default.html"
        request = {"text": "A field.", "mode": "fixed", "assets": [path], "frame_template": template}
        answer = await http.post("/api/storyboards", json=request)
        assert answer.status_code == 200, answer.text
        assert answer.json()["storyboard"]["scenes"][0]["asset"] == 1


async def test_an_own_picture_keeps_its_kind_in_the_output(http: httpx.AsyncClient, folder: Path) -> None:
    photo(folder / "data" / "boat.gif", BLUE, GREY)
    photo(folder / "data" / "boat.avif", BLUE, GREY)
    photo(folder / "data" / "boat.bmp", BLUE, GREY)
    board, _ = await made(http, folder, assets=["boat.gif", "boat.avif", "boat.bmp"])
    files = {path.name for path in (folder / "output" / board["task_id"] / "frames").iterdir()}
    assert {"01_image.gif", "02_image.avif", "03_image.bmp"} <= files
    shown = await http.get(f"/api/files/{board['task_id']}/frames/02_image.avif")
    assert shown.headers["content-type"] == "image/avif"


async def test_photos_of_phones_as_they_are(http: httpx.AsyncClient, folder: Path) -> None:
    assets: list[str] = []
    for name, left, held in (("IMG_0001.HEIC", RED, 3), ("IMG_0002.HEIC", BLUE, 0)):
        stored = np.ascontiguousarray(np.rot90(quarters(left, GREY), -held))
        data = heic(stored, tile=128, properties=[irot(held)])
        kept = (await http.post("/api/files", files={"file": (name, data, "image/heic")})).json()
        assert (kept["media_type"], kept["path"][-5:]) == ("image/heic", ".heic")
        shown = await http.get(kept["url"])
        assert (shown.headers["content-type"], shown.content) == ("image/heic", data)
        assets.append(kept["path"])
        small = await http.get(f"{kept['url']}/preview")
        assert small.headers["content-type"] == "image/jpeg"
        with Image.open(io.BytesIO(small.content)) as image:
            assert image.size == (640, 360), "upright"
            assert near(tuple(np.asarray(image)[80, 80].tolist()), left)
    frame = await http.post(
        "/api/frame/render", json={"template": "1920x1080/image_default.html", "text": "A harbour.", "image": assets[0]}
    )
    assert frame.status_code == 200, frame.text
    board, frames = await made(http, folder, assets=[*assets, "boat.png"], frame_template=FILM)
    at = middles([scene["duration"] for scene in board["scenes"]], FPS)
    for number, left in zip(at, (RED, BLUE, BLUE), strict=True):
        assert near(colours_above(frames[number])[0], left)
        assert near(colours_above(frames[number])[1], GREY), "upright"
    assert (folder / "output" / board["task_id"] / "frames" / "01_image.heic").is_file()


async def test_previews_of_what_has_no_pictures_and_of_what_is_gone(http: httpx.AsyncClient, folder: Path) -> None:
    data = (folder / "data" / "fields.mp4").read_bytes()
    film = (await http.post("/api/files", files={"file": ("a.mp4", data)})).json()["url"]
    with Image.open(io.BytesIO((await http.get(f"{film}/preview")).content)) as image:
        assert (image.format, image.size) == ("JPEG", (640, 360))
    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(8000))
    silence = (await http.post("/api/files", files={"file": ("a.wav", sound.getvalue())})).json()["url"]
    none = await http.get(f"{silence}/preview")
    assert (none.status_code, none.json()["reason"]) == (404, "PREVIEW_NOT_FOUND")
    gone = await http.get("/api/files/uploads/" + "0" * 64 + ".heic/preview")
    assert (gone.status_code, gone.json()["reason"]) == (404, "FILE_NOT_FOUND")


async def test_an_upload_is_looked_at_and_bounded(http: httpx.AsyncClient) -> None:
    wrong = await http.post("/api/files", files={"file": ("a.png", b"#!/bin/sh\nrm -rf /\n", "image/png")})
    assert (wrong.status_code, wrong.json()["reason"]) == (400, "FILE_WRONG_TYPE")
    large = await http.post("/api/files", content=b"x", headers={"content-length": "300000000"})
    assert (large.status_code, large.json()["reason"]) == (413, "BODY_TOO_LARGE")
    assert (await http.get("/api/files/uploads/" + "0" * 64 + ".png")).status_code == 404


async def test_a_script_is_written_around_the_material(http: httpx.AsyncClient, folder: Path) -> None:
    """`pipeline: asset_based` with the engine that has no model: captions and names are what is said."""
    request = {
        "text": "A day by the sea",
        "pipeline": "asset_based",
        "assets": [
            {"path": "harbour.jpg", "caption": "We arrived at the harbour before sunrise"},
            {"path": "fields.mp4", "caption": "golden fields"},
            "boat.png",
        ],
        "video_fps": FPS,
        "footage_fit": "cover",
    }
    plan = (await http.post("/api/storyboards", json={**request, "frame_template": FILM})).json()["storyboard"]
    said = [scene["narration"] for scene in plan["scenes"]]
    assert said[0] == "We arrived at the harbour before sunrise."
    assert said[1].endswith(": golden fields.")
    assert said[2].endswith(": boat.")
    assert [scene["asset"] for scene in plan["scenes"]] == [1, 2, 3]
    # without a template the default one would do, but a clip needs one that shows footage
    board, frames = await made(http, folder, **request, mode="generate", split_mode="paragraph")
    assert [scene["narration"] for scene in board["scenes"]] == said
    assert frames[0].shape[:2] == (480, 270)
    at = middles([scene["duration"] for scene in board["scenes"]], FPS)
    # a page twice as tall as wide shows the middle of a wide picture: both of its upper quarters meet there
    seen = [colours_above(frames[number]) for number in at]
    assert [near(left, colour) for (left, _), colour in zip(seen, (RED, GOLD, BLUE), strict=True)] == [True] * 3
    assert near(seen[0][1], GREY)
    assert near(seen[2][1], GREY)
    wrong = await http.post("/api/video/generate/async", json={**request, "n_scenes": 5})
    assert (wrong.status_code, wrong.json()["reason"]) == (400, "SCENES_AND_ASSETS_DIFFER")


async def test_a_clip_of_a_phones_front_camera_is_shown_in_its_colours_and_mirrored(
    http: httpx.AsyncClient, folder: Path
) -> None:
    selfie(folder / "data" / "selfie.mov", RED, BLUE)
    request = {"text": "Good morning.", "mode": "fixed", "assets": ["selfie.mov"], "frame_template": FILM}
    answer = await http.post("/api/video/generate/sync", json={**request, "video_fps": FPS, "seed": 5})
    assert answer.status_code == 200, answer.text
    left, right = colours_above(frames_of(folder / "output" / answer.json()["task_id"] / "final.mp4")[4])
    assert near(left, BLUE), "mirrored, as it was seen while it was taken"
    assert near(right, RED)
