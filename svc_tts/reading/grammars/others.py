"""Arabic, Greek and Swedish numbers go by the noun's gender, Hungarian ones by whether there is a noun."""

from __future__ import annotations

from types import MappingProxyType

from svc_tts.reading.grammars.base import Grammar

__all__ = ["ARABIC", "GREEK", "HUNGARIAN", "SWEDISH"]

ARABIC = Grammar(
    nouns=(
        ("m", (r"\S* (?:كيلومترات|دولارات|مليارات|تريليونات|اجتماعات|قرارات|انتخابات|عقارات|جنيهات|مترات|جرامات|"
              r"غرامات|كيلوغرامات|مشروعات|هجمات|خليفة|أسئلة|أجهزة|أنظمة|أندية|أعمدة|أشعة|مقاعد|قادة|طلبة|سادة)")),
        ("f", (r"\S* (?:سنوات|نجوم|سنين|دقائق|ثوان|ثواني|مدن|نساء|دول|شركات|غرف|ليال|ليالي|نقاط|ملاعق|لغات|مرات|جزر|"
               r"حلقات|صور|"
              r"فرق|كتل|عيون|أيد|قصص|جثث|(?!ال).+ات|(?!ال).+ة)")),
        ("m", r"\S* .+"),
    ),
    stops=r"في|من|إلى|على|عن|أو|ثم|هو|هي|كان|كانت|مع|بين|عند|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|"
          r"أكتوبر|نوفمبر|ديسمبر",
    cases=(("g", (r"في|من|إلى|على|عام|سنة|منذ|بعد|قبل|عامي|حوالي|نحو|العام|حتى|عن|بنسبة|نسبة|لمدة|خلال|أكثر|أقل|بين|ل|"
                  r"ب|يناير|فبراير|مارس|أبريل|"
           r"مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر")),),
    bent=MappingProxyType({
        "f": (
            (r"\bأحد عشر\b", "إحدى عشرة"), (r"\bاثنا عشر\b", "اثنتا عشرة"),
            (r"\b(ثلاث|أربع|خمس|ست|سبع|ثماني|تسع)ة عشر\b", r"\1 عشرة"),
            (r"(?<!\w)(و?)(ثلاث|أربع|خمس|ست|سبع|ثماني|تسع)ة(?= و|$)", r"\1\2"),
            (r"^عشرة$", "عشر"),
            (r"^واحد(?= و)", "إحدى"), (r"\bواحد\b", "واحدة"), (r"\bاثنان\b", "اثنتان"),
            (r"(ألف|مئت|مليون)ان$", r"\1ا"),
        ),
        "m": ((r"(ألف|مئت|مليون)ان$", r"\1ا"),),
        "g": ((r"(?<!\w)(و?)(عشر|ثلاث|أربع|خمس|ست|سبع|ثمان|تسع)ون\b", r"\1\2ين"),
              (r"(?<!\w)(و?)(ألف|مئت|مليون|اثن|اثنت)ان\b", r"\1\2ين")),
    }),
)  # fmt: skip

HUNGARIAN = Grammar(
    nouns=(("a", r". .+"),),
    stops=r"és|vagy|meg|a|az|is|de|hogy|volt|van|lett|ellen|között|körül|után|előtt|mint|nem|óta|-",
    labels=r"szám|fejezet|oldal|forma",
    bent=MappingProxyType({"a": ((r"kettő$", "két"),)}),
)  # fmt: skip

_GREEK_THREE_AND_FOUR = ((r"δεκατρία$", "δεκατρείς"), (r"\bτρία$", "τρεις"), (r"τέσσερα$", "τέσσερις"))
_GREEK_LAST = r"(?!.*(?:χιλιάδες|εκατομμύρι))"
GREEK = Grammar(
    nouns=(
        ("n", r"1 .+(?:μα|ο|ό|ι|ί|ος|υ|ύ)(?<!ωνας)(?<!χρόνος)(?<!άνθρωπος)(?<!μήνας)(?<!τρόπος)(?<!λόγος)(?<!βαθμός)"),
        ("f", r"1 .+(?:α|ά|η|ή|ας)(?<!άνδρας)(?<!άντρας)(?<!μήνας)(?<!αιώνας)(?<!αγώνας)"),
        ("fg", r"1 .+(?:ας|ης|ής)(?<!άνδρας)(?<!άντρας)(?<!μήνας)(?<!αιώνας)(?<!αγώνας)(?<!τής)(?<!της)"),
        ("m", r"1 .+[ςσ]"),
        ("m", (r"\S+ (?:.+οι|.+οί|.+ους|.+ούς|άνδρες|άντρες|μήνες|αιώνες|αγώνες|μαθητές|φοιτητές|.+ιστές|.+ίτες|"
               r"παίκτες|επιβάτες|τουρίστες|εργάτες)")),
        ("f", r"\S+ .+(?:ες|ές|εις)"),
    ),
    stops=r"και|ή|του|της|των|το|τα|ο|η|οι|στο|στη|στην|στις|στους|με|σε|από|για|είναι|ήταν|έως|ως|μέχρι|ανά|που|να",
    labels=r"αριθμός|κεφάλαιο|σελίδα|άρθρο|σεζόν|επεισόδιο|τύπος|επίπεδο|ομάδα|φάση|βήμα|κανάλι|έκδοση|μέρος",
    bent=MappingProxyType({
        "f": ((r"\bένα$", "μία"), *_GREEK_THREE_AND_FOUR, (rf"κόσια{_GREEK_LAST}", "κόσιες"), (r"\bχίλια\b", "χίλιες")),
        "m": ((r"\bένα$", "ένας"), *_GREEK_THREE_AND_FOUR,
              (rf"κόσια{_GREEK_LAST}", "κόσιοι"), (r"\bχίλια\b", "χίλιοι")),
        "fg": ((r"^ένα$", "μίας"),),
    }),
)  # fmt: skip

SWEDISH = Grammar(
    nouns=(
        ("n", (r"[1x] (?:år|barn|hus|land|djur|ord|par|liv|namn|bord|rum|tal|mål|poäng|procent|halvår|kvartal|dygn|lag|"
               r"spel|tåg|brev|kort|bud|glas|ägg|äpple|kilo|gram|kilogram|ton|pund|hekto|problem|program|system|exempel|fall|"
               r"försök|steg|sätt|avsnitt|kapitel|block|foto|test|jobb|företag|århundrade|decennium|år\S*|\S+(?:hus|land|"
               r"barn|program|system|nummer|företag|arbete|museum|ande|ende))")),
        ("u", r"[1x] .+"),
    ),
    stops=r"och|eller|av|i|på|till|från|med|för|är|var|som|än|mot|per|om|under|över|efter|före|men|är",
    labels=r"nummer|kapitel|sida|sidan|artikel|säsong|avsnitt|typ|nivå|grupp|fas|steg|kanal|linje|version|del|formel|"
           r"tabell|figur|liga|plats|punkt|klass|lektion|modell|variant|etapp|rum",
    bent=MappingProxyType({"u": ((r"ett$", "en"),)}),
)  # fmt: skip
