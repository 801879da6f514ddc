"""Speech and voices over REST, through the real gateway and the real services."""

from __future__ import annotations

import io
import wave
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from gateway.app import create_app
from gateway.settings import GatewaySettings
from svc_tts.settings import TtsSettings
from tests.embedded import embedded
from tests.speech import recorded, spoken

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    import httpx

CONSENT = TtsSettings().tts_consent
PATH = "/api/resources/voices"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return recorded(spoken(tmp_path_factory.mktemp("none")))


@pytest.fixture(scope="module")
async def http(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[httpx.AsyncClient]:
    async with embedded(tmp_path_factory.mktemp("voices")) as client:
        yield client


def sound_of(data: bytes) -> tuple[int, float]:
    """Channels and seconds of a WAV file."""
    with wave.open(io.BytesIO(data)) as file:
        return file.getnchannels(), file.getnframes() / file.getframerate()


async def made(http: httpx.AsyncClient, recording: bytes, **fields: str) -> httpx.Response:
    form = {"name": "Ann", "consent": CONSENT, **fields}
    return await http.post(PATH, data=form, files={"ref_audio": ("ann.wav", recording, "audio/wav")})


async def finished(http: httpx.AsyncClient, task_id: str) -> dict[str, Any]:
    version = -1
    while True:
        task = (await http.get(f"/api/tasks/{task_id}", params={"wait": 30, "since": version})).json()
        version = task["version"]
        if task["status"] in {"completed", "failed", "cancelled"}:
            return task


async def test_a_text_is_spoken_and_can_be_fetched(http: httpx.AsyncClient) -> None:
    got = await http.post("/api/tts/synthesize", json={"text": "Hello there, world.", "speed": None})
    said = got.json()
    assert got.status_code == 200, got.text
    assert said["success"] is True
    assert [word["text"] for word in said["words"]] == ["Hello", "there,", "world."]
    assert said["words"][-1]["end"] <= said["duration"]
    assert said["timing_source"] == "model"
    assert said["audio_url"] == f"http://localhost/api/files/{said['audio_path']}"
    file = await http.get(said["audio_url"])
    assert file.headers["content-type"] == "audio/wav"
    assert sound_of(file.content) == (1, pytest.approx(said["duration"], abs=1e-6))
    part = await http.get(said["audio_url"], headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"RIFF")
    fast = (await http.post("/api/tts/synthesize", json={"text": "Hello there, world.", "speed": 2})).json()
    assert fast["duration"] < said["duration"] * 0.75
    high = (
        await http.post("/api/tts/synthesize", json={"text": "Hello there, world.", "voice_id": "tone/high"})
    ).json()
    assert high["audio_path"] != said["audio_path"]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"text": ""}, 422, "SCHEMA"),
        ({"text": " "}, 422, "SCHEMA"),
        ({"text": "a", "voise": "x"}, 422, "SCHEMA"),
        ({"text": "a", "speed": 9}, 422, "SCHEMA"),
        ({"text": "a", "speed": 0}, 422, "SCHEMA"),
        ({"text": "a" * 100_000}, 422, "SCHEMA"),
        ({"text": "a", "voice": "tone/high", "voice_id": "tone/low"}, 422, "SCHEMA"),
        ({"text": "🙂🙂"}, 400, "TEXT_NOT_SPEAKABLE"),
        ({"text": "a", "voice": "tone/hihg"}, 400, "VOICE_NOT_FOUND"),
        ({"text": "a", "workflow": "local/nobody"}, 400, "WORKFLOW_UNKNOWN"),
        ({"text": "a", "language": "not a language"}, 400, "LANGUAGE_UNKNOWN"),
        ({"text": "a", "ref_audio": "/etc/passwd"}, 400, "FILE_NOT_FOUND"),
        ({"text": "a", "ref_audio": "https://127.0.0.1/a.wav"}, 403, "URL_FORBIDDEN"),
    ],
)
async def test_bad_speech_is_refused(http: httpx.AsyncClient, body: dict[str, Any], status: int, reason: str) -> None:
    got = await http.post("/api/tts/synthesize", json=body)
    assert (got.status_code, got.json()["reason"]) == (status, reason), got.text


