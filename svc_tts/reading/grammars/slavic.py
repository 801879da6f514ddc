"""Gender and case in Russian (its numbers are bent by num2words), Polish, Czech and Slovak."""

from __future__ import annotations

from types import MappingProxyType

from svc_tts.reading.grammars.base import Grammar, words

__all__ = ["CZECH", "POLISH", "RUSSIAN", "SLOVAK"]

RUSSIAN = Grammar(
    nouns=(
        ("i", r"\S* .*(?:ами|ями|людьми|детьми)"),
        ("l", r"[25y] .+(?:ах|ях)"),
        ("d", r"[25y] (?!нам|вам|там).+[^с](?:ам|ям)"),
        ("f", r"[1x]g .+[ыи]"),
        ("m", r"[1x]g .+"),
        ("m", (r"[1x] (?:мужчина|папа|дядя|дедушка|судья|юноша|кофе|евро|.+[иы]й|.+ой|день|рубль|автомобиль|"
               r"месяц|путь|корабль|"
              r"учитель|.+тель|дождь|огонь|конь|зверь|гость|камень|уголь|король|царь|словарь|календарь|январь|вождь|"
              r"уровень|стиль|фестиваль|госпиталь|спектакль|картофель|апрель|ноль|парень|кремль|ремень|олень|медведь)")),
        ("f", r"[1x] .+(?:ость|ь|ая|яя)"),
        ("n", r"[1x] .+(?:[оеё]|мя)"),
        ("fa", r"[1x] .+[ую]"),
        ("f", r"[1x] .+[ая]"),
        ("mg", r"[1x] .+ого"),
        ("m", r"[1x] .+"),
        ("f", r"[2y] .+(?:ые|ие)"),
        ("m", r"[2y] (?:пути|.+[аяео])"),
        ("?", r"[2y] .+(?:ых|их)"),
        ("f", r"[2y] .+[ыи]"),
        ("m", r"[2y] .+"),
    ),
    stops=r"и|или|а|но|в|во|на|с|со|к|ко|по|до|от|из|у|о|об|за|при|для|без|не|ни|как|это|что|был|была|было|были|лишь|же|"
          r"бы|то|он|она|оно|они|против|после|перед|между|через|раза?|уже|ещё|из-за",
    labels=r"номер|глава|главе|страница|странице|статья|сезон|серия|тип|уровень|группа|группе|фаза|шаг|канал|версия|"
           r"часть|формула|таблица|рисунок|лига|класс|пункт|дом|школа|вариант|модель",
    cases=(
        ("g", (r"около|более|менее|свыше|до|от|с|со|из|без|после|для|порядка|больше|меньше|старше|моложе|у|среди|кроме|"
              r"вместо|выше|ниже|дороже|дешевле|быстрее|дольше|длиннее|тяжелее|против|течение|протяжении")),
        ("d", r"к|ко|благодаря|равн[аоы]?|равен"),
        ("i", r"между|перед|над"),
    ),
    ordinal_nouns=(
        ("nl", r"\S* (?:веке|году) .*"),
        ("nl", r"\S* \S+[еу] \S* (?:в|во|на|о|об|при)"),
        ("mg", r"\S* (?:века|года|съезда|созыва|тома|сезона|этапа|раунда|тура|дня) .*"),
        ("md", r"\S* (?:веку) .*"), ("mi", r"\S* (?:веком|годом) .*"),
        ("nl", r"\S* веках .*"), ("mg", r"\S* веков .*"), ("pg", r"\S* (?:годов|годах) .*"), ("p", r"\S* годы .*"),
        ("fg", r"\S* \S+(?:ой|ей) .*"), ("fa", r"\S* \S+(?:ую|ю|у) .*"), ("nl", r"\S* \S+(?:ом|ем) .*"),
        ("mg", r"\S* \S+(?:ого|его) .*"), ("f", r"\S* \S+(?:ая|а|я|ость|часть|очередь|степень|серия) .*"),
        ("n", r"\S* \S+(?:ое|о|е) .*"), ("m", r".*"),
    ),
    genitive=(2, 5),
)  # fmt: skip

