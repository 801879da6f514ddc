"""Ordinals in digits and Roman numbers, bent as the words around them ask for."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from svc_tts.reading import arabic, greek, romanian, scandinavian
from svc_tts.reading.agreement import is_name, ordinal_form, placed
from svc_tts.reading.numbers import full_stop, in_words, ordinal
from svc_tts.reading.rulers import Ruler, ruler_before
from svc_tts.reading.symbols import LETTER
from svc_tts.reading.tables import DOTTED_ORDINALS, ROMAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["ordinals", "roman_numbers"]

_DOTTED = re.compile(r"(?<![\d.,])(\d{1,3})\.(?=\s+[^\W\d_A-Z]|,\s\d{1,3}\.)")
_DOTTED_GERMAN = re.compile(
    r"(?<![\d.,])(\d{1,3})\.(?=\s+[^\W\d_])(?!\s+(?:Dann|Der|Die|Das|Es|Er|Sie|Wir|Ich|Doch|Aber|In|Im|Am|Und|Danach|"
    r"Dort|Heute|Jetzt|Nun|Bei|Mit|Auf|So|Als|Wenn|Ein|Eine|Auch|Damit|Für|Nach|Von|Zum)\b)"
)
_GERMAN_ITEM = re.compile(
    r"\s*(\d{1,2})(?=\.\s+[A-ZÄÖÜ])(?!\.\s+(?:FC|SC|SV|Platz|Rang|Liga|Bundesliga|Advent|Weltkrieg|Klasse|Stock|Kapitel|"
    r"Teil|Tag|Runde|Halbzeit|Preis|Staffel|Folge|Schritt|Akt|Jahrhundert|Januar|Februar|März|April|Mai|Juni|Juli|"
    r"August|September|Oktober|November|Dezember)\b)"
)
"""The number of an item of a list: sentences begin with no other ordinals in digits but these."""
_ORDINALS = {
    "cs": _DOTTED,
    "da": _DOTTED,
    "nb": _DOTTED,
    "fi": _DOTTED,
    "sk": _DOTTED,
    "de": _DOTTED_GERMAN,
    "hu": _DOTTED,
    "pl": re.compile(rf"{_DOTTED.pattern}|(?<=lata )(\d0)\.|(?<=latach )(\d0)\.|(?<=lat )(\d0)\."),
    "ru": re.compile(
        r"(?<![\w.,])(\d{1,3})(?=\s(?:этаж|класс|курс|век|место|тур|квартал|ряд|подъезд|классе|этаже|веке|курсе|туре|сезоне|квартале|месте|ряду|томе)(?!\w))"
    ),
    "tr": re.compile(
        r"(?<![\d.,])(\d{1,3})\.(?=\s+[^\W\d_]|,\s\d{1,3}\.)(?!\s+(?:Sonra|Ama|Ve|Bu|O|Ben|Biz|Daha|Ancak|Fakat|Şimdi|Bir|Her)\b)"
    ),
    "nl": re.compile(r"(?<!\d)(\d{1,3})(?:e|ste|de)(?!\w)"),
}
_WITH_ENDING = {
    # an ordinal with its ending, and the form that each ending tells
    "es": (r"(?<!\d)(\d{1,3})\.?(º|ª|er)(?!\w)", (("ª", "f"), ("er", "short"), ("º", ""))),
    "ca": (r"(?<![\d.,])(?=1r|3r|2n|4t|\d+[èaªº])(\d{1,3})([rntèaªº])(?!\w)", (("[aª]", "f"), (".*", ""))),
    "pt": (r"(?<!\d)(\d{1,3})\.?([ºª])", (("ª", "f"), ("º", ""))),
    "it": ((r"(?<!\d)(\d{1,3})([ºª]|°(?=\s(?!all|di\b|nord|sud|est\b|ovest|con|sotto|sopra|lat|long|"
           r"cent)[a-zè-ù]{4}))(?!C)"), (("ª", "f"), ("[º°]", ""))),
    "fr": (r"(?<!\d)(\d{1,3})(ère|re|er|ème|nde?|e)s?(?!\w)", (("ère|re", "f"), (".*", ""))),
    "ru": ((r"(?<!\d)(\d{1,4})-(ти|тью|ми|ого|его|го|ому|ему|му|ый|ий|ой|й|ая|я|ое|ее|ые|ие|е|ую|ю|ых|их|х|ом|ем|"
           r"м)(?!\w)"),
           (("ти|тью|ми", "count"), ("ого|его|го", "mg"), ("ому|ему|му", "md"), ("[ыио]?й", "m"), ("а?я", "f"),
            ("[ое]?е", "n"),
            ("[ыи]е", "p"), ("у?ю", "fa"), ("[ыи]?х", "pg"), ("[ое]?м", "ml"))),
    "uk": (r"(?<!\d)(\d{1,4})-(?!ти|ма)(\w{0,2}(?:го|му|й|га|ша|тя|ма|а|я|те|ше|ге|е|є|ї|ої|ій|х|их|і|у|ю))(?!\w)",
           ((".*го", "mg"), (".*му", "ml"), (".*ій", "l"), (".*й", "m"), (".*[ая]", "f"), (".*[еє]", "n"),
            (".*ї", "fg"), (".*х", "pg"), (".*і", "p"), (".*[ую]", "fa"))),
    "sv": (r"(?<!\d)(\d{1,3}):([ae])(?!\w)", ((".", ""),)),
    "ro": (r"(?<![\d.,])(\d{1,3})-(lea|a)(?!\w)", ((".*", ""),)),
    "id": (r"(?<=\b[Kk]e)-(\d{1,3})()(?!\d)", (("", ""),)),
    "el": (r"(?<![\d.,])(\d{1,3})(ος|ου|ο|ον|οι|ους|ων|η|ης|ες|α|ός|ού|ό|ή|ής|ές|ά|ᵒˢ|ᵃ)(?!\w)", ((".*", ""),)),
    "pl": (r"(?<!\d)(\d{1,4})-(\w{0,2}(?:ych|ego|ym|ej|y|i|a|e|go|ą|ę))(?!\w)",
           ((".*ych", "pg"), (".*go", "mg"), (".*ym", "ml"), (".*ej", "fg"), (".*[yi]", "m"), (".*a", "f"),
            (".*e", "p"), (".*ą", "fi"), (".*ę", "fa"))),
}  # fmt: skip
_UKRAINIAN_HOURS = {"о": "l", "об": "l", "по": "l", "до": "fg", "після": "fg"}
"""Words before "9-й" after which it is an hour."""
_UNSTRESSED = str.maketrans("όήάέύ", "οηαευ")
_SHORTENED = {"primero": "primer", "tercero": "tercer"}

_NUMBER = r"[IVXХ]+"
"""The last letter is the Russian one that many write for it."""
_JOINED = r"(?:\s?[-–—/]\s?|,?\s(?:i|и|e|y|a|oraz)\s)"
_LABELS = {
    "ca": r"[Ss]egles?", "es": r"[Ss]iglos?|[Ss]", "pt": r"[Ss]éculos?|[Ss]éc", "fr": r"[Tt]ome|[Cc]hapitre",
    "it": r"[Ss]ecol[oi]|[Ss]ec",
}  # fmt: skip
_NAMED = (
    "kapitel|teil|band|akt|chapitre|tome|acte|partie|capítulo|tomo|acto|ato|parte|capitolo|atto|volume|глава|том|акт|часть|"
    "capitolul|volumul|partea|secolul|actul|luku|osa|näytös|kapittel|bind|"
    "rozdział|tom|część|kapitola|díl|svazek|hoofdstuk|deel|bölüm|cilt|kısım|fejezet|rész|kötet"
)
"""Before these one letter is a number."""
_ITALIAN_MONTH = (
    r"(?i)\s(?:gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre)"
)
_UP_TO_TEN = frozenset({"ca", "es", "pt"})
"""Rulers and centuries above ten are cardinals."""
_BEFORE_NOUN = {
    "es": r"Guerra|Milenio|Congreso|República|Cumbre|Edición|Internacional",
    "it": r"secolo|Guerra|guerra|millennio|Repubblica|edizione|trimestre|grado",
    "pl": r"wiek|wieku|wojn[aąęy]|wojnie|kwartał|kwartale|połow[aąęy]|połowie|lig[aąęi]|lidze|klas[aąęy]|klasie|"
    r"miejsce|stopnia|"
    r"Rzesz[aąęy]|Rzeczpospolit\w+|tur[aąęy]|turze|piętr[oaz]|część|części|edycj[aiąę]|korpus|poprawka",
    "fi": r"maailmansota|maailmansod\w+|luokan|luokka|divisioona\w*|kausi|kauden",
    "pt": r"Guerra|Milénio|Milênio|Congresso|República|Cúpula|Edição|Internacional",
    "uk": r"століт\w+|світов\w+|квартал\w*|тисячоліт\w+|ступен\w+|тур\w?|половин\w+|групи|етап\w*",
    "ru": r"век\w*|квартал\w*|миров\w+|съезд\w*|полугоди\w+|тысячелети\w+|степени|групп\w+|этап\w*|тур\w?|"
    r"созыв\w?|половин\w",
}
"""Languages where a Roman number before a noun is an ordinal; one letter is a number only before these nouns."""
_GERMAN_ARTICLE = re.compile(r"(?:^|\s)(?:der|die|das|dem|den|des|im|am|zum|vom|beim)\s+$", re.IGNORECASE)
_FRENCH = re.compile(rf"(?<!{LETTER})(?:(I)(ère|er|re)|([IVX]+)(ème|e))s?(?!{LETTER})(?P<century>\ss\.)?")
_DUTCH = re.compile(rf"(?<!{LETTER})([IVX]+)e(?!{LETTER})")
_ARABIC = re.compile(
    r"(?:(?P<m>القرن|الطابق|السؤال|الباب|المستوى|المركز|الربع|الفصل|الجزء|اليوم|الأسبوع|الشوط|الدور|الموسم)|"
    r"(?P<f>الدقيقة|الحلقة|المرتبة|الدرجة|الجولة|العالمية|المرحلة|الدورة|الصفحة|المادة|الطبعة|النسخة|الذكرى|السنة|القمة))"
    r"\s(?P<number>(?:الـ\s?)?[1-9]\d?)(?![\d:%]|[.,]\d)"
)
_WITH_ARTICLE = re.compile(r"(?<!\w)الـ\s?(\d{1,4})(?![\d:%]|[.,]\d)")
"""Nouns with their article, after which a number tells which one."""
_SHORT_CENTURIES = {"ca": ("[Ss]", "segle"), "es": ("[Ss]", "siglo"), "it": ("[Ss]ec", "secolo")}
"""Before a Roman number; elsewhere these are seconds."""
_CENTURIES = {"pl": ("w", {"ml": "wieku", "mg": "wieku"}, "w|we|po|na|o"),
              "uk": ("ст", {"ml": "столітті", "mg": "століття"}, "в|у|на|по|о"),
              "ru": ("в|вв", {"ml": "веке", "mg": "века"}, "в|во|на|о")}  # fmt: skip
_QUARTERS = {"pl": ("kw", {"ml": "kwartale", "mg": "kwartału"}, "w|we|po|na|o"),
             "uk": ("кв", {"ml": "кварталі", "mg": "кварталу"}, "в|у|на|по|о"),
             "ru": ("кв", {"ml": "квартале", "mg": "квартала"}, "в|во|на|о")}  # fmt: skip
"""Short forms of a century, of a quarter of a year, what they stand for, and the words after which it is the former."""


def ordinals(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Those in digits, with a dot or an ending."""
    base = language.partition("_")[0]
    if base == "ar":
        for match in _ARABIC.finditer(text):
            said = arabic.ordinal(int(re.sub(r"\D", "", match["number"])), feminine=bool(match["f"]))
            yield match.start("number"), match.end(), said
        for match in _WITH_ARTICLE.finditer(text):  # of many: "the 27 countries"
            said = in_words(match[1], language).replace(" و", " وال")
            yield match.start(), match.end(), f"ال{said}"
    if base in _WITH_ENDING:
        pattern, endings = _WITH_ENDING[base]
        for match in re.finditer(pattern, text):
            form = next((form for ending, form in endings if re.fullmatch(ending, match[2])), "")
            yield match.start(), match.end(), _with_ending(int(match[1]), form, match, language)
    if base == "de" and (item := _GERMAN_ITEM.match(text)):
        yield item.start(1), item.end(1), f"{ordinal(int(item[1]), language)}ns"
    if base in {"da", "nb"}:
        yield from scandinavian.numbered_rulers(text, base)
    if base in _ORDINALS:
        for match in _ORDINALS[base].finditer(text):
            number = next(group for group in match.groups() if group)
            form = ordinal_form(language, before=text[: match.start()], after=text[match.end() :])
            yield match.start(), match.end(), placed(int(number), language, form)


