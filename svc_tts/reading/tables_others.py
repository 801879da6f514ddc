"""The tables of Greek, Indonesian, Swedish, Ukrainian and Vietnamese."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from svc_tts.reading.table import Table, signs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OTHERS"]

# fmt: off
_GREEK = Table(
    signs("τελεία|παπάκι|κάθετος|παύλα|κάτω παύλα|και|συν|μείον|ίσον|αριθμός|επί"),
    {"π.χ.": "παραδείγματος χάρη", "δηλ.": "δηλαδή", "κ.λπ.": "και λοιπά", "κλπ.": "και λοιπά",
     "Π.Π.": "Παγκόσμιος Πόλεμος", "κτλ.": "και τα λοιπά",
     "κ.ά.": "και άλλα", "κ.α.": "και άλλα", "κ.τ.λ.": "και τα λοιπά", "κ.": "κύριος", "κα": "κυρία", "κος": "κύριος",
     "Δρ.": "δόκτωρ", "Δρ": "δόκτωρ", "καθ.": "καθηγητής", "Αγ.": "Άγιος", "αρ.": "αριθμός", "σελ.": "σελίδα",
     "τηλ.": "τηλέφωνο", "π.Χ.": "προ Χριστού", "μ.Χ.": "μετά Χριστόν", "π.μ.": "προ μεσημβρίας",
     "μ.μ.": "μετά μεσημβρίας", "περ.": "περίπου", "βλ.": "βλέπε", "εκ.": "εκατομμύρια", "δισ.": "δισεκατομμύρια",
     "χιλ.": "χιλιάδες", "λεπ.": "λεπτά", "ΗΠΑ": "Ηνωμένες Πολιτείες", "24/7": "όλο το εικοσιτετράωρο",
     "24ωρο": "εικοσιτετράωρο", "48ωρο": "σαρανταοκτάωρο",
     "24ωρη": "εικοσιτετράωρη"},
    {"εκατ.": "εκατομμύριο|εκατομμύρια", "εκ.": "εκατομμύριο|εκατομμύρια", "δισ.": "δισεκατομμύριο|δισεκατομμύρια",
     "τρισ.": "τρισεκατομμύριο|τρισεκατομμύρια", "χιλ.": "χιλιάδα|χιλιάδες", "λεπ.": "λεπτό|λεπτά"},
    point="κόμμα", to=" έως ", fractions=("μισό", "ένα τρίτο", "δύο τρίτα", "ένα τέταρτο", "τρία τέταρτα"),
    times="φορά|φορές", about="περίπου", cents="και ", coin=r"\s(?:ΗΠΑ|στερλίνες|στερλίνα)$",
    units={"μ.": "m", "μ": "m", "χλμ/ώρα": "km/h", "χλμ./ώρα": "km/h", "χλμ.": "km", "χλμ": "km", "τ.μ.": "m²",
    "τ.χλμ.": "km²",
           "κιλ.": "kg", "γρ.": "g", "χιλ": "mm", "λίτρα": "l", "°Κ": "°C"},
)
_INDONESIAN = Table(
    signs("titik|et|garis miring|strip|garis bawah|dan|plus|minus|sama dengan|nomor|kali"),
    {"dll.": "dan lain-lain", "dsb.": "dan sebagainya", "dst.": "dan seterusnya", "yg": "yang", "dgn": "dengan",
     "Jl.": "Jalan", "No.": "nomor", "no.": "nomor", "hlm.": "halaman", "Dr.": "doktor",
     "dr.": "dokter", "Prof.": "profesor", "Ir.": "insinyur", "H.": "haji", "Hj.": "hajah", "Tn.": "tuan",
     "Ny.": "nyonya", "Sdr.": "saudara", "Kab.": "kabupaten", "Kec.": "kecamatan", "Bpk.": "bapak",
     "tgl.": "tanggal", "pkl.": "pukul", "th.": "tahun",
     "telp.": "telepon", "Telp.": "telepon", "a.n.": "atas nama", "d.a.": "dengan alamat",
     "s.d.": "sampai dengan", "s/d": "sampai dengan", "24/7": "dua puluh empat jam sehari"},
    {"rb": "ribu", "jt": "juta", "ribu": "ribu", "juta": "juta", "miliar": "miliar", "milyar": "miliar",
     "triliun": "triliun", "SM": "sebelum Masehi", "sdm": "sendok makan", "sdt": "sendok teh"},
    point="koma", to=" sampai ", times="kali", about="sekitar", ratio="banding", coin=r"\s.*$",
    fractions=("setengah", "sepertiga", "dua pertiga", "seperempat", "tiga perempat"),
    coins=(("IDR", "rupiah"), ("USD", "dolar"), ("EUR", "euro"), ("GBP", "pound"), ("JPY", "yen")),
    currencies={"Rp.": "IDR", "Rp": "IDR", "IDR": "IDR"},
    units={"km/jam": "km/h", "gr": "g", "cc": "ml"},
)
_SWEDISH = Table(
    signs("punkt|snabel-a|snedstreck|bindestreck|understreck|och|plus|minus|är lika med|nummer|gånger"),
    {"t.ex.": "till exempel", "t ex": "till exempel", "bl.a.": "bland annat", "bl a": "bland annat",
     "d.v.s.": "det vill säga", "dvs.": "det vill säga", "dvs": "det vill säga", "m.m.": "med mera", "mm.": "med mera",
     "o.s.v.": "och så vidare", "osv.": "och så vidare", "osv": "och så vidare", "ca": "cirka", "ca.": "cirka",
     "Ca": "cirka", "avd.": "avdelning",
     "kl.": "klockan", "kl": "klockan", "nr.": "nummer", "nr": "nummer", "s.k.": "så kallad", "f.d.": "före detta",
     "fr.o.m.": "från och med", "t.o.m.": "till och med", "p.g.a.": "på grund av", "pga": "på grund av",
     "m.fl.": "med flera", "jfr": "jämför", "dr.": "doktor", "prof.": "professor", "tel.": "telefon",
     "Tel.": "telefon", "sid.": "sida", "kap.": "kapitel", "f.Kr.": "före Kristus", "e.Kr.": "efter Kristus",
     "st.": "stycken", "max.": "maximalt", "inkl.": "inklusive",
     "exkl.": "exklusive", "resp.": "respektive", "ev.": "eventuellt", "obs.": "observera", "ang.": "angående",
     "ggr": "gånger", "24/7": "dygnet runt"},
    {"mkr": "miljon kronor|miljoner kronor", "mdkr": "miljard kronor|miljarder kronor",
     "mn": "miljon|miljoner", "md": "miljard|miljarder", "mdr": "miljard|miljarder", "tkr": "tusen kronor",
     "milj.": "miljon|miljoner", "mnkr": "miljon kronor|miljoner kronor", "m.ö.h.": "meter över havet",
     "m ö.h.": "meter över havet", "st": "stycken", "tim": "timme|timmar", "min.": "minut|minuter",
     "msk": "matsked|matskedar", "tsk": "tesked|teskedar", "krm": "kryddmått"},
    point="komma", to=" till ", fractions=("en halv", "en tredjedel", "två tredjedelar", "en fjärdedel",
                                           "tre fjärdedelar"),
    times="gång|gånger", about="ungefär", cents="och ", coin=r"^\w+\s",
    coins=(("EUR", "euro"), ("GBP", "pund"), ("JPY", "yen")),
    currencies={"kronor": "SEK", "kr.": "SEK", "kr": "SEK", "SEK": "SEK", "NOK": "NOK", "DKK": "DKK"},
    units={"kvm": "m²", "kbm": "m³", "km/tim": "km/h"},
)
_UKRAINIAN = Table(
    signs("крапка|равлик|скісна риска|дефіс|підкреслення|і|плюс|мінус|дорівнює|номер|помножити на"),
    {"т. ін.": "таке інше", "т.ін.": "таке інше",
     "24/7": "цілодобово", "т. д.": "так далі", "т.д.": "так далі", "т. п.": "тому подібне", "т.п.": "тому подібне",
     "напр.": "наприклад", "ін.": "інші", "вул.": "вулиця", "м.": "місто", "обл.": "область", "просп.": "проспект",
     "ім.": "імені", "див.": "дивись", "стор.": "сторінка", "с.": "сторінка", "рис.": "рисунок", "кв.": "квартал",
     "гл.": "глава",
     "розд.": "розділ", "ст.": "стаття", "р.": "року", "рр.": "роки", "до н. е.": "до нашої ери",
     "до н.е.": "до нашої ери", "н. е.": "нашої ери", "н.е.": "нашої ери", "проф.": "професор", "акад.": "академік",
     "доц.": "доцент", "канд.": "кандидат", "тел.": "телефон", "Тел.": "телефон", "№": "номер", "бл.": "близько",
     "грн.": "гривень", "коп.": "копійок", "тис.": "тисяч", "млн.": "мільйонів", "млн": "мільйонів", "хв.": "хвилин",
     "год.": "годин", "сек.": "секунд", "млрд.": "мільярдів", "млрд": "мільярдів", "т. зв.": "так званий",
     "англ.": "англійською", "пп.": "підпункт", "п.": "пункт", "гр.": "громадянин", "Св.": "святий", "св.": "святий"},
    {"тис.": "тисяча|тисячі|тисяч|тисячі", "млн": "мільйон|мільйони|мільйонів|мільйона",
     "млрд": "мільярд|мільярди|мільярдів|мільярда", "трлн": "трильйон|трильйони|трильйонів|трильйона",
     "млн.": "мільйон|мільйони|мільйонів|мільйона", "млрд.": "мільярд|мільярди|мільярдів|мільярда",
     "хв.": "хвилина|хвилини|хвилин|хвилини", "год.": "година|години|годин|години",
     "сек.": "секунда|секунди|секунд|секунди", "коп.": "копійка|копійки|копійок|копійки",
     "чол.": "чоловік|чоловіки|чоловік|чоловіка", "шт.": "штука|штуки|штук|штуки",
     "ст. л.": "столова ложка|столові ложки|столових ложок|столової ложки",
     "ч. л.": "чайна ложка|чайні ложки|чайних ложок|чайної ложки"},
    fractions=("половина", "одна третина", "дві третини", "одна чверть", "три чверті"),
    times="раз|рази|разів|раза", about="приблизно", coin=r"^українськ\w+\s|\sСША$|^\w+(?:ий|і|их|а|е)\s(?=\w)",
    coins=(("UAH", "гривня|гривні|гривень|гривні"), ("USD", "долар|долари|доларів|долара"), ("EUR", "євро")),
    currencies={"грн.": "UAH", "грн": "UAH", "UAH": "UAH"},
    units={"км/год": "km/h", "м/с": "m/s", "км²": "km²", "кв. км": "km²", "м²": "m²", "кв. м": "m²", "м³": "m³",
           "км": "km", "см": "cm", "мм": "mm", "м": "m", "кг": "kg", "мг": "mg", "мл": "ml", "л": "l", "г": "g",
           "т": "t", "га": "ha", "год": "h", "хв": "min", "с": "s", "сек": "s", "кВт": "kW", "МВт": "MW",
           "кВт·год": "kWh", "Вт": "W", "ГГц": "GHz", "МГц": "MHz", "Гц": "Hz", "ГБ": "GB", "МБ": "MB", "ТБ": "TB",
           "ккал": "kcal", "°С": "°C"},
)
_VIETNAMESE = Table(
    signs("chấm|a còng|gạch chéo|gạch ngang|gạch dưới|và|cộng|âm|bằng|số|nhân"),
    {"TP.HCM": "Thành phố Hồ Chí Minh", "TP. HCM": "Thành phố Hồ Chí Minh", "TPHCM": "Thành phố Hồ Chí Minh",
     "TP.": "thành phố", "Tp.": "thành phố", "Q.": "quận", "P.": "phường", "TS.": "tiến sĩ", "ThS.": "thạc sĩ",
     "GS.": "giáo sư", "PGS.": "phó giáo sư", "BS.": "bác sĩ", "KS.": "kỹ sư", "GS.TS.": "giáo sư tiến sĩ",
     "PGS.TS.": "phó giáo sư tiến sĩ", "v.v.": "vân vân", "v.v...": "vân vân", "VD:": "ví dụ:", "vd:": "ví dụ:",
     "tr.": "trang", "ĐT:": "điện thoại:", "TCN": "trước Công nguyên", "SCN": "sau Công nguyên",
     "CN": "Chủ nhật", "UBND": "ủy ban nhân dân", "VN": "Việt Nam", "HN": "Hà Nội", "24/7": "hai mươi bốn trên bảy"},
    {"tr": "triệu", "tỷ": "tỷ", "tỉ": "tỷ", "triệu": "triệu", "nghìn": "nghìn", "ngàn": "nghìn"},
    hour="giờ", minute="phút", point="phẩy", to=" đến ", times="lần", about="khoảng",
    fractions=("một nửa", "một phần ba", "hai phần ba", "một phần tư", "ba phần tư"), coin=r"\s(?:Việt Nam|Mỹ|Anh)$",
    coins=(("VND", "đồng"), ("USD", "đô la"), ("GBP", "bảng"), ("EUR", "ơ rô")),
    currencies={"VNĐ": "VND", "VND": "VND", "vnđ": "VND", "đ": "VND", "đồng": "VND"},
    units={"km/giờ": "km/h"},
)
# fmt: on
OTHERS: Mapping[str, Table] = MappingProxyType(
    {"el": _GREEK, "id": _INDONESIAN, "sv": _SWEDISH, "uk": _UKRAINIAN, "vi": _VIETNAMESE}
)
"""By language."""
