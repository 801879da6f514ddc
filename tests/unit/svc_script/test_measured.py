"""Texts of one's own, told in a given time without a model."""

from __future__ import annotations

import pytest

from pixelle.runtime.client import call, result_of
from pixelle.runtime.errors import FailedPrecondition
from pixelle.runtime.testing import running
from pixelle.script.v1 import script_pb2, script_pb2_grpc
from svc_script.engines.base import WordRange
from svc_script.engines.outline import extracted
from svc_script.lengths import brief_of, planned
from svc_script.server import build
from svc_script.settings import ScriptSettings
from svc_script.splitting import sentences
from svc_script.wording import count_words

FRENCH = (
    "Les abeilles sont de petits insectes avec une grande mission. Elles volent de fleur en fleur et portent le pollen "
    "sur leurs pattes. Sans ce travail, beaucoup de plantes ne donneraient aucun fruit. Une seule ruche peut compter "
    "plus de cinquante mille abeilles en été. En hiver, elles se serrent autour de la reine pour la garder au chaud. "
    "Les apiculteurs leur offrent un abri sûr et de l'eau propre. Chacun peut planter des fleurs qui s'ouvrent tôt ou "
    "tard dans l'année. C'est ainsi que de petits jardins aident à nourrir le monde."
)
LONG = (
    "Als im Frühjahr die ersten warmen Tage kamen und der Schnee von den Dächern der alten Höfe rutschte, standen die "
    "Imker des Tales vor ihren Kästen und horchten, ob darin noch etwas summte. In jenem Jahr waren es nur wenige "
    "Völker, die den langen Winter mit seinen nassen Wochen und dem späten Frost im April lebend überstanden hatten. "
    "Wer heute durch die Wiesen geht, die damals neu angelegt wurden, sieht überall Blüten, an denen von früh bis spät "
    "gearbeitet wird, und hört ein Summen, das man lange vermisst hatte."
)
JAPANESE = (
    "ミツバチは小さな体で大きな仕事をしている昆虫です。花から花へと飛び回り、足に花粉をつけて運びます。"
    "この働きがなければ、多くの植物は実をつけることができません。夏になると、一つの巣には五万匹以上のミツバチが暮らしています。"
    "冬は女王蜂のまわりに集まって、みんなで体を温め合います。"
)


def told(text: str, seconds: float, language: str, scenes: int = 0) -> list[str]:
    plan = script_pb2.NarrationPlan(text=text, target_seconds=seconds, scene_count=scenes)
    return list(extracted(brief_of(plan, planned(plan, WordRange(5, 20), language), language, seed=0, model="")).lines)


@pytest.mark.parametrize("seconds", [15, 20, 30, 40])
def test_whole_sentences_take_as_long_as_was_asked_for(seconds: float) -> None:
    lines = told(FRENCH, seconds, "fr")
    assert seconds * 2 <= sum(map(count_words, lines)) <= seconds * 3
    assert all(line[0].isupper() and line.endswith(".") for line in lines)
    assert [line for line in sentences(" ".join(lines)) if line not in FRENCH] == []


def test_long_sentences_make_fewer_scenes_where_nobody_counted_them() -> None:
    assert len(told(LONG, 30, "de")) < 4
    with pytest.raises(FailedPrecondition, match=r"Ask for at most \d scenes"):
        told(LONG, 30, "de", 4)


def test_a_text_that_is_too_short_says_how_long_it_takes() -> None:
    with pytest.raises(FailedPrecondition, match="takes about 37 seconds to speak, and 90 were asked for") as caught:
        told(FRENCH, 90, "fr")
    assert caught.value.reason == "TEXT_TOO_SHORT"


def test_japanese_sentences_are_kept_whole_where_words_were_left_to_us() -> None:
    plan = script_pb2.NarrationPlan(text=JAPANESE, scene_count=4)
    got = extracted(brief_of(plan, (4, WordRange(5, 20)), "ja", seed=0, model=""))
    assert len(got.lines) == 4
    assert all(line in JAPANESE and line.endswith("。") for line in got.lines)
    assert "45 characters" in got.notice
    with pytest.raises(FailedPrecondition, match="fit into 5 to 21 characters"):
        extracted(brief_of(plan, (4, WordRange(5, 21)), "ja", seed=0, model=""))


async def test_the_service_gives_them_as_they_are_and_does_not_foretell_their_number() -> None:
    plan = script_pb2.NarrationPlan(text=FRENCH, target_seconds=30)
    asked = script_pb2.WriteStoryboardRequest(plan=plan)
    async with running(build(ScriptSettings(script_engine="outline"))) as channel:
        stub = script_pb2_grpc.ScriptServiceStub(channel)
        board = await result_of(stub.WriteStoryboard, asked, timeout=20, service="script")
        checked = await call(
            stub.CheckStoryboard, script_pb2.CheckStoryboardRequest(request=asked), timeout=20, service="script"
        )
    assert 60 <= sum(count_words(scene.narration) for scene in board.scenes) <= 90
    assert [scene.index for scene in board.scenes] == list(range(len(board.scenes)))
    assert checked.scene_count == 0
