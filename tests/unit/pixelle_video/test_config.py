"""config.yaml: the documented keys become settings, the environment goes before it, faults are named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.config import load_config, settings_from
from svc_render.settings import RenderSettings

if TYPE_CHECKING:
    from pathlib import Path


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text, "utf-8")
    return path


def test_no_file_and_an_empty_one_mean_defaults(tmp_path: Path) -> None:
    assert load_config(tmp_path / "config.yaml").values() == {}
    assert load_config(_written(tmp_path, "llm:\n")).values() == {}


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
    ],
)
def test_faults_are_named_without_values(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said) as caught:
        load_config(_written(tmp_path, text))
    assert "sk-secret" not in caught.value.message
