"""How languages name signs, shorten words and write numbers: what no library has."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["DOTTED_ORDINALS", "ROMAN", "TABLES", "Table"]


@dataclass(frozen=True)
class Table:
    """One language."""

    signs: Mapping[str, str]
    """Sign to its name. "." "/" "-" "_" count in addresses only."""
    short: Mapping[str, str] = field(default_factory=dict[str, str])
    """Abbreviation, its dot included, to what it stands for."""
    scales: Mapping[str, str] = field(default_factory=dict[str, str])
    """
    Shortened large number, as in "5 Mio. €", to its word: for one, for few, for many and for a part, divided by "|";
    fewer where the last ones are alike.
    """
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
    ratio: str = ""
    """Between the numbers of a ratio or a score, where a word is said there."""
    times: str = ""
    """How often: the noun after a number, its forms as `scales`."""
    about: str = ""
    """Before a number that is not exact."""
    cents: str = ""
    """Between whole and hundredth parts of money, space included."""
    coin: str = ""
    """Pattern of what is not said of the CLDR's names of currencies: whose they are."""
    coins: tuple[tuple[str, str], ...] = ()
    """ISO 4217 code and name, its forms as `scales`, where the CLDR's is another."""
    units: Mapping[str, str] = field(default_factory=dict[str, str])
    """Unit symbols of its own script to those of `UNITS`."""
    point: str = ""
    """Name of the decimal sign where num2words reads decimals wrongly."""


def _signs(names: str) -> Mapping[str, str]:
    """In the order . @ / - _ & + − = # × ; "|" between them."""
    return MappingProxyType(dict(zip(".@/-_&+−=#×", names.split("|"), strict=True)))


