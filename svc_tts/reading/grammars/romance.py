"""Gender in Catalan, Spanish, French, Italian, Portuguese and Romanian; their numbers know no case."""

from __future__ import annotations

from types import MappingProxyType

from svc_tts.reading.grammars.base import Grammar

__all__ = ["CATALAN", "FRENCH", "ITALIAN", "PORTUGUESE", "ROMANIAN", "SPANISH"]

_SPANISH_STOPS = (
    r"de|del|y|e|o|u|a|al|en|por|para|que|es|fue|son|era|con|sin|se|no|ni|el|la|los|las|un|una|unos|unas|su|sus|lo|"
    r"como|más|mas|menos|pero|pues|tras|mientras|entonces|antes|después|desde|hasta|entre|sobre|según|cuando|donde|ya|"
    r"también|dos|tres|seis|nos|les|otras?|está|ha|han|había|hasta|contra|tiene|llegó"
)
SPANISH = Grammar(
    nouns=(
        ("m", (r"1 (?:problema|.*tema|programa|.*grama|clima|idioma|poema|drama|síntoma|aroma|dilema|enigma|"
              r"diploma|d[ií]a|mapa|planeta|.+ista|atleta|policía|guardia|cura|papa|sofá|cometa|poeta)")),
        ("m", (r"[x2y5] (?:problemas|.*temas|programas|.*gramas|climas|idiomas|poemas|dramas|síntomas|aromas|"
              r"diplomas|días|mapas|planetas|.+istas|atletas|policías|guardias|curas|papas|poetas|cometas)")),
        ("f", (r"1 (?:mujer|noche|parte|vez|clase|calle|flor|imagen|muerte|llave|luz|voz|red|ley|sede|nave|tarde|serie|"
              r"base|fase|leche|carne|mano|foto|moto|torre|fuente|raíz|pared|señal|piel|crisis|actriz|libra|cruz)")),
        ("f", (r"[x2y5] (?:mujeres|noches|partes|veces|clases|calles|flores|imágenes|muertes|llaves|luces|voces|redes|"
              r"leyes|sedes|naves|tardes|series|bases|fases|manos|fotos|motos|torres|fuentes|raíces|paredes|señales|"
              r"pieles|crisis|actrices|cruces|madres)")),
        ("f", r"1 (?:.+(?:a|ción|sión|xión|dad|tud|umbre))"),
        ("f", r"[x2y5] .+(?:as|ciones|siones|xiones|dades|tudes|umbres)"),
        ("?", r". (?:grandes?|importantes?|diferentes|mayores|mejores|peores|simples|jóvenes|nobles|fuertes)"),
        ("m", r"1 .+|[x2y5] .+(?:s|mil)|. (?:mil|millón|por|km|kg)"),
    ),
    stops=_SPANISH_STOPS,
    labels=r"número|núm|capítulo|página|artículo|temporada|episodio|tipo|nivel|grupo|fase|paso|opción|canal|línea|"
           r"ruta|sala|versión|parte|día|fórmula|tabla|figura|liga|equipo",
    bent=MappingProxyType({
        "m": ((r"\bveintiuno$", "veintiún"), (r"\buno$", "un")),
        "f": ((r"uno$", "una"), (r"^medio$", "media"), (r"(cient|quinient)os(?!.*mill)", r"\1as")),
    }),
    ordinal_nouns=(
        ("f", r" (?:\S+a|parte|vez|clase|serie|base|fase|\S+ción|\S+sión|\S+dad) .*"),
    ),
    ordinals=MappingProxyType({"f": ((r"o\b", "a"),)}),
)  # fmt: skip

