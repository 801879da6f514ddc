"""Whom a script introduces."""

from __future__ import annotations

import pytest

from gateway.workflow.characters import introduced


@pytest.mark.parametrize(
    ("first", "later", "name", "look"),
    [
        ("Once a little hedgehog named Pip lived here.", "Pip slept.", "Pip", "little hedgehog"),
        ("There was an old fisherman called Santiago.", "Santiago rowed.", "Santiago", "old fisherman"),
        ("Rusty is a fox who lives in town.", "Then Rusty ate.", "Rusty", "fox"),
        ("Luna, a brave cat, jumped first.", "Luna fell.", "Luna", "brave cat"),
        ("Pip the hedgehog was sad.", "But Pip smiled.", "Pip", "hedgehog"),
        ("Marie Curie was a physicist from Warsaw.", "Marie Curie found radium.", "Marie Curie", "physicist"),
        ("从前有一只小兔子，名叫白白。", "白白去森林。", "白白", "小兔子"),
        ("从前，有一只叫皮皮的小刺猬住在树下。", "皮皮看月亮。", "皮皮", "小刺猬"),
        ("有个男孩叫小明，他很聪明。", "小明上学了。", "小明", "男孩"),
    ],
)
def test_who_is_introduced_and_comes_again_is_cast(first: str, later: str, name: str, look: str) -> None:
    assert [(member.name, member.look) for member in introduced([first, later])] == [(name, look)]
    assert introduced([first, "Somebody else came."]) == []


def test_pronouns_tell_whether_a_hero_is_a_woman_or_a_man() -> None:
    told = ["Mila was a young baker from a small town.", "Every morning she baked.", "Mila gave him her bread."]
    assert [member.look for member in introduced(told)] == ["young baker, female"]
    told = ["A sailor named Ben came home.", "His mother wept, for she had missed him.", "Ben wept, too."]
    assert [member.look for member in introduced(told)] == ["sailor, male"]
    assert [member.look for member in introduced(["A sailor named Ben came home.", "Ben wept."])] == ["sailor"]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("Paris is a city in France.", "Paris is old."),
        ("A company called Apple sold it.", "Apple grew."),
        ("Water is a molecule.", "Water flows."),
        ("Alexander the great marched on.", "Alexander won."),
        ("有一座小城叫丽江，很美。", "丽江下雨了。"),
    ],
)
def test_what_does_not_live_is_nobody(first: str, later: str) -> None:
    assert introduced([first, later]) == []


def test_no_more_are_cast_than_can_be_told_apart() -> None:
    told = [f"A cat named {name} came." for name in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo")]
    again = ["Ada, Bo, Cy, Di, Ed and Flo played."]
    assert [member.name for member in introduced([*told, *again])] == ["Ada", "Bo", "Cy", "Di"]
