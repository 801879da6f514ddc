"""Written text becomes what is said, in every language, and no written word is lost on the way."""

from __future__ import annotations

import random

import pytest

from pixelle.runtime.errors import FailedPrecondition, InvalidArgument
from svc_tts.reading import general
from svc_tts.reading.lines import Script, lines_of
from svc_tts.reading.pronunciations import Pronunciations
from svc_tts.words import written_words


def said(text: str, language: str) -> str:
    return " ".join(line.said for line in lines_of(text, language=language).lines)


def words_of(script: Script) -> list[str]:
    return [word for line in script.lines for unit in line.units for word in unit.words]


@pytest.mark.parametrize(
    ("language", "written", "spoken"),
    [
        ("de", "Am 5. März 2024 kamen 1.234 Gäste.",
         "Am fünften März zweitausendvierundzwanzig kamen eintausendzweihundertvierunddreißig Gäste."),
        ("de", "Seit 12.03.1999, z. B. um 14:30 Uhr.",
         "Seit zwölften März neunzehnhundertneunundneunzig, zum Beispiel um vierzehn Uhr dreißig."),
        ("de", "Es kostet 3,50 € oder 5 Mio. € bei -5 °C.",
         "Es kostet drei Euro fünfzig oder fünf Millionen Euro bei minus fünf Grad Celsius."),
        ("de", "Ludwig XIV. kam, 50 % der EU.", "Ludwig der Vierzehnte kam, fünfzig Prozent der E U."),
        ("de", "Mehr auf www.beispiel.de/seite oder info@test.de.",
         "Mehr auf beispiel Punkt de Schrägstrich seite oder info ät test Punkt de."),
        ("es", "El Sr. López pagó 1.250,75 € por 20 km.",
         "El señor López pagó mil doscientos cincuenta euros con setenta y cinco por veinte kilómetros."),
        ("es", "La ONU dice 1 km.", "La O N U dice un kilómetro."),
        ("fr", "Le 1er janvier à 14h30, 10 000 km.",
         "Le premier janvier à quatorze heures trente, dix mille kilomètres."),
        ("it", "Costa 2,5 mln € e 10 kg.", "Costa due virgola cinque milioni di euro e dieci chilogrammi."),
        ("pt", "São 30 °C e 5%.", "São trinta graus Celsius e cinco por cento."),
        ("pl", "np. 5 km za 25 zł", "na przykład pięć kilometrów za dwadzieścia pięć złotych"),
        ("ru", "Рост на 20% за 3 кг.", "Рост на двадцать процентов за три килограмма."),
        ("tr", "Yani %20 arttı.", "Yani yüzde yirmi arttı."),
        ("nl", "De 1e klas kost € 4,50.", "De eerste klas kost vier euro vijftig."),
        ("cs", "Dne 5. března bylo 20 °C.", "Dne pátého března bylo dvacet stupňů Celsia."),
        ("hu", "Ára 500 Ft, pl. 20 km.", "Ára ötszáz forint, például húsz kilométer."),
        ("ko", "가격은 20%입니다.", "가격은 이십 퍼센트입니다."),
        ("ja", "5 kmです。AIです。", "五キロメートルです。 A Iです。"),
        ("hi", "कीमत 20% है।", "कीमत बीस प्रतिशत है।"),
        ("hi", "12,34,567 लोग", "बारह लाख चौंतीस हज़ार पाँच सौ सड़सठ लोग"),
        ("hi", "२०२६ में 3.14", "दो हज़ार छब्बीस में तीन दशमलव एक चार"),
        ("hi", "1984 में 100 रुपये", "उन्नीस सौ चौरासी में एक सौ रुपये"),
        ("ar", "السعر 5 km.", "السعر خمسة كيلومترات."),
        ("zh", "气温25℃，增长20%，2024年3月5日14:30，占3/4，花了$3.50和5kg。",
         "气温二十五摄氏度，增长百分之二十，二零二四年三月五日十四点三十分，占四分之三，花了三点五美元和五公斤。"),
        ("de", "Am 24.12. von 8:00-17:00 Uhr, 3-5 Tage, 10%-20 %, aber 3-2.",
         ("Am vierundzwanzigsten Dezember von acht Uhr bis siebzehn Uhr, drei bis fünf Tage, "
         "zehn Prozent bis zwanzig Prozent, aber drei zu zwei.")),
        ("de", "Version 2.10.3 und 1.2. Tel. 030 1234567, 5,- €.",
         ("Version zwei Punkt zehn Punkt drei und eins Komma zwei. Telefon null drei null eins zwei drei vier fünf "
         "sechs sieben, fünf Euro.")),
        ("de", "3/4 Stunde, 2 1/2 und 2½, CO₂ und CO2, 5×3.",
         "drei Viertel Stunde, zweieinhalb und zweieinhalb, C O zwei und C O zwei, fünf mal drei."),
        ("fr", "Le XIXe siècle, Napoléon Ier, de 9h-17h.",
         "Le dix-neuvième siècle, Napoléon premier, de neuf heures à dix-sept heures."),
        ("it", "Il XIX secolo", "Il diciannovesimo secolo"),
        ("ru", "XIX век, 14.07.1789",
         "девятнадцатый век, четырнадцатого июля тысяча семьсот восемьдесят девятого года"),
        ("ar", "٪٥٠ و 50% و ٣٫١٤", "خمسون بالمئة و خمسون بالمئة و ثلاثة فاصلة واحد أربعة"),
        ("hi", "७:०५", "सात बजकर पाँच मिनट"),
        ("ko", "2명이 오전 7:05에, 3시간, 2개월.", "두 명이 오전 일곱 시 오 분에, 세 시간, 이개월."),
        ("ja", "7:05に出発、10:00〜17:00、３０％、1/2カップ。",
         "七時五分に出発、十時から十七時、三十パーセント、二分の一カップ。"),
        ("zh", "9:00-17:00，10~20%，3-5℃，1990-1995年，温度-5度。",
         "九点整到十七点整，百分之十到百分之二十，三到五摄氏度，一九九零到一九九五年，温度负五度。"),
        ("zh", "2个人，第2个，12个，2年级，2kg，2:30，3:2获胜。",
         "两个人，第二个，十二个，二年级，两公斤，两点三十分，三比二获胜。"),
        ("zh", "电话010-12345678或+86 13800138000，版本2.10.3，5×3=15。",
         "电话零幺零幺二三四五六七八或加八六幺三八零零幺三八零零零，版本二点十点三，五乘三等于十五。"),
        ("zh", "电话13800138000，用AI。", "电话幺三八零零幺三八零零零，用A I。"),
        ("en", "On 2024-03-05, Dr. Smith paid $3.14 million for 5 km.",
         "On March 5, 2024, Dr. Smith paid 3.14 million dollars for 5 kilometers."),
        ("en", "Write to me@example.com.", "Write to me at example dot com."),
        ("en", "Call 555-0199 or 1-800-555-0199, e.g. on Mon., or by 31/12/2026.",
         "Call 5 5 5 0 1 9 9 or 1 8 0 0 5 5 5 0 1 9 9, for example on Monday, or by December 31 2026."),
        ("en", "See No. 5 and pp. 3-5. It is 6 ft, 3 lbs or 5-10 km at 60 mph.",
         "See number 5 and pages 3 to 5. It is 6 feet, 3 pounds or 5 to 10 kilometers at 60 miles per hour."),
        ("en", "Call +1 (555) 123-4567 or 020 7946 0958 at 12:00 PM or 7:00 a.m. in 05/2024.",
         "Call plus 1 5 5 5 1 2 3 4 5 6 7 or 0 2 0 7 9 4 6 0 9 5 8 at 12 p.m. or 7 a.m. in May 2024."),
        ("en", "Add 2 1/2 cups for 1 000 000 people on Main St. in St. Louis.",
         "Add 2 and 1 half cups for 1000000 people on Main Street in Saint Louis."),
        ("en", "Henry VIII and Louis XIV in World War II; the IV drip in part III of Rocky IV.",
         "Henry the 8th and Louis the 14th in World War 2; the IV drip in part 3 of Rocky 4."),
        ("en", "By 2024/12/25, not 13/13/2024.", "By December 25, 2024, not 13 13 2024."),
        ("en", "Only now, i.e. in Dec. or so.", "Only now, that is in December or so."),
        ("en", "For 100-1000 people in 1999-2004 on 3/4/2020.",
         "For 100 to 1000 people in 1999 to 2004 on March 4, 2020."),
        ("", "20% z. B. 5 km", "20% z. B. 5 km"),
    ],
)  # fmt: skip
def test_said(language: str, written: str, spoken: str) -> None:
    assert said(written, language) == spoken


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "See No. 5 and Mt. Everest on Oct. 5 with Dr. Lee."),
        ("de", "Am 5. März kam Dr. Müller, z. B. um 14 Uhr."),
        ("de", "Ludwig XIV. kam an. Er blieb."),
        ("es", "El Sr. López llegó."),
    ],
)
def test_short_forms_end_no_sentence(language: str, text: str) -> None:
    assert len(lines_of(text, language=language).lines) == text.count("an.") + 1


