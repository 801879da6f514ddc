"""How languages name signs, shorten words and write numbers: what no library has."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ACRONYMS_READ_AS_WORDS",
    "CURRENCIES",
    "DOTTED_ORDINALS",
    "PLAIN_SIGNS",
    "ROMAN",
    "TABLES",
    "UNITS",
    "Table",
]


@dataclass(frozen=True)
class Table:
    """One language."""

    signs: Mapping[str, str]
    """Sign to its name. "." "/" "-" "_" count in addresses only."""
    short: Mapping[str, str] = field(default_factory=dict[str, str])
    """Abbreviation, its dot included, to what it stands for."""
    scales: Mapping[str, str] = field(default_factory=dict[str, str])
    """Shortened large number, as in "5 Mio. €", to its word."""
    comma: bool = True
    """The decimal sign is a comma and thousands are parted by dots; else the other way round."""
    hour: str = ""
    """Word between hours and minutes."""
    minute: str = ""
    """Word after minutes."""
    to: str = ""
    """Between the ends of a range, spaces included; nothing where its dash is not said."""
    fractions: tuple[str, ...] = ()
    """A half, one third, two thirds, one quarter and three quarters, as said before a noun."""
    one: str = ""
    """Number one in front of a noun, where it differs from the number itself."""
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    """Unit symbols of its own script to those of `UNITS`."""
    point: str = ""
    """Name of the decimal sign where num2words reads decimals wrongly."""


def _signs(names: str) -> Mapping[str, str]:
    """In the order . @ / - _ & + − = # × ; "|" between them."""
    return MappingProxyType(dict(zip(".@/-_&+−=#×", names.split("|"), strict=True)))