# fmt: off
_TABLES: dict[str, Table] = {
    "ar": Table(_signs("نقطة|آت|شرطة مائلة|شرطة|شرطة سفلية|و|زائد|ناقص|يساوي|رقم|ضرب"), comma=False, point="فاصلة",
        to=" إلى ", fractions=("نصف", "ثلث", "ثلثا", "ربع", "ثلاثة أرباع"),
        ratio="مقابل", times="مرة", about="حوالي", coin=r"\s.*$",
        units={"كم/س": "km/h", "كم²": "km²", "كم": "km", "سم": "cm", "ملم": "mm", "كجم": "kg", "كغ": "kg", "كلم": "km"},
    ),
    "cs": Table(
        _signs("tečka|zavináč|lomítko|pomlčka|podtržítko|a|plus|minus|rovná se|číslo|krát"),
        {"např.": "například", "stol.": "století", "čl.": "článek", "odst.": "odstavec", "atd.": "a tak dále",
         "tzv.": "takzvaný", "č.": "číslo", "str.": "strana",
         "tj.": "to jest", "př. n. l.": "před naším letopočtem", "n. l.": "našeho letopočtu",
         "apod.": "a podobně", "bil.": "bilionů", "tel.": "telefon", "Tel.": "telefon",
         "hod.": "hodin", "min.": "minut", "cca": "cirka", "mj.": "mimo jiné", "sv.": "svatý", "tzn.": "to znamená",
         "mld.": "miliard", "mil.": "milionů", "tis.": "tisíc"},
        {"mil.": "milion|miliony|milionů|milionu", "mld.": "miliarda|miliardy|miliard|miliardy",
         "bil.": "bilion|biliony|bilionů|bilionu",
         "tis.": "tisíc|tisíce|tisíc|tisíce",
         "hod.": "hodina|hodiny|hodin|hodiny", "min.": "minuta|minuty|minut|minuty", "ks": "kus|kusy|kusů|kusu"},
        to=" až ", fractions=("půl", "jedna třetina", "dvě třetiny", "jedna čtvrtina", "tři čtvrtiny"),
        times="krát", about="asi", coin=r"^\w+\s(?=\w)",
        coins=(("EUR", "euro|eura|eur|eura"),),
    ),
    "de": Table(
        _signs("Punkt|ät|Schrägstrich|Strich|Unterstrich|und|plus|minus|gleich|Nummer|mal"),
        {"z. B.": "zum Beispiel", "z.B.": "zum Beispiel", "d. h.": "das heißt", "d.h.": "das heißt", "Dr.": "Doktor",
         "Prof.": "Professor", "usw.": "und so weiter", "bzw.": "beziehungsweise", "ca.": "circa", "Nr.": "Nummer",
         "Str.": "Straße", "evtl.": "eventuell", "§": "Paragraph", "Tel.": "Telefon", "Std.": "Stunden",
         "Min.": "Minuten", "Sek.": "Sekunden", "EL": "Esslöffel", "TL": "Teelöffel", "v. Chr.": "vor Christus",
         "n. Chr.": "nach Christus", "Pck.": "Päckchen", "Pkt.": "Punkte", "Mind.": "Mindestens",
         "mind.": "mindestens", "max.": "maximal",
         "geb.": "geboren", "gest.": "gestorben", "sog.": "sogenannt", "Kap.": "Kapitel",
         "ggf.": "gegebenenfalls", "inkl.": "inklusive",
         "u. a.": "unter anderem",
         "u.a.": "unter anderem", "S.": "Seite", "St.": "Sankt", "Abb.": "Abbildung", "vgl.": "vergleiche",
         "Mio.": "Millionen", "Mrd.": "Milliarden", "Tsd.": "Tausend", "Jh.": "Jahrhundert", "Jhd.": "Jahrhundert",
         "ggü.": "gegenüber", "24/7": "rund um die Uhr", "Mo.": "Montag", "Di.": "Dienstag", "Mi.": "Mittwoch",
         "Do.": "Donnerstag", "Fr.": "Freitag", "Sa.": "Samstag"},
        {"Mio.": "Million|Millionen", "Mrd.": "Milliarde|Milliarden", "Tsd.": "Tausend",
         "Std.": "Stunde|Stunden", "Min.": "Minute|Minuten", "Sek.": "Sekunde|Sekunden", "EL": "Esslöffel",
         "TL": "Teelöffel"}, hour="Uhr", point="Komma",
        to=" bis ", fractions=("ein halb", "ein Drittel", "zwei Drittel", "ein Viertel", "drei Viertel"),
        ratio="zu", times="mal", about="etwa", coin=r"^US-|^(?:\w+ischer?|Renminbi)\s",
        units={"qm": "m²"},
    ),
    "en": Table(_signs("dot|at|slash|dash|underscore|and|plus|minus|equals|number|times"), comma=False),
    "es": Table(
        _signs("punto|arroba|barra|guion|guion bajo|y|más|menos|igual a|número|por"),
        {"Sr.": "señor", "Sra.": "señora", "Srta.": "señorita", "Dr.": "doctor", "Dra.": "doctora", "etc.": "etcétera",
         "p. ej.": "por ejemplo", "pág.": "página", "núm.": "número", "n.º": "número", "Ud.": "usted",
         "EE. UU.": "Estados Unidos", "a. C.": "antes de Cristo", "d. C.": "después de Cristo",
         "a.C.": "antes de Cristo",
         "d.C.": "después de Cristo", "aprox.": "aproximadamente", "cap.": "capítulo", "art.": "artículo",
         "tel.": "teléfono",
         "Tel.": "teléfono", "c/": "calle", "dcha.": "derecha", "EE.UU.": "Estados Unidos"},
        {"mill.": "millón de|millones de", "M": "millón de|millones de"},
        to=" a ", fractions=("medio", "un tercio", "dos tercios", "un cuarto", "tres cuartos"),
        ratio="a", times="vez|veces", about="aproximadamente", cents="con ", coin=r"\s.*$",
        point="coma",
        units={"gr": "g"},
    ),
    "fr": Table(
        _signs("point|arobase|slash|tiret|tiret bas|et|plus|moins|égale|numéro|fois"),
        {"M.": "monsieur", "Mme": "madame", "Mlle": "mademoiselle", "Dr": "docteur", "etc.": "et cetera",
         "p. ex.": "par exemple", "art.": "article", "c.-à-d.": "c'est-à-dire", "n°": "numéro", "Tél.": "téléphone",
         "env.": "environ", "av.": "avant", "apr.": "après", "J.-C.": "Jésus-Christ", "min.": "minutes",
         "St": "saint", "Ste": "sainte", "24h/24": "vingt-quatre heures sur vingt-quatre",
         "7j/7": "sept jours sur sept", "24 h/24": "vingt-quatre heures sur vingt-quatre",
         "7 j/7": "sept jours sur sept"},
        {"Md": "milliard d'|milliards d'", "Mds": "milliard d'|milliards d'", "M": "million d'|millions d'",
         "c. à soupe": "cuillère à soupe|cuillères à soupe", "c. à café": "cuillère à café|cuillères à café",
         "c. à s.": "cuillère à soupe|cuillères à soupe", "c. à c.": "cuillère à café|cuillères à café"}, hour="heures",
        to=" à ", point="virgule", fractions=("un demi", "un tiers", "deux tiers", "un quart", "trois quarts"),
        ratio="à", times="fois", about="environ", coin=r"\s.*$",
        units={"Go": "GB", "Mo": "MB", "To": "TB", "ko": "kB"},
    ),
    "hi": Table(_signs("डॉट|ऐट|स्लैश|डैश|अंडरस्कोर|और|प्लस|माइनस|बराबर|नंबर|गुणा"), {"डॉ.": "डॉक्टर",
    "श्री.": "श्री", "ई.पू.": "ईसा पूर्व", "प्रो.": "प्रोफ़ेसर", "रु.": "रुपये", "1ला": "पहला", "1ली": "पहली",
    "1ले": "पहले", "2रा": "दूसरा", "2री": "दूसरी",
         "2रे": "दूसरे", "3रा": "तीसरा", "3री": "तीसरी", "4था": "चौथा", "4थी": "चौथी", "6ठा": "छठा",
         "6ठी": "छठी", "कि.मी.": "किलोमीटर"},
        comma=False, point="दशमलव", to=" से ", fractions=("आधा", "एक तिहाई", "दो तिहाई", "एक चौथाई", "तीन चौथाई"),
        about="लगभग", times="गुना", coin=r"^(?:भारतीय|यूएस|जापानी|ब्रिटिश|रूसी|चीनी)\s|\sस्टर्लिंग$",
        units={"किमी/घंटा": "km/h", "किमी": "km", "सेमी": "cm", "मिमी": "mm", "किग्रा": "kg", "मिली": "ml",
        "वर्ग किमी": "km²"},
    ),
    "hu": Table(
        _signs("pont|kukac|per|kötőjel|aláhúzás|és|plusz|mínusz|egyenlő|szám|szor"),
        {"pl.": "például", "stb.": "és így tovább", "kb.": "körülbelül", "dr.": "doktor", "ill.": "illetve",
         "i. e.": "időszámításunk előtt", "i. sz.": "időszámításunk szerint",
         "ún.": "úgynevezett", "tel.": "telefon", "Tel.": "telefon", "Kr. e.": "Krisztus előtt",
         "Kr. u.": "Krisztus után", "min.": "minimum", "max.": "maximum", "db": "darab"},
        {"mrd": "milliárd", "ek": "evőkanál", "tk": "teáskanál", "mp": "másodperc", "dkg": "dekagramm",
         "db": "darab", "e Ft": "ezer forint", "M Ft": "millió forint"},
        fractions=("fél", "egyharmad", "kétharmad", "egynegyed", "háromnegyed"),
        about="körülbelül", coin=r"^USA-|^[\w-]+\s(?=\w)",
    ),
    "it": Table(
        _signs("punto|chiocciola|barra|trattino|trattino basso|e|più|meno|uguale|numero|per"),
        {"Sig.": "signor", "Sig.ra": "signora", "Dott.": "dottor", "Dott.ssa": "dottoressa", "ecc.": "eccetera",
         "p. es.": "per esempio", "sec.": "secondi", "art.": "articolo", "tel.": "telefono", "Tel.": "telefono",
         "pag.": "pagina",
         "a.C.": "avanti Cristo", "d.C.": "dopo Cristo", "ca.": "circa", "es.": "esempio", "n.": "numero",
         "Prof.": "professor"},
        {"mln": "milione di|milioni di", "mld": "miliardo di|miliardi di"},
        to=" a ", point="virgola", fractions=("mezzo", "un terzo", "due terzi", "un quarto", "tre quarti"),
        ratio="a", times="volta|volte", about="circa", cents="e ", coin=r"\s.*$",
        units={"gr": "g"},
    ),
    "ja": Table(
        _signs("ドット|アットマーク|スラッシュ|ハイフン|アンダーバー|アンド|プラス|マイナス|イコール|ナンバー|かける"),
        comma=False,
        hour="時", minute="分", to="から", fractions=("二分の一", "三分の一", "三分の二", "四分の一", "四分の三"),
        ratio="対", times="倍", about="約", coin=r"^米|^英国|^中国",
    ),
    "ko": Table(_signs("점|골뱅이|슬래시|대시|밑줄|그리고|더하기|마이너스|는|번호|곱하기"), comma=False,
        hour="시", minute="분", to="에서 ", fractions=("이 분의 일", "삼 분의 일", "삼 분의 이", "사 분의 일",
                                                         "사 분의 삼"),
        ratio="대", times="배", about="약", coin=r"^\w+\s(?=\w)|화$",
    ),
    "nl": Table(
        _signs("punt|apenstaartje|slash|streepje|underscore|en|plus|min|is|nummer|keer"),
        {"bijv.": "bijvoorbeeld", "bv.": "bijvoorbeeld", "enz.": "enzovoort", "dhr.": "de heer", "mevr.": "mevrouw",
         "dr.": "dokter", "ca.": "circa", "o.a.": "onder andere", "d.w.z.": "dat wil zeggen",
         "v.Chr.": "voor Christus", "n.Chr.": "na Christus", "min.": "minuten", "blz.": "bladzijde",
         "tel.": "telefoon", "Tel.": "telefoon",
         "m.b.t.": "met betrekking tot", "i.v.m.": "in verband met", "t.o.v.": "ten opzichte van",
         "a.u.b.": "alstublieft", "nr.": "nummer"},
        {"mln": "miljoen", "mld": "miljard", "mln.": "miljoen", "mld.": "miljard",
         "el": "eetlepel|eetlepels", "tl": "theelepel|theelepels", "min.": "minuut|minuten"}, hour="uur",
        to=" tot ", point="komma", fractions=("een half", "een derde", "twee derde", "een kwart", "drie kwart"),
        times="keer", about="ongeveer", coin=r"^[\w-]+(?:se|kaanse)\s",
        units={"km/u": "km/h"},
    ),
    "pl": Table(
        _signs("kropka|małpa|ukośnik|myślnik|podkreślnik|i|plus|minus|równa się|numer|razy"),
        {"np.": "na przykład", "art.": "artykuł", "ust.": "ustęp", "tel.": "telefon", "Tel.": "telefon",
         "os.": "osób", "itd.": "i tak dalej",
         "itp.": "i tym podobne", "m.in.": "między innymi", "p.n.e.": "przed naszą erą", "n.e.": "naszej ery",
         "o godz.": "o godzinie", "od godz.": "od godziny", "do godz.": "do godziny", "godz.": "godzin",
         "min.": "minut", "św.": "święty", "tzw.": "tak zwany", "r.": "roku", "prof.": "profesor",
         "tzn.": "to znaczy", "dr": "doktor",
         "ok.": "około", "nr": "numer", "ul.": "ulica", "tys.": "tysięcy", "mln": "milionów", "mld": "miliardów"},
        {"tys.": "tysiąc|tysiące|tysięcy|tysiąca", "mln": "milion|miliony|milionów|miliona",
         "mld": "miliard|miliardy|miliardów|miliarda", "godz.": "godzina|godziny|godzin|godziny",
         "min.": "minuta|minuty|minut|minuty", "os.": "osoba|osoby|osób|osoby", "pkt": "punkt|punkty|punktów|punktu"},
        fractions=("pół", "jedna trzecia", "dwie trzecie", "jedna czwarta", "trzy czwarte"),
        times="raz|razy", about="około", coin=r"\s.*$",
    ),
    "pt": Table(
        _signs("ponto|arroba|barra|hífen|sublinhado|e|mais|menos|igual a|número|vezes"),
        {"Sr.": "senhor", "Sra.": "senhora", "Dr.": "doutor", "Dra.": "doutora", "etc.": "et cetera",
         "p. ex.": "por exemplo", "art.": "artigo", "pág.": "página", "séc.": "século", "n.º": "número",
         "a.C.": "antes de Cristo",
         "d.C.": "depois de Cristo", "D.": "Dom",
         "aprox.": "aproximadamente", "nº": "número", "tel.": "telefone", "Tel.": "telefone", "por ex.": "por exemplo"},
        {"mi": "milhão de|milhões de", "bi": "bilhão de|bilhões de"},
        to=" a ", point="vírgula", fractions=("meio", "um terço", "dois terços", "um quarto", "três quartos"),
        ratio="a", times="vez|vezes", about="cerca de", cents="e ", coin=r"\s.*$",
        coins=(("BRL", "real|reais"), ("EUR", "euro|euros"), ("USD", "dólar|dólares"), ("GBP", "libra|libras")),
        units={"gr": "g"},
    ),
    "ru": Table(
        _signs("точка|собака|слэш|дефис|подчёркивание|и|плюс|минус|равно|номер|умножить на"),
        {"т. е.": "то есть", "т.е.": "то есть", "т. д.": "так далее", "т.д.": "так далее", "и др.": "и другие",
         "напр.": "например", "г.": "год", "гг.": "годы", "ул.": "улица", "руб.": "рублей",
         "млн": "миллионов", "млрд": "миллиардов", "№": "номер", "млн.": "миллионов", "тыс.": "тысяч",
         "до н. э.": "до нашей эры", "н. э.": "нашей эры", "до н.э.": "до нашей эры", "н.э.": "нашей эры",
         "др.": "другие",
         "см.": "смотри", "стр.": "страница", "г-н": "господин", "г-жа": "госпожа", "в т. ч.": "в том числе",
         "в.": "век",
         "вв.": "века", "тел.": "телефон", "Тел.": "телефон", "ст. л.": "столовые ложки",
         "ч. л.": "чайные ложки", "чел.": "человек", "им.": "имени", "рис.": "рисунок", "гл.": "глава"},
        {"тыс.": "тысяча|тысячи|тысяч", "млн": "миллион|миллиона|миллионов",
         "млрд": "миллиард|миллиарда|миллиардов", "трлн": "триллион|триллиона|триллионов",
         "чел.": "человек|человека|человек",
         "ст. л.": "столовая ложка|столовые ложки|столовых ложек|столовой ложки",
         "ч. л.": "чайная ложка|чайные ложки|чайных ложек|чайной ложки"},
        units={"км/ч": "km/h", "м/с": "m/s", "км²": "km²", "кв. км": "km²", "м²": "m²", "кв. м": "m²", "м³": "m³",
               "км": "km", "см": "cm", "мм": "mm", "м": "m", "кг": "kg", "мг": "mg", "мл": "ml", "л": "l", "г": "g",
               "т": "t", "га": "ha", "ч": "h", "мин": "min", "мин.": "min", "сек": "s", "с": "s", "сек.": "s",
               "кВт": "kW", "МВт": "MW",
               "кВт·ч": "kWh", "Вт": "W", "ГГц": "GHz", "МГц": "MHz", "Гц": "Hz", "ГБ": "GB", "МБ": "MB", "ТБ": "TB",
               "ккал": "kcal", "°С": "°C"},
        fractions=("половина", "одна треть", "две трети", "одна четверть", "три четверти"),
        times="раз|раза|раз|раза", about="примерно", coin=r"^\w+(?:ий|ая|ое|их|ие|ого|ой)\s|\sСША$|\sстерлингов$",
    ),
    "tr": Table(
        _signs("nokta|et|eğik çizgi|tire|alt çizgi|ve|artı|eksi|eşittir|numara|çarpı"),
        {"vb.": "ve benzeri", "vs.": "vesaire", "örn.": "örneğin", "M.Ö.": "milattan önce",
         "M.S.": "milattan sonra", "MÖ": "milattan önce",
         "dk.": "dakika", "tel.": "telefon", "Tel.": "telefon", "sn.": "saniye", "TL": "lira", "yy.": "yüzyıl",
         "Prof.": "profesör", "Dr.": "doktor", "Sn.": "sayın"}, point="virgül",
        fractions=("yarım", "üçte bir", "üçte iki", "dörtte bir", "dörtte üç"),
        times="kat", about="yaklaşık",
        coins=(("USD", "dolar"), ("TRY", "lira"), ("EUR", "euro"), ("GBP", "sterlin"), ("JPY", "yen"),
               ("RUB", "ruble")),
    ),
    "zh": Table(_signs("点|at|斜杠|杠|下划线|和|加|负|等于|号|乘"), comma=False),
}
# fmt: on
TABLES = MappingProxyType(_TABLES | {"pt_PT": _TABLES["pt"], "fr_BE": _TABLES["fr"], "fr_CH": _TABLES["fr"]})
"""By language, and by language and country where its numbers have other names there."""

DOTTED_ORDINALS = frozenset({"cs", "da", "de", "fi", "hr", "hu", "nb", "no", "pl", "sk", "sl", "tr"})
"""Languages in which a number with a dot is an ordinal, so that "5." ends no sentence."""
_ONES = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
ROMAN = MappingProxyType({ten + one: 10 * k + n for k, ten in enumerate(("", "X", "XX")) for n, one in enumerate(_ONES)
                          if ten + one})  # fmt: skip
"""One to twenty-nine; single letters are mostly letters."""
