"""What a question asks for: the kind of its article, its title, and what a draft says around it."""

from collections.abc import Mapping
from dataclasses import dataclass

from articles.models import Kind
from search.analysis import language_of

STARTS = {
    "en": ("how do", "how to", "how can", "how does one"),
    "fr": ("comment", "de quelle manière", "de quelle façon"),
}
TROUBLE = {
    "en": ("down", "outage", "broken for everyone", "unavailable"),
    "fr": ("panne", "indisponible", "en maintenance", "hors service"),
}
QUESTIONS = {
    "en": ("how ", "what ", "where ", "when ", "why ", "which ", "who ", "can ", "could ", "do ",
           "does ", "did ", "is ", "are ", "will "),
    "fr": ("est-ce ", "comment ", "où ", "quand ", "pourquoi ", "combien ", "quel ", "quelle ",
           "quels ", "quelles ", "qui ", "que ", "peut-on ", "puis-je ", "dois-je ", "y a-t-il "),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrases:
    """What a draft says around the words of customers."""

    asked: str
    requests: str
    comments: str
    colon: str  # with the space that the language puts before it


PHRASES: Mapping[str, Phrases] = {
    "en": Phrases(
        "What customers ask", "What they write to us", "What they say of the article", ":"
    ),
    "fr": Phrases(
        "Ce que demandent les clients",
        "Ce qu’ils nous écrivent",
        "Ce qu’ils disent de l’article",
        "\N{NO-BREAK SPACE}:",
    ),
}


def kind_of(question: str, locale: str) -> Kind:
    """Guess the form of the article that a question asks for; its writer may choose another."""
    language = language_of(locale)
    text = question.casefold().strip()
    if any(word in text for word in TROUBLE.get(language, ())):
        return Kind.KNOWN_ISSUE
    if text.startswith(STARTS.get(language, ("how to",))):
        return Kind.GUIDE
    return Kind.FAQ


def phrases(locale: str) -> Phrases:
    """Return what a draft says, in English where the language has nothing."""
    return PHRASES.get(language_of(locale), PHRASES["en"])


def title_of(question: str, locale: str) -> str:
    """Return a search as a title: with a capital, and a question mark where it is a question."""
    text = " ".join(question.split()).strip(" .,;:-")
    language = language_of(locale)
    is_question = text.casefold().startswith(QUESTIONS.get(language, ()))
    if is_question and " " in text and text[-1] not in "?!":
        text += " ?" if language == "fr" else "?"
    return text[:1].upper() + text[1:] if text else "?"