def _with_ending(number: int, form: str, match: re.Match[str], language: str) -> str:
    following = match.string[match.end() :]
    if language == "el":
        return greek.ordinal(number, match[2].translate(_UNSTRESSED))
    if language in {"id", "ro"}:  # the Indonesian prefix is written already
        return romanian.with_ending(number, match) if language == "ro" else in_words(str(number), language)
    if language == "uk" and match[2] == "й":
        word = re.search(r"(\w+)\s+$", match.string[: match.start()])
        form = _UKRAINIAN_HOURS.get(word[1].lower() if word else "", form)
    if form == "short":
        return _SHORTENED.get(ordinal(number, language), ordinal(number, language))
    if language == "ru":
        plural = number % 10 == 0 and not re.match(r"\s(?:место|число|издание)", following)
        if form == "count" or (form == "pg" and number < 10):
            return in_words(str(number), language, "g")
        if form == "n" and plural:
            form = "p"
        if form == "m" and re.match(r"\s\w+(?:ой|и|е|ы|ах)(?!\w)", re.sub(r"^\sи\s\d+-й", "", following)):
            form = "fg"
    if language == "fr" and match[2].startswith("nd"):
        return "seconde" if match[2] == "nde" else "second"
    return placed(number, language, form)


def roman_numbers(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Rulers, centuries, and what else is counted with Roman numbers."""
    base = language.partition("_")[0]
    marked = {"fr": _FRENCH, "nl": _DUTCH}.get(base)
    for match in marked.finditer(text) if marked else ():
        number = next(group for group in match.groups() if group)
        if number in ROMAN:
            feminine = base == "fr" and match[2] in {"ère", "re"}
            century = " siècle" if base == "fr" and match["century"] else ""
            yield match.start(), match.end(), placed(ROMAN[number], language, "f" if feminine else "") + century
    if base == "ro":
        yield from romanian.roman_ordinals(text)
    century, name = _SHORT_CENTURIES.get(base, (r"(?!)", ""))
    for match in re.finditer(rf"(?<!\w){century}\.\s(?={_NUMBER}(?!\w))", text):
        yield match.start(), match.end(), f"{name} "
    for table in (_CENTURIES, _QUARTERS):
        if language in table:
            yield from _in_full(text, language, *table[language])
    dotted = language in DOTTED_ORDINALS
    for match in re.finditer(rf"(?<![\w.'’-])({_NUMBER})(?!\w|['’](?!s(?!\w))|\.\w)", text):
        number = ROMAN.get(match[1].replace("Х", "X"))
        before, after = text[: match.start()], text[match.end() :]
        ruler = ruler_before(before) if number else None
        if number is None:
            continue
        dot = dotted and language != "pl" and re.match(r"\.[\s,;:)]", after) is not None
        if ruler:
            dot = dot and (language in {"hu", "tr"} or not after[2:3].isupper())
        else:
            dot = dot and not is_name(before, language)
        said = (
            _ruled(number, language, _led_on(ruler, after, language))
            if ruler
            else _placed(number, match[1], before, after, language)
        )
        if said:
            yield match.start(), match.end() + dot, said


def _led_on(ruler: Ruler, after: str, language: str) -> Ruler:
    """Finnish tells the case by the name after the number: "Kustaa II Aadolfin"."""
    genitive = language == "fi" and re.match(r"\s[A-ZÄÖ]\w+n(?!\w)", after) is not None
    return replace(ruler, genitive=True) if genitive else ruler


def _ruled(number: int, language: str, ruler: Ruler) -> str:
    base = language.partition("_")[0]
    if base == "el":
        return greek.ordinal(number, "η" if ruler.queen else "ος")
    if base == "ro":
        return romanian.ordinal_of(number, "a" if ruler.queen else "al")
    if (
        base in {"he", "hi", "id", "ja", "ko", "th", "vi"}
        or (base == "fr" and number > 1)
        or (base in _UP_TO_TEN and number > 10)
    ):
        return in_words(str(number), language)
    if base == "de":
        article = ("dem", "der")[ruler.queen] if ruler.dative else ("der", "die")[ruler.queen]
        return f"{article} {placed(number, language, 'n' if ruler.dative else 'e').capitalize()}"
    if base == "fi":
        return placed(number, language, "gen" if ruler.genitive else "")
    form = "f" if ruler.queen else "mg" if ruler.genitive and base in {"cs", "pl"} else ""
    said = placed(number, language, form)
    article = {"da": "den ", "nb": "den ", "nl": "de ", "sv": "den "}.get(base, "")
    return f"{article}{said}"


def _placed(number: int, written: str, before: str, after: str, language: str) -> str:
    """What is said for a Roman number that is no ruler's; "" where it may be letters."""
    base = language.partition("_")[0]
    after = re.sub(rf"^(?:{_JOINED}{_NUMBER})+(?=\s)", "", after)
    before = re.sub(rf"(?:(?<!\w){_NUMBER}{_JOINED})+$", "", before)
    preceding = re.search(r"(\w+)\.?\s+$", before)
    word = preceding[1] if preceding else ""
    cardinal = in_words(str(number), language)
    if base == "ar":
        return arabic.ordinal(number) if len(written) > 1 and word else ""
    if base == "ro" and number == 1 and word.lower() in {"secolul", "sec", "capitolul", "volumul", "partea"}:
        return "întâi"
    if base == "it" and re.match(_ITALIAN_MONTH, after):
        return cardinal
    if base in _LABELS and re.fullmatch(_LABELS[base], word):
        return ordinal(number, language) if base == "it" or number <= 10 else cardinal
    if _is_ordinal(written, before, after, language):
        form = ordinal_form(language, before=before, after=after.removeprefix("."))
        return placed(number, language, form)
    return cardinal if len(written) > 1 or re.fullmatch(_NAMED, word.lower()) else ""


def _is_ordinal(written: str, before: str, after: str, language: str) -> bool:
    """Whether a Roman number has a mark or a noun that makes it an ordinal; one letter is mostly a letter."""
    base = language.partition("_")[0]
    alone, named = len(written) == 1, is_name(before, language)
    if language in DOTTED_ORDINALS and base != "pl" and after.startswith(". "):
        if not alone:
            return True
        if base in {"hu", "tr"} and after[2:3].isupper():
            return not named
        return _GERMAN_ARTICLE.search(before) is not None if base == "de" else after[2:3].islower()
    if base not in _BEFORE_NOUN or named:
        return False
    counts = rf"(?:{_BEFORE_NOUN[base]})(?!\w)" if alone else r"[^\W\d_]{3}"
    return re.match(rf"\s{counts}", after) is not None


def _in_full(
    text: str, language: str, short: str, forms: Mapping[str, str], before: str
) -> Iterator[tuple[int, int, str]]:
    """ "XIX w." and "III kw." are read in full."""
    pattern = (
        rf"(?<!\w)(?:({_NUMBER})(\s?[-–—/]\s?))?({_NUMBER})\s({short})(?:\.|(?=[\s,;:!?)]|$))(?!\s?\d{{1,3}}(?!\d))"
    )
    for match in re.finditer(pattern, text):
        form = "ml" if re.search(rf"(?i)\b(?:{before})\s+$", text[: match.start()]) else "mg"
        for group in (1, 3):
            if match[group] and match[group].replace("Х", "X") in ROMAN:
                said = placed(ROMAN[match[group].replace("Х", "X")], language, form)
                yield match.start(group), match.end(group), said
        yield match.start(4), match.end(), forms[form] + full_stop(text, match.start(), match.end(), language)
