"""Output paths are looked at before work is spent; files appear whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.runtime.errors import InvalidArgument, PixelleError
from pixelle_video.placing import put_at, writable

if TYPE_CHECKING:
    from pathlib import Path


def test_output_paths(tmp_path: Path) -> None:
    target = tmp_path / "new" / "video.mp4"
    assert writable(str(target), "video/mp4") == target
    assert target.parent.is_dir()
    assert not list(target.parent.iterdir())
    for bad in (tmp_path, tmp_path / "new" / "video.mp4" / ".."):
        with pytest.raises(InvalidArgument, match="is a folder"):
            writable(bad, "video/mp4")
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidArgument, match="Cannot write"):
        writable(tmp_path / "file" / "video.mp4", "video/mp4")


@pytest.mark.parametrize("bad", ["a\0b.mp4", 5, b"a.mp4"])
def test_what_is_no_path_is_refused_before_any_work(tmp_path: Path, bad: Any) -> None:
    with pytest.raises(InvalidArgument, match="output_path") as caught:
        writable(tmp_path / bad if isinstance(bad, str) else bad, "video/mp4")
    assert caught.value.reason == "OUTPUT_PATH"


def test_a_name_does_not_promise_another_kind_of_file(tmp_path: Path) -> None:
    for name, kind in (("a.mp4", "video/mp4"), ("a", "video/mp4"), ("a.wav", "audio/wav"), ("a.png", "image")):
        writable(tmp_path / name, kind)  # type: ignore[arg-type]
    writable(tmp_path / "plan.mp3", "")
    for name, kind, said in (
        ("a.webm", "video/mp4", "video/webm, and an MP4 video is made"),
        ("a.gif", "video/mp4", "image/gif"),
        ("a.mp3", "audio/wav", "a WAV file is made"),
        ("a.mp4", "image", "a picture is made"),
        ("a.jpg", "video", "footage is made"),
    ):
        with pytest.raises(InvalidArgument, match=said):
            writable(tmp_path / name, kind)  # type: ignore[arg-type]


def test_a_copy_is_whole_or_not_there(tmp_path: Path) -> None:
    source, target = tmp_path / "final.mp4", tmp_path / "out" / "video.mp4"
    source.write_bytes(b"video")
    put_at(source, target)
    assert target.read_bytes() == b"video"
    put_at(source, source)
    assert source.read_bytes() == b"video"
    with pytest.raises(PixelleError):
        put_at(tmp_path / "gone.mp4", target)
    assert target.read_bytes() == b"video"
    assert list(target.parent.iterdir()) == [target]
