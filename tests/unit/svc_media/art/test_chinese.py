"""Chinese sentences and what they are shown as, on the real packs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from svc_media.art.cedict import ChineseDictionary
from svc_media.art.chinese import in_english, is_chinese
from svc_media.art.moods import hour_of, mood_of, place_of, weather_of
from svc_media.art.subjects import choose
from svc_media.settings import MediaSettings

if TYPE_CHECKING:
    from tests.unit.svc_media.conftest import Art

APT = {
    "每天阅读会改变你的思维方式。": r"book|brain",
    "蜜蜂从成千上万朵花中采集花蜜。": r"bee|flower|blossom|honey",
    "茶最早生长在中国的山区。": r"tea|leaf",
    "睡眠能修复你的身体。": r"bed|moon",
    "你的心脏会感谢你。": r"heart",
    "今天存下的钱会在你睡觉时增长。": r"money|bed|chart|coin",
    "城市每年夏天都变得更热。": r"city|sun|office",
    "海洋覆盖了地球的大部分。": r"fish|whale|wave|globe|coral|octopus|dolphin|ship",
    "编程教会你把问题拆成小块。": r"technologist|keyboard|laptop|computer|puzzle",
    "好朋友让艰难的日子变得轻松。": r"glasses|hand",
    "散步三十分钟可以降低压力。": r"walking|lotus|clock|watch",
    "你的手机偷走了你的注意力。": r"phone|eyes",
    "慢慢呼吸，让自己平静下来。": r"lotus|lungs|candle",
    "罗马帝国修建了通往欧洲各地的道路。": r"classical|crown|motorway|amphora",
    "恐龙统治了地球数百万年。": r"sauropod|t-rex",
    "音乐能在几秒钟内改变你的心情。": r"music|guitar|headphone|violin",
    "咖啡让大脑保持清醒。": r"beverage|brain",
    "月亮每天两次牵引海水。": r"moon|wave",
    "口渴之前先喝水。": r"drop|glass|water|cup",
    "机器人正在学习做家务。": r"robot|school",
    "在家做饭会吃得更好。": r"cook|pot|house|fork",
    "树木净化我们呼吸的空气。": r"tree|lungs|lea",
    "狗看到你回家总是很开心。": r"dog|house",
    "电动车的零件更少。": r"automobile|car|battery|plug",
    "火山创造新的土地。": r"volcano",
    "孩子们在游戏中学习。": r"boy|girl|school|game|teddy",
    "她画了四十年同一座山。": r"mountain|artist|woman",
    "丝绸之路连接了东方和西方。": r"camel",
    "光速是宇宙中最快的速度。": r"comet|voltage|rocket|milky",
    "冬天下雪时，企鹅聚在一起取暖。": r"snow|penguin",
}


@pytest.fixture(scope="module")
def dictionary() -> ChineseDictionary:
    file = MediaSettings().packs_dir / "dictionary-zh" / "cedict.txt.gz"
    if not file.is_file():
        pytest.skip("the pack dictionary-zh is not installed: run `pixelle setup`")
    return ChineseDictionary.shared(file)


@pytest.mark.parametrize("listed", [True, False], ids=["list", "dictionary"])
def test_heroes_of_thirty_chinese_sentences_are_apt(art: Art, request: pytest.FixtureRequest, *, listed: bool) -> None:
    assert len(APT) == 30
    known: ChineseDictionary | None = None if listed else request.getfixturevalue("dictionary")
    wrong: list[str] = []
    for turn, (sentence, wanted) in enumerate(APT.items()):
        hero = choose(in_english(sentence, known), art.index, art.encoder, seed=11, turn=turn % 4).hero
        if not re.search(wanted, hero):
            wrong.append(f"{sentence} -> {hero}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("早睡早起身体好。", "bed|alarm|clock|moon"),
        ("月饼是中秋节的传统食物。", "moon-cake|full-moon"),
        ("为什么猫总是喜欢晒太阳？", "cat|sun"),
        ("孩子们在操场上踢足球。", "boy|girl|child|soccer"),
        ("外婆的手艺是做豆腐。", "fork|meal|pot|old-woman|bento"),
        ("北极熊正在失去家园。", "polar-bear|house"),
        ("猎人在森林里迷路了。", "bow|tree|map"),
        ("过年要贴春联放鞭炮。", "lantern|firecracker|fireworks"),
        ("蚊子最喜欢什么血型？", "mosquito|hospital|health"),
        ("他在地铁上睡着了。", "bed|train|railway|station|metro"),
    ],
)
def test_what_once_looked_wrong(art: Art, sentence: str, wanted: str) -> None:
    for turn in (1, 2):
        hero = choose(in_english(sentence), art.index, art.encoder, seed=7, turn=turn).hero
        assert re.search(wanted, hero), hero


def test_the_longest_word_is_read() -> None:
    assert in_english("机器人") == "robot"
    assert in_english("猫头鹰") == "owl night"
    assert in_english("人工智能") == "ai robot"
    assert in_english("为了生活") == ""
    assert (
        in_english("開車去圖書館讀書。") == in_english("开车去图书馆读书。") == "drive car, library books, reading book"
    )


def test_hour_weather_mood_and_place_are_read_too() -> None:
    assert hour_of(in_english("夜晚的星星")) == "night"
    assert hour_of(in_english("清晨的阳光")) == "dawn"
    assert weather_of(in_english("冬天下雪")) == "snow"
    assert mood_of(in_english("平静的呼吸")) == "calm"
    assert place_of(in_english("森林里的树")) == "forest"


@pytest.mark.parametrize(
    ("text", "chinese"),
    [
        ("每天阅读。", True),
        ("用 AI 写作", True),
        ("毎日本を読む。", False),
        ("매일 읽기", False),
        ("Tea 茶 was grown", False),
    ],
)
def test_only_chinese_is_read_by_its_words(text: str, *, chinese: bool) -> None:
    assert is_chinese(text) is chinese


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("书里有别人走过的路，也有你没见过的风景。", "book|walking|motorway"),
        ("老人坐在公园的长椅上下棋。", "old-man|chess|tree"),
        ("秋天的银杏叶铺满了街道。", "leaf|cityscape"),
        ("细嚼慢咽有助于消化。", "fork|spoon"),
        ("考试前不要紧张，深呼吸。", "student|lotus|lungs"),
        ("海洋垃圾正在杀死海龟。", "turtle|whale|wastebasket|octopus|fish"),
        ("郑和七次下西洋。", "sailboat|ship|compass"),
        ("跑步之前一定要热身。", "running"),
        ("她辞掉工作，开了一家花店。", "bouquet|blossom|shop|office"),
        ("鄭和七次下西洋。", "sailboat|ship|compass"),
    ],
)
def test_words_of_the_dictionary_are_drawn(art: Art, dictionary: ChineseDictionary, sentence: str, wanted: str) -> None:
    for turn in (1, 2):
        hero = choose(in_english(sentence, dictionary), art.index, art.encoder, seed=7, turn=turn).hero
        assert re.search(wanted, hero), hero


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("全班40名学生坚持阅读", "whole class, student, discipline strength, reading book"),
        ("不要紧张", "nervous"),
        ("机器人二十四小时工作", "robot, hour clock, work office"),
        ("马上小心", ""),
        ("因此如何", ""),
    ],
)
def test_a_text_is_cut_where_its_words_end(dictionary: ChineseDictionary, text: str, english: str) -> None:
    assert in_english(text, dictionary) == english
