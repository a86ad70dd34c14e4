"""The few words that rendering adds to a text, in the text's own language.

They are not translated through the interface's catalogue: a rendering is kept, and belongs to the
language of the article, whoever reads it.
"""

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Words:
    """What one language calls the parts that a writer does not name."""

    callouts: dict[str, str]
    callout_title: str
    table: str
    table_about: str
    done: str
    to_do: str
    watch_on: str
    watch: str
    footnote_back: str


ENGLISH = Words(
    callouts={
        "note": "Note",
        "info": "Good to know",
        "tip": "Tip",
        "success": "Good to know",
        "important": "Important",
        "warning": "Warning",
        "danger": "Danger",
        "example": "Example",
        "question": "Question",
        "summary": "In short",
        "bug": "Known issue",
        "quote": "Quote",
    },
    callout_title="{kind}: {title}",
    table="Table {number}",
    table_about="Table {number}: {heading}",
    done="Done:",
    to_do="To do:",
    watch_on="Watch the video on {host}",
    watch="Watch the video",
    footnote_back="Back to the text, note {}",
)
FRENCH = Words(
    callouts={
        "note": "Remarque",
        "info": "À savoir",
        "tip": "Astuce",
        "success": "Bon à savoir",
        "important": "Important",
        "warning": "Attention",
        "danger": "Danger",
        "example": "Exemple",
        "question": "Question",
        "summary": "En bref",
        "bug": "Problème connu",
        "quote": "Citation",
    },
    callout_title="{kind} : {title}",
    table="Tableau {number}",
    table_about="Tableau {number} : {heading}",
    done="Fait :",
    to_do="À faire :",
    watch_on="Regarder la vidéo sur {host}",
    watch="Regarder la vidéo",
    footnote_back="Revenir au texte, note {}",
)
_LANGUAGES = {"en": ENGLISH, "fr": FRENCH}

# What writers call a callout in the dialects met so far, and the kind that it stands for.
KINDS = {
    "abstract": "summary",
    "attention": "warning",
    "availability": "note",
    "admin": "note",
    "bug": "bug",
    "caution": "danger",
    "check": "success",
    "cite": "quote",
    "danger": "danger",
    "done": "success",
    "error": "danger",
    "example": "example",
    "fail": "danger",
    "failure": "danger",
    "faq": "question",
    "help": "question",
    "hint": "tip",
    "important": "important",
    "info": "info",
    "missing": "danger",
    "note": "note",
    "prerequisites": "important",
    "question": "question",
    "quote": "quote",
    "seealso": "info",
    "success": "success",
    "summary": "summary",
    "tip": "tip",
    "tldr": "summary",
    "todo": "note",
    "warning": "warning",
}


def words_in(locale: str) -> Words:
    """Return the words of a language; English stands in for those without a table."""
    return _LANGUAGES.get(locale.partition("-")[0], ENGLISH)


def callout_title(kind: str, title: str, locale: str) -> str:
    """Return the first line of a callout, which always says its kind in words."""
    words = words_in(locale)
    kind_word = words.callouts[kind]
    if not title or title.casefold() == kind:
        return kind_word
    if title.casefold().startswith(kind_word.casefold()):
        return title
    return words.callout_title.format(kind=kind_word, title=title)


def escaped(text: str) -> str:
    """Return text made safe inside HTML and its double-quoted attributes."""
    return str(Markup.escape(text))
