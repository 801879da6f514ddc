"""The tables of Catalan, Hebrew, Romanian, Slovak and Thai."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from svc_tts.reading.table import Table, signs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FURTHER"]

# fmt: off
_HEBREW = Table(
    signs("נקודה|שטרודל|לוכסן|מקף|קו תחתון|ו|פלוס|מינוס|שווה|מספר|כפול"),
    {"ד\"ר": "דוקטור", "פרופ'": "פרופסור", "גב'": "גברת", "עמ'": "עמוד", "מס'": "מספר", "רח'": "רחוב", "שד'": "שדרות",
     "טל'": "טלפון", "וכו'": "וכולי", "וכד'": "וכדומה", "וגו'": "וגומר", "ז\"ל": "זיכרונו לברכה",
     "ארה\"ב": "ארצות הברית", "בע\"מ": "בערבון מוגבל", "ע\"י": "על ידי", "עפ\"י": "על פי", "ע\"פ": "על פי",
     "בד\"כ": "בדרך כלל", "כ\"כ": "כל כך", "אח\"כ": "אחר כך", "עו\"ד": "עורך דין", "יו\"ר": "יושב ראש",
     "ת\"א": "תל אביב", "ב\"ש": "באר שבע", "לפנה\"ס": "לפני הספירה", "לפסה\"נ": "לפני הספירה", "לסה\"נ": "לספירה",
     "סה\"כ": "סך הכול", "הנ\"ל": "הנזכר לעיל", "ח\"כ": "חבר הכנסת", "ביה\"ס": "בית הספר", "בי\"ס": "בית ספר",
     "ביה\"ח": "בית החולים", "בי\"ח": "בית חולים", "אי\"ה": "אם ירצה השם", "בע\"ה": "בעזרת השם", "נ\"ב": "נזכרתי בדבר",
     "אחה\"צ": "אחר הצהריים", "לפנה\"צ": "לפני הצהריים", "דק'": "דקות", "שנ'": "שניות", "ס\"מ": "סנטימטר",
     "ק\"מ": "קילומטר", "ק\"ג": "קילוגרם", "מ\"מ": "מילימטר", "קמ\"ש": "קילומטר לשעה", "מ\"ר": "מטר רבוע",
     "ש\"ח": "שקל", "שח": "שקל", "חז\"ל": "חכמינו זיכרונם לברכה", "מו\"מ": "משא ומתן", "א\"א": "אי אפשר",
     "אע\"פ": "אף על פי", "עפ\"ר": "על פי רוב", "נק'": "נקודות", "24/7": "עשרים וארבע שעות ביממה"},
    {"דק'": "דקה|שתי דקות|דקות", "שנ'": "שנייה|שתי שניות|שניות", "נק'": "נקודה|נקודות"},
    comma=False, point="נקודה", to=" עד ", times="פעם|פעמים", about="בערך", cents="ו",
    fractions=("חצי", "שליש", "שני שלישים", "רבע", "שלושה רבעים"), ratio="", coin=r"\s(?:אמריקאי|יפני|שטרלינג)$",
    coins=(("ILS", "שקל|שקלים"),),
    currencies={"ש\"ח": "ILS", "שח": "ILS", "NIS": "ILS", "ILS": "ILS", "שקלים": "ILS"},
    units={"ק\"מ": "km", "ס\"מ": "cm", "מ\"מ": "mm", "ק\"ג": "kg", "קמ\"ש": "km/h", "מ\"ר": "m²", "קמ\"ר": "km²",
           "מ\"ל": "ml", "גר'": "g", "ג'": "g", "מ\"ג": "mg", "ל'": "l", "מ'": "m", "מ'/ש'": "m/s"},
)
_ROMANIAN = Table(
    signs("punct|arond|slash|cratimă|liniuță jos|și|plus|minus|egal|numărul|ori"),
    {"de ex.": "de exemplu", "d.ex.": "de exemplu", "ș.a.": "și altele", "ș.a.m.d.": "și așa mai departe",
     "etc.": "etcetera", "dl.": "domnul", "dl": "domnul", "d-l": "domnul", "dna.": "doamna", "dna": "doamna",
     "d-na": "doamna", "d-ra": "domnișoara", "dr.": "doctor", "prof.": "profesor", "ing.": "inginer", "av.": "avocat",
     "nr.": "numărul", "pag.": "pagina", "p.": "pagina", "str.": "strada", "bd.": "bulevardul", "bd-ul": "bulevardul",
     "b-dul": "bulevardul", "bl.": "blocul", "sc.": "scara", "et.": "etajul", "ap.": "apartamentul", "tel.": "telefon",
     "jud.": "județul", "loc.": "localitatea", "mun.": "municipiul", "com.": "comuna", "art.": "articolul",
     "alin.": "alineatul", "lit.": "litera", "cap.": "capitolul", "fig.": "figura", "vol.": "volumul", "ed.": "ediția",
     "î.Hr.": "înainte de Hristos", "î. Hr.": "înainte de Hristos", "d.Hr.": "după Hristos", "d. Hr.": "după Hristos",
     "î.e.n.": "înaintea erei noastre", "e.n.": "era noastră", "sec.": "secolul", "Sf.": "Sfântul", "sf.": "sfântul",
     "aprox.": "aproximativ", "cca.": "circa", "cca": "circa", "ca.": "circa", "min.": "minute", "max.": "maximum",
     "mld.": "miliarde", "mil.": "milioane", "S.R.L.": "S R L", "S.A.": "S A", "v.": "vezi", "cf.": "conform",
     "resp.": "respectiv", "incl.": "inclusiv", "ș.cl.": "și celelalte", "op. cit.": "opera citată",
     "a.m.": "dimineața", "p.m.": "după-amiaza", "24/7": "non-stop"},
    {"mil.": "milion de|milioane de|de milioane de", "mld.": "miliard de|miliarde de|de miliarde de",
     "mii": "mie de|mii de|de mii de", "min.": "minut|minute|de minute", "sec.": "secundă|secunde|de secunde",
     "buc.": "bucată|bucăți|de bucăți", "pers.": "persoană|persoane|de persoane", "ore": "oră|ore|de ore"},
    point="virgulă", to=" până la ", ratio="la", times="dată|ori|de ori", about="aproximativ", cents="și ",
    fractions=("o jumătate", "o treime", "două treimi", "un sfert", "trei sferturi"),
    coins=(("RON", "leu|lei|de lei"), ("EUR", "euro|euro|de euro"), ("USD", "dolar|dolari|de dolari"),
           ("GBP", "liră|lire|de lire"), ("JPY", "yen|yeni|de yeni"), ("CHF", "franc|franci|de franci"),
           ("MDL", "leu moldovenesc|lei moldovenești|de lei moldovenești")),
    currencies={"lei": "RON", "leu": "RON", "RON": "RON", "Lei": "RON", "LEI": "RON", "MDL": "MDL"},
    units={"mp": "m²", "kmp": "km²", "km/oră": "km/h", "mc": "m³", "gr": "g", "grade C": "°C"},
)
_THAI = Table(
    signs("จุด|แอท|ทับ|ขีด|ขีดล่าง|และ|บวก|ลบ|เท่ากับ|หมายเลข|คูณ"),
    {"ม.ค.": "มกราคม", "ก.พ.": "กุมภาพันธ์", "มี.ค.": "มีนาคม", "เม.ย.": "เมษายน", "พ.ค.": "พฤษภาคม",
     "มิ.ย.": "มิถุนายน", "ก.ค.": "กรกฎาคม", "ส.ค.": "สิงหาคม", "ก.ย.": "กันยายน", "ต.ค.": "ตุลาคม",
     "พ.ย.": "พฤศจิกายน", "ธ.ค.": "ธันวาคม", "พ.ศ.": "พุทธศักราช", "ค.ศ.": "คริสต์ศักราช", "จ.ศ.": "จุลศักราช",
     "ฯลฯ": "และอื่นๆ", "กรุงเทพฯ": "กรุงเทพมหานคร", "กทม.": "กรุงเทพมหานคร", "โทร.": "โทรศัพท์", "ดร.": "ด็อกเตอร์",
     "ศ.ดร.": "ศาสตราจารย์ด็อกเตอร์", "รศ.ดร.": "รองศาสตราจารย์ด็อกเตอร์", "ผศ.ดร.": "ผู้ช่วยศาสตราจารย์ด็อกเตอร์",
     "ศ.นพ.": "ศาสตราจารย์นายแพทย์", "รศ.นพ.": "รองศาสตราจารย์นายแพทย์", "พล.ต.อ.": "พลตำรวจเอก", "พล.ต.ท.": "พลตำรวจโท",
     "พล.ต.ต.": "พลตำรวจตรี", "พ.ต.อ.": "พันตำรวจเอก", "พ.ต.ท.": "พันตำรวจโท", "พ.ต.ต.": "พันตำรวจตรี",
     "ร.ต.อ.": "ร้อยตำรวจเอก", "ร.ต.ท.": "ร้อยตำรวจโท", "ด.ต.": "ดาบตำรวจ", "ม.ร.ว.": "หม่อมราชวงศ์", "ม.ล.": "หม่อมหลวง",
     "นพ.": "นายแพทย์", "พญ.": "แพทย์หญิง", "ศ.": "ศาสตราจารย์", "รศ.": "รองศาสตราจารย์", "ผศ.": "ผู้ช่วยศาสตราจารย์",
     "จ.": "จังหวัด", "อ.": "อำเภอ", "ต.": "ตำบล", "ถ.": "ถนน", "ซ.": "ซอย", "รร.": "โรงเรียน", "ร.ร.": "โรงเรียน",
     "รพ.": "โรงพยาบาล", "บจก.": "บริษัทจำกัด", "บมจ.": "บริษัทมหาชนจำกัด", "น.ส.": "นางสาว", "ด.ช.": "เด็กชาย",
     "ด.ญ.": "เด็กหญิง", "พล.อ.": "พลเอก", "พล.ต.": "พลตรี", "พล.ท.": "พลโท", "พ.อ.": "พันเอก", "พ.ท.": "พันโท",
     "พ.ต.": "พันตรี", "ร.อ.": "ร้อยเอก", "ร.ท.": "ร้อยโท", "ร.ต.": "ร้อยตรี", "ส.ส.": "สอสอ", "ส.ว.": "สอวอ",
     "ส.ต.": "สิบตรี", "น.": "นาฬิกา", "ชม.": "ชั่วโมง", "กม.": "กิโลเมตร", "กก.": "กิโลกรัม", "ซม.": "เซนติเมตร",
     "พ.ร.บ.": "พระราชบัญญัติ", "ป.ล.": "ปัจฉิมลิขิต", "สนง.": "สำนักงาน", "มหาวิทยาลัยฯ": "มหาวิทยาลัย",
     "โปรดเกล้าฯ": "โปรดเกล้าโปรดกระหม่อม", "ทูลเกล้าฯ": "ทูลเกล้าทูลกระหม่อม", "เมตตาฯ": "เมตตา", "นายกฯ": "นายกรัฐมนตรี",
     "รมว.": "รัฐมนตรีว่าการกระทรวง", "รมช.": "รัฐมนตรีช่วยว่าการกระทรวง", "อบต.": "องค์การบริหารส่วนตำบล",
     "อบจ.": "องค์การบริหารส่วนจังหวัด", "ผบ.": "ผู้บัญชาการ", "ผอ.": "ผู้อำนวยการ", "ปชช.": "ประชาชน",
     "รัฐมนตรีฯ": "รัฐมนตรี", "สภาฯ": "สภา", "24/7": "ตลอดยี่สิบสี่ชั่วโมง"},
    comma=False, hour="นาฬิกา", minute="นาที", point="จุด", to="ถึง", times="เท่า", about="ประมาณ", ratio="ต่อ",
    fractions=("ครึ่ง", "เศษหนึ่งส่วนสาม", "เศษสองส่วนสาม", "เศษหนึ่งส่วนสี่", "เศษสามส่วนสี่"),
    coins=(("THB", "บาท"), ("USD", "ดอลลาร์"), ("EUR", "ยูโร"), ("GBP", "ปอนด์"), ("JPY", "เยน"), ("CNY", "หยวน"),
           ("KRW", "วอน")),
    currencies={"บาท": "THB", "THB": "THB", "บ.": "THB"},
    units={"กม./ชม.": "km/h", "ม./วินาที": "m/s", "กม.": "km", "ซม.": "cm", "มม.": "mm", "ม.": "m",
    "ก.ก.": "kg", "กก.": "kg", "ก.": "g",
           "มก.": "mg", "ล.": "l", "มล.": "ml", "ตร.ม.": "m²", "ตร.กม.": "km²", "ตร.ซม.": "cm²", "ชม.": "h",
           "องศา": "°", "°ซ": "°C"},
)
_CATALAN = Table(
    signs("punt|arrova|barra|guió|guió baix|i|més|menys|igual a|número|per"),
    {"Sr.": "senyor", "Sra.": "senyora", "Srta.": "senyoreta", "Dr.": "doctor", "Dra.": "doctora", "etc.": "etcètera",
     "p. ex.": "per exemple", "p.ex.": "per exemple", "pàg.": "pàgina", "pàgs.": "pàgines", "núm.": "número",
     "art.": "article", "cap.": "capítol", "tel.": "telèfon", "Tel.": "telèfon", "av.": "avinguda", "Av.": "avinguda",
     "c/": "carrer", "C/": "carrer", "pl.": "plaça", "Pl.": "plaça", "St.": "Sant", "Sta.": "Santa",
     "aC": "abans de Crist",
     "dC": "després de Crist", "a. C.": "abans de Crist", "d. C.": "després de Crist", "a.C.": "abans de Crist",
     "d.C.": "després de Crist", "EUA": "Estats Units", "aprox.": "aproximadament", "hab.": "habitants",
     "min.": "minuts",
     "dept.": "departament", "prof.": "professor", "ed.": "edició", "vol.": "volum", "màx.": "màxim", "mín.": "mínim",
     "24/7": "les vint-i-quatre hores"},
    {"M": "milió de|milions de", "mil.": "milió de|milions de", "min.": "minut|minuts", "h.": "hora|hores"},
    point="coma", to=" a ", ratio="a", times="vegada|vegades", about="aproximadament", cents="amb ",
    fractions=("mig", "un terç", "dos terços", "un quart", "tres quarts"),
    coins=(("USD", "dòlar|dòlars"), ("GBP", "lliura|lliures"), ("JPY", "ien|iens")), units={"km/hora": "km/h",
    "gr": "g"},
)
_SLOVAK = Table(
    signs("bodka|zavináč|lomka|pomlčka|podčiarkovník|a|plus|mínus|rovná sa|číslo|krát"),
    {"napr.": "napríklad", "atď.": "a tak ďalej", "tzv.": "takzvaný", "č.": "číslo", "str.": "strana", "tj.": "to jest",
     "t. j.": "to jest", "t.j.": "to jest", "pred n. l.": "pred naším letopočtom", "n. l.": "nášho letopočtu",
     "pred Kr.": "pred Kristom", "po Kr.": "po Kristovi", "a pod.": "a podobne", "tel.": "telefón", "Tel.": "telefón",
     "cca": "cirka", "sv.": "svätý", "Ing.": "inžinier", "Mgr.": "magister", "Bc.": "bakalár", "MUDr.": "doktor",
     "JUDr.": "doktor", "PhDr.": "doktor", "RNDr.": "doktor", "doc.": "docent", "prof.": "profesor", "Dr.": "doktor",
     "kap.": "kapitola", "obr.": "obrázok", "tab.": "tabuľka", "ul.": "ulica", "nám.": "námestie",
     "resp.": "respektíve",
     "max.": "maximálne", "min.": "minimálne", "p.": "pán", "pí.": "pani", "s.": "strana", "r.": "roku",
     "stor.": "storočie",
     "s. r. o.": "es er o", "s.r.o.": "es er o", "a. s.": "á es", "a.s.": "á es", "n. m.": "nad morom", "čl.": "článok",
     "ods.": "odsek", "vč.": "vrátane", "vrát.": "vrátane", "mld.": "miliárd", "mil.": "miliónov", "tis.": "tisíc",
     "hod.": "hodín", "PhD.": "pé há dé", "24/7": "nepretržite"},
    {"mil.": "milión|milióny|miliónov|milióna", "mld.": "miliarda|miliardy|miliárd|miliardy",
     "tis.": "tisíc|tisíce|tisíc|tisíca", "hod.": "hodina|hodiny|hodín|hodiny", "min.": "minúta|minúty|minút|minúty",
     "ks": "kus|kusy|kusov|kusa", "sek.": "sekunda|sekundy|sekúnd|sekundy", "PL": "polievková lyžica|polievkové lyžice|"
     "polievkových lyžíc", "ČL": "čajová lyžička|čajové lyžičky|čajových lyžičiek"},
    to=" až ", fractions=("pol", "jedna tretina", "dve tretiny", "jedna štvrtina", "tri štvrtiny"), times="krát",
    about="asi", coin=r"^\w+\s(?=\w)", coins=(("EUR", "euro|eurá|eur|eura"), ("USD", "dolár|doláre|dolárov|dolára")),
    currencies={"eur": "EUR", "Sk": "SKK"}, units={"km/hod": "km/h", "km/hod.": "km/h"},
)
# fmt: on
FURTHER: Mapping[str, Table] = MappingProxyType(
    {"ca": _CATALAN, "he": _HEBREW, "ro": _ROMANIAN, "sk": _SLOVAK, "th": _THAI}
)
"""By language."""