_POLISH_GENITIVE = (
    (r"^jeden$", "jednego"),
    *words("dwa dwóch dwie dwóch trzy trzech cztery czterech pięć pięciu sześć sześciu siedem siedmiu osiem ośmiu "
           "dziewięć dziewięciu dziesięć dziesięciu dwadzieścia dwudziestu trzydzieści trzydziestu "
           "czterdzieści czterdziestu sto stu dwieście dwustu trzysta trzystu czterysta czterystu tysiąc tysiąca "
           "tysiące tysięcy milion miliona miliony milionów zero zera"),
    (r"(\w+)naście\b", r"\1nastu"), (r"(\w+)dziesiąt\b", r"\1dziesięciu"), (r"ćset\b", "ciuset"),
     (r"\bsiedemset\b", "siedmiuset"), (r"\bosiemset\b", "ośmiuset"),
)  # fmt: skip
POLISH = Grammar(
    nouns=(
        ("c", r"[2y5] (?:dzieci|niemowląt|kociąt|szczeniąt|kurcząt|wnucząt|bliźniąt|piskląt)"),
        ("g", (r"[2y5x] (?:mężczyzn|ludzi|żołnierzy|studentów|uczniów|piłkarzy|zawodników|graczy|polaków|mieszkańców|"
              r"pracowników|pasażerów|lekarzy|policjantów|naukowców|widzów|gości|kibiców|turystów|posłów|chłopców|synów|"
              r"braci|kandydatów|nauczycieli|kierowców|przyjaciół|użytkowników|klientów|rodziców|więźniów|rannych|"
              r"zabitych|ekspertów|strażaków|ministrów|królów|autorów|artystów|aktorów|uczestników|mistrzów|rywali)")),
        ("g", r"[2y5x]g? .+(?:ach|om|óm)"), ("i", r"[2y5x]g? .+mi"),
        ("?", r"[2y5] .+ych"),
        ("m", r"1 (?:mężczyzna|kierowca|artysta|poeta|sędzia|.+ista|dzień|tydzień|miesiąc|koń|gość|liść|.+ek|.+el)"),
        ("fa", r"1 .+[ęą]"), ("fg", r"1g .+[yi]"), ("mg", r"1g .+"), ("mg", r"1 .+ego"),
        ("f", r"1 (?:.+ść|noc|rzecz|część|powieść|krew|sól|twarz|mysz|pani|kość|.+yni|.+a)"),
        ("n", r"1 .+(?:o|e|um|ę)"),
        ("m", r"1 .+"),
        ("f", r"[2y] (?:sztuki|dziewczynki|godzinki|minutki|rodzinki)"),
        ("m", (r"[2y] (?:.+(?:unki|ynki|cinki)|(?:ząb|list|kawał|kąs|krąż|ułam|wypad|przypad|począt|stat|podat|"
               r"wydat|obraz|"
              r"dodat|skład|kwiat|pocis|członk?|plaster|kosmy|zabyt|mająt|wynalaz|wyjąt|związ|zesp|zam|kub|patycz|płat|znacz?|krok|rok)ki)")),
        ("m", (r"[2y] (?:tysiące|miesiące|tygodnie|dni|konie|mecze|gole|kilometry|metry|litry|grosze|złote|procent|"
              r"miliony|miliardy|punkty|lata|razy|ołówki|zamki|kotlety)")),
        ("f", (r"[2y] (?:(?:godzin|minut|kobiet|żon|sekund|stron|osob|grup|rodzin|map|szkoł|szkół|książ|matk|głow|łap|"
              r"drużyn|rund|ton|kar|bram|łyż|sióstr|siostr|wojn|wiosk|armi|kopi|lini|wersj|seri|kobie|filiżan|szklan|"
              r"tabel|metod|firm|ofiar|form|rol|zmian|przyczyn|planet|gwiazd|flag|map|par|rzecz|planszow|ulic|koszul|"
              r"dziewczyn|róż|wysp|fal|skał|gór|rzek|liter|cyfr|liczb|miar|koron|stop|nog|cebul|marchew|kromk|"
              r"noc|częśc|powieśc|rat|zasad|nagrod|szans|cech|ziem|pomarańcz|kobył|krow|ryb|warstw|połow|ścian|"
              r"strzał|akcj|pozycj|różnic|tradycj|stolic|dzielnic|granic|tajemnic|rocznic|obietnic|pracownic)(?:y|i|e|ki)|"
              r".+cje|.+ści|.+zje|.+nie|.+[bcdfghjlłmnprsśtzżźw]ki)")),
        ("?", r"[2y] .+e"),
        ("m", r"[2y] .+"),
    ),
    stops=r"i|oraz|lub|albo|a|ale|w|we|na|z|ze|do|od|po|o|u|za|przy|dla|bez|nie|jak|to|że|był|była|było|były|się|jest|"
          r"przed|przez|nad|pod|między|już|jeszcze|proc",
    labels=r"numer|nr|rozdział|rozdziale|strona|stronie|artykuł|sezon|odcinek|typ|poziom|grupa|faza|krok|kanał|wersja|"
           r"część|formuła|tabela|rysunek|liga|klasa|punkt|dom|wariant|model|etap",
    cases=(("g", (r"od|do|z|bez|dla|około|ok|poniżej|powyżej|oprócz|wśród|blisko|niespełna|"
                 r"spośród|ze")),),
    bent=MappingProxyType({
        "c": (*words("dwa dwoje trzy troje cztery czworo"), (r"^pięć$", "pięcioro"), (r"^sześć$", "sześcioro"),
              (r"^siedem$", "siedmioro"), (r"^osiem$", "ośmioro"), (r"^dziewięć$", "dziewięcioro"),
              (r"^dziesięć$", "dziesięcioro")),
        "g": _POLISH_GENITIVE,
        "i": (*words("dwa dwoma trzy trzema cztery czterema"), *_POLISH_GENITIVE), "mg": words("jeden jednego"),
        "fg": words("jeden jednej"), "fa": words("jeden jedną"),
        "f": ((r"^jeden$", "jedna"), (r"\bdwa$", "dwie")), "n": ((r"^jeden$", "jedno"),),
    }),
    ordinal_nouns=(
        ("mg", r"g  .*"), ("p", r"\S* (?:urodziny|imieniny|mistrzostwa|igrzyska) .*"),
        ("ml", r"\S* (?:wieku|roku) \S* (?:w|we|po|o|na|przy)"), ("mg", r"\S* (?:wieku|roku|stycznia|lutego|marca) .*"),
        ("p", r".* lata"), ("pg", r".* (?:lat|latach)"), ("m", r"\S* (?:wiek|rok|dzień|raz|\S+y) .*"),
        ("fg", (r"\S* (?:\S+ej|ligi|wojnie|lidze|edycji|części|kolejce|klasie|połowie|serii|kadencji|wojny|"
                r"rundzie|osoby|minucie|minuty|sekundzie|"
               r"stronie|strony|godzinie|godziny|rocznicy|dekadzie|dekady|generacji|dynastii|armii|osobie|próbie) .*")),
        ("fa", r"\S* \S+ę .*"), ("fi", r"\S* \S+ą .*"), ("mg", r"\S* \S+ego .*"),
        ("ml", r"\S* \S+(?:im|ym|scu|iu|ku) .*"), ("ml", r"\S* \S+[eu] \S* (?:w|we|na|po|o|przy)"),
        ("mg", r"g \S+(?:a|u) .*"), ("f", r"\S* \S+(?:a|ść) .*"), ("n", r"\S* \S+[oe] .*"),
    ),
    ordinals=MappingProxyType({
        "f": ((r"gi\b", "ga"), (r"ci\b", "cia"), (r"y\b", "a")),
        "fg": ((r"i\b", "iej"), (r"y\b", "ej")),
        "fa": ((r"gi\b", "gą"), (r"ci\b", "cią"), (r"y\b", "ą")),
        "fi": ((r"gi\b", "gą"), (r"ci\b", "cią"), (r"y\b", "ą")),
        "mg": ((r"i\b", "iego"), (r"y\b", "ego")), "ml": ((r"i\b", "im"), (r"y\b", "ym")),
        "n": ((r"i\b", "ie"), (r"y\b", "e")), "p": ((r"i\b", "ie"), (r"y\b", "e")),
        "pg": ((r"i\b", "ich"), (r"y\b", "ych")),
    }),
    genitive=(2.5, 5),
)  # fmt: skip

