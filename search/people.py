"""Queries that ask for a person rather than for an article."""

import re

from search.analysis import fold

MAX_WORDS = 12  # a longer text tells of a trouble; its articles go first

# Each language's ways of asking, folded. A phrase counts anywhere in the query ...
_PHRASES = {
    "en": (
        "customer service|customer support|customer care|contact us|contact you|call you|phone you|"
        "your phone number|your number|your email|speak to someone|speak to somebody|"
        "speak to a person|speak to a human|speak with someone|talk to someone|talk to somebody|"
        "talk to a person|talk to a human|talk with someone|real person|human being|"
        "speak to an agent|talk to an agent|call me back"
    ),
    "fr": (
        "service client|service clients|vous contacter|nous contacter|vous joindre|vous appeler|"
        "vous telephoner|vous ecrire|votre numero|votre telephone|votre adresse e mail|"
        "parler a quelqu un|parler avec quelqu un|parler a une personne|parler a un humain|"
        "parler avec un humain|parler a un conseiller|parler avec un conseiller|vraie personne|"
        "etre humain|etre rappele|etre rappelee|me rappeler"
    ),
}
# ... a word only where it is the whole query: "my phone does not connect" asks for an article.
_WORDS = {
    "en": "human|person|contact|phone|telephone|phone number|agent|hotline|support",
    "fr": (
        "humain|personne|contact|contacter|telephone|telephoner|numero de telephone|conseiller|"
        "quelqu un|hotline|assistance"
    ),
}
_FILLERS = {
    "en": "a an the i want need to speak talk with your please real",
    "fr": "un une le la les l de du des d je j veux voudrais ai besoin par a au avec s il vous "
    "plait svp parler vrai vraie",
}
_ANYWHERE = frozenset(phrase for line in _PHRASES.values() for phrase in line.split("|"))
_ALONE = frozenset(phrase for line in _WORDS.values() for phrase in line.split("|"))
_SKIPPED = {language: frozenset(line.split()) for language, line in _FILLERS.items()}


def asks_for_person(query: str) -> bool:
    """Return whether a query, in any language known here, asks to reach somebody."""
    words = re.findall(r"[^\W_]+", fold(query))
    if not 0 < len(words) <= MAX_WORDS:
        return False
    padded = f" {' '.join(words)} "
    if any(f" {phrase} " in padded for phrase in _ANYWHERE):
        return True
    return any(_bare(words, skipped) in _ALONE for skipped in (frozenset(), *_SKIPPED.values()))


def _bare(words: list[str], skipped: frozenset[str]) -> str:
    """Return a query without the words around what it asks for."""
    first = next((i for i, word in enumerate(words) if word not in skipped), len(words))
    last = next((i for i in range(len(words), 0, -1) if words[i - 1] not in skipped), first)
    return " ".join(words[first:last])