PORTUGUESE = Grammar(
    nouns=(
        ("m", (r"1 (?:problema|.*tema|programa|.*grama|clima|idioma|poema|drama|sintoma|aroma|dilema|diploma|dia|"
              r"mapa|planeta|.+ista|atleta|polícia|guarda|poeta|papa)")),
        ("m", (r"[x2y5] (?:problemas|.*temas|programas|.*gramas|climas|idiomas|poemas|dramas|sintomas|aromas|"
              r"diplomas|dias|mapas|planetas|.+istas|atletas|poetas|papas)")),
        ("f", (r"1 (?:mulher|noite|parte|vez|classe|mãe|flor|luz|voz|rede|lei|sede|nave|tarde|série|base|fase|"
               r"carne|mão|foto|moto|torre|fonte|raiz|parede|pele|crise|atriz|cor|dor|tribo|imagem|libra|colher)")),
        ("f", (r"[x2y5] (?:mulheres|noites|partes|vezes|classes|mães|flores|luzes|vozes|redes|leis|sedes|naves|tardes|"
              r"séries|bases|fases|carnes|mãos|fotos|motos|torres|fontes|raízes|paredes|peles|crises|atrizes|cores|"
              r"dores|tribos|colheres)")),
        ("f", r"1 .+(?:a|ção|são|dade|tude|gem)"),
        ("f", r"[x2y5] .+(?:as|ãs|ções|sões|dades|tudes|gens)"),
        ("?", r". (?:grandes?|importantes?|diferentes|maiores|melhores|piores|simples|jovens|fortes)"),
        ("?", r". mil"),
        ("m", r".+"),
    ),
    stops=r"de|do|da|dos|das|e|ou|a|ao|aos|às|à|em|no|na|nos|nas|por|para|que|é|foi|são|era|com|sem|se|não|nem|o|os|as|"
          r"um|uma|uns|umas|seu|sua|seus|suas|como|mais|mas|menos|pois|após|antes|depois|desde|até|entre|sobre|quando|"
          r"onde|já|também|dois|três|seis|outras?|está|há|tem|contra",
    labels=r"número|capítulo|página|artigo|temporada|episódio|tipo|nível|grupo|fase|passo|opção|canal|linha|rota|sala|"
           r"versão|parte|dia|fórmula|tabela|figura|liga",
    bent=MappingProxyType({
        "f": ((r"\bum$", "uma"), (r"^meio$", "meia"), (r"\bdois$", "duas"), (r"\bdois mil\b(?! milh)", "duas mil"),
              (r"entos(?!.*(?:milh|bilh|mili))", "entas")),
    }),
    ordinal_nouns=(
        ("f", r" (?:\S+a|parte|vez|classe|série|base|fase|\S+ção|\S+são|\S+dade|\S+gem) .*"),
    ),
    ordinals=MappingProxyType({"f": ((r"o\b", "a"),)}),
)  # fmt: skip

FRENCH = Grammar(
    nouns=(
        ("m", (r"[1x] (?:été|côté|comité|traité|musée|lycée|trophée|kilomètre|mètre|centimètre|litre|magazine|domaine|"
              r"modèle|cimetière|siècle|groupe|homme|membre|titre|livre|problème|système|million|milliard|an|ans)s?")),
        ("f", (r"[1x] (?:heure|minute|seconde|semaine|journée|année|page|personne|femme|fille|fois|tonne|ville|"
               r"vie|vidéo|"
              r"cuillère|cuillerée|tasse|tranche|gousse|pincée|étoile|victoire|défaite|place|partie|équipe|nuit|main|"
              r"chambre|pièce|voiture|maison|question|image|série|saison|étape|règle|idée|chose|raison|façon|once|pomme|"
              r"carotte|course|école|banque|langue|mort|mer|feuille|branche|rue|route|ligne|table|boîte|bouteille|dent|"
              r"livre sterling|couronne|roupie|lire|calorie|kilocalorie|part|fleur|couleur|erreur|œuvre|marche|porte|"
              r"tête|note|lettre|preuve|danse|bombe|attaque|guerre|bataille|province|commune|région|île|planète|espèce|"
              r"plante|cellule|goutte|botte|poignée|noix|orange|tomate|dose|tâche|semaines|demie?-heure|mère|voix)s?")),
        ("f", (r"[1x] .+(?:tion|sion|té|ée|ette|ance|ence|esse|ise|elle|enne|ière|ade|ude|aille|euse|trice|ure|"
               r"ine|erie|thèque|logie|graphie)s?")),
        ("?", (r". (?:nouve(?:au|lle)s?|grande?s?|petite?s?|autres?|jeunes?|premi(?:er|ère)s?|belles?|bonnes?|"
              r"longues?)")),
    ),
    stops=r"de|du|des|et|ou|à|au|aux|en|par|pour|que|est|sont|avec|sans|le|la|les|un|une|se|ne|sur|dans|chez|contre",
    labels=r"numéro|chapitre|page|article|saison|épisode|type|niveau|groupe|phase|étape|option|chaîne|ligne|salle|"
           r"version|partie|formule|tableau|figure|ligue",
    bent=MappingProxyType({"f": ((r"\bun$", "une"), (r"^un demi$", "une demi"))}),
    ordinals=MappingProxyType({"f": ((r"^premier$", "première"),)}),
)  # fmt: skip

