"""The result cache: what counts in a key, and when a memory is not used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pixelle.core.v1 import core_pb2
from pixelle.runtime.artifacts import INLINE_LIMIT, ArtifactStore
from pixelle.runtime.cache import ResultCache
from pixelle.runtime.errors import InvalidArgument
from pixelle.tts.v1 import tts_pb2

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> ArtifactStore:
    return ArtifactStore(tmp_path.as_uri())


async def test_ids_and_places_do_not_count_but_content_does(store: ArtifactStore) -> None:
    cache = ResultCache(store)

    def key(request_id: str, uri: str, sha256: str, version: str = "1") -> str:
        request = tts_pb2.SynthesizeRequest(
            request_id=request_id, text="hello", ref_audio=core_pb2.Artifact(uri=uri, sha256=sha256)
        )
        return cache.key(request, engine="tone", version=version)

    same = key("a", "file:///x", "1" * 64)
    assert same == key("b", "s3://y", "1" * 64)
    assert same != key("a", "file:///x", "2" * 64)
    assert same != key("a", "file:///x", "1" * 64, version="2")
    inline = tts_pb2.SynthesizeRequest(text="hello", ref_audio=core_pb2.Artifact(inline=b"a"))
    other = tts_pb2.SynthesizeRequest(text="hello", ref_audio=core_pb2.Artifact(inline=b"b"))
    assert cache.key(inline, engine="e", version="1") != cache.key(other, engine="e", version="1")


async def test_a_uri_alone_says_what_is_in_it(store: ArtifactStore) -> None:
    cache = ResultCache(store)

    def key(**given: Any) -> str:
        request = tts_pb2.SynthesizeRequest(text="hello", ref_audio=core_pb2.Artifact(**given))
        return cache.key(request, engine="tone", version="1")

    one, other = [await store.put("audio", data, "audio/wav") for data in (b"one", b"other")]
    assert key(uri=one.uri) == key(sha256=one.sha256) == key(uri=one.uri, inline=b"one")
    assert key(uri=one.uri) != key(uri=other.uri), "the second caller would be given the first one's result"
    with pytest.raises(InvalidArgument) as caught:
        key(uri=one.uri, sha256=other.sha256)
    assert caught.value.reason == "ARTIFACT_CORRUPT"


async def test_the_request_is_left_alone(store: ArtifactStore) -> None:
    request = tts_pb2.SynthesizeRequest(request_id="a", text="hello")
    ResultCache(store).key(request, engine="tone", version="1")
    assert request.request_id == "a"


async def test_remembers_until_a_file_is_gone(store: ArtifactStore) -> None:
    cache = ResultCache(store)
    audio = await store.put("audio", bytes(INLINE_LIMIT + 1), "audio/wav")
    narration = core_pb2.Narration(audio=audio, duration_seconds=1.5)
    assert await cache.get("k", core_pb2.Narration) is None
    await cache.put("k", narration)
    assert await cache.get("k", core_pb2.Narration) == narration
    (await store.local(audio)).unlink()
    assert await cache.get("k", core_pb2.Narration) is None


async def test_what_is_found_counts_as_used_now(store: ArtifactStore, monkeypatch: pytest.MonkeyPatch) -> None:
    cache, used = ResultCache(store), store.used
    audio = await store.put("audio", b"sound", "audio/wav")
    await cache.put("k", core_pb2.Narration(audio=audio))
    touched: list[str] = []  # the file system notes reads too, so the times of files say nothing

    async def noted(name: str) -> bool:
        touched.append(name)
        return await used(name)

    monkeypatch.setattr(store, "used", noted)
    assert await cache.get("other", core_pb2.Narration) is None
    assert touched == []
    assert await cache.get("k", core_pb2.Narration)
    assert set(touched) == {"cache/k", f"audio/{audio.sha256}"}


async def test_what_was_remembered_elsewhere_is_made_again(store: ArtifactStore) -> None:
    cache = ResultCache(store)
    await cache.put("k", core_pb2.Narration(audio=core_pb2.Artifact(uri="file:///moved/audio/" + "1" * 64)))
    assert await cache.get("k", core_pb2.Narration) is None