@pytest.mark.parametrize("name", ["x.wav", "0" * 64 + ".wav", "0" * 64, "..%2F..%2Fetc.wav"])
async def test_only_speech_is_served_as_speech(http: httpx.AsyncClient, name: str) -> None:
    got = await http.get(f"/api/files/speech/{name}")
    assert (got.status_code, got.json()["reason"]) == (404, "FILE_NOT_FOUND")


async def test_voices_are_listed_and_heard(http: httpx.AsyncClient) -> None:
    said = (await http.get(PATH, params={"workflow": "local/tone"})).json()
    voices = {each["id"]: each for each in said["voices"]}
    assert said["consent"] == CONSENT
    assert "local/tone" in said["cloning_workflows"]
    assert voices["tone/high"] | {"sample_url": ""} == {
        "id": "tone/high",
        "name": "High tones",
        "language": "",
        "languages": [],
        "gender": "",
        "workflow": "local/tone",
        "cloned": False,
        "sample_url": "",
        "sample_text": "This is my voice, and this is how I read your story.",
    }
    sample = await http.get(voices["tone/high"]["sample_url"])
    assert sample.headers["content-type"] == "audio/wav"
    assert sound_of(sample.content)[1] > 2
    other = await http.get(voices["tone/low"]["sample_url"])
    assert other.content != sample.content
    assert (await http.get(f"{PATH}/tone/nobody/sample")).json()["reason"] == "VOICE_NOT_FOUND"
    assert (await http.get(PATH, params={"workflow": "local/nobody"})).json()["reason"] == "WORKFLOW_UNKNOWN"


@pytest.mark.slow
async def test_a_made_voice_tells_a_video_and_a_scene(http: httpx.AsyncClient, recording: bytes) -> None:
    got = await made(http, recording, language="en", gender="female")
    assert got.status_code == 200, got.text
    voice = got.json()["voice"]
    assert (voice["name"], voice["cloned"], voice["language"], voice["gender"]) == ("Ann", True, "en", "female")
    assert (await made(http, recording, language="en")).json()["voice"]["id"] == voice["id"]
    assert voice["id"] in {each["id"] for each in (await http.get(PATH)).json()["voices"]}
    assert sound_of((await http.get(voice["sample_url"])).content)[1] > 3

    texts = ["Who told you that?", "My grandmother did."]
    spoken_by = {}
    for name in ("tone/low", voice["id"]):
        for text in texts:
            asked = {"text": text, "voice": name, "language": "en"}
            spoken_by[name, text] = (await http.post("/api/tts/synthesize", json=asked)).json()["audio_path"]
    board = {
        "title": "Two",
        "language": "en",
        "scenes": [{"narration": texts[0]}, {"narration": texts[1], "voice": voice["id"]}],
    }
    page = {"frame_template": "1080x1920/static_default.html", "video_fps": 15, "bgm_volume": 0}
    for fields, voices in (
        ({"storyboard": board, "tts_voice": "tone/low"}, ["tone/low", voice["id"]]),
        ({"mode": "fixed", "split_mode": "line", "tts_voice": voice["id"], "language": "en"}, [voice["id"]] * 2),
    ):
        request = {"text": "\n".join(texts), **page, **fields}
        task = await finished(http, (await http.post("/api/video/generate/async", json=request)).json()["task_id"])
        assert task["status"] == "completed", task["error"]
        scenes = (await http.get(task["storyboard_url"])).json()["scenes"]
        for scene, text, name in zip(scenes, texts, voices, strict=True):
            audio = (await http.get(scene["audio_url"])).content
            assert audio == (await http.get(f"/api/files/{spoken_by[name, text]}")).content, (text, name)

    assert (await http.delete(f"{PATH}/{voice['id']}")).json()["success"] is True
    assert (await http.delete(f"{PATH}/{voice['id']}")).status_code == 404
    refused = await http.post("/api/video/generate/async", json={"text": "Hello", "tts_voice": voice["id"]})
    assert (refused.status_code, refused.json()["reason"]) == (400, "VOICE_NOT_FOUND")


