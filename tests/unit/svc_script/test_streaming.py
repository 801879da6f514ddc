"""A storyboard arrives scene by scene while the model is still writing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from pydantic import SecretStr

from pixelle.runtime.testing import running
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from svc_script.server import build
from svc_script.settings import ScriptSettings
from svc_script.streaming import stream_pieces
from tests.contract.recorded_model import answer
from tests.vendor import Reply, Vendor, vendor

REQUEST = script_pb2.WriteStoryboardRequest(
    plan=script_pb2.NarrationPlan(text="Why walking is good for you", scene_count=4, language="en"),
    with_image_prompts=True,
)


def settings(said: Vendor) -> ScriptSettings:
    key = SecretStr("k")
    return ScriptSettings(script_engine="openai", llm_base_url=said.url, llm_model="m", llm_api_key=key)


async def test_a_scene_comes_while_the_model_holds_back_the_rest() -> None:
    first = "wet cobblestones leading towards a park, low camera angle, calm open space"

    def slowly(body: dict[str, Any]) -> Reply:
        return Reply(answer(body).text, held=first + '"}')

    with vendor(choose=slowly) as said:
        async with running(build(settings(said))) as channel:
            call = script_pb2_grpc.ScriptServiceStub(channel).WriteStoryboard(REQUEST, timeout=60)
            events = aiter(call)
            while (message := await anext(events)).WhichOneof("event") != "scene":
                assert message.WhichOneof("event") == "progress"
            assert not said.go_on.is_set()  # the server waits; what came is all that it has said
            assert message.scene.index == 0
            assert message.scene.narration.startswith("Have you noticed")
            assert message.scene.image_prompt.startswith("Lee, slim man, grey beard")
            assert message.scene.image_prompt.endswith("visible brush strokes")
            assert message.scene.seed
            said.go_on.set()
            rest = [message async for message in events]
    assert [message.scene.index for message in rest if message.WhichOneof("event") == "scene"] == [1, 2, 3]
    assert rest[-1].storyboard.scenes[0] == message.scene
    assert len(said.seen) == 1


async def test_a_scene_that_was_sent_is_kept_through_a_repair() -> None:
    def board(body: dict[str, Any]) -> dict[str, Any]:
        told = answer(body).text
        assert told
        return json.loads(told)

    def broken_first(body: dict[str, Any]) -> Reply:
        made = board(body)
        if len(said.seen) == 1:
            made["scenes"][1]["narration"] = "Too short."
        else:
            made["scenes"][0]["narration"] = "Something else entirely stands here now, and it is long enough."
        return Reply(json.dumps(made))

    with vendor(choose=broken_first) as said:
        async with running(build(settings(said))) as channel:
            stub = script_pb2_grpc.ScriptServiceStub(channel)
            got = [message async for message in stub.WriteStoryboard(REQUEST, timeout=60)]
    scenes = [message.scene for message in got if message.WhichOneof("event") == "scene"]
    assert [scene.index for scene in scenes] == [0, 1, 2, 3]
    assert scenes[0].narration.startswith("Have you noticed")
    assert scenes[1].narration.startswith("Your feet are")
    assert list(got[-1].storyboard.scenes) == scenes
    assert "Entry 2: the narration has 2 words; it must have 5 to 20." in said.asked


async def test_hanging_up_stops_the_model() -> None:
    def held(body: dict[str, Any]) -> Reply:
        return Reply(answer(body).text, held='"scenes"')

    with vendor(choose=held) as said:
        async with running(build(settings(said))) as channel:
            stub = script_pb2_grpc.ScriptServiceStub(channel)
            call = stub.WriteStoryboard(REQUEST, timeout=60)
            await anext(aiter(call))
            call.cancel()
            said.go_on.set()
            # the one slot is free again only when the cancelled work has ended
            again = [message async for message in stub.WriteStoryboard(REQUEST, timeout=60)]
    assert again[-1].WhichOneof("event") == "storyboard"


async def test_pieces_are_never_left_out_and_progress_never_goes_back() -> None:
    async def work(report: Any, send: Any) -> str:
        def inside() -> None:
            for step in range(50):
                report((50 - step) / 50 if step % 2 else step / 50, "x")
                send(step)

        await asyncio.to_thread(inside)
        return "end"

    def message(**fields: Any) -> dict[str, Any]:
        return fields

    got = [item async for item in stream_pieces(work, message, piece="scene", result="board")]
    assert [item["scene"] for item in got if "scene" in item] == list(range(50))
    fractions = [item["progress"].fraction for item in got if "progress" in item]
    assert fractions == sorted(fractions)
    assert got[-1] == {"board": "end"}
