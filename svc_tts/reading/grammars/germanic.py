"""Gender in Danish and Norwegian, gender and case in German."""

from __future__ import annotations

from types import MappingProxyType

from svc_tts.reading.grammars.base import Grammar

__all__ = ["DANISH", "GERMAN", "NORWEGIAN"]

# the ends of words: what is compound has the gender of its last part
_MEASURES = "[Tt]ag|[Mm]onat|[Mm]eter|[Ll]iter|[Ee]uro|[Dd]ollar|[Cc]ent|[Pp]unkt|[Ll]öffel|EL|TL|[Bb]echer|[Ff]ranken"
_MASCULINE = (
    rf"{_MEASURES}|[Mm]ann|[Mm]ensch|[Aa]pfel|[Ss]chritt|[Pp]latz|[Ff]ilm|[Oo]rt|[Pp]reis|[Kk]unde|[Jj]unge|[Kk]ollege|"
    "[Nn]ame|[Gg]ast|[Ss]ieg|[Ss]chuss|[Ss]tern|[Tt]eil|[Ss]pieler|[Ss]chüler|[Ff]all|[Gg]rund|[Tt]opf|[Kk]opf|[Bb]aum|"
    "[Hh]und|[Ff]luss|[Bb]erg|[Zz]ug|[Ff]reund|[Aa]rzt|[Kk]önig|[Kk]äse|[Tt]ote|[Ss]tock|[Kk]rieg|[Ss]atz|[Rr]ang|[Vv]ersuch|ling|ismus|or|[a-zäöüß]er"
)
_NEUTER = (
    "[Jj]ahr|[Jj]ahrzehnt|[Jj]ahrhundert|[Kk]ind|[Hh]aus|[Mm]al|[Pp]rozent|[Kk]ilo|[Gg]ramm|[Pp]fund|[Gg]rad|[Tt]or|"
    "[Aa]uto|[Bb]uch|[Ll]and|[Bb]ild|[Vv]ideo|[Tt]ier|[Gg]las|[Ss]tück|[Bb]latt|[Bb]und|[Tt]eam|[Ss]piel|[Ww]ort|"
    "[Vv]olk|[Zz]immer|[Bb]ett|[Bb]yte|[Bb]it|[Ww]att|[Vv]olt|[Cc]hen|lein|um|ment|[Bb]ier|[Bb]rot|[Hh]uhn|[Pp]ixel|"
    "nis|[Ss]emester|[Vv]iertel|[Dd]rittel|Opfer|Gebäude|Messer|Fenster|Wasser|Monster|Muster|Ufer|Lager|Alter|Pck"
)
_FEMININE = (
    "[Pp]erson|[Ff]rau|[Ss]tadt|[Nn]acht|[Hh]and|[Aa]rt|[Zz]ahl|[Kk]raft|[Ww]and|[Uu]ni|[Tt]ochter|[Mm]utter|"
    "[Ss]chwester|[Zz]wiebel|[Kk]artoffel|[Nn]adel|[Rr]egel|[Ii]nsel|[Gg]abel|[Kk]ugel|[Tt]afel|[Ss]chüssel|[Ff]ormel|"
    "[Aa]mpel|[Ff]eier|[Nn]ummer|[Kk]ammer|[Pp]aprika|[Mm]auer|ung|heit|keit|schaft|ion|tät|ie|ei|ik|enz|anz|erin|tin|"
    "[a-zäöüß]e"
)
_MASCULINE_IN_E = r"(?<![Kk]unde)(?<![Jj]unge)(?<!ollege)(?<![Nn]ame)(?<!Käse)(?<!Tote)"
_DATIVE = (
    "am|im|vom|zum|dem|den|des|beim|zur|einem|einer|eines|diesem|seinem|ihrem|meinem|jedem|jeden|ihren|seinen|diesen|"
    "dieser|zwischen|von|nach|vor|mit|aus|ins?|bis|ab|seit|"
    "(?:in|an|bei|mit|nach|von|vor|seit|aus|auf|unter|während|zu) der"
)