ITALIAN = Grammar(
    nouns=(
        ("m", r"1 (?:problema|sistema|programma|tema|clima|dramma|pianeta|poeta|atleta|grammo|.+gramma|.+ista|papa)"),
        ("f'", r"1 (?:[aeiouh].*a|[aeiou].+(?:zione|sione|tà|tù|udine|trice)|estate|arte|unghia|ape|eccezione)"),
        ("f", (r"1 (?:.+a|.+(?:zione|sione|gione|tà|tù|udine|trice)|notte|parte|classe|voce|luce|legge|rete|fase|base|"
              r"serie|crisi|mano|foto|moto|auto|carne|madre|moglie|nave|torre|chiave|fonte|radice|parete|pelle|gente|"
              r"fine|specie|neve|croce|noce|pace|valle|fonte|sede|corte|polvere|cenere|febbre)")),
        ("z", r"1 (?:s[^aeiou]|z|ps|gn|x|y|pn).*"),
        ("m", r"1 .+"),
    ),
    stops=r"di|del|della|dei|delle|dello|e|ed|o|a|al|alla|in|nel|per|che|è|fu|era|con|senza|si|non|né|il|lo|la|i|gli|le|"
          r"un|una|uno|su|come|più|meno|ma|dopo|prima|da|dal|tra|fra|contro|ha|gennaio|febbraio|marzo|aprile|maggio|"
        r"giugno|luglio|agosto|settembre|ottobre|novembre|dicembre",
    labels=r"numero|capitolo|pagina|articolo|stagione|episodio|tipo|livello|gruppo|fase|passo|opzione|canale|linea|sala|"
           r"versione|parte|giorno|formula|tabella|figura|lega|serie",
    bent=MappingProxyType({
        "m": ((r"^uno$", "un"),), "f": ((r"^uno$", "una"), (r"^mezzo$", "mezza")), "f'": ((r"^uno$", "un'"),),
    }),
    ordinal_nouns=(
        ("f", r" (?:\S+a|parte|classe|volta|fase|serie|\S+zione|\S+sione|\S+tà) .*"),
    ),
    ordinals=MappingProxyType({"f": ((r"o\b", "a"),)}),
)  # fmt: skip

_ROMANIAN_FEMININE = (
    r".+e|.+uri|mii|.+(?:ții|sii|rii|nii|lii|gii|dii|tii|mii|bii)(?<!membrii)|.+[ăe]ți|.+ări|.+iuni|ori|nopți|părți|cărți|"
    r"luni|săptămâni|mașini|linguri|căni|pagini|pisici|păsări|vaci|vulpi|oi|găini|furnici|bănci|cruci|nuci|ciuperci|rochii|"
    r"cămăși|mingi|străzi|flori|reguli|idei|morți|uși|roți|școli|limbi|mâini|inimi|surori|culori|comori|scrisori|sărbători|"
    r"valori|cești|povești|vești|felii|hârtii|chei|femei|mări|veri|ierni|primăveri|toamne|seri|dimineți|stânci|lungimi|"
    r"înălțimi|mulțimi|fracțiuni|treimi|cincimi|optimi|zecimi|alte|multe|mari|mici|întregi|grădini|rădăcini|lumini|vitamine|"
    r"ouă|calorii|bucăți|plăci|cutii|sticluțe|lămâi|portocale|ape|lumi|lovituri|greșeli|învățători|părți|rachete|câmpii|tone"
)
"""Plurals before which two is "două": of feminine nouns, and of neuter ones."""
ROMANIAN = Grammar(
    nouns=(
        ("?", r"[1x2y5] de"),
        ("f", r"1 zi"),
        ("m", (r"1 (?:câine|pepene|munte|fluture|frate|părinte|perete|nume|pește|soare|iepure|litru|metru|"
              r".+metru|leu|euro|an|dolar|ban|procent|.*[^ăae])")),
        ("f", r"1 .+[ăae]"),
        ("m", (r"x (?:.+uri|.+oane|.*minute|miliarde|procente|grade|.*grame|secole|sate|orașe|pahare|ouă|hectare|"
              r"cuvinte|scaune|puncte|state|filme|episoade|capitole|volume|produse|proiecte|exemplare|apartamente|telefoane)")),
        ("f", rf"[x2y5] (?:{_ROMANIAN_FEMININE})"),
        ("m", r"[x2y5] .+"),
    ),
    stops=r"și|sau|la|în|din|pe|cu|pentru|până|a|al|ai|ale|este|e|sunt|era|erau|au|ar|nu|să|se|că|care|dar|iar|după|față|"
          r"între|sub|peste|prin|contra|fără|dintre|s-a|s-au|mai|când|cum|unde",
    labels=r"numărul|nr|capitolul|pagina|articolul|sezonul|episodul|tipul|nivelul|grupa|faza|pasul|canalul|linia|sala|"
           r"versiunea|partea|formula|tabelul|figura|liga|clasa|camera|modelul|ora",
    bent=MappingProxyType({
        "m": ((r"^unu$", "un"),),
        "f": ((r"^unu$", "o"), (r"\bunu$", "una"), (r"\bdoi$", "două"), (r"\bdoisprezece$", "douăsprezece")),
    }),
)  # fmt: skip

