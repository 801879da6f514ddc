"""A plugged-in check of prompts and pictures, through the real service."""

from __future__ import annotations

import asyncio
import io
import re
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from pixelle.core.v1 import core_pb2
from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.client import result_of
from pixelle.runtime.errors import InvalidArgument, PixelleError
from pixelle.runtime.testing import running
from svc_media.engines.base import Brief
from svc_media.safety import Safety
from svc_media.server import build
from svc_media.settings import MediaSettings
from tests.unit.svc_media.checks import Asleep, Careful

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

CHECKS = "tests.unit.svc_media.checks"


@asynccontextmanager
async def serving(folder: Path, check: str) -> AsyncGenerator[Any]:
    settings = MediaSettings(data_dir=folder / "data", media_engine="card", media_safety=check and f"{CHECKS}:{check}")
    async with running(build(settings)) as channel:
        yield media_pb2_grpc.MediaServiceStub(channel)


async def picture(stub: Any, **what: Any) -> Any:
    fields: dict[str, Any] = {"prompt": "a calm lake", "width": 256, "height": 256, **what}
    prompt = media_pb2.MediaPrompt(**fields)
    return await result_of(
        stub.GenerateImage, media_pb2.GenerateImageRequest(prompt=prompt), timeout=60, service="media"
    )


async def film(stub: Any) -> Any:
    prompt = media_pb2.MediaPrompt(prompt="a calm lake", width=256, height=256)
    request = media_pb2.GenerateVideoRequest(prompt=prompt, duration_seconds=0.5, fps=20)
    return await result_of(stub.GenerateVideo, request, timeout=60, service="media")


async def refused(made: Any) -> PixelleError:
    with pytest.raises(PixelleError) as caught:
        await made
    assert not caught.value.retryable, "trying again would give the same"
    return caught.value


async def test_prompts_are_refused_before_anything_is_painted(tmp_path: Path) -> None:
    async with serving(tmp_path, "Careful") as stub:
        error = await refused(picture(stub, prompt="A knight with a Sword"))
        assert (error.reason, "it asks for weapons" in error.message) == ("PROMPT_REFUSED", True)
        error = await refused(picture(stub, narration="He drew his sword."))
        assert error.message.startswith("The narration was refused")
        assert not (tmp_path / "data" / "store" / "image").exists()


async def test_pictures_and_footage_are_looked_at_remembered_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(tmp_path, "") as stub:
        assert (await picture(stub)).width == 256
        assert Careful.looked == 0, "off by default"
    async with serving(tmp_path, "Careful") as stub:
        monkeypatch.setattr(Careful, "looked", 0)
        assert (await picture(stub)).width == 256
        assert Careful.looked == 1
        assert (await film(stub)).kind == core_pb2.MEDIA_KIND_VIDEO
        assert Careful.looked == 6, "five pictures of the footage"
        monkeypatch.setattr(Careful, "dark_only", True)
        assert (await refused(picture(stub))).reason == "PICTURE_REFUSED", "though it is remembered"
        error = await refused(film(stub))
        assert error.message.startswith("The footage was refused by this installation's check: it is not black")


async def test_a_check_that_fails_lets_nothing_through(tmp_path: Path) -> None:
    async with serving(tmp_path, "Broken") as stub:
        error = await refused(picture(stub))
        assert (error.reason, "RuntimeError" in error.message) == ("SAFETY_CHECK_FAILED", True)
        assert "not there" not in error.message


@pytest.mark.parametrize("prompt", ["a calm lake", "a sword"])
async def test_an_answer_that_can_be_read_both_ways_lets_nothing_through(tmp_path: Path, prompt: str) -> None:
    async with serving(tmp_path, "YesOrNo") as stub:
        error = await refused(picture(stub, prompt=prompt))
        assert (error.reason, "it answered bool" in error.message) == ("SAFETY_CHECK_FAILED", True)


async def test_a_check_that_hangs_lets_nothing_through() -> None:
    check = Safety(f"{CHECKS}:Asleep", seconds=0.05)
    with pytest.raises(PixelleError) as caught:
        await check.prompt(Brief("a calm lake", 256, 256, 1))
    Asleep.awake.set()
    assert (caught.value.reason, "0.05 s" in caught.value.message) == ("SAFETY_CHECK_FAILED", True)


def test_the_check_of_the_documentation_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    docs = (Path(__file__).parents[3] / "docs" / "assets.md").read_text("utf-8")
    (code,) = re.findall(r"```python\n(class Careful.*?)```", docs, re.DOTALL)
    model = "class Model:\n    def score(self, image):\n        return 0.9\n\n"
    given = model + "def load_my_classifier():\n    return Model()\n\n"
    (tmp_path / "my_checks.py").write_text(given + code)
    monkeypatch.syspath_prepend(tmp_path)
    check = Safety("my_checks:Careful")
    with pytest.raises(InvalidArgument, match="it asks for weapons"):
        asyncio.run(check.prompt(Brief("a sword", 256, 256, 1)))
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "PNG")
    with pytest.raises(PixelleError, match="it shows violence"):
        asyncio.run(check.picture(out.getvalue(), "The picture"))


@pytest.mark.parametrize("name", [f"{CHECKS}:Lacking", f"{CHECKS}:Nobody", "nowhere.at.all:X", "unregistered"])
def test_a_service_that_was_told_to_check_does_not_start_without(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        build(MediaSettings(data_dir=tmp_path, media_engine="card", media_safety=name))
    assert caught.value.reason == "SAFETY_UNKNOWN"
    assert name in caught.value.message
    assert ("the folder of 'nowhere' into PYTHONPATH" in caught.value.message) == name.startswith("nowhere")
