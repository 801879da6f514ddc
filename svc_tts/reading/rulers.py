"""Names of kings, queens and popes: the Roman number after one is an ordinal."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Ruler", "ruler_before"]

_RULED = re.compile(
    r"(?:Al[ei][xk]and(?:er|r[eou])|Александр\w*|Alfons[oe]?|August[oe]?|Augustin|Ben(?:edi[ck]t|oît|edicto|edetto)|"
    r"Бенедикт|Béla|Bonifa\w+|[CKК][hа]?[aá]r(?:l(?:es|os|o)?|el|oly)|Карл\w*|Karol|Kazimierz|Christian|Clemens|Cl[eé]ment[eo]?|"
    r"Constantin[eo]?|D(?:ari)?us|Edward|Eduard\w?|Enrique|Enrico|Heinrich|Henr[iy](?:k|que)?|Jindřich|Генрих\w*|"
    r"Erik|F[eé]lip[ep]e?|Filip(?:po)?|Phil(?:ipp?e?|ip)|Филипп\w*|Fran[czç]\w*|Ferdinand\w*|Fernando|Ferenc|"
    r"Fr[ie]+dri[ck]h\w*|Frédéric|Фридрих\w*|Georg[es]?|Giorgio|Jorge|Jerzy|Георг\w*|Gregor\w*|Gustav\w*|Густав\w*|"
    r"Hassan|Innocen\w*|Inocencio|Ivan|Иван\w*|Ja[ck]ques|Jacobo|Ja[ck]ob|James|Jaime|Яков|Jan(?: Paweł| Pavel)?|"
    r"Jean(?:-Paul)?|Johann(?:es)?(?: Paul(?:us)?)?|Juan(?: Pablo)?|João(?: Paulo)?|Giovanni(?: Paolo)?|John(?: Paul)?|"
    r"József|Joseph|José|Julius|Лев|Leon[e]?|Le[oã]o?|León|Leopold\w*|Леопольд\w*|Louis|Luigi|Luis|Lajos|Lodewijk|Ludv[ií]k|Ludwik|"
    r"Ludwig|Luís|Людовик\w*|Manuel|Maximilian\w*|M[ei]hm[ei][dt]|Michael|Михаил\w*|Mohammed|Mur[aá]d|Napol[eé][oó]n\w*|"
    r"Наполеон\w*|Ni[ck]h?ol[aá][is]\w*|Николай|Николая|Николае|Oscar|Otto|Ottokar|Otakar|Paul|Pavel|Pablo|Paolo|Paweł|"
    r"Павел|Павла|Pedro|Peter|Petr|Pietro|Piotr|Pierre|Пётр|Петр[аеу]?|Pi[uo]s?|Пий|Ramses|Рамзес|Rama|Ri[ck]h?ard\w*|"
    r"Ричард\w*|Rudol[fp]h?|Selim|Stanisław|Stephan|Süleyman|Umberto|Václav|Władysław|Vittorio Emanuele|Zygmunt|"
    r"Mieszko|Bolesław|Przemysł|[WV]il(?:helm|lem|liam)|Guilherme|Guillaume|Guillermo|Guglielmo|Вильгельм\w*|Xerxes|Людовік\w*|Генріх\w*|"
    r"Фрідріх\w*|Петр[оау]|Микол[аи]|Олександр\w*|Вільгельм\w*|Мехмед\w*|Іван\w*(?: Павл\w+)?|Володимир\w*|Carl|"
    r"Abdülhamid|Ahmed|Frederik|Kristian|Harald|Olav|Haakon|Håkon|Magnus|Sverre|Kustaa|Kaarle|Aleksanteri|Nikolai|Yrjö|"
    r"(?:Johannes )?Paavali|Pietari|Henrik|Vilhelm|Ludvig|Carol|Mihai|Ștefan|Mircea|Vlad|Alexandru|Ioan(?: "
    r"Paul)?|Francisc|Ludovic|Petru|Benedict|Grigore|Jaume|Pere|Martí|Alfons|Ferran|Carles|Felip|Lluís|Joan(?: "
    r"Pau)?|Benet|"
    r"Ján(?: Pavol)?|Pavol|Karol|Žigmund|Matej|Rudolf|František|Jozef|Ľudovít|Mikuláš|Alexander)"
)
_QUEEN = re.compile(
    r"(?:[EИ]li?[sz]abet(?:h|ta|e|a)?|El[żi][bs]ie?ta|Alžběta|Erzsébet|Елизавет[аыуе]|Єлизавет[аиу]|Катерин[аиу]|Isabel(?:la?|le)?|Isabella|Beatri[xz]|"
    r"[CKК]at(?:h|e|a)ri?n[ae]|Kateřina|Екатерин[аыуе]|[CK]atarina|Catalina|Alžbeta|Katarína|Katariina|Ecaterina|Elisabeta|Katarzyna|Margr[ei]the|Marg[ae]rita|Mary|"
    r"Mari[ae]|Anna|Kleopatra|Cléopâtre|Cleopatra|Victoria|Juliana|Christina)"
)
_INFLECTED = re.compile(
    r"Pawła|Zygmunta|Kazimierza|Władysława|Stanisława|Augusta|Mieszka|Bolesława|Henryka|Karola|Filipa|Ludwika|Mikołaja|"
    r"Benedykta|Franciszka|Piusa|Karla|Rudolfa|Václava|Ferdinanda|Františka|Ludvíka|Jindřicha|Leopolda|Josefa|Zikmunda|"
    r"Vladislava|Přemysla|Otakara"
)
_GERMAN_DATIVE = re.compile(r"\b(?:von|mit|unter|nach|zu|bei|vor|seit)\s(?:(?:König|Kaiser|Papst|Königin)\s)?\w+\s+$")


@dataclass(frozen=True)
class Ruler:
    """Whose name stands before a number."""

    queen: bool
    dative: bool
    """After a German word that asks for it."""
    genitive: bool = False
    """As Polish and Czech names tell by their ending."""


def ruler_before(before: str) -> Ruler | None:
    """The ruler whose name ends a text."""
    word = re.search(r"((?:\w[\w-]* )?\w[\w-]*)\s+$", before)
    if word is None:
        return None
    last = word[1].rpartition(" ")[2]
    dative = _GERMAN_DATIVE.search(before) is not None
    if _QUEEN.fullmatch(last):
        return Ruler(queen=True, dative=dative)
    if _INFLECTED.fullmatch(last):
        return Ruler(queen=False, dative=dative, genitive=True)
    return Ruler(queen=False, dative=dative) if _RULED.fullmatch(last) or _RULED.fullmatch(word[1]) else None
