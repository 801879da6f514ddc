"""Everyday sums and sizes in languages but English: heights of people, prices per month, millions of a currency."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading.amounts import currency_of_many
from svc_tts.reading.numbers import in_words
from svc_tts.reading.symbols import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["heights", "millions", "rates"]

_METERS = {
    "cs": ("metr", "dva metry"),
    "de": ("ein Meter", "zwei Meter"),
    "es": ("un metro", "dos metros"),
    "fr": ("un mètre", "deux mètres"),
    "it": ("un metro e", "due metri e"),
    "nl": ("een meter", "twee meter"),
    "pl": ("metr", "dwa metry"),
    "pt": ("um metro e", "dois metros e"),
    "ru": ("метр", "два метра"),
    "sv": ("en meter", "två meter"),
    "da": ("en meter og", "to meter og"),
    "nb": ("en meter og", "to meter og"),
    "fi": ("metri", "kaksi metriä"),
    "ro": ("un metru", "doi metri"),
    "ca": ("un metre", "dos metres"),
    "sk": ("meter", "dva metre"),
    "uk": ("метр", "два метри"),
}
"""One and two, as said before the centimetres."""
_HEIGHT = re.compile(r"(?<![\w.,–-])([12])[.,](?!00)(\d\d)\s?[mм](?![\w²³/])")
_PER = {
    "de": ("pro", "Monat Jahr Tag Stunde Woche Person Stück Nacht Minute Kopf Liter kg=Kilo Std.=Stunde h=Stunde"),
    "es": ("por", "mes año día hora semana persona noche minuto litro kilo kg=kilo h=hora"),
    "fr": ("par", "mois an jour heure semaine personne nuit minute litre kilo kg=kilo h=heure"),
    "it": ("a", "persona notte settimana mese=l mese giorno=l giorno kg=l chilo anno=ll'anno ora=ll'ora h=ll'ora"),
    "hi": ("प्रति", "माह महीना महीने=महीना वर्ष साल दिन घंटा किलो किग्रा=किलोग्राम लीटर व्यक्ति"),
    "id": ("per", "bulan tahun hari jam minggu orang malam kg=kilogram gram liter"),
    "cs": ("za", "měsíc měs.=měsíc rok den hodinu hod.=hodinu osobu noc kg=kilo"),
    "pl": ("za", "miesiąc mies.=miesiąc rok dzień godzinę godz.=godzinę h=godzinę osobę os.=osobę noc kg=kilogram"),
    "sv": ("per", "månad mån=månad år dag timme tim=timme person natt kg=kilo liter"),
    "da": ("per", ("måned md.=måned md=måned mdr.=måned mdr=måned år dag time t=time person pers.=person nat "
                  "kg=kilo liter")),
    "nb": ("per", "måned mnd=måned mnd.=måned år dag time t=time person pers.=person natt kg=kilo liter"),
    "fi": ("", ("kk=kuukaudessa kuukausi=kuukaudessa vuosi=vuodessa v=vuodessa päivä=päivässä pv=päivässä "
               "tunti=tunnissa "
           "h=tunnissa vko=viikossa viikko=viikossa kg=kilolta kilo=kilolta hlö=henkilöltä henkilö=henkilöltä yö=yöltä "
           "l=litralta litra=litralta")),
    "ro": ("pe", "lună an zi oră h=oră săptămână noapte kg=kilogram litru persoană"),
    "he": ("", "חודש=לחודש שנה=לשנה יום=ליום שעה=לשעה אדם=לאדם לילה=ללילה שבוע=לשבוע ק\"ג=לקילוגרם"),
    "th": ("", "เดือน=ต่อเดือน วัน=ต่อวัน ปี=ต่อปี คน=ต่อคน ชั่วโมง=ต่อชั่วโมง ชม.=ต่อชั่วโมง คืน=ต่อคืน กก.=ต่อกิโลกรัม"),
    "ca": ("per", "mes any dia hora h=hora setmana persona nit minut litre kg=quilo"),
    "sk": ("za", "mesiac mes.=mesiac rok deň hodinu hod.=hodinu h=hodinu osobu noc kg=kilo"),
    "uk": ("за", "місяць міс.=місяць міс=місяць рік день годину год=годину год.=годину добу особу кг=кілограм літр"),
    "vi": ("một", "tháng năm ngày giờ người đêm tuần kg=ki lô gam lít lượng"),
    "nl": ("per", "maand jaar dag uur week persoon nacht stuk liter kg=kilo"),
    "pt": ("por", "mês ano dia hora semana pessoa noite minuto litro quilo kg=quilo h=hora"),
    "ru": ("в", "месяц мес.=месяц мес=месяц год день час неделю сутки"),
}  # fmt: skip
"""What stands between a price and its time, and the nouns, with "=" those that are said otherwise."""
_PRICE = (
    r"(?:[€$£₽₫₹₴₪฿\d]|[Ee]uros?|руб\.?|рублей|грн|гривень|zł|złotych|Kč|kr\.?|kroner|lei|บาท|שקלים|ש\"ח|kronor|đ|đồng|VNĐ|रुपये|रुपए|ribu|juta|CHF|"
    r"Franken|[Rr]eais)"
)
_MILLIONS = re.compile(
    rf"(?:ill?i[oõ]n[ei]s?|illions|illiards?|illones|ilhões|iliardi)\s(?:de\s|di\s|d['’]\s?)(?P<sign>"
    rf"{'|'.join(map(re.escape, sorted(CURRENCIES, key=len, reverse=True)))})(?!\w)"
)


def heights(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """ "1,80 m" as people tell their height."""
    meters = _METERS.get(language.partition("_")[0])
    for match in _HEIGHT.finditer(text) if meters else ():
        assert meters
        yield match.start(), match.end(), f"{meters[int(match[1]) - 1]} {in_words(str(int(match[2])), language)}"


def rates(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """The slash of "50 €/Monat", with what follows it."""
    word, nouns = _PER.get(language.partition("_")[0], ("", ""))
    names = _names(nouns)
    pattern = rf"{_PRICE}(?P<it>\s?/\s?(?P<noun>{'|'.join(map(re.escape, names))}))(?!\w)"
    for match in re.finditer(pattern, text) if names else ():
        said = names[match["noun"]]
        # the Italian article is one word with its preposition: "al mese"
        joint = "" if language == "it" and said.startswith("l") and said not in {"litro"} else " "
        yield *match.span("it"), f" {word}{joint}{said}"


def millions(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """The sign in "2,5 millions d'€"."""
    for match in _MILLIONS.finditer(text):
        yield *match.span("sign"), currency_of_many(match["sign"], language)


def _names(nouns: str) -> dict[str, str]:
    """Noun as written to as said."""
    found: dict[str, str] = {}
    for entry in re.findall(r"\S+=l \S+|\S+", nouns):
        name, _, said = entry.partition("=")
        found[name] = said or name
    return found
