"""Queries that ask for a person rather than for an article.

Each language's ways of asking are patterns over folded words with one space between them, put
together from a few named pieces (`{whom}`), so that "speak to a real agent" need not be listed.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.analysis import fold
from search.reading.dictionaries import dictionary

MAX_WORDS = 12  # a longer text tells of a trouble; its articles go first
MIN_SLIP_LETTERS = 5  # of a word that may be mistyped: "agent" is near too many shorter ones

_PIECES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "a": r"(?:(?:an?|the|your|any|some|another|real|actual|live|true|proper) )*",
        # Whom a help centre has, and nobody else.
        "service": r"(?:(?:customer|client|consumer) (?:service|support|care|relations)s?|"
        r"(?:tech|technical) support|call cent(?:er|re)|help ?line|hot ?line)",
        "support": r"(?:support|support (?:team|staff|agent|person)|help ?desk|{service}|us)",
        # Whoever is no machine; "agent" and "operator" are things of programs, too.
        "someone": r"(?:someone|somebody|anyone|anybody)(?: else| real)?",
        "human": r"(?:human(?: being| agent| person| operator)?|person|representative|rep|"
        r"advis[eo]r|customer service (?:agent|rep|representative))",
        "one": r"(?:{someone}|{human}|{support}|humans|agent|operator)",
        "whom": r"(?:{one}|manager|supervisor|technician|assistant|specialist|expert|service|team|"
        r"staff|sales(?: team)?|people|boss|employee)",
        "talk": r"(?:speak|talk|chat|speaking|talking|chatting)",
        "reach": r"(?:contact|reach|reach out to|write to|get (?:a )?hold of|get through to|"
        r"get in (?:touch|contact) with|be in touch with)",
        "number": r"(?:(?:(?:tele)?phone|tel|contact|support|free|toll free|help ?desk|help|call|"
        r"{service}) )*(?:number|help ?line|hot ?line)",
        "want": r"(?:(?:i|we)(?: (?:d|would|will|ll|just|really|only|also))* "
        r"(?:want|need|like|love|prefer|have|wish|got|get)(?: to)? |"
        r"(?:can|could|may|might)(?: (?:i|we|you))?(?: please)? (?:(?:get|have|find) )?|"
        r"how (?:can|do|could|would|should) (?:i|we|you) |how to |want(?: to)? |need(?: to)? |"
        r"wanna |(?:please )?(?:let|give|get|find|send) me (?:to )?|(?:please )?have |"
        r"(?:please )?(?:connect|transfer|put|switch|pass) me (?:through )?(?:to |with )?|"
        r"(?:is|are) there |do you have |have you got |where (?:can|do|is|are) (?:i find )?)",
        "nouns": r"(?:what s |what is |whats |what are |which (?:is )?|tell me )",
        "now": r"(?: (?:now|here|there|today|around|available|online|home|directly|instead|"
        r"immediately|on (?:the )?phone|by (?:tele)?phone|by (?:e ?)?mail|over the phone|"
        r"in person|not (?:a )?(?:ro)?bot|back|again|who can help(?: me)?|to help(?: me)?|"
        r"that can help(?: me)?|for help|(?:who |that )?i can (?:talk|speak) (?:to|with)|about \w+.*|regarding .*|concerning .*|because .*|"
        r"from (?:support|your .*|the .*|sales)|in (?:charge|support|sales|person|english|french)"
        r"))*",
    },
    "fr": {
        "a": r"(?:(?:une?|les?|la|l|d|de|du|des|votre|vos|vrais?|vraies?|veritable|autre|bon|"
        r"bonne|au|aux|a|cet?|cette|mon) )*",
        "service": r"(?:services? (?:clients?|clienteles?|consommateurs?|apres ventes?|"
        r"technique|assistance)|sav|hotline|centre d appels?|relations? clients?|"
        r"support (?:technique|client|clients)|assistance (?:technique|telephonique)|"
        r"standard telephonique)",
        "support": r"(?:support|assistance|standard|{service})",
        "human": r"(?:quelquun(?: d autre| de (?:reel|vrai|humain|chez vous))?|"
        r"(?:etres? |operateur |conseiller |agent )?humaine?s?|vraie personne|"
        r"personnes? (?:humaine|reelle|physique|vivante)|conseille(?:re?s?)?(?: client(?:ele)?)?|"
        r"representante?|interlocut(?:eur|rice)|teleconseillere?|chargee? de clientele)",
        "one": r"(?:{human}|{support}|personne|agents?|operat(?:eur|rice))",
        "whom": r"(?:{one}|gens|technicien(?:ne)?s?|responsable|commercial|vendeu(?:r|se)|equipe|"
        r"expert|specialiste|patron|directeur|directrice|direction|manager|service|reparateur)",
        "talk": r"(?:parler|discuter|echanger|dialoguer|chatter|tchatter|communiquer|causer|"
        r"converser|entretenir|relation|ligne|contact|rdv|rendez vous)",
        "number": r"(?:numero|num|no|tel|telephone)(?: (?:de |du |d |des |le |la |l |a |au |pour )*"
        r"(?:vous |le |la |l )?(?:telephone|tel|contact|contacter|appel|appeler|joindre|composer|"
        r"gratuit|vert|surtaxe|non surtaxe|{support}))*",
        "want": r"(?:(?:je|j|on|nous)(?: (?:ne|n))? ?(?:veu[xt]?|voudrais?|souhaite|souhaiterais|"
        r"aimerais|desire|cherche|prefere|prefererais|demande|dois|doit|peux|peut|pourrais|"
        r"voulons|pouvons|exige)(?: (?:a|juste|bien|avoir|trouver|que|qu))* |"
        r"j ai (?:juste |vraiment )?besoin (?:de |d )|besoin (?:de |d )|il (?:me|nous) faut |"
        r"(?:donnez|passez|envoyez|trouvez|mettez) (?:moi|nous) |"
        r"(?:est ce que |est ce qu |comment |ou |quand )(?:je peux |on peut |puis je |peut on |"
        r"faire pour |est ce que je peux )?|(?:puis|pourrais) je (?:avoir )?|"
        r"(?:peut|pourrait) on (?:avoir )?|possible (?:de |d )|avoir |"
        r"(?:il )?y a t il |(?:il )?(?:y )?n?y? ?a |ya |il y aurait |avez vous |"
        r"vous avez |existe t il |est il possible (?:de |d )|on me |qu on |que l on )",
        "nouns": r"(?:quel est |quels sont |quelles sont |c est quoi |quoi |c est quel |quel |"
        r"a quel |ou trouver |ou est |trouver |connaitre |donner |cherche )",
        "now": r"(?: (?:ici|la|maintenant|directement|rapidement|vite|disponible|en ligne|"
        r"en direct|present|au telephone|par (?:telephone|tel|mail|tchat|chat)|de vive voix|"
        r"chez vous|pas (?:un |une )?(?:robot|machine|bot)|et non .*|qui (?:peut|pourrait|puisse|repond|parle|m|me) ?.*|"
        r"pour (?:m aider|me repondre|me renseigner|un renseignement)|au bout du fil|derriere|"
        r"dans le coin|a qui parler|au sujet .*|a propos .*|concernant .*|aujourd hui|"
        r"de (?:chez vous|votre .*|l equipe|competent|disponible)|(?:du|au) {support}))*",
    },
}

# Ways of asking that count anywhere in a query ...
_ANYWHERE = {
    "en": (
        r"{service}",
        r"{reach} {a}(?:{human}|support|support team|{service})",
        r"call {a}(?:representative|support|support team|{service})",
        r"(?:phone|ring|e ?mail|message) (?:the|your) (?:support|support team|{service})",
        r"(?:contact|call|reach|phone|ring|e ?mail|message|write to|get in touch with) you",
        r"your (?:{number}|(?:e ?mail|e mail)(?: address)?|contact details)",
        r"call me back|live (?:chat|agent|person|human|representative)|human agent",
        r"(?:t|not) want (?:to {talk} (?:to|with) )?{a}(?:bot|robot|machine|chatbot)",
        r"(?:instead of|no more) {a}(?:bot|robot|machine|chatbot)s?",
    ),
    "fr": (
        r"{service}",
        r"(?:contacter|joindre|appeler|telephoner|ecrire|ecrire un mail) {a}{support}",
        (
            r"(?:vous|nous) (?:contacter|joindre|appeler|telephoner|rappeler|ecrire)|"
            r"vous contacte(?: t on)?"
        ),
        (
            r"(?:rappele?[zr]|appele?[zr]|contacte[zr]|recontacte[zr]|telephone[zr]) moi|"
            r"(?:peut|pouvez vous|pourriez vous|pourrait|faire) (?:me )?r?(?:re)?"
            r"(?:contacter|appeler|telephoner)|etre (?:rappelee?|recontactee?|contactee?)"
        ),
        (
            r"votre (?:numero(?! (?:de |d )?(?!tel|contact|appel)\w)|telephone|"
            r"(?:adresse )?(?:e ?mail|e mail|courriel))|vos coordonnees"
        ),
        r"(?:parle|parler|discuter) (?:a|avec) (?:un robot|une machine|un bot)",
        r"(?:support|chat|tchat) (?:par )?(?:telephone|tel|telephonique|en direct)",
        r"(?:chat|tchat) direct",
    ),
}

# ... and those that must be all of it, but for greetings: "my phone does not connect" asks for an
# article, "invite someone" and "comment appeler quelqu'un en visio" do, too.
_WHOLE = {
    "en": (
        r"{a}{one}{now}(?: help(?: me)?)?|(?:(?!how ){want})+{a}(?:{one}|manager|supervisor){now}",
        r"(?:is|are|anyone|is it) {a}(?:{someone}|real person|human|people){now}",
        (
            r"(?:can|could|will|would|please|is) {someone}(?: please)? "
            r"(?:help|call|answer|contact|phone|assist|talk|speak|reply|respond)(?: to)?(?: me| us)?{now}"
        ),
        r"(?:{want})*{talk}(?: (?:directly|live))?(?: (?:to|with))? {a}{whom}{now}",
        r"(?:{want})*{reach} {a}(?:{someone}|{whom}){now}",
        r"(?:(?!how to ){want})*(?:call|phone|ring|e ?mail|message) {a}(?:{someone}|{whom}){now}",
        r"(?:(?!how to ){want})+(?:call|phone|ring|chat|talk|speak)(?: you)?{now}",
        r"(?:{want})*(?:contact|get in (?:touch|contact))(?: us| you)?{now}",
        (
            r"(?:please )?(?:you )?(?:call|phone|ring|contact) (?:me|us)(?: back)?{now}"
            r"(?: (?:at|on|after|before|tomorrow|\d).*)?"
        ),
        r"(?:can|could|will|would) you (?:call|phone|ring|contact) (?:me|us)(?: back)?{now}",
        r"(?:{want})?(?:you|someone|somebody)(?: to)? (?:call|phone|ring|contact) me(?: back)?{now}",
        r"(?:{want}|request |ask for |book |arrange |schedule )+{a}(?:call ?back|phone call|call)",
        (
            r"who (?:(?:can|do|should|could|would|must) (?:i|we)|to) "
            r"(?:call|contact|reach|phone|ring|speak|talk|write|ask)(?: to| with)?{now}"
        ),
        r"who can help(?: me)?",
        (
            r"(?:{want}|{nouns})*{a}{number}(?: (?:(?:i can |to )?(?:call|ring|phone|contact|reach)"
            r"(?: you)?|for (?:help|{support})))?"
        ),
        r"(?:which|what) number (?:can|do|should|to) ?(?:i )?(?:call|ring|phone|dial)",
        (
            r"(?:{nouns})?{a}(?:(?:tele)?phone|tel|contacts?|contact (?:details|info|information|form|"
            r"page|person|e ?mail|phone)|support|(?:e ?mail|phone|(?:tele)?phone|chat|live) support|"
            r"support (?:e ?mail|phone|chat|contact|hours)|(?:online )?chat|chat online|call us)"
        ),
        r"{talk} (?:to )?(?:me|us)|get help from {a}{whom}|help from {a}{human}",
    ),
    "fr": (
        r"{a}{one}{now}|(?:{want})+{a}(?:{one}|technicien|responsable|monde){now}",
        (
            r"(?:{want})*(?:me |m |etre |mis |mise |mettre |prendre |entrer |rentrer |pouvoir |en )*"
            r"{talk} (?:a |au |aux |avec |par )?{a}{whom}{now}"
        ),
        r"(?:{want})*(?:telephoner|ecrire) (?:a |au |aux ){a}{whom}{now}",
        r"(?:{want})*(?:contacter|joindre) {a}{whom}{now}",
        r"(?:(?!comment ){want})*(?:appeler|avoir) {a}{whom}{now}",
        r"(?:{want})*(?:vous )?(?:appeler|contacter|telephoner|joindre|parler|prendre contact){now}",
        (
            r"(?:{want})*(?:me faire (?:rappeler|recontacter)|me rappeler|m appeler|"
            r"vous (?:me )?(?:rappeliez|appeliez|rappelez|appelez))(?: svp)?{now}"
        ),
        (
            r"(?:{want})*(?:demander? (?:de |d |un |a )*(?:rappel|etre rappelee?)|"
            r"rappel telephonique|(?:une? )?rendez vous telephonique)"
        ),
        (
            r"(?:est ce que |est ce qu |y a )?{human} (?:est la|m entend|me lit|me repond|repond|la|"
            r"(?:peut|pourrait|va|pour|veut|peu) (?:bien )?(?:m |me )?"
            r"(?:aider|repondre|rappeler|appeler|contacter|parler|telephoner)){now}"
        ),
        (
            r"(?:a )?qui (?:(?:puis je|dois je|je peux|je dois|peut on|on peut|faut il|est ce que je "
            r"peux|est ce que je dois) )?(?:appeler|contacter|joindre|telephoner|parler|ecrire|"
            r"m adresser|demander){now}"
        ),
        r"qui (?:peut|pourrait) (?:m aider|me repondre|me renseigner)",
        (
            r"(?:{want}|{nouns})*{a}{number}(?: (?:ou |pour )(?:vous |je peux vous )?"
            r"(?:appeler|joindre|contacter))?"
        ),
        (
            r"(?:a )?quel numero (?:(?:dois je|je dois|puis je|je peux|faut il|il faut) )?"
            r"(?:appeler|composer|faire|telephoner|contacter)"
        ),
        r"(?:par )?(?:telephone|tel)|{a}(?:coordonnees|contacts?)(?: {a}{support})?",
        (
            r"(?:{nouns})?{a}(?:formulaire|page|adresse|mail|e ?mail|adresse e? ?mail|telephone|tel|"
            r"horaires|contact) {a}(?:contact|{support})|contact {a}(?:mail|telephon(?:e|ique))"
        ),
        (
            r"contactez nous|appelez nous|nous contacter|(?:t?chat)(?: en (?:ligne|direct))?|"
            r"aide humaine|(?:{want})*{a}(?:aide|assistance) (?:humaine|telephonique|par telephone)"
        ),
    ),
}
_CALLS = r"allo+|allo allo|hello anyone|anyone"  # what one says into a telephone
_AROUND = (  # greetings and thanks, at either end of a query
    "hello|hi|hey|bonjour|bjr|bonsoir|salut|coucou|allo|svp|stp|please|merci|thanks|thx|sorry|"
    "urgent|asap|vite|ok|oui|yes|madame|monsieur|alors|mais|um|well|just|"
    "s il vous plait|s il te plait|thank you|excuse me|excusez moi"
)
_SHORTHAND = {
    "qqn": "quelquun", "qqun": "quelquun", "kelkun": "quelquun", "kelqun": "quelquun",
    "quelqun": "quelquun", "quelquin": "quelquun", "qlq1": "quelquun", "quelqu1": "quelquun",
    "pls": "please", "plz": "please", "plse": "please", "sb": "somebody", "smb": "somebody",
    "u": "you", "ur": "your", "yr": "your", "costumer": "customer", "custumer": "customer",
    "costumers": "customer", "customers": "customer", "cust": "customer", "tchater": "tchatter",
    "parle": "parler", "parlez": "parler", "parlé": "parler", "veu": "veux", "vx": "veux",
    "jveux": "je veux", "jvx": "je veux", "jpeux": "je peux", "numeros": "numero",
    "contacte": "contacter", "telephonne": "telephone", "umain": "humain", "cn": "can",
    "fone": "phone", "tlf": "telephone", "nbr": "number", "num": "numero",
}  # fmt: skip
# What people most often mistype when they ask for people.
_KEYWORDS = (
    "customer", "service", "support", "someone", "somebody", "anyone", "anybody", "human",
    "person", "representative", "operator", "contact", "advisor", "quelquun", "humain", "personne",
    "conseiller", "conseillere", "contacter", "joindre", "telephone", "numero", "assistance",
    "technicien", "interlocuteur", "operateur",
)  # fmt: skip


def _filled(language: str) -> Iterator[tuple[str, str]]:
    """Yield the pieces of a language with the pieces inside them put in."""
    done: dict[str, str] = {}
    for name, pattern in _PIECES[language].items():
        done[name] = _put(pattern, done)
        yield name, done[name]


def _put(pattern: str, pieces: Mapping[str, str]) -> str:
    return re.sub(r"\{([a-z]+)\}", lambda found: pieces[found[1]], pattern)


def _compiled() -> tuple[re.Pattern[str], re.Pattern[str]]:
    anywhere: list[str] = []
    whole: list[str] = [_CALLS]
    for language in _PIECES:
        pieces = dict(_filled(language))
        anywhere += (_put(each, pieces) for each in _ANYWHERE[language])
        whole += (_put(each, pieces) for each in _WHOLE[language])
    return re.compile(rf"\b(?:{'|'.join(anywhere)})\b"), re.compile("|".join(whole))


_SAID, _ASKED = _compiled()
_FIRST = re.compile(rf"(?:(?:{_AROUND}) )+")
_LAST = re.compile(rf"(?: (?:{_AROUND}))+$")


def asks_for_person(query: str) -> bool:
    """Return whether a query, in any language known here, asks to reach somebody."""
    folded = re.sub(r"\bquelqu['’ ]?une?\b", "quelquun", fold(query))
    typed = re.findall(r"[^\W_]+", folded)
    if not 0 < len(typed) <= MAX_WORDS:
        return False
    said = [_SHORTHAND.get(word, word) for word in typed]
    return _is_asked(" ".join(said)) or _is_asked(" ".join(map(_keyword, said)))


def _is_asked(text: str) -> bool:
    core = _LAST.sub("", _FIRST.sub("", text))
    return bool(_SAID.search(text) or any(_ASKED.fullmatch(each) for each in (text, core)))


@lru_cache(maxsize=4_096)
def _keyword(word: str) -> str:
    """Return what a mistyped word must be, where it exists in no language and is one slip away."""
    if len(word) < MIN_SLIP_LETTERS or word in _KEYWORDS:
        return word
    lists = [dictionary(language) for language in _PIECES]
    if not all(lists) or any(word in each for each in lists):
        return word
    near = process.extractOne(word, _KEYWORDS, scorer=OSA.distance, score_cutoff=1)
    return near[0] if near else word