def test_words_that_are_also_short_forms_end_a_sentence() -> None:
    assert [
        line.said for line in lines_of("The answer is no. But why? Eggs, milk, etc. Then we left.", language="en").lines
    ] == ["The answer is no.", "But why?", "Eggs, milk, etc.", "Then we left."]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He moved to the U.S. He loved it.", 2),
        ("They met at 5 p.m. The train left.", 2),
        ("It was made by Apple Inc. In 2007 it sold well.", 2),
        ("The U.S. Army and J. R. Smith, e.g. The Lancet, met Dr. K. Lee.", 1),
    ],
)
def test_a_short_form_ends_an_english_sentence_before_a_word_that_begins_one(text: str, count: int) -> None:
    assert len(lines_of(text, language="en").lines) == count


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Äpfel, Birnen usw. Dann kam er."),
        ("es", "Peras, etc. Luego llegó."),
        ("fr", "Des pommes, etc. Ensuite il part."),
        ("it", "Mele, ecc. Poi arriva."),
        ("ru", "Яблоки и т. д. Потом он ушёл."),
    ],
)
def test_and_so_on_ends_a_sentence_before_a_capital(language: str, text: str) -> None:
    assert len(lines_of(text, language=language).lines) == 2


_SIGNS = "abcXYZ019 .,;:!?-–—…'\"“”()[]$€£¥%&@#/\\_+=<>~°²½éßłøЖдअ한漢字あ🙂\u200b\u0301"


