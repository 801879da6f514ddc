"""What words of an English topic are: verbs, plurals, animals, names, and what is no light matter."""

# ruff: noqa: SIM905 - long word lists read better as running text

from __future__ import annotations

__all__ = [
    "ALONE",
    "ANIMALS",
    "BYGONE",
    "DOUBLED",
    "FINITE",
    "GRAVE",
    "MADE_OF_DOING",
    "NOUNISH",
    "NOUNS",
    "PAST",
    "PLURAL_WORDS",
    "PREDICATES",
    "PROPER",
    "SINGULAR_S",
    "THINGS",
    "VERBS",
]

# fmt: off
VERBS = frozenset("""
accept achieve act add adopt apply arrange ask attract avoid bake balance be beat become begin behave blink boil
borrow breathe brew bring build burn buy call camp care carry catch change choose clean climb collect come
communicate compost connect control cook cope create cross cry cut dance deal declutter decorate deliver depend
design develop die dig do donate drain draw dream dress drift drink drive dry eat encourage end enjoy erupt evolve
exercise exist expand explain explore express face fade fail fall fast feed feel fight fill find finish fix float
fly focus fold follow forget forgive form freeze gain garden generate get give glow go grow handle hang happen have
heal hear help
hibernate hide hold hunt identify improve invest jog join jump keep kick knit know laugh lay lead learn leave
let lie lift light listen live look lose love maintain make manage matter measure meditate meet melt migrate
move need negotiate open organise organize overcome own pack paint pass pay pick plan plant play practice practise
prepare prevent produce protect pull purr push put quit raise rain reach react read recycle reduce relax remember
repair rest return ride rise rot run rust save see seem sell send set share shine shop sing sit sleep slow smell
smile snow solve speak spend spin spread stand start stay stick stop store stretch study succeed support survive
swim take talk taste teach tell thank think train travel treat turn understand use visit volunteer wait wake
walk want warm wash waste watch water wear win work worry write yawn
""".split())
NOUNISH = frozenset("""
act balance bake call camp care change control cook dance deal dream dress drink drive end exercise face fast
fight focus form garden help hunt jump laugh lead light look love need paint plan plant play practice rain rest
return ride rise run rust shop sleep smell smile snow spin spread start store stretch study support taste train
travel turn use visit volunteer walk wash waste watch water wear work worry yawn
""".split())
FINITE = frozenset("""
is are was were can could will would may might must has have had do does did never always often
""".split())
PAST = frozenset("""
became began broke brought built came changed chose died disappeared drew ended fell flew forgot fought found gave got
grew
happened invented knew learned lost made met moved ran rose said sank saw sold spread stood started survived taught
thought told took turned used vanished went won worked wrote
""".split())
DOUBLED = frozenset("""
get set run swim stop plan sit cut begin put win shop chat hug jog quit let forget dig spin knit
""".split())
ALONE = frozenset("""
be blink come cry dance die drift end erupt evolve exist fade fail fall fly glow go happen hang jump laugh lie live
matter migrate need purr rise rot seem shine sing sit sleep smell smile snow stand swim wash yawn
""".split())
"""Verbs whose "-ing" before a noun tells what the noun is for or does: "swimming pools", "sleeping lions"."""
MADE_OF_DOING = frozenset("""
art board boot camp car center centre class coach course disabilitie disability equipment game gear goal guide habit
idea instrument kit lesson machine material message method model oil pace pan pool power process program room
routine school shoe site skill software strategie strategy style system technique test time tip tool track trail
""".split())
"""Nouns that "-ing" joins: "washing machines", "cooking oil", "learning disabilities"."""
PLURAL_WORDS = frozenset("""
people children men women mice feet teeth geese fish sheep police bacteria data we you they
""".split())
SINGULAR_S = frozenset("""
news physics mathematics economics politics athletics chess gas bus lens tennis atlas yes
""".split())
ANIMALS = frozenset("""
animal ant ape badger bat bear beaver bee beetle bird bison bug bumblebee butterfly camel cat caterpillar chameleon
cheetah chicken chimpanzee cow coyote crab cricket crocodile crow deer dog dolphin dragonfly duck eagle
elephant falcon firefly fish flamingo fox frog gecko giraffe goat goldfish goose gorilla hamster hare hawk hedgehog
hippo horse hummingbird hyena insect jellyfish kangaroo kitten koala ladybug lemur leopard lion lizard llama lobster
mammal meerkat mole monkey moose mosquito moth mouse narwhal octopus orangutan orca ostrich otter owl panda panther
parrot peacock pelican penguin pet pig pigeon pony predator puffin puppy rabbit raccoon raven reptile rhino salmon
seahorse seal shark sheep sloth snail snake spider squirrel starfish swan tiger toad tortoise tuna turtle vulture
walrus wasp whale wolf worm zebra wolves mice geese butterflies
""".split())
GRAVE = frozenset("""
abuse accident accidents addiction anxiety apartheid apocalypse attack attacks bankruptcy battle battles bombing
bullying burnout cancer catastrophe collapse colonialism corruption crash crashes crime crimes crisis crises cult
death deaths debt debts deforestation dementia depression diabetes disaster disasters discrimination disease diseases
divorce drought droughts earthquake earthquakes epidemic epidemics extinction failure fall famine famines flood floods
genocide grief holocaust homelessness hunger hurricane hurricanes illness illnesses inequality inflation injustice
loneliness loss massacre migraine migraines murder murders obesity pandemic pandemics plague pollution poverty racism
recession recessions scam scams slavery stress stroke suicide terrorism tornado tornadoes torture tragedy tragedies
trauma tsunami tsunamis unemployment victims violence virus viruses war wars warming wildfire wildfires
""".split())
"""What nobody loves and nothing is made easier by."""
PROPER = frozenset("""
africa african alaska american asian european french german dutch swiss mexican korean arabic islamic  amazon
america amsterdam android antarctica apple arctic argentina asia athens atlantis australia austria
barcelona beijing berlin boston brazil brussels buddha california canada chicago chile china christmas colombia cuba
denmark docker dubai dublin easter egypt england ethiopia europe everest excel facebook finland florence florida
france
germany git google greece greenland halloween hawaii hungary iceland india indonesia instagram iran iraq ireland
israel
istanbul italy jamaica japan java javascript jerusalem jordan jupiter kenya korea kubernetes lego linux lisbon
london
madagascar madrid malaysia mars mercury mexico microsoft minecraft mongolia morocco moscow mumbai nasa nepal neptune
netflix nike nigeria nvidia openai disney samsung starbucks tesla toyota norway oslo pakistan paris peru philippines
pluto poland portugal prague python ramadan rome russia
rust sahara saturn scotland seoul shanghai siberia singapore spain stockholm sweden switzerland sydney texas
thailand
thanksgiving tibet tiktok titanic tokyo toronto turkey uganda ukraine uranus vatican venezuela venice venus vienna
viking vikings roman romans greek greeks aztec aztecs maya inca incas
vietnam wales whatsapp wikipedia windows youtube zeus
january february april june july august september october november december monday tuesday wednesday thursday friday
saturday sunday
""".split())
"""Names that a topic may begin with; adjectives of peoples are known by their endings."""
BYGONE = frozenset("""
armistice castles coronation cowboys crusade crusades discovery dinosaur dinosaurs dodo gladiator gladiators knight
knights landing landings mammoth mammoths mummies mummy ninja ninjas
pharaoh pharaohs pirate pirates pyramids reformation renaissance revolution samurai treaty voyage
""".split())
"""What is talked of as of a name: it is part of nobody's day."""
THINGS = frozenset("""
air art autumn beauty beer bees bitcoin blockchain books bread breakfast bridges caffeine cancer cats cheese chess
children chocolate clouds coffee color comedy compost cooking courage crypto culture dance democracy diamonds dogs
dragons dreams education electricity emotions energy evolution fashion fear fire fish flowers food football freedom
friends friendship fun games gold golf gravity grief growth habits happiness health hiking hobbies holidays home honey
honesty hope horses hunger ice insects insulin internet jazz joy justice karate kindness language laughter leadership
learning life light lightning literature love luck magic magnets marriage maths mathematics memory milk money moon
mountains muscles mushrooms music nature networks nutrition oceans oil olives oxygen painting parenting parks pasta
patience peace physics pizza plants plastic plastics poetry power procrastination productivity puzzles rain rainbows
reading recycling resilience rest rice rivers robots rockets running salt school science sewing sharks silence silk
skills sleep smiles snow soap soccer soil solitude sound space spices spring stars stoicism storms strength success
sugar summer sun sunlight sushi swimming tea teamwork teeth time trains travel trees trust truth vaccines vegetables
virtue vitamins volcanoes walking water weather weddings wheat wind wine winter wisdom wood wool work writing yoga
""".split())
"""Common words that stand alone with a capital which says nothing."""
NOUNS = frozenset("""
age benefits body brain child children city day days earth facts family future guide habit heart history hour house
idea ideas idea job jobs kids life man meaning men mind minute minutes month mornings morning night origin people person
plan planet power problem reason reasons river room routine rules science sea secret secrets sky steps story system
things tips today tomorrow truth universe way ways week weekend woman women world year years
""".split())
"""Words that headlines write with a capital and names seldom hold."""
PREDICATES = frozenset("""
a an the really still worth so too very good bad better best worse safe healthy unhealthy dangerous harmful real true
dead alive possible impossible important overrated underrated bigger smaller just in on at from more less right wrong
free legal illegal edible smart intelligent useful useless necessary essential easy hard difficult fun expensive cheap
green blue red black white hot cold toxic normal natural magic over back different similar vegan flat round rare
always ever never already about made built located born named called
""".split())
"""Words that what is said of a subject begins with."""
# fmt: on
