"""Bad requests get a clear error before any work is spent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.render.v1 import render_pb2

if TYPE_CHECKING:
    import httpx

    from gateway.settings import GatewaySettings

    from .conftest import Deck, Open

TEXT = "Why develop a reading habit"


async def refused(http: httpx.AsyncClient, deck: Deck, status: int, **fields: Any) -> dict[str, Any]:
    for path in ("async", "sync"):
        got = await http.post(f"/api/video/generate/{path}", json={"text": TEXT, **fields})
        assert got.status_code == status, got.text
        assert got.headers["content-type"] == "application/problem+json"
    assert deck.begun == []
    assert (await http.get("/api/tasks")).json() == []
    return got.json()  # pyright: ignore[reportPossiblyUnboundVariable]


@pytest.mark.parametrize(
    ("fields", "reason", "said"),
    [
        ({"frame_template": "1080x1920/image_defualt.html"}, "TEMPLATE_NOT_FOUND", "Did you mean '1080x1920/image_de"),
        ({"frame_template": "../../etc/passwd"}, "TEMPLATE_NOT_FOUND", "Known: "),
        ({"tts_workflow": "local/tonne"}, "WORKFLOW_UNKNOWN", "Did you mean 'local/tone'?"),
        ({"media_workflow": "local/cart"}, "WORKFLOW_UNKNOWN", "Did you mean 'local/card'?"),
        ({"tts_voice": "tone/b"}, "VOICE_NOT_FOUND", "Did you mean 'tone/a'?"),
        (
            {"tts_voice": "kokoro/z"},
            "ENGINE_NOT_INSTALLED",
            "'kokoro/z' cannot speak. The tts engine 'local/kokoro' is",
        ),
        ({"voice_id": "tone/b"}, "VOICE_NOT_FOUND", "Did you mean 'tone/a'?"),
        ({"text": "为什么要养成阅读的习惯"}, "LANGUAGE_NOT_SPOKEN", "tone/a (en)"),
        ({"language": "klingon"}, "LANGUAGE_UNKNOWN", "language is 'klingon', which is no known language"),
        ({"language": "fr"}, "LANGUAGE_NOT_SPOKEN", "tone/a (en)"),
        ({"tts_voice": "tone/a", "language": "fr"}, "LANGUAGE_NOT_SPOKEN", "'tone/a' does not speak 'fr'"),
        ({"ref_audio": "me.wav"}, "ENGINE_CANNOT_CLONE", "'tone' cannot copy"),
        ({"bgm_path": "nothing.mp3"}, "MUSIC_NOT_FOUND", "nothing.mp3"),
        ({"bgm_path": "/etc/passwd"}, "FILE_NOT_FOUND", "bgm_path names '/etc/passwd'"),
        ({"bgm_path": "../../secret.mp3"}, "FILE_NOT_FOUND", "allowed folder"),
        ({"bgm_path": "words.txt"}, "FILE_WRONG_TYPE", "which is not audio"),
        ({"bgm_path": "silent.mp4"}, "FILE_HAS_NO_AUDIO", "no sound"),
        ({"template_params": {"accent_color": ["red"]}}, "TEMPLATE_PARAM_INVALID", "template_params.accent_color"),
        ({"media_workflow": "local/card", "frame_template": "1080x1920/video_default.html"}, "WORKFLOW_WRONG_KIND", ""),
        ({"motion": "pan", "frame_template": "1080x1920/static_default.html"}, "MOTION_NOT_SUPPORTED", "no picture"),
        ({"motion": "pan", "frame_template": "1080x1920/video_default.html"}, "MOTION_NOT_SUPPORTED", "by itself"),
        (
            {"captions": "word", "frame_template": "1080x1920/static_default.html"},
            "CAPTIONS_NOT_SUPPORTED",
            "choose one of these with frame_template: 1080x1920/image_default.html.",
        ),
        ({"sampler": "eular"}, "SAMPLER_UNKNOWN", "Did you mean 'euler'?"),
        ({"footage_volume": 0.3}, "FOOTAGE_NOT_SHOWN", "'1080x1920/image_default.html' shows no footage"),
        ({"callback_url": "https://example.com"}, "WEBHOOK_SECRET_MISSING", "PIXELLE_WEBHOOK_SECRET=whsec_"),
        ({"assets": ["a.png"]}, "FILE_NOT_FOUND", "assets[0] names 'a.png'"),
        ({"pipeline": "asset_based"}, "ASSETS_MISSING", "there are no assets"),
        ({"template_params": {"acent_color": "red"}}, "PARAM_UNKNOWN", "Did you mean 'accent_color'?"),
        ({"pronunciations": {"": "x"}}, "PRONUNCIATION_INVALID", "The pronunciation of ''"),
        (
            {"storyboard": {"language": "en", "scenes": [{"narration": "One."}, {"narration": "..."}]}},
            "TEXT_NOT_SPEAKABLE",
            "storyboard.scenes[1].narration: No letter in '...'",
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
async def test_refused_with_400(  # noqa: PLR0917 - pytest passes them by name
    http: httpx.AsyncClient, deck: Deck, settings: GatewaySettings, fields: dict[str, Any], reason: str, said: str
) -> None:
    (settings.data_dir / "words.txt").write_text("words")
    (settings.data_dir / "silent.mp4").write_bytes(b"\0\0\0\x18ftypisom")
    got = await refused(http, deck, 400, **fields)
    assert (got["reason"], got["retryable"]) == (reason, False)
    assert said in got["detail"]
    assert str(settings.data_dir) not in str(got)


async def test_scenes_of_a_given_script_are_counted_without_splitting_it(
    http: httpx.AsyncClient, deck: Deck, settings: GatewaySettings
) -> None:
    (settings.data_dir / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(24))
    deck.lines = 2
    got = await refused(http, deck, 400, mode="fixed", assets=["a.png"] * 3)
    assert got["reason"] == "TOO_MANY_ASSETS"
    assert "3 assets for 2 scenes" in got["detail"]
    deck.lines = None  # a service that cannot say so: nothing is guessed
    got = await refused(http, deck, 500, mode="fixed", assets=["a.png"] * 3)
    assert "CheckStoryboard is not offered here" in got["detail"]


async def test_a_scene_of_a_given_script_that_cannot_be_spoken_is_refused_before_anything_is_made(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any
) -> None:
    deck.lines, deck.narrations = 2, ["One.", "***"]
    got = await refused(http, deck, 400, mode="fixed")
    assert (got["reason"], got["detail"]) == (
        "TEXT_NOT_SPEAKABLE",
        "Scene 1 of the script, from 0: No letter in '***'.",
    )
    deck.checks_speech = False  # an older service: the step that speaks says it
    sent = await http.post("/api/video/generate/async", json={"text": TEXT, "mode": "fixed"})
    assert (await until_finished(http, sent.json()["task_id"]))["status"] == "completed"


async def test_a_language_that_only_another_engine_speaks_is_its_own_where_nothing_is_named(
    http: httpx.AsyncClient, deck: Deck
) -> None:
    chinese = {"text": "为什么要养成阅读的习惯"}
    got = await refused(http, deck, 400, **chinese)
    assert "local/kokoro would (its voices are not there. Run: pixelle setup --for kokoro)" in got["detail"]
    deck.voices.append("kokoro/z")
    deck.tongues["kokoro/z"] = "zh"
    for named in ({"tts_workflow": "local/tone"}, {"tts_voice": "tone/a"}):
        assert (await refused(http, deck, 400, **chinese, **named))["reason"] == "LANGUAGE_NOT_SPOKEN"
    assert (await http.post("/api/video/generate/async", json=chinese)).status_code == 200
    assert (await http.post("/api/video/generate/async", json={**chinese, "tts_voice": "kokoro/z"})).status_code == 200


async def test_what_is_said_of_pictures_where_none_are_shown_is_named(
    http: httpx.AsyncClient, until_finished: Any
) -> None:
    body = {"text": TEXT, "n_scenes": 1, "steps": 9, "media_workflow": "local/card"}
    static = body | {"frame_template": "1080x1920/static_default.html"}
    sent = [(await http.post("/api/video/generate/async", json=each)).json()["task_id"] for each in (body, static)]
    shown, left_out = [(await until_finished(http, each))["result"]["warnings"] for each in sent]
    assert not any("left out" in line for line in shown)
    assert "media_workflow, steps were left out: the template '1080x1920/static_default.html' shows no pictures." in (
        left_out
    )


async def test_an_unknown_field_is_named_with_the_nearest_known_one(http: httpx.AsyncClient, deck: Deck) -> None:
    got = await refused(http, deck, 422, bgm_volum=0.5)
    assert got["detail"][0]["loc"] == ["body", "bgm_volum"]
    assert "Did you mean 'bgm_volume'?" in got["detail"][0]["msg"]


@pytest.mark.parametrize(
    "fields", [{"text": ""}, {"text": "x" * 1_000_000}, {"n_scenes": 0}, {"n_scenes": 21}], ids=len
)
async def test_what_is_out_of_range_is_422_and_not_sent_back(
    http: httpx.AsyncClient, deck: Deck, fields: dict[str, Any]
) -> None:
    got = await refused(http, deck, 422, **fields)
    assert got["detail"][0]["loc"] == ["body", next(iter(fields))]
    assert len(str(got)) < 1000


@pytest.mark.parametrize(
    "fields",
    [
        '"guidance": NaN',
        '"guidance": Infinity',
        '"guidance": 51',
        '"steps": 0',
        '"sampler": "' + "x" * 101 + '"',
        '"negative_prompt": "' + "x" * 50_000 + '"',
        '"loras": [{"path": "a", "weight": NaN}]',
        '"loras": [' + ", ".join(['{"path": "a"}'] * 9) + "]",
    ],
    ids=lambda text: text[:24],
)
async def test_wrong_settings_of_the_model_are_422(http: httpx.AsyncClient, deck: Deck, fields: str) -> None:
    body = f'{{"text": "{TEXT}", {fields}}}'.encode()
    got = await http.post("/api/video/generate/async", content=body, headers={"content-type": "application/json"})
    assert got.status_code == 422
    assert got.json()["detail"][0]["loc"][:2] == ["body", fields.split('"')[1]]
    assert deck.begun == []


async def test_what_is_said_of_the_model_reaches_the_pictures(http: httpx.AsyncClient, deck: Deck) -> None:
    said = {"negative_prompt": "people", "steps": 4, "guidance": 2.5, "sampler": "euler"}
    body = {"text": "One.", "mode": "fixed", **said, "loras": [{"path": "ink", "weight": 0.5}, {"path": "clay"}]}
    got = await http.post("/api/video/generate/sync", json=body)
    assert got.status_code == 200, got.text
    asked = deck.requests["illustrate[0]"].prompt
    assert {name: getattr(asked, name) for name in said} == said
    assert [(lora.path, lora.weight) for lora in asked.loras] == [("ink", 0.5), ("clay", 1.0)]


async def test_what_vendors_counted_is_in_the_result(http: httpx.AsyncClient, deck: Deck) -> None:
    deck.spent = 1.5
    body = {"text": "One.\n\nTwo.", "n_scenes": 2}
    made = (await http.post("/api/video/generate/sync", json=body)).json()
    assert made["spent"] == [{"engine": "ark", "amount": 3.0, "unit": "tokens"}]
    task = (await http.get(f"/api/tasks/{made['task_id']}")).json()
    assert task["result"]["spent"] == made["spent"]
    board = (await http.get(f"/api/tasks/{made['task_id']}/storyboard")).json()
    assert [(scene["spent"], scene["spent_unit"]) for scene in board["scenes"]] == [(1.5, "tokens")] * 2
    again = await http.post("/api/video/generate/async", json={**body, "storyboard": board})
    assert again.status_code == 200, "what was made is not in the way when a plan is sent back"


async def test_a_body_of_ten_megabytes_is_refused_unread(http: httpx.AsyncClient) -> None:
    got = await http.post("/api/video/generate/async", json={"text": "x" * 10_000_000})
    assert (got.status_code, got.json()["reason"]) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("name", ["script", "tts", "media", "render"])
async def test_a_service_that_is_down_is_503_and_named(
    opened: Open, settings: GatewaySettings, deck: Deck, name: str
) -> None:
    async with opened(settings, elsewhere={name: f"unix:{settings.data_dir}/nobody"}) as http:
        got = await refused(http, deck, 503)
        assert (got["reason"], got["service"], got["retryable"]) == ("SERVICE_DOWN", name, True)
        assert f"The {name} service" in got["detail"]
        ready = await http.get("/readyz")
        assert ready.status_code == 503
        assert list(ready.json()["failing"]) == [name]


async def test_the_usual_voice_speaks_where_a_request_names_none(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    usual = settings.model_copy(update={"tts_voice": "tone/a", "tts_speed": 1.25, "tts_workflow": "local/none"})
    async with opened(usual) as http:
        for said, heard in (
            ({}, ("tone/a", "local/tone", 1.25)),
            ({"tts_speed": 1.0}, ("tone/a", "local/tone", 1.0)),
            ({"tts_workflow": "local/tone"}, ("", "local/tone", 1.25)),
        ):
            body = {"text": TEXT, "n_scenes": 1, **said}
            task = (await http.post("/api/video/generate/async", json=body)).json()
            await until_finished(http, task["task_id"])
            speech = deck.requests["narrate[0]"]
            assert (speech.voice_id, speech.workflow, speech.speed) == heard
    async with opened(settings.model_copy(update={"tts_voice": "tone/gone"})) as http:
        got = await http.post("/api/video/generate/async", json={"text": TEXT})
        assert (got.status_code, got.json()["reason"]) == (400, "VOICE_NOT_FOUND")
        assert "comfyui.tts.local.voice in config.yaml" in got.json()["detail"]
        spoken = await http.post("/api/tts/synthesize", json={"text": TEXT})
        assert (spoken.status_code, spoken.json()["detail"]) == (400, got.json()["detail"])


async def test_readyz_when_all_is_well(http: httpx.AsyncClient) -> None:
    got = await http.get("/readyz")
    assert (got.status_code, got.json()) == (200, {"status": "ready", "failing": {}})


async def test_what_is_settled_reaches_the_services(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any, settings: GatewaySettings
) -> None:
    (settings.data_dir / "music.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVEfmt ")
    body = {
        "text": TEXT,
        "n_scenes": 1,
        "title": "t" * 2000,
        "tts_voice": "tone/a",
        "tts_speed": 1.5,
        "seed": 7,
        "video_fps": 24,
        "bgm_path": "music.wav",
        "bgm_volume": 0.1,
        "bgm_mode": "once",
        "captions": "word",
        "motion": "pan",
        "transition": "fade",
        "footage_fit": "contain",
        "template_params": {"accent_color": "#fff", "background": 3},
        "metadata": {"mine": [1]},
    }
    task = await until_finished(http, (await http.post("/api/video/generate/async", json=body)).json()["task_id"])
    assert task["status"] == "completed", task
    asked = deck.requests
    assert (asked["storyboard"].seed, asked["storyboard"].plan.language) == (7, "en")
    speech = asked["narrate[0]"]
    assert (speech.voice_id, speech.workflow, speech.speed) == ("tone/a", "local/tone", 1.5)
    assert (asked["illustrate[0]"].prompt.width, asked["illustrate[0]"].prompt.series.seed) == (1024, 7)
    clip = asked["clip[0]"]
    assert (clip.fps, clip.page.title) == (24, "t" * 2000)
    assert dict(clip.page.params) == {"accent_color": "#fff", "background": "3"}
    assert (clip.captions, clip.motion) == (render_pb2.CAPTION_MODE_WORD, render_pb2.MOTION_PAN)
    assert (clip.transition, clip.fit) == (render_pb2.TRANSITION_FADE, render_pb2.FIT_CONTAIN)
    assert asked["assemble"].transition == render_pb2.TRANSITION_FADE
    music = asked["assemble"].music
    assert (music.source.artifact.media_type, music.volume, music.mode) == ("audio/wav", 0.1, 2)
    assert task["metadata"] == {"mine": [1]}
    assert "metadata" not in task["request_params"]


async def test_this_installations_choices_fill_in_what_a_request_leaves_out(
    opened: Open, settings: GatewaySettings, deck: Deck, until_finished: Any
) -> None:
    chosen = settings.model_copy(update={"image_workflow": "local/card", "image_prompt_prefix": "ink"})
    async with opened(chosen) as http:
        for fields in ({}, {"prompt_prefix": "oil"}):
            got = await http.post("/api/video/generate/async", json={"text": TEXT, "n_scenes": 1, **fields})
            await until_finished(http, got.json()["task_id"])
            assert deck.requests["storyboard"].prompt_prefix == (fields or {"prompt_prefix": "ink"})["prompt_prefix"]
            assert deck.requests["illustrate[0]"].workflow == "local/card"
    async with opened(settings.model_copy(update={"image_workflow": "local/cart"})) as http:
        got = await http.post("/api/video/generate/async", json={"text": TEXT})
        assert got.json()["reason"] == "WORKFLOW_UNKNOWN"


async def test_a_given_storyboard_is_not_written_again(
    http: httpx.AsyncClient, deck: Deck, until_finished: Any
) -> None:
    scenes = [{"narration": "One.", "image_prompt": "one"}, {"narration": "Two."}]
    body = {"text": TEXT, "storyboard": {"title": "Mine", "language": "en", "scenes": scenes}}
    task = await until_finished(http, (await http.post("/api/video/generate/async", json=body)).json()["task_id"])
    assert task["status"] == "completed", task
    assert deck.steps().count("storyboard") == 1
    assert list(deck.requests["storyboard"].narrations) == ["Two."]
    assert deck.requests["illustrate[0]"].prompt.prompt == "one"
    assert deck.requests["illustrate[1]"].prompt.prompt == "prompt for Two."
    assert deck.requests["clip[0]"].page.title == "Mine"
    board = (await http.get(f"/api/tasks/{task['task_id']}/storyboard")).json()
    assert [scene["narration"] for scene in board["scenes"]] == ["One.", "Two."]
    assert board["scenes"][0]["audio_url"].endswith("/frames/01_audio.wav")
    assert (board["scenes"][1]["duration"], board["scenes"][1]["frame_count"]) == (1.5, 45)


async def test_a_voice_that_has_just_been_made_is_found(http: httpx.AsyncClient, deck: Deck) -> None:
    got = await refused(http, deck, 400, tts_voice="tone/b")
    assert got["reason"] == "VOICE_NOT_FOUND"
    deck.voices.append("tone/b")
    again = await http.post("/api/video/generate/async", json={"text": TEXT, "n_scenes": 1, "tts_voice": "tone/b"})
    assert again.status_code == 200, again.text