_CATALAN_MASCULINE = (
    r"homes|pares|.*metres|litres|llibres|membres|dies|mapes|problemes|.*temes|programes|climes|idiomes|poemes|poetes|.+istes|"
    r"pobles|segles|temples|arbres|quadres|vespres|nombres|centres|teatres|mestres|monstres|astres|articles|exemples|"
    r"obstacles|miracles|espectacles|cables|mobles|cercles|.+tges|atletes|planetes|grammes|cotxes|mesos|països|fills|euros"
)
CATALAN = Grammar(
    nouns=(
        ("m", r"1 (?:problema|.*tema|programa|clima|idioma|poema|dia|mapa|planeta|.+ista|atleta|poeta|papa)"),
        ("m", rf"[x2y5] (?:{_CATALAN_MASCULINE})"),
        ("f", (r"1 (?:dona|nit|part|vegada|classe|mare|flor|llum|veu|xarxa|llei|seu|nau|tarda|sèrie|base|fase|"
               r"carn|mà|foto|"
               r"moto|torre|font|paret|pell|crisi|actriu|sang|mort|clau|lliura|tardor|serp|gent|pau|sal|mel|llet)")),
        ("f", (r"[x2y5] (?:nits|parts|lleis|seus|mans|fotos|motos|fonts|parets|pells|crisis|flors|llums|veus|"
               r"morts|claus|"
               r"serps|tardors|dones)")),
        ("f", r"1 .+(?:a|ció|sió|çó|tat|tud)"),
        ("f", r"[x2y5] .+(?:es|cions|sions|çons|tats|tuds)"),
        ("m", r"1 .+|[x2y5] .+s|. (?:mil|milió|per|km|kg)"),
    ),
    stops=r"de|del|dels|i|o|a|al|als|en|per|que|és|són|era|amb|sense|el|la|els|les|un|una|uns|unes|com|més|menys|però|des|"
          r"fins|entre|sobre|segons|quan|on|ja|també|està|ha|han|té|contra|d",
    labels=r"número|núm|capítol|pàgina|article|temporada|episodi|tipus|nivell|grup|fase|pas|opció|canal|línia|ruta|sala|"
           r"versió|part|dia|fórmula|taula|figura|lliga",
    bent=MappingProxyType({
        "f": ((r"\bun$", "una"), (r"^mig$", "mitja"), (r"\bdos$", "dues"), (r"\bdos-cents(?!.*mil)", "dues-centes"),
              (r"cents(?!.*mil)", "centes")),
    }),
    ordinal_nouns=(("f", r" (?:\S+a|part|vegada|classe|sèrie|base|fase|\S+ció|\S+sió|\S+tat) .*"),),
    ordinals=MappingProxyType({
        "f": ((r"^(primer|segon|tercer|quart)$", r"\1a"), (r"è$", "ena")),
    }),
)  # fmt: skip
