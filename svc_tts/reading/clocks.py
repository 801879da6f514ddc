"""Times of day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from svc_tts.reading import korean
from svc_tts.reading.agreement import case_before, counted, one_of, placed
from svc_tts.reading.numbers import in_words
from svc_tts.reading.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["clocks"]

_CLOCK = re.compile(r"(?<![\d:.,])(?P<h>[01]?\d|2[0-4])[:h](?P<m>[0-5]\d)(?![\d:]|[.,]\d)")
_HOUR_ALONE = re.compile(r"(?<![\d:.,])(?P<h>[01]?\d|2[0-4])\s?h(?:\s?(?P<m>[0-5]\d))?(?![\w:])")
"""French and Portuguese: "14h", "14 h 30"."""
_WITH_DOT = {
    "de": r"(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?=\s?Uhr)",
    "nl": r"(?P<h>[01]?\d|2[0-4])[.u](?P<m>[0-5]\d)"
          r"(?:(?=\s?u(?:ur)?(?!\w)|\s?(?:-|–|tot)\s?\d?\d\.\d\d\s?uur)|(?<=u\d\d)(?!\d))",
    "el": r"(?:[Σσ]τις\s|[Σσ]τη\s)(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)",
    "id": r"(?:[Pp]ukul\s|[Pp]kl\.?\s|[Jj]am\s)(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)(?!\s?(?:juta|ribu|kg|km))",
    "sv": r"(?:[Kk]l\.?\s|[Kk]lockan\s)(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)",
    "da": r"(?:[Kk]l\.?\s|[Kk]lokken\s)(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)",
    "nb": r"(?:[Kk]l\.?\s|[Kk]lokka\s|[Kk]lokken\s)(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)",
    "fi": r"(?:[Kk]lo\.?\s|[Kk]ello\s)(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)",
    "ro": r"\b[Oo]r(?:a|ei|ele)\s(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)",
    "th": r"(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?=\s?(?:[-–]\s?\d?\d\.\d\d\s?)?(?:น\.|นาฬิกา))",
    "pl": r"(?:godz\.\s|zinie\s|\bo\s)(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)",
    "it": r"(?:\bore\s|alle\s)(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)",
    "tr": r"(?:[Ss]aat\s)?(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?:(?<=aat \d\d.\d\d)|(?=['’][dty]|\s?sular|"
          r"\sarası|[-–]\d?\d\.\d\d\sarası))",
    "hu": r"(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?=-kor|\s?órakor)",
    "ca": r"(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?=\s?h(?!\w))",
    "sk": r"(?:\b[Oo]\s|\bod\s|\bdo\s)(?P<h>1?\d|2[0-4])\.(?P<m>[0-5]\d)(?=\s?h|$|[,;.]|\s[a-zá-ž])",
    "cs": r"(?:\b[Vv]\s|\bve\s|\bod\s|\bdo\s)(?P<h>1?\d|2[0-4])\.(?P<m>[0-5]\d)(?=\s?h|$|[,;]|\s[a-zá-ž])",
}  # fmt: skip
"""Times written with a dot, where a word beside them says that they are some."""
_HOURS_ALONE = {
    "ar": re.compile(
        r"(?:(?<=الساعة )|(?<![\w:.,])(?=\d{1,2} (?:صباح|مساء|ظهر|عصر|ليل|فجر)))(?P<h>1?\d|2[0-4])(?![\d:%]|[.,]\d)"
    ),
    "pl": re.compile(r"(?<!\w)godz(?:\.|inie|iny) (?P<h>1?\d|2[0-4])(?![\w:%]|[.,-]\d)"),
    "da": re.compile(r"(?:(?<=[Kk]l\. )|(?<=[Kk]lokken ))(?P<h>0?\d)(?![\w:%]|[.,-]\d)"),
    "nb": re.compile(r"(?:(?<=[Kk]l\. )|(?<=[Kk]lokken )|(?<=[Kk]lokka )|(?<=[Kk]l ))(?P<h>0?\d)(?![\w:%]|[.,-]\d)"),
    "fi": re.compile(r"(?:(?<=[Kk]lo )|(?<=[Kk]ello ))(?P<h>0\d)(?![\w:%]|[.,-]\d)"),
    "ro": re.compile(r"(?<!\w)[Oo]r(?:a|ei|ele) (?P<h>[01]?\d|2[0-4])(?![\w:%]|[.,-]\d)"),
}
"""Full hours that their name alone tells."""
_UNTIL = re.compile(
    r"(?<!\w)(?:[Kk]l\.?|[Kk]lockan|[Kk]lokk[ae]n?|[Kk]lo|[Kk]ello|[Oo]r(?:a|ele)|[Pp]ukul|[Jj]am|[Σσ]τις|[Αα]πό|godz\.|godzinach|[Oo]re|[Dd]?alle)\s"
    r"\d?\d\.[0-5]\d\s?[-–]\s?(?P<h>[01]?\d|2[0-4])\.(?P<m>[0-5]\d)(?!\d)"
)
"""The second of two."""
_HOURS = {
    "es": "hora|horas", "it": "volta|volte", "pt": "hora|horas", "fr": "heure|heures", "ru": "час|часа|часов",
    "cs": "hodina|hodiny|hodin",
    "hu": "óra", "sk": "hodina|hodiny|hodín", "ca": "hora|hores",
}  # fmt: skip
"""What is counted, for the gender; said in French and Portuguese, and after full hours in Russian and Czech."""
_QUARTERS = {15: "cuarto", 30: "media"}
_AND = {"ca": "i", "es": "y", "it": "e"}
_ARABIC_HOURS = (
    *("", "الواحدة", "الثانية", "الثالثة", "الرابعة", "الخامسة", "السادسة", "السابعة", "الثامنة", "التاسعة", "العاشرة"),
    *("الحادية عشرة", "الثانية عشرة"),
)
_HINDI_HALVES = {"1:30": "डेढ़", "2:30": "ढाई"}


def clocks(text: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and words of the times in a text."""
    base = language.partition("_")[0]
    patterns = [_CLOCK]
    if base in {"fr", "pt", "vi"}:
        patterns.append(_HOUR_ALONE)
    if language in _WITH_DOT:
        patterns += [re.compile(rf"(?<![\d.,:])(?:{_WITH_DOT[language]})"), _UNTIL]
    for pattern in patterns:
        for match in pattern.finditer(text):
            hours, minutes = int(match["h"]), int(match["m"] or 0)
            start = match.start("h")
            before, after = text[:start], text[match.end() :]
            rule = _RULES.get(base, _plain)
            said, more = rule(hours, minutes, before, after, language)
            yield start, match.end() + more, said
    for match in _HOURS_ALONE[language].finditer(text) if language in _HOURS_ALONE else ():
        said, _ = _RULES[language](int(match["h"]), 0, text[: match.start("h")], "", language)
        yield *match.span("h"), said


