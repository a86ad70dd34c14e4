"""Queries that ask for a person rather than for an article."""

import re
from collections.abc import Mapping

from search.analysis import fold

MAX_WORDS = 12  # a longer text tells of a trouble; its articles go first

# Each language's ways of asking, folded, articles and possessives left out. Any of these ways to
# reach, before any of these whom, counts anywhere in the query; so does a phrase.
_WAYS = {
    "en": "contact|reach|call|phone|ring|email|e mail|write to|speak to|speak with|talk to|"
    "talk with|chat with|get hold of|get in touch with",
    "fr": "contacter|joindre|appeler|telephoner a|telephoner au|ecrire a|ecrire au|parler a|"
    "parler au|parler avec|discuter avec|echanger avec|mettre en relation avec",
}
_WHOM = {
    "en": "someone|somebody|anyone|anybody|human|human being|person|real person|real human|agent|"
    "operator|representative|advisor|adviser|support|support team|help desk|customer service|"
    "customer support|customer care|us",
    "fr": "quelquun|humain|etre humain|vrai humain|vraie personne|personne reelle|conseiller|"
    "conseillere|operateur|representant|support|assistance|sav|service client|service clients|"
    "service apres vente|agent|equipe|vendeur|technicien",
}
_PHRASES = {
    "en": "customer service|customer support|customer care|contact you|call you|reach you|"
    "phone you|email you|write to you|phone support|email support|phone number for support|"
    "call me|call me back|live chat|live agent|call center|call centre|human agent",
    "fr": "service client|service clients|service apres vente|vous contacter|nous contacter|"
    "vous joindre|nous joindre|vous appeler|vous telephoner|vous ecrire|etre rappele|"
    "etre rappelee|etre contacte|etre contactee|me rappeler|rappelez moi|appelez moi|"
    "numero support|telephone support|numero sav|telephone sav|adresse mail support|"
    "adresse e mail support|agent humain|chat direct|avoir quelquun|avoir conseiller|y a t il quelquun",
}
# Possessives tell "your number" from the visitor's own.
_POSSESSIVE = {
    "en": "your phone number|your number|your telephone number|your email|your e mail|"
    "your email address",
    "fr": "votre numero|votre telephone|votre adresse e mail|votre adresse mail|votre mail|"
    "votre email|vos coordonnees",
}
# ... a word only where it is the whole query: "my phone does not connect" asks for an article.
_WORDS = {
    "en": "human|person|contact|phone|telephone|phone number|telephone number|contact number|"
    "agent|operator|representative|advisor|hotline|hotline number|helpline|support|chat",
    "fr": "humain|personne|contact|contacter|telephone|tel|telephoner|numero de telephone|"
    "numero tel|num tel|num de tel|numero de tel|conseiller|conseillere|operateur|representant|"
    "quelquun|hotline|assistance|support|sav|tchat|chat",
}
_FILLERS = {
    "en": "a an the i want need to speak talk with your please real",
    "fr": "un une le la les l de du des d je j veux voudrais ai besoin par a au avec s il vous "
    "plait svp stp parler vrai vraie y t",
}
_ARTICLES = {"en": "a an the your our", "fr": "un une le la les l de du d votre notre vos"}
_SHORTHAND = {"qqn": "quelquun", "quelqun": "quelquun", "pls": "please", "plz": "please"}


def _listed(table: Mapping[str, str]) -> frozenset[str]:
    return frozenset(phrase for line in table.values() for phrase in line.split("|"))


_ANYWHERE = _listed(_PHRASES) | {
    f"{way} {whom}"
    for language, ways in _WAYS.items()
    for way in ways.split("|")
    for whom in _WHOM[language].split("|")
}
_YOURS = _listed(_POSSESSIVE)
_ALONE = _listed(_WORDS)
_NO_ARTICLES = frozenset(word for line in _ARTICLES.values() for word in line.split())
_SKIPPED = {language: frozenset(line.split()) for language, line in _FILLERS.items()}


def asks_for_person(query: str) -> bool:
    """Return whether a query, in any language known here, asks to reach somebody."""
    typed = re.findall(r"[^\W_]+", fold(query).replace("qu'un", "quun").replace("qu un", "quun"))
    words = [_SHORTHAND.get(word, word) for word in typed]
    if not 0 < len(words) <= MAX_WORDS:
        return False
    whole = f" {' '.join(words)} "
    bare = f" {' '.join(word for word in words if word not in _NO_ARTICLES)} "
    if any(f" {phrase} " in whole for phrase in _YOURS):
        return True
    if any(f" {phrase} " in bare for phrase in _ANYWHERE):
        return True
    return any(_bare(words, skipped) in _ALONE for skipped in (frozenset(), *_SKIPPED.values()))


def _bare(words: list[str], skipped: frozenset[str]) -> str:
    """Return a query without the words around what it asks for."""
    first = next((i for i, word in enumerate(words) if word not in skipped), len(words))
    last = next((i for i in range(len(words), 0, -1) if words[i - 1] not in skipped), first)
    return " ".join(words[first:last])
