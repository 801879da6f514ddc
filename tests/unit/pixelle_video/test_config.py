"""config.yaml: the documented keys become settings, the environment goes before it, faults are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pixelle.runtime.errors import InvalidArgument, NotFound
from pixelle_video.config import DEFAULT, load_config, settings_from
from svc_render.settings import RenderSettings
from svc_script.engines.openai import OpenaiEngine
from svc_script.settings import ScriptSettings


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def test_no_file_and_an_empty_one_mean_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_config(DEFAULT).values() == {}
    assert load_config(_written(tmp_path, "llm:\n")).values() == {}


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no settings file .*mine\.yaml") as caught:
        load_config(tmp_path / "mine.yaml")
    assert caught.value.reason == "CONFIG_NOT_FOUND"


@pytest.mark.parametrize(
    ("tts", "settings"),
    [
        ("default_workflow: local/kokoro", {"tts_workflow": "local/kokoro"}),
        ("local: {voice: tone/high, speed: 1.2}", {"tts_voice": "tone/high", "tts_speed": 1.2}),
        ("local: {voice: zh-CN-YunjianNeural}", {"tts_voice": "zh-CN-YunjianNeural"}),
        (
            "inference_mode: local, local: {voice: tone/low}, comfyui: {default_workflow: selfhost/tts_a.json}",
            {"tts_voice": "tone/low"},
        ),
        (
            "inference_mode: comfyui, local: {voice: tone/low}, comfyui: {default_workflow: selfhost/tts_a.json}",
            {"tts_workflow": "selfhost/tts_a.json"},
        ),
    ],
)
def test_the_documented_voice_settings(tmp_path: Path, tts: str, settings: dict[str, object]) -> None:
    assert load_config(_written(tmp_path, f"comfyui: {{tts: {{{tts}}}}}")).values() == settings


def test_documented_keys(tmp_path: Path) -> None:
    path = _written(
        tmp_path,
        "llm: {api_key: sk-1, base_url: 'http://127.0.0.1:11434/v1', model: qwen}\n"
        "comfyui: {comfyui_url: 'http://127.0.0.1:8188', image: {default_workflow: selfhost/x.json}}\n"
        "template: {default_template: 1080x1920/image_full.html}\n",
    )
    config = load_config(path)
    assert config.values()["script_engine"] == "openai"
    assert config.values()["image_workflow"] == "selfhost/x.json"
    assert "sk-1" not in repr(config)
    assert settings_from(RenderSettings, config.values()).render_template == "1080x1920/image_full.html"


def test_the_environment_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(_written(tmp_path, "template: {default_template: a.html}"))
    monkeypatch.setenv("PIXELLE_RENDER_TEMPLATE", "b.html")
    assert settings_from(RenderSettings, config.values()).render_template == "b.html"
    monkeypatch.setenv("PIXELLE_RENDER_PAGES", "many")
    with pytest.raises(InvalidArgument, match="PIXELLE_RENDER_PAGES") as caught:
        settings_from(RenderSettings, {})
    assert caught.value.reason == "SETTING_INVALID"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("llm: {api_kee: sk-secret}", r"llm\.api_kee is not known\. Did you mean 'api_key'"),
        ("lllm: {}", "lllm is not known. Did you mean 'llm'"),
        ("llm: {api_key: [sk-secret]}", r"llm\.api_key: Input should be a valid string"),
        ("llm: {api_key: 'sk-secret\n", "not YAML in line"),
        ("- sk-secret", "names and values"),
        ("llm: sk-secret", "llm must hold names and values"),
        ("llm: {api_key: sk-secret, api_key: sk-secret}", "line 1: api_key stands there twice"),
        ("llm: {preset: openai, api_key: sk-secret}", "Copy it there from config.example.yaml"),
        (
            "comfyui: {comfyui_ulr: 'http://sk-secret'}",
            r"comfyui\.comfyui_ulr is not known\. Did you mean 'comfyui_url'",
        ),
        (
            "comfyui: {tts: {default_workfow: sk-secret}}",
            r"tts\.default_workfow is not known\. Did you mean 'default_w",
        ),
    ],
)
def test_faults_are_named_without_values(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said) as caught:
        load_config(_written(tmp_path, text)).values()
    assert "sk-secret" not in caught.value.message


EXAMPLE = Path(__file__).parents[3] / "config.example.yaml"
PRESETS = ("openai", "qwen", "deepseek", "claude", "moonshot", "gemini", "openrouter", "ollama", "llama-server", "vllm")
LOCAL = {"ollama", "llama-server", "vllm"}


def test_the_example_decides_nothing_and_offers_the_presets() -> None:
    config = load_config(EXAMPLE)
    assert config.values() == {
        name: value for name, value in config.values().items() if not name.startswith(("llm", "script"))
    }
    assert tuple(config.llm_presets) == PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_of_the_example_makes_an_engine_that_misses_nothing(name: str, tmp_path: Path) -> None:
    key = "" if name in LOCAL else "sk-1"
    text = EXAMPLE.read_text("utf-8").replace('preset: ""', f"preset: {name}", 1)
    text = text.replace('api_key: ""', f'api_key: "{key}"', 1)
    settings = settings_from(ScriptSettings, load_config(_written(tmp_path, text)).values())
    assert settings.effective_engine == "openai"
    made = OpenaiEngine(base_url=settings.llm_base_url, model=settings.llm_model, key=settings.llm_api_key)
    assert made.missing() is None
    assert settings.llm_base_url.startswith("http://127.0.0.1:" if name in LOCAL else "https://")
    assert settings.llm_context != ScriptSettings.model_fields["llm_context"].default


def test_what_is_set_goes_before_the_preset(tmp_path: Path) -> None:
    text = (
        "llm: {preset: mine, model: large, price_input: 0, price_output: 2.5, currency: EUR}\n"
        "llm_presets: {mine: {base_url: 'http://127.0.0.1:1/v1', model: small, context: 9000}}\n"
    )
    settings = settings_from(ScriptSettings, load_config(_written(tmp_path, text)).values())
    assert (settings.llm_base_url, settings.llm_model) == ("http://127.0.0.1:1/v1", "large")
    assert (settings.llm_context, settings.llm_price_input, settings.llm_price_output) == (9000, 0.0, 2.5)
    assert settings.llm_currency == "EUR"


def test_an_unknown_preset_is_named_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"llm\.preset is 'opanai'.*Did you mean 'openai'"):
        load_config(_written(tmp_path, "llm: {preset: opanai}\nllm_presets: {openai: {model: m}}\n")).values()