# fmt: off
TABLES: Mapping[str, Table] = MappingProxyType({
    "ar": Table(_signs("نقطة|آت|شرطة مائلة|شرطة|شرطة سفلية|و|زائد|ناقص|يساوي|رقم|ضرب"), comma=False, point="فاصلة",
        to=" إلى ", fractions=("نصف", "ثلث", "ثلثا", "ربع", "ثلاثة أرباع"),
    ),
    "cs": Table(
        _signs("tečka|zavináč|lomítko|pomlčka|podtržítko|a|plus|minus|rovná se|číslo|krát"),
        {"např.": "například", "atd.": "a tak dále", "tzv.": "takzvaný", "č.": "číslo", "str.": "strana",
         "tj.": "to jest"},
        {"mil.": "milionů", "mld.": "miliard", "tis.": "tisíc"},
        to=" až ", fractions=("půl", "jedna třetina", "dvě třetiny", "jedna čtvrtina", "tři čtvrtiny"),
    ),
    "de": Table(
        _signs("Punkt|ät|Schrägstrich|Strich|Unterstrich|und|plus|minus|gleich|Nummer|mal"),
        {"z. B.": "zum Beispiel", "z.B.": "zum Beispiel", "d. h.": "das heißt", "d.h.": "das heißt", "Dr.": "Doktor",
         "Prof.": "Professor", "usw.": "und so weiter", "bzw.": "beziehungsweise", "ca.": "circa", "Nr.": "Nummer",
         "Str.": "Straße", "evtl.": "eventuell", "§": "Paragraph", "Tel.": "Telefon", "Std.": "Stunden",
         "Min.": "Minuten", "Sek.": "Sekunden", "Kap.": "Kapitel", "ggf.": "gegebenenfalls", "inkl.": "inklusive",
         "u. a.": "unter anderem",
         "u.a.": "unter anderem", "S.": "Seite", "St.": "Sankt", "Abb.": "Abbildung", "vgl.": "vergleiche",
         "Mio.": "Millionen", "Mrd.": "Milliarden", "Tsd.": "Tausend", "Jh.": "Jahrhundert"},
        {"Mio.": "Millionen", "Mrd.": "Milliarden", "Tsd.": "Tausend"}, hour="Uhr", one="ein",
        to=" bis ", fractions=("ein halb", "ein Drittel", "zwei Drittel", "ein Viertel", "drei Viertel"),
    ),
    "en": Table(_signs("dot|at|slash|dash|underscore|and|plus|minus|equals|number|times"), comma=False),
    "es": Table(
        _signs("punto|arroba|barra|guion|guion bajo|y|más|menos|igual a|número|por"),
        {"Sr.": "señor", "Sra.": "señora", "Srta.": "señorita", "Dr.": "doctor", "Dra.": "doctora", "etc.": "etcétera",
         "p. ej.": "por ejemplo", "pág.": "página", "núm.": "número", "n.º": "número", "Ud.": "usted",
         "EE. UU.": "Estados Unidos", "EE.UU.": "Estados Unidos"},
        {"M": "millones de", "mill.": "millones de"}, one="un",
        to=" a ", fractions=("medio", "un tercio", "dos tercios", "un cuarto", "tres cuartos"),
    ),
    "fr": Table(
        _signs("point|arobase|slash|tiret|tiret bas|et|plus|moins|égale|numéro|fois"),
        {"M.": "monsieur", "Mme": "madame", "Mlle": "mademoiselle", "Dr": "docteur", "etc.": "et cetera",
         "p. ex.": "par exemple", "c.-à-d.": "c'est-à-dire", "n°": "numéro", "Tél.": "téléphone",
         "env.": "environ", "av.": "avant", "J.-C.": "Jésus-Christ"},
        {"M": "millions d'", "Md": "milliards d'"}, hour="heures",
        to=" à ", fractions=("un demi", "un tiers", "deux tiers", "un quart", "trois quarts"),
    ),
    "hi": Table(_signs("डॉट|ऐट|स्लैश|डैश|अंडरस्कोर|और|प्लस|माइनस|बराबर|नंबर|गुणा"), {"डॉ.": "डॉक्टर", "श्री.": "श्री"},
        comma=False, point="दशमलव", to=" से ", fractions=("आधा", "एक तिहाई", "दो तिहाई", "एक चौथाई", "तीन चौथाई"),
    ),
    "hu": Table(
        _signs("pont|kukac|per|kötőjel|aláhúzás|és|plusz|mínusz|egyenlő|szám|szor"),
        {"pl.": "például", "stb.": "és így tovább", "kb.": "körülbelül", "dr.": "doktor", "ill.": "illetve"},
        fractions=("fél", "egyharmad", "kétharmad", "egynegyed", "háromnegyed"),
    ),
    "it": Table(
        _signs("punto|chiocciola|barra|trattino|trattino basso|e|più|meno|uguale|numero|per"),
        {"Sig.": "signor", "Sig.ra": "signora", "Dott.": "dottor", "Dott.ssa": "dottoressa", "ecc.": "eccetera",
         "p. es.": "per esempio", "pag.": "pagina", "n.": "numero", "Prof.": "professor"},
        {"mln": "milioni di", "mld": "miliardi di"}, one="un",
        to=" a ", fractions=("mezzo", "un terzo", "due terzi", "un quarto", "tre quarti"),
    ),
    "ja": Table(
        _signs("ドット|アットマーク|スラッシュ|ハイフン|アンダーバー|アンド|プラス|マイナス|イコール|ナンバー|かける"),
        comma=False,
        hour="時", minute="分", to="から", fractions=("二分の一", "三分の一", "三分の二", "四分の一", "四分の三"),
    ),
    "ko": Table(_signs("점|골뱅이|슬래시|대시|밑줄|그리고|더하기|마이너스|는|번호|곱하기"), comma=False,
        hour="시", minute="분", to="에서 ", fractions=("이 분의 일", "삼 분의 일", "삼 분의 이", "사 분의 일",
                                                         "사 분의 삼"),
    ),
    "nl": Table(
        _signs("punt|apenstaartje|slash|streepje|underscore|en|plus|min|is|nummer|keer"),
        {"bijv.": "bijvoorbeeld", "bv.": "bijvoorbeeld", "enz.": "enzovoort", "dhr.": "de heer", "mevr.": "mevrouw",
         "dr.": "dokter", "ca.": "circa", "o.a.": "onder andere", "d.w.z.": "dat wil zeggen", "nr.": "nummer"},
        {"mln": "miljoen", "mld": "miljard", "mln.": "miljoen", "mld.": "miljard"}, hour="uur",
        to=" tot ", fractions=("een half", "een derde", "twee derde", "een kwart", "drie kwart"),
    ),
    "pl": Table(
        _signs("kropka|małpa|ukośnik|myślnik|podkreślnik|i|plus|minus|równa się|numer|razy"),
        {"np.": "na przykład", "itd.": "i tak dalej", "itp.": "i tym podobne", "tzn.": "to znaczy", "dr": "doktor",
         "ok.": "około", "nr": "numer", "ul.": "ulica", "tys.": "tysięcy", "mln": "milionów", "mld": "miliardów"},
        {"tys.": "tysięcy", "mln": "milionów", "mld": "miliardów"},
        fractions=("pół", "jedna trzecia", "dwie trzecie", "jedna czwarta", "trzy czwarte"),
    ),
    "pt": Table(
        _signs("ponto|arroba|barra|hífen|sublinhado|e|mais|menos|igual a|número|vezes"),
        {"Sr.": "senhor", "Sra.": "senhora", "Dr.": "doutor", "Dra.": "doutora", "etc.": "et cetera",
         "p. ex.": "por exemplo", "pág.": "página", "n.º": "número"}, hour="horas e",
        to=" a ", fractions=("meio", "um terço", "dois terços", "um quarto", "três quartos"),
    ),
    "ru": Table(
        _signs("точка|собака|слэш|дефис|подчёркивание|и|плюс|минус|равно|номер|умножить на"),
        {"т. е.": "то есть", "т.е.": "то есть", "т. д.": "так далее", "т.д.": "так далее", "и др.": "и другие",
         "напр.": "например", "г.": "год", "гг.": "годы", "ул.": "улица", "руб.": "рублей", "тыс.": "тысяч",
         "млн": "миллионов", "млрд": "миллиардов", "№": "номер"},
        {"тыс.": "тысяч", "млн": "миллионов", "млрд": "миллиардов"},
        units={"км/ч": "km/h", "км": "km", "см": "cm", "мм": "mm", "м": "m", "кг": "kg", "мг": "mg", "мл": "ml",
               "л": "l"},
        fractions=("половина", "одна треть", "две трети", "одна четверть", "три четверти"),
    ),
    "tr": Table(
        _signs("nokta|et|eğik çizgi|tire|alt çizgi|ve|artı|eksi|eşittir|numara|çarpı"),
        {"vb.": "ve benzeri", "vs.": "vesaire", "örn.": "örneğin", "Dr.": "doktor", "Sn.": "sayın"}, point="virgül",
        fractions=("yarım", "üçte bir", "üçte iki", "dörtte bir", "dörtte üç"),
    ),
    "zh": Table(_signs("点|at|斜杠|杠|下划线|和|加|负|等于|号|乘"), comma=False),
})
# fmt: on
DOTTED_ORDINALS = frozenset({"cs", "da", "de", "fi", "hr", "hu", "nb", "no", "pl", "sk", "sl", "tr"})
"""Languages in which a number with a dot is an ordinal, so that "5." ends no sentence."""