_CZECH_GENITIVE = (
    (r"^jedna$", "jednoho"),
    *words("dva dvou dvě dvou tři tří čtyři čtyř devět devíti deset deseti sto sta tisíc tisíce tisíce tisíc "
           "milion milionu miliony milionů nula nuly"),
    (r"\b(pět|šest|sedm|osm|\w+náct|\w+cet|\w+desát)\b", r"\1i"),
)  # fmt: skip
CZECH = Grammar(
    nouns=(
        ("i", r"[25xy]g? .+mi"), ("g", r"[25xy]g? .+(?:ech|ách|ích|ům)"),
        ("?", r"[2y] .+(?:ých|ní)"),
        ("f", r"1 (?:mrkev|krev|směs|sůl|čtvrť|trať|postel|tvář|báseň|píseň|věc|noc|část|loď|zeď|kost|tramvaj)"),
        ("m", r"1 (?:muž|den|rok|týden|měsíc|metr|.+ista|předseda|kilogram|litr|bod|gól|člověk|.+[^aeěoyiíéáůu])"),
        ("fa", r"1 .+[uou]"), ("fg", r"1g .+[yeě]"), ("mg", r"1g .+"),
        ("f", r"1 (?:.+a|.+ost|noc|věc|část|.+yně|.+á)"),
        ("n", r"1 (?:vejce|moře|pole|slunce|srdce|nebe|kuře|zvíře|dítě|.+iště|.+(?:o|í|um|é))"),
        ("f", r"1 .+[eě]"),
        ("m", r"1 .+"),
        ("m", (r"[2y] (?:týmy|systémy|problémy|programy|termíny|stroužky|plátky|kousky|lístky|články|řádky|"
               r"výsledky|dárky|"
              r"obrázky|zámky|prvky|výrobky|snímky|balíčky|hrnky|šálky|hrníčky|ročníky|telefony|objektivy|fotoaparáty|"
              r"displeje|státy|soudy|úřady|zákony|návrhy|plány|nápady|národy|hrady|mosty|závody|turnaje|rekordy|milióny|"
              r"palce|řidiči|vědci|lékaři|vojáci|panovníci|synové|zuby|prsty|talíře|obvody|zdroje|případy|pokusy)")),
        ("m", (r"[2y] (?:roky|dny|metry|kilometry|litry|.+metry|body|góly|týdny|měsíce|muži|lidé|gramy|"
               r"kilogramy|stroje|"
              r"tisíce|miliony|.+ové|.+atelé|.+isté|.+kusy|kusy|stupně|zápasy|filmy|domy|hosté|hráči|pokusy|pokoje|"
              r"dolary|kroky|díly|typy|druhy|způsoby|důvody|stromy|vozy|vlaky|testy|procesory|modely|kraje|soudci)")),
        ("?", r"[2y] .+(?:é|á)"),
        ("f", r"[2y] .+(?:y|e|ě|a|i)"),
        ("m", r"[2y] .+"),
    ),
    stops=r"a|i|nebo|ale|v|ve|na|z|ze|s|se|k|ke|do|od|po|o|u|za|při|pro|bez|ne|jak|to|že|byl|byla|bylo|byly|je|jsou|"
          r"před|přes|nad|pod|mezi|už|ještě|proti|až",
    labels=r"číslo|č|kapitola|kapitole|strana|straně|článek|sezóna|díl|typ|úroveň|skupina|fáze|krok|kanál|verze|část|"
           r"formule|formuli|tabulka|obrázek|liga|třída|bod|dům|varianta|model|etapa",
    cases=(("g", r"od|do|z|ze|bez|kolem|okolo|během|podle|u|vedle|kromě|uprostřed"),),
    bent=MappingProxyType({
        "g": _CZECH_GENITIVE,
        "i": (*words("dva dvěma tři třemi čtyři čtyřmi"), *_CZECH_GENITIVE), "mg": ((r"^jedna$", "jednoho"),),
        "fg": ((r"^jedna$", "jedné"),),
        "fa": ((r"^jedna$", "jednu"),), "m": ((r"^jedna$", "jeden"),),
        "n": ((r"^jedna$", "jedno"), (r"\bdva$", "dvě")), "f": ((r"\bdva$", "dvě"),),
    }),
    ordinal_nouns=(
        ("mg", r"g  .*"),
        ("mg", (r"\S* (?:ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince|"
               r"roku|dne) .*")),
        ("ml", (r"\S* (?:století|čtvrtletí|pololetí|období|stol|kole|místě|ročníku|dílu|patře|dni|dnu|výročí|"
               r"\S+ém) \S* (?:v|ve|po|na|o|při)")),
        ("mg", r"\S* \S+iště \S* (?:z|ze|do|od|u|bez)"),
        ("mg", (r"\S* (?:století|stol|kola|místa|patra|dílu|ročníku) \S* (?:do|od|z|ze|polovin[aeuěy]|přelomu|"
                r"začátk\w+|"
               r"konc\w+|počátk\w+|během|u)")),
        ("pg", r"\S* (?:letech|let|\S+ých|\S+ích) .*"), ("p", r"\S* (?:léta|roky) .*"),
        ("mg", r"\S* \S+ého .*"), ("fa", r"\S* \S+(?:ou|u) .*"), ("fg", r"\S* \S+(?:y|ě|řídě|ze|lize) .*"),
        ("n", r"\S* (?:\S+(?:o|é|í)|stol) .*"), ("f", r"\S* \S+(?:a|á|ost|část) .*"),
    ),
    ordinals=MappingProxyType({
        "f": ((r"ý\b", "á"),), "n": ((r"ý\b", "é"),), "p": ((r"ý\b", "á"),),
        "fg": ((r"ý\b", "é"),), "fa": ((r"ý\b", "ou"),), "mg": ((r"ý\b", "ého"), (r"í\b", "ího")),
        "ml": ((r"ý\b", "ém"), (r"í\b", "ím")), "pg": ((r"ý\b", "ých"), (r"í\b", "ích")),
    }),
    genitive=(2.5, 5),
)  # fmt: skip

