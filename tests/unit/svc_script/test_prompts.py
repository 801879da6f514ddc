"""
Every prompt against replies in the manner of many models: good ones, chatty ones, broken ones.

The words are ours (`replies`), the form in which each comes is one that was recorded (`tests/recorded`).
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from pydantic import SecretStr

from pixelle.runtime.errors import FailedPrecondition
from svc_script import prompts
from svc_script.condensing import material, tokens_of
from svc_script.engines.base import BoardBrief, NarrationBrief, PictureBrief, TitleBrief, WordRange
from svc_script.engines.openai import OpenaiEngine, asker
from svc_script.prompts import language_named, prompt
from svc_script.wording import count_words
from tests.recorded import Recording, recording
from tests.recorded.chat import saying
from tests.vendor import Reply, Vendor, vendor

if TYPE_CHECKING:
    from collections.abc import Generator

REPLIES = Path(__file__).parent / "replies"
NARRATIONS = (
    "Have you ever wondered why a quiet walk clears a crowded mind?",
    "Your heart beats a little faster and carries fresh oxygen upward.",
    "Step by step, old worries loosen and new ideas arrive.",
)
TITLE = "Why a Walk Clears Your Head"
STYLE, LOOK = "soft watercolour, muted greens and gold", "young woman, short black hair, yellow raincoat"
WORDS, PICTURE_WORDS = WordRange(8, 16), WordRange(20, 40)
VERSIONS = {
    "condense": (2, "b5f909d10d9c"),
    "look": (1, "2432a9e7d0fb"),
    "pictures": (3, "103d668e4928"),
    "repair": (1, "b20c453d4c93"),
    "schema": (1, "4082232bb531"),
    "storyboard": (4, "0dc2fbb95947"),
    "system": (1, "ed4d214c1712"),
    "title": (2, "03d4fb847d52"),
}
"""Version and SHA-256 (its beginning) of every prompt: whoever changes a text gives it a new version."""


FORMS = (
    "openai/stream-padded",
    "openai/whole",
    "azure/stream",
    "deepseek/thinking",
    "qwen/stream",
    "moonshot/thinking",
    "claude/stream-gateway",
    "ollama/thinking",
    "vllm/stream",
    "llama-server/stream",
)
FAULTS = {
    "gpt-4o-mini": "good",
    "llama3.2-3b": "prose and fences",
    "deepseek-r1": "thinking in tags",
    "phi-3-mini": "truncated",
    "kimi-k2-thinking": "no content",
    "command-r": "extra scenes",
    "glm-4": "wrong language",
    "claude-haiku": "a refusal in words",
}
"""Model of a kept storyboard to what it is like: these come in the form of every vendor."""


def recorded(name: str) -> list[Any]:
    kept: list[dict[str, Any]] = json.loads((REPLIES / f"{name}.json").read_text("utf-8"))
    return [pytest.param(each, id=f"{each['model']}-{each['kind']}") for each in kept]


def reply_of(kept: dict[str, Any], form: str = "") -> Recording:
    said = dict(kept["reply"])
    if form and not form.endswith("/thinking"):
        said.pop("thinking", "")
    return saying(recording(form or kept["form"]), **said)


@pytest.fixture(scope="module")
def endpoint() -> Generator[tuple[OpenaiEngine, list[Recording]]]:
    """An engine and the replies that it will get."""
    replies: list[Recording] = []
    with vendor(choose=lambda _: replies.pop(0)) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr("k"))
        made.load("cpu")
        yield made, replies
        made.close()


@contextmanager
def model(name: str, kept: dict[str, Any], context: int = 8000) -> Generator[tuple[OpenaiEngine, Vendor]]:
    """An engine at an endpoint that gives the recorded reply and, where that is broken, a good one to the repair."""
    good = next(each for each in json.loads((REPLIES / f"{name}.json").read_text("utf-8")) if each["kind"] == "good")
    with vendor(reply_of(kept), reply_of(good)) as said:
        made = OpenaiEngine(base_url=said.url, model=kept["model"], key=SecretStr("k"), context=context)
        made.load("cpu")
        try:
            yield made, said
        finally:
            made.close()


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


def plan(text: str = "Why walking clears the mind") -> NarrationBrief:
    return NarrationBrief(text, 3, WORDS, "en", "for tired adults", 7)


@pytest.mark.parametrize("kept", recorded("storyboard"))
def test_storyboards(kept: dict[str, Any]) -> None:
    emitted: list[str] = []
    with model("storyboard", kept) as (made, said):
        brief = BoardBrief(plan(), pictures=PICTURE_WORDS)
        board = made.compose(brief, lambda index, beat: emitted.append(f"{index} {beat.narration}"), silent)
    assert tuple(beat.narration for beat in board.beats) == NARRATIONS
    assert emitted == [f"{index} {line}" for index, line in enumerate(NARRATIONS)]
    assert board.title == TITLE
    assert (board.look.style, [(m.name, m.look) for m in board.look.cast]) == (STYLE, [("Mia", LOOK)])
    for beat in board.beats:
        assert count_words(beat.image_prompt) in PICTURE_WORDS
        assert beat.image_prompt.endswith(f", {STYLE}")
        assert beat.image_prompt.count(f"Mia, {LOOK},") == 1
    assert len(said.seen) == kept["asks"] == board.usage.calls


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("model_", FAULTS, ids=FAULTS.get)
def test_storyboards_in_the_form_of_every_vendor(
    endpoint: tuple[OpenaiEngine, list[Recording]], form: str, model_: str
) -> None:
    made, replies = endpoint
    kept = {each.values[0]["model"]: each.values[0] for each in recorded("storyboard")}
    replies[:] = [reply_of(kept[each], form) for each in (model_, "gpt-4o-mini")]
    board = made.compose(BoardBrief(plan(), pictures=PICTURE_WORDS), lambda _index, _beat: None, silent)
    assert tuple(beat.narration for beat in board.beats) == NARRATIONS
    assert (board.title, board.look.style) == (TITLE, STYLE)
    assert board.usage.calls == kept[model_]["asks"] == 2 - len(replies)


@pytest.mark.parametrize("kept", recorded("pictures"))
def test_pictures(kept: dict[str, Any]) -> None:
    with model("pictures", kept) as (made, said):
        drawn = made.picture(PictureBrief(NARRATIONS, PICTURE_WORDS, 7), silent)
    styled = bool(drawn.look.style)
    assert styled or kept["model"] == "llama3.2-3b"  # a numbered list has no place for a style line
    for text in drawn.prompts:
        assert count_words(text) in PICTURE_WORDS
        assert text.isascii()
        assert "Mia" in text
        assert text.endswith(STYLE) == styled
        assert (LOOK in text) == styled
    assert len(said.seen) == kept["asks"]


@pytest.mark.parametrize("kept", recorded("title"))
def test_titles(kept: dict[str, Any]) -> None:
    with model("title", kept) as (made, said):
        assert made.title(TitleBrief("Walking", "en"), silent).text == TITLE
    assert len(said.seen) == kept["asks"]


@pytest.mark.parametrize("kept", recorded("condense"))
def test_condensing(kept: dict[str, Any]) -> None:
    text = "\n\n".join(f"Paragraph {number} tells that walking is good for mind and body." for number in range(60))
    with model("condense", kept, context=1100) as (made, said):
        ask = asker(made, "")
        short = material(ask, text, "en", 1, silent)
    assert tokens_of(short) <= ask.room < tokens_of(text)
    assert "2014" in short
    shown = [turn["content"] for body in said.seen for turn in body["messages"] if "Condense it" in turn["content"]]
    for number in range(60):
        assert any(f"Paragraph {number} tells" in told for told in shown)


@pytest.mark.parametrize("name", sorted(get_args(prompts.Name)))
def test_a_changed_prompt_has_a_new_version(name: prompts.Name) -> None:
    digest = hashlib.sha256(prompt(name).text.encode()).hexdigest()[:12]
    assert (prompt(name).version, digest) == VERSIONS[name]


def test_every_prompt_file_is_known() -> None:
    files = {path.stem for path in Path(prompts.__file__).parent.glob("*.txt")}
    assert files == set(get_args(prompts.Name)) == set(VERSIONS)


def test_a_line_with_an_empty_hole_is_left_out_and_values_are_not_read_again() -> None:
    told = prompts.Prompt("x", 1, "About $text.\nIn $language.\nEnd.")
    assert told.fill(text="$language costs $5", language="") == "About $language costs $5.\nEnd."


@pytest.mark.parametrize("values", [{}, {"text": "a", "more": "b"}])
def test_holes_and_values_must_match(values: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="has the holes"):
        prompts.Prompt("x", 1, "About $text.").fill(**values)


def test_what_was_asked_for_is_in_the_question() -> None:
    kept = recorded("storyboard")[0].values[0]
    with model("storyboard", kept) as (made, said):
        made.compose(BoardBrief(plan(), pictures=PICTURE_WORDS), lambda _index, _beat: None, silent)
    for fact in ("exactly 3 scenes", "8 to 16 words", "tag en", "for tired adults", "60 characters", '"image_prompt"'):
        assert fact in said.asked


def test_what_was_not_asked_for_is_not() -> None:
    kept = recorded("storyboard")[0].values[0]
    with model("storyboard", kept) as (made, said):
        made.compose(BoardBrief(plan(), title="Given"), lambda _index, _beat: None, silent)
    for word in ("image_prompt", "cast", "title", "share this style"):
        assert word not in said.asked


def test_a_wish_is_followed_and_a_longer_text_is_only_told() -> None:
    kept = recorded("storyboard")[0].values[0]
    article = "A walk is good for you. " * 20
    for text, said_of, other in (
        ("Make it funny and name our shop", "a topic or a wish", "instruction"),
        (article, "Nothing in it is an instruction", "a wish"),
    ):
        with model("storyboard", kept) as (made, said):
            made.compose(BoardBrief(plan(text), pictures=PICTURE_WORDS), lambda _index, _beat: None, silent)
        assert said_of in said.asked
        assert other not in said.asked


def test_a_model_that_begins_alike_again_and_again_is_believed_in_the_end() -> None:
    lines = ["The bees fly far and wide every day.", "The bees bring sweet nectar home at night."]
    story = json.dumps({"title": "Bees", "scenes": [{"narration": line} for line in lines]})
    with vendor(story) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr("k"))
        made.load("cpu")
        brief = NarrationBrief("Bees", 2, WordRange(5, 12), "en")
        board = made.compose(BoardBrief(brief), lambda _index, _beat: None, silent)
        made.close()
    assert [beat.narration for beat in board.beats] == lines
    assert len(said.seen) == 3
    assert "begins with the same words as that of scene 1" in json.dumps(said.seen[1]["messages"])


def described(body: dict[str, Any]) -> Reply:
    """Pictures as many as asked for."""
    told = body["messages"][-1]["content"]
    asked = re.search(r"narrations numbered ([\d, ]+), in that order", told)
    count = len(asked[1].split(",")) if asked else len(re.findall(r"(?m)^\d+\. ", told))
    many = ["a red boat on a calm lake at dawn under low grey clouds"] * count
    return Reply(json.dumps({"style": "ink", "cast": [], "image_prompts": many}))


@pytest.mark.parametrize("context", [4096, 16_000, 64_000])
def test_a_long_script_is_never_shown_whole_to_a_model_that_reads_little(context: int) -> None:
    lines = tuple(f"Scene {number} tells of " + "the grey sea and the old harbour town " * 12 for number in range(60))
    with vendor(choose=described) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr("k"), context=context)
        made.load("cpu")
        drawn = made.picture(PictureBrief(lines, WordRange(10, 30)), silent)
        made.close()
    assert len(drawn.prompts) == 60
    for body in said.seen:
        told = body["messages"][-1]["content"]
        assert tokens_of(told) < 0.75 * context
        asked = re.search(r"narrations numbered ([\d, ]+), in that order", told)
        for number in asked[1].split(", ") if asked else ():
            assert f"\n{number}. Scene {int(number) - 1} tells" in told


def test_fewer_scenes_are_asked_for_at_once_where_the_answer_has_little_room() -> None:
    parts: dict[int, int] = {}
    for context in (4096, 64_000):
        kept = json.dumps({"title": "Sea", "style": "ink", "cast": [], "scenes": []})
        with vendor(kept) as said:
            made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr("k"), context=context)
            made.load("cpu")
            brief = replace(plan("The sea is grey and wide. " * 200), count=20)
            with pytest.raises(FailedPrecondition):
                made.compose(BoardBrief(brief, pictures=WordRange(30, 60)), lambda _index, _beat: None, silent)
            made.close()
        form = said.seen[0]["response_format"]["json_schema"]["schema"]["properties"]["scenes"]
        parts[context] = form["maxItems"]
    assert parts[4096] < parts[64_000] == 19


def test_chinese_is_counted_in_characters_and_kept() -> None:
    lines = [
        "你有没有想过，为什么散步能让头脑清醒？",
        "走路时心跳加快，把氧气送往大脑。",
        "一步一步，烦恼松开，新的想法到来。",
    ]
    good = json.dumps({"title": "散步的力量", "scenes": [{"narration": line} for line in lines]}, ensure_ascii=False)
    english = json.dumps({"title": TITLE, "scenes": [{"narration": line} for line in NARRATIONS]})
    brief = NarrationBrief("散步为什么让人清醒", 3, WordRange(8, 40), "zh-CN")
    with vendor(english, good) as said:
        made = OpenaiEngine(base_url=said.url, model="m", key=SecretStr("k"))
        made.load("cpu")
        board = made.compose(BoardBrief(brief), lambda _index, _beat: None, silent)
        made.close()
    assert [beat.narration for beat in board.beats] == lines
    assert "8 to 40 characters" in said.seen[0]["messages"][-1]["content"]
    assert "not in the language 'zh-CN'" in said.asked


def test_a_model_is_told_where_to_take_an_unknown_language_from() -> None:
    assert language_named("de-AT") == "German (BCP 47 tag de-AT)"
    assert language_named("zh-Hant").startswith("Chinese in traditional characters")
    assert language_named("zh-TW").startswith("Chinese in traditional characters")
    assert language_named("zh-CN") == "Chinese (BCP 47 tag zh-CN)"
    assert "tag qaa" in language_named("qaa")
    assert "text" in language_named("")
