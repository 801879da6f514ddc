"""A change of the contract that would break its users is caught: `buf breaking` against what was last released."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROTO = Path(__file__).parents[1] / "proto"
BUF = str(Path(sys.executable).parent / "buf")


def broken(folder: Path) -> str:
    """What breaks in the contract in `folder`; "" when nothing does."""
    command = [BUF, "breaking", str(folder), "--against", str(PROTO / "released.binpb")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 100}, done.stderr
    assert bool(done.returncode) == bool(done.stdout)
    return done.stdout


def test_the_contract_breaks_nobody() -> None:
    assert broken(PROTO) == ""


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("  double speed = 6;", "", 'field "6"'),
        ("  double speed = 6;", "  string speed = 6;", "type"),
        ("  double speed = 6;", "  double tempo = 6;", "name"),
        ("  rpc ListVoices(", "  rpc ListAllVoices(", "ListVoices"),
    ],
    ids=["deleted", "another type", "renamed", "a method renamed"],
)
def test_a_breaking_change_is_caught(tmp_path: Path, before: str, after: str, said: str) -> None:
    copy = shutil.copytree(PROTO, tmp_path / "proto")
    file = copy / "pixelle" / "tts" / "v1" / "tts.proto"
    text = file.read_text()
    assert text.count(before) == 1
    file.write_text(text.replace(before, after))
    found = broken(copy)
    assert "tts.proto" in found
    assert said in found


def test_an_addition_is_none(tmp_path: Path) -> None:
    copy = shutil.copytree(PROTO, tmp_path / "proto")
    file = copy / "pixelle" / "tts" / "v1" / "tts.proto"
    text = file.read_text()
    added = text.replace("message SynthesizeRequest {", "message SynthesizeRequest {\n  string whisper = 900;", 1)
    assert added != text
    file.write_text(added)
    assert broken(copy) == ""
