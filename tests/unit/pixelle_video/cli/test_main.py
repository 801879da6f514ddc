"""Wrong use of the command: one line, code 2, nothing started."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import InvalidArgument
from pixelle_video.assets import Asset
from pixelle_video.cli import main
from pixelle_video.cli.make import asset_of

if TYPE_CHECKING:
    from pathlib import Path


def _run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["pixelle", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["make"], "Say what the video is about"),
        (["make", "  "], "Say what the video is about"),
        (["make", "x", "--speed", "fast"], "--speed"),
        (["make", "x", "--mode", "poem"], "'generate', 'fixed'"),
        (["make", "x", "--captions", "letters"], "'off', 'line', 'word'"),
        (["make", "x", "--template-param", "accent"], "NAME=VALUE"),
        (["make", "--script", "gone.txt"], "'gone.txt': No such file"),
        (["make", "--script", "empty.txt"], "is empty"),
        (["make", "--script", "binary.txt"], "not UTF-8"),
        (["make", "x", "--output", "."], "is a folder"),
        (["make", "x", "--output", "x.gif"], "ends like image/gif, and an MP4 video is made"),
        (["say", "x", "--output", "x.mp3"], "ends like audio/mpeg, and a WAV file is made"),
        (["gc", "--config", "gone.yaml"], "There is no settings file 'gone.yaml'"),
        (["make", "--storyboard", "slip.json"], "scene 1 has 'naration'. Did you mean 'narration'?"),
        (["make", "--storyboard", "scenes.json"], "'scenes.json': it has no scenes; `pixelle plan` writes"),
        (["make", "x", "--gateway", "nowhere"], "'nowhere' is not the address"),
        (["make", "x", "--bgm-volum", "1"], "--bgm-volume"),
        (["makee"], "Did you mean 'make'"),
        (["service", "video"], "'script', 'tts', 'media', 'render'"),
        (["serve", "--port", "70000"], "--port"),
        (["engines", "--config", "bad.yaml"], "lllm is not known. Did you mean 'llm'?"),
    ],
)
def test_wrong_use(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "scenes.json").write_text('{"title": "Bees"}')
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "bad.yaml").write_text("lllm: {}")
    (tmp_path / "slip.json").write_text('{"scenes": [{"narration": "a"}, {"naration": "b"}]}')
    assert _run(monkeypatch, *words) == 2
    out, err = capsys.readouterr()
    complaints = [line for line in err.splitlines() if not line.startswith("  0%")]
    assert len(complaints) == 1
    assert complaints[0].startswith("pixelle: ")
    assert said in complaints[0]
    assert out == ""


@pytest.mark.parametrize(
    ("given", "asset"),
    [
        ("https://x.example/a.jpg", Asset("https://x.example/a.jpg")),
        ("https://x.example/a.jpg=the sea", Asset("https://x.example/a.jpg", "the sea")),
        ("https://x.example/a?size=large", Asset("https://x.example/a?size=large")),
        ("https://x.example/a?size=large=the blue sea", Asset("https://x.example/a?size=large", "the blue sea")),
        ("a=b.jpg", Asset("a=b.jpg")),
        ("a=b.jpg=c=d", None),
    ],
)
def test_assets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, asset: Asset | None) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a=b.jpg").write_text("")
    if asset is None:
        with pytest.raises(InvalidArgument, match="'a', which is no file"):
            asset_of(given)
    else:
        assert asset_of(given) == asset


@pytest.mark.parametrize("words", [["make", "x"], ["doctor"], ["setup"], ["engines"], ["serve"], ["service", "tts"]])
def test_a_wrong_setting_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIXELLE_SLOTS", "secret")
    assert _run(monkeypatch, *words) == 2
    complaint = capsys.readouterr().err.splitlines()[-1]
    assert complaint.startswith("pixelle: The setting PIXELLE_SLOTS is wrong: ")
    assert complaint.count("secret") == 0


def test_a_gateway_that_is_away_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert _run(monkeypatch, "make", "x", "--gateway", "http://127.0.0.1:9", "--json") == 1
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["reason"] == "GATEWAY_DOWN"
    assert error["retryable"] is True
    assert not list(tmp_path.iterdir())


def test_help_lists_every_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(monkeypatch, "--help") == 0
    assert _run(monkeypatch) == 2
    shown = capsys.readouterr().out
    for name in ("make", "serve", "service", "engines", "doctor", "setup"):
        assert shown.count(f"\n  {name} ") == 2
