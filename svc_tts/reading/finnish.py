"""Finnish numbers in every case, as the endings of the words after them ask for."""

# ruff: noqa: SIM905 - a list of words reads better as running text

from __future__ import annotations

import re

__all__ = ["LABELS", "case_after", "counted", "in_words", "inflected", "ordinal"]

# nominative, partitive, stem of most cases, stem of the essive, illative, vowel of the endings
_FORMS = [
    tuple(row.split())
    for row in (
        "nolla nollaa nolla nolla nollaan a",
        "yksi yhtä yhde yhte yhteen ä",
        "kaksi kahta kahde kahte kahteen a",
        "kolme kolmea kolme kolme kolmeen a",
        "neljä neljää neljä neljä neljään ä",
        "viisi viittä viide viite viiteen ä",
        "kuusi kuutta kuude kuute kuuteen a",
        "seitsemän seitsemää seitsemä seitsemä seitsemään ä",
        "kahdeksan kahdeksaa kahdeksa kahdeksa kahdeksaan a",
        "yhdeksän yhdeksää yhdeksä yhdeksä yhdeksään ä",
    )
]
_TEN = tuple("kymmenen kymmentä kymmene kymmene kymmeneen ä".split())
_HUNDRED = tuple("sata sataa sada sata sataan a".split())
_THOUSAND = tuple("tuhat tuhatta tuhanne tuhante tuhanteen a".split())
_SCALES = (
    (10**12, tuple("biljoona biljoonaa biljoona biljoona biljoonaan a".split())),
    (10**9, tuple("miljardi miljardia miljardi miljardi miljardiin a".split())),
    (10**6, tuple("miljoona miljoonaa miljoona miljoona miljoonaan a".split())),
)
_FIRST = tuple("ensimmäinen ensimmäistä ensimmäise ensimmäise ensimmäiseen ä".split())
_SECOND = tuple("toinen toista toise toise toiseen a".split())
_PLACED = ("nollas", "yhdes", "kahdes", "kolmas", "neljäs", "viides", "kuudes", "seitsemäs", "kahdeksas", "yhdeksäs")

_ENDINGS = {"gen": "n", "ine": "ssa", "ela": "sta", "ade": "lla", "abl": "lta", "all": "lle", "tra": "ksi"}
_NOUN = re.compile(r"[\s\u00a0]([a-zäö]+)(?!\w)")
_NO_NOUN = re.compile(
    r"on|oli|ja|tai|eli|että|kuin|kun|niin|vain|noin|sen|hän|hänen|myös|kanssa|alla|ennen|jälkeen|verran|sitten|asti|"
    r"yhteen|aikaan|mukaan|eteen|lisäksi|esimerkiksi|aluksi|lopuksi|vuoksi|päälle|jälleen|alkaen|mennessä|enemmän|"
    r"vähemmän|päivittäin|vuosittain|viikoittain|kuukausittain|ilman|heidän|niiden|joiden|jonka|joista|joissa|saakka|"
    r"tässä|tästä|siinä|siitä|missä|mistä|ollen|olivat|kohti|päin|oikein|väärin|hyvin|kaikkiaan|yhteensä|kilpaillen|sekä"
)
LABELS = re.compile(
    r"(?:klo|kello|vuonna|vuosina|vuodesta|vuoteen|vuoden|numero|nro|s|sivu|sivut|sivulla|luku|luvussa|kohta|linja|kausi|osa|"
    r"taso|ryhmä|versio|kappale|pykälä|artikla|huone|malli)[.]?\s+$",
    re.IGNORECASE,
)
"""Words before a number that names something and counts nothing."""
_ELATIVE = re.compile(
    r"\w*(?:kaupungi|maa|vuode|kuukaude|viiko|päivä|tunni|minuuti|sekunni|euro|dollari|prosenti|osa|talo|paika|ryhmä|"
    r"henkilö|kunna|kerra|metri|litra|gramma|syy|kohda|kohtee|lähtee|piste|pistee|aste|astee|kiele|luoka|sarja)st[aä]"
)
"""Most other words that end so are partitives: "5 ihmistä"."""
_ILLATIVE = re.compile(
    r"\w*(?:vuoteen|kuukauteen|päivään|viikkoon|tuntiin|minuuttiin|sekuntiin|kertaan|maahan|kaupunkiin|kuntaan|osaan|"
    r"ryhmään|luokkaan|prosenttiin|euroon|dollariin|metriin|kieleen|seen|sarjaan|taloon|paikkaan|henkeen|henkilöön)"
)
_LONG_GENITIVE = re.compile(
    r"(?:.*[^aeiouyäö])?(?:maan|kuun|puun|pään|suun)|\w*(?:asteen|huoneen|pisteen|perheen|alueen|laitteen|artikkeleen|"
    r"kappaleen|kohteen|virheen|liikkeen|suhteen|joukkueen|osakkeen|vaiheen)"
)
_GENITIVE = r"[aeiouyäö]n(?<!nen)$"
_LONG_VOWEL = re.compile(r"(?:aa|ee|ii|oo|uu|yy|ää|öö)n$")
_ABLATIVE_NOT = re.compile(r"\w*(?:askelta|niveltä|kyyneltä|sammalta|manterelta)")
_LONGEST = 15
"""Digits of a number that is bent."""
_MONTH = re.compile(r"\s\w+kuuta(?!\w)")
_PARTITIVE = re.compile(r"\w+(?:aa|ää|tta|ttä)")