@pytest.mark.parametrize(
    "language",
    ["", "ar", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "fr-CH", "he", "hi", "hu", "id", "it",
    "ja", "ko", "nb",
     "nl", "pl", "pt", "pt-PT", "ro", "ru", "sk", "sv", "th", "tr", "uk", "vi", "zh", "xx"],
)  # fmt: skip
def test_no_written_word_is_lost(language: str) -> None:
    draw = random.Random(11)
    for _ in range(60):
        text = "".join(draw.choices(_SIGNS, k=draw.randint(1, 80)))
        script = lines_of(
            text, language=language, pronunciations=Pronunciations({"ab": "aah", "漢": "字", "X Y": "no"})
        )
        assert words_of(script) == written_words(text), text
        assert all(unit.said for line in script.lines for unit in line.units)


@pytest.mark.parametrize(
    "language",
    ["ar", "ca", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nb", "nl", "pl",
     "pt", "ro", "ru", "sk", "sv", "th", "tr", "uk", "vi", "zh"],
)  # fmt: skip
def test_a_number_without_end_is_read(language: str) -> None:
    number = "9" * 5000  # more digits than Python turns into a number
    assert words_of(lines_of(number, language=language)) == [number]


@pytest.mark.parametrize("language", ["ca", "da", "fi", "he", "nb", "ro", "sk", "th"])
@pytest.mark.parametrize("written", ["{}", "a {} b", "{} %", "{} €", "{} km", "(-{} °C)"])
def test_no_digit_is_lost(language: str, written: str) -> None:
    draw = random.Random(3)
    numbers = {*range(130), *(draw.randrange(10**k, 10 ** (k + 1)) for k in range(2, 12) for _ in range(25))}
    said = {line.said for n in numbers for line in lines_of(written.format(n), language=language).lines}
    assert len(said) == len(numbers)
    assert not [each for each in said if any(c.isdecimal() for c in each)]


