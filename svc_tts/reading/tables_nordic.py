"""The tables of Danish, Finnish and Norwegian."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from svc_tts.reading.table import Table, signs

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["NORDIC"]

# fmt: off
_DANISH = Table(
    signs("punktum|snabel-a|skråstreg|bindestreg|understreg|og|plus|minus|er lig med|nummer|gange"),
    {"f.eks.": "for eksempel", "f. eks.": "for eksempel", "fx": "for eksempel", "bl.a.": "blandt andet",
     "bl. a.": "blandt andet", "osv.": "og så videre", "m.m.": "med mere", "m.fl.": "med flere", "m.v.": "med videre",
     "mv.": "med videre", "dvs.": "det vil sige", "d.v.s.": "det vil sige", "ca.": "cirka", "ca": "cirka",
     "kl.": "klokken", "nr.": "nummer", "pga.": "på grund af", "p.g.a.": "på grund af", "ift.": "i forhold til",
     "mht.": "med hensyn til", "iht.": "i henhold til", "vha.": "ved hjælp af", "hr.": "herr", "fr.": "fru",
     "dr.": "doktor", "prof.": "professor", "lic.": "licentiat", "tlf.": "telefon", "s.": "side", "kap.": "kapitel",
     "inkl.": "inklusive", "ekskl.": "eksklusive", "evt.": "eventuelt", "maks.": "maksimalt", "jf.": "jævnfør",
     "jfr.": "jævnfør", "ang.": "angående", "vedr.": "vedrørende", "f.Kr.": "før Kristus", "e.Kr.": "efter Kristus",
     "årh.": "århundrede", "pct.": "procent", "mio.": "millioner", "mia.": "milliarder", "o.l.": "og lignende",
     "o.lign.": "og lignende", "pr.": "per", "Skt.": "Sankt", "Sct.": "Sankt", "A/S": "A S", "p.t.": "for tiden",
     "pt.": "for tiden", "hhv.": "henholdsvis", "gl.": "gammel", "alm.": "almindelig", "afd.": "afdeling",
     "div.": "diverse", "ekskl": "eksklusive", "etc.": "et cetera", "f.": "født", "d.": "den", "d.d.": "dags dato",
     "fhv.": "forhenværende", "fmd.": "formand", "forts.": "fortsat", "ggr.": "gange", "højst.": "højst",
     "mdl.": "månedlig", "nuv.": "nuværende", "red.": "redaktør", "såk.": "såkaldt",
     "s.k.": "såkaldt", "stk.": "styk", "t.o.m.": "til og med", "tidl.": "tidligere", "vs.": "versus",
     "adr.": "adresse",
     "Kbh.": "København", "24/7": "døgnet rundt"},
    {"mio.": "million|millioner", "mia.": "milliard|milliarder", "mio": "million|millioner",
     "mia": "milliard|milliarder", "pct.": "procent", "min.": "minut|minutter", "sek.": "sekund|sekunder",
     "stk.": "styk|styk", "spsk.": "spiseske|spiseskeer", "spsk": "spiseske|spiseskeer", "tsk.": "teske|teskeer",
     "tsk": "teske|teskeer", "mdr.": "måned|måneder", "md.": "måned|måneder", "t.kr.": "tusind kroner",
     "m.o.h.": "meter over havet", "moh.": "meter over havet",
     "knsp.": "knivspids|knivspidser"},
    point="komma", to=" til ", times="gang|gange", about="cirka", cents="og ", coin=r"^(?:dansk|amerikansk|"
                                                                                    r"britisk|japansk)e?\s",
    fractions=("en halv", "en tredjedel", "to tredjedele", "en fjerdedel", "tre fjerdedele"),
    currencies={"kr.": "DKK", "kr": "DKK", "kroner": "DKK", "DKK": "DKK", "NOK": "NOK", "SEK": "SEK"},
    units={"km/t": "km/h", "km/t.": "km/h", "kvm": "m²", "kvm.": "m²", "pct": "%", "tons": "t"},
)
_NORWEGIAN = Table(
    signs("punktum|krøllalfa|skråstrek|bindestrek|understrek|og|pluss|minus|er lik|nummer|ganger"),
    {"f.eks.": "for eksempel", "f. eks.": "for eksempel", "feks.": "for eksempel", "bl.a.": "blant annet",
     "bl. a.": "blant annet", "osv.": "og så videre", "m.m.": "med mer", "m.fl.": "med flere", "mv.": "med videre",
     "m.v.": "med videre", "dvs.": "det vil si", "d.v.s.": "det vil si", "ca.": "cirka", "ca": "cirka",
     "kl.": "klokken", "nr.": "nummer", "nr": "nummer", "pga.": "på grunn av", "p.g.a.": "på grunn av",
     "mht.": "med hensyn til", "ift.": "i forhold til", "iht.": "i henhold til", "vha.": "ved hjelp av",
     "mtp.": "med tanke på", "hhv.": "henholdsvis", "tlf.": "telefon", "jf.": "jamfør", "jfr.": "jamfør",
     "evt.": "eventuelt", "inkl.": "inklusive", "ekskl.": "eksklusive", "o.l.": "og lignende", "f.Kr.": "før Kristus",
     "e.Kr.": "etter Kristus", "fvt.": "før vår tidsregning", "mrd.": "milliarder", "mill.": "millioner",
     "pst.": "prosent", "s.": "side", "kap.": "kapittel", "dr.": "doktor", "prof.": "professor", "maks.": "maksimalt",
     "st.": "sankt", "St.": "Sankt", "A/S": "A S", "p.t.": "for tiden", "pt.": "for tiden", "pr.": "per",
     "etc.": "et cetera", "f.": "født", "avd.": "avdeling", "ang.": "angående", "vedr.": "vedrørende",
     "tidl.": "tidligere",
     "t.o.m.": "til og med", "f.o.m.": "fra og med", "vs.": "versus", "såk.": "såkalt", "s.k.": "såkalt",
     "stk.": "stykker", "obs.": "observer", "red.": "redaktør", "adr.": "adresse",
     "24/7": "døgnet rundt"},
    {"mill.": "million|millioner", "mrd.": "milliard|milliarder", "mill": "million|millioner",
     "mrd": "milliard|milliarder", "mill. kr.": "million kroner|millioner kroner",
     "mrd. kr.": "milliard kroner|milliarder kroner", "pst.": "prosent", "min.": "minutt|minutter",
     "sek.": "sekund|sekunder", "stk.": "stykk|stykker", "stk": "stykk|stykker", "ss": "spiseskje|spiseskjeer",
     "ts": "teskje|teskjeer", "moh.": "meter over havet", "moh": "meter over havet",
     "m.o.h.": "meter over havet", "mnd.": "måned|måneder",
     "mnd": "måned|måneder"},
    point="komma", to=" til ", times="gang|ganger", about="cirka", cents="og ",
    coin=r"^(?:norsk|amerikansk|britisk|japansk)e?\s",
    fractions=("en halv", "en tredjedel", "to tredjedeler", "en fjerdedel", "tre fjerdedeler"),
    currencies={"kr.": "NOK", "kr": "NOK", "kroner": "NOK", "NOK": "NOK", "DKK": "DKK", "SEK": "SEK"},
    units={"km/t": "km/h", "kvm": "m²", "kvm.": "m²"},
)
_FINNISH = Table(
    signs("piste|ät|kauttaviiva|viiva|alaviiva|ja|plus|miinus|on yhtä kuin|numero|kertaa"),
    {"esim.": "esimerkiksi", "mm.": "muun muassa", "ym.": "ynnä muuta", "jne.": "ja niin edelleen", "ks.": "katso",
     "ts.": "toisin sanoen", "ns.": "niin sanottu", "nk.": "niin kutsuttu", "n.": "noin",
     "yms.": "ynnä muuta sellaista",
     "tms.": "tai muuta sellaista", "vrt.": "vertaa", "s.": "sivu", "(s.": "(syntynyt", "puh.": "puhelin",
     "klo": "kello", "vs.": "vastaan", "toim.": "toimittanut", "tri": "tohtori", "prof.": "professori",
     "dos.": "dosentti", "eKr.": "ennen Kristusta", "jKr.": "jälkeen Kristuksen", "eaa.": "ennen ajanlaskun alkua",
     "jaa.": "jälkeen ajanlaskun alun", "ko.": "kyseinen", "em.": "edellä mainittu", "max.": "maksimissaan",
     "min.": "vähintään", "ml.": "mukaan lukien", "huom.": "huomaa", "v.": "vuonna", "os.": "osoite",
     "nro": "numero", "Nro": "numero", "synt.": "syntynyt", "kuv.": "kuvannut", "suom.": "suomentanut", "t.": "toivoo",
     "alk.": "alkaen", "asti.": "asti", "väh.": "vähintään", "enint.": "enintään", "kpl.": "kappaletta",
     "milj.": "miljoonaa", "mrd.": "miljardia", "op.": "opintopistettä", "maist.": "maisteri",
     "oy": "osakeyhtiö", "24/7": "vuorokauden ympäri"},
    {"milj.": "miljoona|miljoonaa", "mrd.": "miljardi|miljardia", "milj": "miljoona|miljoonaa",
     "mrd": "miljardi|miljardia", "kpl": "kappale|kappaletta", "kpl.": "kappale|kappaletta",
     "rkl": "ruokalusikallinen|ruokalusikallista", "tl": "teelusikallinen|teelusikallista",
     "kk": "kuukausi|kuukautta", "vko": "viikko|viikkoa", "vk": "viikko|viikkoa", "pv": "päivä|päivää",
     "min.": "minuutti|minuuttia", "sek.": "sekunti|sekuntia", "hlö": "henkilö|henkilöä", "hlöä": "henkilö|henkilöä",
     "op": "opintopiste|opintopistettä", "mmk": "miljoona markkaa|miljoonaa markkaa", "snt": "sentti|senttiä",
     "mpy": "metriä meren pinnan yläpuolella"},
    point="pilkku", to=" viiva ", times="kerta|kertaa", about="noin", coin=r"^(?:Yhdysvaltain|Englannin|Japanin)\s",
    fractions=("puoli", "yksi kolmasosa", "kaksi kolmasosaa", "yksi neljäsosa", "kolme neljäsosaa"),
    coins=(("EUR", "euro|euroa"),), units={"km/t": "km/h", "gt": "GB", "Gt": "GB", "Mt": "MB"},
)
# fmt: on
NORDIC: Mapping[str, Table] = MappingProxyType({"da": _DANISH, "fi": _FINNISH, "nb": _NORWEGIAN})
"""By language."""