@pytest.mark.slow
@pytest.mark.skipif(
    not any((folder / "model.bin").is_file() for folder in TtsSettings().verify_models),
    reason="no transcriber is there; `pixelle setup --for verify` fetches it",
)
async def test_what_was_heard_of_a_scene_stands_in_its_storyboard(http: httpx.AsyncClient) -> None:
    request = {
        "text": "Hello there, world.",
        "mode": "fixed",
        "language": "en",
        "tts_voice": "tone/low",
        "verify": True,
        "frame_template": "1080x1920/static_default.html",
        "video_fps": 15,
        "bgm_volume": 0,
    }
    task = await finished(http, (await http.post("/api/video/generate/async", json=request)).json()["task_id"])
    assert task["status"] == "completed", task["error"]
    (scene,) = (await http.get(task["storyboard_url"])).json()["scenes"]
    assert scene["verification"]["word_error"] > 0.5  # tones are no words
    assert scene["verification"]["attempts"] == 1  # and would be the same again
    assert scene["verification"]["limit"] == TtsSettings().tts_verify_limit


@pytest.mark.parametrize(
    ("fields", "status", "reason"),
    [
        ({"consent": ""}, 400, "CONSENT_MISSING"),
        ({"name": ""}, 422, "SCHEMA"),
        ({"name": "x" * 101}, 400, "NAME_INVALID"),
        ({"gender": "robot"}, 400, "GENDER_UNKNOWN"),
        ({"colour": "red"}, 422, "SCHEMA"),
        ({"workflow": "local/piper"}, 400, "ENGINE_CANNOT_CLONE"),
        ({"workflow": "local/nobody"}, 400, "WORKFLOW_UNKNOWN"),
        ({"language": "not a language"}, 400, "LANGUAGE_UNKNOWN"),
        ({"ref_audio_url": "https://example.com/a.wav"}, 400, "REF_AUDIO_TWICE"),
    ],
)
async def test_bad_voices_are_refused(
    http: httpx.AsyncClient, fields: dict[str, str], status: int, reason: str
) -> None:
    got = await made(http, recorded(np.zeros(24_000, np.float32)), **fields)
    assert (got.status_code, got.json()["reason"]) == (status, reason), got.text


async def test_bad_recordings_are_refused(http: httpx.AsyncClient, recording: bytes) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(100)
    assert (await made(http, png)).json()["reason"] == "FILE_WRONG_TYPE"
    assert (await made(http, recording[: 44 + 9_600])).json()["reason"] == "REF_AUDIO_TOO_SHORT"
    assert (await made(http, b"RIFF\0\0\0\0WAVE" + bytes(64 << 20))).status_code == 413
    form = {"name": "Ann", "consent": CONSENT}
    for url, status, reason in (
        ("https://127.0.0.1/a.wav", 403, "URL_FORBIDDEN"),
        ("http://example.com/a.wav", 400, "URL_INVALID"),
        ("../../etc/passwd", 400, "FILE_NOT_FOUND"),
    ):
        got = await http.post(PATH, files={k: (None, v) for k, v in (form | {"ref_audio_url": url}).items()})
        assert (got.status_code, got.json()["reason"]) == (status, reason), got.text
    got = await http.post(PATH, files={k: (None, v) for k, v in form.items()})
    assert (got.status_code, got.json()["reason"]) == (400, "REF_AUDIO_MISSING")


async def test_everything_the_contract_says_about_voices_is_there(tmp_path: Path) -> None:
    app = create_app(GatewaySettings(data_dir=tmp_path), around=lambda: pytest.fail("not started"))
    paths = app.openapi()["paths"]
    assert {"post"} == set(paths["/api/tts/synthesize"])
    assert {"get", "post"} == set(paths[PATH])
    assert "delete" in paths[PATH + "/{voice_id}"]
    assert "get" in paths[PATH + "/{voice_id}/sample"]
    body = paths[PATH]["post"]["requestBody"]["content"]
    assert list(body) == ["multipart/form-data"]