def in_words(number: int, case: str = "") -> str:
    """A number from 0 to 10**15 - 1. case: "gen", "par", "ine", "ela", "ill", "ade", "abl", "all", "ess", "tra"."""
    parts: list[str] = []
    for size, name in _SCALES:
        count, number = divmod(number, size)
        if count:
            parts += (
                [inflected(name, case)] if count == 1 else [_below_1000(count, case), inflected(name, case or "par")]
            )
    thousands, rest = divmod(number, 1000)
    if thousands == 1:
        parts.append(inflected(_THOUSAND, case))
    elif thousands:
        parts.append(_below_1000(thousands, case) + inflected(_THOUSAND, case or "par"))
    if rest or not parts:
        parts.append(_below_1000(rest, case))
    return " ".join(parts)


def ordinal(number: int, case: str = "") -> str:
    """An ordinal from 0 to 1000 in a case; the cardinal beyond."""
    if number > 1000:
        return in_words(number, case)
    if number == 1000:
        return _placed("tuhannes", case)
    hundred, rest = divmod(number, 100)
    ten, one = divmod(rest, 10)
    parts = [_placed(_PLACED[hundred], case)] if hundred > 1 else []
    parts += [_placed("sadas", case)] if hundred else []
    if ten == 1:
        parts += [_placed(_PLACED[one], case), "toista"] if one else [_placed("kymmenes", case)]
        return "".join(parts)
    parts += [_placed(_PLACED[ten], case), _placed("kymmenes", case)] if ten else []
    if one in {1, 2}:
        parts.append(inflected(_FIRST if one == 1 else _SECOND, case))
    elif one or not parts:
        parts.append(_placed(_PLACED[one], case))
    return "".join(parts)


def counted(number: str, before: str, after: str) -> str:
    """A number (digits, at most one dot) in the case that the noun after it tells; "" where it is in none."""
    case = case_after(before, after)
    whole = number.isdecimal() and len(number) <= _LONGEST and (number == "0" or number[0] != "0")
    return in_words(int(number), case) if case and whole else ""


def case_after(before: str, after: str, *, placed: bool = False) -> str:
    """
    The case that the noun after a number tells; "" for the nominative.

    placed: the number is an ordinal, which is in the partitive with its noun and stays as it is before a month.
    """
    found = _NOUN.match(after)
    if found is None or _NO_NOUN.fullmatch(found[1]) or LABELS.search(before) or (placed and _MONTH.match(after)):
        return ""
    return _case_of(found[1], placed=placed)


def _case_of(noun: str, *, placed: bool) -> str:
    if placed and _PARTITIVE.fullmatch(noun):
        return "par"
    for case, ending in (("ine", r"ss[aä]"), ("ade", r"ll[aä]"), ("all", r"lle"), ("ess", r"n[aä]"), ("tra", r"ksi")):
        if re.search(rf"\w[aeiouyäö](?:{ending})$", noun):
            return case
    if re.search(r"[aeiouyäö]lt[aä]$", noun):
        return "" if _ABLATIVE_NOT.fullmatch(noun) else "abl"
    if re.search(r"st[aä]$", noun):
        return "ela" if placed or _ELATIVE.fullmatch(noun) else ""
    if _ILLATIVE.fullmatch(noun):
        return "ill"
    genitive = _LONG_GENITIVE.fullmatch(noun) if _LONG_VOWEL.search(noun) else re.search(_GENITIVE, noun)
    return "gen" if genitive else ""


def inflected(forms: tuple[str, ...], case: str) -> str:
    """
    A word in a case of `in_words`.

    forms: nominative, partitive, the stem of most cases, that of the essive, illative, and the vowel of its endings.
    """
    nominative, partitive, weak, strong, illative, vowel = forms
    if case in {"", "par", "ill"}:
        return {"": nominative, "par": partitive, "ill": illative}[case]
    if case == "ess":
        return f"{strong}n{vowel}"
    return weak + _ENDINGS[case].replace("a", vowel)


def _placed(nominative: str, case: str) -> str:
    """An ordinal in "-s", as "kolmas"."""
    stem = nominative.removesuffix("s")
    vowel = "a" if re.search("[aou]", nominative) else "ä"
    return inflected((nominative, f"{stem}tt{vowel}", f"{stem}nne", f"{stem}nte", f"{stem}nteen", vowel), case)


def _below_1000(number: int, case: str) -> str:
    hundred, rest = divmod(number, 100)
    ten, one = divmod(rest, 10)
    parts: list[str] = []
    if hundred:
        parts += (
            [inflected(_HUNDRED, case)]
            if hundred == 1
            else [inflected(_FORMS[hundred], case), inflected(_HUNDRED, case or "par")]
        )
    if ten == 1:
        parts += [inflected(_FORMS[one], case), "toista"] if one else [inflected(_TEN, case)]
        return "".join(parts)
    parts += [inflected(_FORMS[ten], case), inflected(_TEN, case or "par")] if ten else []
    parts += [inflected(_FORMS[one], case)] if one or not parts else []
    return "".join(parts)