_SLOVAK_GENITIVE = (
    (r"^jeden$", "jedného"),
    *words("dva dvoch dve dvoch tri troch štyri štyroch päť piatich šesť šiestich sedem siedmich osem ôsmich "
           "deväť deviatich "
           "desať desiatich milión milióna nula nuly"),
    (r"(\w+)násť$", r"\1nástich"), (r"(\w+)dsať$", r"\1dsiatich"), (r"(\w+)desiat$", r"\1desiatich"),
)  # fmt: skip
SLOVAK = Grammar(
    nouns=(
        ("i", r"[25xy]g? .+(?:ami|mi)"), ("g", r"[25xy]g? .+(?:och|ách|iach|ích|ých)(?<!dvoch)"),
        ("d", r"[2y]g? .+(?:ám|iam)"),
        ("p", (r"2 (?:.+ci|.+ovia|.+telia|.+isti|.+enti|muži|ľudia|hráči|hostia|bratia|priatelia|kamaráti|"
               r"rodičia|žiaci|"
               r"vojaci|páni|súrodenci|.+ári|.+iari)(?<!mesiaci)")),
        ("?", r"[2y] .+(?:né|ké|lé|vé|té|ré|dé)"),
        ("f", r"1 (?:soľ|krv|časť|noc|vec|loď|pieseň|báseň|posteľ|tvár|cesta|kosť|chvíľa|lyžica|.+osť)"),
        ("m", (r"1 (?:muž|deň|rok|týždeň|mesiac|meter|.+ista|predseda|kilogram|liter|bod|gól|človek|hrdina|"
              r".+[^aeoyiíéáúu])")),
        ("mg", r"1 (?:psa|muža|chlapca|syna|brata|človeka|priateľa|koňa|hráča|kamaráta|vojaka|študenta|učiteľa)"),
        ("fa", r"1 .+u"), ("fg", r"1g .+y"), ("mg", r"1g .+"),
        ("n", r"1 (?:dieťa|dievča|zviera|mláďa|kura|šteňa|mačiatko)"),
        ("f", r"1 .+(?:a|á|yňa)"),
        ("n", r"1 (?:.+(?:o|ie|é|um)|dieťa|more|pole|slnko|srdce|vajce|dievča|zviera|mesto|.+e)"),
        ("m", r"1 .+"),
        ("m", (r"[2y] (?:roky|dni|metre|kilometre|litre|.*metre|body|góly|týždne|mesiace|muži|ľudia|gramy|"
               r"kilogramy|stroje|"
               r"tisíce|milióny|.+ovia|.+atelia|.+isti|kusy|stupne|zápasy|filmy|domy|hostia|hráči|pokusy|doláre|kroky|diely|"
               r"typy|druhy|spôsoby|dôvody|stromy|vlaky|testy|modely|kraje|tímy|systémy|problémy|programy|výsledky|darčeky|"
               r"obrázky|prvky|výrobky|telefóny|štáty|zákony|plány|národy|hrady|mosty|závody|rekordy|palce|vedci|vojaci|zuby|"
               r"prsty|prípady|psy|stoly|stoličky(?!)|centy|procesory|byty|autobusy|hlasy|listy|ročníky|súbory|grady)")),
        ("f", r"[2y] .+(?:y|e|á|i|ia|ky)(?<!mestá)(?<!autá)(?<!slová)(?<!eurá)(?<!percentá)(?<!vajcia)(?<!kolá)"),
        ("n", r"[2y] .+(?:á|ia|atá)"),
        ("m", r"[2y] .+"),
    ),
    stops=r"a|i|alebo|ale|v|vo|na|z|zo|s|so|k|ku|do|od|po|o|u|za|pri|pre|bez|nie|ako|to|že|bol|bola|bolo|boli|je|sú|pred|"
          r"cez|nad|pod|medzi|už|ešte|proti|až|sa|si|krát|má|mal",
    labels=r"číslo|č|kapitola|kapitole|strana|strane|článok|séria|diel|typ|úroveň|skupina|fáza|krok|kanál|verzia|časť|"
           r"formula|tabuľka|obrázok|liga|trieda|bod|dom|variant|model|etapa",
    cases=(("g", r"od|do|z|zo|bez|okolo|počas|podľa|u|vedľa|okrem|uprostred|viac|menej"),),
    bent=MappingProxyType({
        "d": words("dva dvom tri trom štyri štyrom"), "p": words("dva dvaja tri traja štyri štyria"),
        "g": _SLOVAK_GENITIVE,
        "i": (*words("dva dvoma dve dvoma tri tromi štyri štyrmi"), *_SLOVAK_GENITIVE), "mg": words("jeden jedného"),
        "f": ((r"^jeden$", "jedna"), (r"^dva$", "dve")), "fg": words("jeden jednej"), "fa": words("jeden jednu"),
        "n": ((r"^jeden$", "jedno"), (r"^dva$", "dve")),
    }),
    ordinal_nouns=(
        ("mg", r"g  .*"),
        ("mg", (r"\S* (?:januára|februára|marca|apríla|mája|júna|júla|augusta|septembra|októbra|novembra|"
                r"decembra|roku|dňa) "
               r".*")),
        ("ml", r"\S* (?:storočí|mieste|poschodí|kole|ročníku|štvrťroku|období|dieli) .*"),
        ("mg", r"\S* (?:storočia|miesta|kola|ročníka|poschodia|dielu) .*"),
        ("n", r"\S* \S+(?:o|ie) .*"),
        ("pl", r"\S* (?:rokoch|\S+ých) .*"), ("p", r"\S* roky .*"),
        ("mg", r"\S* \S+ého .*"), ("fa", r"\S* \S+(?:ú|u) .*"), ("fg", r"\S* \S+(?:ej|y|e) .*"),
        ("f", r"\S* \S+(?:a|á|osť|časť) .*"),
    ),
    ordinals=MappingProxyType({
        "f": ((r"ý\b", "á"), (r"y\b", "a"), (r"í\b", "ia")), "n": ((r"ý\b", "é"), (r"y\b", "e"), (r"í\b", "ie")),
        "p": ((r"ý\b", "é"), (r"y\b", "e"), (r"í\b", "ie")), "pl": ((r"ý\b", "ých"), (r"y\b", "ych"), (r"í\b", "ích")),
        "fg": ((r"[ýyí]\b", "ej"),), "fa": ((r"ý\b", "ú"), (r"y\b", "u"), (r"í\b", "iu")),
        "mg": ((r"ý\b", "ého"), (r"y\b", "eho"), (r"í\b", "ieho")), "ml": ((r"tretí\b", "treťom"), (r"[ýy]\b", "om")),
    }),
    genitive=(2.5, 5),
)  # fmt: skip