def _plain(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """The numbers, with the language's word for the hour between or after them."""
    del before
    table = TABLES[language]
    names = {"nl": "uur|u", "th": r"นาฬิกา|น\."}.get(language, table.hour)
    written = re.match(rf"\s*(?:{names})(?!\w)", after) if table.hour else None
    number = korean.hour(hours) if language == "ko" else "ein" if language == "de" and hours == 1 else ""
    parts = [number or in_words(str(hours), language), table.hour]
    if minutes:
        parts += [in_words(str(minutes), language), table.minute]
    return ("" if language in {"ja", "th"} else " ").join(filter(None, parts)), written.end() if written else 0


def _romance(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """The hours alone in Spanish and Italian, with their noun in French and Portuguese; all are feminine."""
    del before
    base = language.partition("_")[0]
    one, _, many = _HOURS[base].partition("|")
    noun = one if hours == 1 or (hours == 0 and base == "fr") else many
    amount = counted(str(hours), language, after=f" {noun}")
    quarters = {15: "quart"} if base == "ca" else _QUARTERS
    quarter = quarters.get(minutes) if base in {"ca", "es"} and 1 <= hours <= 12 else None
    minute = (quarter or in_words(str(minutes), language)) if minutes else ""
    if base in {"ca", "es", "it"}:
        written = re.match(r"\s*h(?!\w)", after)
        said = f"{amount} {_AND[base]} {minute}" if minute else amount
        return said, written.end() if written else 0
    written = re.match(r"\s*(?:heures?|horas?|h)(?!\w)", after)
    joint = " e " if base == "pt" else " "
    if minute and (told := re.match(r"\s?min(?:utes?|utos?)?(?!\w)", after)):
        minute += " minuto" if base == "pt" else " minute"
        return f"{amount} {noun}{joint}{minute}{'s' if minutes > 1 else ''}", told.end()
    return f"{amount} {noun}{joint}{minute}" if minute else f"{amount} {noun}", written.end() if written else 0


def _slavic(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """Full hours are counted; in Polish all are ordinals: "o czternastej trzydzieści"."""
    if language == "pl":
        preceding = re.search(r"(\w+)\.?\s+$", before)
        word = preceding[1].lower() if preceding else ""
        form = "fg" if word in {"o", "po", "od", "do", "około", "przed", "godzinie", "godziny"} else "f"
        form = (
            "fg"
            if word == "godz" and re.search(r"(?i)\b(?:o|po|od|do|ok\.|około|przed)\s+godz\.\s+$", before)
            else form
        )
        hour = placed(hours, language, form) if hours else {"fg": "zerowej", "f": "zero"}[form]
        nought = "zero " if 0 < minutes < 10 else ""
        return f"{hour} {nought}{in_words(str(minutes), language)}" if minutes else hour, 0
    written = re.match(r"\s*(?:час\w*|hod\w*)(?!\w)", after)
    if language == "sk" and hours and re.search(r"\b(?:o|od|do|po|okolo)\s+$", before, re.IGNORECASE):
        nought = "nula " if 0 < minutes < 10 else ""
        rest = f" {nought}{in_words(str(minutes), language)}" if minutes else ""
        written = re.match(r"\s*(?:hod\w*\.?|h)(?!\w)", after)
        return placed(hours, language, "fg") + rest, written.end() if written else 0
    if minutes:
        number = "jedna" if language in {"cs", "sk"} and hours == 1 else in_words(str(hours), language)
        nought = f"{in_words('0', language)} " if minutes < 10 else ""
        return f"{number} {nought}{in_words(str(minutes), language)}", 0
    noun = one_of(_HOURS[language], str(hours), language)
    if case_before(before, language) == "g":
        noun = one_of(_HOURS[language], "2" if hours == 1 and language == "ru" else "5", language)
    said = counted(str(hours), language, before=before, after=f" {noun}")
    return (said, 0) if written else (f"{said} {noun}", 0)


def _hungarian(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    del before, after
    hour = counted(str(hours), language, after=" óra")
    return f"{hour} óra {in_words(str(minutes), language)}" if minutes else f"{hour} óra", 0


def _arabic(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """By twelve hours, with the quarters; hours are ordinals."""
    del before, after
    said = _ARABIC_HOURS[hours % 12 or 12]
    if minutes in {15, 30}:
        return f"{said} {'والربع' if minutes == 15 else 'والنصف'}", 0
    if not minutes:
        return said, 0
    noun = "دقائق" if 3 <= minutes <= 10 else "دقيقة"
    amount = counted(str(minutes), language, after=f" {noun}")
    return f"{said} و{amount} {noun}", 0


def _hindi(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """With the names of the quarters: half past three is "साढ़े तीन"."""
    del before
    written = re.match(r"\s*(?:बजे|बजकर)(?!\w)", after)
    more = written.end() if written else 0
    if minutes not in {0, 15, 30, 45} or hours > 12:
        if minutes:
            return f"{in_words(str(hours), language)} बजकर {in_words(str(minutes), language)} मिनट", more
        return f"{in_words(str(hours), language)} बजे", more
    said = _HINDI_HALVES.get(f"{hours}:{minutes}")
    if said is None:
        name = {0: "", 15: "सवा ", 30: "साढ़े ", 45: "पौने "}[minutes]
        said = name + in_words(str(hours % 12 + 1 if minutes == 45 else hours), language)
    return f"{said} बजे", more


def _greek(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """Hours are feminine; half past and the quarter have names."""
    del before, after
    hour = counted(str(hours), language, after=" ώρες" if hours != 1 else " ώρα")
    named = _GREEK_PARTS.get(minutes) if 1 <= hours <= 12 else None
    nought = "μηδέν " if 0 < minutes < 10 else ""
    return f"{hour} και {named or nought + in_words(str(minutes), language)}" if minutes else hour, 0


def _ukrainian(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """Hours are ordinals: "о чотирнадцятій тридцять"."""
    preceding = re.search(r"(\w+)\.?\s+$", before)
    word = preceding[1].lower() if preceding else ""
    form = "l" if word in {"о", "об", "по", "годині"} else "fg" if word in {"з", "із", "до", "від", "після"} else "f"
    hour = placed(hours, language, form) if hours else {"l": "нульовій", "fg": "нульової", "f": "нуль"}[form]
    written = re.match(r"\s*год(?:\.|ин\w*)(?!\w)", after)
    nought = "нуль " if 0 < minutes < 10 else ""
    if minutes:
        return f"{hour} {nought}{in_words(str(minutes), language)}", written.end() if written else 0
    return hour, 0


def _nordic(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """Two numbers, the nought of the minutes told: "ni nul fem"."""
    del before, after
    hour = "ett" if language == "nb" and hours == 1 else in_words(str(hours), language)
    nought = f"{in_words('0', language)} " if 0 < minutes < 10 else ""
    return f"{hour} {nought}{in_words(str(minutes), language)}" if minutes else hour, 0


def _romanian(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """Hours are feminine but for one, "ora douăzeci și două și treizeci"."""
    del before
    written = re.match(r"\s?h(?!\w)", after)
    hour = in_words(str(hours), language) if hours in {1, 21} else counted(str(hours), language, after=" ore")
    minute = counted(str(minutes), language, after=" minute") if minutes else ""
    return f"{hour} și {minute}" if minute else hour, written.end() if written else 0


def _hebrew(hours: int, minutes: int, before: str, after: str, language: str) -> tuple[str, int]:
    """Quarters and halves have names up to twelve; minutes are feminine."""
    del before, after
    hour, minute = in_words(str(hours), language), in_words(str(minutes), language)
    if not minutes:
        return hour, 0
    if hours > 12:
        return f"{hour} {in_words('0', language) + ' ' if minutes < 10 else ''}{minute}", 0
    named = {15: "רבע", 30: "חצי"}.get(minutes, f"{minute} דקות" if 3 <= minutes < 10 else minute)
    return f"{hour} ו{named}", 0


_GREEK_PARTS = {15: "τέταρτο", 30: "μισή"}
_RULES = {"ar": _arabic, "cs": _slavic, "es": _romance, "fr": _romance, "hi": _hindi, "hu": _hungarian, "it": _romance,
          "el": _greek, "uk": _ukrainian, "da": _nordic, "nb": _nordic, "fi": _nordic, "ro": _romanian,
          "he": _hebrew, "sk": _slavic, "ca": _romance,
          "pl": _slavic, "pt": _romance, "ru": _slavic}  # fmt: skip
