"""What a new article begins with: headings by the kind of question, in the language of those who ask."""

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

OUTLINES: Mapping[str, Mapping[Kind, str]] = {
    "en": {
        Kind.FAQ: """(The answer in one or two sentences: many readers need no more.)

## When this applies

(Which product, which order, which country; what it does not cover.)

## What to do

1. (One act, and what is seen after it.)
2. (The next one.)

## If it does not work

(The most frequent reason, then how to reach us and what to have at hand.)
""",
        Kind.GUIDE: """(What will be done at the end, and how long it takes.)

## What you need

- (Product, application and its version, account.)

## Step by step

1. (One act, and what is seen after it.)
2. (The next one.)
3. (The last one.)

## Check that it worked

(What is seen when all is well.)

## If something goes wrong

(A message or a sign, and what to do about it.)
""",
        Kind.VIDEO_GUIDE: """(What the video shows, and how long it is.)

(The address of the video, alone on its line.)

## Step by step

1. (The same in words, for those who cannot watch.)
""",
        Kind.KNOWN_ISSUE: """(What does not work, for whom, and since when.)

## What you can do meanwhile

(A way round, or that there is none and nothing has to be done.)

## What we are doing

(What is known, and when we will say more here.)
""",
    },
    "fr": {
        Kind.FAQ: """(La réponse en une ou deux phrases : elle suffit souvent.)

## Dans quel cas

(Quel produit, quelle commande, quel pays ; ce qui n’est pas concerné.)

## Que faire

1. (Un geste, et ce que l’on voit ensuite.)
2. (Le suivant.)

## Si cela ne fonctionne pas

(La cause la plus fréquente, puis comment nous joindre et ce qu’il faut avoir sous la main.)
""",
        Kind.GUIDE: """(Ce qui sera fait à la fin, et le temps qu’il faut.)

## Ce qu’il vous faut

- (Le produit, l’application et sa version, le compte.)

## Étape par étape

1. (Un geste, et ce que l’on voit ensuite.)
2. (Le suivant.)
3. (Le dernier.)

## Vérifier le résultat

(Ce que l’on voit quand tout va bien.)

## En cas de difficulté

(Un message ou un signe, et ce qu’il faut faire.)
""",
        Kind.VIDEO_GUIDE: """(Ce que montre la vidéo, et sa durée.)

(L’adresse de la vidéo, seule sur sa ligne.)

## Étape par étape

1. (La même chose par écrit, pour qui ne peut pas regarder.)
""",
        Kind.KNOWN_ISSUE: """(Ce qui ne fonctionne pas, pour qui, et depuis quand.)

## Ce que vous pouvez faire en attendant

(Une solution provisoire, ou qu’il n’y en a pas et qu’il n’y a rien à faire.)

## Ce que nous faisons

(Ce que l’on sait, et quand nous en dirons plus ici.)
""",
    },
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


def outline(kind: Kind, locale: str) -> str:
    """Return the headings to fill, in English where the language has none."""
    outlines = OUTLINES.get(language_of(locale), OUTLINES["en"])
    return outlines.get(kind, outlines[Kind.FAQ])


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