@pytest.mark.parametrize("language", sorted(general.LANGUAGES - {"en", "fr_BE", "fr_CH", "ja", "pt_PT"}))
def test_no_digit_is_left_where_rules_meet(language: str) -> None:
    draw = random.Random(5)
    numbers = "1 2 21 101 1995 2024 007 2,5 2.5 1/2 3/4 ½ -5 1-2 10–15 14:30 3:1 05.03.2024 2024-03-05".split()  # noqa: SIM905
    units = ["", " km", "km/s", " %", "%", " €", " °C", "x", "."]
    texts = [" ".join(draw.choice(numbers) + draw.choice(units) for _ in range(3)) for _ in range(150)]
    texts += ["3 -5", "14:30 101", "3/4 101", "3:1 007"]
    assert not [text for text in texts if any(c.isdecimal() for c in said(text, language))]


@pytest.mark.parametrize("text", ["1-" * 9000, "½" * 9000, "a-b'" * 4000, "1:" * 9000])
def test_a_word_of_thousands_of_letters_is_looked_at_in_pieces(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the rules cost grows faster than what they look at."""
    looked_at: list[str] = []

    def watched(text: str, language: str) -> list[tuple[int, int, str]]:
        looked_at.append(text)
        return []

    monkeypatch.setattr(general, "rewritten", watched)
    assert words_of(lines_of(text, language="de")) == [text]
    assert "".join(looked_at) == text
    assert max(map(len, looked_at)) <= 500


def test_a_pause_is_silence_and_not_said() -> None:
    script = lines_of(
        "[pause 1s] One two. [pause 0.5s] three [pause 250ms][PAUSE:2] four [pause] five", language="en", speed=2
    )
    assert words_of(script) == ["One", "two.", "three", "four", "five"]
    assert script.lead == 1.0
    assert [line.pause for line in script.lines[:-1]] == [0.5, 2.25, 0.5]


@pytest.mark.parametrize("mark", ["[pause 11s]", "[pause -1s]", "[pause soon]", "[pause 1h]"])
def test_a_pause_that_is_none_is_refused(mark: str) -> None:
    with pytest.raises(InvalidArgument, match=r"Write seconds from 0 to 10") as caught:
        lines_of(f"One {mark} two", language="en")
    assert caught.value.reason == "PAUSE_INVALID"


def test_natural_pauses_shrink_with_speed() -> None:
    slow, fast = (lines_of("One. Two.", language="en", speed=speed).lines[0].pause for speed in (1.0, 2.0))
    assert slow == 2 * fast


def test_pronunciations_cover_words_whole_and_together() -> None:
    given = Pronunciations({"New York": "noo yawk", "nguyen": "win", "GIF": "/dʒɪf/", "gi": "nothing"})
    first, second = lines_of("In New York, with Nguyen. A GIF!", language="en", pronunciations=given).lines
    assert [(unit.words, unit.said) for unit in first.units] == [
        (("In",), ("In",)),
        (("New", "York,"), ("noo", "yawk")),
        (("with",), ("with",)),
        (("Nguyen.",), ("win",)),
    ]
    assert first.text == "In noo yawk, with win."
    assert second.units[1].ipa == "dʒɪf"


def test_pronunciations_work_in_scripts_without_spaces() -> None:
    line = lines_of("我在重庆吃饭。", language="zh", pronunciations=Pronunciations({"重庆": "虫庆"})).lines[0]
    assert line.said == "我在虫庆吃饭。"


@pytest.mark.parametrize("given", [{"": "a"}, {"a": ""}, {"a": "//"}, {"a": "!"}, {" a": "b"}, {"a": "b" * 201}])
def test_pronunciations_that_cannot_be_used_are_refused(given: dict[str, str]) -> None:
    with pytest.raises(InvalidArgument) as caught:
        Pronunciations(given)
    assert caught.value.reason == "PRONUNCIATION_INVALID"
    with pytest.raises(InvalidArgument, match="501"):
        Pronunciations({f"a{k}": "b" for k in range(501)})


def test_ipa_is_refused_where_it_cannot_be_read() -> None:
    given = Pronunciations({"GIF": "/dʒɪf/"})
    given.must_be_read_by("piper", ipa=True)
    with pytest.raises(FailedPrecondition, match="'GIF' is IPA") as caught:
        given.must_be_read_by("edge", ipa=False)
    assert caught.value.reason == "ENGINE_CANNOT_IPA"


def test_a_sign_after_a_pause_ends_what_was_before_it() -> None:
    script = lines_of("One [pause 1s]. Two words.", language="en", speed=1)
    assert [[unit.written for unit in line.units] for line in script.lines] == [["One."], ["Two", "words."]]
    assert script.lines[0].pause == 1.0