GERMAN = Grammar(
    cased=True,
    nouns=(
        ("?", r"\S+ [a-zäöüß]\S*"),
        ("u", r"1\S* Uhr"),
        ("n", rf"1\S* (?:\S*(?:{_NEUTER})|(?:\S+h)?[Ee]i)"),
        ("f", rf"1\S* \S*(?:{_FEMININE}){_MASCULINE_IN_E}"),
        ("f", r"1\S* \S*[Ss]ekunde"),
        ("ma", rf"1~ \S*(?:{_MEASURES})"),
        ("m", rf"1\S* \S*(?:{_MASCULINE})"),
        ("n", r"1\S* .+"),
        ("u", r"\S+ .+"),
    ),
    stops=(
        r"und|oder|von|zu|zum|zur|in|im|am|an|auf|bis|ist|war|sind|gegen|mit|für|bei|vor|nach|aus|der|die|das|den|dem|"
        r"des|als|wie|aber|wird|wurde|hat|liegt|steht|kommt|geht|beginnt|pro|je|sowie"
    ),
    labels=(
        r"nummer|kapitel|seite|artikel|staffel|folge|typ|stufe|gruppe|phase|schritt|kanal|linie|raum|version|teil|tag|"
        r"formel|tabelle|abbildung|liga|platz|punkt|klasse|lektion|modell|variante|option|bild|szene|akt"
    ),
    cases=(
        ("d", r"in|vor|seit|nach|mit|aus|bei|von|zu|ab|an|binnen"),
        ("a", r"für|um|durch|ohne|gegen|bis|pro"),
        ("~", r".+"),
    ),
    bent=MappingProxyType({
        "f": ((r"^eins$", "eine"), (r"^ein halb$", "eine halbe")), "fd": ((r"^eins$", "einer"),),
        "m": ((r"^eins$", "ein"), (r"^ein halb$", "ein halber")), "md": ((r"^eins$", "einem"),),
        "ma": ((r"^eins$", "einen"), (r"^ein halb$", "einen halben")),
        "n": ((r"^eins$", "ein"), (r"^ein halb$", "ein halbes")), "nd": ((r"^eins$", "einem"),),
        "u": ((r"^eins$", "ein"),),
    }),
    ordinal_nouns=(
        ("n", rf"\S* .* (?:{_DATIVE})"),
        ("e", r"\S* .* (?:der|die|das|diese[sr]?|jede[rs]?|seine|ihre|meine|eine)"),
        ("s", rf"\S* (?:\S*(?:{_NEUTER})|(?:\S+h)?[Ee]i) .*"),
        ("r", r"\S* (?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember) .*"),
        ("e", rf"\S* \S*(?:{_FEMININE}){_MASCULINE_IN_E} .*"),
        ("r", rf"\S* \S*(?:{_MASCULINE}) .*"),
    ),
    ordinals=MappingProxyType({"n": ((r"e$", "en"),), "r": ((r"e$", "er"),), "s": ((r"e$", "es"),)}),
)  # fmt: skip
"""The case "~" says that some word stands before: a measure is then mostly an object ("dauert einen Tag")."""

DANISH = Grammar(
    nouns=(
        ("n", (r"[1x] (?:år|barn|hus|land|dyr|ord|par|liv|navn|bord|rum|tal|mål|kvartal|døgn|hold|spil|tog|brev|"
               r"kort|glas|æg|"
               r"æble|kilo|gram|kilogram|ton|pund|problem|program|system|eksempel|forsøg|skridt|afsnit|kapitel|foto|job|firma|"
               r"århundrede|årti|stykke|sted|træ|slot|folk|menneske|billede|minut|sekund|point|punkt|niveau|møde|fly|skib|sæt|"
               r"år\S*|halvt|helt|stort|nyt|lille|godt|\S+(?:hus|land|barn|program|system|nummer|ende|eri|um|ment|stykke|fly|"
               r"skib|minut|point))")),
        ("u", r"[1x] .+"),
    ),
    stops=r"og|eller|af|i|på|til|fra|med|for|er|var|som|end|mod|pr|per|om|under|over|efter|før|men|blev|har|havde|hvor|"
          r"hos|ved|så|da|at|de|den|det|sek",
    labels=r"nummer|nr|kapitel|side|artikel|sæson|afsnit|type|niveau|gruppe|fase|trin|kanal|linje|version|del|formel|tabel|"
           r"figur|plads|punkt|klasse|lektion|model|værelse|bind|paragraf|klokken",
    bent=MappingProxyType({
        "u": ((r"\bet$", "en"),), "n": ((r"^en halv$", "et halvt"), (r"^halvanden$", "halvandet")),
    }),
    ordinal_nouns=(("n", (r"\S* (?:år|barn|hus|land|århundrede|årti|kvartal|forsøg|sæde|trin|afsnit|kapitel|hold|"
                         r"kort|led) .*")),),
    ordinals=MappingProxyType({"n": ((r"anden$", "andet"),)}),
)  # fmt: skip

NORWEGIAN = Grammar(
    nouns=(
        ("n", (r"[1x] (?:år|barn|hus|land|dyr|ord|par|liv|navn|bord|rom|tall|mål|kvartal|døgn|lag|spill|tog|"
               r"brev|kort|glass|"
               r"egg|eple|kilo|gram|kilogram|tonn|pund|problem|program|system|eksempel|forsøk|skritt|steg|avsnitt|kapittel|"
               r"foto|firma|århundre|tiår|stykke|sted|tre|slott|folk|menneske|bilde|minutt|sekund|poeng|punkt|nivå|møte|fly|"
               r"skip|sett|selskap|tilfelle|fjell|hav|år\S*|halvt|helt|stort|nytt|lite|godt|\S+(?:hus|land|barn|program|"
               r"system|nummer|ende|eri|um|ment|stykke|fly|skip|minutt|poeng|selskap|tall))")),
        ("u", r"[1x] .+"),
    ),
    stops=r"og|eller|av|i|på|til|fra|med|for|er|var|som|enn|mot|per|pr|om|under|over|etter|før|men|ble|har|hadde|hvor|hos|"
          r"ved|ut|så|da|at|de|den|det",
    labels=r"nummer|nr|kapittel|side|artikkel|sesong|avsnitt|type|nivå|gruppe|fase|trinn|kanal|linje|versjon|del|formel|"
           r"tabell|figur|plass|punkt|klasse|leksjon|modell|rom|bind|paragraf",
    bent=MappingProxyType({"n": ((r"^en halv$", "et halvt"), (r"^halvannen$", "halvannet"), (r"en$", "ett"))}),
    ordinal_nouns=(("n", (r"\S* (?:år|barn|hus|land|århundre|tiår|kvartal|forsøk|sete|trinn|avsnitt|kapittel|lag|"
                         r"kort|ledd) .*")),),
    ordinals=MappingProxyType({"n": ()}),
)  # fmt: skip
