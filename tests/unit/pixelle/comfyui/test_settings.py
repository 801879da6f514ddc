"""The operator's settings: addresses, key, slots; from the environment and from config.yaml."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.config import load_config, settings_from
from svc_media.engines.comfyui import ComfyuiEngine
from svc_media.settings import MediaSettings

if TYPE_CHECKING:
    from pathlib import Path


def test_several_addresses_each_once() -> None:
    settings = MediaSettings(comfyui_url="http://127.0.0.1:8188/, https://gpu.example/comfy ,http://127.0.0.1:8188")
    assert settings.comfyui_urls == ["http://127.0.0.1:8188", "https://gpu.example/comfy"]
    assert MediaSettings(comfyui_url="").comfyui_urls == []


@pytest.mark.parametrize("url", ["127.0.0.1:8188", "ftp://host", "http://", "http://good:1,://user:secret@bad"])
def test_a_wrong_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        settings_from(MediaSettings, {"comfyui_url": url})
    assert "PIXELLE_COMFYUI_URL" in caught.value.message
    assert "secret" not in caught.value.message


def test_config_yaml(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text("comfyui: {comfyui_url: 'http://10.0.0.5:8188', comfyui_api_key: s3cret}\n")
    config = load_config(path)
    settings = settings_from(MediaSettings, config.values())
    assert settings.comfyui_urls == ["http://10.0.0.5:8188"]
    assert settings.comfyui_api_key.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(config) + repr(settings)


def test_keys_of_hosted_interfaces_from_config_yaml(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(
        "comfyui: {runninghub_api_key: r4, runninghub_concurrent_limit: 3, runninghub_url: 'https://www.runninghub.ai'}\n"
        "hosted: {ark_api_key: a5, openai_base_url: 'http://10.0.0.5/v1'}\n"
    )
    config = load_config(path)
    settings = settings_from(MediaSettings, config.values())
    assert settings.runninghub_api_key.get_secret_value() == "r4"
    assert (settings.runninghub_concurrent_limit, settings.runninghub_url) == (3, "https://www.runninghub.ai")
    assert settings.media_ark_api_key.get_secret_value() == "a5"
    assert settings.media_openai_base_url == "http://10.0.0.5/v1"
    assert settings.media_kling_base_url == MediaSettings().media_kling_base_url
    assert not any(key in repr(config) + repr(settings) for key in ("'r4'", "'a5'"))


def test_without_an_address_the_engine_says_what_to_set(tmp_path: Path) -> None:
    assert "PIXELLE_COMFYUI_URL" in (ComfyuiEngine([], tmp_path).missing() or "")
