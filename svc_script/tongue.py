"""Which language a script is to be written in, told from a text or a topic of a few words."""

from __future__ import annotations

import re
from collections import Counter

from pixelle.runtime.language import detect_language
from svc_script.wording import count_words

__all__ = ["language_of", "named"]

_FEW = 12
"""Words up to which letters alone do not tell a language written with Latin or Cyrillic ones."""
_NAME = 4
"""Words that a text of capitalised words has at least to be more than a name."""
_PIECE = 700
"""Characters of each of three places of a long text that are looked at: a book may begin with a foreign notice."""
_MARKUP = re.compile(
    r"<(?:script|style)\b.*?</(?:script|style)>|<[^<>]{1,300}>|https?://\S+", re.DOTALL | re.IGNORECASE
)
_LATIN = re.compile(r"[A-Za-z\u00aa-\u024f\u1e00-\u1eff]")
_ENGLISH_MARKS = frozenset("éèïöêüñç")
"""Letters that names and loan words bring into English: café, naïve, Beyoncé."""
_SMALL: dict[str, frozenset[str]] = {
    tag: frozenset(words.split())
    for tag, words in {
        "en": """
            the a an of and or is are was were be to in on at for with from by about vs versus how what why who
            when where which can could should would will do does did you your we our my i it its they their this
            that these those there not no more most best better top tips ways reasons things facts guide
            explained explain make making made get start stop learn learning use using every day days life world
            home night history story war new year city money food health science work morning beginners kids
            children people
        """,
        "de": """
            der die das ein eine einer eines einem einen und oder ist sind war zu zum zur im in auf für mit von
            vom bei über wie was warum wer wann wo wieso weshalb nicht ich du wir ihr sein mein dein unser mehr
            besser beste besten tipps des den dem aus nach man kann als auch geschichte leben
        """,
        "fr": """
            le la les un une des du de et ou est sont à au aux en dans sur pour avec par que qui quoi quand où
            comment pourquoi combien ne pas je tu nous vous mon ton son notre votre plus meilleur meilleurs
            conseils ce cette ces faire histoire vie
        """,
        "es": """
            el la los las un una unos unas de del y o es son en al a para con por que qué cómo como cuándo dónde
            quién cuál no yo tú nosotros mi tu su nuestro más mejor mejores consejos este esta hacer historia
            vida
        """,
        "it": """
            il lo la i gli le un uno una di del della dei degli delle e o è sono in nel nella a al alla per con
            da dal che come cosa perché quando dove chi non io tu noi mio tuo suo più migliore migliori consigli
            fare storia vita
        """,
        "pt": """
            o a os as um uma de do da dos das e ou é são em no na nos nas ao para com por que como quando onde
            quem não eu tu você nós meu seu mais melhor melhores dicas fazer história vida
        """,
        "nl": """
            de het een en of is zijn was te in op aan voor met van bij over hoe wat waarom wie wanneer waar niet
            ik jij je wij we mijn jouw ons meer beter beste tips geschiedenis leven uit
        """,
        "sv": """
            en ett och eller är var att i på för med av från om hur vad varför vem när inte jag du vi min din
            vår mer bättre bästa historia man som till
        """,
        "da": """
            en et og eller er var at i på for med af fra om hvordan hvad hvorfor hvem hvornår hvor ikke jeg du
            vi min din vores mere bedre bedste historie man som til
        """,
        "nb": """
            en et ei og eller er var å i på for med av fra om hvordan hva hvorfor hvem når hvor ikke jeg du vi
            min din vår mer bedre beste historie man som til
        """,
        "fi": """
            ja tai on ovat oli mitä miten miksi kuka milloin missä ei minä sinä me minun sinun parempi paras
            historia kanssa kun että
        """,
        "pl": """
            i lub jest są był w na do z ze dla o od jak co dlaczego kto kiedy gdzie nie ja ty my mój twój nasz
            lepszy najlepsze historia życie czy się po
        """,
        "cs": """
            a nebo je jsou byl v na do z pro s o od jak co proč kdo kdy kde ne já ty my můj tvůj náš lepší
            historie život se
        """,
        "tr": """
            ve veya bir bu için ile nasıl ne neden kim nerede değil ben sen biz daha en iyi tarihi yapılır nedir
            mi mı
        """,
        "id": """
            dan atau adalah di ke dari untuk dengan yang bagaimana apa mengapa kenapa siapa kapan tidak saya
            kamu kita lebih terbaik sejarah cara ini itu manfaat
        """,
        "vi": """
            và là của cho với như thế nào gì tại sao ai khi không tôi bạn chúng ta tốt nhất lịch sử cách những
            các
        """,
        "ro": """
            și sau este sunt în pe la de din pentru cu cum ce cine când unde nu eu tu noi mai bun istoria viața
            o un
        """,
        "hu": """
            a az egy és vagy van hogyan mi miért ki mikor hol nem én te mi jobb legjobb története hogy
        """,
        "ca": """
            el la els les un una de del i o és són en a per amb què com quan on qui no més millor història fer
        """,
    }.items()
}
"""Words that a topic of a few words is likely to hold in its language."""


def language_of(text: str) -> str:
    """
    BCP 47 tag of the language of a topic or text; "" when it does not tell, as "Albert Einstein" and "sushi" do not.

    A topic in Latin letters is believed to be of a language only where one of that language's common words stands in
    it, or a letter that English has not: single names and loan words look like any language.
    """
    sample = _MARKUP.sub(" ", _sampled(text))
    if count_words(sample) > _FEW:
        return detect_language(sample)
    if re.search(r"[\u0400-\u04ff]", sample):
        return _cyrillic(sample) or detect_language(sample)
    if not all(_LATIN.match(char) for char in sample if char.isalpha()):
        return detect_language(sample)
    return _told_by_words(sample)


def named(language: str) -> str:
    """A language as a model is told of it; "": that of the text."""
    if language:
        return f"the language with the BCP 47 tag {language}"
    return "the language of the text between the marks (English where that is only a name)"


def _sampled(text: str) -> str:
    if len(text) <= 3 * _PIECE:
        return text
    middle = (len(text) - _PIECE) // 2
    return "\n".join((text[:_PIECE], text[middle : middle + _PIECE], text[-_PIECE:]))


def _cyrillic(sample: str) -> str:
    """Russian where no letter speaks for another language, which short texts are easily taken for; "" when unsure."""
    return "" if re.search("[іїєґўјљњћђџқғңөұүһ]|[^\\W\\d_]ъ[^\\Wеёюя]", sample.lower()) else "ru"


def _told_by_words(sample: str) -> str:
    words = re.findall(r"[^\W\d_]+", sample)
    found = Counter({tag: sum(word.lower() in small for word in words) for tag, small in _SMALL.items()})
    most = max(found.values(), default=0)
    best = [tag for tag, count in found.items() if count == most]
    foreign = any(ord(char) > 127 and char not in _ENGLISH_MARKS for word in words for char in word.lower())
    if most and "en" in best and (most > 1 or not foreign):
        return "en"
    if len(words) < _NAME and all(word[0].isupper() for word in words):
        return ""  # La Paz, Die Hard, São Paulo
    guess = detect_language(sample)
    if most:
        return guess if guess in best else best[0] if len(best) == 1 else ""
    return guess if guess == "en" or foreign else ""