CURRENCIES = MappingProxyType(
    {"R$": "BRL", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "₩": "KRW", "₽": "RUB", "₺": "TRY",
     "zł": "PLN", "Kč": "CZK", "Ft": "HUF", "CHF": "CHF", "EUR": "EUR", "USD": "USD", "GBP": "GBP", "руб.": "RUB"}
)  # fmt: skip
"""Sign to ISO 4217 code."""

UNITS = MappingProxyType(
    {"km/h": "speed-kilometer-per-hour", "m/s": "speed-meter-per-second", "km²": "area-square-kilometer",
     "m²": "area-square-meter", "m³": "volume-cubic-meter", "km": "length-kilometer", "cm": "length-centimeter",
     "mm": "length-millimeter", "m": "length-meter", "kg": "mass-kilogram", "mg": "mass-milligram", "g": "mass-gram",
     "t": "mass-tonne", "ml": "volume-milliliter", "l": "volume-liter", "L": "volume-liter", "ha": "area-hectare",
     "kWh": "energy-kilowatt-hour", "kW": "power-kilowatt", "MW": "power-megawatt", "W": "power-watt",
     "V": "electric-volt", "GHz": "frequency-gigahertz", "MHz": "frequency-megahertz", "kHz": "frequency-kilohertz",
     "Hz": "frequency-hertz", "TB": "digital-terabyte", "GB": "digital-gigabyte", "MB": "digital-megabyte",
     "kB": "digital-kilobyte", "°C": "temperature-celsius", "℃": "temperature-celsius",
     "°F": "temperature-fahrenheit", "%": "concentr-percent", "‰": "concentr-permille", "min": "duration-minute",
     "ms": "duration-millisecond", "s": "duration-second", "h": "duration-hour"}
)  # fmt: skip
"""Symbol to the name the Unicode CLDR has for the unit."""

ACRONYMS_READ_AS_WORDS = frozenset(
    [
        "NASA",
        "NATO",
        "UNESCO",
        "UNICEF",
        "OPEC",
        "AIDS",
        "COVID",
        "LASER",
        "RADAR",
        "FIFA",
        "UEFA",
        "ASEAN",
        "NAFTA",
        "SWAT",
        "OSCE",
        "ESA",
        "IKEA",
        "LEGO",
        "JSON",
        "ASCII",
        "RAM",
        "ROM",
        "SIM",
        "PIN",
        "GIF",
        "OK",
    ]
)
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
ROMAN = MappingProxyType({ten + one: 10 * k + n for k, ten in enumerate(("", "X", "XX")) for n, one in enumerate(_ONES)
                          if len(ten + one) > 1})  # fmt: skip
"""Two to twenty-nine; single letters are letters."""
PLAIN_SIGNS = MappingProxyType(
    {code: str(unicodedata.digit(chr(code))) for code in range(0x80, 0x20000)
     if unicodedata.category(chr(code)) == "Nd" or chr(code) in "₀₁₂₃₄₅₆₇₈₉"}
    | {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code) not in "，０１２３４５６７８９"}
    | {ord("٪"): "%", ord("٫"): ".", ord("٬"): ","}
)  # fmt: skip
"""Digits and signs of other scripts, one for one as rules know them, for `str.translate`."""
