"""The choice of the default engine, and the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pixelle.media.v1 import media_pb2, media_pb2_grpc
from pixelle.runtime.client import call, result_of
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from pixelle.runtime.testing import running
from svc_media.server import build, default_engine
from svc_media.settings import MediaSettings

if TYPE_CHECKING:
    from pathlib import Path

PROMPT = media_pb2.MediaPrompt(prompt="a tree", width=256, height=256)


def settings(folder: Path, engine: str = "") -> MediaSettings:
    return MediaSettings(data_dir=folder / "data", cache_dir=folder / "cache", media_engine=engine)


def test_without_packs_the_default_is_the_card_and_the_choice_is_made_at_start(tmp_path: Path) -> None:
    given = settings(tmp_path)
    assert default_engine(given) == "card"
    for pack, name in (("art-fluent", "icons.json"), ("embeddings-minilm", "model.safetensors")):
        folder = given.packs_dir / pack
        folder.mkdir(parents=True)
        (folder / name).touch()
    assert default_engine(given) == "illustrate"
    assert default_engine(settings(tmp_path, "card")) == "card"


def test_an_unknown_engine_is_refused_at_start(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="illustrate"):
        build(settings(tmp_path, "ilustrate"))


async def test_a_missing_pack_is_said_and_never_replaced_by_another_engine(tmp_path: Path) -> None:
    async with running(build(settings(tmp_path, "illustrate"))) as channel:
        stub = media_pb2_grpc.MediaServiceStub(channel)
        listed = await call(stub.ListEngines, media_pb2.ListEnginesRequest(), timeout=30, service="media")
        told = {engine.name: engine for engine in listed.engines}
        assert told["illustrate"].is_default
        assert not told["illustrate"].available
        assert "pixelle setup" in told["illustrate"].reason
        with pytest.raises(FailedPrecondition) as caught:
            await result_of(
                stub.GenerateImage, media_pb2.GenerateImageRequest(prompt=PROMPT), timeout=30, service="media"
            )
    assert caught.value.reason == "ENGINE_NOT_INSTALLED"
    assert "pixelle setup" in caught.value.message


async def test_a_picture_is_made_once(tmp_path: Path) -> None:
    given = settings(tmp_path)
    async with running(build(given)) as channel:
        stub = media_pb2_grpc.MediaServiceStub(channel)

        async def events(request_id: str, workflow: str) -> list[str | None]:
            request = media_pb2.GenerateImageRequest(request_id=request_id, workflow=workflow, prompt=PROMPT)
            return [message.WhichOneof("event") async for message in stub.GenerateImage(request, timeout=30)]

        await events("a", "")
        kept = sorted((given.data_dir / "store" / "cache").iterdir())
        assert len(kept) == 1
        before = kept[0].stat().st_mtime_ns
        # naming the default, or another id, asks for the same thing
        assert await events("b", "local/card") == ["visual"]
        assert [file.stat().st_mtime_ns for file in (given.data_dir / "store" / "cache").iterdir()] == [before]
        (picture,) = (given.data_dir / "store" / "image").iterdir()
        picture.unlink()
        assert (await events("c", ""))[-1] == "visual"
        assert picture.is_file(), "a result whose file is gone is made again"
