"""Words that nearly every text of a language has, and those that titles are made of; none of a single plain letter."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["LANGUAGES_OF"]

_WORDS = {
    "en": """
        the of and to in is are was were be for on with as at by from an it its this that these those not or but if
        how why what when where who which your you my we our they their his her she he all every one two three five
        ten more most best top better good great new first last day days way ways life people world history story
        guide tips benefits facts things reasons habits secrets about into between without before after during
        explained beginners science truth make do does did can should will work works get health food money travel home
        time year years water body mind easy simple modern ancient
    """,
    "es": """
        el la los las un una unos unas de del en al con por para que qué como cómo cuándo dónde quién cuál
        porque sin sobre entre es son está están fue ser se su sus tu tus mi más muy mejor mejores no lo les nos
        historia vida mundo día días beneficios consejos guía cosas razones secretos hacer receta nuestro todo todos
    """,
    "pt": """
        os as um uma uns umas de do da dos das ou em no na nos nas ao à com por para que como quando onde quem
        porque sem sobre entre é são está foi ser se seu sua seus suas meu minha mais muito melhor melhores não
        história vida mundo dia dias benefícios dicas guia coisas razões segredos fazer receita nosso todo todos você
    """,
    "fr": """
        le la les un une des de du et ou en au aux dans avec pour par sur sans sous entre que qui quoi quel quelle
        comment pourquoi quand où est sont était être ce cette ces se sa son ses leur leurs notre nos votre vos mon ma
        plus très mieux meilleur meilleurs ne pas il elle on nous vous
        histoire vie monde jour jours conseils guide choses raisons secrets faire recette tout tous bienfaits
    """,
    "it": """
        il lo la gli le un uno una di del dello della dei degli delle ed in nel nella nei con per da dal
        dalla su sul sulla al alla ai che chi cosa come quando dove perché senza tra fra è sono era essere si suo sua
        suoi mio mia più molto meglio migliore migliori non ci
        storia vita mondo giorno giorni consigli guida cose ragioni segreti fare ricetta tutto tutti benefici
    """,
    "ca": """
        el la els les un una uns unes de del dels en al als amb per que què com quan on qui perquè sense entre
        és són està va ser es seu seva més molt millor millors no ho
        història vida món dia dies consells guia coses raons secrets fer recepta tot tots
    """,
    "ro": """
        un de la din în pe cu și si sau pentru că ce care cum când unde cine fără despre între este sunt era fi se
        său sa lui ei mai foarte bun bine nu al ale lor
        istoria viața lumea zi zile sfaturi ghid lucruri motive face rețetă toate
    """,
    "de": """
        der die das den dem des ein eine einen einem einer und oder in im an am auf aus bei mit nach von vom zu zum
        zur für über unter durch ohne um wie warum was wann wo wer ist sind war waren sein sich nicht es er sie wir
        ihr ich du man auch mehr sehr besser beste besten gut
        geschichte leben welt tag tage tipps gründe dinge geheimnis machen macht wird werden wirklich kann
    """,
    "nl": """
        de het een en of in op aan uit bij met naar van voor te tot over onder door zonder om hoe waarom wat wanneer
        waar wie is zijn was waren niet ze we wij je jij jouw ik hij zij er ook meer heel beter beste goed
        geschiedenis leven wereld dag dagen redenen dingen geheim maken wordt worden kan
    """,
    "sv": """
        en ett den det de och eller på av till från med för om hur varför vad när var vem är inte man vi du jag han
        hon sig sin sitt utan mellan mer mycket bättre bästa bra som att
        historia livet världen dag dagar råd skäl saker göra blir kan
    """,
    "da": """
        en et den det de og eller på af til fra med for om hvordan hvorfor hvad hvornår hvor hvem er ikke man vi du
        jeg han hun sig sin uden mellem mere meget bedre bedste god som at
        historien livet verden dag dage råd grunde ting gøre bliver kan
    """,
    "nb": """
        en et ei den det de og eller på av til fra med for om hvordan hvorfor hva når hvor hvem er ikke man vi du
        jeg han hun seg sin uten mellom mer mye bedre beste god som å at
        historien livet verden dag dager råd grunner ting gjøre blir kan
    """,
    "fi": """
        ja tai on ovat oli ei miten miksi mitä milloin missä kuka mikä että kuin myös se ne hän me sinä minä ilman
        enemmän paras parempi hyvä historia elämä maailma päivä vinkkiä syytä asiaa voi
    """,
    "pl": """
        na do od po za przez dla bez pod nad jak dlaczego co kiedy gdzie kto czy jest są był była być się
        nie to ten ta te jego jej ich mój twój oraz lub bardziej bardzo lepiej najlepsze
        historia życie świat dzień dni porady powodów rzeczy sekrety robić można
    """,
    "cs": """
        ve ze na do od po za se pro bez pod nad jak proč co kdy kde kdo je jsou byl byla být ne to ten
        ta te jeho její jejich můj nebo více velmi lépe nejlepší
        historie život svět den dny důvodů věci tajemství dělat může
    """,
    "sk": """
        vo zo na do od po za so sa pre bez pod nad ako prečo čo kedy kde kto je sú bol bola byť nie to
        ten tá jeho jej ich môj alebo viac veľmi lepšie najlepšie
        história život svet deň dni dôvodov veci tajomstvo robiť môže
    """,
    "hr": """
        na iz od do po za sa se kod bez pod nad kako zašto što kada gdje tko je su bio bila biti ne to taj ta
        njegov njezin njihov moj ili više vrlo bolje najbolji
        povijest život svijet dan dana savjeti razloga stvari tajne raditi može
    """,
    "hu": """
        az egy és vagy is nem hogyan miért mit mi mikor hol ki hogy van vannak volt lenni mint meg csak már még
        több nagyon jobb legjobb története élet világ nap tipp ok dolog titka lehet
    """,
    "tr": """
        ve veya bir bu şu ile için nasıl neden niçin ne zaman nerede kim mi mı mu mü da de değil var yok olan olarak
        gibi daha en çok iyi tarihi hayat dünya gün günde ipucu nedeni şey sırları yapmak yapılır
    """,
    "id": """
        dan atau di ke dari yang untuk dengan pada dalam tanpa tentang bagaimana mengapa kenapa apa kapan siapa
        adalah ini itu tidak bukan kita kami kamu anda saya dia lebih sangat terbaik baik cara
        sejarah hidup dunia hari tips manfaat alasan hal rahasia membuat bisa
    """,
    "vi": """
        và của là có không các những một cho với trong trên từ đến về như thế nào tại sao gì khi đâu ai này đó được
        người hơn rất tốt lịch sử cuộc sống thế giới ngày cách lý do điều lợi ích
    """,
    "ru": """
        и в во на с со к ко о об от до по за из у для без под над при как почему что когда где кто зачем это этот эта
        эти не ни или но а мы вы он она они я ты его её их наш был была было быть есть более очень лучше лучшие
        история жизнь мир день дней советы причин вещей
    """,
    "uk": """
        і й та в у на з із зі до від по за про для без під над при як чому що коли де хто навіщо це цей ця ці не ні
        або але а ми ви він вона вони я ти його її їх наш був була було бути є більше дуже краще найкращі
        історія життя світ день днів поради причин речей
    """,
    "bg": """
        и в във на с със към о от до по за из у без под над при как защо какво кога къде кой това този тази тези не
        или но а ние вие той тя те аз ти неговата негов е са беше бъде съм повече много добре най
        история живот свят ден дни съвети причини неща
    """,
}  # fmt: skip


def _languages_of() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for language, words in _WORDS.items():
        for word in words.split():
            found.setdefault(word, set()).add(language)
    return {word: frozenset(languages) for word, languages in found.items()}


LANGUAGES_OF = MappingProxyType(_languages_of())
"""The languages (ISO 639-1) in which a word, in small letters, is one of the most frequent."""
